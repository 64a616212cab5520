"""The doors behind the real server, spoken to byte by byte over loopback: what a hostile or broken client gets."""

import asyncio
import contextlib
import gzip
import resource
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from tests.api.doors import Doors, open_doors
from tests.runtime.bench_house import response_855

from tradelane.api.serve import answering, server

pytestmark = pytest.mark.anyio

SEND = b"POST /partner/v1/transmissions HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer acme-key\r\n"
X12 = b"Content-Type: application/edi-x12\r\n"
LIMIT = 200_000


@dataclass
class Wire:
    """A listening house and the way to it."""

    doors: Doors
    port: int

    async def say(self, *pieces: bytes, half: bool = False, away: bool = False, until: bytes = b"<all>") -> bytes:
        """Send bytes and return all that comes until *until*, until the server closes, or is quiet after an answer."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            for piece in pieces:
                writer.write(piece)
                await writer.drain()
            if away:
                return b""
            if half:
                writer.write_eof()
            return await self._all(reader, until)
        except ConnectionError as error:
            return repr(error).encode()
        finally:
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()

    async def _all(self, reader: asyncio.StreamReader, until: bytes) -> bytes:
        heard = b""
        with contextlib.suppress(TimeoutError, ConnectionError):
            while piece := await asyncio.wait_for(reader.read(65536), 0.5 if heard else 5):
                heard += piece
                if until in heard:
                    return heard
            return heard + b"<closed>"
        return heard

    async def kept(self) -> int:
        """Return how many transmissions were kept."""
        await self.doors.bench.work()
        rows = await self.doors.bench.store.journal(dict.fromkeys(range(64), 0), 1000)
        return sum(row.type == "exchange.transmission_taken" for row in rows)


@pytest.fixture
async def wire(tmp_path) -> AsyncIterator[Wire]:
    doors = await open_doors(tmp_path, body_bytes_max=LIMIT)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    listening = server(doors.app, "127.0.0.1", port)
    job = asyncio.create_task(listening.serve())
    assert await answering("127.0.0.1", port, 10)
    yield Wire(doors, port)
    listening.stop()
    await asyncio.wait_for(job, 10)


def whole(body: bytes, *headers: bytes) -> bytes:
    told = b"".join(header + b"\r\n" for header in headers)
    return SEND + X12 + told + b"Content-Length: %d\r\n\r\n" % len(body) + body


def status(heard: bytes) -> int:
    return int(heard.split(b" ", 2)[1]) if heard.startswith(b"HTTP/1.") else 0


async def test_a_transmission_is_taken_over_the_wire(wire):
    heard = await wire.say(whole(response_855("4711")))
    assert status(heard) == 202
    assert b"x-content-type-options: nosniff" in heard
    assert b"x-request-id:" in heard
    assert await wire.kept() == 1


async def test_chunks_are_taken(wire):
    body = response_855("4711")
    chunk = b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body)
    heard = await wire.say(SEND + X12 + b"Transfer-Encoding: chunked\r\n\r\n" + chunk)
    assert status(heard) == 202


async def test_one_connection_carries_many_requests(wire):
    heard = await wire.say(whole(response_855("1", control=1)) + whole(response_855("2", control=2)))
    assert heard.count(b"HTTP/1.1 202") == 2


async def test_a_client_that_asks_before_sending_is_told_to_go_on(wire):
    heard = await wire.say(whole(response_855("4711"), b"Expect: 100-continue"))
    assert heard.startswith(b"HTTP/1.1 100")
    assert b"HTTP/1.1 202" in heard


@pytest.mark.parametrize("body", [b"", response_855("4711")])
async def test_two_lengths_never_hide_a_second_request(wire, body):
    """The server itself drops Content-Length where chunks are announced, and closes after it: nothing is smuggled."""
    hidden = b"GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n"
    chunks = (b"%x\r\n%b\r\n" % (len(body), body) if body else b"") + b"0\r\n\r\n"
    heard = await wire.say(SEND + X12 + b"Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks + hidden)
    assert heard.count(b"HTTP/1.1 ") == 1
    assert heard.endswith(b"<closed>")
    assert status(heard) == (202 if body else 422)


@pytest.mark.parametrize(
    "framing",
    [
        b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
        b"Content-Length: -1\r\n\r\n",
        b"Content-Length: +5\r\n\r\nhello",
        b"Content-Length : 5\r\n\r\nhello",
        b"Transfer-Encoding: identity\r\n\r\nhello",
        b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        b"X: a\r\n b\r\nContent-Length: 0\r\n\r\n",
    ],
)
async def test_a_request_that_two_readers_could_read_differently_is_refused(wire, framing):
    heard = await wire.say(SEND + X12 + framing)
    assert status(heard) == 400
    assert heard.endswith(b"<closed>")
    assert await wire.kept() == 0


async def test_a_request_without_a_host_is_refused(wire):
    assert status(await wire.say(b"GET /health/live HTTP/1.1\r\n\r\n")) == 400


async def test_headers_beyond_the_limits_are_refused(wire):
    many = b"".join(b"X-%d: 1\r\n" % n for n in range(101))
    for headers in (many, b"X-Long: " + b"a" * 17_000 + b"\r\n", b"X-Long: " + b"a" * 400_000 + b"\r\n"):
        heard = await wire.say(SEND + X12 + headers + b"Content-Length: 0\r\n\r\n")
        assert status(heard) == 431, len(headers)


async def test_a_hundred_headers_are_taken(wire):
    few = [b"X-%d: 1" % n for n in range(96)]
    assert status(await wire.say(whole(response_855("4711"), *few))) == 202


async def test_a_body_said_to_be_too_large_is_refused_before_it_is_sent(wire):
    heard = await wire.say(SEND + X12 + b"Content-Length: %d\r\n\r\n" % (LIMIT + 1))
    assert status(heard) == 413
    assert heard.endswith(b"<closed>")


async def test_chunks_beyond_the_limit_are_refused_and_the_connection_closed(wire):
    chunk = b"%x\r\n%b\r\n" % (50_000, b"x" * 50_000)
    heard = await wire.say(SEND + X12 + b"Transfer-Encoding: chunked\r\n\r\n", *[chunk] * 8)
    assert status(heard) == 413 or b"Connection" in heard
    assert await wire.kept() == 0


@pytest.mark.parametrize("how", [{"half": True}, {"away": True}])
async def test_a_body_cut_short_is_not_kept(wire, how):
    await wire.say(SEND + X12 + b"Content-Length: 5000\r\n\r\n" + response_855("4711"), **how)
    assert status(await wire.say(whole(response_855("4712", control=2)))) == 202
    assert await wire.kept() == 1


async def test_a_body_that_stops_coming_is_refused(wire):
    heard = await wire.say(SEND + X12 + b"Content-Length: 5000\r\n\r\nISA")
    assert status(heard) == 408
    assert heard.endswith(b"<closed>")


async def test_a_bomb_costs_little_memory(wire):
    bomb = gzip.compress(b"0" * 190_000_000, 9)[:LIMIT]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    heard = await wire.say(whole(bomb, b"Content-Encoding: gzip"))
    assert status(heard) == 413
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64 * 1024


@pytest.mark.parametrize(
    "bytes_", [b"\x00\x01\x02\r\n\r\n", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"\x16\x03\x01\x02\x00"]
)
async def test_what_is_no_http_is_hung_up_on(wire, bytes_):
    heard = await wire.say(bytes_, half=True)
    assert status(heard) in (0, 400)
    assert heard.endswith(b"<closed>")
    assert status(await wire.say(b"GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n")) == 200


async def test_the_front_page_says_where_to_look(wire):
    heard = await wire.say(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert status(heard) == 200
    assert b"text/html" in heard
    assert b"/process/v1/cases" in heard
    assert b"<script" not in heard


async def test_events_stream_over_the_wire_until_the_listener_leaves(wire):
    asked = b"GET /process/v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n"
    heard = await wire.say(asked, until=b"still here")
    assert b"text/event-stream" in heard
    assert b"listening" in heard
    bell = wire.doors.app.inner.breadth.state.bell
    for _ in range(200):
        if not bell.listeners:
            break
        await asyncio.sleep(0.02)
    assert bell.listeners == 0
