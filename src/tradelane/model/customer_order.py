"""The words of a customer order: what a customer of ours wants, and by when we said it will have it."""

from datetime import date
from typing import Literal

from msgspec import Struct

from tradelane.model.document import Document, Purpose, Reference
from tradelane.model.party import ItemIds, Party
from tradelane.model.quantity import Quantity, UnitPrice


class CustomerOrderLine(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One item wanted. ``promised_on`` is the day we gave our word for; empty: none given."""

    number: str
    item: ItemIds
    quantity: Quantity
    description: str = ""
    price: UnitPrice | None = None
    requested_on: date | None = None
    promised_on: date | None = None
    ship_to: Party | None = None
    priority: int = 0
    references: tuple[Reference, ...] = ()


class CustomerOrder(Document, frozen=True, kw_only=True, omit_defaults=True, tag="customer_order"):
    """What a customer orders from us (UBL Order seen from the seller's side).

    ``ship_complete``: nothing is shipped before all of it can be. A higher priority is served first.
    """

    number: str
    ordered_on: date
    customer: Party
    lines: tuple[CustomerOrderLine, ...]
    version: int = 0
    purpose: Purpose = "original"
    order_type: Literal["standard", "rush", "drop_ship", "return", "other"] = "standard"
    customer_order_number: str = ""
    currency: str = ""
    ship_to: Party | None = None
    bill_to: Party | None = None
    requested_on: date | None = None
    priority: int = 0
    ship_complete: bool = False
    freight_terms: str = ""
    references: tuple[Reference, ...] = ()
    notes: tuple[str, ...] = ()
    source_code: str = ""
