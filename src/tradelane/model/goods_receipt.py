"""The words of a goods receipt: what the warehouse counted."""

from datetime import date
from decimal import Decimal
from typing import Literal

from msgspec import Struct

from tradelane.model.command import Command
from tradelane.model.document import Document, Purpose, Reference
from tradelane.model.event import Event
from tradelane.model.finding import Finding
from tradelane.model.moment import Moment
from tradelane.model.party import ItemIds, Party
from tradelane.model.quantity import Quantity

RejectReason = Literal["", "damaged", "short", "over", "quality", "wrong_item", "held", "other"]


class ReceiptLine(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One counted item: ``received`` good units, ``rejected`` units turned down. Together they are what arrived.

    ``advised`` is what the ship notice had said, where the receiver repeats it. ``reversal``: the units were counted
    before, under another receipt, and are taken back; what is right is counted anew beside it, or in a later receipt.
    """

    number: str
    received: Quantity
    order_number: str = ""
    release: str = ""
    order_line: str = ""
    item: ItemIds = ItemIds()
    rejected: Decimal = Decimal(0)
    reason: RejectReason = ""
    lot: str = ""
    expires_on: date | None = None
    sscc: str = ""
    source_code: str = ""
    description: str = ""
    advised: Quantity | None = None
    serials: tuple[str, ...] = ()
    references: tuple[Reference, ...] = ()
    reversal: bool = False


class GoodsReceipt(Document, frozen=True, kw_only=True, omit_defaults=True, tag="goods_receipt"):
    """What a warehouse counted of a delivery (UBL ReceiptAdvice, X12 944 or 861, EDIFACT RECADV). Append-only.

    ``final``: nothing more of this ship notice will be received, so what is missing is short.
    """

    number: str
    received: Moment
    lines: tuple[ReceiptLine, ...]
    order_number: str = ""
    release: str = ""
    ship_notice: str = ""
    final: bool = True
    purpose: Purpose = "original"
    warehouse: Party | None = None
    carrier: str = ""
    bill_of_lading: str = ""
    references: tuple[Reference, ...] = ()
    source_code: str = ""
    buyer: Party | None = None
    supplier: Party | None = None
    ship_to: Party | None = None
    notes: tuple[str, ...] = ()


class RecordGoodsReceipt(Command, frozen=True, tag="goods_receipt.record"):
    """Take this receipt; ``owner`` is the ERP's partner folder."""

    receipt: GoodsReceipt
    partner: str
    owner: str


class GoodsReceiptRecorded(Event, frozen=True, tag="goods_receipt.recorded"):
    """The receipt stands; its orders are told. ``orders``: purchase order streams it names."""

    receipt: GoodsReceipt
    partner: str
    owner: str
    orders: tuple[str, ...]


class GoodsReceiptRefused(Event, frozen=True, tag="goods_receipt.refused"):
    """The receipt names no order, or its lines make no sense."""

    receipt: GoodsReceipt
    partner: str
    findings: tuple[Finding, ...]
