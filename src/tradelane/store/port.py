"""The port every store implements. PostgreSQL is the store; the one in memory (testing) keeps the same contract.

Doors write only through `put`. A leader writes only through `step`, and the first thing a step writes is its fence:
the row (part, n), whose key says who owns n. Everything here is plain data; nothing here knows a business object.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from tradelane.store.people import PeopleStore
from tradelane.store.record import (
    EPOCHS_PER_LIFE,
    Archived,
    Arrival,
    Attempt,
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
    Reply,
    Step,
    StreamState,
    Taken,
    Timer,
    ViewRow,
)

__all__ = [
    "EPOCHS_PER_LIFE",
    "Archived",
    "Arrival",
    "Attempt",
    "Fenced",
    "Identity",
    "Item",
    "JournalRow",
    "Kept",
    "KeptState",
    "Leadership",
    "Outbound",
    "PartStep",
    "Pending",
    "Receipt",
    "Reply",
    "Step",
    "Store",
    "StoreRefused",
    "StoreUnavailable",
    "StreamState",
    "Taken",
    "Timer",
    "ViewRow",
]


class Fenced(Exception):
    """Somebody else leads these partitions now: nothing of the step was written. Stop leading them."""

    def __init__(self, parts: Sequence[int]) -> None:
        super().__init__(f"fenced in partitions {sorted(parts)}")
        self.parts = frozenset(parts)


class StoreRefused(Exception):
    """The database is not a store this release may work with, or cannot run here; the text says what to do."""


class StoreUnavailable(Exception):
    """The database does not answer now; nothing is known to be written. Ask again later."""


class Store(PeopleStore, Protocol):
    """What runtime and doors need of a store. Every method may raise `StoreUnavailable`; `step` may raise `Fenced`."""

    partitions: int

    # --- doors -------------------------------------------------------------------------------------------------------
    async def put(self, arrivals: Sequence[Arrival]) -> list[Taken]:
        """Write arrivals durably in one transaction, each whole or (with a standing receipt) not at all."""
        ...

    async def keep(self, piece: Archived, number: int) -> None:
        """Write piece *number* (from 0) of a body too large for one transaction, durably; its arrival is put last.

        ``sha256`` is that of the whole; so is all but the bytes. Keeping a piece twice is keeping it once.
        """
        ...

    async def reply(self, part: int, command: str) -> bytes | None:
        """Return the reply to a command, if its partition has answered."""
        ...

    # --- leading -----------------------------------------------------------------------------------------------------
    async def renew(self, worker: str, seconds: float) -> list[str]:
        """Renew *worker*'s lease by the database's clock and return the ids of all live workers, sorted.

        Progress only, no safety.
        """
        ...

    async def release(self, worker: str) -> None:
        """Give the lease up, so that others take over at once."""
        ...

    async def take_over(self, part: int) -> Leadership:
        """Append the takeover row n+1 with epoch+1 at the last place and return what the partition looks like."""
        ...

    async def step(self, step: Step) -> None:
        """Write all of *step* or, with `Fenced`, none of it.

        One server call; a fenced partition is named in the exception.
        """
        ...

    async def inbox(self, places: Mapping[int, int], items_max: int, bytes_max: int) -> list[Item]:
        """Return items after each partition's place, by partition and sequence, at most *items_max* per partition."""
        ...

    async def bodies(self, ids: Sequence[tuple[int, str]]) -> dict[str, bytes]:
        """Return archived bytes by id."""
        ...

    async def pieces(self, part: int, id: str, first: int, count: int) -> list[bytes]:
        """Return *count* pieces of a body that was kept in pieces, from the *first*; fewer where it ends."""
        ...

    async def streams(self, streams: Sequence[str]) -> dict[str, StreamState]:
        """Return state and tail of each stream; unknown streams are left out."""
        ...

    async def identities(self, digests: Sequence[tuple[int, str]]) -> dict[str, Identity]:
        """Return the identities that stand, by digest."""
        ...

    async def receipt(self, part: int, digest: str) -> Receipt | None:
        """Return the stored answer to a transport id."""
        ...

    async def pending(self, parts: Sequence[int]) -> list[Pending]:
        """Return all live pending rows of *parts*, parked ones without their bodies."""
        ...

    async def timers(self, parts: Sequence[int], until: datetime, limit: int = 10_000) -> list[Timer]:
        """Return timers due before *until*, by (due, stream, name)."""
        ...

    async def undelivered(self, places: Mapping[int, int], limit: int = 1_000) -> list[Outbound]:
        """Return outbound rows after each partition's out place, in order."""
        ...

    async def outbound(self, ids: Sequence[tuple[int, str]]) -> dict[str, Outbound]:
        """Return outbound rows by id."""
        ...

    # --- reading -----------------------------------------------------------------------------------------------------
    async def journal(self, places: Mapping[int, int], limit: int = 1_000) -> list[JournalRow]:
        """Return journal rows after each partition's place, in order, at most *limit* per partition."""
        ...

    async def history(self, stream: str) -> list[JournalRow]:
        """Return every event of a stream, oldest first."""
        ...

    async def ends(self) -> dict[int, int]:
        """Return the last journal sequence of every partition that has one."""
        ...

    async def archive(self, id: str) -> Archived | None:
        """Return one archived transmission, byte-identical."""
        ...

    async def kept(self, id: str) -> Kept | None:
        """Return what is kept beside the bytes of one transmission; the bytes themselves may be too many to hold."""
        ...

    async def sent(self, id: str) -> tuple[Outbound, list[Attempt]] | None:
        """Return one outbound row with its attempts."""
        ...

    # --- views -------------------------------------------------------------------------------------------------------
    async def view_places(self, view: str, version: int) -> dict[int, int]:
        """Return how far a view has followed each partition."""
        ...

    async def write_view(self, view: str, version: int, rows: Sequence[ViewRow], places: Mapping[int, int]) -> None:
        """Write rows (later replaces earlier by key) and places in one transaction."""
        ...

    async def view_rows(
        self,
        view: str,
        *,
        state: str = "",
        partner: str = "",
        after: str = "",
        limit: int = 100,
        kind: str = "",
        mark: str = "",
        newest_first: bool = False,
    ) -> list[ViewRow]:
        """Return rows by (rank descending, key), or newest first; *after* is the last row's key on the page before."""
        ...

    async def view_starting(self, view: str, start: str, *, limit: int = 100) -> list[ViewRow]:
        """Return rows whose key starts so, by key."""
        ...

    async def view_days(self, view: str, *, partner: str, since: datetime) -> list[tuple[date, str, int]]:
        """Return how many rows of a kind the days since have, by mark; days as UTC has them."""
        ...

    async def view_between(
        self, view: str, since: datetime, until: datetime, *, partner: str = "", after: str = "", limit: int = 100
    ) -> list[ViewRow]:
        """Return the rows of a stretch of time, oldest first; *after* is the last row's key on the page before."""
        ...

    async def view_row(self, view: str, key: str) -> ViewRow | None:
        """Return one row."""
        ...

    async def view_counts(self, view: str, *, partner: str = "") -> dict[str, int]:
        """Return how many rows are in each state."""
        ...

    async def view_keys(self, view: str, keys: Sequence[str]) -> dict[str, ViewRow]:
        """Return rows by key."""
        ...

    # --- wake-ups ----------------------------------------------------------------------------------------------------
    def on_change(self, wake: Callable[[str], None]) -> None:
        """Call *wake* with ``inbox``, ``journal``, ``outbound`` or ``reply`` soon after a write there.

        Coalesced, may be lost.
        """
        ...

    async def close(self) -> None:
        """Let go of the database."""
        ...
