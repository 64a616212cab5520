"""Our own EDIFACT messages and what they mean. Each ``<kind>_<case>.edi`` in tests/golden/edifact lifts to the
``.json`` beside it, and is still the same after it was sent on.

``UPDATE_GOLDEN=1`` rewrites the meanings; git shows what changed.
"""

import json
import os
from pathlib import Path

import pytest
from tests.maps.messages import message_of, received

from tradelane.maps import lift_exact, lift_json, lower, lower_json, shipped, shipped_names
from tradelane.model.finding import Unreadable
from tradelane.model.message import TreeMessage
from tradelane.model.order_response import OrderResponse
from tradelane.model.quantity import Quantity
from tradelane.model.registry import encode
from tradelane.model.ship_notice import ShipNotice, items

GOLDEN = Path(__file__).parents[1] / "golden" / "edifact"
CASES = sorted(GOLDEN.glob("*.edi"))


def _read(name: str):
    """Return a golden message and its map: of D96A, or of D01B for what is not in D96A yet."""
    text = (GOLDEN / f"{name}.edi").read_text("utf-8")
    kind = name.partition("_")[0]
    directory = "d96a" if f"edifact/d96a/{kind}" in shipped_names() else "d01b"
    return message_of(kind.upper(), text, directory.upper()), shipped(f"edifact/{directory}/{kind}")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_a_golden_message_means_what_it_meant(case: Path):
    lifted = lift_exact(*_read(case.stem))
    found = {"means": json.loads(encode(lifted.document)), "remarks": [str(finding) for finding in lifted.findings]}
    expected = case.with_suffix(".json")
    if os.environ.get("UPDATE_GOLDEN"):
        expected.write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n", "utf-8")
    assert found == json.loads(expected.read_text("utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_a_golden_message_survives_being_sent_on(case: Path):
    message, its_map = _read(case.stem)
    document = lift_exact(message, its_map).document
    built = lower(document, its_map)
    assert built.findings == ()
    assert lift_exact(received(built), its_map).document == document
    tree = bytes(lower_json(document).tree)
    assert lift_json(TreeMessage(json.loads(tree)["document"], json.loads(tree), tree)).document == document


def test_an_answer_in_parts_adds_up_to_what_was_ordered():
    answer = lift_exact(*_read("ordrsp_partial_with_backorder")).document
    assert isinstance(answer, OrderResponse)
    first, second = answer.lines
    assert [(o.disposition, o.quantity, str(o.deliver_on)) for o in first.outcomes] == [
        ("accepted", Quantity(60, "C62"), "2026-12-10"),
        ("backordered", Quantity(40, "C62"), "2027-01-15"),
    ]
    assert [(o.disposition, o.reason) for o in second.outcomes] == [("rejected", "4")]


def test_a_ship_notice_is_a_tree_by_its_numbers():
    notice = lift_exact(*_read("desadv_pallet_with_cartons")).document
    assert isinstance(notice, ShipNotice)
    assert [(node.id, node.level) for node in notice.nodes if node.level != "item"] == [
        ("1", "shipment"),
        ("2", "tare"),
        ("3", "pack"),
    ]
    assert [(item.order_number, item.line, item.quantity.value, item.path) for item in items(notice)] == [
        ("4711", "", 12, ("340123450000000018",)),
        ("4711", "1", 60, ("340123450000000018", "340123450000000025")),
    ]


def test_what_cannot_be_read_is_named_by_its_component_and_its_bytes():
    order = """
    BGM+220+4711+9
    DTM+137:20260230:102
    LIN+1++40?+00:EN
    QTY+21:ten:PCE
    UNS+S
    """
    message = message_of("ORDERS", order, offset=1000)

    with pytest.raises(Unreadable) as refused:
        lift_exact(message, shipped("edifact/d96a/orders"))

    told = [(f.where.segment, f.where.element, f.where.component) for f in refused.value.findings]
    written = [message.text[f.where.start - 1000 : f.where.end - 1000] for f in refused.value.findings]
    assert dict(zip(told, written, strict=True)) == {
        ("DTM", 1, 2): "20260230",
        ("LIN", 3, 1): "40?+00",
        ("QTY", 1, 2): "ten",
    }


def test_what_is_too_long_is_read_and_remarked_with_its_bytes():
    long = "Oak board, two metres, planed and oiled twice"
    order = f"BGM+220+4711+9\nDTM+137:20260220:102\nLIN+1\nIMD+F++:::{long}:x\nQTY+21:1\nUNS+S"
    message = message_of("ORDERS", order)

    lifted = lift_exact(message, shipped("edifact/d96a/orders"))

    (remark,) = lifted.findings
    assert (remark.code, remark.severity) == ("element.too-long", "warning")
    assert message.text[remark.where.start : remark.where.end] == long
