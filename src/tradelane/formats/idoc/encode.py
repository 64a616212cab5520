"""IDocs to bytes: flat records, or XML of the same segments. What is too long for its field is refused, never cut."""

from collections.abc import Iterator
from datetime import datetime

from msgspec import Struct

from tradelane.formats.idoc.decode import CONTROL, HEADER_LENGTH, WHOLE
from tradelane.formats.idoc.layouts import CONTROL_LAYOUT, DEFINITIONS, LAYOUTS, Layout
from tradelane.formats.nodes import fault
from tradelane.model.finding import Finding, Unreadable
from tradelane.model.message import BuiltMessage, Node


class Envelope(Struct, frozen=True, kw_only=True):
    """What stands in the control record beside the kind: who sends to whom, the number, when, whether it is a test."""

    sender: str
    receiver: str
    at: datetime
    control: int = 1
    sender_type: str = "LS"
    receiver_type: str = "LS"
    client: str = "100"
    test: bool = False


def encode(message: BuiltMessage, envelope: Envelope) -> bytes:
    """Return one flat IDoc, a record a line."""
    idoc = with_control(message, envelope)
    findings: list[Finding] = []
    lines = [_record(idoc.children[0], CONTROL_LAYOUT, "", findings)]
    lines += _segments(idoc, envelope, findings)
    if findings:
        raise Unreadable(*findings)
    return ("\r\n".join(lines) + "\r\n").encode()


def xml_tree(message: BuiltMessage, envelope: Envelope) -> Node:
    """Return the tree of an IDoc in XML, which marks the IDoc and every segment."""
    idoc = with_control(message, envelope)
    marked = Node(idoc.name, "", [Node("@BEGIN", "1"), *map(_marked, idoc.children)])
    return Node(_idoc_type(message), "", [marked])


def with_control(message: BuiltMessage, envelope: Envelope) -> Node:
    """Return the IDoc with its control record first; what the map wrote in it goes before what the envelope says."""
    if message.root is None:
        raise Unreadable(fault("idoc.no-tree", "The message is no tree.", "Write it in the syntax of its map."))
    said = {
        "TABNAM": CONTROL,
        "MANDT": envelope.client,
        "DOCNUM": f"{envelope.control:016d}",
        "DIRECT": "2",
        "TEST": "X" if envelope.test else "",
        "IDOCTYP": _idoc_type(message),
        "MESTYP": message.kind,
        "SNDPOR": envelope.sender[:10],
        "SNDPRT": envelope.sender_type,
        "SNDPRN": envelope.sender,
        "RCVPOR": envelope.receiver[:10],
        "RCVPRT": envelope.receiver_type,
        "RCVPRN": envelope.receiver,
        "CREDAT": f"{envelope.at:%Y%m%d}",
        "CRETIM": f"{envelope.at:%H%M%S}",
    }
    written = next((one for one in message.root.children if one.name == CONTROL), None)
    said |= {field.name: field.value for field in (written.children if written else ())}
    fields = [Node(name, said[name]) for name, _, _ in CONTROL_LAYOUT if said.get(name)]
    segments = [one for one in message.root.children if one.name != CONTROL]
    return Node("IDOC", "", [Node(CONTROL, "", fields), *segments])


def _idoc_type(message: BuiltMessage) -> str:
    return message.version.partition("/")[2]


def _marked(segment: Node) -> Node:
    inner = [_marked(one) if one.children else one for one in segment.children]
    return Node(segment.name, segment.value, [Node("@SEGMENT", "1"), *inner])


def _segments(idoc: Node, envelope: Envelope, findings: list[Finding]) -> Iterator[str]:
    """Yield the records of all segments, numbered from 1, each naming the one it stands in."""
    number = 0
    waiting = [(segment, 0, 1) for segment in reversed(idoc.children[1:])]
    while waiting:
        segment, above, level = waiting.pop()
        number += 1
        name = DEFINITIONS.get(segment.name, segment.name.replace("E1", "E2", 1))
        header = f"{name:<30}{envelope.client:<3}{envelope.control:016d}{number:06d}{above:06d}{level:02d}"
        layout = LAYOUTS.get(segment.name, ((WHOLE, 0, 1000),))
        yield _record(segment, layout, header, findings)
        waiting += [(one, number, level + 1) for one in reversed(segment.children) if one.children]


def _record(segment: Node, layout: Layout, header: str, findings: list[Finding]) -> str:
    places = {name: (begin, end) for name, begin, end in layout}
    text = ""
    for field in sorted((f for f in segment.children if not f.children), key=lambda f: places.get(f.name, (0, 0))):
        begin, end = places.get(field.name, (0, 0))
        if len(field.value) > end - begin:
            findings.append(_unfitting(segment, field, end - begin))
        else:
            text = f"{text:<{begin}}{field.value}"
    return f"{header}{text}" if len(header) in (0, HEADER_LENGTH) else header[:HEADER_LENGTH] + text


def _unfitting(segment: Node, field: Node, room: int) -> Finding:
    path = f"/{segment.name}/{field.name}"
    if not room:
        says = f"We have no layout with a field {field.name} in {segment.name}."
        return fault("idoc.no-such-field", says, "Correct the map that writes it.", path=path)
    says = f"{field.value[:40]!r} is longer than the {room} characters of {field.name}."
    return fault("idoc.too-long", says, f"Shorten it to {room} characters.", path=path)
