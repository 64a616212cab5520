"""What a ship notice must be in itself before any order is asked about it."""

from datetime import date

import pytest
from msgspec.structs import replace
from tests.processes.house import House
from tests.processes.papers import NOTICE, ORDER, RECEIPT, node, notice, receipt, release

from tradelane.model.document import Reference
from tradelane.model.moment import Moment
from tradelane.model.policy import Policy
from tradelane.model.ship_notice import ShipNoticeConfirmed, ShipNoticeRecorded, ShipNoticeRefused


@pytest.fixture
def house():
    house = House()
    house.tell(ORDER, release())
    return house


@pytest.mark.parametrize(
    ("nodes", "codes"),
    [
        ((), {"no-items"}),
        ((node("1", "item", quantity=1),), {"no-order"}),
        ((node("1", "order", order_number="4711"), node("2", "item", parent="1")), {"no-quantity"}),
        ((node("2", "item", parent="1", order_number="4711", quantity=1),), {"orphan"}),
        (
            (node("1", "order", order_number="4711"), node("2", "item", "1", quantity=1), node("2", "pack", "1")),
            {"node-twice"},
        ),
        ((node("1", "pack", "2"), node("2", "pack", "1"), node("3", "item", "2", quantity=1)), {"cycle", "no-order"}),
    ],
)
def test_a_tree_that_makes_no_sense_is_refused_with_every_fault(house, nodes, codes):
    good = notice({"1": 1})
    house.tell(NOTICE, replace(good, notice=replace(good.notice, nodes=nodes)))
    (refused,) = house.of(ShipNoticeRefused)
    assert {finding.code.removeprefix("ship-notice.") for finding in refused.findings} == codes
    assert "ASN_INVALID" in house.cases()


@pytest.mark.parametrize(("sscc", "fine"), [("106141412345678908", True), ("106141412345678907", False), ("12", False)])
def test_an_sscc_is_checked_by_its_check_digit_as_hard_as_policy_says(sscc, fine):
    for strict in (True, False):
        house = House(Policy(check_sscc=strict))
        house.tell(ORDER, release())
        house.tell(NOTICE, notice({"1": 100}, sscc=sscc))
        (recorded,), (confirmed,) = house.of(ShipNoticeRecorded), house.of(ShipNoticeConfirmed)
        assert bool(recorded.findings) is not fine
        assert confirmed.blind is (strict and not fine)
        assert bool(confirmed.findings) is (strict and not fine)


def test_odd_dates_and_totals_are_warnings(house):
    odd = {
        "shipped": Moment(on=date(2026, 3, 20)),
        "expected": Moment(on=date(2026, 3, 10)),
        "references": (Reference("quantity_total", "7"),),
    }
    house.tell(NOTICE, notice({"1": 1}, **odd))
    (recorded,) = house.of(ShipNoticeRecorded)
    assert [finding.code for finding in recorded.findings] == [
        "ship-notice.shipped-ahead",
        "ship-notice.arrives-before-shipping",
        "ship-notice.control-total",
    ]


def test_a_cancellation_before_its_notice_waits_for_it(house):
    house.tell(NOTICE, notice({}, purpose="cancel"))
    assert house.deferred[0][2].finding.code == "ship-notice.unknown-notice"


@pytest.mark.parametrize("number", ["N1", "B/N1"])
def test_another_notice_whose_number_ends_like_ours_does_not_take_the_end_of_ours(house, number):
    other, theirs = "purchase_order/4712", "bolt" if number == "N1" else "acme"
    house.tell(other, release(number="4712"))
    house.tell(f"ship_notice/{theirs}/{number}", replace(notice({"2": 5}, number=number), partner=theirs))
    house.tell(NOTICE, notice({"1": 20}, orders=("4711", "4712")))
    house.tell(RECEIPT, receipt({"1": 20}))
    assert house.state(other).lines["1"].shipped == 0, "the receipt was final, so no more of the notice comes"
    assert house.state(NOTICE).received
    assert not house.state(f"ship_notice/{theirs}/{number}").received
