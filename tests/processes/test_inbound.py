"""Stories of goods coming in: ship notice, receipt, discrepancies."""

from datetime import date
from decimal import Decimal

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
)

from tradelane.domain import ship_notice
from tradelane.domain.purchase_order import line_status, status
from tradelane.model.goods_receipt import GoodsReceipt
from tradelane.model.order_receipt import DiscrepancyFound, LineReceived, ReceiptRecorded
from tradelane.model.policy import Policy
from tradelane.model.purchase_order import (
    LineShipped,
    RecordShipment,
    ShipmentRecorded,
    ShipmentRefused,
)
from tradelane.model.ship_notice import (
    ConfirmShipNotice,
    OrderAnswered,
    ShipNotice,
    ShipNoticeConfirmed,
    ShipNoticeRecorded,
    ShipNoticeRefused,
)


@pytest.fixture
def house():
    house = House()
    house.tell(ORDER, release())
    house.tell(ORDER, accepted())
    return house


def line(house, number="1"):
    return house.state(ORDER).lines[number]


def sent(house, kind):
    return [send.to for send in house.sent if isinstance(send.document, kind)]


def found(house):
    return [(event.line, event.kind, event.expected, event.counted) for event in house.of(DiscrepancyFound)]


def test_a_good_notice_ships_the_order_and_instructs_the_warehouse(house):
    house.tell(NOTICE, notice({"1": 100, "2": 50}))
    assert sent(house, ShipNotice) == ["dock", "erp"]
    assert status(house.state(ORDER)) == "shipped"
    assert ship_notice.status(house.state(NOTICE)) == "accepted"
    assert not house.cases()
    assert (NOTICE, "confirm") not in house.timers


def test_goods_received_whole_complete_the_order(house):
    house.tell(NOTICE, notice({"1": 100, "2": 50}))
    house.tell(RECEIPT, receipt({"1": 100, "2": 50}))
    assert status(house.state(ORDER)) == "received"
    assert sent(house, GoodsReceipt) == ["erp"]
    assert not found(house)


def test_a_notice_before_the_answer_is_an_answer_for_what_it_ships():
    house = House()
    house.tell(ORDER, release())
    house.tell(NOTICE, notice({"1": 100}))
    assert (line(house).shipped, line(house).open) == (100, 0)
    assert status(house.state(ORDER)) == "partially_shipped"
    assert (ORDER, "answer") in house.timers
    house.tell("ship_notice/acme/N2", notice({"2": 50}, number="N2"))
    assert (ORDER, "answer") not in house.timers


def test_a_notice_before_its_order_waits_and_then_ships_it():
    house = House()
    house.tell(NOTICE, notice({"1": 100}))
    assert ship_notice.status(house.state(NOTICE)) == "received"
    house.tell(ORDER, release())
    assert line(house).shipped == 100
    assert ship_notice.status(house.state(NOTICE)) == "accepted"


def test_a_notice_whose_order_never_comes_is_received_blind(house):
    house.tell(NOTICE, notice({"1": 100}, orders=("4711", "ghost")))
    assert not sent(house, ShipNotice)
    house.wait(hours=25)
    (confirmed,) = house.of(ShipNoticeConfirmed)
    assert confirmed.blind
    assert [finding.code for finding in confirmed.findings] == ["ship-notice.unknown-order"]
    assert sent(house, ShipNotice) == ["dock", "erp"]
    assert house.sent[-1].document.references[-1].value == "blind"
    assert "receive the goods blind" in house.cases()["ASN_INVALID"]


def test_more_than_tolerance_is_refused_and_the_warehouse_hears_of_it_all_the_same(house):
    house.tell(NOTICE, notice({"1": 106}))
    (refused,) = house.of(ShipmentRefused)
    assert [finding.code for finding in refused.findings] == ["ship-notice.over-ship"]
    assert line(house).shipped == 0
    assert sent(house, ShipNotice) == ["dock", "erp"]
    assert "ASN_INVALID" in house.cases()


def test_a_surplus_within_tolerance_is_shipped_and_booked_as_over(house):
    house.tell(NOTICE, notice({"1": 105}))
    (shipped,) = house.of(LineShipped)
    assert (shipped.quantity, shipped.over, line(house).over, line(house).shipped) == (105, 5, 5, 105)
    assert [f.code for f in house.of(ShipmentRecorded)[0].findings] == ["ship-notice.over-ship-tolerated"]


