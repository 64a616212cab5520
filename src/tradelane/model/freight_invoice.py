"""The words of a freight invoice: what a carrier bills for a shipment."""

from datetime import date
from decimal import Decimal
from typing import Literal

from msgspec import Struct

from tradelane.model.document import Document, Purpose, Reference
from tradelane.model.party import Party
from tradelane.model.quantity import Quantity
from tradelane.model.transport import Equipment

FreightChargeKind = Literal["linehaul", "fuel", "detention", "accessorial", "discount", "tax", "other"]


class FreightCharge(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One billed service. ``amount`` is what it costs; ``rate`` and ``rate_basis`` say how that came about."""

    number: str
    amount: Decimal
    kind: FreightChargeKind = "other"
    description: str = ""
    rate: Decimal | None = None
    rate_basis: str = ""
    quantity: Quantity | None = None
    weight: Quantity | None = None
    references: tuple[Reference, ...] = ()
    source_code: str = ""


class FreightInvoice(Document, frozen=True, kw_only=True, omit_defaults=True, tag="freight_invoice"):
    """What a carrier bills (UBL FreightInvoice, X12 210, EDIFACT IFTFCC). ``total`` may be below zero: a credit."""

    number: str
    invoiced_on: date
    total: Decimal
    charges: tuple[FreightCharge, ...]
    currency: str = ""
    purpose: Purpose = "original"
    correction: bool = False
    shipment: str = ""
    bill_of_lading: str = ""
    carrier_reference: str = ""
    carrier: str = ""
    carrier_name: str = ""
    freight_terms: str = ""
    shipped_on: date | None = None
    delivered_on: date | None = None
    due_on: date | None = None
    bill_to: Party | None = None
    remit_to: Party | None = None
    shipper: Party | None = None
    consignee: Party | None = None
    equipment: tuple[Equipment, ...] = ()
    weight: Quantity | None = None
    packages: Quantity | None = None
    references: tuple[Reference, ...] = ()
    notes: tuple[str, ...] = ()
    source_code: str = ""
