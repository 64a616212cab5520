"""What a supplier answers beyond policy waits for a person, who accepts or declines it; nobody's silence is a yes."""

from datetime import date

import pytest
from msgspec.structs import replace
from tests.processes.house import House
from tests.processes.papers import ORDER, accepted, answer, change, item, line_change, order, outcome, release, units

from tradelane.domain.order_book import line_status, status
from tradelane.model.order_answer import AnswerAccepted, AnswerDeclined, DecideOnAnswer
from tradelane.model.order_change import OrderChange
from tradelane.model.party import ItemIds
from tradelane.model.policy import Policy
from tradelane.model.purchase_order import OrderLine, OrderResponded, Schedule

WANTED, LATE = date(2026, 3, 20), date(2026, 4, 20)
YES, NO = DecideOnAnswer(accept=True, by="ann"), DecideOnAnswer(accept=False, by="ann")


def late_house(policy=None):
    """Return a house in which the supplier answers line 1 late and line 2 as ordered."""
    house = House(policy)
    house.tell(ORDER, release())
    lines = {"1": [outcome("changed", 100, deliver_on=LATE)], "2": [outcome("accepted", 50, deliver_on=WANTED)]}
    house.tell(ORDER, answer(lines))
    return house


def lines(house):
    return {number: line_status(line) for number, line in house.state(ORDER).lines.items()}


def test_an_accepted_answer_stands_and_its_case_is_over():
    house = late_house()
    assert (lines(house), set(house.cases())) == ({"1": "changed", "2": "accepted"}, {"ACK_DATE_LATE"})
    assert house.tell(ORDER, YES) == [AnswerAccepted(lines=("1",), by="ann")]
    assert lines(house) == {"1": "accepted", "2": "accepted"}
    assert status(house.state(ORDER)) == "acknowledged"
    assert house.state(ORDER).lines["1"].promises[0].deliver_on == LATE
    assert not house.cases()
    assert (ORDER, "decide") not in house.timers


def test_a_declined_answer_opens_the_line_again_and_the_supplier_is_asked_once_more():
    house = late_house()
    (declined,) = house.tell(ORDER, NO)
    assert isinstance(declined, AnswerDeclined)
    assert lines(house) == {"1": "open", "2": "accepted"}
    assert house.state(ORDER).lines["1"].open == 100
    sent = [send.document for send in house.sent if send.to == "acme" and isinstance(send.document, OrderChange)]
    assert [(line.line, line.quantity.value, line.deliver_on) for line in sent[0].lines] == [("1", 100, WANTED)]
    assert not house.cases()
    assert (ORDER, "answer") in house.timers, "the supplier is chased again"
    house.tell(ORDER, change(1, [line_change("1", 90)]))
    assert house.state(ORDER).lines["1"].ordered == 90, "the buyer's own count of changes goes on"


def test_the_declined_answer_does_not_come_back_by_being_sent_again():
    house = late_house()
    house.tell(ORDER, NO)
    again = {"1": [outcome("changed", 100, deliver_on=LATE)], "2": [outcome("accepted", 50, deliver_on=WANTED)]}
    assert house.tell(ORDER, answer(again)) == []
    assert lines(house)["1"] == "open"


@pytest.mark.parametrize("decision", [DecideOnAnswer(accept=True, by="ann", lines=("2",)), YES, NO])
def test_where_nothing_waits_there_is_nothing_to_decide(decision):
    house = House()
    house.tell(ORDER, release())
    house.tell(ORDER, accepted())
    assert house.tell(ORDER, decision) == []


def test_nobody_deciding_for_a_day_is_escalated_and_never_a_yes():
    house = late_house()
    house.wait(hours=23)
    assert "Nobody has decided" not in house.cases()["ACK_DATE_LATE"]
    house.wait(hours=2)
    assert "Nobody has decided for 24 hours" in house.cases()["ACK_DATE_LATE"]
    (case,) = [s for key, s in house.states.items() if key.startswith("case/") and s.kind == "ACK_DATE_LATE"]
    assert case.severity == "S1"
    house.wait(days=30)
    assert lines(house)["1"] == "changed"


