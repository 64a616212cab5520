import asyncio
import ipaddress
import socket

import pytest
from aiohttp.abc import AbstractResolver
from hypothesis import given
from hypothesis import strategies as st

from tradelane.protocols import egress
from tradelane.protocols.http import HttpChannel
from tradelane.testing.contracts.protocol import delivery

INSIDE_4 = [
    "127.0.0.1",
    "127.8.9.1",
    "10.0.0.1",
    "172.16.5.4",
    "192.168.1.1",
    "169.254.169.254",
    "0.0.0.0",
    "100.64.0.1",
]


def spellings(dotted):
    """Return one IPv4 address in the ways that C libraries, browsers and attackers write it."""
    a, b, c, d = (int(part) for part in dotted.split("."))
    number = (a << 24) | (b << 16) | (c << 8) | d
    return [
        dotted,
        f"{dotted}.",
        str(number),
        f"{number:#x}",
        f"{number:#o}".replace("0o", "0"),
        f"{a:#x}.{b:#x}.{c:#x}.{d:#x}",
        ".".join(f"0{part:o}" for part in (a, b, c, d)),
        f"{a:#x}.{(b << 16) | (c << 8) | d}",
        f"{a}.{b}.{(c << 8) | d}",
        f"{a:03d}.{b:03d}.{c:03d}.{d:03d}",
        f"[::ffff:{dotted}]",
        f"[::ffff:{number >> 16:x}:{number & 0xFFFF:x}]",
        f"[64:ff9b::{number >> 16:x}:{number & 0xFFFF:x}]",
        f"[2002:{number >> 16:x}:{number & 0xFFFF:x}::]",
    ]


HOSTS = [spelling for dotted in INSIDE_4 for spelling in spellings(dotted)] + [
    "localhost",
    "localhost.",
    "LOCALHOST",
    "app.localhost",
    "localhost.localdomain",
    "[::1]",
    "[::]",
    "[0:0:0:0:0:0:0:1]",
    "[fe80::1]",
    "[fe80::1%25lo]",
    "[fc00::1]",
    "[fd00:ec2::254]",
    "[ff02::1]",
    "[fec0::1]",
    "[::127.0.0.1]",
    "[64:ff9b:1::a00:1]",
    "[2001::1]",
    "[2001:db8::1]",
    "[100::1]",
    "224.0.0.1",
    "255.255.255.255",
    "240.0.0.1",
    "198.18.0.1",
    "192.0.2.1",
    "203.0.113.9",
    "168.63.129.16",
    "127.1",
    "0x7f.1",
    "0",
    "①②⑦.⓪.⓪.①",
    "127。0。0。1",
]
URLS = [f"http://{host}:{{port}}/" for host in HOSTS] + [
    "http://edi.example.com@127.0.0.1:{port}/",
    "http://user:password@127.0.0.1:{port}/",
    "http://127.0.0.1:{port}\\@edi.example.com/",
    "http://127.0.0.1:{port}#@edi.example.com/",
]


def test_there_are_enough_spellings():
    assert len(URLS) >= 120


@pytest.mark.parametrize("url", URLS)
def test_an_inside_address_is_found_when_it_is_written_down(url):
    assert egress.check_url(url.format(port=8080)), url


@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_no_spelling_reaches_a_listener_inside(anyio_backend):
    """The dialer alone, without the check that comes first: nothing arrives, and nothing is reported as delivered."""
    heard = []
    server = await asyncio.start_server(lambda reader, writer: heard.append(writer), "0.0.0.0", 0)
    port = server.sockets[0].getsockname()[1]
    async with egress.session() as session:
        for url in URLS:
            got = await HttpChannel(session, url.format(port=port), timeout_seconds=2).deliver(delivery())
            assert got.result in ("refused", "retry"), (url, got)
    server.close()
    assert heard == []


@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_the_listener_of_that_test_can_be_reached_when_it_is_allowed(anyio_backend):
    """Control arm: the listener does hear connections that the dialer makes."""
    heard = []

    def hang_up(reader, writer):
        heard.append(writer)
        writer.transport.abort()

    server = await asyncio.start_server(hang_up, "0.0.0.0", 0)
    port = server.sockets[0].getsockname()[1]
    async with egress.session(["127.0.0.0/8"]) as session:
        got = await HttpChannel(session, f"http://127.0.0.1:{port}/").deliver(delivery())
    server.close()
    assert got.result == "unknown"
    assert len(heard) == 1


