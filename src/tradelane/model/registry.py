"""Every document, command and event by its tag: how stored JSON becomes one of ours again, and back."""

from collections.abc import Callable
from functools import reduce
from operator import or_
from typing import Any

import msgspec

from tradelane.model import (
    case,
    exchange,
    goods_receipt,
    invoice,
    invoice_book,
    order_answer,
    order_cancel,
    order_receipt,
    purchase_order,
    repeat,
    replay,
    ship_notice,
)
from tradelane.model.booking import Booking
from tradelane.model.command import Command
from tradelane.model.content_report import ContentReport
from tradelane.model.customer_order import CustomerOrder
from tradelane.model.delivery_proof import DeliveryProof
from tradelane.model.delivery_schedule import DeliverySchedule
from tradelane.model.dock_appointment import DockAppointment
from tradelane.model.document import Document
from tradelane.model.event import Event
from tradelane.model.freight_invoice import FreightInvoice
from tradelane.model.inventory_adjustment import InventoryAdjustment
from tradelane.model.inventory_report import InventoryReport
from tradelane.model.load_tender import LoadTender
from tradelane.model.order_change import OrderChange
from tradelane.model.order_response import OrderResponse
from tradelane.model.remittance_advice import RemittanceAdvice
from tradelane.model.request import FireTimer, TimerFired
from tradelane.model.return_advice import ReturnAdvice
from tradelane.model.return_request import ReturnRequest
from tradelane.model.stock_transfer import StockTransfer
from tradelane.model.syntax_report import SyntaxReport
from tradelane.model.tender_response import TenderResponse
from tradelane.model.transport_status import TransportStatus
from tradelane.model.warehouse_advice import WarehouseAdvice
from tradelane.model.warehouse_order import WarehouseOrder

DOCUMENTS: tuple[type[Document], ...] = (
    purchase_order.PurchaseOrder,
    OrderResponse,
    OrderChange,
    ship_notice.ShipNotice,
    goods_receipt.GoodsReceipt,
    invoice.Invoice,
    DeliverySchedule,
    InventoryReport,
    InventoryAdjustment,
    WarehouseOrder,
    WarehouseAdvice,
    StockTransfer,
    LoadTender,
    TenderResponse,
    Booking,
    TransportStatus,
    DeliveryProof,
    DockAppointment,
    FreightInvoice,
    RemittanceAdvice,
    CustomerOrder,
    ReturnRequest,
    ReturnAdvice,
    SyntaxReport,
    ContentReport,
)


def _family(family: type[Any]) -> tuple[type[Any], ...]:
    modules = (
        purchase_order,
        order_answer,
        order_cancel,
        order_receipt,
        ship_notice,
        goods_receipt,
        invoice,
        invoice_book,
        exchange,
        case,
        repeat,
        replay,
    )
    return tuple(
        found
        for module in modules
        for found in vars(module).values()
        if isinstance(found, type) and issubclass(found, family) and found.__module__ == module.__name__
    )


COMMANDS: tuple[type[Command], ...] = (*_family(Command), FireTimer)
EVENTS: tuple[type[Event], ...] = (*_family(Event), TimerFired)

encode = msgspec.json.Encoder().encode
_document = msgspec.json.Decoder(reduce(or_, DOCUMENTS))
_command = msgspec.json.Decoder(reduce(or_, COMMANDS))
_event = msgspec.json.Decoder(reduce(or_, EVENTS))


def tag(kind: type[Any]) -> str:
    """Return the stable name of a document, command or event class."""
    return str(kind.__struct_config__.tag)


def _identified(tree: dict[str, Any]) -> dict[str, Any]:
    return {**tree, "id": tree["at"]}


_UPCASTERS: dict[tuple[str, int], Callable[[dict[str, Any]], dict[str, Any]]] = {
    ("case.commented", 1): _identified,
    ("purchase_order.supplier_reminded", 1): _identified,
}
FORMS: dict[str, int] = {tag(kind): 1 for kind in EVENTS} | {name: form + 1 for name, form in sorted(_UPCASTERS)}


def read_document(body: bytes | str) -> Document:
    """Return the canonical document that *body* (canonical JSON) says; raises `msgspec.ValidationError`."""
    return _document.decode(body)


def read_command(body: bytes | str) -> Command:
    """Return the command that *body* says."""
    return _command.decode(body)


def read_event(body: bytes | str, form: int = 0) -> Event:
    """Return the event that *body* says in *form*; 0 is today's. A form of an earlier release is raised to today's.

    An unknown type or form is never skipped: it raises `msgspec.ValidationError` or `ValueError`.
    """
    try:
        event = _event.decode(body)
        if form in (0, FORMS[tag(type(event))]):
            return event
    except msgspec.ValidationError:
        pass
    return _event.decode(encode(_raised(msgspec.json.decode(body, type=dict[str, Any]), form)))


def _raised(tree: dict[str, Any], form: int) -> dict[str, Any]:
    name = str(tree.get("type", ""))
    today = FORMS.get(name, form)
    form = form or today
    if form > today or (form < today and (name, form) not in _UPCASTERS):
        raise ValueError(f"event {name} has form {form}; this release knows {today}")
    for step in range(form, today):
        tree = _UPCASTERS[name, step](tree)
    return tree
