"""A Tradelane and a practice network on real wires in one process: real HTTP, real folders, a database; only the days
are short.

The clock stands still while anything is under way and then jumps to what comes next, so a month of trade takes a
minute and nothing that happens depends on how fast this machine is.
"""

import asyncio
import contextlib
import socket
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tradelane.api.app import build
from tradelane.api.serve import server
from tradelane.app import Running, start
from tradelane.runtime.clock import Clock
from tradelane.testing.clock import VirtualClock
from tradelane.testing.drive import FAR
from tradelane.testing.practice import Practice
from tradelane.testing.twins.config_folder import write_config
from tradelane.testing.twins.network import Network
from tradelane.testing.twins.server import TwinServer

FOLDER_SECONDS = 0.02
QUIET_SECONDS = 0.06
LOOK_SECONDS = 0.004
REFUSED_AGAIN = timedelta(minutes=30)


class Rehearsal:
    """Everything of one rehearsal: open it, run it to an instant (or let it run by itself), close it."""

    def __init__(self, root: Path, network: Network, clock: Clock, port: int = 0) -> None:
        self.root, self.network, self.clock = root, network, clock
        self.port = port or free_port()
        self.twins = TwinServer(network, clock, root / "data")
        self.running: Running | None = None
        self._jobs: list[asyncio.Future[Any]] = []
        self._working: asyncio.Future[Any] | None = None
        self._stop = asyncio.Event()

    @property
    def url(self) -> str:
        """Where the doors listen."""
        return f"http://127.0.0.1:{self.port}"

    async def open(self) -> Running:
        """Write the settings, start the database and the doors, open the partners' addresses; nothing happens yet."""
        await self.twins.open()
        write_config(self.network, self.root, self.twins.urls, port=self.port)
        self.running = await start(self.root, clock=self.clock)
        return self.running

    async def go(self) -> None:
        """Let doors, work and practice partners run."""
        assert self.running is not None
        app = self.running.app
        self._door = server(Practice(build(app), app, self.network, self._work), "127.0.0.1", self.port)
        pickup = app.make_pickup()
        self._pickup = pickup
        await self._work(True)
        self._spawn(self._door.serve(), pickup.run(self._stop, FOLDER_SECONDS), self.twins.run(self.url))
        await listening(self.port)

    async def _work(self, on: bool) -> None:
        """Let the work be done, or stop it; whoever starts again goes on where it was left."""
        assert self.running is not None
        app = self.running.app
        if on:
            worker = app.make_worker()
            await worker.settle()
            self._working = asyncio.ensure_future(worker.run())
            self._jobs.insert(0, self._working)
        elif app.worker is not None and self._working is not None:
            app.worker.stop()
            await self._working
            self._jobs.remove(self._working)
            self._working = None

    async def run(
        self, until: datetime, progress: Callable[[datetime], None] | None = None, window_hours: float = 6
    ) -> None:
        """Jump from one thing to the next until nothing more wants to happen before *until*."""
        assert isinstance(self.clock, VirtualClock), "only a clock that can be moved can be run to an instant"
        await self.quiet()
        window = timedelta(hours=window_hours)
        while (due := await self._next_at()) is not None and due < until:
            self.clock.advance_to(max(due, min(self.clock.now() + window, until)))
            await self.quiet()
            if progress is not None:
                progress(self.clock.now())

    async def quiet(self) -> None:
        """Wait until nothing is under way at this instant."""
        loop = asyncio.get_running_loop()
        seen, since = None, loop.time()
        while True:
            self._check()
            activity, now = self._activity(), loop.time()
            if activity != seen or self._under_way():
                seen, since = activity, now
            elif now - since >= QUIET_SECONDS:
                return
            await asyncio.sleep(LOOK_SECONDS)

    async def close(self) -> None:
        """Stop everything cleanly, the database last."""
        self._stop.set()
        if self.running is not None and self.running.app.worker is not None:
            self.running.app.worker.stop()
        if self._jobs:
            self._door.stop()
            for job in self._jobs:
                if job is self._jobs[-1]:
                    job.cancel()
            await asyncio.gather(*self._jobs, return_exceptions=True)
        await self.twins.close()
        if self.running is not None:
            await self.running.close()

    # --- what is under way ------------------------------------------------------------------------------------------
    def _activity(self) -> tuple[object, ...]:
        assert self.running is not None
        worker = self.running.app.worker
        assert worker is not None
        return (
            *(lane.steps for lane in worker.lanes),
            worker.deliverer.delivered,
            self.network.next_at(),
            worker.places,
        )

    def _under_way(self) -> bool:
        assert self.running is not None
        app, now = self.running.app, self.clock.now()
        worker = app.worker
        assert worker is not None
        coming, due = self.network.next_at(), worker.next_due()
        return (
            (coming is not None and coming <= now)
            or (due is not None and due <= now)
            or worker.deliverer.running > 0
            or self.twins.busy
            or app.intake.busy
            or any(not lane.idle for lane in worker.lanes)
            or not app.projector.caught_up
        )

    async def _next_at(self) -> datetime | None:
        assert self.running is not None
        app = self.running.app
        assert app.worker is not None
        timers = await app.store.timers(tuple(app.worker.leads), self.clock.now() + FAR, 1)
        again = self.clock.now() + REFUSED_AGAIN if self.twins.refusing else None
        dues = [self.network.next_at(), app.worker.next_due(), timers[0].due if timers else None, again]
        return min((due for due in dues if due is not None), default=None)

    def _spawn(self, *works: Any) -> None:
        self._jobs += [asyncio.ensure_future(work) for work in works]

    def _check(self) -> None:
        for job in self._jobs:
            if job.done() and not job.cancelled() and (why := job.exception()) is not None:
                raise why


def free_port() -> int:
    """Return a port nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def listening(port: int, seconds: float = 15) -> None:
    """Wait until somebody listens on *port*."""
    async with asyncio.timeout(seconds):
        while True:
            with contextlib.suppress(OSError):
                _, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.close()
                return
            await asyncio.sleep(LOOK_SECONDS)
