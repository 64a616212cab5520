"""From stored rows to the values that answers are made of."""

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

import msgspec

from tradelane.api.house import House
from tradelane.api.problem import not_found
from tradelane.model.event import Recorded
from tradelane.runtime.project import recorded
from tradelane.store.port import ViewRow
from tradelane.views import document

T = TypeVar("T")


def read_row(row: ViewRow, kind: type[T]) -> T:
    """Return what a view's row says."""
    return msgspec.json.decode(row.body, type=kind)


def read_rows(rows: Iterable[ViewRow], kind: type[T]) -> list[T]:
    """Return what a view's rows say."""
    decode = msgspec.json.Decoder(kind).decode
    return [decode(row.body) for row in rows]


async def one(house: House, view: Any, key: str) -> Any:
    """Return the one row of *view* under *key*; there is nothing at this address otherwise."""
    row = await house.store.view_row(view.NAME, key) if len(key) <= 300 else None
    if row is None:
        raise not_found()
    return read_row(row, view.Row)


async def happened(house: House, stream: str) -> list[Recorded]:
    """Return the history of one object."""
    return [recorded(row) for row in await house.store.history(stream)]


async def documents(house: House, ids: Sequence[str]) -> list[document.Row]:
    """Return the documents of these ids that are known, oldest first."""
    found = await house.store.view_keys(document.NAME, ids) if ids else {}
    return sorted(read_rows(found.values(), document.Row), key=lambda row: (row.at, row.id))
