"""The HTTP server: granian in our own event loop, HTTP/1.1 only, with limits that leave the rest to the gate."""

import asyncio
import contextlib

from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.server.embed import Server

from tradelane.api.gate import Asgi

HEADER_SECONDS_MAX = 15
BUFFER_BYTES = 64 * 1024
CONNECTIONS_MAX = 1024


def server(app: Asgi, host: str, port: int) -> Server:
    """Return a server for *app*; `await server.serve()` runs it, `server.stop()` ends it."""
    return Server(
        app,
        address=host,
        port=port,
        interface=Interfaces.ASGINL,
        http=HTTPModes.http1,
        websockets=False,
        backlog=CONNECTIONS_MAX,
        log_enabled=False,
        http1_settings=HTTP1Settings(header_read_timeout=HEADER_SECONDS_MAX * 1000, max_buffer_size=BUFFER_BYTES),
    )


async def answering(host: str, port: int, seconds: float) -> bool:
    """Say whether somebody accepts connections there within *seconds*."""
    deadline = asyncio.get_running_loop().time() + seconds
    while asyncio.get_running_loop().time() < deadline:
        with contextlib.suppress(OSError):
            _, writer = await asyncio.open_connection(host, port)
            writer.close()
            return True
        await asyncio.sleep(0.02)
    return False
