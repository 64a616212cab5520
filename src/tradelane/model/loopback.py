"""Whether a name is this machine itself: what else may be done there than anywhere else."""

from ipaddress import ip_address


def is_loopback(host: str) -> bool:
    """Say whether *host*, a name or an address, is this very machine. Names are not resolved."""
    if host.lower() == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
