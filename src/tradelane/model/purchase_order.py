"""The words of a purchase order: the document, the commands we take about it, the events that happened to it."""

from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from msgspec import Struct

from tradelane.model.command import Command
from tradelane.model.document import Document, Purpose, Reference
from tradelane.model.event import Event
from tradelane.model.finding import Finding
from tradelane.model.invoice import InvoiceLine, LineMatch
from tradelane.model.order_change import OrderChange
from tradelane.model.order_response import Deviation, Disposition, OrderResponse
from tradelane.model.party import ItemIds, Party
from tradelane.model.quantity import Quantity, UnitPrice
from tradelane.model.ship_notice import ShippedItem

OrderType = Literal[
    "standard", "rush", "blanket", "call_off", "drop_ship", "consignment", "return", "stock_transfer", "other"
]


class Schedule(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A part of a line's quantity with its own wanted date."""

    quantity: Quantity
    deliver_on: date | None = None
    ship_on: date | None = None


class OrderLine(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One item ordered.

    ``number`` is the buyer's, kept as sent ("0010"). Schedules, when given, add up to the quantity.
    """

    number: str
    item: ItemIds
    quantity: Quantity
    description: str = ""
    price: UnitPrice | None = None
    deliver_on: date | None = None
    ship_on: date | None = None
    schedules: tuple[Schedule, ...] = ()
    references: tuple[Reference, ...] = ()


class PurchaseOrder(Document, frozen=True, kw_only=True, omit_defaults=True, tag="purchase_order"):
    """What a buyer orders from a supplier (UBL Order, X12 850, EDIFACT ORDERS)."""

    number: str
    ordered_on: date
    buyer: Party
    supplier: Party
    lines: tuple[OrderLine, ...]
    currency: str = ""
    release: str = ""
    version: int = 0
    purpose: Purpose = "original"
    order_type: OrderType = "standard"
    source_code: str = ""
    ship_to: Party | None = None
    bill_to: Party | None = None
    deliver_on: date | None = None
    ship_on: date | None = None
    ship_not_before: date | None = None
    ship_not_after: date | None = None
    cancel_after: date | None = None
    freight_terms: str = ""
    references: tuple[Reference, ...] = ()
    notes: tuple[str, ...] = ()


# --- commands -------------------------------------------------------------------------------------------------------


class ReleaseOrder(Command, frozen=True, tag="purchase_order.release"):
    """Take this order and see it through; ``supplier`` and ``owner`` are folder names."""

    order: PurchaseOrder
    supplier: str
    owner: str


class ChangeOrder(Command, frozen=True, tag="purchase_order.change"):
    """Apply the buyer's change; ``partner`` is the ERP that said so."""

    change: OrderChange
    partner: str = ""


class RecordOrderResponse(Command, frozen=True, tag="purchase_order.record_response"):
    """The supplier answered; ``partner`` is who said so."""

    response: OrderResponse
    partner: str


class RecordSending(Command, frozen=True, tag="purchase_order.record_sending"):
    """What became of a document of ours about this order on its way to a partner.

    ``state``: ``delivered`` (the channel took it), ``accepted`` or ``rejected`` (their 997), ``overdue`` (no 997 in
    time), ``failed`` (the channel refused it for good).
    """

    document_type: str
    document_id: str
    partner: str
    state: Literal["delivered", "accepted", "rejected", "overdue", "failed"]
    findings: tuple[Finding, ...] = ()


class RecordShipment(Command, frozen=True, tag="purchase_order.record_shipment"):
    """The supplier says these items of this order are on their way. ``cancelled`` takes an earlier notice back."""

    notice: str
    notice_stream: str
    partner: str
    items: tuple[ShippedItem, ...]
    shipped_on: date
    expected_on: date | None = None
    cancelled: bool = False
    revision: int = 0
    ship_to: Party | None = None


class MatchInvoice(Command, frozen=True, tag="purchase_order.match_invoice"):
    """Compare these lines with what was ordered and received, and bill what agrees. ``charges`` leave taxes out."""

    invoice: str
    invoice_stream: str
    partner: str
    lines: tuple[InvoiceLine, ...]
    currency: str = ""
    charges: Decimal = Decimal(0)


class DecideOnInvoice(Command, frozen=True, tag="purchase_order.decide_on_invoice"):
    """A person approves the invoice in spite of its variance, or turns it down.

    ``partner``: whose invoice, as two partners may use one number; without it, the order's own supplier comes first.
    """

    invoice: str
    approve: bool
    by: str
    partner: str = ""


class CloseOrder(Command, frozen=True, tag="purchase_order.close"):
    """A person says that nothing more will happen to the order, although not all of it is billed."""

    by: str
    reason: str = ""


# --- events ---------------------------------------------------------------------------------------------------------


class OrderReleased(Event, frozen=True, tag="purchase_order.released"):
    """The order stands; every unit of it is open."""

    order: PurchaseOrder
    supplier: str
    owner: str


class OrderRefused(Event, frozen=True, tag="purchase_order.refused"):
    """The order makes no sense as it stands; the ERP has to send it again."""

    order: PurchaseOrder
    supplier: str
    owner: str
    findings: tuple[Finding, ...]


class OrderSent(Event, frozen=True, tag="purchase_order.sent"):
    """A document about the order reached the partner's channel."""

    document_type: str
    document_id: str
    partner: str


class OrderSyntaxAccepted(Event, frozen=True, tag="purchase_order.syntax_accepted"):
    """The partner could read what we sent (997 A or E). Not an answer to the order."""

    document_type: str
    document_id: str
    partner: str


class OrderSendingFailed(Event, frozen=True, tag="purchase_order.sending_failed"):
    """The partner could not read it, or never said so, or the channel gave it up."""

    document_type: str
    document_id: str
    partner: str
    state: Literal["rejected", "overdue", "failed"]
    findings: tuple[Finding, ...] = ()


class Promise(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A part of a line promised for a day."""

    quantity: Decimal
    ship_on: date | None = None
    deliver_on: date | None = None


class LinePromised(Event, frozen=True, tag="purchase_order.line_promised"):
    """The line's promise now is this (absolute, not a difference); units before promised or cut come from here too."""

    line: str
    quantity: Decimal
    promises: tuple[Promise, ...] = ()
    disposition: Disposition = "accepted"
    price: UnitPrice | None = None
    substitute: ItemIds | None = None


class LineCut(Event, frozen=True, tag="purchase_order.line_cut"):
    """So many units of the line will never come (absolute)."""

    line: str
    quantity: Decimal
    reason: str = ""


class OrderResponded(Event, frozen=True, tag="purchase_order.responded"):
    """The supplier's answer was taken; what differs from the order is listed.

    ``superseded``: an older answer, kept, not applied. ``findings`` warn; ``unanswered``: lines that await an answer.
    """

    response: OrderResponse
    partner: str
    deviations: tuple[Deviation, ...] = ()
    superseded: bool = False
    findings: tuple[Finding, ...] = ()
    unanswered: int = 0


class OrderResponseRefused(Event, frozen=True, tag="purchase_order.response_refused"):
    """The answer cannot be: more than ordered, an unknown line, somebody else's order."""

    response: OrderResponse
    partner: str
    findings: tuple[Finding, ...]


class OrderChanged(Event, frozen=True, tag="purchase_order.changed"):
    """The buyer's change is applied; a cancellation, and the deleting of ``pending`` lines, wait for the supplier."""

    change: OrderChange
    pending: tuple[str, ...] = ()


class OrderChangeRefused(Event, frozen=True, tag="purchase_order.change_refused"):
    """The buyer's change cannot be applied."""

    change: OrderChange
    findings: tuple[Finding, ...]


class LineShipped(Event, frozen=True, tag="purchase_order.line_shipped"):
    """Units of the line are on their way.

    Units beyond the order are ``over``; ``replaced`` of these come in place of units that were turned down. A cancelled
    notice posts negative amounts.
    """

    line: str
    notice: str
    quantity: Decimal
    over: Decimal = Decimal(0)
    expected_on: date | None = None
    replaced: Decimal = Decimal(0)


class AnnouncedLot(Struct, frozen=True, kw_only=True):
    """A lot that a ship notice announces on a line."""

    line: str
    lot: str


class ShipmentRecorded(Event, frozen=True, tag="purchase_order.shipment_recorded"):
    """The ship notice agrees with the order well enough; warnings are listed.

    ``unanswered`` is how many lines still await the supplier's answer; ``lots``: those it announces.
    """

    notice: str
    notice_stream: str
    partner: str
    findings: tuple[Finding, ...] = ()
    revision: int = 0
    unanswered: int = 0
    lots: tuple[AnnouncedLot, ...] = ()


class ShipmentRefused(Event, frozen=True, tag="purchase_order.shipment_refused"):
    """The ship notice cannot be about this order as it stands."""

    notice: str
    notice_stream: str
    partner: str
    findings: tuple[Finding, ...]
    revision: int = 0


class LineInvoiced(Event, frozen=True, tag="purchase_order.line_invoiced"):
    """Units of the line are billed by an approved invoice; a credit note posts negative amounts."""

    line: str
    invoice: str
    quantity: Decimal


class InvoiceMatched(Event, frozen=True, tag="purchase_order.invoice_matched"):
    """The comparison's outcome now. ``approved`` bills the lines; ``waiting`` is compared again at the next receipt."""

    invoice: str
    invoice_stream: str
    partner: str
    outcome: Literal["approved", "waiting", "variance", "turned_down"]
    matches: tuple[LineMatch, ...] = ()
    by: str = ""


class OrderClosed(Event, frozen=True, tag="purchase_order.closed"):
    """Everything that will come has come and is billed; or ``by`` whom it was closed without that, and why."""

    on: datetime | None = None
    by: str = ""
    reason: str = ""


class OrderCloseRefused(Event, frozen=True, tag="purchase_order.close_refused"):
    """The order cannot be closed: goods are on their way or still owed."""

    by: str
    findings: tuple[Finding, ...]
