"""Drawing documents that X12 can say in full: what a map lowers must come back the same."""

from decimal import Decimal

from hypothesis import strategies as st
from msgspec.structs import replace
from tests.maps import stock_documents as stock
from tests.maps import transport_documents as transport
from tests.maps.values import (
    cents,
    clear_references,
    codes,
    days,
    item_ids,
    listed,
    local_moments,
    maybe,
    moments,
    parties,
    prices,
    quantities,
    references,
    said,
    some_item_ids,
    three_item_ids,
)

from tradelane.model.goods_receipt import GoodsReceipt, ReceiptLine
from tradelane.model.invoice import Charge, Invoice, InvoiceLine
from tradelane.model.order_change import ChangeLine, OrderChange
from tradelane.model.order_response import LineOutcome, OrderResponse, ResponseLine
from tradelane.model.purchase_order import OrderLine, PurchaseOrder, Schedule
from tradelane.model.ship_notice import ShipNode, ShipNotice
from tradelane.model.syntax_report import ElementFault, SegmentFault, SetReport, SyntaxReport

schedules = st.builds(Schedule, quantity=quantities, deliver_on=days) | st.builds(
    Schedule, quantity=quantities, deliver_on=days, ship_on=days
)
order_lines = st.builds(
    OrderLine,
    number=codes,
    item=item_ids,
    quantity=quantities,
    description=maybe(said(80)),
    price=st.none() | prices,
    deliver_on=st.none() | days,
    ship_on=st.none() | days,
    schedules=listed(schedules, 2, 0),
    references=references,
)
purchase_orders = st.builds(
    PurchaseOrder,
    number=codes,
    ordered_on=days,
    buyer=parties,
    supplier=parties,
    lines=listed(order_lines),
    currency=maybe(st.sampled_from(["USD", "EUR"])),
    release=maybe(codes),
    purpose=st.sampled_from(["original", "cancel", "replace"]),
    order_type=st.sampled_from(["standard", "rush", "drop_ship", "call_off", "other"]),
    ship_to=st.none() | parties,
    bill_to=st.none() | parties,
    deliver_on=st.none() | days,
    ship_on=st.none() | days,
    ship_not_before=st.none() | days,
    ship_not_after=st.none() | days,
    cancel_after=st.none() | days,
    freight_terms=maybe(st.sampled_from(["prepaid", "collect", "x12:DF"])),
    references=references,
    notes=st.lists(said(200), max_size=3).map(tuple),
)

answers = st.sampled_from(["accepted", "changed", "rejected", "backordered", "held", "deleted"])
outcomes = (
    st.builds(
        LineOutcome, disposition=answers, quantity=st.none() | quantities, ship_on=st.none() | days, reason=maybe(codes)
    )
    | st.builds(
        LineOutcome, disposition=st.just("substituted"), quantity=quantities, deliver_on=days, substitute=some_item_ids
    )
    | st.builds(
        LineOutcome,
        disposition=st.just("changed"),
        quantity=quantities,
        deliver_on=days,
        ship_on=days,
        source_code=st.sampled_from(["", "IQ", "DR"]),
    )
)
response_lines = st.builds(
    ResponseLine,
    line=codes,
    item=item_ids,
    quantity=st.none() | quantities,
    price=st.none() | prices,
    outcomes=listed(outcomes, 3, 0),
)
verdicts = st.sampled_from(
    [
        ("accepted", "unanswered", ""),
        ("accepted", "accepted", ""),
        ("accepted_with_changes", "unanswered", ""),
        ("accepted_with_changes", "accepted", ""),
        ("rejected", "rejected", ""),
        ("rejected", "unanswered", ""),
        ("held", "unanswered", ""),
        ("rejected", "rejected", "RN"),
    ]
)


@st.composite
def order_responses(draw: st.DrawFn) -> OrderResponse:
    """An 855's worth; a header date holds for every line, so it is drawn only with lines that say nothing else."""
    overall, unmentioned, code = draw(verdicts)
    lines = draw(listed(response_lines, 3, 0))
    return OrderResponse(
        order_number=draw(codes),
        overall=overall,
        unmentioned=unmentioned,
        source_code="" if (overall, unmentioned) == ("accepted", "accepted") else code,
        responded_on=draw(days),
        lines=lines,
        release=draw(maybe(codes)),
        supplier_order_number=draw(maybe(codes)),
        ordered_on=draw(days),
        buyer=draw(st.none() | parties),
        supplier=draw(st.none() | parties),
        references=draw(references),
        purpose=draw(st.sampled_from(["original", "replace"])),
    )


