"""Drawing the documents that rows can say in full, for each of the maps of portal files."""

from datetime import time
from decimal import Decimal

from hypothesis import strategies as st
from tests.maps.values import amounts, days, gtins, listed, maybe

from tradelane.model.goods_receipt import GoodsReceipt, ReceiptLine
from tradelane.model.inventory_report import InventoryLine, InventoryReport, StockFigure
from tradelane.model.invoice import Charge, Invoice, InvoiceLine
from tradelane.model.moment import Moment
from tradelane.model.order_response import LineOutcome, OrderResponse, ResponseLine
from tradelane.model.party import Address, Identifier, ItemIds, Party
from tradelane.model.purchase_order import OrderLine, PurchaseOrder
from tradelane.model.quantity import Change, Quantity, UnitPrice
from tradelane.model.ship_notice import ShipNode, ShipNotice
from tradelane.model.transport import Location
from tradelane.model.transport_status import Milestone, TransportStatus

_SIGNS = "ABCXYZabcxyz0123456789 .,;-/:#'\"\\éß|\n"
words = st.text(_SIGNS, min_size=1, max_size=30).filter(lambda said: said == said.strip() and said[0] != "-")
codes = st.text("ABCDEFGHJK0123456789-", min_size=1, max_size=12).filter(lambda said: said[0] != "-")
units = st.sampled_from([("EA", ""), ("CS", ""), ("CS", "CASE"), ("KGM", ""), ("ZZ", ""), ("H87", "PIECE")])
quantities = st.builds(lambda value, unit: Quantity(value, *unit), amounts, units)
prices = st.builds(UnitPrice, amounts, st.sampled_from([Decimal(1), Decimal(100)]))
item_ids = st.builds(
    ItemIds, buyer_item=maybe(codes), gtin=maybe(gtins), supplier_item=maybe(codes), manufacturer_item=maybe(codes)
)
moments = st.builds(Moment, on=days) | st.builds(
    lambda on, at, offset: Moment(
        on=on, at=at, precision="second", offset=offset, zone_source="" if offset is None else "explicit"
    ),
    days,
    st.times(time(0), time(23, 59, 59)).map(lambda at: at.replace(microsecond=0)),
    st.sampled_from([None, 0, 60, -300]),
)
maybe_days = st.none() | days
addresses = st.builds(
    Address,
    street=st.lists(words, max_size=2).map(tuple),
    city=maybe(words),
    region=maybe(st.sampled_from(["IL", "BY"])),
    postal_code=maybe(codes),
    country=maybe(st.sampled_from(["US", "DE"])),
).filter(lambda address: address != Address())


def parties(scheme: str, address: st.SearchStrategy = st.none()) -> st.SearchStrategy[Party]:  # noqa: B008
    """A party with a name, a number of ours, or both."""
    numbers = st.lists(st.builds(Identifier, st.just(scheme), codes), max_size=1).map(tuple)
    return st.builds(Party, name=maybe(words), identifiers=numbers, address=address)


def named(scheme: str, address: st.SearchStrategy = st.none()) -> st.SearchStrategy[Party | None]:  # noqa: B008
    """Such a party, or none."""
    return st.none() | parties(scheme, address).filter(lambda party: party != Party())


def numbered(rows: st.SearchStrategy) -> st.SearchStrategy:
    """Rows told apart by their numbers."""
    return rows.map(lambda made: tuple({row.number: row for row in made}.values()))


