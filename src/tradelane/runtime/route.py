"""Which object a document is about, and what it asks of it: the signposts of the corridor. Pure."""

from msgspec import Struct

from tradelane.model.command import Command
from tradelane.model.document import Document
from tradelane.model.exchange import RecordSyntaxReport
from tradelane.model.finding import Finding, Place
from tradelane.model.goods_receipt import GoodsReceipt, RecordGoodsReceipt
from tradelane.model.identity import home_stream
from tradelane.model.invoice import Invoice, RecordInvoice
from tradelane.model.order_change import OrderChange
from tradelane.model.order_response import OrderResponse
from tradelane.model.party import Party
from tradelane.model.purchase_order import ChangeOrder, PurchaseOrder, RecordOrderResponse, ReleaseOrder
from tradelane.model.ship_notice import RecordShipNotice, ShipNotice
from tradelane.model.syntax_report import SyntaxReport
from tradelane.partners.lookup import by_party, owner, warehouse_for
from tradelane.partners.profile import Profile, Registry

_SENDERS = {
    PurchaseOrder: ("erp",),
    OrderChange: ("erp",),
    OrderResponse: ("supplier",),
    ShipNotice: ("supplier",),
    Invoice: ("supplier",),
    GoodsReceipt: ("warehouse",),
}


class Way(Struct, frozen=True):
    """Where a document goes, and what it asks there."""

    stream: str
    command: Command


def route(document: Document, sender: Profile, registry: Registry) -> Way | tuple[Finding, ...]:
    """Return the stream and the command that *document*, said by *sender*, comes to; or why it comes to nothing."""
    roles = _SENDERS.get(type(document))
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
            return Way(stream, ChangeOrder(change=document))
        case OrderResponse():
            return Way(stream, RecordOrderResponse(response=document, partner=name))
        case ShipNotice():
            warehouse = warehouse_for(registry, document.ship_to)
            receiver = warehouse.name if warehouse else ""
            return Way(stream, RecordShipNotice(notice=document, partner=name, owner=keeper, warehouse=receiver))
        case GoodsReceipt():
            return Way(stream, RecordGoodsReceipt(receipt=document, partner=name, owner=keeper))
        case Invoice():
            return Way(stream, RecordInvoice(invoice=document, partner=name, owner=keeper))
        case SyntaxReport():
            return Way(stream, RecordSyntaxReport(report=document))
        case _:
            return (_not_from(document, sender),)


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
