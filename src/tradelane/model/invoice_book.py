"""The words of a supplier's invoice book: one invoice looked over beside the supplier's others."""

from datetime import date
from decimal import Decimal
from typing import Literal

from msgspec import Struct

from tradelane.model.command import Command
from tradelane.model.event import Event
from tradelane.model.invoice import Invoice

DoubtKind = Literal["duplicate", "date", "tax"]


class Doubt(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A reason not to pay an invoice as it is. ``likeness`` (0 to 1): how much it looks like ``other``, which came
    before.
    """

    kind: DoubtKind
    says: str
    amount_at_stake: Decimal = Decimal(0)
    other: str = ""
    likeness: Decimal = Decimal(0)


class CheckInvoice(Command, frozen=True, tag="invoice_book.check"):
    """Look this invoice over, and beside the others of its supplier."""

    invoice: Invoice
    invoice_stream: str
    self_billed: bool = False


class JudgeInvoice(Command, frozen=True, tag="invoice_book.judge"):
    """A person's word over the doubts, or the house's that the invoice is over. Without ``approve`` it counts no more
    when others are compared with it.
    """

    invoice_stream: str
    approve: bool
    by: str
    reason: str = ""


class InvoiceChecked(Event, frozen=True, tag="invoice_book.checked"):
    """The invoice was looked over; ``lines`` is the digest of what it bills, ``content`` that of all it says."""

    number: str
    invoice_stream: str
    total: Decimal
    invoiced_on: date
    currency: str = ""
    is_credit: bool = False
    notice: str = ""
    orders: tuple[str, ...] = ()
    lines: str = ""
    original: str = ""
    content: str = ""
    self_billed: bool = False
    doubts: tuple[Doubt, ...] = ()


class InvoiceJudged(Event, frozen=True, tag="invoice_book.judged"):
    """Somebody decided about an invoice in spite of doubts, or it is over."""

    number: str
    invoice_stream: str
    approve: bool
    by: str
    reason: str = ""