class Rebinding(AbstractResolver):
    """A hostile name server: the first answer is public, every later one is inside."""

    def __init__(self):
        self.answers = 0

    async def resolve(self, host, port=0, family=socket.AF_INET):
        self.answers += 1
        address = "8.8.8.8" if self.answers == 1 else "127.0.0.1"
        return [{"hostname": host, "host": address, "port": port, "family": socket.AF_INET, "proto": 0, "flags": 0}]

    async def close(self):
        pass


@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_a_name_that_turns_inside_after_it_was_checked_is_not_dialled(anyio_backend, monkeypatch):
    heard = []
    server = await asyncio.start_server(lambda reader, writer: heard.append(writer), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with egress.session() as session:
        resolver = Rebinding()
        resolver.answers = 1
        monkeypatch.setattr(session.connector, "_resolver", resolver)
        got = await HttpChannel(session, f"http://rebind.example.com:{port}/", 2).deliver(delivery())
    server.close()
    assert got.result == "refused"
    assert "127.0.0.1" in got.says
    assert heard == []


@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_proxies_of_the_environment_are_not_used(anyio_backend, monkeypatch):
    heard = []
    server = await asyncio.start_server(lambda reader, writer: heard.append(writer), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{port}")
    monkeypatch.setenv("all_proxy", f"http://127.0.0.1:{port}")
    async with egress.session(["127.0.0.0/8"]) as session:
        await HttpChannel(session, "http://nobody.invalid/", 2).deliver(delivery())
    server.close()
    assert heard == []


@pytest.mark.parametrize(
    "url",
    [
        "https://edi.example.com/inbox",
        "http://8.8.8.8/inbox?x=1",
        "https://[2600:1f18::1]:8443/",
        "https://bücher.example/",
        "https://3m.com/",
        "https://163.com/",
        "https://10.example.com/",
        "http://[::ffff:8.8.8.8]/",
        "http://[64:ff9b::808:808]/",
    ],
)
def test_addresses_of_the_public_internet_pass(url):
    assert egress.check_url(url) == ()


@pytest.mark.parametrize(
    "url",
    [
        "",
        "edi.example.com",
        "ftp://x.example/",
        "https://user:secret@edi.example.com/",
        "https://edi.example.com/#part",
        "file:///etc/passwd",
        "gopher://x/",
        "http://",
        "http:///x",
        "http://x:99999/",
        "http://x:0/",
        "http://x y/",
        "http://[::1/",
        "http://x/\r\nHost: y",
        "javascript:alert(1)",
        " http://x.example/",
    ],
)
def test_what_is_no_address_for_http_is_said(url):
    findings = egress.check_url(url)
    assert [finding.code for finding in findings] == ["egress.bad-url"]
    assert findings[0].fix


def test_what_settings_allow_passes_and_nothing_beside_it():
    assert egress.check_url("http://127.0.0.1:9000/", ["127.0.0.0/8"]) == ()
    assert egress.check_url("http://localhost:9000/", ["127.0.0.0/8"]) == ()
    assert egress.check_url("http://[::ffff:127.0.0.1]/", ["127.0.0.0/8"]) == ()
    assert egress.check_url("http://10.0.0.1/", ["127.0.0.0/8"])
    assert egress.check_url("http://2130706433/", ["127.0.0.0/8"])
    assert egress.check_url("http://[fd00::1]/", ["fd00::/8"]) == ()


@given(st.ip_addresses(v=4))
def test_the_standard_library_never_calls_an_open_address_private(address):
    if not egress.closed(address):
        assert address.is_global
        assert not any((address.is_private, address.is_loopback, address.is_link_local, address.is_multicast))


@given(st.ip_addresses(v=6))
def test_the_standard_library_never_calls_an_open_ipv6_address_private(address):
    if not egress.closed(address):
        inner = egress._inner(address)
        assert inner.is_global
        assert not any((inner.is_private, inner.is_loopback, inner.is_link_local, inner.is_multicast))


@given(st.ip_addresses(v=4))
def test_an_address_inside_another_is_judged_as_itself(address):
    for prefix in ("::ffff:0:0", "64:ff9b::"):
        outer = ipaddress.IPv6Address(int(ipaddress.IPv6Address(prefix)) | int(address))
        assert bool(egress.closed(outer)) == bool(egress.closed(address))


@given(st.ip_addresses(v=4))
def test_every_spelling_of_a_closed_address_is_refused_when_written_down(address):
    if egress.closed(address):
        for spelling in spellings(str(address)):
            assert egress.check_url(f"http://{spelling}/"), spelling