TWO_DAYS = [outcome("accepted", 60, deliver_on=WANTED), outcome("accepted", 40, deliver_on=date(2026, 3, 19))]
ANOTHER = ItemIds(buyer_item="I9")


@pytest.mark.parametrize(
    ("policy", "outcomes", "kinds"),
    [
        (Policy(), TWO_DAYS, {"split": True}),
        (Policy(partial_allowed=False), TWO_DAYS, {"split": False}),
        (Policy(partial_allowed=False), [outcome("accepted", 100, deliver_on=WANTED)], {}),
        (Policy(), [outcome("substituted", 100, deliver_on=WANTED, substitute=ANOTHER)], {"item_changed": False}),
        (
            Policy(substitution_allowed=True),
            [outcome("substituted", 100, deliver_on=WANTED, substitute=ANOTHER)],
            {"item_changed": True},
        ),
        (
            Policy(substitution_allowed=True),
            [outcome("accepted", 100, deliver_on=WANTED, substitute=ANOTHER)],
            {"item_changed": False},
        ),
        (Policy(), [outcome("accepted", 100, ship_on=date(2026, 3, 17))], {}),
        (Policy(), [outcome("accepted", 100, ship_on=date(2026, 3, 23))], {"date_late": False}),
        (Policy(transit_days=0), [outcome("accepted", 100, ship_on=date(2026, 3, 23))], {"date_late": True}),
    ],
)
def test_parts_substitutes_and_days_are_taken_as_policy_says(policy, outcomes, kinds):
    house = House(policy)
    house.tell(ORDER, release(order(quantities=(100,))))
    house.tell(ORDER, answer({"1": outcomes}))
    (said,) = house.of(OrderResponded)
    assert {deviation.kind: deviation.accepted for deviation in said.deviations} == kinds
    assert lines(house)["1"] == "accepted" or not all(kinds.values())


def test_parts_that_were_ordered_as_parts_are_no_split():
    house = House(Policy(partial_allowed=False))
    days = (Schedule(quantity=units(40), deliver_on=date(2026, 3, 19)), Schedule(quantity=units(60), deliver_on=WANTED))
    scheduled = OrderLine(number="1", item=item("1"), quantity=units(100), schedules=days)
    house.tell(ORDER, release(replace(order(quantities=(100,)), lines=(scheduled,))))
    house.tell(ORDER, answer({"1": TWO_DAYS}))
    assert house.of(OrderResponded)[0].deviations == ()


def test_an_answer_to_an_older_version_counts_for_the_lines_unchanged_since():
    house = House()
    house.tell(ORDER, release())
    house.tell(ORDER, change(1, [line_change("1", 80)]))
    house.tell(ORDER, change(2, [line_change("1", 70)]))
    whole = {"1": [outcome("accepted", 80)], "2": [outcome("accepted", 50)]}
    house.tell(ORDER, answer(whole, on=9, order_version=1))
    assert lines(house) == {"1": "open", "2": "accepted"}
    assert "ACK_FOR_OLD_VERSION" in house.cases()
    assert "before line 1 changed" in house.of(OrderResponded)[0].findings[0].says
    house.tell(ORDER, answer({"1": [outcome("accepted", 70)]}, on=9, order_version=2))
    assert lines(house) == {"1": "accepted", "2": "accepted"}
    assert not house.cases()


def test_an_answer_of_which_nothing_counts_is_kept_as_superseded():
    house = House()
    house.tell(ORDER, release())
    house.tell(ORDER, change(1, [line_change("1", 80), line_change("2", 40)]))
    house.tell(ORDER, answer({"1": [outcome("accepted", 100)]}, on=3))
    (said,) = house.of(OrderResponded)
    assert said.superseded
    assert "ACK_FOR_OLD_VERSION" in house.cases()
    house.tell(ORDER, accepted(on=9))
    assert not house.cases()
