"""Canonical JSON: what is lifted, what is refused, and that every fault is named by its path."""

import json
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.maps.documents import DRAWN

from tradelane.formats import json as json_format
from tradelane.maps import lift_json, lower_json
from tradelane.model.finding import Unreadable
from tradelane.model.message import TreeMessage

ORDER = {
    "document": "purchase_order",
    "number": "4711",
    "ordered_on": "2026-11-20",
    "buyer": {"name": "We"},
    "supplier": {},
    "lines": [
        {
            "number": "1",
            "item": {"buyer_item": "SKU-1"},
            "quantity": {"value": "100", "unit": "EA"},
            "price": {"amount": "10.25"},
        }
    ],
}


def tree(**changes: object) -> TreeMessage:
    return TreeMessage("purchase_order", {**json.loads(json.dumps(ORDER)), **changes}, b"")


def line(**changes: object) -> TreeMessage:
    return tree(lines=[{**ORDER["lines"][0], **changes}])


def refusal(message: TreeMessage) -> list[tuple[str, str]]:
    with pytest.raises(Unreadable) as refused:
        lift_json(message)
    assert all(f.fix for f in refused.value.findings)
    return [(f.code, f.where.path) for f in refused.value.findings]


@pytest.mark.parametrize("kind", sorted(DRAWN))
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_lifting_undoes_lowering_in_json_too(kind, data):
    document = data.draw(DRAWN[kind])
    (message,) = json_format.decode(bytes(lower_json(document).tree))
    assert lift_json(message).document == document


def test_numbers_are_exact_whether_sent_as_numbers_or_strings():
    assert lift_json(line(price={"amount": Decimal("0.000001")})).document.lines[0].price.amount == Decimal("0.000001")
    assert lift_json(line(quantity={"value": 7, "unit": "EA"})).document.lines[0].quantity.value == Decimal(7)


@pytest.mark.parametrize(
    "value",
    [
        "٣",
        "²",
        " 3",
        "1_000",
        "NaN",
        "1E5",
        "1,5",
        "-4",
        "",
        "9" * 19,
        "0.1234567891",
        True,
        None,
        [],
        Decimal("1E+30"),
        3.5,
    ],
)
def test_an_amount_nobody_could_mean_is_named_by_its_path(value):
    assert [path for _, path in refusal(line(quantity={"value": value, "unit": "EA"}))] == ["$.lines[0].quantity.value"]


def test_an_unknown_member_is_named_at_any_depth():
    assert refusal(tree(nmber="x")) == [("json.unknown-field", "$.nmber")]
    assert refusal(line(qty=3)) == [("json.unknown-field", "$.lines[0].qty")]
    assert refusal(tree(buyer={"name": "x", "adress": {}})) == [("json.unknown-field", "$.buyer.adress")]


def test_everything_wrong_is_said_at_once():
    found = refusal(
        tree(
            ordered_on="2026-02-30", purpose="maybe", lines=[{"item": {}, "quantity": {"value": "x", "unit": "EA"}}, 7]
        )
    )
    assert ("json.missing-field", "$.lines[0].number") in found
    assert {"$.ordered_on", "$.purpose", "$.lines[0].quantity.value", "$.lines[1]"} <= {path for _, path in found}


def test_nul_is_refused_wherever_it_hides():
    body = json.dumps({**ORDER, "notes": ["a\x00b"]}).encode()
    message = TreeMessage("purchase_order", json.loads(body), body)
    assert refusal(message) == [("json.nul", "$.notes[0]")]


def test_a_price_for_no_units_is_refused():
    assert refusal(line(price={"amount": 1, "per": 0})) == [("json.bad-number", "$.lines[0].price.per")]


def test_an_unknown_document_is_named():
    assert refusal(TreeMessage("letter", {"document": "letter"}, b"")) == [("json.unknown-document", "$.document")]


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=5)
    | st.sampled_from(["purchase_order", "EA", "2026-11-20"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["number", "lines", "quantity", "value", "item", "x"]), inner, max_size=3)
    ),
    max_leaves=10,
)


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.sampled_from([*ORDER, "notes", "references", "x"]), values, max_size=6))
def test_any_tree_is_lifted_or_refused_with_findings(changes):
    message = tree(**changes)
    try:
        lift_json(message)
    except Unreadable as refused:
        assert all(finding.where.path for finding in refused.findings)  # noqa: PT017
