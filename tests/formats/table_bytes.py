"""Making tables for tests, and looking at what was read: a few lines that know nothing of the code under test."""

import io
from collections.abc import Sequence

import xlsxwriter

from tradelane.formats.table import Table
from tradelane.model.message import BuiltMessage, Node

Rows = Sequence[Sequence[str]]


def rows_of(table: Table) -> list[list[str]]:
    """Return the values of every row."""
    return [[cell.value for cell in row.node.children] for row in table.rows()]


def built(names: Sequence[str], rows: Rows, kind: str = "orders") -> BuiltMessage:
    """Return a message whose rows have these cells."""
    made = [Node("row", children=[Node(*pair) for pair in zip(names, row, strict=True)]) for row in rows]
    return BuiltMessage(kind, root=Node(kind, children=made))


def workbook(rows: Rows, **sheets: Rows) -> bytes:
    """Return a workbook of text cells, with more sheets by name."""
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made, {"in_memory": True})
    for name, content in {"Orders": rows, **sheets}.items():
        page = book.add_worksheet(name)
        for number, row in enumerate(content):
            for column, value in enumerate(row):
                page.write_string(number, column, value)
    book.close()
    return made.getvalue()
