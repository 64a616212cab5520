"""Is the port ours to listen on? Asked before anything is started, so that the answer is a sentence."""

import errno
import socket

from tradelane.cli.say import Trouble


def check_port(host: str, port: int) -> None:
    """Say what to do when nobody can listen at *host* and *port*: it is taken, forbidden, or not of this machine."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            # What only lingers after a stop is free; what somebody listens on is not.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            probe.listen(1)
    except OSError as error:
        raise Trouble(_advice(host, port, error)) from None


def _advice(host: str, port: int, error: OSError) -> str:
    match error.errno:
        case errno.EADDRINUSE:
            return f"Port {port} is in use, perhaps by another Tradelane: stop that, or choose another with --port."
        case errno.EACCES:
            return f"Port {port} needs rights we have not: choose one above 1023 with --port."
        case _:
            return f"{host} is no address of this machine: mend `host` under [server] in tradelane.toml."
