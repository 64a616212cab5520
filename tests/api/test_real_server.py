"""The doors behind the real server, spoken to byte by byte over loopback: what a hostile or broken client gets."""

import asyncio
import gzip
import resource
from collections.abc import AsyncIterator
from typing import Any

import pytest
from tests.api.wire import HIDDEN, LIMIT, SEND, X12, Wire, answers, listening, status, whole
from tests.runtime.bench_house import response_855

from tradelane.api.serve import GRACE_SECONDS, answering, server

pytestmark = pytest.mark.anyio


@pytest.fixture
async def wire(tmp_path) -> AsyncIterator[Wire]:
    async with listening(tmp_path) as heard:
        yield heard


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


async def test_the_front_page_is_the_console(wire):
    heard = await wire.say(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert status(heard) == 200
    assert b"text/html" in heard
    assert b"<title>Tradelane</title>" in heard


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


async def test_every_answer_says_when_it_is_and_not_by_what_it_was_made(wire):
    for asked in (HIDDEN, SEND + X12 + b"Content-Length: 0\r\n\r\n", HIDDEN.replace(b"live", b"nothing")):
        heard = (await wire.say(asked)).lower()
        assert heard.count(b"\r\ndate: ") == 1
        assert heard.count(b"\r\ncontent-length: ") == 1
        assert b"\r\nserver:" not in heard


async def test_a_stop_hangs_up_on_listeners_and_lets_requests_end(wire, monkeypatch):
    begun, go_on, put = asyncio.Event(), asyncio.Event(), wire.doors.bench.store.put

    async def slow(rows: Any) -> Any:
        begun.set()
        await go_on.wait()
        return await put(rows)

    monkeypatch.setattr(wire.doors.bench.store, "put", slow)
    reader, writer = await asyncio.open_connection("127.0.0.1", wire.port)
    writer.write(b"GET /process/v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
    await reader.readuntil(b"listening")
    under_way = asyncio.ensure_future(wire.say(whole(response_855("4711"))))
    await begun.wait()
    wire.server.stop()
    while await answering("127.0.0.1", wire.port, 0.05):
        await asyncio.sleep(0.02)
    async with asyncio.timeout(GRACE_SECONDS - 1):
        await reader.read()
        go_on.set()
        assert answers(await under_way) == [202]
        await wire.job
    assert await wire.kept() == 1
    writer.close()


async def test_a_port_that_is_taken_is_an_error_and_ends_nothing(wire):
    with pytest.raises(OSError, match=str(wire.port)):
        await server(wire.doors.app, "127.0.0.1", wire.port).serve()
    assert answers(await wire.say(HIDDEN)) == [200]
