"""Stories of goods that are counted in cases, of another lot, too old, at another place, early or late."""

from datetime import date
from decimal import Decimal

import pytest
from msgspec.structs import replace
from tests.processes.house import House
from tests.processes.papers import ORDER, accepted, invoice, notice, receipt, release

from tradelane.model.item import ItemFacts, Items
from tradelane.model.order_receipt import DiscrepancyFound, LineReceived
from tradelane.model.party import Identifier, Party
from tradelane.model.policy import Policy

CASES = Items([ItemFacts(item="I1", case_factor=Decimal(12), shelf_life_days=10)])
HERE = Party(identifiers=(Identifier(scheme="gln", value="4012345000009"),))
THERE = Party(name="Dock 9", identifiers=(Identifier(scheme="gln", value="4098765000004"),))


def shipped(quantity=120, items=CASES, policy=None, lot="", **more) -> House:
    house = House(policy, items)
    house.tell(ORDER, release(quantities=(quantity, 50), **more))
    house.tell(ORDER, accepted())
    command = notice({"1": quantity, "2": 50})
    nodes = tuple(replace(node, lot=lot) if node.line == "1" else node for node in command.notice.nodes)
    house.tell("ship_notice/acme/N1", replace(command, notice=replace(command.notice, nodes=nodes)))
    return house


def count(house, units, number="R1", **line):
    command = receipt({"1": units, "2": 50}, number=number)
    lines = tuple(replace(each, **line) if each.order_line == "1" else each for each in command.receipt.lines)
    house.tell(f"goods_receipt/dock/{number}", replace(command, receipt=replace(command.receipt, lines=lines)))


def kinds(house):
    return [event.kind for event in house.of(DiscrepancyFound)]


@pytest.mark.parametrize(("units", "found"), [(10, ["pack"]), (1440, ["pack"]), (9, ["short"]), (60, ["short"])])
def test_a_count_that_is_off_by_the_size_of_a_case_was_made_in_cases(units, found):
    house = shipped()
    count(house, units)
    assert kinds(house) == found
    assert house.state(ORDER).lines["1"].shipped == (0 if found == ["short"] or units > 120 else 120 - units)


def test_what_was_counted_in_cases_is_not_short_and_turns_up_in_the_corrected_receipt():
    house = shipped()
    count(house, 10)
    assert "a case is 12" in house.cases()["RECEIVING_PACK"]
    assert "RECEIVING_SHORT" not in house.cases()
    house.tell("goods_receipt/dock/R2", receipt({"1": 110}, number="R2"))
    line = house.state(ORDER).lines["1"]
    assert (line.received, line.shipped) == (120, 0)
    house.tell("invoice/acme/A1", invoice({"1": 120, "2": 50}))
    assert house.state("invoice/acme/A1").outcome == "approved"


def test_where_nobody_wrote_down_a_case_short_is_short():
    house = shipped(items=Items())
    count(house, 10)
    assert kinds(house) == ["short"]


def test_another_lot_than_announced_is_held():
    house = shipped(lot="L7")
    count(house, 120, lot="L8")
    assert "120 EA of lot L8 arrived, which was not announced" in house.cases()["RECEIVING_LOT"]


@pytest.mark.parametrize(("announced", "counted"), [("L7", "L7"), ("", "L8"), ("L7", "")])
def test_a_lot_that_agrees_or_is_not_said_is_no_problem(announced, counted):
    house = shipped(lot=announced)
    count(house, 120, lot=counted)
    assert not kinds(house)


def test_a_restated_notice_announces_its_own_lots():
    house = shipped(lot="L7")
    command = notice({"1": 120, "2": 50}, purpose="replace")
    nodes = tuple(replace(node, lot="L8") if node.line == "1" else node for node in command.notice.nodes)
    house.tell("ship_notice/acme/N1", replace(command, notice=replace(command.notice, nodes=nodes)))
    count(house, 120, lot="L7")
    assert kinds(house) == ["lot"]


@pytest.mark.parametrize(
    ("expires", "found"),
    [(11, ["expired"]), (12, ["short_dated"]), (21, ["short_dated"]), (22, [])],
)
def test_goods_must_have_as_much_life_left_as_their_item_needs(expires, found):
    house = shipped()
    count(house, 120, expires_on=date(2026, 3, expires))  # Counted on the 12th.
    assert kinds(house) == found


def test_or_as_was_agreed_with_the_supplier_where_that_is_more():
    house = shipped(policy=Policy(shelf_life_days=30))
    count(house, 120, expires_on=date(2026, 4, 1))
    assert kinds(house) == ["short_dated"]


def test_goods_at_another_place_than_the_order_says_are_asked_about_and_booked_all_the_same():
    house = shipped(ship_to=HERE)
    house.tell("goods_receipt/dock/R1", receipt({"1": 120, "2": 50}, warehouse=THERE))
    assert "170 EA were received at Dock 9" in house.cases()["RECEIVING_MISSHIPPED"]
    assert house.state(ORDER).lines["1"].received == 120


@pytest.mark.parametrize("where", [HERE, None, Party(name="Dock 9")])
def test_the_same_place_or_one_that_cannot_be_compared_is_no_problem(where):
    house = shipped(ship_to=HERE)
    house.tell("goods_receipt/dock/R1", receipt({"1": 120, "2": 50}, warehouse=where))
    assert not kinds(house)


def test_how_late_goods_came_is_told_and_nobody_is_asked():
    house = shipped()
    count(house, 120)
    assert [event.late_days for event in house.of(LineReceived)] == [-8, -8]  # Wanted on the 20th, counted on the 12th.
    assert not house.cases()
