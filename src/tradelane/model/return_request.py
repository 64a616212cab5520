"""The words of a return request: goods somebody would like to send back, and why."""

from datetime import date
from typing import Literal

from msgspec import Struct

from tradelane.model.document import Document, Purpose, Reference
from tradelane.model.party import ItemIds, Party
from tradelane.model.quantity import Quantity, UnitPrice

ReturnReason = Literal[
    "",
    "damaged",
    "damaged_in_transit",
    "defective",
    "wrong_goods",
    "ordering_error",
    "excess",
    "expired",
    "short_dated",
    "recall",
    "not_as_expected",
    "late",
    "price",
    "wear",
    "other",
]


class ReturnLine(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One item to go back, with the documents it came by."""

    number: str
    item: ItemIds
    quantity: Quantity
    reason: ReturnReason = ""
    description: str = ""
    price: UnitPrice | None = None
    order_number: str = ""
    order_line: str = ""
    invoice: str = ""
    lot: str = ""
    serials: tuple[str, ...] = ()
    used: bool = False
    references: tuple[Reference, ...] = ()
    notes: tuple[str, ...] = ()
    source_code: str = ""


class ReturnRequest(Document, frozen=True, kw_only=True, omit_defaults=True, tag="return_request"):
    """Asks to return goods (X12 180 without a decision, EDIFACT RETANN, UBL InstructionForReturns)."""

    number: str
    requested_on: date
    lines: tuple[ReturnLine, ...]
    purpose: Purpose = "original"
    order_number: str = ""
    invoice: str = ""
    requester: Party | None = None
    supplier: Party | None = None
    ship_from: Party | None = None
    return_to: Party | None = None
    carrier: str = ""
    references: tuple[Reference, ...] = ()
    notes: tuple[str, ...] = ()
    source_code: str = ""
