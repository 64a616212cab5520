"""Flat IDocs: records of fixed width, told apart by their first thirty characters, hung together by their numbers."""

from collections.abc import Iterator

from msgspec import Struct

from tradelane.formats.idoc.layouts import CONTROL_LAYOUT, CONTROL_LENGTH, LAYOUTS, Layout, says_nothing, segment_type
from tradelane.formats.nodes import DecodedNodes, fault
from tradelane.model.finding import Finding
from tradelane.model.message import Node, NodeMessage

CONTROL = "EDI_DC40"
HEADER_LENGTH = 63
RECORD_LENGTH = 1063
RECORD_LENGTH_MAX = 4096
RECORDS_MAX = 200_000
DEPTH_MAX = 20
WHOLE = "SDATA"
FINDINGS_MAX = 100

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class _Record(Struct, frozen=True):
    text: str
    start: int
    end: int
    number: int
    exact: bool


def decode(body: bytes) -> DecodedNodes:
    """Return the IDocs in *body*: any bytes are read, or refused with findings."""
    reading = _Reading()
    for record in _records(body):
        reading.take(record)
        if reading.refused:
            break
    findings = tuple(reading.findings)
    if not reading.messages and not reading.refused:
        says = f"There is no control record {CONTROL} in it."
        findings += (fault("idoc.control-missing", says, "Begin each IDoc with its control record.", start=0),)
    if any(finding.severity == "error" for finding in findings):
        return DecodedNodes(findings=findings)
    return DecodedNodes(tuple(map(idoc_message, reading.messages)), findings)


def idoc_message(idoc: Node) -> NodeMessage:
    """Return one IDoc as a message: its kind is the message type, its version tells the IDoc type."""
    control = {field.name: field.value for field in idoc.children[0].children} if idoc.children else {}
    kind = control.get("MESTYP") or control.get("IDOCTYP", "")
    return NodeMessage("idoc", kind, idoc, f"idoc/{control.get('IDOCTYP', '')}", control.get("DOCNUM", ""))


def _records(body: bytes) -> Iterator[_Record]:
    """Yield the records: one a line, or of fixed width where nothing parts them."""
    place, number = (len(_BYTE_ORDER_MARK) if body.startswith(_BYTE_ORDER_MARK) else 0), 0
    lined = b"\n" in body or len(body) < CONTROL_LENGTH
    while place < len(body):
        if lined:
            stop = body.find(b"\n", place)
            stop, after = (len(body), len(body)) if stop < 0 else (stop, stop + 1)
        else:
            control = body.startswith(CONTROL.encode(), place)
            after = stop = min(place + (CONTROL_LENGTH if control else RECORD_LENGTH), len(body))
        raw = body[place:stop].rstrip(b"\r")
        if raw.strip():
            number += 1
            yield _Record(_text(raw), place, place + len(raw), number, raw.isascii())
        place = after


def _text(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")


class _Reading:
    """One file being read: the IDocs so far, and the segments of the last by their numbers."""

    def __init__(self) -> None:
        self.messages: list[Node] = []
        self.findings: list[Finding] = []
        self.refused = False
        self._numbered: dict[str, tuple[Node, int]] = {}

    def take(self, record: _Record) -> None:
        """Put one record in its place."""
        if record.number > RECORDS_MAX or len(record.text) > RECORD_LENGTH_MAX:
            says = f"It has more than {RECORDS_MAX:,} records, or one longer than {RECORD_LENGTH_MAX} characters."
            self._refuse(record, "idoc.limit", says, "Send less in one file, a record a line.")
        elif record.text.startswith(CONTROL):
            self._begin(record)
        elif len(record.text) < HEADER_LENGTH:
            says = f"Record {record.number} has {len(record.text)} characters; its header alone has {HEADER_LENGTH}."
            self._refuse(record, "idoc.record-short", says, "Send records whole, padded with blanks.")
        elif not self.messages:
            says = f"Record {record.number} stands before any control record {CONTROL}."
            self._refuse(record, "idoc.control-missing", says, "Begin each IDoc with its control record.")
        else:
            self._hang(record)

    def _begin(self, record: _Record) -> None:
        control = Node(CONTROL, "", _fields(record, CONTROL, CONTROL_LAYOUT, 0), record.start, record.end)
        idoc = Node("IDOC", "", [control], record.start, record.end)
        self.messages.append(idoc)
        self._numbered = {}

    def _hang(self, record: _Record) -> None:
        idoc, name = self.messages[-1], segment_type(record.text[:30].strip())
        own, above = record.text[49:55].strip(), record.text[55:61].strip()
        layout = LAYOUTS.get(name, ((WHOLE, 0, RECORD_LENGTH_MAX),))
        node = Node(name, "", _fields(record, name, layout, HEADER_LENGTH), record.start, record.end)
        parent, depth = self._numbered.get(above, (idoc, 0))
        if above.strip("0") and above not in self._numbered:
            self._remark(record, name, above)
        if depth >= DEPTH_MAX:
            says = f"Record {record.number} is nested more than {DEPTH_MAX} deep."
            self._refuse(record, "idoc.limit", says, "Number the parents of segments as SAP does.")
        parent.children.append(node)
        idoc.end = record.end
        if own.strip("0"):
            self._numbered[own] = (node, depth + 1)

    def _remark(self, record: _Record, name: str, above: str) -> None:
        if len(self.findings) < FINDINGS_MAX:
            says = f"Record {record.number}, {name}, belongs under segment {above}, which has not come."
            fix = "Send a segment after the one it belongs under; it is read as one of the heading."
            self.findings.append(
                fault("idoc.parent-missing", says, fix, start=record.start, end=record.end, severity="warning")
            )

    def _refuse(self, record: _Record, code: str, says: str, fix: str) -> None:
        self.refused = True
        self.findings.append(fault(code, says, fix, start=record.start, end=record.end))


def _fields(record: _Record, segment: str, layout: Layout, offset: int) -> list[Node]:
    """Return the filled fields."""
    found: list[Node] = []
    for name, begin, end in layout:
        raw = record.text[offset + begin : offset + end]
        value = raw.strip()
        if not says_nothing(segment, name, value):
            place = record.start + offset + begin + len(raw) - len(raw.lstrip())
            start, stop = (place, place + len(value)) if record.exact else (record.start, record.end)
            found.append(Node(name, value, [], start, stop, f"record {record.number}, field {name}"))
    return found
