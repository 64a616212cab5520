"""Stories of an order and its answer, through the decider and the process together."""

from datetime import date
from decimal import Decimal

import pytest
from msgspec.structs import replace
from tests.processes.house import House
from tests.processes.papers import (
    ORDER,
    accepted,
    answer,
    cancel,
    cancel_answer,
    change,
    line_change,
    order,
    outcome,
    release,
    sending,
    units,
)

from tradelane.domain.purchase_order import line_status, status
from tradelane.model.order_answer import ReminderRefused, RemindSupplier
from tradelane.model.order_change import OrderChange
from tradelane.model.order_response import OrderResponse, ResponseLine
from tradelane.model.party import ItemIds
from tradelane.model.policy import Policy
from tradelane.model.purchase_order import (
    LinePromised,
    OrderChanged,
    OrderChangeRefused,
    OrderRefused,
    OrderResponded,
    OrderResponseRefused,
    PurchaseOrder,
)
from tradelane.model.quantity import UnitPrice


@pytest.fixture
def house():
    house = House()
    house.tell(ORDER, release())
    return house


def line(house, number="1"):
    return house.state(ORDER).lines[number]


def test_a_released_order_goes_to_its_supplier_and_its_answer_to_the_erp(house):
    house.tell(ORDER, sending())
    house.tell(ORDER, accepted())
    assert [(send.to, type(send.document)) for send in house.sent] == [("acme", PurchaseOrder), ("erp", OrderResponse)]
    assert status(house.state(ORDER)) == "acknowledged"
    assert not house.timers


def test_an_order_walks_through_issued_sent_and_ack_pending(house):
    words = [status(house.state(ORDER))]
    for state in ("delivered", "accepted"):
        house.tell(ORDER, sending(state))
        words.append(status(house.state(ORDER)))
    assert words == ["issued", "sent", "ack_pending"]


def test_a_rejected_transmission_puts_the_order_back_to_issued_and_asks_integration(house):
    house.tell(ORDER, sending())
    house.tell(ORDER, sending("rejected"))
    assert status(house.state(ORDER)) == "issued"
    assert "REJECTED_SYNTAX" in house.cases()
    house.tell(ORDER, sending("accepted", document_id="d2"))
    assert not house.cases()


def test_a_silent_supplier_is_reminded_twice_then_a_person_is_asked(house):
    house.tell(ORDER, sending())
    house.wait(days=4)
    assert [send.document.purpose for send in house.sent] == ["original", "duplicate", "duplicate"]
    assert "has not confirmed order 4711 after 2 reminders" in house.cases()["ACK_OVERDUE"]
    house.tell(ORDER, accepted())
    assert not house.cases()


def test_a_rush_order_is_reminded_after_four_hours():
    house = House()
    house.tell(ORDER, release(order_type="rush"))
    house.wait(hours=5)
    assert len(house.sent) == 2


def test_the_wait_for_an_answer_starts_when_the_order_was_delivered(house):
    house.wait(hours=20)
    house.tell(ORDER, sending())
    house.wait(hours=20)
    assert len(house.sent) == 1


def test_an_answer_before_the_order_waits_for_it():
    house = House()
    house.tell(ORDER, accepted())
    assert house.deferred[0][2].finding.code == "order-response.unknown-order"
    house.tell(ORDER, release())
    assert status(house.state(ORDER)) == "acknowledged"


def test_a_partial_answer_promises_a_part_and_the_rest_is_chased(house):
    house.tell(ORDER, answer({"1": [outcome(quantity=60)]}))
    assert (line(house).promised, line(house).open) == (60, 40)
    assert status(house.state(ORDER)) == "partially_acknowledged"
    assert "ACK_QTY_SHORT" in house.cases()
    house.wait(days=2)
    assert any(send.occasion == "reminder-1" for send in house.sent)


