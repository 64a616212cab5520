"""Stories of invoices that may have come before, cannot be right by date or tax, are taken back, booked and paid."""

from datetime import date
from decimal import Decimal

import pytest
from msgspec.structs import replace
from tests.processes.house import House
from tests.processes.papers import (
    INVOICE,
    ORDER,
    accepted,
    invoice,
    notice,
    receipt,
    release,
)

from tradelane.domain import invoice as invoices
from tradelane.domain.invoice_likeness import numbers_alike
from tradelane.model.invoice import (
    Charge,
    Invoice,
    InvoicePaid,
    InvoicePosted,
    InvoiceStepRefused,
    RecordPayment,
    RecordPosting,
)
from tradelane.model.invoice_book import InvoiceChecked, JudgeInvoice
from tradelane.model.policy import Policy

BOOK = "invoice_book/acme"
DAY = date(2026, 3, 14)


def opened(policy: Policy | None = None) -> House:
    """A house with an order of 100 and 50 at 10, all of it received."""
    house = House(policy)
    house.tell(ORDER, release(currency="USD"))
    house.tell(ORDER, accepted())
    house.tell("ship_notice/acme/N1", notice({"1": 100, "2": 50}))
    house.tell("goods_receipt/dock/R1", receipt({"1": 100, "2": 50}))
    return house


@pytest.fixture
def house():
    return opened()


def bill(house, number, lines=None, **more):
    stream = f"invoice/acme/{number}"
    house.tell(stream, invoice(lines or {"1": 40}, number=number, **more))
    return invoices.status(house.state(stream))


def on(command, day):
    return replace(command, invoice=replace(command.invoice, invoiced_on=day))


def test_the_same_bill_under_another_number_is_held_and_a_person_is_asked(house):
    assert bill(house, "A1") == "approved"
    assert bill(house, "A7") == "variance"
    says = house.cases()["INVOICE_DUPLICATE"]
    assert "most likely the same as invoice A1" in says
    assert house.state(ORDER).lines["1"].billed == 80  # The order has the goods for both; the book alone holds it.


@pytest.mark.parametrize(("approve", "status", "billed"), [(True, "approved", 80), (False, "rejected", 40)])
def test_a_person_says_whether_it_is_the_same(house, approve, status, billed):
    bill(house, "A1")
    bill(house, "A7")
    house.tell(BOOK, JudgeInvoice(invoice_stream="invoice/acme/A7", approve=approve, by="ann"))
    assert invoices.status(house.state("invoice/acme/A7")) == status
    assert house.state(ORDER).lines["1"].billed == billed
    assert not house.cases()


def test_one_that_was_turned_down_is_no_reason_to_doubt_the_next(house):
    bill(house, "A1")
    bill(house, "A7")
    house.tell(BOOK, JudgeInvoice(invoice_stream="invoice/acme/A7", approve=False, by="ann"))
    house.tell(BOOK, JudgeInvoice(invoice_stream=INVOICE, approve=False, by="ann"))
    assert bill(house, "A8", {"2": 40}) == "approved"


@pytest.mark.parametrize(
    ("number", "lines", "more", "status"),
    [
        ("Z9", {"2": 40}, {}, "variance"),  # Same money, another line of the same order.
        ("Z9", {"1": 41}, {}, "approved"),  # Other money.
        ("A1X", {"1": 41}, {}, "approved"),  # A number like it says nothing where the money differs.
        ("Z9", {"1": 40}, {"original_invoice": "A1"}, "approved"),  # It says itself what it stands for.
        ("Z9", {"1": 40}, {"ship_notice": "N2"}, "approved"),  # Another delivery.
        ("Z9", {"1": 40}, {"ship_notice": "N1"}, "variance"),
    ],
)
def test_what_is_like_the_other_and_what_is_not(house, number, lines, more, status):
    bill(house, "A1", ship_notice="N1")
    assert bill(house, number, lines, **more) == status


@pytest.mark.parametrize(("days", "status"), [(7, "variance"), (8, "approved")])
def test_equal_money_counts_for_seven_days(house, days, status):
    bill(house, "A1")
    later = on(invoice({"2": 40}, number="Z9"), date(2026, 3, 13 + days))
    house.tell("invoice/acme/Z9", later)
    assert invoices.status(house.state("invoice/acme/Z9")) == status


def test_where_equal_amounts_are_usual_money_alone_is_no_reason():
    house = opened(Policy(recurring_amounts=True))
    bill(house, "A1")
    other = invoice({"1": 40}, number="B8")
    elsewhere = replace(other.invoice, order_number="4712")
    house.tell("invoice/acme/B8", replace(other, invoice=elsewhere))
    assert house.of(InvoiceChecked)[-1].doubts == ()
    assert bill(house, "B9") == "variance"


def test_credit_notes_are_no_doubles(house):
    bill(house, "A1")
    assert bill(house, "C1", invoice_type="credit_note") == "approved"


def test_where_goods_are_paid_as_received_the_receipt_is_the_bill_and_another_is_one_too_many():
    house = opened(Policy(evaluated_receipts=True))
    assert invoices.status(house.state("invoice/acme/R14711")) == "approved"
    (sent,) = (send for send in house.sent if isinstance(send.document, Invoice))
    assert (sent.to, sent.document.total, sent.document.number) == ("erp", 1500, "R1-4711")
    assert [line.billed for line in house.state(ORDER).lines.values()] == [100, 50]
    assert bill(house, "A1") == "variance"
    assert "paid without an invoice" in house.cases()["INVOICE_DUPLICATE"]


