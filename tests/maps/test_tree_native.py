"""The compiled core reads trees as the explaining path does, byte for byte, or not at all; and it does not keep
silent.
"""

from pathlib import Path
from random import Random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.formats.xml_bytes import broken

from tradelane.formats import xml
from tradelane.formats.xml.packed import packed, read_nodes
from tradelane.library.shelf import Shelf
from tradelane.maps import Lifted, Map, compiled, lift_exact, shipped, shipped_names
from tradelane.maps.native import NativeTree
from tradelane.model.finding import Unreadable
from tradelane.model.message import NodeMessage
from tradelane.model.registry import encode, read_document

pytestmark = pytest.mark.skipif(
    not compiled() or read_nodes is None, reason="no compiled core: no C compiler when Tradelane was installed"
)

GOLDEN = sorted((Path(__file__).parents[1] / "golden" / "trees").glob("*.xml"))
UBL = [case for case in GOLDEN if case.name.startswith("ubl_")]
CORPORA = Path(__file__).parents[2].parent / "shared" / "corpora"
BEYOND_IT = {"carrier/usps/TrackResponse": "days written as Americans say them"}
"""What shipped maps ask that the compiled core cannot do; the explaining path reads them."""
ORDER = """<Order xmlns="urn:oasis:names:specification:ubl:schema:xsd:Order-2"
 xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
 xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"><cbc:ID>4711</cbc:ID>
 <cbc:IssueDate>{day}</cbc:IssueDate><cbc:Note>{note}</cbc:Note>
 <cac:BuyerCustomerParty><cac:Party/></cac:BuyerCustomerParty>
 <cac:SellerSupplierParty><cac:Party/></cac:SellerSupplierParty>
 <cac:OrderLine><cac:LineItem><cbc:ID>1</cbc:ID><cbc:Quantity unitCode="EA">{amount}</cbc:Quantity>
 <cac:Price><cbc:PriceAmount currencyID="EUR">2</cbc:PriceAmount></cac:Price><cac:Item>
 <cac:BuyersItemIdentification><cbc:ID>A</cbc:ID></cac:BuyersItemIdentification></cac:Item></cac:LineItem>
 </cac:OrderLine></Order>"""


def _messages(body: bytes) -> list[tuple[NodeMessage, Map]]:
    """Return the messages of a document with their nodes packed, where they can be, whatever it is a document of."""
    found = packed(body)
    if found is None:
        return []
    (message, *others) = xml.decode(body).messages or (None,)
    by = Shelf().reading(message) if message is not None and not others else None
    if message is None or by is None or message.syntax != "xml" or message.span[0] != found.nodes.start:
        return []  # A document in an envelope of its own has other nodes.
    return [(NodeMessage("xml", message.kind, message.root, message.version, packed=found.nodes), by)]


def _exact(message: NodeMessage, by: Map) -> Lifted | None:
    try:
        exact = lift_exact(message, by)
    except Unreadable:
        return None
    return None if exact.findings else exact


def _agrees(message: NodeMessage, by: Map) -> bool:
    """Hold both paths together; say whether the compiled one took the message."""
    if not isinstance(by.native, NativeTree):
        return False
    taken = by.native.lift(message)
    if taken is None:
        return False
    document, canonical = taken
    assert _exact(message, by) == Lifted(document, canonical)
    assert canonical == encode(document)
    assert repr(read_document(canonical)) == repr(document)
    return True


def _order(*, day: str = "2026-11-20", note: str = "x", amount: str = "5") -> bool:
    """Read an order both ways; say whether the compiled path took it."""
    text = ORDER.format(day=day, note=note, amount=amount)
    ((message, by),) = _messages(text.encode())
    return _agrees(message, by)


def test_every_shipped_map_of_xml_can_be_compiled():
    names = {name for name in shipped_names() if shipped(name).plan.syntax == "xml"}
    beyond = {name for name in names if shipped(name).native is None}
    assert beyond <= BEYOND_IT.keys(), "teach the compiled core what these maps ask, or list them with the reason"
    assert len(names) > 15


@pytest.mark.parametrize("case", GOLDEN, ids=lambda case: case.name)
def test_golden_documents_are_taken_unless_something_is_remarked(case):
    for message, by in _messages(case.read_bytes()):
        if by.name not in BEYOND_IT:
            assert _agrees(message, by) == (_exact(message, by) is not None)


