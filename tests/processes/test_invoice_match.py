"""Stories of invoices: three-way match, waiting for goods, a person's word, and the close of the order."""

from decimal import Decimal

import pytest
from msgspec.structs import replace
from tests.processes.house import House
from tests.processes.papers import (
    INVOICE,
    NOTICE,
    ORDER,
    RECEIPT,
    accepted,
    change,
    invoice,
    line_change,
    notice,
    receipt,
    release,
)

from tradelane.domain import invoice as invoices
from tradelane.domain.purchase_order import status
from tradelane.model.invoice import (
    Charge,
    Invoice,
    InvoiceApproved,
    InvoiceHeld,
    InvoiceRefused,
    InvoiceTurnedDown,
    RecordMatch,
)
from tradelane.model.policy import Policy
from tradelane.model.purchase_order import DecideOnInvoice, InvoiceMatched, MatchInvoice
from tradelane.model.quantity import UnitPrice


@pytest.fixture
def house():
    house = House()
    house.tell(ORDER, release(currency="USD"))
    house.tell(ORDER, accepted())
    return house


def deliver(house, lines=None, number="1"):
    lines = lines or {"1": 100, "2": 50}
    house.tell(f"ship_notice/acme/N{number}", notice(lines, number=f"N{number}"))
    house.tell(f"goods_receipt/dock/R{number}", receipt(lines, number=f"R{number}", of=f"N{number}"))


def line(house, number="1"):
    return house.state(ORDER).lines[number]


def sent(house):
    return [send.to for send in house.sent if isinstance(send.document, Invoice)]


def test_an_invoice_for_what_was_received_is_approved_and_closes_the_order(house):
    deliver(house)
    house.tell(INVOICE, invoice({"1": 100, "2": 50}))
    assert sent(house) == ["erp"]
    assert invoices.status(house.state(INVOICE)) == "approved"
    assert status(house.state(ORDER)) == "closed"
    assert not house.cases()
    assert not house.timers


def test_an_invoice_before_the_goods_waits_and_is_approved_by_the_receipt(house):
    house.tell(INVOICE, invoice({"1": 100, "2": 50}))
    assert invoices.status(house.state(INVOICE)) == "waiting_receipt"
    assert line(house).billed == 0
    deliver(house)
    assert invoices.status(house.state(INVOICE)) == "approved"
    assert status(house.state(ORDER)) == "closed"


def test_an_invoice_that_waits_five_working_days_is_asked_about_until_the_goods_come(house):
    house.tell(INVOICE, invoice({"1": 100}))
    house.wait(days=6)
    assert "INVOICE_NO_RECEIPT" not in house.cases()
    house.wait(days=2)
    assert "bills goods nobody has received" in house.cases()["INVOICE_NO_RECEIPT"]
    deliver(house)
    assert not house.cases()


def test_a_part_of_the_goods_does_not_start_the_wait_again(house):
    house.tell(INVOICE, invoice({"1": 100}))
    due = house.timers[INVOICE, "receipt-wait"]
    house.wait(days=3)
    deliver(house, {"1": 40})
    assert house.state(INVOICE).outcome == "waiting"
    assert house.timers[INVOICE, "receipt-wait"] == due


@pytest.mark.parametrize(("price", "outcome"), [("10.10", "approved"), ("10.11", "variance"), ("9", "approved")])
def test_a_price_passes_within_one_percent_or_ten_a_line(house, price, outcome):
    deliver(house)
    house.tell(INVOICE, invoice({"1": 100}, price=Decimal(price)))
    assert house.state(INVOICE).outcome == outcome


def test_a_small_line_passes_within_ten_whatever_the_percentage(house):
    deliver(house)
    house.tell(INVOICE, invoice({"1": 2}, price=Decimal(15)))
    assert house.state(INVOICE).outcome == "approved"


def test_a_price_variance_asks_procurement_and_a_person_may_approve_it(house):
    deliver(house)
    house.tell(INVOICE, invoice({"1": 100}, price=Decimal(12)))
    assert "price 12, ordered at 10" in house.cases()["INVOICE_PRICE_VARIANCE"]
    assert house.of(InvoiceHeld)[0].amount_at_stake == 200
    house.tell(ORDER, DecideOnInvoice(invoice="A1", approve=True, by="ann"))
    assert house.state(INVOICE).outcome == "approved"
    assert line(house).billed == 100
    assert not house.cases()


