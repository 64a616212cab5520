"""Any bytes are read or refused, in any syntax, and a map of one's own goes before ours."""

from datetime import date, datetime, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.library.orders import ORDER
from tests.rules.sources import ROOT

from tradelane import maps
from tradelane.library import Envelope, Shelf, read, write
from tradelane.maps.packed_items import packed_items
from tradelane.model.document import Reference
from tradelane.model.finding import Unreadable
from tradelane.model.moment import Moment
from tradelane.model.party import ItemIds, Party
from tradelane.model.quantity import Quantity
from tradelane.model.ship_notice import ShipNode, ShipNotice

AT = Envelope(at=datetime(2026, 11, 2, 9, 30), sender="01:123456789", receiver="ZZ:US", control=77)
ANSWER = ROOT / "src/tradelane/partners/templates/x12-supplier/samples/855-partial.edi"
CORPORA = ROOT.parent / "shared/corpora"
FOREIGN = sorted(path for path in CORPORA.rglob("*") if path.is_file()) if CORPORA.is_dir() else []
OPENINGS = (b"", b"ISA", b"UNA:+.? '", b"UNB+", b"STX=", b"<a>", b"{", b"PK\x03\x04", b"a,b\n", b"EDI_DC40")


@given(st.sampled_from(OPENINGS), st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(start, rest):
    found = read(start + rest)
    assert found.messages or found.findings
    found.tree()


@pytest.mark.skipif(not FOREIGN, reason="the corpora are not here")
@pytest.mark.parametrize("family", sorted({path.relative_to(CORPORA).parts[0] for path in FOREIGN}))
def test_files_of_others_are_read_or_refused_and_have_a_tree(family):
    files = [path for path in FOREIGN if path.relative_to(CORPORA).parts[0] == family]
    for path in files[:: max(1, len(files) // 25)]:
        found = read(path.read_bytes(), file_name=path.name)
        assert found.messages or found.findings, path
        assert found.tree() is not None or found.syntax in ("json", ""), path
        assert all(one.says and one.fix for one in found.findings), path


@pytest.mark.parametrize("target", ["x12", "x12/850", "x12/004010/850", "edifact", "edifact/d96a/ORDERS", "ubl/Order"])
def test_an_order_is_written_as_what_is_asked_for_and_read_again(target):
    again = read(write((ORDER,), target, AT).body).documents
    assert [one.number for one in again] == ["4711"]
    assert [one.quantity for one in again[0].lines] == [one.quantity for one in ORDER.lines]


@pytest.mark.parametrize("target", ["csv", "xlsx", "csv/purchase_order", "xlsx/purchase_order"])
def test_an_order_is_written_as_rows_and_known_again_by_its_columns(target):
    found = read(write((ORDER,), target, AT).body)
    assert found.syntax == target.partition("/")[0]
    assert found.messages[0].map is maps.shipped("csv/purchase_order")
    assert found.documents[0].lines == ORDER.lines


def test_an_order_in_tradacoms_is_shown_and_not_taken_for_one_in_edifact():
    body = b"STX=ANA:1+5012345000015:A+5098765000010:B+261120:101112+17++ORDHDR'MHD=1+ORDERS:9'ORD=4711'MTR=3'END=1'"
    found = read(body)
    assert [(each.message.kind, each.map) for each in found.messages] == [("ORDERS", None)]
    assert [one.code for one in found.findings] == ["map.missing"]


@pytest.mark.parametrize("body", [b'{"order": {"id": 17, "line_items": []}}', b'[{"sku": "A-1"}]', b'{"rates": [1]}'])
def test_json_of_others_that_we_have_no_map_for_is_shown(body):
    found = read(body)
    assert [one.code for one in found.findings] == ["map.missing"]
    assert not found.refused
    assert found.tree() is not None


@pytest.mark.parametrize(
    "body", [b'{"document": 7}', b'[{"document": "purchase_order"}, {"number": "1"}]', b"{}", b"[]"]
)
def test_json_that_begins_as_ours_is_refused_as_ours(body):
    assert read(body).refused


@pytest.mark.parametrize(
    ("target", "written"),
    [("ubl", b"<cbc:IssueTime>16:30:00</cbc:IssueTime>"), ("cxml", b'noticeDate="2026-12-08T16:30:00"')],
)
def test_a_time_to_the_minute_is_written_as_xml_schema_knows_it(target, written):
    noticed = Moment(on=date(2026, 12, 8), at=time(16, 30), precision="minute")
    item = ItemIds(supplier_item="A-1")
    goods = ShipNode(id="1", level="item", order_number="1", line="1", item=item, quantity=Quantity(Decimal(3), "C62"))
    notice = ShipNotice(
        number="SN-1", noticed=noticed, nodes=(goods,), supplier=Party(name="Acme"), ship_to=Party(name="Norvik")
    )
    made = write((packed_items(notice),), target, AT)
    assert written in made.body
    assert not [one for one in made.findings if one.where.path.startswith("$.noticed")]


def test_who_sends_to_whom_stands_in_the_envelope_in_the_syntax_s_own_codes():
    assert b"*01*123456789      *ZZ*US " in write((ORDER,), "x12", AT).body
    assert b"+123456789:1+US:ZZZ+261102:0930+77'" in write((ORDER,), "edifact", AT).body
    (message,) = read(write((ORDER,), "edifact", AT).body).messages
    assert (message.piece.sender, message.piece.receiver) == ("1:123456789", "ZZZ:US")


def test_what_no_map_can_write_is_said_with_what_could_be_written():
    with pytest.raises(
        Unreadable, match=r"x12/855 is no form of this purchase order \(850\)\. It can be .*x12/004010/850"
    ):
        write((ORDER,), "x12/855", AT)
    with pytest.raises(Unreadable, match="There is no map 'telex'"):
        write((ORDER,), "telex", AT)


def test_what_has_no_place_is_said_by_what_it_is():
    written = write((ORDER.__class__(**{**_said(ORDER), "version": 3}),), "x12", AT)
    assert [one.says for one in written.findings] == ["version 3 has no place in it."]


def _said(order):
    return {name: getattr(order, name) for name in order.__struct_fields__}


def test_several_documents_of_several_kinds_each_get_the_envelope_they_need():
    answer = read(ANSWER.read_bytes()).documents[0]
    written = write((ORDER, answer, ORDER), "x12", AT)
    assert written.body.count(b"ISA*") == 2
    assert sorted(type(one).__name__ for one in read(written.body).documents) == [
        "OrderResponse",
        "PurchaseOrder",
        "PurchaseOrder",
    ]


def test_a_map_of_one_s_own_goes_before_the_shipped_one():
    own = maps.load('name = "acme/855"\nextends = "x12/004010/855"\n[fields]\nsupplier_order_number = "REF*DP/2"\n')
    found = read(ANSWER.read_bytes(), shelf=Shelf(own=(own,)))
    assert found.messages[0].map is own
    assert found.documents[0].supplier_order_number == "0042"


def test_a_file_in_no_syntax_of_ours_is_refused_with_what_we_read():
    (only,) = read(b"%PDF-1.7 hello").findings
    assert only.code == "file.unknown"
    assert "X12" in only.fix


@pytest.mark.parametrize("target", ["x12", "edifact", "cxml", "idoc"])
def test_what_has_no_place_in_a_list_is_said_once(target):
    listed = tuple(Reference(kind, kind) for kind in ("contract", "project", "quote"))
    order = ORDER.__class__(**{**_said(ORDER), "references": listed})
    found = [(one.code, one.where.path) for one in write((order,), target, AT).findings if "refer" in one.where.path]
    assert found == [("lower.left-out", "$.references[1]"), ("lower.left-out", "$.references[2]")]