def test_a_second_notice_cannot_use_the_tolerance_again(house):
    house.tell(NOTICE, notice({"1": 105}))
    house.tell("ship_notice/acme/N2", notice({"1": 1}, number="N2"))
    assert len(house.of(ShipmentRefused)) == 1


def test_a_replaced_notice_posts_the_difference(house):
    house.tell(NOTICE, notice({"1": 100, "2": 50}))
    house.tell(NOTICE, notice({"1": 80}, purpose="replace"))
    assert (line(house, "1").shipped, line(house, "1").promised) == (80, 20)
    assert (line(house, "2").shipped, line(house, "2").promised) == (0, 50)
    assert [event.revision for event in house.of(ShipNoticeRecorded)] == [0, 1]
    assert len(sent(house, ShipNotice)) == 4


def test_a_replacement_that_drops_an_order_takes_its_shipment_back(house):
    other = "purchase_order/4712"
    house.tell(other, release(number="4712"))
    house.tell(NOTICE, notice({"1": 100}, orders=("4711", "4712")))
    house.tell(NOTICE, notice({"1": 100}, orders=("4712",), purpose="replace"))
    assert line(house).shipped == 0
    assert house.state(other).lines["1"].shipped == 100
    assert ship_notice.status(house.state(NOTICE)) == "accepted"


def test_a_cancelled_notice_posts_everything_back(house):
    house.tell(NOTICE, notice({"1": 100}))
    house.tell(NOTICE, notice({}, purpose="cancel"))
    assert (line(house).shipped, line(house).promised) == (0, 100)
    assert ship_notice.status(house.state(NOTICE)) == "cancelled"
    assert house.sent[-1].document.purpose == "cancel"


def test_a_cancelled_surplus_is_no_surplus_any_more(house):
    house.tell(NOTICE, notice({"1": 105}))
    house.tell(NOTICE, notice({}, purpose="cancel"))
    assert (line(house).over, line(house).promised, line(house).open) == (0, 100, 0)


def test_a_restated_notice_does_not_bring_back_what_was_found_missing(house):
    house.tell(NOTICE, notice({"1": 100}))
    house.tell(RECEIPT, receipt({"1": 90}))
    house.tell(NOTICE, notice({"1": 100}, purpose="replace", carrier="UPSN"))
    assert (line(house).shipped, line(house).received, line(house).open) == (0, 90, 10)


def test_an_order_answers_each_statement_of_a_notice_once(house):
    house.tell(NOTICE, notice({"1": 100}))
    again = RecordShipment(
        notice="N1", notice_stream=NOTICE, partner="acme", items=(), shipped_on=date(2026, 3, 9), cancelled=True
    )
    assert house.tell(ORDER, again) == []
    assert line(house).shipped == 100


def test_a_late_answer_to_an_earlier_statement_of_a_notice_does_not_count(house):
    house.tell(NOTICE, notice({"1": 100}, orders=("4711", "ghost")))
    house.tell(NOTICE, notice({"1": 90}, orders=("4711", "ghost"), purpose="replace"))
    old = ConfirmShipNotice(order_stream="purchase_order/ghost", agreed=True, revision=0)
    assert house.tell(NOTICE, old) == []
    now = ConfirmShipNotice(order_stream="purchase_order/ghost", agreed=True, revision=1)
    assert [type(event) for event in house.tell(NOTICE, now)] == [OrderAnswered, ShipNoticeConfirmed]
    assert house.tell(NOTICE, now) == []


def test_a_notice_cannot_be_cancelled_once_its_goods_are_in(house):
    house.tell(NOTICE, notice({"1": 100}))
    house.tell(RECEIPT, receipt({"1": 40}, final=False))
    house.tell(NOTICE, notice({}, purpose="cancel"))
    assert house.of(ShipmentRefused)[0].findings[0].code == "ship-notice.already-received"
    assert (line(house).shipped, line(house).received) == (60, 40)


def test_the_same_notice_twice_is_nothing_and_another_under_its_number_is_refused(house):
    house.tell(NOTICE, notice({"1": 100}))
    assert house.tell(NOTICE, notice({"1": 100})) == []
    house.tell(NOTICE, notice({"1": 90}))
    (refused,) = house.of(ShipNoticeRefused)
    assert refused.findings[0].code == "ship-notice.duplicate-number"
    assert line(house).shipped == 100


def test_a_notice_for_a_cancelled_order_is_refused(house):
    house.tell(ORDER, cancel())
    house.tell(ORDER, cancel_answer())
    house.tell(NOTICE, notice({"1": 100}))
    assert house.of(ShipmentRefused)[0].findings[0].code == "ship-notice.cancelled-order"