change_lines = st.builds(
    ChangeLine,
    line=codes,
    action=st.sampled_from(["add", "change", "delete", "none"]),
    item=item_ids,
    quantity=st.none() | quantities,
    price=st.none() | prices,
    deliver_on=st.none() | days,
    ship_on=st.none() | days,
    description=maybe(said(80)),
)
order_changes = st.builds(
    OrderChange,
    order_number=codes,
    sequence=st.integers(0, 9999),
    changed_on=days,
    purpose=st.sampled_from(["change", "cancel", "replace"]),
    lines=listed(change_lines, 3, 0),
    release=maybe(codes),
    ordered_on=days,
    buyer=st.none() | parties,
    supplier=st.none() | parties,
    deliver_on=st.none() | days,
    ship_on=st.none() | days,
    notes=st.lists(said(100), max_size=2).map(tuple),
    source_code=st.just("NE"),
)


@st.composite
def ship_nodes(draw: st.DrawFn) -> tuple[ShipNode, ...]:
    """A shipment with orders, perhaps pallets, and items that hang where the tree lets them, in any order."""
    nodes = [ShipNode(id="1", level="shipment")]
    holders: list[str] = []

    def add(level: str, parent: str, **says: object) -> str:
        nodes.append(ShipNode(id=str(len(nodes) + 1), level=level, parent=parent, **says))
        return nodes[-1].id

    for _ in range(draw(st.integers(1, 3))):
        holders.append(add("order", "1", order_number=draw(codes), release=draw(maybe(codes))))
        if draw(st.booleans()):
            sscc = draw(st.text("0123456789", min_size=18, max_size=18))
            holders.append(add("tare", holders[-1], sscc=sscc, package_type=draw(maybe(st.just("PLT94")))))
    for _ in range(draw(st.integers(0, 4))):
        add(
            "item",
            draw(st.sampled_from(holders)),
            line=draw(maybe(codes)),
            item=draw(some_item_ids),
            quantity=draw(quantities),
            lot=draw(maybe(codes)),
            expires_on=draw(st.none() | days),
            description=draw(maybe(said(80))),
            serials=tuple(draw(st.lists(codes, max_size=2))),
            references=draw(clear_references),
        )
    return tuple(draw(st.permutations(nodes)))


@st.composite
def ship_notices(draw: st.DrawFn) -> ShipNotice:
    """An 856's worth."""
    return ShipNotice(
        number=draw(codes.filter(lambda c: len(c) >= 2)),
        noticed=draw(local_moments),
        nodes=draw(ship_nodes()),
        purpose=draw(st.sampled_from(["original", "cancel", "replace"])),
        shipped=draw(st.none() | moments),
        expected=draw(st.none() | moments),
        supplier=draw(st.none() | parties),
        ship_from=draw(st.none() | parties),
        ship_to=draw(st.none() | parties),
        carrier=draw(maybe(st.sampled_from(["ABCD", "XPOL"]))),
        carrier_name=draw(maybe(said(35))),
        transport_mode=draw(maybe(st.sampled_from(["road", "air"]))),
        equipment=draw(maybe(st.just("4711"))),
        seals=draw(st.sampled_from([(), ("S1",)])),
        bill_of_lading=draw(maybe(codes)),
        carrier_reference=draw(maybe(codes)),
        package_count=draw(st.integers(0, 99)),
        package_type=draw(maybe(st.just("CTN25"))),
        weight=draw(st.none() | quantities),
        references=draw(clear_references),
    )


