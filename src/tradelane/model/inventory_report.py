"""The words of an inventory report: what somebody has, expects and sold of each item, as of one moment."""

from datetime import date
from typing import Literal

from msgspec import Struct

from tradelane.model.document import Document, Purpose, Reference
from tradelane.model.moment import Moment
from tradelane.model.party import ItemIds, Party
from tradelane.model.quantity import Change, UnitPrice

Bucket = Literal[
    "on_hand",
    "available",
    "committed",
    "reserved",
    "held",
    "damaged",
    "on_order",
    "in_transit",
    "backordered",
    "work_in_process",
    "projected",
    "returns",
    "bonded",
    "consigned",
    "received",
    "sold",
    "transferred_in",
    "transferred_out",
    "adjusted",
    "scrapped",
    "minimum",
    "maximum",
    "other",
]
"""Where goods are counted. Some are stocks (on hand), some movements of a period (sold), some limits (minimum)."""


class StockFigure(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How much is in one bucket.

    ``on`` is the day it is expected, or was counted, when not the report's; ``location`` the place within a report
    about many.
    """

    bucket: Bucket
    quantity: Change
    on: date | None = None
    location: Party | None = None
    source_code: str = ""


class InventoryLine(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One item, or one lot of it, with its figures."""

    item: ItemIds
    figures: tuple[StockFigure, ...] = ()
    number: str = ""
    description: str = ""
    lot: str = ""
    expires_on: date | None = None
    price: UnitPrice | None = None
    references: tuple[Reference, ...] = ()


class InventoryReport(Document, frozen=True, kw_only=True, omit_defaults=True, tag="inventory_report"):
    """What is in stock, on order and sold (UBL InventoryReport, X12 846 and 852, EDIFACT INVRPT and SLSRPT).

    A snapshot: it never overwrites adjustments made since. Movements are those from ``period_from`` to ``period_to``.
    """

    number: str
    as_of: Moment
    lines: tuple[InventoryLine, ...]
    purpose: Purpose = "original"
    kind: Literal["stock", "availability", "activity", "parameters", "other"] = "stock"
    period_from: date | None = None
    period_to: date | None = None
    warehouse: Party | None = None
    supplier: Party | None = None
    buyer: Party | None = None
    currency: str = ""
    references: tuple[Reference, ...] = ()
    source_code: str = ""