def test_short_goods_are_open_again_and_their_arrival_ends_the_case(house):
    house.tell(NOTICE, notice({"1": 100, "2": 50}))
    house.tell(RECEIPT, receipt({"1": 90}))
    assert found(house) == [("1", "short", 100, 90), ("2", "short", 50, 0)]
    assert (line(house, "1").open, line(house, "1").shipped, line(house, "2").open) == (10, 0, 50)
    assert (
        "90 of 100 EA arrived, 10 missing" in house.cases()["RECEIVING_SHORT"]
        or "0 of 50" in (house.cases()["RECEIVING_SHORT"])
    )
    house.tell("ship_notice/acme/N2", notice({"1": 10, "2": 50}, number="N2"))
    house.tell("goods_receipt/dock/R2", receipt({"1": 10, "2": 50}, number="R2", of="N2"))
    assert not house.cases()
    assert status(house.state(ORDER)) == "received"


def test_closing_short_by_a_change_ends_the_case(house):
    house.tell(NOTICE, notice({"1": 100}))
    house.tell(RECEIPT, receipt({"1": 90}))
    house.tell(ORDER, change(1, [line_change("1", 90)]))
    assert not house.cases()
    assert line_status(line(house)) == "received"


def test_a_change_below_what_was_shipped_is_refused(house):
    house.tell(NOTICE, notice({"1": 100}))
    house.tell(ORDER, change(1, [line_change("1", 60)]))
    assert "ORDER_CHANGE_REFUSED" in house.cases()
    assert line(house).ordered == 100


def test_a_receipt_in_parts_is_short_only_when_it_is_final(house):
    house.tell(NOTICE, notice({"1": 100}))
    house.tell(RECEIPT, receipt({"1": 60}, final=False))
    assert not found(house)
    house.tell("goods_receipt/dock/R2", receipt({"1": 30}, number="R2"))
    assert found(house) == [("1", "short", 40, 30)]


OTHER = "purchase_order/4712"


def test_a_final_receipt_ends_the_notice_for_an_order_it_does_not_mention(house):
    house.tell(OTHER, release(number="4712"))
    house.tell(NOTICE, notice({"1": 20}, orders=("4711", "4712")))
    house.tell(RECEIPT, receipt({"1": 20}))
    left_out = house.state(OTHER).lines["1"]
    assert (left_out.shipped, left_out.open) == (0, 100), "what never came is owed again, not under way for ever"
    assert "RECEIVING_SHORT" in house.cases()
    assert line(house).received == 20
    assert found(house) == [("1", "short", 20, 0)], "the order that the receipt does mention is not told again"


def test_an_order_that_answers_after_the_last_receipt_does_not_wait_for_its_goods(house):
    house.tell(NOTICE, notice({"1": 20}, orders=("4711", "4712")))
    house.tell(RECEIPT, receipt({"1": 20}))
    house.tell(OTHER, release(number="4712"))
    late = house.state(OTHER).lines["1"]
    assert (late.shipped, late.open) == (0, 100)


def test_a_receipt_with_more_to_come_leaves_the_other_orders_goods_under_way(house):
    house.tell(OTHER, release(number="4712"))
    house.tell(NOTICE, notice({"1": 20}, orders=("4711", "4712")))
    house.tell(RECEIPT, receipt({"1": 20}, final=False))
    assert house.state(OTHER).lines["1"].shipped == 20


def test_damaged_goods_are_turned_down_and_named(house):
    house.tell(NOTICE, notice({"1": 100}))
    house.tell(RECEIPT, receipt({"1": (95, 5, "damaged")}))
    assert (line(house).received, line(house).rejected) == (95, 5)
    assert found(house) == [("1", "damaged", 100, 5)]
    assert "RECEIVING_DAMAGED" in house.cases()


def test_goods_that_the_warehouse_reports_short_never_arrived(house):
    house.tell(NOTICE, notice({"1": 100}))
    house.tell(RECEIPT, receipt({"1": (95, 5, "short")}))
    assert (line(house).received, line(house).rejected, line(house).open) == (95, 0, 5)
    assert found(house) == [("1", "short", 100, 95)]


def test_too_many_goods_are_named_and_counted_as_over(house):
    house.tell(NOTICE, notice({"1": 100}))
    house.tell(RECEIPT, receipt({"1": 110}))
    assert found(house) == [("1", "over", 100, 110)]
    assert (line(house).received, line(house).over) == (110, 10)


