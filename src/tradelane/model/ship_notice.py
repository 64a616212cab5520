"""The words of a ship notice: a tree of shipment, order, tare (pallet), pack (carton), item; nodes with parents."""

from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from msgspec import Struct

from tradelane.model.command import Command
from tradelane.model.document import Document, Purpose, Reference
from tradelane.model.event import Event
from tradelane.model.finding import Finding
from tradelane.model.moment import Moment
from tradelane.model.origin import Origin
from tradelane.model.party import ItemIds, Party
from tradelane.model.quantity import Quantity

UN_NUMBER = "un_number"
"""The kind of reference that says which dangerous goods a line or an item is."""

Level = Literal["shipment", "order", "tare", "pack", "item"]


class ShipNode(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One node of the tree.

    Order nodes name an order, tare and pack nodes an SSCC (18 digits), item nodes a quantity. ``un_number`` says which
    dangerous goods an item is.
    """

    id: str
    level: Level
    parent: str = ""
    order_number: str = ""
    release: str = ""
    ordered_on: date | None = None
    sscc: str = ""
    package_type: str = ""
    line: str = ""
    item: ItemIds | None = None
    quantity: Quantity | None = None
    ordered: Quantity | None = None
    description: str = ""
    lot: str = ""
    expires_on: date | None = None
    serials: tuple[str, ...] = ()
    un_number: str = ""
    references: tuple[Reference, ...] = ()
    source_code: str = ""


class ShipNotice(Document, frozen=True, kw_only=True, omit_defaults=True, tag="ship_notice"):
    """What a supplier says is on its way (UBL DespatchAdvice, X12 856, EDIFACT DESADV)."""

    number: str
    noticed: Moment
    nodes: tuple[ShipNode, ...]
    purpose: Purpose = "original"
    shipped: Moment | None = None
    expected: Moment | None = None
    supplier: Party | None = None
    ship_from: Party | None = None
    ship_to: Party | None = None
    carrier: str = ""
    carrier_name: str = ""
    transport_mode: str = ""
    equipment: str = ""
    seals: tuple[str, ...] = ()
    bill_of_lading: str = ""
    carrier_reference: str = ""
    package_count: int = 0
    package_type: str = ""
    weight: Quantity | None = None
    references: tuple[Reference, ...] = ()
    source_code: str = ""


class ShippedItem(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An item node with what it inherits from the nodes above it. ``path`` is the SSCCs from pallet to carton;
    ``un_number`` says which dangerous goods it is, where it, its references or what it is packed in do.
    """

    node: str
    order_number: str
    release: str = ""
    line: str = ""
    item: ItemIds = ItemIds()
    quantity: Quantity
    lot: str = ""
    path: tuple[str, ...] = ()
    un_number: str = ""


class LabelUse(Struct, frozen=True, kw_only=True):
    """An SSCC that another notice of the same partner bore, and when we heard so."""

    sscc: str
    notice: str
    at: datetime


class RecordShipNotice(Command, frozen=True, tag="ship_notice.record"):
    """Take this notice; ``owner`` is the ERP's folder, ``warehouse`` the one that will receive (empty: unknown).

    ``labels``: the SSCCs of it that are known from other notices. ``carrier_known``: it names a carrier of ours, or
    none, or we have none to compare with.
    """

    notice: ShipNotice
    partner: str
    owner: str
    warehouse: str = ""
    labels: tuple[LabelUse, ...] = ()
    carrier_known: bool = True


class ConfirmShipNotice(Command, frozen=True, tag="ship_notice.confirm"):
    """One of the notice's orders has said whether it agrees."""

    order_stream: str
    agreed: bool
    findings: tuple[Finding, ...] = ()
    revision: int = 0


class CloseShipNotice(Command, frozen=True, tag="ship_notice.close"):
    """One of its orders took a final receipt: nothing more of this notice will be counted, for any of its orders.

    ``told``: the orders that the receipt tells.
    """

    receipt: str
    partner: str
    received_on: date
    told: tuple[str, ...] = ()


class ShipNoticeRecorded(Event, frozen=True, tag="ship_notice.recorded"):
    """The notice stands; its orders are asked. ``orders``: the purchase order streams it names.

    ``origin``: how it came, where its sender wants to hear what its orders say.
    """

    notice: ShipNotice
    partner: str
    owner: str
    warehouse: str
    orders: tuple[str, ...]
    findings: tuple[Finding, ...] = ()
    revision: int = 0
    origin: Origin | None = None


class ShipNoticeRefused(Event, frozen=True, tag="ship_notice.refused"):
    """The tree makes no sense: no order named, an orphan item, a node twice."""

    notice: ShipNotice
    partner: str
    findings: tuple[Finding, ...]


class ShipNoticeConfirmed(Event, frozen=True, tag="ship_notice.confirmed"):
    """All orders have answered. ``blind``: some disagree; the warehouse still gets the best-known list."""

    blind: bool
    findings: tuple[Finding, ...] = ()


class OrderAnswered(Event, frozen=True, tag="ship_notice.order_answered"):
    """One order has answered."""

    order_stream: str
    agreed: bool
    findings: tuple[Finding, ...] = ()


class ShipNoticeReceived(Event, frozen=True, tag="ship_notice.received"):
    """The warehouse is done with it. ``orders`` still have to hear so: a receipt may leave out what did not come.

    ``told``: the orders the receipt itself told.
    """

    receipt: str
    partner: str
    received_on: date
    orders: tuple[str, ...]
    told: tuple[str, ...] = ()


def sscc_of(node: ShipNode) -> str:
    """Return the node's SSCC as 18 digits: bar codes and X12 put the two zeros of their identifier before it."""
    return node.sscc[2:] if len(node.sscc) == 20 and node.sscc.startswith("00") else node.sscc


def items(notice: ShipNotice) -> tuple[ShippedItem, ...]:
    """Flatten the tree: each item node with its order, line and the SSCCs above it. Orphans are left out."""
    nodes = {node.id: node for node in notice.nodes}
    return tuple(
        found
        for node in notice.nodes
        if node.level == "item" and node.quantity is not None and (found := _flatten(node, nodes)) is not None
    )


def _flatten(node: ShipNode, nodes: dict[str, ShipNode]) -> ShippedItem | None:
    path: list[str] = []
    above, steps = nodes.get(node.parent), 0
    order = node if node.order_number else None
    dangerous = node.un_number or next((one.value for one in node.references if one.kind == UN_NUMBER), "")
    while above is not None and steps <= len(nodes):
        if above.sscc:
            path.insert(0, above.sscc)
        if order is None and above.order_number:
            order = above
        dangerous = dangerous or above.un_number
        above, steps = nodes.get(above.parent), steps + 1
    if order is None or node.quantity is None:
        return None
    return ShippedItem(
        node=node.id,
        order_number=order.order_number,
        release=order.release,
        line=node.line,
        item=node.item or ItemIds(),
        quantity=node.quantity,
        lot=node.lot,
        path=tuple(path),
        un_number=dangerous,
    )


def shipped_total(notice: ShipNotice) -> Decimal:
    """Return the sum of item quantities (the hash total of X12 CTT02)."""
    return sum((node.quantity.value for node in notice.nodes if node.level == "item" and node.quantity), Decimal(0))
