"""What is expected of an order line: from what we know of it, on which day, and how sure it is."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from msgspec.structs import replace
from tests.processes.house import House
from tests.processes.papers import NOTICE, ORDER, RECEIPT, answer, notice, order, outcome, receipt, release

from tradelane.domain.expected_receipts import of_order
from tradelane.model.moment import Moment
from tradelane.model.policy import Policy

WANTED, TODAY = date(2026, 3, 20), date(2026, 3, 2)


def marks(row):
    return (word for word in ("overdue", "over", "replaces") if getattr(row, word))


def told(*papers, today=TODAY, policy=None):
    """Return the rows of line 1, a hundred wanted by the twentieth of March, after these papers."""
    house = House()
    house.tell(ORDER, release(order(quantities=(100,))))
    for stream, command in papers:
        house.tell(stream, command)
    rows = of_order(house.state(ORDER), policy or Policy(), today)["1"]
    return [(row.source, int(row.quantity), row.on, str(row.confidence), *marks(row)) for row in rows]


def promised(*outcomes):
    return (ORDER, answer({"1": list(outcomes)}))


def shipped(quantity, expected=None, number="N1", **more):
    moment = Moment(on=expected) if expected else None
    return (f"ship_notice/acme/{number}", notice({"1": quantity}, expected=moment, number=number, **more))


ON_TIME = outcome("accepted", 100, deliver_on=WANTED)
BY_SHIP_DATE = outcome("accepted", 100, ship_on=date(2026, 3, 17))
ARRIVES = date(2026, 3, 12)


@pytest.mark.parametrize(
    ("papers", "rows"),
    [
        ((), [("order", 100, WANTED, "0.35")]),
        ((promised(ON_TIME),), [("promise", 100, WANTED, "0.6")]),
        ((promised(BY_SHIP_DATE),), [("promise", 100, WANTED, "0.45")]),
        (
            (promised(ON_TIME), shipped(40, ARRIVES)),
            [("ship_notice", 40, ARRIVES, "0.8"), ("promise", 60, WANTED, "0.6")],
        ),
        (
            (promised(ON_TIME), shipped(40, ARRIVES), (RECEIPT, receipt({"1": 40}))),
            [("received", 40, None, "1"), ("promise", 60, WANTED, "0.6")],
        ),
        ((shipped(104, ARRIVES),), [("ship_notice", 100, ARRIVES, "0.8"), ("ship_notice", 4, ARRIVES, "0.8", "over")]),
    ],
)
def test_each_unit_is_expected_once_by_the_surest_word_of_it(papers, rows):
    assert told(*papers) == rows


def test_an_order_whose_answer_is_overdue_is_less_sure_each_day_and_comes_later():
    assert told(today=date(2026, 3, 3)) == [("order", 100, WANTED, "0.35")]
    assert told(today=date(2026, 3, 5)) == [("order", 100, WANTED + timedelta(days=2), "0.25")]
    assert told(today=date(2026, 3, 15))[0][3] == "0"


def test_what_should_have_come_is_overdue_and_expected_as_late_as_is_usual():
    late = WANTED + timedelta(days=1)
    assert told(promised(ON_TIME), today=WANTED)[0][4:] == ()
    assert told(promised(ON_TIME), today=late) == [("promise", 100, late + timedelta(days=2), "0.6", "overdue")]
    week = Policy(typical_late_days=7)
    assert told(promised(ON_TIME), today=late, policy=week)[0][2] == late + timedelta(days=7)


def test_goods_are_available_when_they_are_put_away():
    house = House()
    house.tell(ORDER, release(order(quantities=(100,))))
    (row,) = of_order(house.state(ORDER), Policy(dock_to_stock_days=3), TODAY)["1"]
    assert row.available_on == WANTED + timedelta(days=3)


def test_what_replaces_units_that_were_turned_down_is_not_over():
    whole, again = shipped(100, ARRIVES), shipped(10, ARRIVES, number="N2")
    counted = (RECEIPT, receipt({"1": (90, 10, "damaged")}))
    assert told(promised(ON_TIME), whole, counted, again) == [
        ("received", 90, None, "1"),
        ("ship_notice", 10, ARRIVES, "0.8", "replaces"),
    ]


def test_a_restated_notice_counts_as_it_was_stated_last():
    restated = (NOTICE, replace(notice({"1": 30}, purpose="replace", expected=Moment(on=ARRIVES))))
    assert told(promised(ON_TIME), shipped(100, ARRIVES), restated) == [
        ("ship_notice", 30, ARRIVES, "0.8"),
        ("promise", 70, WANTED, "0.6"),
    ]


def test_the_last_day_there_is_is_no_reason_to_fail():
    never = outcome("accepted", 100, deliver_on=date.max)
    assert told(promised(never))[0][2] == date.max
    assert Decimal(told(promised(never))[0][3]) == Decimal("0.6")
