"""Two documents are compared by what they mean, and a difference is said as a buyer would say it."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.library.orders import ORDER, line
from tests.maps.documents import purchase_orders

from tradelane.library import compare
from tradelane.library.compare import pair
from tradelane.model.order_response import LineOutcome, OrderResponse, ResponseLine
from tradelane.model.party import Party
from tradelane.model.purchase_order import OrderLine, PurchaseOrder
from tradelane.model.quantity import Quantity


def said(before: PurchaseOrder, after: PurchaseOrder) -> list[str]:
    return [str(one) for one in compare(before, after)]


def test_a_changed_quantity_is_named_by_its_line():
    after = replace(ORDER, lines=(ORDER.lines[0], replace(ORDER.lines[1], quantity=Quantity(Decimal(60), "EA"))))
    assert said(ORDER, after) == ["line 2: quantity 100 EA -> 60 EA"]


def test_what_is_new_and_what_is_gone_are_told_apart():
    after = replace(ORDER, lines=(ORDER.lines[0], line("3", 5)), freight_terms="prepaid")
    before = replace(ORDER, notes=("Dock 4",))
    assert said(before, after) == [
        "line 2: number 2, item SKU-2, quantity 100 EA is gone",
        "line 3: number 3, item SKU-3, quantity 5 EA is new",
        "freight terms: prepaid is new",
        "notes: Dock 4 is gone",
    ]


def test_a_difference_deep_inside_says_where_it_is():
    answer = OrderResponse(
        order_number="1",
        overall="accepted",
        responded_on=ORDER.ordered_on,
        lines=(
            ResponseLine(
                line="1", outcomes=(LineOutcome(disposition="accepted", quantity=Quantity(Decimal(60), "EA")),)
            ),
        ),
    )
    after = replace(answer, lines=(replace(answer.lines[0], outcomes=(promised(45),)),))
    (found,) = compare(answer, after)
    assert str(found) == "line 1, answer 1: quantity 60 EA -> 45 EA"
    assert found.path == "lines[0].outcomes[0].quantity"


def promised(amount: int) -> LineOutcome:
    return LineOutcome(disposition="accepted", quantity=Quantity(Decimal(amount), "EA"))


def test_a_line_is_named_whatever_its_number_looks_like():
    before, after = (replace(ORDER, lines=(line("A/b c", amount),)) for amount in (1, 2))
    assert said(before, after) == ["line A/b c: quantity 1 EA -> 2 EA"]


def test_the_order_of_lines_and_leading_zeros_mean_nothing():
    after = replace(ORDER, lines=tuple(replace(one, number=f"00{one.number}") for one in reversed(ORDER.lines)))
    assert said(ORDER, after) == ["line 1: number 1 -> 001", "line 2: number 2 -> 002"]


def test_by_which_code_a_thing_was_said_makes_no_difference():
    after = replace(ORDER, source_code="NE", lines=tuple(replace(one, quantity=coded(one)) for one in ORDER.lines))
    assert compare(ORDER, after) == ()


def coded(one: OrderLine) -> Quantity:
    return replace(one.quantity, source_unit="each")


def test_lines_with_the_same_number_are_compared_in_turn():
    twice = replace(ORDER, lines=(line("1", 5), line("1", 7)))
    after = replace(ORDER, lines=(line("1", 5), line("1", 8)))
    assert said(twice, after) == ["line 1 (2): quantity 7 EA -> 8 EA"]


def test_documents_of_two_files_find_each_other_by_number_then_by_place():
    a, b, c = (replace(ORDER, number=number) for number in "abc")
    assert list(pair((a, b), (b, c))) == [(b, b), (a, c)]
    assert list(pair((a,), (a, b))) == [(a, a), (None, b)]
    assert list(pair((a, b), ())) == [(a, None), (b, None)]


@given(purchase_orders)
def test_a_document_does_not_differ_from_itself(order):
    assert compare(order, order) == ()


@given(purchase_orders, st.data())
def test_one_change_is_one_difference_and_told_the_other_way_round_it_is_the_same(order, data):
    numbers = [one.number.lstrip("0") for one in order.lines]
    order = order if len(set(numbers)) == len(numbers) else replace(order, lines=order.lines[:1])
    at = data.draw(st.integers(0, len(order.lines) - 1))
    amount = order.lines[at].quantity.value + 1
    changed = replace(order.lines[at], quantity=replace(order.lines[at].quantity, value=amount))
    after = replace(order, lines=(*order.lines[:at], changed, *order.lines[at + 1 :]))
    (there,), (back,) = compare(order, after), compare(after, order)
    assert there.path == f"lines[{at}].quantity"
    assert (there.before, there.after) == (back.after, back.before)


def test_of_two_kinds_of_document_what_both_can_say_is_compared():
    answer = OrderResponse(
        order_number="1", overall="accepted", responded_on=ORDER.ordered_on, supplier=Party(name="B")
    )
    assert "supplier name: A -> B" in [str(one) for one in compare(replace(ORDER, supplier=Party(name="A")), answer)]
