"""Short ways to write the papers of a trade: an order of two lines and what is said about it."""

from datetime import date
from decimal import Decimal
from types import MappingProxyType

from tradelane.model.goods_receipt import GoodsReceipt, ReceiptLine, RecordGoodsReceipt
from tradelane.model.invoice import Invoice, InvoiceLine, RecordInvoice
from tradelane.model.moment import Moment
from tradelane.model.order_change import ChangeLine, OrderChange
from tradelane.model.order_response import LineOutcome, OrderResponse, ResponseLine
from tradelane.model.party import ItemIds, Party
from tradelane.model.purchase_order import (
    ChangeOrder,
    OrderLine,
    PurchaseOrder,
    RecordOrderResponse,
    RecordSending,
    ReleaseOrder,
)
from tradelane.model.quantity import Quantity, UnitPrice
from tradelane.model.ship_notice import RecordShipNotice, ShipNode, ShipNotice

ORDER = "purchase_order/4711"
NOTICE = "ship_notice/acme/N1"
RECEIPT = "goods_receipt/dock/R1"
INVOICE = "invoice/acme/A1"


def item(line: str) -> ItemIds:
    return ItemIds(buyer_item=f"I{line}")


def units(value, unit="EA") -> Quantity:
    return Quantity(Decimal(value), unit)


def order(quantities=(100, 50), **more) -> PurchaseOrder:
    lines = tuple(
        OrderLine(
            number=str(number),
            item=item(str(number)),
            quantity=units(quantity),
            price=UnitPrice(Decimal(10)),
            deliver_on=date(2026, 3, 20),
        )
        for number, quantity in enumerate(quantities, 1)
    )
    more.setdefault("number", "4711")
    return PurchaseOrder(ordered_on=date(2026, 3, 2), buyer=Party(), supplier=Party(), lines=lines, **more)


def release(document=None, **more) -> ReleaseOrder:
    return ReleaseOrder(order=document or order(**more), supplier="acme", owner="erp")


def outcome(disposition="accepted", quantity=None, **more) -> LineOutcome:
    return LineOutcome(disposition=disposition, quantity=None if quantity is None else units(quantity), **more)


def answer(lines=None, *, on=3, partner="acme", overall="accepted_with_changes", **more) -> RecordOrderResponse:
    """An answer: `lines` maps a line number to its outcomes."""
    spoken = tuple(ResponseLine(line=n, item=item(n), outcomes=tuple(outs)) for n, outs in (lines or {}).items())
    response = OrderResponse(order_number="4711", overall=overall, responded_on=date(2026, 3, on), lines=spoken, **more)
    return RecordOrderResponse(response=response, partner=partner)


def accepted(**more) -> RecordOrderResponse:
    return answer(overall="accepted", **more)


def sending(state="delivered", document_type="purchase_order", partner="acme", document_id="d1") -> RecordSending:
    return RecordSending(document_type=document_type, document_id=document_id, partner=partner, state=state)


def change(sequence=1, lines=(), *, purpose="change", on=4, **more) -> ChangeOrder:
    document = OrderChange(
        order_number="4711",
        sequence=sequence,
        changed_on=date(2026, 3, on),
        purpose=purpose,
        lines=tuple(lines),
        **more,
    )
    return ChangeOrder(change=document)


def cancel(sequence=1, **more) -> ChangeOrder:
    return change(sequence, purpose="cancel", **more)


def cancel_answer(overall="accepted", *, on=5, **more) -> RecordOrderResponse:
    """The supplier's word on a cancellation."""
    return answer(overall=overall, on=on, purpose="cancel", **more)


def line_change(line, quantity=None, action="change", **more) -> ChangeLine:
    return ChangeLine(
        line=line, action=action, item=item(line), quantity=None if quantity is None else units(quantity), **more
    )


def node(node_id, level, parent="", *, quantity=None, **more) -> ShipNode:
    amount = None if quantity is None else units(quantity)
    return ShipNode(id=node_id, level=level, parent=parent, quantity=amount, **more)


def notice(lines, *, purpose="original", number="N1", orders=("4711",), sscc="", **more) -> RecordShipNotice:
    """A ship notice: `lines` maps a line number to units; every order named ships the same."""
    nodes = [ShipNode(id="1", level="shipment")]
    for number_of_order in orders:
        top = str(len(nodes) + 1)
        nodes.append(ShipNode(id=top, level="order", parent="1", order_number=number_of_order, sscc=sscc))
        nodes += [
            ShipNode(id=f"{top}.{n}", level="item", parent=top, line=n, item=item(n), quantity=units(quantity))
            for n, quantity in lines.items()
        ]
    document = ShipNotice(
        number=number, noticed=Moment(on=date(2026, 3, 9)), nodes=tuple(nodes), purpose=purpose, **more
    )
    return RecordShipNotice(notice=document, partner="acme", owner="erp", warehouse="dock")


def receipt(
    lines=MappingProxyType({}), *, undo=MappingProxyType({}), number="R1", of="N1", final=True, **more
) -> RecordGoodsReceipt:
    """A receipt: `lines` maps a line number to units, or to (good, rejected, reason); `undo` takes as many back."""
    counted = []
    for n, count, reversal in [
        *((n, count, True) for n, count in undo.items()),
        *((*line, False) for line in lines.items()),
    ]:
        good, rejected, reason = count if isinstance(count, tuple) else (count, 0, "")
        counted.append(
            ReceiptLine(
                number=n,
                received=units(good),
                rejected=Decimal(rejected),
                reason=reason,
                order_line=n,
                item=item(n),
                order_number="4711",
                reversal=reversal,
            )
        )
    document = GoodsReceipt(
        number=number, received=Moment(on=date(2026, 3, 12)), lines=tuple(counted), ship_notice=of, final=final, **more
    )
    return RecordGoodsReceipt(receipt=document, partner="dock", owner="erp")


def invoice(lines, *, number="A1", price=10, total=None, currency="", **more) -> RecordInvoice:
    """An invoice: `lines` maps a line number to units billed."""
    billed = tuple(
        InvoiceLine(number=n, quantity=units(q), price=UnitPrice(Decimal(price)), order_line=n, item=item(n))
        for n, q in lines.items()
    )
    document = Invoice(
        number=number,
        invoiced_on=date(2026, 3, 13),
        total=Decimal(sum(lines.values()) * price if total is None else total),
        lines=billed,
        order_number="4711",
        currency=currency,
        **more,
    )
    return RecordInvoice(invoice=document, partner="acme", owner="erp")