def test_a_person_may_turn_an_invoice_down(house):
    deliver(house)
    house.tell(INVOICE, invoice({"1": 100}, price=Decimal(12)))
    house.tell(ORDER, DecideOnInvoice(invoice="A1", approve=False, by="ann"))
    assert invoices.status(house.state(INVOICE)) == "rejected"
    assert line(house).billed == 0
    assert not house.cases()
    assert house.tell(ORDER, DecideOnInvoice(invoice="A1", approve=True, by="bob")) == []


def test_a_corrected_price_in_the_order_clears_the_variance(house):
    house.tell(INVOICE, invoice({"1": 100}, price=Decimal(12)))
    house.tell(ORDER, change(1, [line_change("1", 100, price=UnitPrice(Decimal(12)))]))
    deliver(house)
    assert house.state(INVOICE).outcome == "approved"


def test_units_billed_already_are_not_billed_again(house):
    deliver(house)
    house.tell(INVOICE, invoice({"1": 100}))
    house.tell("invoice/acme/A2", invoice({"1": 100}, number="A2"))
    assert house.state("invoice/acme/A2").outcome == "variance"
    assert "INVOICE_QTY_VARIANCE" in house.cases()
    assert line(house).billed == 100


def test_an_order_compares_an_invoice_it_decided_on_no_more(house):
    deliver(house)
    billed = invoice({"1": 100}).invoice
    command = MatchInvoice(invoice="A1", invoice_stream=INVOICE, partner="acme", lines=billed.lines)
    assert house.tell(ORDER, command)
    assert house.tell(ORDER, command) == []


def test_two_invoice_lines_for_one_order_line_share_what_was_received(house):
    deliver(house, {"1": 100})

    twice = invoice({"1": 60})
    lines = twice.invoice.lines * 2
    house.tell(INVOICE, replace(twice, invoice=replace(twice.invoice, lines=lines, total=Decimal(1200))))
    assert [match.billable for match in house.of(InvoiceMatched)[0].matches] == [100, 40]
    assert line(house).billed == 0


def test_rejected_goods_are_not_paid_for(house):
    house.tell(NOTICE, notice({"1": 100}))
    house.tell(RECEIPT, receipt({"1": (90, 10, "damaged")}))
    house.tell(INVOICE, invoice({"1": 100}))
    assert house.state(INVOICE).outcome == "variance"


def test_a_surplus_beyond_tolerance_is_not_paid_for_until_a_person_or_the_order_says_so(house):
    house.tell(RECEIPT, receipt({"1": 130, "2": 52}, of=""))
    house.tell(INVOICE, invoice({"2": 52}))
    assert (line(house, "2").billed, house.state(INVOICE).outcome) == (52, "approved"), "within tolerance"
    house.tell("invoice/acme/A2", invoice({"1": 130}, number="A2"))
    assert (line(house).billed, house.state("invoice/acme/A2").outcome) == (0, "variance")
    assert "INVOICE_QTY_VARIANCE" in house.cases()
    house.tell(ORDER, change(1, [line_change("1", 130)]))
    assert (line(house).billed, house.state("invoice/acme/A2").outcome) == (130, "approved")


def test_a_credit_note_gives_back_and_no_more_than_was_billed(house):
    deliver(house)
    house.tell(INVOICE, invoice({"1": 100}))
    house.tell("invoice/acme/C1", invoice({"1": 10}, number="C1", invoice_type="credit_note"))
    assert line(house).billed == 90
    house.tell("invoice/acme/C2", invoice({"1": 95}, number="C2", invoice_type="credit_note"))
    assert house.state("invoice/acme/C2").outcome == "variance"


@pytest.mark.parametrize(
    ("change_of", "kind"),
    [
        ({"currency": "EUR"}, "INVOICE_CURRENCY_VARIANCE"),
        ({"lines": {"9": 10}}, "INVOICE_NO_PO"),
    ],
)
def test_what_cannot_be_compared_is_said(house, change_of, kind):
    deliver(house)
    house.tell(INVOICE, invoice(change_of.pop("lines", {"1": 100}), **change_of))
    assert kind in house.cases()


def test_an_invoice_that_does_not_add_up_is_refused_until_it_does(house):
    house.tell(INVOICE, invoice({"1": 100}, total=999))
    (refused,) = house.of(InvoiceRefused)
    assert [finding.code for finding in refused.findings] == ["invoice.total"]
    assert "INVOICE_INVALID" in house.cases()
    house.tell(INVOICE, invoice({"1": 100}))
    assert "INVOICE_INVALID" not in house.cases()


