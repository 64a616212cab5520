"""Stories of a cancellation: asked for, agreed to, refused, overtaken by the goods, met with silence (domain.md 2.2).

The rows of the table of an order's states that speak of cancelling each have their story here.
"""

import pytest
from tests.processes.house import House
from tests.processes.papers import (
    NOTICE,
    ORDER,
    RECEIPT,
    accepted,
    answer,
    cancel,
    cancel_answer,
    change,
    line_change,
    notice,
    outcome,
    receipt,
    release,
    sending,
)

from tradelane.domain.order_book import change_pending
from tradelane.domain.purchase_order import line_status, status
from tradelane.model.order_cancel import OrderCancelled, OrderCancelRefused
from tradelane.model.order_change import OrderChange
from tradelane.model.policy import Policy
from tradelane.model.purchase_order import (
    OrderChangeRefused,
    OrderResponded,
    OrderResponseRefused,
    ShipmentRefused,
)


@pytest.fixture
def house():
    house = House()
    house.tell(ORDER, release())
    return house


def line(house, number="1"):
    return house.state(ORDER).lines[number]


def books(house, number="1"):
    books = line(house, number)
    return (books.open, books.promised, books.cut, books.shipped)


def word(house):
    return status(house.state(ORDER))


# --- asked for --------------------------------------------------------------------------------------------------------


def test_a_cancellation_cuts_nothing_until_the_supplier_agrees(house):
    house.tell(ORDER, accepted())
    house.tell(ORDER, cancel())
    assert (word(house), books(house)) == ("cancel_pending", (0, 100, 0, 0))
    assert [type(send.document) for send in house.sent][-1] is OrderChange
    house.tell(ORDER, cancel_answer())
    assert (word(house), books(house)) == ("cancelled", (0, 0, 100, 0))
    assert [event.because for event in house.of(OrderCancelled)] == ["agreed"]
    assert not house.timers
    assert not house.cases()


@pytest.mark.parametrize("before", ["issued", "sent", "ack_pending", "acknowledged", "partially_acknowledged"])
def test_from_every_state_before_shipping_a_cancellation_is_pending_and_a_refusal_leads_back(house, before):
    if before != "issued":
        house.tell(ORDER, sending())
    if before not in ("issued", "sent"):
        house.tell(ORDER, sending("accepted"))
    if before == "acknowledged":
        house.tell(ORDER, accepted())
    if before == "partially_acknowledged":
        house.tell(ORDER, answer({"1": [outcome(quantity=60)]}))
    was = (word(house), books(house), books(house, "2"))
    assert was[0] == before
    house.tell(ORDER, cancel())
    assert word(house) == "cancel_pending"
    house.tell(ORDER, cancel_answer("rejected"))
    assert (word(house), books(house), books(house, "2")) == was
    assert "CANCEL_VS_SHIP" in house.cases()


def test_with_units_under_way_only_the_rest_is_cancelled(house):
    house.tell(NOTICE, notice({"1": 60}))
    house.tell(ORDER, cancel())
    assert (word(house), books(house)) == ("cancel_pending", (40, 0, 0, 60))
    house.tell(ORDER, cancel_answer())
    assert books(house) == (0, 0, 40, 60)
    house.tell(RECEIPT, receipt({"1": 60}))
    assert (line(house).received, house.cases()) == (60, {})


def test_goods_that_left_before_are_counted_while_the_cancellation_waits(house):
    house.tell(NOTICE, notice({"1": 60}))
    house.tell(ORDER, cancel())
    house.tell(RECEIPT, receipt({"1": 60}))
    assert (word(house), line(house).received) == ("cancel_pending", 60)


def test_an_order_that_has_left_whole_cannot_be_cancelled_and_a_person_is_told_what_comes(house):
    house.tell(NOTICE, notice({"1": 100, "2": 50}))
    house.tell(ORDER, cancel())
    assert house.of(OrderChangeRefused)[0].findings[0].code == "order-change.already-shipped"
    assert "line 1: 100 EA, line 2: 50 EA" in house.cases()["CANCEL_VS_SHIP"]
    assert word(house) == "shipped"


def test_what_the_supplier_refused_whole_is_cancelled_at_once(house):
    house.tell(ORDER, answer(overall="rejected"))
    house.tell(ORDER, cancel())
    assert word(house) == "cancelled"
    assert house.of(OrderCancelled)[0].because == "refused"


def test_while_a_cancellation_waits_the_order_is_not_changed_again(house):
    house.tell(ORDER, cancel())
    house.tell(ORDER, change(2, [line_change("1", 80)]))
    assert house.of(OrderChangeRefused)[0].findings[0].code == "order-change.cancel-pending"
    assert line(house).ordered == 100


def test_the_order_sent_again_as_cancelled_is_the_same_wish(house):
    house.tell(ORDER, cancel())
    assert house.tell(ORDER, release(purpose="cancel")) == []
    house.tell(ORDER, cancel_answer())
    assert house.tell(ORDER, release(purpose="cancel")) == []


# --- the supplier's word ----------------------------------------------------------------------------------------------


