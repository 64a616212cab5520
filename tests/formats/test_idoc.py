"""IDocs: flat and XML say the same; any bytes are read or refused; every field knows its bytes."""

from datetime import datetime, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradelane.formats import idoc, xml
from tradelane.formats.idoc.layouts import CONTROL_LENGTH, DEFINITIONS, LAYOUTS, segment_type
from tradelane.model.finding import Unreadable
from tradelane.model.message import BuiltMessage, Node

AROUND = idoc.Envelope(
    sender="ACME", receiver="HOUSE", at=datetime(2026, 11, 20, 14, 25, tzinfo=timezone.utc), control=7
)

signs = st.text("ABCXYZabc 0189.,-/äß", min_size=1, max_size=40)


@st.composite
def segments(draw: st.DrawFn, depth: int = 0) -> Node:
    name = draw(st.sampled_from(sorted(LAYOUTS)))
    fields = {}
    for field, begin, end in draw(st.lists(st.sampled_from(LAYOUTS[name]), min_size=1, max_size=4, unique=True)):
        value = draw(signs | st.just("00000000"))[: end - begin].strip() or "1"
        fields[field] = "20261120" if end - begin == 8 and value == "00000000" else value
    order = [field for field, _, _ in LAYOUTS[name] if field in fields]
    inner = draw(st.lists(segments(depth + 1), max_size=2)) if depth < 2 else []
    return Node(name, "", [*(Node(field, fields[field]) for field in order), *inner])


messages = st.lists(segments(), min_size=1, max_size=4).map(
    lambda inner: BuiltMessage("ORDERS", "idoc/ORDERS05", root=Node("ORDERS", "", inner))
)


def plain(node: Node) -> tuple:
    return node.name, node.value, [plain(child) for child in node.children]


@given(messages)
def test_decoding_undoes_encoding_flat_and_in_xml(message):
    (flat,) = idoc.decode(idoc.encode(message, AROUND)).messages
    (marked,) = xml.decode(xml.write(idoc.xml_tree(message, AROUND))).messages
    assert [plain(one) for one in flat.root.children[1:]] == [plain(one) for one in message.root.children]
    assert plain(marked.root) == plain(flat.root)
    assert (flat.kind, flat.version, flat.control) == ("ORDERS", "idoc/ORDERS05", "0000000000000007")
    assert (flat.syntax, marked.syntax, marked.kind) == ("idoc", "idoc", "ORDERS")


def test_eight_zeros_are_no_date_but_a_number():
    fields = [Node("QUALF", "001"), Node("BELNR", "00000000"), Node("DATUM", "00000000")]
    root = Node("ORDERS", "", [Node("E1EDK02", "", fields)])
    (read,) = idoc.decode(idoc.encode(BuiltMessage("ORDERS", "idoc/ORDERS05", root=root), AROUND)).messages
    assert [(field.name, field.value) for field in read.root.children[1].children] == [
        ("QUALF", "001"),
        ("BELNR", "00000000"),
    ]


@given(messages)
def test_every_field_knows_its_bytes(message):
    body = idoc.encode(message, AROUND)
    waiting = [*idoc.decode(body).messages]
    nodes = [one.root for one in waiting]
    while nodes:
        node = nodes.pop()
        nodes += node.children
        if node.value and node.value.isascii():
            assert node.value in body[node.start : node.end].decode()


@given(st.binary(max_size=400) | st.text(max_size=200).map(lambda text: b"EDI_DC40  " + text.encode()))
def test_any_bytes_are_read_or_refused(body):
    found = idoc.decode(body)
    assert bool(found.messages) != found.refused


def test_records_need_no_line_breaks():
    message = BuiltMessage("ORDERS", "idoc/ORDERS05", root=Node("", "", [Node("E1EDK02", "", [Node("BELNR", "4711")])]))
    control, record = idoc.encode(message, AROUND).decode().split("\r\n")[:2]
    body = f"{control:<{CONTROL_LENGTH}}{record:<1063}".encode()
    (found,) = idoc.decode(body).messages
    assert found.root.children[1].children[0].value == "4711"


def test_what_is_too_long_is_refused_and_never_cut():
    root = Node("", "", [Node("E1EDK01", "", [Node("CURCY", "EURO"), Node("BELNR", "1"), Node("NOSUCH", "1")])])
    with pytest.raises(Unreadable) as refused:
        idoc.encode(BuiltMessage("ORDERS", "idoc/ORDERS05", root=root), AROUND)
    assert [finding.code for finding in refused.value.findings] == ["idoc.no-such-field", "idoc.too-long"]


@pytest.mark.parametrize("name", sorted(LAYOUTS))
def test_a_segment_definition_is_known_by_its_type(name):
    assert segment_type(DEFINITIONS.get(name, name.replace("E1", "E2", 1))) == name


def test_a_segment_of_ones_own_is_kept_whole():
    control = f"{'EDI_DC40':<{CONTROL_LENGTH}}"
    record = f"{'ZE1EDK01_ADD000':<30}{'100':<3}{1:016d}{1:06d}{0:06d}01WHATEVER  STANDS HERE"
    (found,) = idoc.decode(f"{control}\n{record}\n".encode()).messages
    assert [(one.name, one.children[0].value) for one in found.root.children[1:]] == [
        ("ZE1EDK01_ADD", "WHATEVER  STANDS HERE")
    ]


def test_several_idocs_in_one_file_are_several_messages():
    message = BuiltMessage("ORDERS", "idoc/ORDERS05", root=Node("", "", [Node("E1EDK02", "", [Node("BELNR", "1")])]))
    assert len(idoc.decode(idoc.encode(message, AROUND) * 3).messages) == 3
