"""An order is its ERP's: another one with the same number does not change it; changes that waited in vain are over
once the order has come whole; the ERP hears of a cancellation however it took effect.
"""

from msgspec.structs import replace
from tests.processes.house import House
from tests.processes.papers import ORDER, accepted, cancel, change, line_change, order, release

from tradelane.model.order_response import OrderResponse
from tradelane.model.purchase_order import OrderChanged, OrderRefused
from tradelane.model.repeat import DocumentParked


def test_another_erps_order_under_a_known_number_is_refused_and_asked_about():
    house = House()
    house.tell(ORDER, release())
    before = house.state(ORDER).lines
    other = replace(release(order(quantities=(7,), purpose="replace", version=9)), owner="erp-south")
    (refused,) = house.tell(ORDER, other)
    assert isinstance(refused, OrderRefused)
    assert refused.findings[0].code == "purchase-order.number-taken"
    assert house.state(ORDER).lines == before
    assert "erp'" not in refused.findings[0].says, "it does not hear whose the other is"
    assert "REJECTED_BUSINESS" in house.cases()
    assert house.tell(ORDER, other) == []


def test_another_erps_change_waits_as_if_the_order_were_not_there():
    house = House()
    house.tell(ORDER, release())
    house.tell(ORDER, replace(change(1, [line_change("1", 7)]), partner="erp-south"))
    (early,) = [why for _, _, why in house.deferred]
    assert (early.stranger, early.finding.code) == (True, "order-change.not-your-order")
    assert not house.of(OrderChanged)
    house.tell(ORDER, replace(change(1, [line_change("1", 70)]), partner="erp"))
    assert house.state(ORDER).lines["1"].ordered == 70


def parked(house, sequence, item):
    parked = DocumentParked(
        document_type="order_change", number="4711", partner="erp", item=item, says="", sequence=sequence
    )
    house._record(ORDER, [parked])
    return ("ORPHAN_DOCUMENT", item)


def over(house):
    (flow,) = [state for (name, stream), state in house.flows.items() if (name, stream) == ("order_response", ORDER)]
    return flow.ended


def test_changes_that_waited_in_vain_are_over_once_the_order_came_whole():
    house = House()
    house.tell(ORDER, release())
    first, second = parked(house, 3, "i3"), parked(house, 5, "i5")
    house.tell(ORDER, change(1, [line_change("1", 90)]))
    assert over(house) == ()
    house.tell(ORDER, release(order(quantities=(80, 50), purpose="replace")))
    assert over(house) == (first, second)
    assert house.state(ORDER).lines["1"].ordered == 80
    house.tell(ORDER, change(6, [line_change("1", 60)]))
    assert house.state(ORDER).lines["1"].ordered == 60, "after the whole order the next change may have any number"
    house.tell(ORDER, change(8, [line_change("1", 50)]))
    assert house.state(ORDER).lines["1"].ordered == 60, "after that the count goes on without gaps"


def test_a_change_that_waited_in_vain_is_over_once_a_later_one_stands():
    house = House()
    house.tell(ORDER, release())
    old = parked(house, 2, "i2")
    house.tell(ORDER, change(1, [line_change("1", 90)]))
    house.tell(ORDER, change(2, [line_change("1", 80)]))
    assert over(house) == (old,)


def test_the_erp_hears_of_a_cancellation_that_nobody_answered():
    house = House()
    house.tell(ORDER, release())
    house.tell(ORDER, accepted())
    house.tell(ORDER, cancel())
    before = len(house.sent)
    house.wait(hours=49)
    (told,) = [send for send in house.sent[before:] if send.to == "erp"]
    assert isinstance(told.document, OrderResponse)
    assert (told.document.purpose, told.document.overall, told.document.order_version) == ("cancel", "accepted", 1)
    assert told.document.references[0].value == "silent"
