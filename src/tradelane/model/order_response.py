"""The words of a supplier's answer to an order."""

from datetime import date
from decimal import Decimal
from typing import Literal

from msgspec import Struct

from tradelane.model.document import Document, Purpose, Reference
from tradelane.model.party import ItemIds, Party
from tradelane.model.quantity import Quantity, UnitPrice

Overall = Literal["accepted", "accepted_with_changes", "rejected", "held", "received_only"]
Disposition = Literal["accepted", "changed", "rejected", "backordered", "substituted", "held", "deleted"]


class LineOutcome(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the supplier says about a part of a line. Without a quantity it speaks of the whole line."""

    disposition: Disposition
    quantity: Quantity | None = None
    ship_on: date | None = None
    deliver_on: date | None = None
    price: UnitPrice | None = None
    substitute: ItemIds | None = None
    reason: str = ""
    source_code: str = ""


class ResponseLine(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The answer to one order line; several outcomes split its quantity."""

    line: str = ""
    item: ItemIds = ItemIds()
    quantity: Quantity | None = None
    price: UnitPrice | None = None
    outcomes: tuple[LineOutcome, ...] = ()


class OrderResponse(Document, frozen=True, kw_only=True, omit_defaults=True, tag="order_response"):
    """The supplier's answer to an order or to a change of it (UBL OrderResponse, X12 855 and 865, EDIFACT ORDRSP).

    ``number`` is the answer's own number or, where the format has none, the supplier's order number; may be empty.
    ``unmentioned`` says what holds for order lines this answer does not list; ``order_version`` is the order's change
    sequence it answers.
    """

    order_number: str
    overall: Overall
    responded_on: date
    lines: tuple[ResponseLine, ...] = ()
    unmentioned: Literal["accepted", "unanswered", "rejected"] = "unanswered"
    number: str = ""
    release: str = ""
    order_version: int = 0
    purpose: Purpose = "original"
    supplier_order_number: str = ""
    ordered_on: date | None = None
    buyer: Party | None = None
    supplier: Party | None = None
    ship_on: date | None = None
    deliver_on: date | None = None
    references: tuple[Reference, ...] = ()
    source_code: str = ""


DeviationKind = Literal[
    "quantity_short",
    "quantity_over",
    "split",
    "date_late",
    "date_early",
    "price_up",
    "price_down",
    "item_changed",
    "unit_changed",
    "rejected",
    "backordered",
    "held",
]


class Deviation(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How an answer differs from the order on one line, and whether policy accepts it without a person.

    ``at_stake``: what the units concerned are worth at the order's price, or cost more than it.
    """

    line: str
    kind: DeviationKind
    ordered: str
    answered: str
    accepted: bool
    at_stake: Decimal = Decimal(0)
