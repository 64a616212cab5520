"""The words of a warehouse advice: what the warehouse shipped of a warehouse order."""

from datetime import date
from decimal import Decimal
from typing import Literal

from msgspec import Struct

from tradelane.model.document import Document, Purpose, Reference
from tradelane.model.moment import Moment
from tradelane.model.party import ItemIds, Party
from tradelane.model.quantity import Quantity
from tradelane.model.transport import Equipment

LineStatus = Literal[
    "complete",
    "partial",
    "partial_backordered",
    "backordered",
    "cancelled",
    "out_of_stock",
    "substituted",
    "extra",
    "over",
    "split",
    "damaged",
    "other",
]
CutReason = Literal["", "out_of_stock", "cut_for_space", "damaged", "expired", "held", "cancelled", "other"]


class AdviceLine(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was shipped of one line: shipped plus ``short`` is ordered, and whatever is short has a reason."""

    number: str
    item: ItemIds
    shipped: Quantity
    status: LineStatus = "complete"
    ordered: Quantity | None = None
    short: Decimal = Decimal(0)
    reason: CutReason = ""
    description: str = ""
    order_number: str = ""
    order_line: str = ""
    lot: str = ""
    expires_on: date | None = None
    serials: tuple[str, ...] = ()
    sscc: str = ""
    weight: Quantity | None = None
    references: tuple[Reference, ...] = ()
    source_code: str = ""


class WarehouseAdvice(Document, frozen=True, kw_only=True, omit_defaults=True, tag="warehouse_advice"):
    """What a warehouse shipped for us (X12 945, EDIFACT DESADV from a warehouse keeper).

    ``number`` is the warehouse's shipment, ``warehouse_order`` the depositor's order it answers. ``final``: nothing
    more of that order will be shipped.
    """

    number: str
    warehouse_order: str
    shipped: Moment
    lines: tuple[AdviceLine, ...]
    purpose: Purpose = "original"
    final: bool = True
    order_number: str = ""
    bill_of_lading: str = ""
    carrier_reference: str = ""
    carrier: str = ""
    carrier_name: str = ""
    transport_mode: str = ""
    freight_terms: str = ""
    equipment: tuple[Equipment, ...] = ()
    depositor: Party | None = None
    warehouse: Party | None = None
    ship_to: Party | None = None
    bill_to: Party | None = None
    weight: Quantity | None = None
    volume: Quantity | None = None
    packages: Quantity | None = None
    references: tuple[Reference, ...] = ()
    notes: tuple[str, ...] = ()
    source_code: str = ""