@pytest.mark.parametrize("case", GOLDEN, ids=lambda case: case.name)
def test_damaged_golden_documents_are_read_alike_or_left_to_the_explaining_path(case):
    chance, body = Random(case.name), case.read_bytes()
    for _ in range(150):
        for message, by in _messages(broken(body, chance)):
            _agrees(message, by)


@pytest.mark.parametrize("case", UBL, ids=lambda case: case.name)
def test_values_of_any_kind_are_read_alike(case):
    """A text of one node takes the place of that of another, or of something odd."""
    chance, body = Random(case.name), case.read_bytes()
    ends = [n for n in range(1, len(body)) if body[n : n + 2] == b"</" and body[n - 1 : n] != b">"]
    odd = (b"", b" ", b"-1", b"1.50", b"2026-11-20", b"2026-11-20Z", b"14:25:00", b"\xc2\xa0", b"EA", b"\n", b"&quot;")
    for _ in range(200):
        made, end = body, chance.choice(ends)
        begin = made.rfind(b">", 0, end) + 1
        other = chance.choice(ends)
        put = chance.choice((*odd, made[made.rfind(b">", 0, other) + 1 : other]))
        for message, by in _messages(made[:begin] + put + made[end:]):
            _agrees(message, by)


@settings(max_examples=200, deadline=None)
@given(text=st.text("0123456789.-", max_size=24))
@example(text="1234.50000")
@example(text="1234.5000")
@example(text="123.5000")
@example(text="30.00000000000")
@example(text="12345678.0")
@example(text="000000000")
@example(text=".00000000")
@example(text="0000000.000")
def test_an_amount_is_read_as_its_form_reads_it(text):
    _order(amount=text)


@settings(max_examples=200, deadline=None)
@given(
    text=st.from_regex(
        r"(18|19|20|21|22)[0-9]{2}-?[01][0-9]-[0-3][0-9](Z|[+-][0-9]{2}:?[0-9]{2}| Z|T1[0-9]:00:00)?", fullmatch=True
    )
)
@example(text="2024-02-29")
@example(text="2025-02-29")
def test_a_day_is_read_as_its_form_reads_it(text):
    _order(day=text)


@pytest.mark.parametrize(
    "note", ['say "so"', "a\\b", "two\nlines", "a\ttab", "caf\u00e9", "\u4e2d", "&amp;&lt;", "a]b", "x\u00a0y"]
)
def test_a_text_comes_out_as_it_was_written(note):
    assert _order(note=note)


def test_of_several_nodes_the_first_that_is_filled_counts():
    twice = "<cbc:ID> </cbc:ID><cbc:ID>4711</cbc:ID><cbc:ID>4712</cbc:ID>"
    text = ORDER.format(day="2026-11-20", note="x", amount="5").replace("<cbc:ID>4711</cbc:ID>", twice)
    ((message, by),) = _messages(text.encode())
    assert _agrees(message, by)
    assert b'"number":"4711"' in lift_exact(message, by).canonical


@pytest.mark.parametrize("note", ["\u00a0", "\u00a0x", "x\u2003", "\u3000x", "\u0085", "x\u2028"])
def test_a_blank_beyond_ascii_is_left_to_the_explaining_path(note):
    assert not _order(note=note)


@pytest.mark.parametrize(
    "at", ["", "14:25:00", "14:25", "14:25:00Z", "14:25:00+01:00", "14:25:00.5", "24:00:00", "1425"]
)
def test_a_time_is_read_as_its_form_reads_it(at):
    case = next(case for case in UBL if b"<cbc:IssueTime>" in case.read_bytes())
    body = case.read_bytes()
    begin = body.index(b"<cbc:IssueTime>") + len(b"<cbc:IssueTime>")
    for message, by in _messages(body[:begin] + at.encode() + body[body.index(b"<", begin) :]):
        assert _agrees(message, by) or at in ("14:25:00.5", "24:00:00", "1425") or _exact(message, by) is None


@pytest.mark.skipif(not (CORPORA / "MANIFEST.tsv").exists(), reason="../shared/corpora is not on this machine")
def test_real_documents_are_read_alike_and_most_that_are_in_order_are_taken():
    taken = in_order = 0
    for row in (CORPORA / "MANIFEST.tsv").read_text("utf-8").splitlines()[1:]:
        path, *_, form, _kinds, _version, _bytes, _validity, _features = row.split("\t")
        if form in ("ubl", "cxml", "cii") and path.endswith(".xml"):
            for message, by in _messages((CORPORA / path).read_bytes()):
                taken += _agrees(message, by)
                in_order += _exact(message, by) is not None
    assert taken > 20
    assert taken > in_order * 0.8
