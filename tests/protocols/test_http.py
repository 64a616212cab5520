import asyncio
import shutil
import ssl
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from tradelane.protocols import egress
from tradelane.protocols.http import ANSWER_BYTES_MAX, HttpChannel
from tradelane.testing.contracts.protocol import OutboundContract, delivery

pytestmark = pytest.mark.anyio

LOOPBACK = ("127.0.0.0/8", "::1/128")


@pytest.fixture
def anyio_backend():
    return "asyncio"


class Partner:
    """A real server on loopback that takes documents as a good partner does: once per key."""

    def __init__(self):
        self.kept = {}
        self.requests = []
        self.runner = None
        self.port = 0

    async def start(self, port=0):
        app = web.Application(client_max_size=2**26)
        app.router.add_post("/inbox", self.take)
        self.runner = web.AppRunner(app, shutdown_timeout=0)
        await self.runner.setup()
        site = web.TCPSite(self.runner, "127.0.0.1", port)
        await site.start()
        self.port = self.runner.addresses[0][1]

    async def stop(self):
        await self.runner.cleanup()

    async def take(self, request):
        body = await request.read()
        self.requests.append((dict(request.headers), body))
        self.kept.setdefault(request.headers["Idempotency-Key"], (request.headers["X-Tradelane-File-Name"], body))
        return web.Response(text="thank you")

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}/inbox"


@pytest.fixture
async def session():
    async with egress.session(LOOPBACK) as session:
        yield session


@pytest.fixture
async def partner():
    partner = Partner()
    await partner.start()
    yield partner
    await partner.stop()


class TestHttpChannel(OutboundContract):
    @pytest.fixture
    async def channel(self, session, partner):
        self.partner = partner
        return HttpChannel(session, partner.url)

    async def taken(self, channel):
        return dict(self.partner.kept.values())

    async def go_away(self, channel):
        await self.partner.stop()

    async def come_back(self, channel):
        await self.partner.start(self.partner.port)


@asynccontextmanager
async def raw_server(talk, tls=None):
    """Serve every connection with *talk(reader, writer)*: for partners that break the rules of HTTP."""
    tasks = set()

    async def serve(reader, writer):
        tasks.add(asyncio.current_task())
        try:
            await talk(reader, writer)
        except (ConnectionError, asyncio.CancelledError, ssl.SSLError):
            pass
        finally:
            writer.transport.abort()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in tasks:
            task.cancel()


async def answered(session, answer: bytes, timeout_seconds=5.0, hold=False):
    """Return what a channel makes of a server that reads the request and says *answer*."""

    async def talk(reader, writer):
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        await reader.readexactly(length)
        writer.write(answer)
        await writer.drain()
        if hold:
            await reader.read()

    async with raw_server(talk) as port:
        return await HttpChannel(session, f"http://127.0.0.1:{port}/inbox", timeout_seconds).deliver(delivery())


def said(status: str, *headers: str, body: str = "") -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers]
    return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()


async def test_every_attempt_carries_the_same_key_and_bytes(session, partner):
    for _ in range(3):
        await HttpChannel(session, partner.url).deliver(delivery())
    (first, *others) = partner.requests
    assert all(other == first for other in others)
    headers, body = first
    assert headers["Idempotency-Key"] == "delivery-1"
    assert headers["Content-Type"] == "application/edi-x12"
    assert headers["X-Tradelane-Document-Type"] == "purchase_order"
    assert body == b"ISA*00~"


@pytest.mark.parametrize(
    ("status", "result"),
    [
        ("200 OK", "accepted"),
        ("202 Accepted", "accepted"),
        ("204 No Content", "accepted"),
        ("301 Moved", "refused"),
        ("307 Moved", "refused"),
        ("400 Bad Request", "refused"),
        ("401 Unauthorized", "refused"),
        ("404 Not Found", "refused"),
        ("408 Timeout", "retry"),
        ("410 Gone", "refused"),
        ("422 Unprocessable", "refused"),
        ("425 Too Early", "retry"),
        ("429 Too Many", "retry"),
        ("500 Oops", "retry"),
        ("503 Unavailable", "retry"),
        ("599 Strange", "retry"),
    ],
)
async def test_the_status_decides(session, status, result):
    got = await answered(session, said(status))
    assert (got.result, got.disable) == (result, status == "410 Gone")
    assert got.says.startswith(f"HTTP {status[:3]}")


