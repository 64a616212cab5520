"""A worker: leads its share of the partitions in lanes, delivers, and keeps the views up to date.

Leases say who should lead, by the database's clock; they make progress, not safety. Safety is the fence in every step.
"""

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from datetime import datetime
from hashlib import sha256

import structlog

from tradelane.protocols.port import Channel
from tradelane.runtime.deliver import Deliverer
from tradelane.runtime.house import House
from tradelane.runtime.lane import Lane
from tradelane.runtime.project import Projector
from tradelane.store.port import Fenced, StoreUnavailable

LEASE_SECONDS = 6.0
RENEW_SECONDS = 1.5
POLL_SECONDS = 0.25
PROJECT_SECONDS = 0.2

log = structlog.get_logger()


def share(parts: int, workers: Sequence[str], worker: str) -> set[int]:
    """Return the partitions *worker* should lead: the highest hash wins, so a change moves few of them."""
    return {part for part in range(parts) if max(workers, key=lambda each: _weight(each, part)) == worker}


def _weight(worker: str, part: int) -> bytes:
    return sha256(f"{worker}\x1f{part}".encode()).digest()


class Worker:
    """One process's share of the work. ``lanes`` is how many commit units it runs side by side."""

    def __init__(
        self,
        house: House,
        name: str,
        channels: Callable[[str], Channel | None],
        projector: Projector | None = None,
        lanes: int = 1,
    ) -> None:
        self.house, self.name, self.projector = house, name, projector
        self.deliverer = Deliverer(house, channels)
        self.lanes = [Lane(house, self.deliverer) for _ in range(lanes)]
        self._stopping = asyncio.Event()
        self._delivering = asyncio.Event()
        self._projecting = asyncio.Event()

    # --- leading ----------------------------------------------------------------------------------------------------
    async def settle(self) -> None:
        """Renew the lease and lead exactly our share: drop what is others', take over what is ours."""
        workers = await self.house.store.renew(self.name, LEASE_SECONDS)
        mine = share(self.house.store.partitions, workers, self.name) if self.name in workers else set()
        for place, lane in enumerate(self.lanes):
            wanted = {part for part in mine if part % len(self.lanes) == place}
            async with lane.lock:
                lane.drop(set(lane.parts) - wanted)
                for part in sorted(wanted - set(lane.parts)):
                    await lane.lead(part)

    @property
    def leads(self) -> set[int]:
        """The partitions led here now."""
        return {part for lane in self.lanes for part in lane.parts}

    @property
    def places(self) -> tuple[int, ...]:
        """How far the journal of every led partition has come."""
        return tuple(part.journal_to for lane in self.lanes for _, part in sorted(lane.parts.items()))

    # --- by hand: simulation and tests --------------------------------------------------------------------------------
    async def turn(self) -> bool:
        """Do one step in every lane, deliver what is due, follow with the views; say whether anything moved."""
        moved = False
        for lane in self.lanes:
            moved |= await lane.turn()
        started = self.deliverer.start()
        await self.deliverer.drain()
        if self.projector is not None and not moved and not started:
            moved |= await self.projector.turn()
        return moved or started > 0

    def next_due(self) -> datetime | None:
        """Return when something comes due next, as far as memory knows."""
        dues = [lane.next_due() for lane in self.lanes] + [self.deliverer.next_due()]
        return min((due for due in dues if due is not None), default=None)

    # --- by itself --------------------------------------------------------------------------------------------------
    async def run(self) -> None:
        """Work until `stop`; a database that goes away is waited for."""
        self.house.store.on_change(self.woken)
        jobs = [self._keep_leading(), self._keep_delivering()]
        jobs += [self._keep_turning(lane) for lane in self.lanes]
        if self.projector is not None:
            jobs.append(self._keep_projecting(self.projector))
        try:
            await asyncio.gather(*jobs)
        finally:
            with contextlib.suppress(StoreUnavailable):
                await self.house.store.release(self.name)

    def stop(self) -> None:
        """Stop after the step under way."""
        self._stopping.set()
        self.woken("all")

    def woken(self, what: str) -> None:
        """Look again at what somebody wrote: the store calls this, at once for what was written in this process."""
        for lane in self.lanes if what in ("inbox", "all") else ():
            lane.unread = True
            lane.wake.set()
        if what in ("outbound", "all"):
            self._delivering.set()
        if what in ("journal", "all"):
            self._projecting.set()

    async def _keep_leading(self) -> None:
        while not self._stopping.is_set():
            with contextlib.suppress(StoreUnavailable, Fenced):
                await self.settle()
            await _pause(self._stopping, RENEW_SECONDS)

    async def _keep_turning(self, lane: Lane) -> None:
        while not self._stopping.is_set():
            lane.wake.clear()
            try:
                moved = await lane.turn()
            except StoreUnavailable as why:
                log.warning("store.unavailable", why=str(why))
                await _pause(self._stopping, POLL_SECONDS)
                continue
            except Exception as why:
                # A bug of ours. Forget all that memory holds and begin again from what is written; it is never skipped.
                log.error("lane.failed", why=str(why), exc_info=why)
                lane.drop(list(lane.parts))
                await _pause(self._stopping, RENEW_SECONDS)
                continue
            if moved:
                self._delivering.set()
                self._projecting.set()
                await asyncio.sleep(0)
            else:
                await _pause(lane.wake, POLL_SECONDS)
                lane.unread = True

    async def _keep_delivering(self) -> None:
        while not self._stopping.is_set():
            self._delivering.clear()
            self.deliverer.start()
            await _pause(self._delivering, POLL_SECONDS)
        await self.deliverer.drain()

    async def _keep_projecting(self, projector: Projector) -> None:
        while not self._stopping.is_set():
            self._projecting.clear()
            moved = False
            if 0 in self.leads:
                with contextlib.suppress(StoreUnavailable):
                    moved = await projector.turn()
            if not moved:
                await _pause(self._projecting, POLL_SECONDS)
            await asyncio.sleep(PROJECT_SECONDS)


async def _pause(event: asyncio.Event, seconds: float) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), seconds)