charges = listed(
    st.builds(
        Charge,
        kind=st.sampled_from(["allowance", "charge"]),
        amount=cents,
        code=maybe(st.just("D240")),
        description=maybe(said(80)),
    ),
    2,
    0,
)
invoice_lines = st.builds(
    InvoiceLine,
    number=codes,
    quantity=quantities,
    price=prices,
    order_number=maybe(codes),
    order_line=maybe(codes),
    item=item_ids,
    description=maybe(said(80)),
    charges=charges,
)
taxes = listed(st.builds(Charge, kind=st.just("tax"), amount=cents, code=st.sampled_from(["ST", "VA"])), 2, 0)
invoices = st.builds(
    lambda charges, taxes, **rest: Invoice(charges=charges + taxes, **rest),
    charges=charges,
    taxes=taxes,
    number=codes,
    invoiced_on=days,
    total=cents,
    lines=listed(invoice_lines),
    currency=maybe(st.just("USD")),
    invoice_type=st.sampled_from(["invoice", "credit_note", "debit_note", "corrected"]),
    order_number=maybe(codes),
    release=maybe(codes),
    ordered_on=st.none() | days,
    ship_notice=maybe(codes),
    original_invoice=maybe(codes),
    supplier=st.none() | parties,
    bill_to=st.none() | parties,
    ship_to=st.none() | parties,
    remit_to=st.none() | parties,
    due_on=st.none() | days,
    shipped_on=st.none() | days,
    references=references,
)

bad_goods = st.sampled_from(
    [
        (Decimal(0), ""),
        (Decimal(5), "damaged"),
        (Decimal("2.5"), "quality"),
        (Decimal(0), "short"),
        (Decimal(1), "held"),
    ]
)
receipt_lines = st.builds(
    lambda bad, **rest: ReceiptLine(rejected=bad[0], reason=bad[1], **rest),
    bad=bad_goods,
    number=codes,
    received=quantities,
    order_number=maybe(codes),
    order_line=maybe(codes),
    item=three_item_ids,
    lot=maybe(codes),
    sscc=maybe(st.text("0123456789", min_size=18, max_size=18)),
    expires_on=st.none() | days,
)
goods_receipts = st.builds(
    GoodsReceipt,
    number=codes,
    received=moments.filter(lambda m: m.offset is None),
    lines=listed(receipt_lines),
    order_number=maybe(codes),
    ship_notice=maybe(codes),
    final=st.booleans(),
    warehouse=st.none() | parties,
    carrier=maybe(st.just("ABCD")),
    bill_of_lading=maybe(codes),
    references=clear_references,
)

counts = st.integers(1, 999)
faults = st.builds(
    ElementFault,
    position=counts,
    code=st.sampled_from(["1", "7", "8"]),
    component=st.integers(0, 3),
    reference=maybe(st.just("353")),
    value=maybe(codes),
)
segment_faults = st.builds(
    SegmentFault,
    segment=st.sampled_from(["BEG", "N1"]),
    position=counts,
    loop=maybe(st.just("N1")),
    code=maybe(st.just("8")),
    elements=listed(faults, 2, 0),
)
results = st.sampled_from(["accepted", "accepted_with_errors", "rejected", "partially_accepted"])
set_reports = st.builds(
    SetReport,
    kind=st.sampled_from(["850", "856"]),
    control=st.text("0123456789", min_size=4, max_size=9),
    verdict=results,
    codes=st.sampled_from([(), ("5",), ("4", "5")]),
    segments=listed(segment_faults, 2, 0),
)
syntax_reports = st.builds(
    SyntaxReport,
    functional_id=st.sampled_from(["PO", "SH"]),
    group=st.integers(1, 999999999).map(str),
    verdict=results,
    included=counts,
    received=counts,
    accepted=counts,
    sets=listed(set_reports, 3, 0),
    codes=st.sampled_from([(), ("4",)]),
)


@st.composite
def change_responses(draw: st.DrawFn) -> OrderResponse:
    """An 865's worth: an answer to a change, by its sequence; it needs no day of its own."""
    return replace(draw(order_responses()), order_version=draw(st.integers(0, 9999)))


DRAWN = {
    "850": purchase_orders,
    "855": order_responses(),
    "856": ship_notices(),
    "860": order_changes,
    "865": change_responses(),
    "810": invoices,
    "846": stock.inventory_reports,
    "852": stock.activity_reports(),
    "830": stock.delivery_schedules,
    "862": stock.call_offs,
    "861": stock.receiving_advices,
    "940": stock.warehouse_orders(),
    "943": stock.stock_transfers,
    "944": goods_receipts,
    "945": stock.warehouse_advices,
    "947": stock.inventory_adjustments,
    "204": transport.load_tenders,
    "990": transport.tender_responses,
    "214": transport.transport_statuses,
    "210": transport.freight_invoices,
    "820": transport.remittance_advices,
    "180": transport.return_requests,
    "180advice": transport.return_advices,
    "824": transport.content_reports,
    "997": syntax_reports,
}