def test_an_answer_that_names_the_cancellations_number_is_about_it(house):
    house.tell(ORDER, change(1, [line_change("1", 80)]))
    house.tell(ORDER, cancel(2))
    house.tell(ORDER, accepted(on=5, order_version=1))
    assert (word(house), line(house).promised) == ("cancel_pending", 80)
    house.tell(ORDER, accepted(on=5, order_version=2))
    assert word(house) == "cancelled"


@pytest.mark.parametrize(("said", "after"), [("accepted", "cancelled"), ("rejected", "acknowledged")])
def test_a_bare_yes_or_no_is_about_the_cancellation_when_nothing_else_was_left_to_answer(house, said, after):
    house.tell(ORDER, accepted(on=3))
    house.tell(ORDER, cancel(on=4))
    house.tell(ORDER, answer(overall=said, on=4))
    assert word(house) == after
    assert ("CANCEL_VS_SHIP" in house.cases()) == (after == "acknowledged")


def test_an_answer_that_deletes_every_line_agrees(house):
    house.tell(ORDER, accepted())
    house.tell(ORDER, cancel())
    house.tell(ORDER, answer({"1": [outcome("deleted")], "2": [outcome("deleted")]}, on=4))
    assert word(house) == "cancelled"
    assert house.of(OrderCancelled)[0].because == "agreed"


def test_an_answer_that_crossed_the_cancellation_is_about_the_order_alone(house):
    house.tell(ORDER, cancel(on=4))
    house.tell(ORDER, accepted(on=4))
    assert (word(house), line(house).promised) == ("cancel_pending", 100)
    house.tell(ORDER, cancel_answer(on=5))
    assert word(house) == "cancelled"


def test_a_supplier_who_promises_the_goods_on_a_later_day_refuses(house):
    house.tell(ORDER, cancel(on=4))
    house.tell(ORDER, answer({"1": [outcome()], "2": [outcome("rejected")]}, on=5))
    assert (word(house), line(house).promised) == ("partially_acknowledged", 100)
    assert "acme refuses to cancel order 4711: line 1: 100 EA still to come" in house.cases()["CANCEL_VS_SHIP"]


def test_agreeing_with_changes_is_not_agreeing_and_a_hold_is_no_word_at_all(house):
    house.tell(ORDER, cancel())
    house.tell(ORDER, cancel_answer("held", on=5))
    assert word(house) == "cancel_pending"
    house.tell(ORDER, cancel_answer("accepted_with_changes", on=6))
    assert house.of(OrderCancelRefused)[0].because == "refused"


def test_a_refusal_takes_the_chase_up_again(house):
    house.tell(ORDER, cancel())
    assert set(house.timers) == {(ORDER, "cancel")}
    house.tell(ORDER, cancel_answer("rejected"))
    assert set(house.timers) == {(ORDER, "answer")}
    house.tell(ORDER, accepted(on=6))
    assert not house.timers


def test_somebody_elses_word_on_a_cancellation_does_not_count(house):
    house.tell(ORDER, cancel())
    house.tell(ORDER, cancel_answer(partner="mallory"))
    assert word(house) == "cancel_pending"
    assert [early.stranger for _, _, early in house.deferred] == [True], "to them the order is not there"


def test_without_a_cancellation_an_answer_cannot_be_taken_back(house):
    house.tell(ORDER, cancel_answer("rejected"))
    assert "order-response.cannot-cancel" in {f.code for f in house.of(OrderResponseRefused)[0].findings}


def test_after_the_end_a_yes_is_nothing_and_a_no_is_for_a_person(house):
    house.tell(ORDER, cancel())
    house.wait(hours=49)
    house.tell(ORDER, cancel_answer(on=8))
    assert (word(house), house.cases()) == ("cancelled", {})
    house.tell(ORDER, cancel_answer("rejected", on=9))
    assert (word(house), books(house)) == ("cancelled", (0, 0, 100, 0))
    assert "it was cancelled when no answer came in time" in house.cases()["CANCEL_VS_SHIP"]


def test_an_answer_to_an_order_that_is_cancelled_promises_nothing(house):
    house.tell(ORDER, cancel())
    house.tell(ORDER, cancel_answer())
    house.tell(ORDER, accepted(on=9))
    said = house.of(OrderResponded)[-1]
    assert (said.superseded, [finding.code for finding in said.findings]) == (True, ["order-response.cancelled-order"])
    assert books(house) == (0, 0, 100, 0)


# --- silence, and a functional acknowledgement ------------------------------------------------------------------------


def test_a_supplier_who_says_nothing_is_waited_for_as_long_as_policy_says():
    house = House(Policy(cancel_within_hours=10))
    house.tell(ORDER, release())
    house.tell(ORDER, cancel())
    house.wait(hours=6)
    house.tell(ORDER, sending(document_type="order_change"))
    house.wait(hours=9)
    assert word(house) == "cancel_pending"
    house.wait(hours=2)
    assert word(house) == "cancelled"
    assert house.of(OrderCancelled)[0].because == "silent"
    assert not house.timers


