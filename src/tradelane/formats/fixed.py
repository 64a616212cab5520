"""Fixed-width files: records told apart by a sign, fields by their place, as a layout says; read and written.

A line one byte too short or too long would move every value after the slip, so it is refused by its number.
"""

from array import array
from collections.abc import Iterator, Sequence

from tradelane.formats.table import Limits, Row, Table, is_cell
from tradelane.model.finding import Finding, Place, Unreadable
from tradelane.model.message import BuiltMessage, Node
from tradelane.model.table import Field, Layout, RecordLayout

FINDINGS_MAX = 100
BLANK = b" \t\r\n\x1a\x00"
_LIMITS = Limits()


def decode(body: bytes, layout: Layout, limits: Limits = _LIMITS) -> Table:
    """Return the records of *body*, each named by its kind; raises `Unreadable` when there is none to be found."""
    if len(body) > limits.bytes:
        says = f"The file holds {len(body):,} bytes; we take {limits.bytes:,}."
        raise Unreadable(_fault("limit", says, "Send it in smaller files.", Place(path="the file")))
    if not body.strip(BLANK):
        raise Unreadable(empty())
    return Records(body, layout, limits).table()


def encode(messages: Sequence[BuiltMessage], layout: Layout) -> bytes:
    """Return the records of *messages*; raises `Unreadable` with every value that does not fit its field."""
    writer = _Writer(layout)
    lines = [line for message in messages if message.root for line in writer.lines(message.root.children)]
    if writer.findings:
        raise Unreadable(*writer.findings)
    return "".join(line + layout.line_end for line in lines).encode(layout.encoding)


class Records:
    """One file, or a stretch of one that begins at byte *base* and line *first*: where its records stand.

    They are made when asked for. ``rest`` is where a record begins that goes on behind the stretch, which is left out;
    ``lines`` counts those before it. There is none where the file has *ended*.
    """

    def __init__(
        self, body: bytes, layout: Layout, limits: Limits, base: int = 0, first: int = 1, ended: bool = True
    ) -> None:
        self.body, self.layout, self.limits, self.base = body, layout, limits, base
        self.rest, self.lines = len(body), 0
        self.signs = {name: record.sign.encode(layout.encoding, "replace") for name, record in layout.records.items()}
        self.starts, self.ends, self.numbers = array("Q"), array("Q"), array("Q")
        places = [*self._lines()]
        if not ended and places:
            self.rest = places.pop()[0]
        self.lines = len(places)
        for number, (start, end) in enumerate(places, first):
            if body[start:end].strip(BLANK):
                self.starts.append(start)
                self.ends.append(end)
                self.numbers.append(number)
            if len(self.starts) > limits.rows:
                says = f"The file holds more than {limits.rows:,} records."
                raise Unreadable(_fault("limit", says, "Send it in smaller files.", Place(path="the file")))

    def table(self) -> Table:
        """Return them as a table."""
        records = self.layout.records
        columns = tuple(dict.fromkeys(field.name for record in records.values() for field in record.fields))
        under = {name: record.under for name, record in records.items() if record.under}
        return Table("fixed", columns, len(self.starts), self.row, under=under)

    def row(self, place: int) -> Row:
        """Return record number *place*."""
        start, end, number = self.starts[place], self.ends[place], self.numbers[place]
        line, where = self.body[start:end], f"line {number}"
        name, record = self._record(start, end)
        start, end = start + self.base, end + self.base
        at = Place(start=start, end=end, path=where)
        node = Node(name, start=start, end=end, where=where)
        if record is None:
            says = (
                f"No kind of record has such a sign: it begins {line[:20].decode(self.layout.encoding, 'replace')!r}."
            )
            signs = ", ".join(f"{one.sign!r} ({known})" for known, one in self.layout.records.items())
            return Row(number, node, (_fault("unknown-record", says, f"Known are {signs}.", at),), whole=False)
        if len(line) != record.bytes:
            says = f"The record {name} is {len(line)} bytes long, and it has {record.bytes}."
            fix = "Pad every field to its whole length, the last one too."
            return Row(number, node, (_fault("length", says, fix, at),), whole=False)
        findings: list[Finding] = []
        node.children = [self._field(field, line, start, where, findings) for field in record.fields]
        return Row(number, node, tuple(findings))

    def _lines(self) -> Iterator[tuple[int, int]]:
        place, size = 0, len(self.body)
        while place < size:
            if self.layout.line_end:
                found = self.body.find(b"\n", place)
                following = size if found < 0 else found + 1
                end = size if found < 0 else found
                end -= end > place and self.body[end - 1] == 13
            else:
                _, record = self._record(place, size)
                # Without line ends, after an unknown record nobody knows where the next one begins.
                following = end = min(size, place + record.bytes) if record else size
            yield place, end
            place = max(following, place + 1)

    def _record(self, start: int, end: int) -> tuple[str, RecordLayout | None]:
        for name, record in self.layout.records.items():
            if self.body.startswith(self.signs[name], start + record.at - 1, end):
                return name, record
        return "?", None

    def _field(self, field: Field, line: bytes, start: int, where: str, findings: list[Finding]) -> Node:
        raw = line[field.at - 1 : field.at - 1 + field.length]
        begin = start + field.at - 1
        where = f"{where}, field {field.name}"
        try:
            text = raw.decode(self.layout.encoding)
        except UnicodeDecodeError:
            says = f"It holds bytes that are no {self.layout.encoding}."
            at = Place(start=begin, end=begin + len(raw), path=where)
            findings.append(_fault("encoding", says, "Send the file in the declared encoding.", at))
            text = ""
        value = text.strip(" ") if field.fill == " " else _unfilled(text, field)
        if any(ord(sign) < 32 or sign == "\x7f" for sign in value):
            at = Place(start=begin, end=begin + len(raw), path=where)
            findings.append(_fault("control-character", "It holds a control character.", "Send printable text.", at))
        return Node(field.name, value, start=begin, end=begin + len(raw), where=where)


