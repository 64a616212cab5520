"""A lane leads partitions: it takes what waits there, walks it through the rooms, writes all it comes to in one step.

A turn is one step. What waits is served round-robin between partners, by bytes, so that nobody's flood delays the
others.
"""

import asyncio
from collections import OrderedDict, deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from heapq import heappop, heappush

import structlog

from tradelane.model.exchange import RecordDelivery
from tradelane.model.identity import derived_id, partition
from tradelane.runtime import again
from tradelane.runtime.batch import Batch, Work, nested, waiting_item
from tradelane.runtime.crash import crashpoint
from tradelane.runtime.deliver import Deliverer, Result
from tradelane.runtime.handed import Asked, arrived, ask
from tradelane.runtime.house import House
from tradelane.runtime.part import Part
from tradelane.runtime.receive import LARGE_BYTES
from tradelane.runtime.rooms import Book
from tradelane.runtime.timers import Timers
from tradelane.runtime.unbrought import unbrought
from tradelane.runtime.walk import Stuck, park, walk
from tradelane.store.port import Attempt, Fenced, Item, Pending, Step, StoreUnavailable

ITEMS_PER_TURN = 64
BYTES_PER_TURN = 1_000_000
READ_AHEAD_ITEMS = 256
READ_AHEAD_BYTES = 8_000_000
BOOKS_MAX = 20_000

log = structlog.get_logger()