@pytest.mark.parametrize(("enough", "after"), [(True, "cancelled"), (False, "cancel_pending")])
def test_the_997_of_the_cancellation_is_a_yes_where_policy_says_so(enough, after):
    house = House(Policy(cancel_when_read=enough))
    house.tell(ORDER, release())
    house.tell(ORDER, change(1, [line_change("1", 80)]))
    house.tell(ORDER, sending(document_type="order_change", document_id="change"))
    house.tell(ORDER, cancel(2))
    house.tell(ORDER, sending("accepted", document_type="order_change", document_id="change"))
    house.tell(ORDER, sending("accepted"))
    assert word(house) == "cancel_pending"
    house.tell(ORDER, sending(document_type="order_change", document_id="cancel"))
    house.tell(ORDER, sending("accepted", document_type="order_change", document_id="cancel"))
    assert word(house) == after


# --- the goods come all the same --------------------------------------------------------------------------------------


def test_goods_that_leave_while_their_cancellation_waits_are_taken_and_a_person_is_told_how_many(house):
    house.tell(ORDER, accepted())
    house.tell(ORDER, cancel())
    house.tell(NOTICE, notice({"1": 60}))
    assert (word(house), books(house)) == ("partially_shipped", (0, 40, 0, 60))
    says = house.cases()["CANCEL_VS_SHIP"]
    assert "acme ships with ship notice N1 in spite of the cancellation" in says
    assert "line 1: 60 EA on their way, 40 EA still to come; line 2: 50 EA still to come" in says
    house.tell(ORDER, cancel_answer("rejected", on=6))
    assert not house.of(OrderResponseRefused)
    house.tell(ORDER, cancel(2))
    assert (word(house), house.cases()) == ("cancel_pending", {})
    house.tell(ORDER, cancel_answer(on=7))
    assert books(house) == (0, 0, 40, 60)


def test_a_notice_that_cannot_be_taken_says_that_goods_come_all_the_same(house):
    house.tell(ORDER, cancel())
    house.tell(NOTICE, notice({"1": 900}))
    assert house.of(ShipmentRefused)
    assert house.of(OrderCancelRefused)[0].because == "shipped"


def test_a_notice_taken_back_does_not_end_a_cancellation(house):
    house.tell(NOTICE, notice({"1": 60}))
    house.tell(ORDER, cancel())
    house.tell(NOTICE, notice({}, purpose="cancel"))
    assert (word(house), books(house)) == ("cancel_pending", (100, 0, 0, 0))


def test_when_all_of_it_comes_unannounced_nothing_is_left_to_cancel(house):
    house.tell(ORDER, cancel())
    house.tell(RECEIPT, receipt({"1": 100, "2": 50}, of=""))
    assert (word(house), "CANCEL_VS_SHIP" in house.cases()) == ("received", True)


def test_a_yes_after_a_part_has_left_all_the_same_ends_the_rest(house):
    house.tell(ORDER, cancel())
    house.tell(NOTICE, notice({"1": 100}))
    assert "CANCEL_VS_SHIP" in house.cases()
    house.tell(ORDER, cancel_answer(on=6))
    assert (books(house, "1"), books(house, "2")) == ((0, 0, 0, 100), (0, 0, 50, 0))
    assert not house.cases()


def test_a_yes_to_a_cancellation_from_before_the_last_change_does_not_count(house):
    house.tell(ORDER, cancel())
    house.tell(ORDER, cancel_answer("rejected"))
    house.tell(ORDER, change(2, [line_change("1", 80)]))
    house.tell(ORDER, cancel_answer(on=6))
    assert (word(house), line(house).open) == ("issued", 80)
    assert house.of(OrderResponseRefused)


# --- a change of the buyer's, beside it -------------------------------------------------------------------------------


def test_a_change_is_pending_until_its_lines_are_answered_and_the_others_keep_their_answer(house):
    house.tell(ORDER, accepted())
    assert not change_pending(house.state(ORDER))
    house.tell(ORDER, change(1, [line_change("1", 80)]))
    assert change_pending(house.state(ORDER))
    assert (line_status(line(house, "1")), line_status(line(house, "2"))) == ("open", "accepted")
    house.tell(ORDER, answer({"1": [outcome(quantity=80)]}, on=5))
    assert not change_pending(house.state(ORDER))


def test_a_change_that_overtook_another_waits_half_an_hour_and_then_the_whole_order_is_asked_for(house):
    house.tell(ORDER, change(3, [line_change("1", 60)]))
    deferred = house.deferred[0][2]
    assert (deferred.until - house.now).total_seconds() == 1800
    assert "Send change 1, or the whole order as it stands now (purpose replace)." in deferred.asks
    house.tell(ORDER, release(quantities=(70, 50), purpose="replace", version=3))
    assert (line(house).ordered, house.state(ORDER).sequence) == (70, 3)


def test_a_cancellation_waits_for_the_change_before_it(house):
    house.tell(ORDER, cancel(2))
    assert word(house) == "issued"
    house.tell(ORDER, change(1, [line_change("1", 80)]))
    assert (word(house), line(house).ordered) == ("cancel_pending", 80)
