"""What one connection is held to: nothing that can be read in two ways is taken, nothing is waited for for ever."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest
from tests.api.wire import HIDDEN, SEND, X12, Wire, answers, listening, status, whole
from tests.runtime.bench_house import response_855

from tradelane.api import connection

pytestmark = pytest.mark.anyio


@pytest.fixture
async def wire(tmp_path) -> AsyncIterator[Wire]:
    async with listening(tmp_path) as heard:
        yield heard


CHUNKED = b"Transfer-Encoding: chunked\r\n"
BODY = response_855("4711")
CHUNKS = b"%x\r\n%b\r\n0\r\n\r\n" % (len(BODY), BODY)
TWO_LENGTHS = {
    "length, then chunks": b"Content-Length: 6\r\n" + CHUNKED + b"\r\n" + CHUNKS,
    "chunks, then length": CHUNKED + b"Content-Length: 6\r\n\r\n" + CHUNKS,
    "length that fits, then chunks": b"Content-Length: %d\r\n" % len(CHUNKS) + CHUNKED + b"\r\n" + CHUNKS,
    "no chunks at all": b"Content-Length: 5\r\n" + CHUNKED + b"\r\n0\r\n\r\n",
    "identity, then chunks": b"Transfer-Encoding: identity\r\n" + CHUNKED + b"\r\n" + CHUNKS,
    "chunks, then identity": CHUNKED + b"Transfer-Encoding: identity\r\n\r\n" + CHUNKS,
    "chunks twice": CHUNKED + CHUNKED + b"\r\n" + CHUNKS,
    "chunks in a list": b"Transfer-Encoding: identity, chunked\r\n\r\n" + CHUNKS,
    "chunks and something else": b"Transfer-Encoding: gzip, chunked\r\n\r\n" + CHUNKS,
    "something like chunks": b"Transfer-Encoding: xchunked\r\n\r\n" + CHUNKS,
    "chunks in capitals": b"Content-Length: 6\r\nTRANSFER-ENCODING: CHUNKED\r\n\r\n" + CHUNKS,
    "identity": b"Transfer-Encoding: identity\r\n\r\n" + BODY,
    "space before the colon, chunks": b"Transfer-Encoding : chunked\r\n\r\n" + CHUNKS,
    "space before the colon, length": b"Content-Length : %d\r\n\r\n" % len(BODY) + BODY,
    "a folded header": b"X: a\r\n b\r\nContent-Length: %d\r\n\r\n" % len(BODY) + BODY,
    "chunks on a folded line": b"Transfer-Encoding:\r\n chunked\r\n\r\n" + CHUNKS,
    "two lengths": b"Content-Length: %d\r\nContent-Length: 6\r\n\r\n" % len(BODY) + BODY,
    "one length twice": b"Content-Length: %d\r\n" % len(BODY) * 2 + b"\r\n" + BODY,
    "lengths in a list": b"Content-Length: %d, %d\r\n\r\n" % (len(BODY), len(BODY)) + BODY,
    "plus": b"Content-Length: +%d\r\n\r\n" % len(BODY) + BODY,
    "minus": b"Content-Length: -1\r\n\r\n" + BODY,
    "hexadecimal": b"Content-Length: 0x%x\r\n\r\n" % len(BODY) + BODY,
    "no length": b"Content-Length:\r\n\r\n" + BODY,
    "longer than any number": b"Content-Length: " + b"9" * 40 + b"\r\n\r\n" + BODY,
    "bare line feeds": b"X: a\nContent-Length: %d\n\n" % len(BODY) + BODY,
    "two hosts": b"Host: other\r\nContent-Length: %d\r\n\r\n" % len(BODY) + BODY,
}


@pytest.mark.parametrize("framing", TWO_LENGTHS.values(), ids=TWO_LENGTHS)
async def test_a_request_that_two_readers_could_read_differently_is_refused(wire, framing):
    """400 and hung up: nothing is kept, and the request that stands behind it is not answered."""
    heard = await wire.say(SEND + X12 + framing + HIDDEN)
    assert status(heard) == 400
    assert len(answers(heard)) == 1
    assert heard.endswith(b"<closed>")
    assert await wire.kept() == 0


@pytest.mark.parametrize("framing", [TWO_LENGTHS["length, then chunks"], TWO_LENGTHS["identity, then chunks"]])
async def test_it_is_refused_however_it_is_cut_into_pieces(wire, framing):
    heard = await wire.trickle(SEND + X12 + framing + HIDDEN, 40)
    assert status(heard) == 400
    assert len(answers(heard)) == 1
    assert heard.endswith(b"<closed>")
    assert await wire.kept() == 0


async def test_what_was_asked_before_a_broken_request_is_answered(wire):
    heard = await wire.say(whole(response_855("4711")) + SEND + X12 + TWO_LENGTHS["length, then chunks"] + HIDDEN)
    assert answers(heard) == [202]
    assert heard.endswith(b"<closed>")
    assert await wire.kept() == 1


@pytest.mark.parametrize("chunk", [b"x\r\n", b"-1\r\nx\r\n", b"5\nhello\n", b"2\r\nhello\r\n", b"f" * 20 + b"\r\n"])
async def test_chunks_that_are_none_are_refused_and_not_kept(wire, chunk):
    heard = await wire.say(SEND + X12 + CHUNKED + b"\r\n" + CHUNKS[:-5] + chunk + b"0\r\n\r\n" + HIDDEN)
    assert answers(heard) == [400]
    assert heard.endswith(b"<closed>")
    assert await wire.kept() == 0


async def test_trailers_are_not_taken_for_headers(wire):
    """Who sends no key in the head has none, whatever comes after the body."""
    head = b"POST /partner/v1/transmissions HTTP/1.1\r\nHost: localhost\r\n" + X12 + CHUNKED + b"\r\n"
    heard = await wire.say(head + CHUNKS[:-2] + b"Authorization: Bearer acme-key\r\n\r\n")
    assert answers(heard) == [401]
    assert await wire.kept() == 0


UPGRADE = (b"Connection: Upgrade, HTTP2-Settings", b"Upgrade: h2c", b"HTTP2-Settings: AAMAAABkAAQAAP__")


@pytest.mark.parametrize("size", [1, 50, 100_000])
async def test_who_would_rather_speak_http_2_is_answered_all_the_same(wire, size):
    """Clients ask for it with their first request; body and next request are read as if they had not."""
    asked = whole(response_855("1", control=1), *UPGRADE)
    in_chunks = SEND + X12 + b"\r\n".join((*UPGRADE, CHUNKED)) + b"\r\n" + CHUNKS
    heard = await wire.trickle(asked + asked + in_chunks + HIDDEN, size)
    assert answers(heard) == [202, 202, 202, 200]
    assert await wire.kept() == 3


@pytest.mark.parametrize("piece", [b"X-Long: ", CHUNKED + b"\r\n0\r\nX: ", CHUNKED + b"\r\n5;x="])
async def test_a_head_or_a_trailer_without_end_is_refused(wire, piece):
    heard = await wire.trickle(SEND + X12 + piece + b"a" * 600_000, 10_000)
    assert answers(heard) in ([], [431])
    assert heard.endswith(b"<closed>")
    assert await wire.kept() == 0


@pytest.mark.parametrize("said", [b"", b"GET /health", b"GET /health/live HTTP/1.1\r\nHost: loc", b"\r\n"])
async def test_a_head_that_does_not_come_is_not_waited_for(wire, monkeypatch, said):
    monkeypatch.setattr(connection, "HEAD_SECONDS_MAX", 0.2)
    assert await wire.say(said) == b"<closed>"


async def until_hung_up(reader: asyncio.StreamReader) -> bytes:
    """Return what comes until the end, which is a reset for who is still talking."""
    heard = b""
    with contextlib.suppress(ConnectionError):
        while piece := await reader.read(65536):
            heard += piece
    return heard


@pytest.mark.parametrize("later", [False, True])
async def test_a_head_that_drips_is_not_waited_for(wire, monkeypatch, later):
    """Every byte is news, but only a whole head ends the waiting."""
    monkeypatch.setattr(connection, "HEAD_SECONDS_MAX", 0.2)
    reader, writer = await asyncio.open_connection("127.0.0.1", wire.port)
    writer.write(HIDDEN if later else HIDDEN + b"GET / HTTP/1.1\r\nX: ")
    heard = await reader.readuntil(b"}")
    writer.write(b"GET / HTTP/1.1\r\nX: " if later else b"a")
    hung_up = asyncio.ensure_future(until_hung_up(reader))
    async with asyncio.timeout(10):
        while not (await asyncio.wait([hung_up], timeout=0.02))[0]:
            writer.write(b"a")
    assert answers(heard + await hung_up) == [200]
    writer.close()


async def test_a_body_that_drips_after_its_answer_is_not_read_for_ever(wire):
    wire.server.config.timeout_keep_alive = 0.2
    reader, writer = await asyncio.open_connection("127.0.0.1", wire.port)
    writer.write(SEND.replace(b"acme-key", b"nobody") + X12 + b"Content-Length: 100000\r\n\r\n")
    hung_up = asyncio.ensure_future(until_hung_up(reader))
    async with asyncio.timeout(10):
        while not (await asyncio.wait([hung_up], timeout=0.02))[0]:
            writer.write(b"a")
    assert answers(await hung_up) == [401]
    writer.close()


async def test_a_connection_left_idle_is_closed(wire):
    wire.server.config.timeout_keep_alive = 0.2
    heard = await wire.say(HIDDEN)
    assert answers(heard) == [200]
    assert heard.endswith(b"<closed>")


async def test_more_connections_than_are_held_are_told_to_come_again(wire, monkeypatch):
    monkeypatch.setattr(connection, "CONNECTIONS_MAX", 0)
    heard = await wire.say(HIDDEN)
    assert answers(heard) == [503]
    assert b"\r\nretry-after: " in heard
    assert heard.endswith(b"<closed>")
    monkeypatch.undo()
    assert answers(await wire.say(HIDDEN)) == [200]


async def test_more_requests_at_once_than_are_kept_in_line_are_hung_up_on(wire):
    heard = await wire.say(HIDDEN * 1000)
    assert 0 < len(answers(heard)) < 1000
    assert set(answers(heard)) == {200}
    assert heard.endswith(b"<closed>")


async def test_an_address_without_end_is_refused(wire):
    assert answers(await wire.say(b"GET /" + b"a" * 17_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n")) == [431]


@pytest.mark.parametrize("path", [b"/docs/..%2f..%2fetc", b"/docs/../../etc", b"/%00", b"/%ff", b"http:", b"a:443"])
async def test_no_address_breaks_out_or_breaks_us(wire, path):
    for method in (b"GET", b"CONNECT"):
        [code] = answers(await wire.say(method + b" " + path + b" HTTP/1.1\r\nHost: localhost\r\n\r\n"))
        assert code in (400, 404, 405)