@dataclass
class Lane:
    """One commit unit. ``turn`` does one step's worth of work; ``run`` repeats it until told to stop."""

    house: House
    deliverer: Deliverer
    parts: dict[int, Part] = field(default_factory=dict)
    books: OrderedDict[str, Book] = field(default_factory=OrderedDict)
    ready: OrderedDict[str, deque[Work]] = field(default_factory=OrderedDict)
    later: list[tuple[datetime, str, int]] = field(default_factory=list)
    results: deque[Result] = field(default_factory=deque)
    waits: dict[str, set[tuple[int, str]]] = field(default_factory=dict)
    held: dict[str, str] = field(default_factory=dict)
    stuck: dict[str, set[str]] = field(default_factory=dict)
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    steps: int = 0
    outlived: set[int] = field(default_factory=set)
    unread: bool = True
    unbrought: list[Asked] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.timers = Timers(self.house)

    # --- leading ----------------------------------------------------------------------------------------------------
    async def lead(self, number: int) -> None:
        """Take a partition over and load what lives in it."""
        part = Part.led(await self.house.store.take_over(number))
        crashpoint("after_takeover")
        if number in self.outlived:  # The database went away, not we: nothing of what waits here has killed anybody.
            self.outlived.discard(number)
            part.careful, part.poisoned = 0, ""
        rows = await self.house.store.pending([number])
        self.parts[number] = part
        for row in sorted(rows, key=lambda row: (row.out_sequence, row.due)):
            self._note(row)
        self.unbrought += unbrought(self.house, part, rows)
        self.timers.stale = True
        self.unread = True
        self.wake.set()

    def drop(self, numbers: Iterable[int]) -> None:
        """Stop leading: forget all that was known only because we led."""
        gone = set(numbers)
        if not gone:
            return
        for number in gone:
            self.parts.pop(number, None)
        count = self.house.store.partitions
        for stream in [stream for stream in self.books if partition(stream, count) in gone]:
            del self.books[stream]
        for owner in list(self.ready):
            self.ready[owner] = deque(work for work in self.ready[owner] if work.item.part not in gone)
        self.waits = {stream: {key for key in keys if key[0] not in gone} for stream, keys in self.waits.items()}
        self.results = deque(result for result in self.results if result.part not in gone)
        self.unbrought = [asked for asked in self.unbrought if asked.item.part not in gone]
        self.deliverer.forget(gone)
        self.timers.forget(gone)

    # --- one step ---------------------------------------------------------------------------------------------------
    async def turn(self) -> bool:
        """Do one step; say whether there was anything to do. What we lead does not change under way."""
        async with self.lock:
            return await self._turn()

    async def _turn(self) -> bool:
        await self._read()
        batch = Batch(self.house, self.parts, self.books, self.house.now())
        roots = self._collect(batch)
        if not batch.queue and not batch.attempts:
            return False
        try:
            await self._announce(roots, batch.now)
            await walk(batch, self.held)
            await self._write(batch.step())
        except Stuck as why:
            log.error(
                "work.failed", item=why.item.id, stream=why.item.stream, why=str(why.__cause__), exc_info=why.__cause__
            )
            self.held[why.item.id] = f"{type(why.__cause__).__name__}: {why.__cause__}"[:500]
            self._undo(batch, roots)
        except Fenced as fenced:
            self._undo(batch, roots)
            self.drop(fenced.parts)
        except StoreUnavailable:
            self.outlived.update(self.parts)
            self.drop(list(self.parts))
            raise
        else:
            self._committed(batch)
        return True

    async def _write(self, step: Step) -> None:
        if not step.parts:
            return
        crashpoint("before_step")
        await self.house.store.step(step)
        self.steps += 1
        crashpoint("after_step_before_delivery")
        for row in step.parts:
            self.parts[row.part].stepped(row)

    async def _announce(self, works: list[Work], now: datetime) -> None:
        """Say, in a step of its own, which item is about to be run: if it kills us, our successor knows it by name."""
        for work in works:
            part = self.parts[work.item.part]
            if part.careful and work.item.sequence:
                row = part.next_step(part.inbox_to, part.journal_to, part.out_to, started=work.item.id)
                await self.house.store.step(Step(parts=(row,), at=now, config=self.house.registry.version))
                part.stepped(row)

    def _undo(self, batch: Batch, roots: list[Work]) -> None:
        for stream in batch.touched:
            self.books.pop(stream, None)
        self.timers.stale = True
        for work in reversed(roots):
            if work.item.sequence or work.pending:
                work.receiving = None
                self.ready.setdefault(work.item.owner, deque()).appendleft(work)
        self.results.extendleft(reversed(batch.results))

    def hear(self, result: Result) -> None:
        """Take note of what a delivery attempt came to; the next step writes it down."""
        self.results.append(result)

    # --- what waits -------------------------------------------------------------------------------------------------
    async def _read(self) -> None:
        held = sum(len(waiting) for owner, waiting in self.ready.items() if owner != again.LINE)
        if self.unread and held < READ_AHEAD_ITEMS and self.parts:
            self.unread = False
            places = {number: part.read_to for number, part in self.parts.items()}
            items = await self.house.store.inbox(places, READ_AHEAD_ITEMS, READ_AHEAD_BYTES)
            for item in items:
                if (part := self.parts.get(item.part)) and item.sequence > part.read_to:
                    part.read(item)
                    self.ready.setdefault(item.owner, deque()).append(Work(item))
            self.unread = len(items) >= READ_AHEAD_ITEMS // 2
        await self.timers.read(self.parts)

    def _collect(self, batch: Batch) -> list[Work]:
        works: list[Work] = []
        self._take_results(batch)
        batch.queue.extend(nested(asked) for asked in self.unbrought)
        works += [batch.fire(timer) for timer in self.timers.due(batch.now, ITEMS_PER_TURN)]
        taken = set[str]()
        while self.later and self.later[0][0] <= batch.now:
            _, id, number = heappop(self.later)
            part = self.parts.get(number)
            if (
                part
                and id not in taken
                and (row := part.pending.get(id))
                and row.due <= batch.now
                and row.why not in ("parked", "delivery")
            ):
                works.append(Work(waiting_item(row), row))
                taken.add(id)
        works += self._serve()
        for work in works:
            self._admit(batch, work)
        return works

    def _admit(self, batch: Batch, work: Work) -> None:
        part = self.parts[work.item.part]
        if part.poisoned == work.item.id:
            part.poisoned = ""
            park(batch, work, "Handling it killed the process again and again.", "POISON_MESSAGE", 3)
        elif work.item.owner != again.LINE or again.take_up(batch, work):
            batch.queue.append(work)

    def _serve(self) -> list[Work]:
        """Take from each partner in turn until the step is full, then a little of what is replayed.

        In a partition that has killed us, one item at a time.
        """
        replayed = self.ready.pop(again.LINE, None)
        works = self._serve_partners()
        if replayed:
            most = self._most()
            room = min(max(most - len(works), 1), again.ITEMS_PER_TURN) if most > 1 or not works else 0
            works += [replayed.popleft() for _ in range(min(room, len(replayed)))]
            self.ready[again.LINE] = replayed
        for work in works:
            if work.pending is None:  # The place may have passed it while it waited in line.
                work.pending = self.parts[work.item.part].pending.get(work.item.id)
        return works

    def _serve_partners(self) -> list[Work]:
        works: list[Work] = []
        size, full = 0, set[str]()
        while len(self.ready) > len(full) and len(works) < self._most() and size < BYTES_PER_TURN:
            owner, waiting = next(iter(self.ready.items()))
            if not waiting:
                del self.ready[owner]
                continue
            self.ready.move_to_end(owner)
            if owner in full:
                continue
            work = waiting.popleft()
            if work.item.part in self.parts:
                works.append(work)
                weight = weigh(work.item)
                size += min(weight, LARGE_BYTES)
                if weight > LARGE_BYTES:
                    full.add(owner)  # What it sent after a large one comes after it.
        return works

    def _most(self) -> int:
        return 1 if any(part.careful for part in self.parts.values()) else ITEMS_PER_TURN

    def _take_results(self, batch: Batch) -> None:
        while self.results:
            result = self.results.popleft()
            part = self.parts.get(result.part)
            row = part.pending.get(result.id) if part else None
            if row is not None and row.attempts < result.attempt:  # Else a former leader's, written down already.
                batch.results.append(result)
                self._result(batch, result, row)

    def _result(self, batch: Batch, result: Result, row: Pending) -> None:
        batch.attempts.append(
            Attempt(
                part=result.part,
                sequence=result.sequence,
                attempt=result.attempt,
                result=result.result,
                at=batch.now,
                says=result.says,
            )
        )
        if result.due is not None:
            batch.keep_pending(_retried(row, result))
            return
        batch.finish_pending(result.part, result.id)
        told = RecordDelivery(
            document_id=result.id, delivered=result.result == "accepted", says=result.says, attempts=result.attempt
        )
        id = derived_id(result.id, "delivery", result.attempt)
        batch.queue.append(nested(ask(id, result.stream, told, result.partner, self.house.store.partitions)))

    # --- after the commit -------------------------------------------------------------------------------------------
    def _committed(self, batch: Batch) -> None:
        self.unbrought.clear()
        for id, number in batch.pending_done.items():
            row = self.parts[number].pending.pop(id, None) if number in self.parts else None
            if row is not None and row.waits_for:
                self.waits.get(row.waits_for, set()).discard((number, id))
            self.held.pop(id, None)
            self.deliverer.settled(id)
        fresh = {row.id: row for row in batch.outbound}
        continued = {work.item.id for work in batch.continued} | batch.passed  # These wait in line as they are.
        for row in batch.pending_set.values():
            if row.id in continued:
                self.parts[row.part].pending[row.id] = row
                continue
            if row.why in ("blocked", "parked"):
                self.held.pop(row.id, None)
            self._note(row, fresh.get(row.id))
        for work in batch.continued:
            self.ready.setdefault(work.item.owner, deque()).appendleft(work)
        self.timers.apply(batch.timers_set.values(), batch.timers_done)
        for stream in batch.freed:
            self._free(stream)
        for stream in batch.touched:
            self.books.move_to_end(stream)
        while len(self.books) > BOOKS_MAX:
            self.books.popitem(last=False)

    def _note(self, row: Pending, outbound: object = None) -> None:
        """Hold a pending row where it will be found: by due time, by channel, or by the stream it waits for."""
        part = self.parts.get(row.part)
        if part is None:
            return
        part.pending[row.id] = row
        if row.why == "delivery":
            self.deliverer.add(row, outbound, self.hear, self.wake)
        elif row.why != "parked":
            heappush(self.later, (row.due, row.id, row.part))
            if row.why == "deferred":
                self.waits.setdefault(row.waits_for, set()).add((row.part, row.id))

    def _free(self, stream: str) -> None:
        """What waited for this stream may go on now, in the order it came."""
        for number, id in sorted(self.waits.pop(stream, ()), key=lambda key: key[1]):
            part = self.parts.get(number)
            row = part.pending.get(id) if part else None
            if row is not None and row.why == "deferred":  # Not what was stopped meanwhile: a person decides on that.
                self.waits.setdefault(stream, set()).add((number, id))
                self.ready.setdefault(row.owner, deque()).append(Work(waiting_item(row), row))

    # --- how it stands ----------------------------------------------------------------------------------------------
    @property
    def idle(self) -> bool:
        """Say whether nothing is at hand; timers and waiting rows that are not due do not count."""
        return not (self.unread or self.results or self.unbrought or any(self.ready.values()))

    def next_due(self) -> datetime | None:
        """Return when something of this lane comes due next."""
        dues = [due for due in (self.later[0][0] if self.later else None, self.timers.next_due()) if due]
        return min(dues, default=None)


def weigh(item: Item) -> int:
    """Return what serving an item costs, in bytes to read."""
    return arrived(item).size if item.kind == "transmission" else len(item.body)


def _retried(row: Pending, result: Result) -> Pending:
    return Pending(
        part=row.part,
        id=row.id,
        why="delivery",
        kind=row.kind,
        stream=row.stream,
        owner=row.owner,
        due=result.due or row.due,
        attempts=result.attempt,
        waits_for=row.waits_for,
        says=result.says,
        out_sequence=row.out_sequence,
    )
