"""The words of a remittance advice: which invoices a payment is for, and what was taken off."""

from datetime import date
from decimal import Decimal
from typing import Literal

from msgspec import Struct

from tradelane.model.document import Document, Purpose, Reference
from tradelane.model.party import Party


class RemittedAdjustment(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was taken off (below zero) or added, and why; ``reference`` is the claim or memo it rests on."""

    amount: Decimal
    reason: str = ""
    reference: str = ""
    source_code: str = ""


class RemittedItem(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One document settled by the payment: ``paid`` of ``invoiced``, after ``discount``. Credits are below zero."""

    number: str
    kind: Literal["invoice", "credit_note", "debit_note", "order", "other"] = "invoice"
    paid: Decimal | None = None
    invoiced: Decimal | None = None
    discount: Decimal | None = None
    invoiced_on: date | None = None
    order_number: str = ""
    adjustments: tuple[RemittedAdjustment, ...] = ()
    references: tuple[Reference, ...] = ()
    notes: tuple[str, ...] = ()
    source_code: str = ""


class RemittanceAdvice(Document, frozen=True, kw_only=True, omit_defaults=True, tag="remittance_advice"):
    """Says what a payment is for (UBL RemittanceAdvice, X12 820, EDIFACT REMADV).

    ``number`` is the payment's trace or check number; ``amount`` is what is paid by it, or taken
    back (``direction``).
    """

    number: str
    amount: Decimal
    items: tuple[RemittedItem, ...] = ()
    paid_on: date | None = None
    issued_on: date | None = None
    currency: str = ""
    purpose: Purpose = "original"
    kind: Literal["advice", "payment", "payment_with_advice", "other"] = "advice"
    direction: Literal["credit", "debit"] = "credit"
    method: str = ""
    payer: Party | None = None
    payee: Party | None = None
    payer_bank: str = ""
    payer_account: str = ""
    payee_bank: str = ""
    payee_account: str = ""
    adjustments: tuple[RemittedAdjustment, ...] = ()
    references: tuple[Reference, ...] = ()
    notes: tuple[str, ...] = ()
    source_code: str = ""
