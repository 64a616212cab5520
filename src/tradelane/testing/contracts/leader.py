"""A leader as simple as can be, and rows to lead with: for the store's contract, its crash tests and its bench."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from msgspec.structs import replace

from tradelane.model.identity import partition
from tradelane.store.port import (
    Archived,
    Arrival,
    Item,
    JournalRow,
    Leadership,
    Outbound,
    PartStep,
    Pending,
    Receipt,
    Step,
    Store,
)

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Leader:
    """Leads one partition: keeps its number and places, and writes steps that follow each other."""

    def __init__(self, store: Store, found: Leadership) -> None:
        self.store = store
        self.found = found
        self.part = found.part
        self._versions: Counter[str] = Counter()

    @classmethod
    async def of(cls, store: Store, part: int) -> "Leader":
        """Take *part* over and lead it."""
        return cls(store, await store.take_over(part))

    def events(self, stream: str, count: int = 1, *, body: bytes = b"{}", at: datetime = NOW) -> list[JournalRow]:
        """Return the next *count* events of *stream*, numbered as if they were the only ones of the next step."""
        rows = []
        for number in range(1, count + 1):
            self._versions[stream] += 1
            sequence = self.found.journal_to + number
            rows.append(event(self.part, sequence, stream, self._versions[stream], body=body, at=at))
        return rows

    def row(
        self, *, events: int = 0, inbox_to: int | None = None, out_to: int | None = None, started: str = ""
    ) -> PartStep:
        """Return the next step row."""
        return PartStep(
            part=self.part,
            n=self.found.n + 1,
            epoch=self.found.epoch,
            inbox_to=self.found.inbox_to if inbox_to is None else inbox_to,
            journal_to=self.found.journal_to + events,
            out_to=self.found.out_to if out_to is None else out_to,
            started=started,
        )

    def went(self, row: PartStep) -> None:
        """Stand where *row* is, now that it is written."""
        places = {"inbox_to": row.inbox_to, "journal_to": row.journal_to, "out_to": row.out_to}
        self.found = replace(self.found, n=row.n, **places)

    async def step(
        self,
        journal: Sequence[JournalRow] = (),
        *,
        inbox_to: int | None = None,
        out_to: int | None = None,
        started: str = "",
        at: datetime = NOW,
        **rows: Any,
    ) -> PartStep:
        """Write one step of this partition alone and stand after it."""
        row = self.row(events=len(journal), inbox_to=inbox_to, out_to=out_to, started=started)
        await self.store.step(Step(parts=(row,), at=at, journal=tuple(journal), **rows))
        self.went(row)
        return row


def stream_in(part: int, count: int, *, nth: int = 0, kind: str = "purchase_order") -> str:
    """Return the *nth* stream that lives in *part* of *count* partitions."""
    found = (f"{kind}/{number}" for number in range(1_000_000) if partition(f"{kind}/{number}", count) == part)
    return next(stream for place, stream in enumerate(found) if place == nth)


def event(
    part: int, sequence: int, stream: str, version: int, *, body: bytes = b"{}", at: datetime = NOW
) -> JournalRow:
    """Return an event."""
    return JournalRow(
        part=part,
        sequence=sequence,
        stream=stream,
        version=version,
        type="purchase_order.released",
        form=1,
        cause=f"cause-{sequence}",
        config="config-1",
        at=at,
        body=body,
    )


def item(part: int, id: str, *, body: bytes = b"{}", reply: bool = False) -> Item:
    """Return an item to put."""
    return Item(id=id, part=part, kind="command", stream=f"purchase_order/{id}", owner="acme", body=body, reply=reply)


def arrival(part: int, id: str, *, body: bytes = b"{}") -> Arrival:
    """Return an arrival of one item."""
    return Arrival(items=(item(part, id, body=body),))


def archived(part: int, id: str, body: bytes, *, at: datetime = NOW) -> Archived:
    """Return bytes to archive."""
    return Archived(
        id=id,
        part=part,
        partner="acme",
        sha256=sha256(body).hexdigest(),
        body=body,
        channel="http",
        received_at=at,
        transport_id=f"key-{id}",
        media_type="application/edi-x12",
        file_name=f"{id}.edi",
    )


def receipt(part: int, digest: str, *, content: str = "content", answer: bytes = b"yes") -> Receipt:
    """Return a receipt."""
    return Receipt(part=part, digest=digest, content_sha256=content, answer=answer)


def outbound(part: int, sequence: int, *, body: bytes = b"ISA", at: datetime = NOW) -> Outbound:
    """Return bytes to deliver."""
    return Outbound(
        part=part,
        sequence=sequence,
        id=f"out-{part}-{sequence}",
        partner="acme",
        stream="exchange/acme",
        about="purchase_order/4711",
        document_type="purchase_order",
        media_type="application/edi-x12",
        file_name=f"{sequence}.edi",
        body=body,
        at=at,
    )


def pending(part: int, id: str, *, why: Any = "deferred", body: bytes = b"{}", seconds: int = 60) -> Pending:
    """Return an item that waits."""
    return Pending(
        part=part,
        id=id,
        why=why,
        kind="command",
        stream=f"purchase_order/{id}",
        owner="acme",
        due=NOW + timedelta(seconds=seconds),
        body=body,
        until=NOW + timedelta(hours=4),
        attempts=2,
        waits_for="purchase_order/4711",
        says="the order is not known yet",
        reply=True,
        out_sequence=7,
    )
