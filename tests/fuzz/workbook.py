"""A small workbook of our own, and the same with another sheet in it: so that what is changed reaches the cells."""

import io
import zipfile
from functools import cache

from tradelane.formats.xlsx import encode
from tradelane.model.message import BuiltMessage, Node

SHEET = "xl/worksheets/sheet1.xml"


@cache
def parts() -> dict[str, bytes]:
    """Return the parts of the workbook by name."""
    rows = [[Node("PO Number", "4711"), Node("Qty", "10")], [Node("PO Number", "4712"), Node("Qty", "5")]]
    root = Node("rows", children=[Node("row", children=cells) for cells in rows])
    with zipfile.ZipFile(io.BytesIO(encode([BuiltMessage(kind="Order", root=root)]))) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def workbook(sheet: bytes | None = None) -> bytes:
    """Return the workbook, its parts stored as they are; with *sheet* in place of its own."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as stored:
        for name, part in parts().items():
            stored.writestr(name, sheet if sheet is not None and name == SHEET else part)
    return made.getvalue()
