"""The words of a warehouse order: what the warehouse shall ship for us, to whom, by when and how."""

from datetime import date

from msgspec import Struct

from tradelane.model.document import Document, Purpose, Reference
from tradelane.model.party import ItemIds, Party
from tradelane.model.quantity import Quantity


class WarehouseOrderLine(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One item to ship. A ``lot`` binds the warehouse to it; ``lot_rule`` (fifo, lifo, fefo) says how it chooses."""

    number: str
    item: ItemIds
    quantity: Quantity
    description: str = ""
    lot: str = ""
    lot_rule: str = ""
    order_number: str = ""
    order_line: str = ""
    references: tuple[Reference, ...] = ()
    notes: tuple[str, ...] = ()
    source_code: str = ""


class WarehouseOrder(Document, frozen=True, kw_only=True, omit_defaults=True, tag="warehouse_order"):
    """Orders a warehouse to ship goods of ours (X12 940, EDIFACT INSDES, GS1 WarehousingOutboundInstruction).

    ``number`` is the depositor's, who owns the goods; ``order_number`` is the order of whoever gets them.
    """

    number: str
    lines: tuple[WarehouseOrderLine, ...]
    purpose: Purpose = "original"
    ordered_on: date | None = None
    order_number: str = ""
    shipment: str = ""
    depositor: Party | None = None
    warehouse: Party | None = None
    ship_to: Party | None = None
    bill_to: Party | None = None
    ship_on: date | None = None
    ship_not_before: date | None = None
    ship_not_after: date | None = None
    deliver_on: date | None = None
    deliver_not_before: date | None = None
    deliver_not_after: date | None = None
    cancel_after: date | None = None
    carrier: str = ""
    carrier_name: str = ""
    transport_mode: str = ""
    service: str = ""
    freight_terms: str = ""
    references: tuple[Reference, ...] = ()
    notes: tuple[str, ...] = ()
    source_code: str = ""
