"""What every view is: rows keyed by what people ask for, folded from events. A module of this room has this shape."""

from datetime import datetime
from typing import Any, Protocol

from msgspec import Struct

from tradelane.model.event import Recorded


class Columns(Struct, frozen=True, kw_only=True):
    """The few columns of a row that lists filter and sort by; everything else is in the row's JSON.

    ``mark`` says one more thing by which rows are chosen: of a document whether it came or went, of an order that it is
    late.
    """

    state: str = ""
    partner: str = ""
    rank: float = 0.0
    at: datetime
    kind: str = ""
    mark: str = ""


class View(Protocol):
    """One kind of page.

    ``LISTENS`` names the kinds of streams whose events it sees. A view is rebuilt from the journal at will, partitions
    come in any order between them, and an event seen twice changes nothing. A changed ``VERSION`` means: build anew
    beside the old one.
    """

    NAME: str
    VERSION: int
    LISTENS: tuple[str, ...]
    Row: type[Any]

    def keys(self, recorded: Recorded) -> tuple[str, ...]:
        """Return the rows this event touches; none for most events."""
        ...

    def apply(self, row: Any | None, key: str, recorded: Recorded) -> Any | None:
        """Return the row *key* after the event, or None where nothing changes."""
        ...

    def columns(self, row: Any) -> Columns:
        """Return what lists filter and sort this row by."""
        ...
