"""What a document means, as people read it: what it says of the whole, then a table of its lines."""

from collections.abc import Iterator, Sequence
from datetime import date, time
from decimal import Decimal
from typing import Any

from msgspec import Struct
from msgspec.structs import fields
from rich.console import Group, RenderableType
from rich.table import Table

from tradelane.cli.say import plain
from tradelane.model.document import Document, Reference
from tradelane.model.moment import Moment
from tradelane.model.party import ItemIds, Party
from tradelane.model.quantity import Quantity, UnitPrice
from tradelane.views.glossary import document_words

LABELS = {
    "order_number": "order",
    "responded_on": "answered on",
    "supplier_order_number": "supplier's order",
    "disposition": "answer",
    "overall": "answer",
    "unmentioned": "lines not mentioned",
    "sscc": "SSCC",
    "cancel_after": "cancel if not shipped by",
    "noticed": "sent",
    "nodes": "what is in it",
    "deliver_on": "delivery on",
}
WORDS = frozenset(
    {
        *("action", "disposition", "freight_terms", "invoice_type", "kind", "level", "order_type", "overall"),
        *("purpose", "reason", "transport_mode", "unmentioned", "verdict"),
    }
)
"""Fields that hold one of our own words; their underscores are blanks to people."""
INNER = {"outcomes": "answered", "schedules": "scheduled"}
ROWS_MAX = 200

Row = dict[str, str]


def meaning(document: Document) -> RenderableType:
    """Return a document as a heading, what it says of the whole, and a table for each of its lists."""
    config = type(document).__struct_config__
    about = Table.grid(padding=(0, 2, 0, 2))
    about.add_column(style="dim", no_wrap=True)
    about.add_column()
    tables: list[RenderableType] = []
    for name, value in _said(document):
        if _is_rows(value):
            tables.append(_table(name, value))
        else:
            about.add_row(_label(name), plain(_text(name, value)))
    return Group(f"[bold]{document_words(str(config.tag))}[/]", about, *tables)


def _table(name: str, rows: Sequence[Struct]) -> RenderableType:
    """Return a table with a column for everything any of the rows says."""
    shown = [cells for row in rows[:ROWS_MAX] for cells in _rows(row)]
    columns = _columns(rows[:ROWS_MAX], shown)
    table = Table(*columns, title=_label(name), title_justify="left", title_style="dim")
    for column in table.columns:
        column.overflow = "fold"
    for cells in shown:
        table.add_row(*(plain(cells.get(column, "")) for column in columns))
    more = len(rows) - ROWS_MAX
    return Group(table, f"... and {more} more; `--json` has them all") if more > 0 else table


def _columns(rows: Sequence[Struct], shown: list[Row]) -> list[str]:
    """Return the columns in the order of the document's own fields, those of an inner list after those it is in."""
    found = {column: place for row in shown for place, column in enumerate(row)}
    first = [_label(field.name) for field in fields(rows[0])]
    return sorted(found, key=lambda column: (first.index(column) if column in first else len(first), found[column]))


def _rows(row: Struct) -> Iterator[Row]:
    """Return a row as cells; a row with a list in it becomes one row for each of the list."""
    cells = {_label(name): _text(name, value) for name, value in _said(row) if not _is_rows(value)}
    inner = [(name, each) for name, value in _said(row) if _is_rows(value) for each in value]
    if not inner:
        yield cells
    for place, (name, each) in enumerate(inner):
        own = {_inner_label(name, field, cells): _text(field, value) for field, value in _said(each)}
        yield {**(cells if place == 0 else {}), **own}


def _said(row: Struct) -> Iterator[tuple[str, Any]]:
    """Return what is said, by field: nothing that goes without saying, and not by which code it was said."""
    for field in fields(row):
        value = getattr(row, field.name)
        if field.name != "source_code" and value != field.default and value != ItemIds():
            yield field.name, value


def _is_rows(value: Any) -> bool:
    return isinstance(value, tuple) and isinstance(value[0], Struct) and not isinstance(value[0], Reference)


def _label(name: str) -> str:
    return LABELS.get(name, name.replace("_", " "))


def _inner_label(name: str, field: str, outer: Row) -> str:
    """Return the label of a field in an inner list, told apart from the same field of the row it is in."""
    label = _label(field)
    return f"{label} {INNER.get(name, _label(name))}" if label in outer else label


def _text(name: str, value: Any) -> str:
    match value:
        case str():
            return value.replace("_", " ") if name in WORDS else value
        case bool():
            return "yes" if value else "no"
        case Decimal():
            return f"{value:f}"
        case date() | time() | int():
            return str(value)
        case Quantity(value=amount, unit=unit):
            return f"{amount:f} {unit}"
        case UnitPrice(amount=amount, per=per):
            return f"{amount:f}" if per == 1 else f"{amount:f} per {per:f}"
        case Moment(on=on, at=at):
            return f"{on} {at:%H:%M}" if at else str(on)
        case Party():
            return _party(value)
        case ItemIds():
            return _item(value)
        case Reference(kind=kind, value=number):
            return f"{kind.replace('_', ' ')} {number}"
        case tuple():
            return ", ".join(_text(name, each) for each in value)
        case Struct():
            return ", ".join(f"{_label(inner)} {_text(inner, each)}" for inner, each in _said(value))
        case _:
            return str(value)


def _party(party: Party) -> str:
    ids = ", ".join(identifier.value for identifier in party.identifiers)
    named = f"{party.name} ({ids})" if party.name and ids else party.name or ids
    if party.address is None:
        return named
    at = party.address
    place = " ".join(filter(None, (at.region, at.postal_code, at.country)))
    return ", ".join(filter(None, (named, *at.street, at.city, place)))


def _item(item: ItemIds) -> str:
    said = (
        ("", item.buyer_item),
        ("GTIN ", item.gtin),
        ("supplier's ", item.supplier_item),
        ("manufacturer's ", item.manufacturer_item),
    )
    return ", ".join(f"{kind}{number}" for kind, number in said if number)