def _unfilled(text: str, field: Field) -> str:
    """Return a field's text without what fills it up; of a field full of zeros one is left, for it says zero."""
    bare = text.lstrip(field.fill) if field.align == "right" else text.rstrip(field.fill)
    return bare.strip(" ") or (field.fill if field.fill == "0" and text.strip(" ") else "")


class _Writer:
    """One file being written, with what does not fit."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.findings: list[Finding] = []
        self.count = 0

    def lines(self, nodes: Sequence[Node]) -> Iterator[str]:
        """Yield the records that say *nodes*, each before those inside it."""
        for node in nodes:
            record = self.layout.records.get(node.name)
            if record is None:
                says = f"The layout has no record {node.name!r}."
                self._wrong(says, f"Describe it in the layout: {', '.join(self.layout.records)}.", node.name)
                continue
            self.count += 1
            yield self._line(node, record)
            yield from self.lines([child for child in node.children if not is_cell(child)])

    def _line(self, node: Node, record: RecordLayout) -> str:
        line = [" "] * record.bytes
        for place, sign in enumerate(record.sign, record.at - 1):
            line[place] = sign
        said = {child.name: child.value for child in node.children if is_cell(child)}
        for field in record.fields:
            value = said.pop(field.name, "")
            where = f"line {self.count}, field {field.name}"
            if len(value) > field.length:
                says = f"{value[:40]!r} is longer than the {field.length} characters of the field."
                self._wrong(says, "Shorten it, or agree on a longer field.", where)
                continue
            if value != self._read_back(value, field) or not self._sayable(value):
                self._wrong(f"{value[:40]!r} would not be read as it is.", "Change the value or the layout.", where)
                continue
            if value or field.fill == " ":
                fill = value.rjust if field.align == "right" else value.ljust
                line[field.at - 1 : field.at - 1 + field.length] = fill(field.length, field.fill)
        for name in said:
            if said[name]:
                self._wrong(
                    f"The record {node.name} has no field for it.", "Add the field.", f"line {self.count}: {name}"
                )
        return "".join(line)

    def _read_back(self, value: str, field: Field) -> str:
        if not value:
            return ""
        filled = (value.rjust if field.align == "right" else value.ljust)(field.length, field.fill)
        return filled.strip(" ") if field.fill == " " else _unfilled(filled, field)

    def _sayable(self, value: str) -> bool:
        try:
            value.encode(self.layout.encoding)
        except UnicodeEncodeError:
            return False
        return not any(ord(sign) < 32 or sign == "\x7f" for sign in value)

    def _wrong(self, says: str, fix: str, where: str) -> None:
        if len(self.findings) < FINDINGS_MAX:
            self.findings.append(_fault("unwritable", says, fix, Place(path=where)))


def empty() -> Finding:
    """Say that nothing is in it."""
    return _fault("empty", "The file is empty.", "Send it again with its records.", Place(start=0))


def _fault(code: str, says: str, fix: str, where: Place) -> Finding:
    return Finding(code=f"fixed.{code}", says=says, fix=fix, where=where)
