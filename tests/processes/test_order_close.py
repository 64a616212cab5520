"""Stories of an order's end: a surplus, a rest within tolerance, units turned down and shipped again."""

from decimal import Decimal

import pytest
from tests.processes.house import House
from tests.processes.papers import (
    INVOICE,
    NOTICE,
    ORDER,
    RECEIPT,
    accepted,
    cancel,
    cancel_answer,
    invoice,
    notice,
    receipt,
    release,
)

from tradelane.domain.purchase_order import line_status, status
from tradelane.model.order_receipt import DiscrepancyFound
from tradelane.model.policy import Policy
from tradelane.model.purchase_order import (
    CloseOrder,
    LineCut,
    LineShipped,
    ShipmentRecorded,
    ShipmentRefused,
)


def supplied(policy=None, quantities=(100,)):
    house = House(policy)
    house.tell(ORDER, release(quantities=quantities))
    house.tell(ORDER, accepted())
    return house


def line(house, number="1"):
    return house.state(ORDER).lines[number]


def ship(house, units, number):
    house.tell(f"ship_notice/acme/{number}", notice({"1": units}, number=number))


def count(house, units, number, of, **more):
    house.tell(f"goods_receipt/dock/{number}", receipt({"1": units}, number=number, of=of, **more))


def bill(house, units, number):
    house.tell(f"invoice/acme/{number}", invoice({"1": units}, number=number))


def test_a_surplus_within_tolerance_may_be_billed_and_closes_the_order_either_way():
    for billed in (100, 104):
        house = supplied()
        house.tell(NOTICE, notice({"1": 104}))
        house.tell(RECEIPT, receipt({"1": 104}))
        assert (status(house.state(ORDER)), line(house).over) == ("received", 4)
        house.tell(INVOICE, invoice({"1": billed}))
        assert (status(house.state(ORDER)), line(house).billed) == ("closed", billed)


def test_a_surplus_that_is_billed_after_the_order_closed_is_paid_for():
    house = supplied()
    house.tell(NOTICE, notice({"1": 104}))
    house.tell(RECEIPT, receipt({"1": 104}))
    bill(house, 100, "A1")
    bill(house, 4, "A2")
    assert (status(house.state(ORDER)), line(house).billed) == ("closed", 104)


@pytest.mark.parametrize(("received", "after"), [(97, "closed"), (94, "partially_received")])
def test_a_rest_within_tolerance_is_let_go_when_the_order_closes(received, after):
    house = supplied(Policy(receipt_under_percent=Decimal(5)))
    house.tell(NOTICE, notice({"1": 100}))
    house.tell(RECEIPT, receipt({"1": received}))
    house.tell(INVOICE, invoice({"1": received}))
    assert status(house.state(ORDER)) == after
    assert [event.quantity for event in house.of(LineCut)] == ([100 - received] if after == "closed" else [])
    assert line_status(line(house)) == ("closed_short" if after == "closed" else "received_partial")


def test_a_rest_that_the_supplier_promised_is_waited_for():
    house = supplied(Policy(receipt_under_percent=Decimal(5)))
    house.tell(NOTICE, notice({"1": 97}))
    house.tell(RECEIPT, receipt({"1": 97}))
    house.tell(INVOICE, invoice({"1": 97}))
    assert (status(house.state(ORDER)), line(house).promised) == ("partially_received", 3)


def test_units_turned_down_are_shipped_again_and_are_no_surplus():
    house = supplied()
    ship(house, 100, "N1")
    count(house, (90, 10, "damaged"), "R1", "N1")
    ship(house, 10, "N2")
    assert not house.of(ShipmentRefused)
    assert not house.of(ShipmentRecorded)[-1].findings
    assert (house.of(LineShipped)[-1].over, house.of(LineShipped)[-1].replaced) == (10, 10)
    count(house, 10, "R2", "N2")
    assert (line(house).received, line(house).rejected) == (100, 10)
    assert [event.kind for event in house.of(DiscrepancyFound)] == ["damaged"]
    bill(house, 100, "A1")
    assert status(house.state(ORDER)) == "closed"


def test_more_than_was_turned_down_is_a_surplus_and_a_second_replacement_too():
    house = supplied()
    ship(house, 100, "N1")
    count(house, (90, 10, "damaged"), "R1", "N1")
    ship(house, 16, "N2")
    assert house.of(ShipmentRefused)[-1].findings[0].code == "ship-notice.over-ship"
    ship(house, 10, "N3")
    ship(house, 10, "N4")
    assert len(house.of(ShipmentRefused)) == 2


def test_a_surplus_that_was_turned_down_leaves_nothing_to_replace():
    house = supplied()
    ship(house, 105, "N1")
    count(house, (100, 5, "damaged"), "R1", "N1")
    assert line(house).replaceable == 0


def test_a_replacement_reopens_an_order_that_was_closed_without_it():
    house = supplied()
    ship(house, 100, "N1")
    count(house, (90, 10, "damaged"), "R1", "N1")
    bill(house, 90, "A1")
    assert status(house.state(ORDER)) == "closed"
    ship(house, 10, "N2")
    assert (status(house.state(ORDER)), line(house).shipped) == ("partially_received", 10)
    count(house, 10, "R2", "N2")
    assert status(house.state(ORDER)) == "received"
    bill(house, 10, "A2")
    assert status(house.state(ORDER)) == "closed"
    ship(house, 1, "N3")
    assert house.of(ShipmentRefused)[-1].findings[0].code == "ship-notice.closed-order"


def test_an_unannounced_replacement_is_not_counted_as_too_much():
    house = supplied()
    ship(house, 100, "N1")
    count(house, (90, 10, "damaged"), "R1", "N1")
    count(house, 10, "R2", "")
    assert [event.kind for event in house.of(DiscrepancyFound)] == ["damaged", "not_advised"]


def test_a_person_may_close_what_was_received_and_is_not_billed():
    house = supplied()
    ship(house, 100, "N1")
    count(house, 100, "R1", "N1")
    house.tell(ORDER, CloseOrder(by="ann", reason="sample, free of charge"))
    assert status(house.state(ORDER)) == "closed"
    assert house.tell(ORDER, CloseOrder(by="ann", reason="again")) == []
    bill(house, 100, "A1")
    assert line(house).billed == 100


def test_nobody_closes_an_order_whose_goods_are_still_to_come():
    house = supplied()
    ship(house, 60, "N1")
    (refused,) = house.tell(ORDER, CloseOrder(by="ann"))
    assert refused.findings[0].says == "Line 1: 60 EA on their way and 40 EA still to come."
    house.tell(ORDER, cancel())
    house.tell(ORDER, cancel_answer())
    count(house, 60, "R1", "N1")
    assert (status(house.state(ORDER)), line(house).cut) == ("received", 40)
    bill(house, 60, "A1")
    assert status(house.state(ORDER)) == "closed"
