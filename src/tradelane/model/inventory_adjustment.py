"""The words of an inventory adjustment: what changed in a warehouse's stock, and why."""

from datetime import date
from typing import Literal

from msgspec import Struct

from tradelane.model.document import Document, Purpose, Reference
from tradelane.model.inventory_report import Bucket
from tradelane.model.moment import Moment
from tradelane.model.party import ItemIds, Party
from tradelane.model.quantity import Change

AdjustmentReason = Literal[
    "count",
    "damaged",
    "damaged_in_transit",
    "hold",
    "release",
    "scrapped",
    "expired",
    "recall",
    "quality",
    "lost",
    "found",
    "receipt_correction",
    "shipment_correction",
    "transfer",
    "recovered",
    "downgraded",
    "returned",
    "other",
]


class AdjustmentLine(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One change. Units that only move (to hold, to damaged) leave one bucket for the other and sum to nothing."""

    number: str
    item: ItemIds
    change: Change
    reason: AdjustmentReason
    from_bucket: Bucket | None = None
    to_bucket: Bucket | None = None
    lot: str = ""
    expires_on: date | None = None
    references: tuple[Reference, ...] = ()
    notes: tuple[str, ...] = ()
    source_code: str = ""


class InventoryAdjustment(Document, frozen=True, kw_only=True, omit_defaults=True, tag="inventory_adjustment"):
    """What a warehouse corrected in its books (X12 947, EDIFACT INVRPT movements). A delta, never a snapshot."""

    number: str
    adjusted: Moment
    lines: tuple[AdjustmentLine, ...]
    purpose: Purpose = "original"
    depositor_number: str = ""
    warehouse: Party | None = None
    depositor: Party | None = None
    references: tuple[Reference, ...] = ()
    notes: tuple[str, ...] = ()
    source_code: str = ""
