"""What a look over the text of a worksheet tells before it is loaded: how large it is, where formulas stand."""

import re
import xml.parsers.expat
from array import array
from collections.abc import Iterator
from itertools import pairwise

from tradelane.formats.xlsx.fault import fault
from tradelane.formats.xlsx.package import PackageLimits, Parts
from tradelane.model.finding import Unreadable

# The first half is how nearly every cell is written, and only there to be fast; the second is every tag that counts.
_TAG = re.compile(
    rb'<c r="([A-Z]{1,3})([0-9]{1,7})"(?: s="[0-9]{1,5}")?(?: t="(s|n)")?><v>([0-9]{1,9})?'
    rb"|<(?:\w{1,20}:)?(?:(c|f|row|si|v)(?=[\s>/]))"
    rb"((?:[^<>\"']++|\"[^\"<]*+\"|'[^'<]*+')*+)(?:/?>)?+([0-9]{1,9}(?=<))?"
)
_ATTRIBUTE = re.compile(rb"\s(r|t)\s*=\s*[\"']([^\"']{0,20})[\"']")
_CELL_AT = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
TAG_MAX = 4096


class Survey:
    """The cells of one part, counted while its text passes by in pieces; of shared texts, how long each is.

    It sees every tag there is, whatever stands around it, so what a reader finds later it has counted before.
    """

    def __init__(self, limits: PackageLimits) -> None:
        self.limits = limits
        self.rows = self.columns = self.count = self.row = self.column = 0
        self.formulas: set[int] = set()
        self.errors: set[int] = set()
        self.shown = array("L")
        self.texts = array("L")
        self._columns: dict[bytes, int] = {}
        self._shares = False
        self._rest, self._passed = b"", 0

    def see(self, piece: bytes, last: bool = False) -> None:
        """Look at the next piece of the text; a tag cut in two waits for its other half."""
        text = self._rest + piece
        end = len(text)
        if not last:
            cut = text.rfind(b"<", max(0, end - TAG_MAX))
            end = cut if cut >= 0 else end
        for found in _TAG.finditer(text, 0, end):
            column, row, kind, index, name, attributes, after = found.groups()
            if name is not None:
                self._tag(name, attributes, after, self._passed + found.start())
                continue
            self.count += 1
            self.row = int(row)
            if self.row > self.rows:
                self.rows = self.row
            if column not in self._columns:
                self._widen(column)
            self.column = self._columns[column]
            if kind == b"s" and index:
                self.shown.append(int(index))
        self._bound()
        if last and self.texts:
            self.texts.append(self._passed + end)
        self._rest, self._passed = text[end:], self._passed + end

    def _tag(self, name: bytes, attributes: bytes, after: bytes | None, place: int) -> None:
        if name == b"si":
            self.texts.append(place)
        elif name == b"f":
            self.formulas.add(spot(self.row, self.column))
        elif name == b"v":
            if self._shares and after is not None:
                self.shown.append(int(after))
        else:
            self._row_or_cell(name, {key: value.decode("latin-1") for key, value in _ATTRIBUTE.findall(attributes)})

    def _row_or_cell(self, name: bytes, said: dict[bytes, str]) -> None:
        at = said.get(b"r", "")
        if name == b"row":
            self.row, self.column = (int(at) if at.isascii() and at.isdigit() else self.row + 1), 0
            return
        found = _CELL_AT.fullmatch(at)
        if at and not found:
            raise Unreadable(fault("not-xlsx", f"A cell says to stand at {at[:20]!r}.", "Save the workbook anew."))
        self.row, self.column = (int(found[2]), number(found[1])) if found else (max(self.row, 1), self.column + 1)
        self.rows, self.columns, self.count = max(self.rows, self.row), max(self.columns, self.column), self.count + 1
        self._shares = said.get(b"t") == "s"
        if said.get(b"t") == "e":
            self.errors.add(spot(self.row, self.column))

    def _widen(self, column: bytes) -> None:
        self._columns[column] = number(column.decode())
        self.columns = max(self.columns, self._columns[column])

    def _bound(self) -> None:
        if max(self.count, self.rows * self.columns) > self.limits.cells:
            says = (
                f"A sheet spans {self.rows:,} rows and {self.columns:,} columns; we take {self.limits.cells:,} cells."
            )
            raise Unreadable(fault("limit", says, "Send it in smaller files, or as CSV."))


def text_bytes(sheet: Survey, shared: Survey | None) -> int:
    """Return what the texts of a sheet come to, each as often as it is shown."""
    if shared is None:
        return 0
    starts = shared.texts
    lengths = [after - start for start, after in pairwise(starts)]
    return sum(lengths[place] for place in sheet.shown if place < len(lengths))


def spot(row: int, column: int) -> int:
    """Return a cell as one number, for a sheet may hold very many."""
    return row << 15 | column


def number(letters: str) -> int:
    """Return the number of a column.

    >>> number("A"), number("AB")
    (1, 28)
    """
    value = 0
    for letter in letters:
        value = value * 26 + ord(letter) - 64
    return value


def letters(number: int) -> str:
    """Return the letters of a column.

    >>> letters(1), letters(28)
    ('A', 'AB')
    """
    said = ""
    while number:
        number, rest = divmod(number - 1, 26)
        said = chr(65 + rest) + said
    return said


def sheet_parts(parts: Parts) -> dict[str, str]:
    """Return for each sheet of the workbook which part of the zip holds it."""
    links = [one for name, one in _elements(parts.part("xl/_rels/workbook.xml.rels")) if name == "Relationship"]
    relations = {one.get("Id", ""): one.get("Target", "") for one in links}
    sheets = [one for name, one in _elements(parts.part("xl/workbook.xml")) if name == "sheet"]
    found: dict[str, str] = {}
    for one in sheets:
        target = relations.get(one.get(_RELATION) or one.get(_STRICT) or "", "")
        found[one.get("name", "")] = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
    if len(relations) != len(links) or len(found) != len(sheets):
        says, fix = "Two of its sheets or parts go by the same name.", "Save the workbook anew."
        raise Unreadable(fault("not-xlsx", says, fix))
    return found


def _elements(text: bytes) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the elements of a small part: their local names and their attributes."""
    found: list[tuple[str, dict[str, str]]] = []
    parser = xml.parsers.expat.ParserCreate(namespace_separator="}")

    def started(name: str, attributes: dict[str, str]) -> None:
        said = {"{" + key if "}" in key else key: value for key, value in attributes.items()}
        found.append((name.rpartition("}")[2], said))

    parser.StartElementHandler = started
    try:
        parser.Parse(text, True)
    except xml.parsers.expat.ExpatError:
        says = "A part that every workbook has cannot be read."
        raise Unreadable(fault("not-xlsx", says, "Save the workbook anew.")) from None
    return iter(found)