def test_an_answer_may_split_a_line_over_days(house):
    split = [outcome(quantity=60, deliver_on=date(2026, 3, 20)), outcome(quantity=40, deliver_on=date(2026, 3, 30))]
    house.tell(ORDER, answer({"1": split}))
    assert [promise.quantity for promise in line(house).promises] == [60, 40]
    assert line(house).promised == 100
    assert "comes late" in house.cases()["ACK_DATE_LATE"]


def test_two_working_days_late_is_accepted_without_a_person(house):
    house.tell(ORDER, answer({"1": [outcome(deliver_on=date(2026, 3, 24))]}, unmentioned="accepted"))
    assert not house.cases()
    assert status(house.state(ORDER)) == "acknowledged"


def test_rejected_units_are_cut_and_a_later_answer_may_promise_them_again(house):
    house.tell(ORDER, answer({"1": [outcome(quantity=70), outcome("rejected", 30)]}))
    assert (line(house).promised, line(house).cut, line(house).open) == (70, 30, 0)
    house.tell(ORDER, answer({"1": [outcome(quantity=100)]}, on=5))
    assert (line(house).promised, line(house).cut) == (100, 0)
    assert "ACK_REJECTED" not in house.cases()


def test_a_promise_may_be_taken_back_whole(house):
    house.tell(ORDER, accepted())
    house.tell(ORDER, answer(overall="rejected", on=5))
    assert (line(house).promised, line(house).cut, line(house).promises) == (0, 100, ())
    assert status(house.state(ORDER)) == "rejected"


def test_an_order_rejected_whole_is_rejected(house):
    house.tell(ORDER, answer(overall="rejected"))
    assert status(house.state(ORDER)) == "rejected"
    assert line_status(line(house)) == "rejected"


def test_backordered_units_without_a_day_stay_open_and_with_one_are_promised(house):
    house.tell(ORDER, answer({"1": [outcome(quantity=60), outcome("backordered", 40)]}))
    assert (line(house).promised, line(house).open, line_status(line(house))) == (60, 40, "backordered")
    dated = outcome("backordered", 40, ship_on=date(2026, 4, 1))
    house.tell(ORDER, answer({"1": [outcome(quantity=60), dated]}, on=4))
    assert line(house).promised == 100


def test_a_line_on_hold_keeps_the_promise_it_had(house):
    house.tell(ORDER, accepted())
    house.tell(ORDER, answer({"1": [outcome("held")]}, on=4))
    assert (line(house).promised, line_status(line(house))) == (100, "held")


def test_a_substitution_needs_a_person(house):
    house.tell(ORDER, answer({"1": [outcome("substituted", 100)]}, unmentioned="accepted"))
    assert line_status(line(house)) == "substitution_proposed"
    assert "ACK_ITEM_CHANGE" in house.cases()


def test_an_answer_that_names_another_item_on_our_line_is_an_offer_to_substitute_it(house):
    spoken = ResponseLine(line="1", item=ItemIds(buyer_item="other"), outcomes=(outcome(),))
    said = answer(unmentioned="accepted")
    house.tell(ORDER, replace(said, response=replace(said.response, lines=(spoken,))))
    assert house.of(LinePromised)[0].substitute == spoken.item
    assert "ACK_ITEM_CHANGE" in house.cases()
    assert status(house.state(ORDER)) == "partially_acknowledged"


@pytest.mark.parametrize(("price", "asks"), [("10.04", False), ("10.06", True), ("9.00", False)])
def test_a_higher_price_needs_a_person_beyond_half_a_percent_and_five_a_line(house, price, asks):
    house.tell(ORDER, answer({"1": [outcome(price=UnitPrice(Decimal(price)))]}, unmentioned="accepted"))
    assert ("ACK_PRICE" in house.cases()) is asks


def test_an_over_promise_is_refused_with_every_finding_and_the_chase_goes_on(house):
    said = {"1": [outcome(quantity=140)], "2": [outcome(quantity=-1)], "9": [outcome(quantity=1)]}
    house.tell(ORDER, answer(said))
    (refused,) = house.of(OrderResponseRefused)
    codes = {finding.code for finding in refused.findings}
    assert codes == {
        "order-response.over-promise",
        "order-response.negative-quantity",
        "order-response.unknown-line",
    }
    assert line(house).open == 100
    assert "REJECTED_BUSINESS" in house.cases()
    assert house.timers
    house.tell(ORDER, accepted(on=4))
    assert not house.cases()


