"""Our own documents and what they mean. Each ``<kind>_<case>.edi`` in tests/golden lifts to the ``.json`` beside it,
on either path.

``UPDATE_GOLDEN=1`` rewrites the meanings; git shows what changed.
"""

import json
import os
from pathlib import Path

import pytest
from tests.maps.sets import cut, sent

from tradelane.maps import lift, lift_exact, lift_json, lower, lower_json, shipped
from tradelane.model.message import TreeMessage
from tradelane.model.order_response import OrderResponse
from tradelane.model.quantity import Quantity
from tradelane.model.registry import encode
from tradelane.model.ship_notice import ShipNotice, items, shipped_total

GOLDEN = Path(__file__).parents[1] / "golden"
CASES = sorted(GOLDEN.glob("*.edi"))


def _read(case: Path):
    name, _, edition = case.stem.partition("_")[0].partition("-")
    lines = [line for line in case.read_text("utf-8").splitlines() if not line.startswith("#")]
    edition = edition or ("005010" if name == "999" else "004010")
    return cut(name[:3], "\n".join(lines)), shipped(f"x12/{edition}/{name}")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_a_golden_document_means_what_it_meant(case):
    message, its_map = _read(case)
    lifted = lift_exact(message, its_map)
    meaning = json.loads(encode(lifted.document))
    warnings = [str(finding) for finding in lifted.findings]
    expected = case.with_suffix(".json")
    if os.environ.get("UPDATE_GOLDEN"):
        expected.write_text(
            json.dumps({"means": meaning, "remarks": warnings}, indent=2, ensure_ascii=False) + "\n", "utf-8"
        )
    assert {"means": meaning, "remarks": warnings} == json.loads(expected.read_text("utf-8"))
    assert lift(message, its_map) == lifted


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_a_golden_document_survives_being_sent_on(case):
    message, its_map = _read(case)
    document = lift(message, its_map).document
    built = lower(document, its_map)
    assert built.findings == ()
    assert lift(sent(built), its_map).document == document
    tree = bytes(lower_json(document).tree)
    kind = json.loads(tree)["document"]
    assert lift_json(TreeMessage(kind, json.loads(tree), tree)).document == document


def test_an_answer_in_parts_adds_up_to_what_was_ordered():
    answer = lift(*_read(GOLDEN / "855_partial_with_backorder.edi")).document
    assert isinstance(answer, OrderResponse)
    first, second = answer.lines
    assert [(o.disposition, o.quantity, str(o.deliver_on)) for o in first.outcomes] == [
        ("changed", Quantity(60, "EA"), "2026-12-10"),
        ("backordered", Quantity(40, "EA"), "2027-01-15"),
    ]
    assert [(o.disposition, o.quantity) for o in second.outcomes] == [("rejected", Quantity(40, "EA"))]


def test_a_ship_notice_is_a_tree_whatever_it_claims():
    notice = lift(*_read(GOLDEN / "856_pallet_under_order.edi")).document
    assert isinstance(notice, ShipNotice)
    (item,) = items(notice)
    assert (item.order_number, item.line, item.quantity, item.path) == (
        "4711",
        "1",
        Quantity(60, "EA"),
        ("340123450000000018",),
    )
    assert shipped_total(notice) == 60
