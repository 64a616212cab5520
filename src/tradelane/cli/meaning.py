"""What a document means, as people read it: what it says of the whole, then a table of its lines."""

from collections.abc import Iterator, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import fields
from rich.console import Group, RenderableType
from rich.table import Table

from tradelane.cli.say import plain
from tradelane.library.wording import label, said, text
from tradelane.model.document import Document, Reference
from tradelane.views.glossary import document_words

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
    for name, value in said(document):
        if _is_rows(value):
            tables.append(_table(name, value))
        else:
            about.add_row(label(name), plain(text(name, value)))
    return Group(f"[bold]{document_words(str(config.tag))}[/]", about, *tables)


def _table(name: str, rows: Sequence[Struct]) -> RenderableType:
    """Return a table with a column for everything any of the rows says."""
    shown = [cells for row in rows[:ROWS_MAX] for cells in _rows(row)]
    columns = _columns(rows[:ROWS_MAX], shown)
    table = Table(*columns, title=label(name), title_justify="left", title_style="dim")
    for column in table.columns:
        column.overflow = "fold"
    for cells in shown:
        table.add_row(*(plain(cells.get(column, "")) for column in columns))
    more = len(rows) - ROWS_MAX
    return Group(table, f"... and {more} more; `--json` has them all") if more > 0 else table


def _columns(rows: Sequence[Struct], shown: list[Row]) -> list[str]:
    """Return the columns in the order of the document's own fields, those of an inner list after those it is in."""
    found = {column: place for row in shown for place, column in enumerate(row)}
    first = [label(field.name) for field in fields(rows[0])]
    return sorted(found, key=lambda column: (first.index(column) if column in first else len(first), found[column]))


def _rows(row: Struct) -> Iterator[Row]:
    """Return a row as cells; a row with a list in it becomes one row for each of the list."""
    cells = {label(name): text(name, value) for name, value in said(row) if not _is_rows(value)}
    inner = [(name, each) for name, value in said(row) if _is_rows(value) for each in value]
    if not inner:
        yield cells
    for place, (name, each) in enumerate(inner):
        own = {_inner_label(name, field, cells): text(field, value) for field, value in said(each)}
        yield {**(cells if place == 0 else {}), **own}


def _is_rows(value: Any) -> bool:
    return isinstance(value, tuple) and isinstance(value[0], Struct) and not isinstance(value[0], Reference)


def _inner_label(name: str, field: str, outer: Row) -> str:
    """Return the label of a field in an inner list, told apart from the same field of the row it is in."""
    called = label(field)
    return f"{called} {INNER.get(name, label(name))}" if called in outer else called
