"""A listening house spoken to byte by byte over loopback, and how to read what it answers."""

import asyncio
import contextlib
import re
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from tests.api.doors import Doors, open_doors

from tradelane.api.serve import Listening, answering, server

SEND = b"POST /partner/v1/transmissions HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer acme-key\r\n"
X12 = b"Content-Type: application/edi-x12\r\n"
LIMIT = 200_000
HIDDEN = b"GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n"


@dataclass
class Wire:
    """A listening house and the way to it."""

    doors: Doors
    port: int
    server: Listening
    job: asyncio.Task[None]

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

    async def trickle(self, bytes_: bytes, size: int) -> bytes:
        """Say it in pieces that come one by one."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        heard = asyncio.ensure_future(self._all(reader, b"<all>"))
        with contextlib.suppress(ConnectionError):
            for start in range(0, len(bytes_), size):
                writer.write(bytes_[start : start + size])
                await writer.drain()
                await asyncio.sleep(0)
        said = await heard
        writer.close()
        return said

    async def _all(self, reader: asyncio.StreamReader, until: bytes) -> bytes:
        heard = b""
        try:
            while piece := await asyncio.wait_for(reader.read(65536), 0.5 if heard else 5):
                heard += piece
                if until in heard:
                    return heard
        except TimeoutError:
            return heard
        except ConnectionError:
            # Hung up on while we were still talking.
            pass
        return heard + b"<closed>"

    async def kept(self) -> int:
        """Return how many transmissions were kept."""
        await self.doors.bench.work()
        rows = await self.doors.bench.store.journal(dict.fromkeys(range(64), 0), 1000)
        return sum(row.type == "exchange.transmission_taken" for row in rows)


@contextlib.asynccontextmanager
async def listening(root: Path) -> AsyncIterator[Wire]:
    """A house that listens as long as this is open."""
    doors = await open_doors(root, body_bytes_max=LIMIT)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    door = server(doors.app, "127.0.0.1", port)
    job = asyncio.create_task(door.serve())
    assert await answering("127.0.0.1", port, 10)
    yield Wire(doors, port, door, job)
    door.stop()
    await asyncio.wait_for(job, 10)


def whole(body: bytes, *headers: bytes) -> bytes:
    told = b"".join(header + b"\r\n" for header in headers)
    return SEND + X12 + told + b"Content-Length: %d\r\n\r\n" % len(body) + body


def status(heard: bytes) -> int:
    return int(heard.split(b" ", 2)[1]) if heard.startswith(b"HTTP/1.") else 0


def answers(heard: bytes) -> list[int]:
    """Return the status of every answer heard, the first line of each."""
    return [int(code) for code in re.findall(rb"HTTP/1\.1 (\d{3}) [^\r]*\r\n", heard)]
