"""What the schedules of an IDoc leave of a line is backordered, and what is backordered is left by schedules."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradelane.maps import lift, lower, shipped
from tradelane.maps.finishers import backordered_balance, confirmed_part
from tradelane.model.message import NodeMessage
from tradelane.model.order_response import LineOutcome, OrderResponse, ResponseLine
from tradelane.model.quantity import Quantity

DAY = date(2026, 11, 22)
counts = st.integers(1, 500)


def pieces(count: int, unit: str = "C62") -> Quantity:
    return Quantity(Decimal(count), unit)


def answer(*outcomes: LineOutcome, quantity: Quantity | None = None) -> OrderResponse:
    lines = (ResponseLine(line="10", quantity=quantity, outcomes=outcomes),)
    return OrderResponse(order_number="4711", overall="accepted_with_changes", responded_on=DAY, lines=lines)


@given(st.lists(counts, max_size=3), counts)
def test_what_is_backordered_comes_back_through_an_idoc(confirmed, rest):
    parts = [LineOutcome(disposition="accepted", quantity=pieces(one), deliver_on=DAY) for one in confirmed]
    late = LineOutcome(disposition="backordered", quantity=pieces(rest))
    said = answer(*parts, late, quantity=pieces(sum(confirmed) + rest))
    by = shipped("idoc/ORDERS05/ORDRSP")
    built = lower(said, by)
    assert built.root is not None
    assert [one.code for one in built.findings if one.code == "lower.left-out"] == []
    assert lift(NodeMessage("idoc", "ORDRSP", built.root, "idoc/ORDERS05"), by).document.lines == said.lines


@given(st.lists(counts, min_size=1, max_size=3), st.integers(-5, 500))
def test_the_balance_is_what_was_ordered_less_what_is_confirmed(confirmed, rest):
    ordered = sum(confirmed) + rest
    parts = [LineOutcome(disposition="accepted", quantity=pieces(one)) for one in confirmed]
    found = backordered_balance(answer(*parts, quantity=pieces(ordered)))
    late = [one.quantity for one in found.lines[0].outcomes if one.disposition == "backordered"]
    assert late == ([pieces(rest)] if rest > 0 else [])
    assert backordered_balance(found) == found


@pytest.mark.parametrize(
    "said",
    [
        answer(LineOutcome(disposition="accepted"), quantity=pieces(5)),
        answer(LineOutcome(disposition="rejected"), quantity=pieces(5)),
        answer(LineOutcome(disposition="accepted", quantity=pieces(5))),
        answer(LineOutcome(disposition="accepted", quantity=pieces(1, "CT")), quantity=pieces(12)),
        answer(quantity=pieces(5)),
    ],
    ids=["of the whole line", "turned down", "nothing ordered is said", "other units", "not answered"],
)
def test_where_nothing_says_a_balance_there_is_none(said):
    assert backordered_balance(said) == said


def test_a_balance_with_a_day_of_its_own_is_not_left_unsaid():
    late = LineOutcome(disposition="backordered", quantity=pieces(5), deliver_on=DAY)
    assert confirmed_part(answer(late, quantity=pieces(5))) == answer(late, quantity=pieces(5))
