"""A store in memory with the contract of the one on PostgreSQL, fencing included: for simulations and fast tests."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from operator import attrgetter
from typing import Any, Literal

from msgspec.structs import asdict, replace

from tradelane.model.identity import PARTITIONS, partition
from tradelane.store.laws import check_step, leadership
from tradelane.store.port import (
    Archived,
    Arrival,
    Attempt,
    Fenced,
    Identity,
    Item,
    JournalRow,
    Kept,
    KeptState,
    Leadership,
    Outbound,
    PartStep,
    Pending,
    Receipt,
    Step,
    StreamState,
    Taken,
    Timer,
)
from tradelane.testing.memory_people import MemoryPeople
from tradelane.testing.memory_views import MemoryViews

Fault = Callable[[str, Literal["before", "after"]], None]
ROWS_REMEMBERED = 100


@dataclass
class _Part:
    """All rows of one partition."""

    inbox: list[Item] = field(default_factory=list)
    known: set[str] = field(default_factory=set)
    steps: list[dict[str, Any]] = field(default_factory=list)
    journal: list[JournalRow] = field(default_factory=list)
    streams: dict[str, list[JournalRow]] = field(default_factory=dict)
    states: dict[str, KeptState] = field(default_factory=dict)
    outbound: list[Outbound] = field(default_factory=list)
    attempts: dict[int, list[Attempt]] = field(default_factory=dict)
    pending: dict[str, Pending] = field(default_factory=dict)
    timers: dict[tuple[str, str], Timer] = field(default_factory=dict)
    replies: dict[str, bytes] = field(default_factory=dict)
    identities: dict[str, Identity] = field(default_factory=dict)
    receipts: dict[str, Receipt] = field(default_factory=dict)

    def last(self) -> dict[str, Any]:
        """Return the last step row, or where a new partition stands."""
        return self.steps[-1] if self.steps else {"n": 0, "epoch": 0, "inbox_to": 0, "journal_to": 0, "out_to": 0}


class MemoryStore(MemoryPeople, MemoryViews):
    """The store without a disk. *now* is the clock of leases; *fault* may raise before or after `put` or `step` write.

    A fault after the write is the answer that got lost: the caller cannot know, the rows are there.
    """

    def __init__(
        self,
        partitions: int = PARTITIONS,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        fault: Fault = lambda _call, _moment: None,
    ) -> None:
        super().__init__()
        self.partitions = partitions
        self._now = now
        self._fault = fault
        self._parts = [_Part() for _ in range(partitions)]
        self._archive: dict[str, Archived] = {}
        self._pieces: dict[str, list[bytes]] = {}
        self._leases: dict[str, datetime] = {}
        self._wakes: list[Callable[[str], None]] = []

    # --- doors -------------------------------------------------------------------------------------------------------

    async def put(self, arrivals: Sequence[Arrival]) -> list[Taken]:
        """Write arrivals in one piece, each whole or (with a standing receipt) not at all."""
        self._fault("put", "before")
        taken = [self._take(arrival) for arrival in arrivals]
        self._wake("inbox" if any(arrival.items for arrival in arrivals) else "")
        self._fault("put", "after")
        return taken

    async def keep(self, piece: Archived, number: int) -> None:
        """Write one piece of a body."""
        self._fault("put", "before")
        kept = self._pieces.setdefault(piece.id, [])
        if number == len(kept):
            kept.append(piece.body)
            self._archive[piece.id] = replace(piece, body=b"".join(kept))
        self._fault("put", "after")

    async def reply(self, part: int, command: str) -> bytes | None:
        """Return the reply to a command, if its partition has answered."""
        return self._parts[part].replies.get(command)

    # --- leading -----------------------------------------------------------------------------------------------------

    async def renew(self, worker: str, seconds: float) -> list[str]:
        """Renew *worker*'s lease and return the ids of all live workers, sorted."""
        now = self._now()
        self._leases[worker] = now + timedelta(seconds=seconds)
        return sorted(id for id, until in self._leases.items() if until > now)

    async def release(self, worker: str) -> None:
        """Give the lease up."""
        self._leases.pop(worker, None)

    async def take_over(self, part: int) -> Leadership:
        """Append the takeover row n+1 with epoch+1 at the last place and return what the partition looks like."""
        rows = self._parts[part].steps
        last = self._parts[part].last()
        moved = {"n": last["n"] + 1, "epoch": last["epoch"] + 1, "part": part, "started": "", "takeover": True}
        rows.append({**last, **moved})
        del rows[:-ROWS_REMEMBERED]
        return leadership(rows[::-1])

    async def step(self, step: Step) -> None:
        """Write all of *step* or, with `Fenced`, none of it."""
        self._fault("step", "before")
        check_step(step)
        self._fence(step)
        self._write_history(step)
        self._write_waiting(step)
        self._write_answers(step)
        for item in step.puts:
            self._number(item)
        for kind, rows in (
            ("inbox", step.puts),
            ("journal", step.journal),
            ("outbound", step.outbound),
            ("reply", step.replies),
        ):
            self._wake(kind if rows else "")
        self._fault("step", "after")

    async def inbox(self, places: Mapping[int, int], items_max: int, bytes_max: int) -> list[Item]:
        """Return items after each partition's place; *bytes_max* is shared by all, and each gets at least one."""
        found = {part: self._parts[part].inbox[place : place + items_max] for part, place in places.items()}
        chosen: list[Item] = []
        spent = 0
        for nth in range(max(map(len, found.values()), default=0)):
            for part in sorted(found):
                for item in found[part][nth : nth + 1]:
                    spent += len(item.body)
                    if nth == 0 or spent <= bytes_max:
                        chosen.append(item)
        return sorted(chosen, key=attrgetter("part", "sequence"))

    async def bodies(self, ids: Sequence[tuple[int, str]]) -> dict[str, bytes]:
        """Return archived bytes by id."""
        found = (self._archive.get(id) for _, id in ids)
        return {archived.id: archived.body for archived in found if archived is not None}

    async def pieces(self, part: int, id: str, first: int, count: int) -> list[bytes]:
        """Return some pieces of a body that was kept in pieces."""
        return self._pieces.get(id, [])[first : first + count]

    async def streams(self, streams: Sequence[str]) -> dict[str, StreamState]:
        """Return state and tail of each stream; unknown streams are left out."""
        found: dict[str, StreamState] = {}
        for stream in streams:
            part = self._home(stream)
            kept = part.states.get(stream) or KeptState(part=0, stream=stream, version=0, fold="", state=b"")
            events = part.streams.get(stream, [])
            if events or kept.version:
                tail = tuple(events[kept.version :])
                found[stream] = StreamState(
                    stream=stream, version=kept.version, fold=kept.fold, state=kept.state, tail=tail
                )
        return found

    async def identities(self, digests: Sequence[tuple[int, str]]) -> dict[str, Identity]:
        """Return the identities that stand, by digest."""
        found = (self._parts[part].identities.get(digest) for part, digest in digests)
        return {identity.digest: identity for identity in found if identity is not None}

    async def receipt(self, part: int, digest: str) -> Receipt | None:
        """Return the stored answer to a transport id."""
        return self._parts[part].receipts.get(digest)

    async def pending(self, parts: Sequence[int]) -> list[Pending]:
        """Return all live pending rows of *parts*, parked ones without their bodies."""
        found = [row for part in sorted(set(parts)) for _, row in sorted(self._parts[part].pending.items())]
        return [replace(row, body=b"") if row.why == "parked" else row for row in found]

    async def timers(self, parts: Sequence[int], until: datetime, limit: int = 10_000) -> list[Timer]:
        """Return timers due before *until*, by (due, stream, name)."""
        found = [timer for part in set(parts) for timer in self._parts[part].timers.values() if timer.due < until]
        return sorted(found, key=attrgetter("due", "stream", "name"))[:limit]

    async def undelivered(self, places: Mapping[int, int], limit: int = 1_000) -> list[Outbound]:
        """Return outbound rows after each partition's out place, in order."""
        return [row for part in sorted(places) for row in _after(self._parts[part].outbound, places[part], limit)]

    async def outbound(self, ids: Sequence[tuple[int, str]]) -> dict[str, Outbound]:
        """Return outbound rows by id."""
        wanted: dict[int, set[str]] = {}
        for part, id in ids:
            wanted.setdefault(part, set()).add(id)
        return {row.id: row for part, names in wanted.items() for row in self._parts[part].outbound if row.id in names}

    # --- reading -----------------------------------------------------------------------------------------------------

    async def journal(self, places: Mapping[int, int], limit: int = 1_000) -> list[JournalRow]:
        """Return journal rows after each place, by partition and sequence, at most *limit* per partition."""
        return [
            row for part in sorted(places) for row in self._parts[part].journal[places[part] : places[part] + limit]
        ]

    async def history(self, stream: str) -> list[JournalRow]:
        """Return every event of a stream, oldest first."""
        return list(self._home(stream).streams.get(stream, []))

    async def ends(self) -> dict[int, int]:
        """Return the last journal sequence of every partition that has one."""
        return {number: len(part.journal) for number, part in enumerate(self._parts) if part.journal}

    async def archive(self, id: str) -> Archived | None:
        """Return one archived transmission."""
        return self._archive.get(id)

    async def kept(self, id: str) -> Kept | None:
        """Return what is kept beside the bytes of one transmission."""
        found = self._archive.get(id)
        return None if found is None else Kept(archived=replace(found, body=b""), pieces=len(self._pieces.get(id, [])))

    async def sent(self, id: str) -> tuple[Outbound, list[Attempt]] | None:
        """Return one outbound row with its attempts."""
        for part in self._parts:
            for row in part.outbound:
                if row.id == id:
                    return row, sorted(part.attempts.get(row.sequence, []), key=attrgetter("attempt"))
        return None

    def on_change(self, wake: Callable[[str], None]) -> None:
        """Call *wake* at once after a write."""
        self._wakes.append(wake)

    async def close(self) -> None:
        """Nothing to let go of: who opens memory again finds what was written."""
        self._wakes.clear()

    # --- writing -----------------------------------------------------------------------------------------------------

    def _take(self, arrival: Arrival) -> Taken:
        if arrival.deed is not None:
            self._deeds.setdefault(arrival.deed.id, arrival.deed)
        if arrival.receipt is not None:
            receipts = self._parts[arrival.receipt.part].receipts
            if arrival.receipt.digest in receipts:
                return Taken(repeats=receipts[arrival.receipt.digest])
            receipts[arrival.receipt.digest] = arrival.receipt
        if arrival.archived is not None:
            self._archive.setdefault(arrival.archived.id, arrival.archived)
        for item in arrival.items:
            self._number(item)
        return Taken()

    def _number(self, item: Item) -> None:
        part = self._parts[item.part]
        if item.id not in part.known:
            part.known.add(item.id)
            part.inbox.append(replace(item, sequence=len(part.inbox) + 1))

    def _fence(self, step: Step) -> None:
        """Append the step rows, all or none; nothing before this has changed anything."""
        fenced = [row.part for row in step.parts if row.n <= self._parts[row.part].last()["n"]]
        if fenced:
            raise Fenced(fenced)
        events = Counter(row.part for row in step.journal)
        for row in step.parts:
            _check_follows(row, self._parts[row.part].last(), events[row.part])
        for row in step.parts:
            rows = self._parts[row.part].steps
            rows.append({**asdict(row), "takeover": False})
            del rows[:-ROWS_REMEMBERED]

    def _write_history(self, step: Step) -> None:
        for event in step.journal:
            part = self._parts[event.part]
            events = part.streams.setdefault(event.stream, [])
            assert event.version == len(events) + 1, f"{event.stream} has {len(events)} events, not {event.version - 1}"
            events.append(event)
            part.journal.append(event)
        for row in step.outbound:
            self._parts[row.part].outbound.append(row)
        for attempt in step.attempts:
            self._parts[attempt.part].attempts.setdefault(attempt.sequence, []).append(attempt)

    def _write_waiting(self, step: Step) -> None:
        for part, id in step.pending_done:
            self._parts[part].pending.pop(id, None)
        for row in step.pending_set:
            self._parts[row.part].pending[row.id] = row
        for part, stream, name in step.timers_done:
            self._parts[part].timers.pop((stream, name), None)
        for timer in step.timers_set:
            self._parts[timer.part].timers[timer.stream, timer.name] = timer

    def _write_answers(self, step: Step) -> None:
        for reply in step.replies:
            self._parts[reply.part].replies.setdefault(reply.command, reply.body)
        for identity in step.identities:
            self._parts[identity.part].identities.setdefault(identity.digest, identity)
        for state in step.states:
            states = self._parts[state.part].states
            if state.stream not in states or states[state.stream].version <= state.version:
                states[state.stream] = state
        for receipt in step.receipts:
            self._parts[receipt.part].receipts.setdefault(receipt.digest, receipt)

    def _home(self, stream: str) -> _Part:
        return self._parts[partition(stream, self.partitions)]

    def _wake(self, kind: str) -> None:
        for wake in self._wakes if kind else ():
            wake(kind)


def _check_follows(row: PartStep, last: Mapping[str, Any], events: int) -> None:
    follows = row.n == last["n"] + 1 and row.epoch == last["epoch"] and row.journal_to == last["journal_to"] + events
    if not follows or row.inbox_to < last["inbox_to"] or row.out_to < last["out_to"]:
        raise ValueError(f"a step does not follow the one before it: {row} after {last}")


def _after(rows: Sequence[Outbound], place: int, limit: int) -> Sequence[Outbound]:
    start = bisect_right(rows, place, key=attrgetter("sequence"))
    return rows[start : start + limit]