def test_a_line_number_without_its_zeros_is_the_same_line_and_a_wrong_one_is_found_by_its_item(house):
    wrong = answer({"1": [outcome()]})
    spoken = wrong.response.lines[0]

    renumbered = replace(wrong.response, lines=(replace(spoken, line="77"),))
    house.tell(ORDER, replace(wrong, response=renumbered))
    (responded,) = house.of(OrderResponded)
    assert [finding.code for finding in responded.findings] == ["order-response.line-by-item"]
    assert line(house).promised == 100
    renumbered = replace(wrong.response, responded_on=date(2026, 3, 5), lines=(replace(spoken, line="002"),))
    house.tell(ORDER, replace(wrong, response=replace(renumbered, lines=(replace(spoken, line="001"),))))
    assert not house.of(OrderResponded)[-1].findings


def test_a_header_that_says_accepted_over_a_rejected_line_is_a_warning_and_the_line_counts(house):
    house.tell(ORDER, answer({"1": [outcome("rejected")]}, overall="accepted", unmentioned="accepted"))
    (responded,) = house.of(OrderResponded)
    assert [finding.code for finding in responded.findings] == ["order-response.header-line-conflict"]
    assert line(house).cut == 100


def test_an_older_answer_that_arrives_later_changes_nothing(house):
    house.tell(ORDER, accepted(on=5))
    house.tell(ORDER, answer(overall="rejected", on=4))
    assert house.of(OrderResponded)[-1].superseded
    assert line(house).promised == 100
    assert [send.to for send in house.sent] == ["acme", "erp"]


def test_an_older_answer_still_counts_for_lines_the_newer_one_left_out(house):
    house.tell(ORDER, answer({"1": [outcome()]}, on=5))
    house.tell(ORDER, answer({"1": [outcome("rejected")], "2": [outcome()]}, on=4))
    assert (line(house, "1").promised, line(house, "2").promised) == (100, 50)


def test_an_answer_that_was_only_received_answers_nothing(house):
    house.tell(ORDER, answer(overall="received_only", unmentioned="accepted"))
    assert line(house).open == 100
    assert house.timers


def test_an_answer_in_another_unit_posts_nothing_and_asks(house):

    cases = replace(outcome(), quantity=units(10, "CS"))
    house.tell(ORDER, answer({"1": [cases]}))
    assert line(house).open == 100
    assert "another unit" in house.cases()["ACK_ITEM_CHANGE"]


def test_a_change_reopens_the_lines_it_touches_and_leaves_the_others_their_promise(house):
    house.tell(ORDER, accepted())
    house.tell(ORDER, change(1, [line_change("1", 80)]))
    assert (line(house, "1").ordered, line(house, "1").open, line(house, "2").promised) == (80, 80, 50)
    assert [type(send.document) for send in house.sent][-1] is OrderChange
    assert status(house.state(ORDER)) == "partially_acknowledged"
    house.tell(ORDER, accepted(on=6))
    assert status(house.state(ORDER)) == "acknowledged"


def test_an_answer_written_before_the_change_does_not_count_for_changed_lines(house):
    house.tell(ORDER, change(1, [line_change("1", 80)], on=4))
    house.tell(ORDER, answer({"1": [outcome(quantity=80)], "2": [outcome()]}, on=3))
    assert (line(house, "1").open, line(house, "2").promised) == (80, 50)


def test_changes_apply_in_their_sequence_whatever_order_they_come_in(house):
    house.tell(ORDER, change(2, [line_change("1", 60)]))
    assert house.deferred[0][2].finding.code == "order-change.gap"
    house.tell(ORDER, change(1, [line_change("1", 80)]))
    assert line(house).ordered == 60
    house.tell(ORDER, change(1, [line_change("1", 80)]))
    assert line(house).ordered == 60
    assert len(house.of(OrderChanged)) == 2


