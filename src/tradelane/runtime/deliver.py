"""Hand encoded documents to the partners' channels: many at once, each partner at its pace, one object's in order.

Every attempt carries the same id and bytes. What came of it goes back to the lane, which writes it down; nothing is
written here.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Collection, Coroutine, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

import structlog
from msgspec.structs import replace

from tradelane.model.transmission import Delivery
from tradelane.protocols.port import Channel
from tradelane.runtime.crash import crashpoint
from tradelane.runtime.house import House
from tradelane.store.port import Outbound, Pending, StoreUnavailable

RETRY_SECONDS = (5, 30, 120, 300, 900, 1800, 3600, 7200, 14400, 28800, 43200)
UNKNOWN_SECONDS = 5

log = structlog.get_logger()


@dataclass(frozen=True)
class Result:
    """What one attempt came to. ``due``: when it is tried again; None when it is over (accepted or given up)."""

    part: int
    sequence: int
    id: str
    partner: str
    stream: str
    attempt: int
    result: str
    says: str = ""
    due: datetime | None = None


@dataclass
class _Waiting:
    row: Pending
    outbound: Outbound | None
    report: Callable[[Result], None]
    wake: asyncio.Event
    reported: bool = False


@dataclass
class _Partner:
    """One partner's deliveries: chains of one object's documents, of which only the first may go."""

    chains: dict[str, deque[_Waiting]] = field(default_factory=dict)
    running: set[str] = field(default_factory=set)
    failures: int = 0
    paused_until: datetime | None = None


class Deliverer:
    """All deliveries of this process.

    ``channels`` finds the channel of a partner by its folder name; None: it fetches for itself.
    """

    def __init__(self, house: House, channels: Callable[[str], Channel | None]) -> None:
        self.house, self.channels = house, channels
        self._partners: dict[str, _Partner] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._ids: dict[str, tuple[str, str]] = {}
        self.delivered = 0

    def add(self, row: Pending, outbound: object, report: Callable[[Result], None], wake: asyncio.Event) -> None:
        """Take a delivery over, or the new due time of one we have.

        What waited to be fetched goes at once, where its partner has a channel now.
        """
        if self.channels(row.owner) is None:
            return
        now = self.house.now()
        row = row if row.attempts else replace(row, due=min(row.due, now))
        partner = self._partners.setdefault(row.owner, _Partner())
        _, about = self._ids.get(row.id, ("", row.waits_for or row.id))
        chain = partner.chains.setdefault(about, deque())
        waiting = _Waiting(row, outbound if isinstance(outbound, Outbound) else None, report, wake)
        for place, known in enumerate(chain):
            if known.row.id == row.id:
                waiting.outbound = waiting.outbound or known.outbound
                chain[place] = waiting
                break
        else:
            chain.append(waiting)
        self._ids[row.id] = (row.owner, about)

    def settled(self, id: str) -> None:
        """A delivery is over and written down: the next one about its object may go."""
        name, about = self._ids.pop(id, ("", ""))
        partner = self._partners.get(name)
        if partner is None or about not in partner.chains:
            return
        kept = deque(waiting for waiting in partner.chains[about] if waiting.row.id != id)
        if kept:
            partner.chains[about] = kept
            return
        del partner.chains[about]
        if not (partner.chains or partner.running or partner.failures):
            del self._partners[name]  # Who waits for nothing costs nothing: `start` looks at all who are left.

    def forget(self, parts: Collection[int]) -> None:
        """Stop delivering for partitions we no longer lead; attempts under way end by themselves."""
        for partner in self._partners.values():
            for about, chain in list(partner.chains.items()):
                partner.chains[about] = deque(waiting for waiting in chain if waiting.row.part not in parts)
                if not partner.chains[about]:
                    del partner.chains[about]

    def start(self) -> int:
        """Start every attempt that is due and has room; return how many."""
        now = self.house.now()
        return sum(self._start(name, partner, now) for name, partner in self._partners.items())

    def _start(self, name: str, partner: _Partner, now: datetime) -> int:
        if partner.paused_until is not None and partner.paused_until > now:
            return 0
        profile, started = self.house.registry.partners.get(name), 0
        room = (profile.send.concurrency_max if profile else 1) - len(partner.running)
        for chain in partner.chains.values() if room > 0 else ():
            head = chain[0]
            if head.row.due <= now and head.row.id not in partner.running and not head.reported:
                partner.running.add(head.row.id)
                self._spawn(self._attempt(name, partner, head))
                started += 1
                if started == room:
                    break
        return started

    async def drain(self) -> None:
        """Wait until every attempt under way has ended."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    @property
    def running(self) -> int:
        """How many attempts are under way."""
        return len(self._tasks)

    def next_due(self) -> datetime | None:
        """Return when the next attempt may start."""
        dues = [
            max(chain[0].row.due, partner.paused_until or chain[0].row.due)
            for partner in self._partners.values()
            for chain in partner.chains.values()
            if chain[0].row.id not in partner.running and not chain[0].reported
        ]
        return min(dues, default=None)

    def waiting(self) -> Mapping[str, int]:
        """Return how many deliveries wait for each partner."""
        return {name: sum(map(len, partner.chains.values())) for name, partner in self._partners.items()}

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _attempt(self, name: str, partner: _Partner, waiting: _Waiting) -> None:
        row = waiting.row
        try:
            outbound = waiting.outbound or (await self.house.store.outbound([(row.part, row.id)])).get(row.id)
            if outbound is None:
                waiting.reported = True
                waiting.report(_over(row, 0, "parked", "We no longer hold the bytes of it."))
                return
            waiting.outbound = outbound
            result = await self._deliver(name, outbound, row)
            crashpoint("after_delivery_before_result")
            self._pace(partner, result)
            waiting.reported = True  # Not again until what came of it is written down.
            waiting.report(result)
        except StoreUnavailable:
            log.warning("delivery.store_unavailable", partner=name)
        finally:
            partner.running.discard(row.id)
            waiting.wake.set()
            self._start(name, partner, self.house.now())  # The room it leaves is for the next one, at once.

    async def _deliver(self, name: str, outbound: Outbound, row: Pending) -> Result:
        channel = self.channels(name)
        assert channel is not None
        delivery = Delivery(
            id=outbound.id,
            partner=name,
            document_type=outbound.document_type,
            document_id=outbound.id,
            body=outbound.body,
            media_type=outbound.media_type,
            file_name=outbound.file_name,
        )
        got = await channel.deliver(delivery)
        attempt, sequence = row.attempts + 1, outbound.sequence
        if got.result == "accepted":
            self.delivered += 1
            return _over(row, sequence, "accepted", got.says)
        profile = self.house.registry.partners[name]
        if got.result == "refused" or attempt >= profile.send.attempts_max:
            return _over(row, sequence, "parked", got.says)
        due = self.house.now() + timedelta(seconds=_wait(row.id, attempt, got.after, got.result == "unknown"))
        result = "unknown" if got.result == "unknown" else "retried"
        return Result(row.part, sequence, row.id, row.owner, row.stream, attempt, result, got.says, due)

    def _pace(self, partner: _Partner, result: Result) -> None:
        """After five failures in a row give the partner a rest: it is down, and retries must not become the load."""
        if result.result in ("accepted", "parked"):
            partner.failures, partner.paused_until = 0, None
            return
        partner.failures += 1
        if partner.failures >= 5:
            partner.paused_until = self.house.now() + timedelta(seconds=min(60, 2 ** (partner.failures - 4)))


def _over(row: Pending, sequence: int, result: str, says: str) -> Result:
    return Result(row.part, sequence, row.id, row.owner, row.stream, row.attempts + 1, result, says)


def _wait(id: str, attempt: int, after: float | None, unknown: bool) -> float:
    """Return the seconds to the next attempt: jitter on a schedule of hours, never sooner than asked."""
    ceiling = UNKNOWN_SECONDS if unknown else RETRY_SECONDS[min(attempt - 1, len(RETRY_SECONDS) - 1)]
    jittered = ceiling * Random(f"{id}.{attempt}").uniform(0.2, 1.0)
    return max(jittered, after or 0.0)
