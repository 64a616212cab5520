"""The HTTP server: uvicorn in our own event loop, HTTP/1.1 only, believing no proxy and telling nothing of itself."""

import asyncio
import contextlib
import errno
from collections.abc import Iterator

from uvicorn import Config, Server

from tradelane.api.connection import CONNECTIONS_MAX, IDLE_SECONDS_MAX, Connection
from tradelane.api.gate import Asgi

GRACE_SECONDS = 5


class Listening(Server):
    """Listens until it is told to stop. Signals are for who runs it: several things stop on them, in their order."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:  # type: ignore[override]
        """Leave the signals alone."""
        yield

    async def startup(self, sockets: list | None = None) -> None:
        """Begin to listen, or say that it cannot be."""
        try:
            await super().startup(sockets)
        except SystemExit:
            raise OSError(errno.EADDRINUSE, f"cannot listen at {self.config.host}:{self.config.port}") from None

    def stop(self) -> None:
        """Take no more requests, let those under way end for GRACE_SECONDS, then hang up."""
        self.should_exit = True


def server(app: Asgi, host: str, port: int) -> Listening:
    """Return a server for *app*; `await server.serve()` runs it, `server.stop()` ends it."""
    config = Config(
        app,  # type: ignore[arg-type]
        host=host,
        port=port,
        http=Connection,
        ws="none",
        interface="asgi3",
        lifespan="off",
        log_config=None,
        log_level="critical",
        access_log=False,
        proxy_headers=False,
        forwarded_allow_ips=[],
        server_header=False,
        backlog=CONNECTIONS_MAX,
        timeout_keep_alive=IDLE_SECONDS_MAX,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    return Listening(config)


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