def test_another_change_under_a_number_that_was_used_is_nothing(house):
    house.tell(ORDER, change(1, [line_change("1", 80)]))
    assert house.tell(ORDER, change(1, [line_change("1", 70)])) == []
    assert line(house).ordered == 80


def test_a_refused_change_uses_its_number_up_and_the_next_one_applies(house):
    house.tell(ORDER, change(1, [line_change("9", 80)]))
    (refused,) = house.of(OrderChangeRefused)
    assert refused.findings[0].code == "order-change.unknown-line"
    assert "ORDER_CHANGE_REFUSED" in house.cases()
    house.tell(ORDER, change(2, [line_change("1", 80)]))
    assert line(house).ordered == 80
    assert not house.cases()


def test_lines_may_be_added_and_deleted(house):
    house.tell(ORDER, change(1, [line_change("3", 5, "add"), line_change("2", action="delete")]))
    assert (line(house, "3").open, line_status(line(house, "2"))) == (5, "open")


def test_a_cancelled_order_is_not_chased_and_nothing_of_it_is_open(house):
    house.tell(ORDER, cancel())
    assert house.sent[-1].document.purpose == "cancel"
    house.tell(ORDER, cancel_answer())
    assert status(house.state(ORDER)) == "cancelled"
    assert (line(house).open, line(house).promised, line(house).cut) == (0, 0, 100)
    assert not house.timers


def test_an_order_sent_again_is_nothing_and_with_other_content_is_refused(house):
    assert house.tell(ORDER, release()) == []
    house.tell(ORDER, release(quantities=(90, 50)))
    (refused,) = house.of(OrderChangeRefused)
    assert refused.findings[0].code == "purchase-order.conflict"
    assert line(house).ordered == 100
    assert house.tell(ORDER, change(1, [line_change("1", 80)]))


def test_an_order_sent_again_to_replace_the_first_is_a_change(house):
    house.tell(ORDER, release(quantities=(90, 50), purpose="replace"))
    assert line(house).ordered == 90
    assert house.tell(ORDER, release(quantities=(90, 50), purpose="replace")) == []


def test_an_order_that_makes_no_sense_is_refused_until_it_does():
    house = House()
    house.tell(ORDER, release(quantities=(-5,)))
    (refused,) = house.of(OrderRefused)
    assert refused.findings[0].code == "purchase-order.negative-quantity"
    assert "REJECTED_BUSINESS" in house.cases()
    house.tell(ORDER, release())
    assert status(house.state(ORDER)) == "issued"
    assert not house.cases()


def test_sendings_are_told_once_and_bad_news_after_the_good_is_no_news(house):
    assert house.tell(ORDER, sending("accepted"))
    assert house.tell(ORDER, sending("accepted")) == []
    assert house.tell(ORDER, sending("overdue")) == []
    assert house.tell("purchase_order/unknown", sending()) == []


def test_a_partner_may_be_given_more_time():
    house = House(Policy(answer_within_hours=72))
    house.tell(ORDER, release(order()))
    house.wait(hours=71)
    assert len(house.sent) == 1


def test_a_person_has_the_supplier_reminded_once_for_each_time_they_ask(house):
    house.tell(ORDER, sending())
    for id in ("first", "first", "second"):
        house.tell(ORDER, RemindSupplier(by="ann", id=id))
    again = [send.document for send in house.sent if send.to == "acme"]
    assert [document.purpose for document in again] == ["original", "duplicate", "duplicate"]
    assert (ORDER, "answer") in house.timers, "the house goes on reminding by itself"


def test_there_is_nothing_to_remind_of_once_the_answer_is_there(house):
    house.tell(ORDER, accepted())
    [refused] = house.tell(ORDER, RemindSupplier(by="ann", id="first"))
    assert isinstance(refused, ReminderRefused)
    assert "No answer of acme to order 4711 is missing." in refused.findings[0].says