async def test_retry_after_is_heard_in_seconds_and_as_a_date(session):
    assert (await answered(session, said("429 Slow", "Retry-After: 3600"))).after == 3600
    date = ("Date: Mon, 02 Nov 2026 08:00:00 GMT", "Retry-After: Mon, 02 Nov 2026 08:02:00 GMT")
    assert (await answered(session, said("503 Busy", *date))).after == 120
    for nonsense in ("Retry-After: soon", "Retry-After: -5", "Retry-After: ²", "Retry-After: 1e9"):
        assert (await answered(session, said("503 Busy", nonsense))).after is None
    assert (await answered(session, said("503 Busy", "Retry-After: " + "9" * 40))).after == 7 * 86400


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "307 Elsewhere", "308 Elsewhere"])
async def test_a_redirect_is_not_followed(session, partner, status):
    got = await answered(session, said(status, f"Location: {partner.url}"))
    assert got.result == "refused"
    assert got.says.startswith(f"HTTP {status[:3]}")
    assert partner.requests == []


async def test_an_endless_answer_is_read_no_further_than_its_limit(session):
    sent = 0

    async def talk(reader, writer):
        nonlocal sent
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n")
        while True:
            writer.write(b"x" * 65536)
            await writer.drain()
            sent += 65536

    async with raw_server(talk) as port:
        got = await HttpChannel(session, f"http://127.0.0.1:{port}/", 10).deliver(delivery())
    assert got.result == "accepted"
    assert sent < 32 * 1024 * 1024
    assert len(got.says) < ANSWER_BYTES_MAX


async def test_a_success_whose_body_breaks_off_is_a_success(session):
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nonly this"
    assert (await answered(session, answer)).result == "accepted"
    assert (await answered(session, answer, timeout_seconds=0.3, hold=True)).result == "accepted"


async def test_a_packed_answer_is_not_unpacked(session):
    got = await answered(session, said("400 Bad", "Content-Encoding: gzip", body="not gzip at all"))
    assert got.result == "refused"


@pytest.mark.parametrize(
    "answer", [b"", b"HTTP/1.1 200", b"SSH-2.0-OpenSSH_9.6\r\n\r\n", b"HTTP/1.1 200 OK\r\nA: " + b"x" * 99999]
)
async def test_a_call_cut_after_the_request_is_unknown(session, answer):
    """The partner may have taken it: neither success nor failure (promise P5)."""
    assert (await answered(session, answer)).result == "unknown"


async def test_a_partner_that_hangs_is_left_after_the_deadline_and_the_result_is_unknown(session):
    got = await answered(session, b"", timeout_seconds=0.3, hold=True)
    assert got.result == "unknown"
    assert "0.3 s" in got.says


async def test_a_hanging_partner_does_not_hold_up_another(session, partner):
    async def hang(reader, writer):
        await reader.read()
        await asyncio.sleep(60)

    async with raw_server(hang) as port:
        hanging = HttpChannel(session, f"http://127.0.0.1:{port}/", 30)
        waiting = [asyncio.ensure_future(hanging.deliver(delivery(number))) for number in range(150)]
        await asyncio.sleep(0)
        got = await asyncio.wait_for(HttpChannel(session, partner.url).deliver(delivery()), 5)
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
    assert got.result == "accepted"


async def test_no_connection_is_tried_again(session):
    async with raw_server(lambda reader, writer: asyncio.sleep(0)) as port:
        pass
    assert (await HttpChannel(session, f"http://127.0.0.1:{port}/").deliver(delivery())).result == "retry"


async def test_a_name_that_nobody_knows_is_tried_again(session):
    assert (await HttpChannel(session, "http://nobody.invalid/").deliver(delivery())).result == "retry"


async def test_a_certificate_we_cannot_verify_is_never_accepted(session, tmp_path):
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    command = f"req -x509 -newkey rsa:2048 -nodes -keyout {key} -out {certificate} -subj /CN=localhost -days 1"
    names = "-addext subjectAltName=IP:127.0.0.1"
    made = await asyncio.create_subprocess_exec(
        "openssl", *command.split(), *names.split(), stderr=asyncio.subprocess.DEVNULL
    )
    assert await made.wait() == 0
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate, key)
    heard = []

    async def talk(reader, writer):
        heard.append(await reader.read(100))

    async with raw_server(talk, tls) as port:
        got = await HttpChannel(session, f"https://127.0.0.1:{port}/").deliver(delivery())
    assert got.result == "retry"
    assert "certificate" in got.says
    assert heard == []


async def test_an_answer_cannot_write_control_characters_into_our_records(session):
    got = await answered(session, said("400 Bad", body="\x1b[31mred\r\nsecond line\x00"))
    assert got.says.isprintable()
