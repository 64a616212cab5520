"""The words of a supplier's invoice."""

from datetime import date
from decimal import Decimal
from typing import Literal

from msgspec import Struct

from tradelane.model.command import Command
from tradelane.model.document import Document, Purpose, Reference
from tradelane.model.event import Event
from tradelane.model.finding import Finding
from tradelane.model.party import ItemIds, Party
from tradelane.model.quantity import ZERO, Quantity, UnitPrice

InvoiceType = Literal["invoice", "credit_note", "debit_note", "corrected"]


class Charge(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An amount beside the lines: a charge adds, an allowance or discount takes away, a tax is a tax.

    ``percent`` of ``base`` is how it was computed, where that is said.
    """

    kind: Literal["charge", "allowance", "tax"]
    amount: Decimal
    code: str = ""
    description: str = ""
    percent: Decimal | None = None
    base: Decimal | None = None

    @property
    def signed(self) -> Decimal:
        """What it adds to a bill: an allowance takes away."""
        return -self.amount if self.kind == "allowance" else self.amount


class InvoiceLine(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One billed item. ``amount`` is quantity times price, rounded, with the line's own charges; sent or computed."""

    number: str
    quantity: Quantity
    price: UnitPrice
    order_number: str = ""
    release: str = ""
    order_line: str = ""
    item: ItemIds = ItemIds()
    amount: Decimal | None = None
    description: str = ""
    charges: tuple[Charge, ...] = ()

    @property
    def charged(self) -> Decimal:
        """What its own charges add, allowances taken off."""
        return sum((charge.signed for charge in self.charges), ZERO)


class Invoice(Document, frozen=True, kw_only=True, omit_defaults=True, tag="invoice"):
    """What a supplier bills (UBL Invoice and CreditNote, X12 810, EDIFACT INVOIC).

    Credit notes carry positive amounts.
    """

    number: str
    invoiced_on: date
    total: Decimal
    lines: tuple[InvoiceLine, ...]
    currency: str = ""
    invoice_type: InvoiceType = "invoice"
    purpose: Purpose = "original"
    order_number: str = ""
    release: str = ""
    ordered_on: date | None = None
    ship_notice: str = ""
    original_invoice: str = ""
    supplier: Party | None = None
    bill_to: Party | None = None
    ship_to: Party | None = None
    remit_to: Party | None = None
    charges: tuple[Charge, ...] = ()
    due_on: date | None = None
    shipped_on: date | None = None
    references: tuple[Reference, ...] = ()
    source_code: str = ""


MatchKind = Literal[
    "matched",
    "matched_within_tolerance",
    "not_received",
    "quantity_variance",
    "price_variance",
    "unit_mismatch",
    "no_line",
    "currency_mismatch",
    "total_variance",
    "charge_variance",
]


class LineMatch(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How one invoice line compares with the order's ledger (three-way match)."""

    invoice_line: str
    line: str
    kind: MatchKind
    invoiced: Decimal
    billable: Decimal
    price: Decimal
    order_price: Decimal
    amount_at_stake: Decimal = Decimal(0)
    under_price: bool = False


class RecordInvoice(Command, frozen=True, tag="invoice.record"):
    """Take this invoice; ``owner`` is the ERP's partner folder. ``self_billed``: it is ours, made of a receipt."""

    invoice: Invoice
    partner: str
    owner: str
    self_billed: bool = False


class RecordMatch(Command, frozen=True, tag="invoice.record_match"):
    """One of the invoice's orders says how its lines compare now."""

    order_stream: str
    outcome: Literal["approved", "waiting", "variance", "turned_down"]
    says: str = ""
    amount_at_stake: Decimal = Decimal(0)


class RecordPosting(Command, frozen=True, tag="invoice.record_posting"):
    """The ERP has booked the invoice."""

    by: str
    on: date
    reference: str = ""


class RecordPayment(Command, frozen=True, tag="invoice.record_payment"):
    """The invoice was paid; ``amount`` is nothing where all of it was."""

    by: str
    on: date
    reference: str = ""
    amount: Decimal | None = None


class InvoiceRecorded(Event, frozen=True, tag="invoice.recorded"):
    """The invoice stands and adds up; its orders are asked, and the supplier's book of invoices. ``orders``: purchase
    order streams it names.
    """

    invoice: Invoice
    partner: str
    owner: str
    orders: tuple[str, ...]
    book: str = ""
    self_billed: bool = False


class InvoiceRefused(Event, frozen=True, tag="invoice.refused"):
    """The invoice does not add up or names no order; the supplier hears it."""

    invoice: Invoice
    partner: str
    findings: tuple[Finding, ...]


class InvoiceCompared(Event, frozen=True, tag="invoice.compared"):
    """One of its orders has said how its lines compare."""

    order_stream: str
    outcome: Literal["approved", "waiting", "variance", "turned_down"]
    says: str = ""
    amount_at_stake: Decimal = Decimal(0)


class InvoiceApproved(Event, frozen=True, tag="invoice.approved"):
    """All its orders agree: it may be paid."""


class InvoiceHeld(Event, frozen=True, tag="invoice.held"):
    """At least one order disagrees or waits for goods."""

    outcome: Literal["waiting", "variance"]
    says: str = ""
    amount_at_stake: Decimal = Decimal(0)


class InvoiceTurnedDown(Event, frozen=True, tag="invoice.turned_down"):
    """A person said no."""

    says: str = ""


class InvoiceCancelled(Event, frozen=True, tag="invoice.cancelled"):
    """The supplier took an approved invoice back before it was booked."""

    says: str = ""


class InvoicePosted(Event, frozen=True, tag="invoice.posted"):
    """The ERP has booked it: from here on only other papers correct it."""

    by: str
    on: date
    reference: str = ""


class InvoicePaid(Event, frozen=True, tag="invoice.paid"):
    """So much of it was paid; nothing said: all of it."""

    by: str
    on: date
    reference: str = ""
    amount: Decimal | None = None


class InvoiceStepRefused(Event, frozen=True, tag="invoice.step_refused"):
    """It cannot be booked or paid: nobody knows it, or it is not approved."""

    findings: tuple[Finding, ...]
