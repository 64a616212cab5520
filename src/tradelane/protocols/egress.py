"""The one dialer: every connection out of here is checked by the address it really goes to (promise P26).

A name is harmless until it is resolved, and may resolve to something else each time. So the check stands where the
socket is made, for each single address, after all spelling, resolving and racing of addresses is over. `check_url`
says the same earlier, when a person writes an address down, and is only a courtesy.
"""

import asyncio
import errno
import ipaddress
import re
import socket
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from tradelane.model.finding import Finding, Place

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

USER_AGENT = "Tradelane"
HEADER_BYTES_MAX = 16 * 1024

# Not the public internet, by the IANA special-purpose registries; and the platform address of one large cloud.
_CLOSED_4 = tuple(
    ipaddress.IPv4Network(network)
    for network in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "168.63.129.16/32",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
)
_OPEN_6 = ipaddress.IPv6Network("2000::/3")
_CLOSED_6 = tuple(
    ipaddress.IPv6Network(network) for network in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")
)
_MAPPED = ipaddress.IPv6Network("::ffff:0:0/96")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_NUMBER = re.compile(r"(0[xX][0-9a-fA-F]*|[0-9]+)")
_LOOPBACK_NAMES = ("localhost", "localhost.localdomain", "ip6-localhost", "ip6-loopback")


class Blocked(OSError):
    """The address is not one that documents may be sent to."""

    def __init__(self, says: str) -> None:
        super().__init__(errno.EACCES, says)


def networks(allow: Sequence[str]) -> tuple[Network, ...]:
    """Return the networks (CIDR) that settings allow although they are closed."""
    return tuple(ipaddress.ip_network(network) for network in allow)


def closed(address: Address, allow: Sequence[Network] = ()) -> str:
    """Return why *address* may not be dialled; empty when it may.

    An IPv4 address inside an IPv6 one is judged as itself.
    """
    inner = _inner(address)
    if any(one.version == network.version and one in network for network in allow for one in (address, inner)):
        return ""
    if inner.version == 4:
        shut = any(inner in network for network in _CLOSED_4)
    else:
        shut = inner not in _OPEN_6 or any(inner in network for network in _CLOSED_6)
    return f"{address} is not on the public internet, and egress_allow does not name it" if shut else ""


def session(allow: Sequence[str] = ()) -> aiohttp.ClientSession:
    """Return the process's one session; everything that leaves goes through it.

    Make it inside the running loop, and close it.

    No proxies from the environment, no cookies, no unpacking of answers, and (see `HttpChannel`) no redirects.
    """
    allowed = networks(allow)

    def make_socket(info: tuple[Any, ...]) -> socket.socket:
        family, kind, protocol, _, where = info
        says = closed(ipaddress.ip_address(where[0].split("%")[0]), allowed)
        if says:
            raise Blocked(says)
        return socket.socket(family, kind, protocol)

    connector = aiohttp.TCPConnector(limit=0, ttl_dns_cache=30, socket_factory=make_socket)
    return aiohttp.ClientSession(
        connector=connector,
        trust_env=False,
        auto_decompress=False,
        cookie_jar=aiohttp.DummyCookieJar(),
        headers={"User-Agent": USER_AGENT, "Accept-Encoding": "identity"},
        max_line_size=HEADER_BYTES_MAX,
        max_field_size=HEADER_BYTES_MAX,
        trace_configs=[_progress()],
    )


async def dial(host: str, port: int, allow: Sequence[str] = ()) -> socket.socket:
    """Return a socket connected to *host*, each of its addresses judged before it is dialled.

    Raises `Blocked` when none may be, `OSError` when none answers.
    """
    allowed, loop = networks(allow), asyncio.get_running_loop()
    failure: OSError = Blocked(f"{host} has no address")
    for family, kind, protocol, _, where in await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        if says := closed(ipaddress.ip_address(str(where[0]).split("%")[0]), allowed):
            failure = Blocked(says)
            continue
        made = socket.socket(family, kind, protocol)
        made.setblocking(False)
        try:
            await loop.sock_connect(made, where)
        except OSError as error:
            made.close()
            failure = error
        except BaseException:
            made.close()
            raise
        else:
            return made
    raise failure


class Progress:
    """How far one request came: whether a connection stood, so that bytes of ours may have reached the other side."""

    connected = False


def check_url(url: str, allow: Sequence[str] = ()) -> tuple[Finding, ...]:
    """Return what is wrong with an address that documents should be posted to.

    Names are not resolved; dialling checks again.
    """
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return (_bad_url(url, "This is no address."),)
    if url != url.strip() or any(ord(c) < 33 or ord(c) == 127 or c == "\\" for c in url):
        return (_bad_url(url, "The address holds white space, a control character or a backslash."),)
    if parts.scheme not in ("http", "https") or not host or port == 0:
        return (_bad_url(url, "This is no address for HTTP."),)
    if "@" in parts.netloc:
        return (_bad_url(host, "The address holds a name or a password before the '@'."),)
    if parts.fragment:
        return (_bad_url(url, "The address holds a '#'."),)
    return _check_host(host, networks(allow))


def _check_host(host: str, allow: Sequence[Network]) -> tuple[Finding, ...]:
    if host in _LOOPBACK_NAMES or host.endswith(".localhost"):
        addresses: list[Address] = [ipaddress.IPv4Address("127.0.0.1"), ipaddress.IPv6Address("::1")]
        reasons = [closed(address, allow) for address in addresses]
        return () if "" in reasons else (_blocked(host, f"{host} is this machine itself."),)
    try:
        address = ipaddress.ip_address(host.split("%")[0])
    except ValueError:
        if _spells_a_number(host):
            return (_bad_url(host, "This spells an IP address in a disguised form."),)
        return ()
    reason = closed(address, allow)
    return (_blocked(host, f"{reason}."),) if reason else ()


def _spells_a_number(host: str) -> bool:
    """Say whether C libraries would read *host* as an IPv4 address: one to four numbers, decimal, octal or hexadecimal.

    By the URL standard a host whose last label is a number is an address or nothing; full-width digits count as digits.
    """
    plain = host.encode("idna").decode("ascii") if not host.isascii() and _idna_fits(host) else host
    return _NUMBER.fullmatch(plain.rsplit(".", 1)[-1]) is not None


def _idna_fits(host: str) -> bool:
    try:
        host.encode("idna")
    except UnicodeError:
        return False
    return True


def _inner(address: Address) -> Address:
    if address.version == 6 and (address in _MAPPED or address in _NAT64):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def _progress() -> aiohttp.TraceConfig:
    trace = aiohttp.TraceConfig()

    async def connected(_session: aiohttp.ClientSession, context: Any, _params: object) -> None:
        progress = context.trace_request_ctx
        if isinstance(progress, Progress):
            progress.connected = True

    trace.on_connection_create_end.append(connected)
    trace.on_connection_reuseconn.append(connected)
    return trace


def _bad_url(value: str, says: str) -> Finding:
    fix = "Write e.g. 'https://edi.acme.example/inbox': http or https, a name or a plain IP address, a path."
    return Finding(code="egress.bad-url", says=says, fix=fix, where=Place(path="send.url"), value=value[:200])


def _blocked(value: str, says: str) -> Finding:
    fix = "Use the partner's public address; for a partner in your own network an operator adds it to egress_allow."
    return Finding(code="egress.blocked-address", says=says, fix=fix, where=Place(path="send.url"), value=value[:200])
