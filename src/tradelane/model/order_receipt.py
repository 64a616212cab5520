"""The words of an order about what a warehouse counted of it, and how that differs from what was announced."""

from datetime import date
from decimal import Decimal
from typing import Literal

from tradelane.model.command import Command
from tradelane.model.event import Event
from tradelane.model.finding import Finding
from tradelane.model.goods_receipt import ReceiptLine
from tradelane.model.invoice import InvoiceLine
from tradelane.model.party import Party

DiscrepancyKind = (
    Literal["short", "over", "damaged", "not_advised", "wrong_item", "quality", "other"]
    | Literal["pack", "lot", "expired", "short_dated", "misshipped"]
)


class RecordReceipt(Command, frozen=True, tag="purchase_order.record_receipt"):
    """The warehouse counted these lines of this order. ``final``: nothing more of that ship notice will come.

    ``orders``: all orders the receipt names, each of which is told.
    """

    receipt: str
    partner: str
    lines: tuple[ReceiptLine, ...]
    received_on: date
    notice: str = ""
    final: bool = False
    orders: tuple[str, ...] = ()
    warehouse: Party | None = None


class LineReceived(Event, frozen=True, tag="purchase_order.line_received"):
    """The warehouse counted units of the line, good ones and turned-down ones.

    ``unannounced`` ones came without a ship notice. ``late_days`` after the day the line was wanted on, below zero
    before it: for scorecards, nobody is asked about it.
    """

    line: str
    receipt: str
    received: Decimal
    rejected: Decimal = Decimal(0)
    unannounced: Decimal = Decimal(0)
    notice: str = ""
    late_days: int | None = None


class LineReceiptReversed(Event, frozen=True, tag="purchase_order.line_receipt_reversed"):
    """Units the warehouse had counted of the line are taken back: they never came, or not so.

    ``under_way``: how many of them are again on their way with which ship notice; the others are owed again,
    but for the ``surplus`` that came with a notice beyond what it announced.
    ``overbilled``: units of the line that are billed and, after this, not received.
    """

    line: str
    receipt: str
    received: Decimal
    rejected: Decimal
    under_way: dict[str, Decimal]
    surplus: dict[str, Decimal]
    overbilled: Decimal = Decimal(0)


class DiscrepancyFound(Event, frozen=True, tag="purchase_order.discrepancy_found"):
    """What was counted is not what was announced. ``value``: the lot, day, place or case size it is about;
    ``at_stake``: what the units concerned are worth at the order's price.
    """

    line: str
    kind: DiscrepancyKind
    expected: Decimal
    counted: Decimal
    unit: str
    notice: str = ""
    receipt: str = ""
    value: str = ""
    at_stake: Decimal = Decimal(0)


class ReceiptRecorded(Event, frozen=True, tag="purchase_order.receipt_recorded"):
    """The receipt is in the books. ``final``: no more of the notice at ``notice_stream`` comes, for no order of it.

    ``orders``: those the receipt itself tells; ``evaluated``: what is paid for it without a bill, ``credited``: what
    of that is asked back, because a count was taken back.
    """

    receipt: str
    partner: str
    notice: str = ""
    findings: tuple[Finding, ...] = ()
    notice_stream: str = ""
    final: bool = False
    received_on: date | None = None
    orders: tuple[str, ...] = ()
    evaluated: tuple[InvoiceLine, ...] = ()
    credited: tuple[InvoiceLine, ...] = ()
