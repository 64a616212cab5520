"""Which object a document is about, and what it asks of it: the signposts of the corridor. Pure."""

from msgspec import Struct

from tradelane.model import registry as documents
from tradelane.model.booking import Booking
from tradelane.model.command import Command
from tradelane.model.content_report import ContentReport
from tradelane.model.customer_order import CustomerOrder
from tradelane.model.delivery_proof import DeliveryProof
from tradelane.model.delivery_schedule import DeliverySchedule
from tradelane.model.dock_appointment import DockAppointment
from tradelane.model.document import Document
from tradelane.model.exchange import KeepDocument, RecordContentReport, RecordSyntaxReport
from tradelane.model.finding import Finding, Place
from tradelane.model.freight_invoice import FreightInvoice
from tradelane.model.goods_receipt import GoodsReceipt, RecordGoodsReceipt
from tradelane.model.identity import exchange_stream, home_stream
from tradelane.model.inventory_adjustment import InventoryAdjustment
from tradelane.model.inventory_report import InventoryReport
from tradelane.model.invoice import Invoice, RecordInvoice
from tradelane.model.load_tender import LoadTender
from tradelane.model.order_change import OrderChange
from tradelane.model.order_response import OrderResponse
from tradelane.model.party import Party
from tradelane.model.purchase_order import ChangeOrder, PurchaseOrder, RecordOrderResponse, ReleaseOrder
from tradelane.model.remittance_advice import RemittanceAdvice
from tradelane.model.return_advice import ReturnAdvice
from tradelane.model.return_request import ReturnRequest
from tradelane.model.ship_notice import RecordShipNotice, ShipNotice
from tradelane.model.stock_transfer import StockTransfer
from tradelane.model.syntax_report import SyntaxReport
from tradelane.model.tender_response import TenderResponse
from tradelane.model.transport_status import TransportStatus
from tradelane.model.warehouse_advice import WarehouseAdvice
from tradelane.model.warehouse_order import WarehouseOrder
from tradelane.partners.lookup import by_party, knows_carrier, owner, warehouse_for
from tradelane.partners.profile import Profile, Registry
from tradelane.runtime.handed import content_hash, number_of

_SENDERS = {
    PurchaseOrder: ("erp",),
    OrderChange: ("erp",),
    OrderResponse: ("supplier",),
    ShipNotice: ("supplier",),
    Invoice: ("supplier",),
    GoodsReceipt: ("warehouse",),
}

_KEPT = {
    DeliverySchedule: ("erp", "customer"),
    InventoryReport: ("warehouse", "supplier", "customer", "erp"),
    InventoryAdjustment: ("warehouse", "erp"),
    WarehouseOrder: ("erp",),
    WarehouseAdvice: ("warehouse",),
    StockTransfer: ("erp", "supplier", "warehouse"),
    LoadTender: ("erp",),
    TenderResponse: ("carrier",),
    Booking: ("carrier",),
    TransportStatus: ("carrier", "supplier", "warehouse"),
    DeliveryProof: ("carrier", "warehouse"),
    DockAppointment: ("warehouse", "carrier", "supplier", "erp"),
    FreightInvoice: ("carrier",),
    RemittanceAdvice: ("customer", "erp"),
    CustomerOrder: ("customer", "erp"),
    ReturnRequest: ("customer", "warehouse", "erp"),
    ReturnAdvice: ("supplier", "warehouse"),
}
"""Documents we read, from whom, and keep until something here acts on them."""


class Way(Struct, frozen=True):
    """Where a document goes, and what it asks there."""

    stream: str
    command: Command


def route(document: Document, sender: Profile, registry: Registry) -> Way | tuple[Finding, ...]:
    """Return the stream and the command that *document*, said by *sender*, comes to; or why it comes to nothing."""
    roles = _SENDERS.get(type(document)) or _KEPT.get(type(document))
    if roles and sender.role not in roles:
        return (_not_from(document, sender),)
    stream, name = home_stream(document, sender.name), sender.name
    erp = owner(registry)
    keeper = erp.name if erp else ""
    match document:
        case PurchaseOrder():
            supplier = by_party(registry, document.supplier, "supplier")
            if supplier is None:
                return (_unknown_supplier(document.supplier),)
            return Way(stream, ReleaseOrder(order=document, supplier=supplier.name, owner=name))
        case OrderChange():
            return Way(stream, ChangeOrder(change=document, partner=name))
        case OrderResponse():
            return Way(stream, RecordOrderResponse(response=document, partner=name))
        case ShipNotice():
            warehouse = warehouse_for(registry, document.ship_to)
            receiver = warehouse.name if warehouse else ""
            command = RecordShipNotice(
                notice=document,
                partner=name,
                owner=keeper,
                warehouse=receiver,
                carrier_known=knows_carrier(registry, document.carrier),
            )
            return Way(stream, command)
        case GoodsReceipt():
            return Way(stream, RecordGoodsReceipt(receipt=document, partner=name, owner=keeper))
        case Invoice():
            return Way(stream, RecordInvoice(invoice=document, partner=name, owner=keeper))
        case SyntaxReport():
            return Way(stream, RecordSyntaxReport(report=document))
        case ContentReport():
            return Way(stream, RecordContentReport(report=document, partner=name))
        case _:
            return _kept(document, name)


def _kept(document: Document, partner: str) -> Way:
    kind, content = documents.tag(type(document)), content_hash(documents.encode(document))
    command = KeepDocument(document_type=kind, number=number_of(document), partner=partner, content=content)
    return Way(exchange_stream(partner), command)


def _not_from(document: Document, sender: Profile) -> Finding:
    kind = type(document).__name__
    return Finding(
        code="document.not-from-this-role",
        says=f"A {kind} is not something a {sender.role} sends us.",
        fix="Send it from the partner it belongs to, or correct the role in the partner's settings.",
    )


def _unknown_supplier(party: Party) -> Finding:
    named = ", ".join(f"{each.scheme}:{each.value}" for each in party.identifiers) or party.name or "nobody"
    return Finding(
        code="purchase-order.unknown-supplier",
        says=f"The supplier it names ({named}) is none of our partners.",
        fix="Add the identifier to the supplier's settings, then send the order again.",
        where=Place(path="$.supplier"),
    )