def test_a_line_adds_up_with_what_it_is_allowed_or_charged_itself(house):
    deliver(house)
    command = invoice({"1": 100}, total=980)
    (billed,) = command.invoice.lines
    allowed = replace(billed, amount=Decimal(980), charges=(Charge(kind="allowance", amount=Decimal(20)),))
    assert house.tell(INVOICE, replace(command, invoice=replace(command.invoice, lines=(allowed,))))
    assert invoices.status(house.state(INVOICE)) == "approved"


def test_a_line_that_does_not_add_up_with_its_charges_is_refused(house):
    command = invoice({"1": 100}, total=1000)
    (billed,) = command.invoice.lines
    wrong = replace(billed, amount=Decimal(1000), charges=(Charge(kind="allowance", amount=Decimal(20)),))
    refused = house.tell(INVOICE, replace(command, invoice=replace(command.invoice, lines=(wrong,))))[0]
    assert isinstance(refused, InvoiceRefused)
    assert [str(one.says) for one in refused.findings] == ["Line 1: 1000 is not 100 times the price and its charges."]


def test_a_charge_on_a_line_that_no_order_agreed_on_is_asked_about(house):
    deliver(house)
    command = invoice({"1": 100}, total=1030)
    (billed,) = command.invoice.lines
    charged = replace(billed, charges=(Charge(kind="charge", amount=Decimal(30)),))
    house.tell(INVOICE, replace(command, invoice=replace(command.invoice, lines=(charged,))))
    assert invoices.status(house.state(INVOICE)) == "variance"


def test_charges_allowances_and_taxes_belong_to_the_total(house):
    charges = (
        Charge(kind="charge", amount=Decimal(20)),
        Charge(kind="allowance", amount=Decimal(5)),
        Charge(kind="tax", amount=Decimal("1.50")),
    )
    assert house.tell(INVOICE, invoice({"1": 100}, total=Decimal("1016.51"), charges=charges))
    assert not house.of(InvoiceRefused)


def test_an_order_that_approved_its_part_takes_that_back_when_another_turns_the_invoice_down(house):
    other = "purchase_order/4712"
    house.tell(other, release(number="4712"))
    deliver(house)
    both = invoice({"1": 100})
    second = replace(both.invoice.lines[0], order_number="4712")
    document = replace(both.invoice, lines=(*both.invoice.lines, second), total=Decimal(2000))
    house.tell(INVOICE, replace(both, invoice=document))
    assert (line(house).billed, house.state(INVOICE).outcome) == (100, "waiting")
    assert house.tell(ORDER, DecideOnInvoice(invoice="A1", approve=False, by="ann")) == []
    house.tell(other, DecideOnInvoice(invoice="A1", approve=False, by="ann"))
    assert house.of(InvoiceTurnedDown)
    assert line(house).billed == 0
    assert not house.of(InvoiceApproved)


def test_an_order_is_not_closed_before_it_is_billed(house):
    deliver(house)
    assert status(house.state(ORDER)) == "received"
    house.tell(INVOICE, invoice({"1": 100}))
    assert status(house.state(ORDER)) == "received"


def test_a_restated_invoice_keeps_the_word_of_an_order_that_has_nothing_new_to_say(house):
    house.tell(INVOICE, invoice({"1": 100}))
    house.tell(INVOICE, invoice({"1": 100}, purpose="replace", original_invoice="A0"))
    assert house.state(INVOICE).outcome == "waiting"
    deliver(house)
    assert house.state(INVOICE).outcome == "approved"


def test_an_invoice_decided_on_does_not_change_its_mind(house):
    deliver(house)
    house.tell(INVOICE, invoice({"1": 100}))
    assert house.tell(INVOICE, RecordMatch(order_stream=ORDER, outcome="variance", says="late")) == []


def test_a_supplier_may_take_back_an_invoice_that_is_still_open(house):
    house.tell(INVOICE, invoice({"1": 100}))
    house.tell(INVOICE, invoice({"1": 100}, purpose="cancel"))
    assert invoices.status(house.state(INVOICE)) == "rejected"
    deliver(house)
    assert line(house).billed == 0


def test_a_partner_has_no_say_in_an_invoice_of_another_under_the_same_number(house):
    deliver(house)
    house.tell(INVOICE, invoice({"1": 100}))
    theirs = replace(invoice({"1": 5}), partner="bolt")
    house.tell("invoice/bolt/A1", theirs)
    assert house.cases()["INVOICE_NO_PO"].startswith("Invoice A1 from bolt: Order 4711 was not placed with bolt.")
    house.tell("invoice/bolt/A1", replace(theirs, invoice=replace(theirs.invoice, purpose="cancel")))
    assert (line(house).billed, house.state(INVOICE).outcome) == (100, "approved")
    assert house.state("invoice/bolt/A1").outcome == "turned_down"
    assert list(house.cases()) == ["NOT_THEIR_ORDER"], "where they have the number from is still asked"