def test_goods_without_a_notice_are_received_and_asked_about(house):
    house.tell(RECEIPT, receipt({"1": 100}, of=""))
    assert (line(house).received, line(house).promised) == (100, 0)
    assert found(house) == [("1", "not_advised", 0, 100)]
    assert "NO_ASN_RECEIPT" in house.cases()


def test_a_receipt_without_a_notice_number_is_about_the_one_notice_under_way(house):
    house.tell(NOTICE, notice({"1": 100}))
    house.tell(RECEIPT, receipt({"1": 90}, of=""))
    assert found(house) == [("1", "short", 100, 90)]


def test_a_receipt_without_a_notice_number_draws_on_the_oldest_of_several(house):
    house.tell(NOTICE, notice({"1": 60}))
    house.tell("ship_notice/acme/N2", notice({"1": 40}, number="N2"))
    house.tell(RECEIPT, receipt({"1": 80}, of=""))
    transit = {name: parcel.transit for name, parcel in line(house).transit.items()}
    assert transit == {"N1": 0, "N2": 20}
    assert not found(house)


def test_a_receipt_that_overtakes_its_notice_is_not_counted_twice(house):
    house.tell(RECEIPT, receipt({"1": 60}, final=False))
    assert "RECEIVING_NOT_ADVISED" in house.cases()
    house.tell(NOTICE, notice({"1": 100}))
    assert (line(house).received, line(house).shipped, line(house).promised) == (60, 40, 0)
    assert not house.cases()


def test_goods_nobody_ordered_are_named(house):
    house.tell(NOTICE, notice({"1": 100}))
    house.tell(RECEIPT, receipt({"7": 3}, final=False))
    assert found(house) == [("7", "wrong_item", 0, 3)]
    assert "RECEIVING_WRONG_ITEM" in house.cases()


def test_goods_on_a_cancelled_order_are_booked_and_asked_about(house):
    house.tell(ORDER, cancel())
    house.tell(ORDER, cancel_answer())
    house.tell(RECEIPT, receipt({"1": 10}, of=""))
    assert (line(house).received, line(house).cut) == (10, 90)
    assert house.of(ReceiptRecorded)[0].findings[0].code == "goods-receipt.closed-order"
    assert "RECEIPT_ON_CLOSED_PO" in house.cases()


def test_goods_under_way_when_the_rest_was_cancelled_are_expected(house):
    house.tell(NOTICE, notice({"1": 60}))
    house.tell(ORDER, cancel())
    house.tell(ORDER, cancel_answer())
    house.tell(RECEIPT, receipt({"1": 60}))
    assert (line(house).received, line(house).cut, house.cases()) == (60, 40, {})


def test_a_receipt_counts_once(house):
    house.tell(NOTICE, notice({"1": 100}))
    house.tell(RECEIPT, receipt({"1": 100}))
    assert house.tell(RECEIPT, receipt({"1": 100})) == []
    house.tell(RECEIPT, receipt({"1": 90}))
    assert "RECEIPT_INVALID" in house.cases()
    assert len(house.of(LineReceived)) == 1


def test_cut_units_that_come_after_all_are_taken_with_a_warning(house):
    house.tell(ORDER, answer({"1": [outcome(quantity=60), outcome("rejected", 40)]}, on=4))
    house.tell(NOTICE, notice({"1": 100}))
    assert [f.code for f in house.of(ShipmentRecorded)[0].findings] == ["ship-notice.cut-units"]
    assert (line(house).shipped, line(house).cut, line(house).over) == (100, 0, 0)
    assert house.of(LineShipped)[0].over == 0


def test_a_later_answer_promises_what_has_not_left_yet(house):
    house.tell(NOTICE, notice({"1": 60}))
    split = [outcome(quantity=60, deliver_on=date(2026, 3, 12)), outcome(quantity=40, deliver_on=date(2026, 3, 20))]
    house.tell(ORDER, answer({"1": split}, on=9))
    assert [(promise.quantity, promise.deliver_on) for promise in line(house).promises] == [(40, date(2026, 3, 20))]
    assert (line(house).promised, line(house).shipped) == (40, 60)


def test_a_short_count_within_tolerance_asks_nobody():

    house = House(Policy(receipt_under_percent=Decimal(2)))
    house.tell(ORDER, release())
    house.tell(NOTICE, notice({"1": 100}))
    house.tell(RECEIPT, receipt({"1": 99}))
    assert found(house)
    assert "RECEIVING_SHORT" not in house.cases()
