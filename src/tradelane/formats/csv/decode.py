"""Read a CSV file: any bytes become rows of named cells, or findings that say where and why not.

A row whose cells cannot be told apart with certainty is refused; no value ever slips into the next column.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from tradelane.formats.csv import scan
from tradelane.formats.csv.fault import fault
from tradelane.formats.csv.spelling import Spelling, spelling
from tradelane.formats.table import ROW, Limits, Row, Table, named
from tradelane.model.finding import Finding, Place, Unreadable
from tradelane.model.message import Node
from tradelane.model.table import Dialect

_USUAL, _LIMITS = Dialect(), Limits()
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_WRITTEN_OTHERWISE = b",;\t|"
_UNCLEAN = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")


def decode(body: bytes, dialect: Dialect = _USUAL, limits: Limits = _LIMITS) -> Table:
    """Return the rows of *body*; raises `Unreadable` when not even its columns can be told."""
    said = spelling(body, dialect, limits)
    found = scan.rows(said, limits.rows)
    if len(found.starts) > limits.rows:
        says = f"The file holds more than {limits.rows:,} rows."
        raise Unreadable(fault("limit", says, "Send it in smaller files."))
    reader = Reader(said, found, limits)
    first = dialect.skip
    columns = dialect.columns or max(dialect.records.values(), key=len, default=())
    if not columns:
        columns, first = reader.names(first), first + 1
    reader.columns, reader.records, reader.first = columns, dialect.records, first
    return Table("csv", columns, max(0, len(found.starts) - first), reader.row, said.findings, quick=reader.quick)


class Reader:
    """One file, or a stretch of it: its rows known by their bytes and made when asked for."""

    def __init__(self, said: Spelling, found: scan.Rows, limits: Limits) -> None:
        self.said, self.found, self.limits = said, found, limits
        self.columns: Sequence[str] = ()
        self.records: Mapping[str, Sequence[str]] = {}
        self.first = 0
        self._known = (0, said.mark)

    def names(self, first: int) -> tuple[str, ...]:
        """Return the names of the columns as row *first* gives them."""
        if first >= len(self.found.starts):
            says, fix = "There is no row that names the columns.", "Send the names of the columns as the first row."
            raise Unreadable(fault("no-names", says, fix))
        row = self._made(first, None)
        names = tuple(cell.value.strip() for cell in row.node.children)
        place = Place(start=row.node.start, end=row.node.end)
        faults = [*row.findings, *named(names, "csv", row.node.where, place)]
        if len(names) > self.limits.columns:
            says = f"It names {len(names):,} columns; we take {self.limits.columns:,}."
            faults.append(fault("limit", says, "Send fewer columns.", row.node.where))
        if faults:
            raise Unreadable(*faults)
        return names

    def row(self, place: int) -> Row:
        """Return row number *place* of those below the names."""
        cells = self._clean_cells(place + self.first)
        return self._made(place + self.first, self.columns) if cells is None else self._plain(place, cells)

    def quick(self, place: int, names: Sequence[str]) -> tuple[str, ...] | None:
        """Return what stands under *names* in a row in which nothing can be wrong; None for every other."""
        cells = self._clean_cells(place + self.first)
        return (
            None if cells is None else tuple(cells[self.columns.index(name)].decode(self.said.codec) for name in names)
        )

    def _clean_cells(self, place: int) -> list[bytes] | None:
        """Return the cells of a row of printable text without quotes, as most are; None where a closer look is due."""
        start, end = self.found.starts[place], self.found.ends[place]
        line = self.said.text[start:end]
        if self.said.unit or self.records or end - start > self.limits.cell_bytes or _UNCLEAN.search(line):
            return None
        if (self.said.quote and self.said.quote in line) or not all(self.columns):
            return None
        try:
            line.decode(self.said.codec)
        except UnicodeDecodeError:
            return None
        cells = line.split(self.said.delimiter)
        return cells if len(cells) == len(self.columns) else None

    def _plain(self, place: int, cells: Sequence[bytes]) -> Row:
        """Make a row of clean cells."""
        place += self.first
        number, begin = self.found.numbers[place], self.found.starts[place] + self.said.mark
        where, offset, codec = f"row {number}", begin, self.said.codec
        column = f"{where}, column "
        children: list[Node] = []
        for name, raw in zip(self.columns, cells, strict=True):
            end = offset + len(raw)
            children.append(Node(name, raw.decode(codec) if raw else "", [], offset, end, column + name))
            offset = end + 1
        return Row(number, Node(ROW, "", children, begin, self.found.ends[place] + self.said.mark, where))

    def _made(self, place: int, columns: Sequence[str] | None) -> Row:
        start, end, number = self.found.starts[place], self.found.ends[place], self.found.numbers[place]
        where = f"row {number}"
        bytes_from = self._original(start)
        node = Node(ROW, start=bytes_from, end=bytes_from + self._length(start, end), where=where)
        wrong = self._row_fault(place, start, end, node)
        if wrong is not None:
            return Row(number, node, (wrong,), whole=False)
        spans = scan.cells(self.said, start, end)
        if self.records:
            node.name = self.said.text[slice(*spans[0][:2])].decode(self.said.codec, "replace")
            columns = self.records.get(node.name)
            if columns is None:
                return Row(number, node, (self._unknown(node),), whole=False)
        if columns is not None and len(spans) != len(columns):
            return Row(number, node, (self._miscounted(spans, columns, node, start, end),), whole=False)
        findings: list[Finding] = []
        node.children = [*self._cells(spans, columns, node, start, findings)]
        return Row(number, node, tuple(findings), whole=columns is not None or not findings)

    def _row_fault(self, place: int, start: int, end: int, node: Node) -> Finding | None:
        """Say why the cells of a row cannot even be looked for."""
        at = (node.start, node.end)
        if end - start > self.limits.row_bytes:
            says = f"It holds {end - start:,} bytes; we take {self.limits.row_bytes:,}."
            return fault("limit", says, "Is a quote missing somewhere? Send shorter rows.", node.where, at)
        quote_at, kind = divmod(self.found.faults[place], 4)
        if not kind:
            return None
        quote_from = self._original(quote_at)
        lines = self.said.text.count(self.said.line_end, start, end - 1)
        if kind == scan.UNCLOSED:
            rest = f", so {lines} more {'line is' if lines == 1 else 'lines are'} not read" if lines else ""
            says = f"The quote opened at byte {quote_from} is never closed{rest}."
            fix = "Close the quote; double one that stands for itself."
            return fault("unclosed-quote", says, fix, node.where, at)
        says = f"Something other than a delimiter follows the closing quote at byte {quote_from}."
        fix = "Double a quote that stands for itself, or quote the whole cell."
        return fault("quote-inside", says, fix, node.where, at)

    def _unknown(self, node: Node) -> Finding:
        says = f"No kind of row begins with {node.name[:40]!r}."
        fix = f"Begin every row with {' or '.join(self.records)}."
        return fault("unknown-record", says, fix, node.where, (node.start, node.end), value=node.name)

    def _miscounted(self, spans: Sequence[object], columns: Sequence[str], node: Node, start: int, end: int) -> Finding:
        says = f"It has {len(spans)} cells, and there are {len(columns)} columns."
        fix = "Quote cells that hold a delimiter, and send an empty cell where nothing is to be said."
        row, code = self.said.text[start:end], "column-count"
        for sign in _WRITTEN_OTHERWISE:
            if bytes([sign]) != self.said.delimiter and row.count(sign) == len(columns) - 1 > 0 == len(spans) - 1:
                code = "mixed-delimiter"
                says = f"It is parted by {chr(sign)!r}, and the rows before it by {self.said.delimiter.decode()!r}."
                fix = "Write all rows with the same delimiter."
        return fault(code, says, fix, node.where, (node.start, node.end), value=row[:80].decode("latin-1"))

    def _cells(
        self,
        spans: Sequence[tuple[int, int, bool]],
        columns: Sequence[str] | None,
        node: Node,
        row_at: int,
        findings: list[Finding],
    ) -> Iterator[Node]:
        offset = node.start
        for number, (start, end, quoted) in enumerate(spans):
            offset += self._length(row_at, start)
            row_at = start
            name = columns[number] if columns is not None else str(number + 1)
            where = f"{node.where}, column {name or number + 1}"
            at = (offset, offset + self._length(start, end))
            value, wrong = self._value(start, end, quoted, where, at)
            if not name and value:
                fix = "Name every column that holds values."
                wrong = fault("column-unnamed", f"{value[:40]!r} stands under no name.", fix, where, at, value=value)
            if wrong is not None:
                findings.append(wrong)
            if name:
                yield Node(name, value, start=at[0], end=at[1], where=where)

    def _value(self, start: int, end: int, quoted: bool, where: str, at: tuple[int, int]) -> tuple[str, Finding | None]:
        if end - start > self.limits.cell_bytes:
            says = f"The cell holds {end - start:,} bytes; we take {self.limits.cell_bytes:,}."
            return "", fault("limit", says, "Shorten it, or look for a missing quote.", where, at)
        raw = self.said.text[start:end]
        try:
            value = raw.decode(self.said.codec)
        except UnicodeDecodeError as wrong:
            says = f"Byte {at[0] + wrong.start} is no {self.said.codec}, the encoding of the file."
            return "", fault("encoding", says, "Send the file in one encoding, the declared one.", where, at)
        if quoted:
            quote = self.said.quote.decode()
            value = value.replace(quote * 2, quote)
        elif "\r" in value:
            says = "A carriage return stands inside it without quotes."
            return value, fault("bare-carriage-return", says, "End every line alike, or quote the cell.", where, at)
        if _CONTROL.search(value):
            fix = "Send printable characters only."
            return value, fault("control-character", "It holds a control character.", fix, where, at, value=value)
        return value, None

    # --- places --------------------------------------------------------------------------------------------------

    def _original(self, place: int) -> int:
        """Return where in the transmission stands what is at *place* in the text."""
        if not self.said.unit:
            return place + self.said.mark
        known, offset = self._known if self._known[0] <= place else (0, self.said.mark)
        offset += self._length(known, place)
        self._known = (place, offset)
        return offset

    def _length(self, start: int, end: int) -> int:
        if not self.said.unit:
            return end - start
        return len(self.said.text[start:end].decode("utf-8", "replace").encode(self.said.unit))
