"""The words of a return advice: what was decided on a return request, line by line."""

from datetime import date
from typing import Literal

from msgspec import Struct

from tradelane.model.document import Document, Purpose, Reference
from tradelane.model.party import ItemIds, Party
from tradelane.model.quantity import Quantity, UnitPrice
from tradelane.model.return_request import ReturnReason

ReturnDecision = Literal[
    "authorised",
    "partly_authorised",
    "denied",
    "pending",
    "credit_only",
    "keep_with_allowance",
    "keep_and_repair",
    "repair",
    "dispose",
    "donate",
    "third_party",
    "other",
]
DenialReason = Literal[
    "",
    "no_record",
    "too_late",
    "quantity",
    "not_defective",
    "more_information",
    "carrier_damage",
    "not_covered",
    "other",
]


class DecidedLine(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was decided on one item. Without a decision of its own, the document's holds."""

    number: str
    item: ItemIds
    quantity: Quantity
    decision: ReturnDecision | None = None
    denial: DenialReason = ""
    reason: ReturnReason = ""
    description: str = ""
    price: UnitPrice | None = None
    order_number: str = ""
    order_line: str = ""
    invoice: str = ""
    lot: str = ""
    serials: tuple[str, ...] = ()
    references: tuple[Reference, ...] = ()
    notes: tuple[str, ...] = ()
    source_code: str = ""


class ReturnAdvice(Document, frozen=True, kw_only=True, omit_defaults=True, tag="return_advice"):
    """Authorises a return, or not (X12 180 with a decision, EDIFACT RETINS).

    ``number`` is the authorisation (RMA) to write on the parcels; ``request`` is the request it answers.
    """

    number: str
    decided_on: date
    decision: ReturnDecision
    lines: tuple[DecidedLine, ...] = ()
    denial: DenialReason = ""
    reason: ReturnReason = ""
    request: str = ""
    purpose: Purpose = "original"
    order_number: str = ""
    invoice: str = ""
    expires_on: date | None = None
    requester: Party | None = None
    supplier: Party | None = None
    ship_from: Party | None = None
    return_to: Party | None = None
    references: tuple[Reference, ...] = ()
    notes: tuple[str, ...] = ()
    source_code: str = ""
