"""Drawing documents that X12 can say in full: what a map lowers must come back the same."""

from datetime import date, time
from decimal import Decimal

from hypothesis import strategies as st

from tradelane.model.document import Reference
from tradelane.model.goods_receipt import GoodsReceipt, ReceiptLine
from tradelane.model.invoice import Charge, Invoice, InvoiceLine
from tradelane.model.moment import Moment
from tradelane.model.order_change import ChangeLine, OrderChange
from tradelane.model.order_response import LineOutcome, OrderResponse, ResponseLine
from tradelane.model.party import Address, Identifier, ItemIds, Party
from tradelane.model.purchase_order import OrderLine, PurchaseOrder, Schedule
from tradelane.model.quantity import Quantity, UnitPrice
from tradelane.model.ship_notice import ShipNode, ShipNotice
from tradelane.model.syntax_report import ElementFault, SegmentFault, SetReport, SyntaxReport

_SIGNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 .,-/:#'\"\\é"


def said(longest: int, shortest: int = 1) -> st.SearchStrategy[str]:
    """Text of at most *longest* bytes as sent, without the blanks at its end that X12 takes for padding."""
    drawn = st.text(_SIGNS, min_size=shortest, max_size=longest)
    return drawn.filter(lambda s: s == s.strip() and len(s) >= shortest and len(s.encode()) <= longest)


def maybe(strategy: st.SearchStrategy) -> st.SearchStrategy:
    """Nothing said, or something."""
    return st.just("") | strategy


codes = st.text("ABCDEFGHJKLMNPQRSTUVWXYZ0123456789-", min_size=1, max_size=20)
days = st.dates(date(2020, 1, 1), date(2035, 12, 31))
amounts = st.decimals(0, Decimal(10) ** 9, places=3, allow_nan=False, allow_infinity=False)
cents = st.decimals(0, Decimal(10) ** 9, places=2, allow_nan=False, allow_infinity=False)
units = st.sampled_from([("EA", ""), ("CS", ""), ("CS", "CS"), ("KGM", ""), ("LBR", ""), ("PF", ""), ("DZN", "")])
quantities = st.builds(lambda value, unit: Quantity(value, *unit), amounts, units)
prices = st.builds(
    lambda amount, basis: UnitPrice(amount, *basis),
    amounts,
    st.sampled_from(
        [(Decimal(1), ""), (Decimal(100), ""), (Decimal(1000), ""), (Decimal(1), "CT"), (Decimal(1), "UM")]
    ),
)
gtins = st.text("0123456789", min_size=14, max_size=14)
item_ids = st.builds(
    ItemIds, buyer_item=maybe(codes), gtin=maybe(gtins), supplier_item=maybe(codes), manufacturer_item=maybe(codes)
)
three_item_ids = item_ids.filter(
    lambda item: not all((item.buyer_item, item.gtin, item.supplier_item, item.manufacturer_item))
)
some_item_ids = item_ids.filter(lambda item: item != ItemIds())
addresses = st.builds(
    Address,
    street=st.lists(said(55), max_size=4).map(tuple),
    city=maybe(said(30, 2)),
    region=maybe(st.sampled_from(["IL", "NJ", "BY"])),
    postal_code=maybe(codes.map(lambda c: c[:15])),
    country=maybe(st.sampled_from(["US", "DE"])),
).filter(lambda address: address != Address())
identifiers = st.builds(
    Identifier,
    st.sampled_from(["gln", "duns", "duns4", "scac", "vat", "buyer_assigned", "seller_assigned", "mutual"]),
    codes,
)
parties = st.builds(
    Party, name=maybe(said(60)), identifiers=st.lists(identifiers, max_size=1).map(tuple), address=st.none() | addresses
)
references = st.lists(
    st.builds(Reference, st.sampled_from(["department", "contract", "bill_of_lading", "x12:Q1"]), codes), max_size=3
).map(tuple)
clear_references = st.lists(st.builds(Reference, st.sampled_from(["department", "x12:Q1"]), codes), max_size=2).map(
    tuple
)
moments = st.builds(Moment, on=days) | st.builds(
    lambda on, at, known: Moment(
        on=on,
        at=at.replace(second=0) if known[0] == "minute" else at,
        precision=known[0],
        offset=known[1],
        zone_source=known[2],
    ),
    days,
    st.times(time(0), time(23, 59, 59)).map(lambda t: t.replace(microsecond=0)),
    st.sampled_from(
        [("minute", None, ""), ("second", None, ""), ("minute", 0, "explicit"), ("second", -300, "explicit")]
    ),
)
local_moments = moments.filter(lambda m: m.at is not None and m.offset is None)


def listed(row: st.SearchStrategy, most: int = 4, least: int = 1) -> st.SearchStrategy:
    """A tuple of rows."""
    return st.lists(row, min_size=least, max_size=most).map(tuple)


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
def ship_notices(draw: st.DrawFn) -> ShipNotice:
    """A shipment with orders, perhaps pallets, and items that hang where the tree lets them."""
    nodes = [ShipNode(id="1", level="shipment")]
    holders: list[str] = []
    for _ in range(draw(st.integers(1, 3))):
        nodes.append(
            ShipNode(
                id=str(len(nodes) + 1), level="order", parent="1", order_number=draw(codes), release=draw(maybe(codes))
            )
        )
        holders.append(nodes[-1].id)
        if draw(st.booleans()):
            sscc = draw(st.text("0123456789", min_size=18, max_size=18))
            nodes.append(
                ShipNode(
                    id=str(len(nodes) + 1),
                    level="tare",
                    parent=holders[-1],
                    sscc=sscc,
                    package_type=draw(maybe(st.just("PLT94"))),
                )
            )
            holders.append(nodes[-1].id)
    for _ in range(draw(st.integers(0, 4))):
        nodes.append(
            ShipNode(
                id=str(len(nodes) + 1),
                level="item",
                parent=draw(st.sampled_from(holders)),
                line=draw(maybe(codes)),
                item=draw(some_item_ids),
                quantity=draw(quantities),
                lot=draw(maybe(codes)),
                expires_on=draw(st.none() | days),
                description=draw(maybe(said(80))),
                serials=tuple(draw(st.lists(codes, max_size=2))),
                references=draw(clear_references),
            )
        )
    return ShipNotice(
        number=draw(codes.filter(lambda c: len(c) >= 2)),
        noticed=draw(local_moments),
        nodes=tuple(draw(st.permutations(nodes))),
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


invoice_lines = st.builds(
    InvoiceLine,
    number=codes,
    quantity=quantities,
    price=prices,
    order_number=maybe(codes),
    order_line=maybe(codes),
    item=item_ids,
    description=maybe(said(80)),
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

DRAWN = {
    "850": purchase_orders,
    "855": order_responses(),
    "856": ship_notices(),
    "860": order_changes,
    "810": invoices,
    "944": goods_receipts,
    "997": syntax_reports,
}
