"""Drive a Tradelane and a practice network together on a clock that jumps: the whole life of many orders in seconds.

Everything is real but the sockets: the same intake, store, lanes and channels' contract as in production. Nothing
happens by itself, so a seed replays what it did.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import msgspec
from msgspec import Struct

from tradelane.app import App
from tradelane.model.transmission import Delivery
from tradelane.protocols.port import Channel, Delivered
from tradelane.runtime.work import Worker
from tradelane.store.port import StoreUnavailable
from tradelane.testing.clock import VirtualClock
from tradelane.testing.people import People
from tradelane.testing.twins.due import Due
from tradelane.testing.twins.network import Network

TURNS_MAX = 10_000
FAR = timedelta(days=3650)


@dataclass
class TwinChannel:
    """The way to one practice partner: it takes the bytes, or is down."""

    network: Network
    twin: str
    clock: VirtualClock

    async def deliver(self, delivery: Delivery) -> Delivered:
        """Hand a delivery over."""
        now = self.clock.now()
        if self.network.take(self.twin, delivery.body, delivery.media_type, delivery.id, now):
            return Delivered(result="accepted")
        return Delivered(result="retry", says="The partner is down.")


@dataclass
class Drive:
    """A Tradelane, a network, a clock.

    ``window``: how far the clock jumps at least, so that what is near goes together.
    """

    app: App
    network: Network
    clock: VirtualClock
    window: timedelta = timedelta(0)
    people: People | None = None
    worker: Worker | None = None
    channels: dict[str, Channel] = field(default_factory=dict)
    transmissions: int = 0

    def channel(self, partner: str) -> Channel:
        """Return the way to a practice partner."""
        return self.channels.setdefault(partner, TwinChannel(self.network, partner, self.clock))

    async def begin(self) -> None:
        """Start the worker and let the practice partners begin."""
        await self.hire()
        self.network.begin(self.clock.now())

    async def hire(self, name: str = "driver") -> Worker:
        """Put a new worker in the place of whoever was here, as after a crash."""
        self.worker = self.app.make_worker(name=name, channels=self.channel)
        self.app.store.on_change(self.worker.woken)
        await self.worker.settle()
        return self.worker

    async def run(self, until: datetime, progress: Callable[[datetime], None] | None = None) -> None:
        """Let everything happen that wants to happen before *until*."""
        while (due := await self.next_at()) is not None and due < until:
            self.clock.advance_to(max(due, min(self.clock.now() + self.window, until)))
            await self.send(self.network.due(self.clock.now()))
            await self.settle()
            if self.people is not None and await self.people.work(self.clock.now()):
                await self.settle()
            if progress is not None:
                progress(self.clock.now())
        self.clock.advance_to(until)

    async def next_at(self) -> datetime | None:
        """Return when something wants to happen next, on either side."""
        assert self.worker is not None
        timers = await self.app.store.timers(tuple(self.worker.leads), self.clock.now() + FAR, 1)
        dues = [self.network.next_at(), self.worker.next_due(), timers[0].due if timers else None]
        return min((due for due in dues if due is not None), default=None)

    async def send(self, dues: list[Due]) -> None:
        """Bring what the practice partners want to say to the intake, all at once."""
        await asyncio.gather(*(self._send(due) for due in dues))

    async def _send(self, due: Due) -> None:
        now = self.clock.now()
        profile = self.app.registry.partners[due.twin]
        answer = await self.app.intake.take(
            profile,
            due.body,
            channel=due.channel,
            transport_id=due.transport_id,
            media_type=due.media_type,
            file_name=due.file_name,
            now=now,
        )
        self.transmissions += 1
        if answer.status == 202:
            said = msgspec.json.decode(answer.body, type=_Said)
            self.network.acknowledged(due, now, said.id, said.sha256)
        elif answer.status in (429, 503):
            self.network.unanswered(due, now)
        else:
            self.network.rejected(due, now, answer.status, answer.body.decode(errors="replace")[:200])

    async def settle(self) -> None:
        """Work until nothing is left to do at this instant."""
        for _ in range(TURNS_MAX):
            assert self.worker is not None
            try:
                if not await self.worker.turn():
                    return
            except StoreUnavailable:
                await self.worker.settle()
        raise AssertionError("the work of one instant never ends")


class _Said(Struct):
    id: str
    sha256: str
