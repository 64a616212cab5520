"""A count that the warehouse takes back is out of the books, whatever had followed from it (domain.md 2.3, 4.6)."""

from datetime import date
from decimal import Decimal

import pytest
from tests.processes.house import House
from tests.processes.papers import NOTICE, ORDER, accepted, invoice, notice, receipt, release

from tradelane.domain.order_book import line_status, status
from tradelane.model.invoice import InvoiceRecorded
from tradelane.model.order_receipt import RecordReceipt
from tradelane.model.policy import Policy

CORRECTION = "goods_receipt/dock/R2"


def received(counts, policy=None, *, announced=None, final=True):
    made = House(policy)
    made.tell(ORDER, release())
    made.tell(ORDER, accepted())
    if announced:
        made.tell(NOTICE, notice(announced))
    made.tell("goods_receipt/dock/R1", receipt(counts, final=final, of="N1" if announced else ""))
    return made


def correct(made, counts=None, *, undo, of="N1", final=True):
    made.tell(CORRECTION, receipt(counts or {}, undo=undo, number="R2", of=of, final=final))


def line(made, number="1"):
    return made.state(ORDER).lines[number]


def test_a_wrong_count_is_replaced_by_the_right_one():
    made = received({"1": 90, "2": 50}, announced={"1": 100, "2": 50})
    assert "RECEIVING_SHORT" in made.cases()
    correct(made, {"1": 100}, undo={"1": 90})
    assert (line(made).received, line(made).shipped, line(made).open, line(made).over) == (100, 0, 0, 0)
    assert status(made.state(ORDER)) == "received"
    assert not made.cases()


def test_goods_taken_back_are_on_their_way_again_until_the_notice_is_closed():
    made = received({"1": 100}, announced={"1": 100, "2": 50}, final=False)
    correct(made, undo={"1": 40}, final=False)
    assert (line(made).received, line(made).shipped) == (60, 40)
    assert line_status(line(made)) == "received_partial"


def test_goods_taken_back_with_the_last_receipt_are_missing():
    made = received({"1": 100, "2": 50}, announced={"1": 100, "2": 50})
    correct(made, undo={"1": 40})
    assert (line(made).received, line(made).shipped, line(made).open + line(made).promised) == (60, 0, 40)
    assert "40 missing" in made.cases()["RECEIVING_SHORT"]


def test_goods_without_a_notice_are_owed_again():
    made = received({"1": 100})
    correct(made, undo={"1": 100}, of="")
    assert (line(made).received, line(made).promised, line(made).shipped) == (0, 100, 0)
    assert line_status(line(made)) == "accepted"
    assert "NO_ASN_RECEIPT" not in made.cases()


def test_a_surplus_goes_first_and_is_nobodys():
    made = received({"1": 130, "2": 50}, announced={"1": 100, "2": 50})
    assert "RECEIVING_OVER" in made.cases()
    correct(made, undo={"1": 30}, final=False)
    assert (line(made).received, line(made).over, line(made).shipped) == (100, 0, 0)
    assert line(made).transit["N1"].arrived == 100
    assert "RECEIVING_OVER" not in made.cases()


def test_a_surplus_that_was_turned_down_is_nobodys_either():
    made = received({"1": (100, 30, "damaged"), "2": 50}, announced={"1": 100, "2": 50})
    assert line(made).over == 30
    correct(made, undo={"1": (0, 30, "damaged")}, final=False)
    assert (line(made).received, line(made).rejected, line(made).over) == (100, 0, 0)


def test_units_turned_down_by_mistake_are_counted_as_good():
    made = received({"1": (60, 40, "damaged"), "2": 50}, announced={"1": 100, "2": 50})
    assert "RECEIVING_DAMAGED" in made.cases()
    correct(made, {"1": 40}, undo={"1": (0, 40, "damaged")})
    assert (line(made).received, line(made).rejected, line(made).shipped) == (100, 0, 0)
    assert not made.cases()


def test_a_closed_order_is_open_again():
    made = received({"1": 100, "2": 50}, announced={"1": 100, "2": 50})
    made.tell("invoice/acme/A1", invoice({"1": 100, "2": 50}))
    assert status(made.state(ORDER)) == "closed"
    correct(made, undo={"1": 10})
    assert status(made.state(ORDER)) == "partially_received"
    assert "10 are billed and not received" in made.cases()["INVOICE_QTY_VARIANCE"]


@pytest.mark.parametrize("remedy", ["credit note", "the rest comes"])
def test_what_is_billed_ahead_of_the_goods_is_asked_about_until_it_is_not(remedy):
    made = received({"1": 100, "2": 50}, announced={"1": 100, "2": 50})
    made.tell("invoice/acme/A1", invoice({"1": 100, "2": 50}))
    correct(made, undo={"1": 10}, final=False)
    assert "INVOICE_QTY_VARIANCE" in made.cases()
    if remedy == "credit note":
        made.tell("invoice/acme/C1", invoice({"1": 10}, number="C1", invoice_type="credit_note"))
    else:
        made.tell("goods_receipt/dock/R3", receipt({"1": 10}, number="R3"))
    assert "INVOICE_QTY_VARIANCE" not in made.cases()
    assert line(made).billed == line(made).received


def test_an_invoice_that_waits_is_compared_again():
    made = received({"1": 60}, announced={"1": 100, "2": 50}, final=False)
    made.tell("invoice/acme/A1", invoice({"1": 100}))
    correct(made, {"1": 100}, undo={"1": 60}, final=False)
    assert line(made).billed == 100


def test_who_is_paid_by_receipts_is_sent_a_credit_note():
    made = received({"1": 100, "2": 50}, Policy(evaluated_receipts=True), announced={"1": 100, "2": 50})
    correct(made, {"1": 90}, undo={"1": 100})
    bills = [(e.invoice.invoice_type, e.invoice.total) for e in made.of(InvoiceRecorded)]
    assert bills == [("invoice", Decimal(1500)), ("credit_note", Decimal(1000)), ("invoice", Decimal(900))]
    assert line(made).billed == line(made).received == 90


@pytest.mark.parametrize(
    ("undo", "says"),
    [
        ({"1": 101}, "more than was counted: 100 EA good"),
        ({"1": (1, 1, "damaged")}, "more than was counted: 100 EA good and 0 turned down"),
        ({"7": 1}, "a line the order does not have"),
    ],
)
def test_what_was_never_counted_cannot_be_taken_back(undo, says):
    made = received({"1": 100, "2": 50}, announced={"1": 100, "2": 50})
    before = made.state(ORDER).lines
    correct(made, undo=undo)
    assert made.state(ORDER).lines == before
    assert says in made.cases()["RECEIPT_INVALID"]


@pytest.mark.parametrize("undo", [{"1": -5}, {"1": (5, -5, "damaged")}])
def test_less_than_nothing_cannot_be_taken_back(undo):
    made = received({"1": (90, 10, "damaged"), "2": 50}, announced={"1": 100, "2": 50})
    before = made.state(ORDER).lines
    command = receipt({}, undo=undo, number="R2")
    lines = command.receipt.lines
    made.tell(
        ORDER,
        RecordReceipt(receipt="R2", partner="dock", lines=lines, received_on=date(2026, 3, 12), notice="N1"),
    )
    assert made.state(ORDER).lines == before


def test_the_same_reversal_twice_is_one():
    made = received({"1": 100, "2": 50}, announced={"1": 100, "2": 50})
    correct(made, undo={"1": 40}, final=False)
    correct(made, undo={"1": 40}, final=False)
    assert line(made).received == 60