def test_without_that_agreement_a_receipt_is_no_bill(house):
    assert not [send for send in house.sent if isinstance(send.document, Invoice)]


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("INV-1001", "INV 1001", True),
        ("4711", "4771", True),
        ("4711", "4171", True),
        ("4711", "47110", True),
        ("4711", "471", True),
        ("1O0S", "1005", True),
        ("4711", "4822", False),
        ("4711", "47", False),
        ("4711", "7141", False),
        ("", "", True),
    ],
)
def test_numbers_that_differ_by_one_slip_are_alike(one, other, alike):
    assert numbers_alike(one, other) is alike
    assert numbers_alike(other, one) is alike


def test_an_invoice_long_before_its_goods_left_is_asked_about(house):
    assert bill(house, "A1", shipped_on=date(2026, 3, 18)) == "approved"
    assert bill(house, "A2", {"1": 10}, shipped_on=date(2026, 3, 19)) == "variance"
    assert "the goods left on 2026-03-19" in house.cases()["INVOICE_DATE_VARIANCE"]


def test_an_invoice_of_more_than_a_year_ago_is_asked_about(house):
    house.tell(INVOICE, on(invoice({"1": 40}), date(2025, 3, 1)))
    assert "more than 365 days ago" in house.cases()["INVOICE_DATE_VARIANCE"]


@pytest.mark.parametrize(
    ("amount", "base", "status"),
    [("76.02", None, "approved"), ("76.03", None, "variance"), ("19", "100", "approved"), ("19.03", "100", "variance")],
)
def test_a_tax_is_its_rate_of_what_it_is_on_within_two_cents_a_line(house, amount, base, status):
    tax = Charge(kind="tax", amount=Decimal(amount), percent=Decimal(19), base=None if base is None else Decimal(base))
    assert bill(house, "A1", total=400 + Decimal(amount), charges=(tax,)) == status
    assert ("INVOICE_TAX_VARIANCE" in house.cases()) == (status == "variance")


def test_a_restated_invoice_is_looked_over_again(house):
    tax = Charge(kind="tax", amount=Decimal(80), percent=Decimal(19))
    assert bill(house, "A1", total=480, charges=(tax,)) == "variance"
    right = replace(tax, amount=Decimal(76))
    assert bill(house, "A1", total=476, charges=(right,), purpose="replace") == "approved"
    assert not house.cases()


@pytest.mark.parametrize(
    ("price", "loose", "strict"), [("10.05", "approved", "approved"), ("10.20", "variance", "variance")]
)
def test_strict_tolerances_want_both_limits_kept(price, loose, strict):
    for mode, status in (("loose", loose), ("strict", strict)):
        house = opened(Policy(match_mode=mode))
        assert bill(house, "A1", {"1": 100}, price=Decimal(price)) == status


def test_what_passes_one_limit_alone_passes_loosely_only():
    small = {"1": 2}
    assert bill(opened(), "A1", small, price=Decimal(14)) == "approved"
    assert bill(opened(Policy(match_mode="strict")), "A1", small, price=Decimal(14)) == "variance"


def test_a_price_far_below_the_order_passes_and_is_named(house):
    assert bill(house, "A1", {"1": 10}, price=Decimal("7.99")) == "approved"
    assert "far below the 10 ordered at" in house.state("invoice/acme/A1").comparisons[ORDER].says
    assert bill(house, "A2", {"2": 10}, price=Decimal(8)) == "approved"
    assert house.state("invoice/acme/A2").comparisons[ORDER].says == ""


def test_where_ordered_goods_are_paid_nobody_waits_for_them():
    house = House(Policy(match_basis="ordered"))
    house.tell(ORDER, release(currency="USD"))
    house.tell(ORDER, accepted())
    assert bill(house, "A1", {"1": 100}) == "approved"
    assert bill(house, "A2", {"1": 1}) == "variance"


def test_an_approved_invoice_may_be_taken_back_until_the_erp_has_booked_it(house):
    bill(house, "A1")
    assert bill(house, "A1", purpose="cancel") == "cancelled"
    assert house.state(ORDER).lines["1"].billed == 0
    assert [send.document.purpose for send in house.sent if isinstance(send.document, Invoice)] == [
        "original",
        "cancel",
    ]
    assert bill(house, "A2") == "approved"
    house.tell("invoice/acme/A2", RecordPosting(by="erp", on=DAY))
    assert bill(house, "A2", purpose="cancel") == "posted"
    assert house.state(ORDER).lines["1"].billed == 40


def test_what_is_approved_is_booked_and_paid_each_once(house):
    bill(house, "A1")
    book, pay = RecordPosting(by="erp", on=DAY, reference="51"), RecordPayment(by="erp", on=DAY, reference="P1")
    for command in (book, book, pay, pay, book):
        house.tell(INVOICE, command)
    assert invoices.status(house.state(INVOICE)) == "paid"
    assert (len(house.of(InvoicePosted)), len(house.of(InvoicePaid))) == (1, 1)


def test_what_is_not_approved_is_neither_booked_nor_paid(house):
    bill(house, "A1", {"1": 10}, price=Decimal(12))
    house.tell("invoice/acme/A1", RecordPayment(by="erp", on=DAY))
    house.tell("invoice/acme/A1", RecordPayment(by="erp", on=DAY))
    house.tell("invoice/acme/nobody", RecordPosting(by="erp", on=DAY))
    assert ["is not approved" in r.findings[0].says for r in house.of(InvoiceStepRefused)] == [True, False]