orders = st.builds(
    PurchaseOrder,
    number=codes,
    ordered_on=days,
    purpose=st.sampled_from(["original", "replace", "cancel"]),
    currency=st.sampled_from(["", "USD", "EUR"]),
    buyer=st.builds(Party, name=maybe(words)),
    supplier=parties("buyer_assigned"),
    ship_to=named("buyer_assigned", st.none() | addresses),
    deliver_on=maybe_days,
    cancel_after=maybe_days,
    lines=listed(
        st.builds(
            OrderLine,
            number=codes,
            item=item_ids,
            description=maybe(words),
            quantity=quantities,
            price=st.none() | prices,
            deliver_on=maybe_days,
        )
    ),
)
outcomes = st.builds(
    LineOutcome,
    disposition=st.sampled_from(["accepted", "changed", "rejected", "backordered"]),
    quantity=st.none() | st.builds(lambda value: Quantity(value, "EA"), amounts),
    ship_on=maybe_days,
    deliver_on=maybe_days,
    price=st.none() | prices,
    reason=maybe(words),
)
response_lines = st.builds(
    ResponseLine,
    line=codes,
    item=item_ids,
    quantity=st.builds(lambda value: Quantity(value, "EA"), amounts),
    price=st.none() | prices,
    outcomes=listed(outcomes, 3, 0),
)
responses = st.builds(
    OrderResponse,
    order_number=codes,
    overall=st.sampled_from(["accepted", "accepted_with_changes", "rejected", "held"]),
    responded_on=days,
    number=maybe(codes),
    supplier_order_number=maybe(codes),
    ordered_on=maybe_days,
    lines=listed(response_lines).map(lambda made: tuple({line.line: line for line in made}.values())),
)
item_nodes = st.builds(
    ShipNode,
    id=st.just("?"),
    level=st.just("item"),
    order_number=codes,
    sscc=maybe(st.text("0123456789", min_size=18, max_size=18)),
    line=maybe(codes),
    item=st.none() | item_ids.filter(lambda item: item != ItemIds()),
    description=maybe(words),
    quantity=st.none() | quantities,
    lot=maybe(codes),
    expires_on=maybe_days,
)
loose_notices = st.builds(
    ShipNotice,
    number=codes,
    noticed=moments,
    shipped=st.none() | moments,
    expected=st.none() | moments,
    supplier=named("buyer_assigned"),
    carrier=maybe(codes),
    carrier_name=maybe(words),
    bill_of_lading=maybe(codes),
    nodes=listed(item_nodes),
)
figures = st.lists(
    st.sampled_from(["on_hand", "available", "committed", "on_order", "damaged", "sold"]), unique=True, max_size=6
).flatmap(
    lambda buckets: st.tuples(
        *(
            st.builds(StockFigure, bucket=st.just(bucket), quantity=st.builds(lambda v: Change(v, "EA"), amounts))
            for bucket in sorted(buckets, key=_FIGURES.index)
        )
    )
)
_FIGURES = ["on_hand", "available", "committed", "on_order", "damaged", "sold"]
inventories = st.builds(
    InventoryReport,
    number=codes,
    as_of=moments,
    warehouse=named("mutual"),
    lines=listed(
        st.builds(
            InventoryLine, item=item_ids, description=words, lot=maybe(codes), expires_on=maybe_days, figures=figures
        )
    ),
)
receipts = st.builds(
    GoodsReceipt,
    number=codes,
    received=moments,
    ship_notice=maybe(codes),
    final=st.booleans(),
    warehouse=named("mutual"),
    lines=listed(
        st.builds(
            ReceiptLine,
            number=codes,
            received=quantities,
            order_number=maybe(codes),
            order_line=maybe(codes),
            item=item_ids,
            rejected=amounts,
            reason=st.sampled_from(["", "damaged", "short", "wrong_item"]),
            lot=maybe(codes),
            expires_on=maybe_days,
        )
    ),
)
charges = st.tuples(
    st.booleans(), st.booleans(), st.booleans(), amounts, amounts, amounts
).map(
    lambda drawn: tuple(
        Charge(kind=kind, code=code, amount=amount)
        for there, kind, code, amount in zip(
            drawn[:3], ("charge", "allowance", "tax"), ("freight", "discount", ""), drawn[3:], strict=True
        )
        if there
    )
)  # fmt: skip
invoices = st.builds(
    Invoice,
    number=codes,
    invoiced_on=days,
    total=amounts,
    currency=st.sampled_from(["", "USD"]),
    invoice_type=st.sampled_from(["invoice", "credit_note", "corrected"]),
    ship_notice=maybe(codes),
    supplier=named("buyer_assigned"),
    due_on=maybe_days,
    charges=charges,
    lines=listed(
        st.builds(
            InvoiceLine,
            number=codes,
            quantity=quantities,
            price=prices,
            order_number=maybe(codes),
            order_line=maybe(codes),
            item=item_ids,
            amount=st.none() | amounts,
            description=maybe(words),
        )
    ),
)
statuses = st.builds(
    TransportStatus,
    number=codes,
    shipment=maybe(codes),
    carrier=maybe(codes),
    carrier_name=maybe(words),
    milestones=listed(
        st.builds(
            Milestone,
            milestone=st.sampled_from(["picked_up", "delivered", "delayed"]),
            classifier=st.sampled_from(["actual", "estimated"]),
            happened=st.none() | moments,
            reason=st.sampled_from(["", "weather", "customs"]),
            location=st.none() | st.builds(Location, name=maybe(words), city=words, country=maybe(st.just("DE"))),
            signed_by=maybe(words),
        )
    ),
)
DRAWN = {
    "purchase_order": orders,
    "order_response": responses,
    "ship_notice": loose_notices,
    "inventory_report": inventories,
    "goods_receipt": receipts,
    "invoice": invoices,
    "transport_status": statuses,
}