def test_a_decision_is_about_the_invoice_of_the_partner_it_names_else_of_the_supplier(house):
    deliver(house)
    house.tell("invoice/bolt/A1", replace(invoice({"1": 5}), partner="bolt"))
    house.tell(INVOICE, invoice({"1": 100}, price=Decimal(12)))
    house.tell(ORDER, DecideOnInvoice(invoice="A1", approve=True, by="ann"))
    assert (line(house).billed, house.state("invoice/bolt/A1").outcome) == (100, "variance")
    house.tell(ORDER, DecideOnInvoice(invoice="A1", approve=False, by="ann", partner="bolt"))
    assert (line(house).billed, house.state("invoice/bolt/A1").outcome) == (100, "turned_down")


def test_a_corrected_invoice_replaces_one_that_is_still_open(house):
    deliver(house)
    house.tell(INVOICE, invoice({"1": 100}, price=Decimal(12)))
    house.tell(INVOICE, invoice({"1": 100}, invoice_type="corrected"))
    assert house.state(INVOICE).outcome == "approved"
    assert not house.cases()


def test_an_approved_invoice_is_not_changed(house):
    deliver(house)
    house.tell(INVOICE, invoice({"1": 100}))
    house.tell(INVOICE, invoice({"1": 90}, invoice_type="corrected"))
    assert house.of(InvoiceRefused)[0].findings[0].code == "invoice.conflict"
    assert line(house).billed == 100


def test_an_invoice_before_its_order_waits_for_it():
    house = House()
    house.tell(INVOICE, invoice({"1": 100}))
    assert house.deferred[0][2].finding.code == "invoice.unknown-order"
    house.tell(ORDER, release())
    assert house.state(INVOICE).outcome == "waiting"


def test_an_invoice_for_an_order_nobody_knows_is_asked_about_after_half_an_hour_until_the_order_comes():
    house = House()
    house.tell(INVOICE, invoice({"1": 100}))
    house.wait(minutes=29)
    assert not house.cases()
    house.wait(minutes=1)
    assert "bills an order nobody here knows: 4711." in house.cases()["INVOICE_NO_PO"]
    house.tell(ORDER, release())
    assert house.state(INVOICE).outcome == "waiting"
    assert not house.cases()


def test_an_invoice_whose_order_speaks_at_once_is_not_asked_about(house):
    house.tell(INVOICE, invoice({"1": 100}))
    assert (INVOICE, "order-wait") not in house.timers
    house.wait(hours=1)
    assert not house.cases()


def test_taking_back_an_invoice_for_an_order_nobody_knows_ends_the_case():
    house = House()
    house.tell(INVOICE, invoice({"1": 100}))
    house.wait(hours=1)
    assert "INVOICE_NO_PO" in house.cases()
    house.tell(INVOICE, invoice({"1": 100}, purpose="cancel"))
    assert not house.cases()


@pytest.mark.parametrize(
    ("amounts", "room", "asks"),
    [
        ({"charge": 30}, 0, True),
        ({"charge": 30}, 30, False),
        ({"charge": 30, "allowance": 31}, 0, False),
        ({"tax": 30}, 0, False),
    ],
)
def test_charges_that_no_order_agreed_on_are_paid_when_a_person_says_so(amounts, room, asks):
    house = House(Policy(match_charge_amount=Decimal(room)))
    house.tell(ORDER, release())
    deliver(house)
    charges = tuple(Charge(kind=kind, amount=Decimal(amount)) for kind, amount in amounts.items())
    total = 1000 + sum(-amount if kind == "allowance" else amount for kind, amount in amounts.items())
    house.tell(INVOICE, invoice({"1": 100}, total=total, charges=charges))
    assert house.state(INVOICE).outcome == ("variance" if asks else "approved")
    if asks:
        assert "Charges of 30 are not on the order." in house.cases()["INVOICE_FREIGHT_VARIANCE"]
        house.tell(ORDER, DecideOnInvoice(invoice="A1", approve=True, by="ann"))
    assert (line(house).billed, house.state(INVOICE).outcome) == (100, "approved")
    assert not house.cases()
