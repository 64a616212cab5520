"""Drawing documents that EDIFACT can say in full: what a map lowers must come back the same."""

from datetime import time
from decimal import Decimal

from hypothesis import strategies as st
from tests.maps.values import days, listed, maybe

from tradelane.model.content_report import ContentAnswer, ContentFault, ContentReport
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

_SIGNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 .,-/:#'+?*\"\\éß"


def said(longest: int, shortest: int = 1) -> st.SearchStrategy[str]:
    """Text of so many characters, service characters among them, without blanks at its ends."""
    drawn = st.text(_SIGNS, min_size=shortest, max_size=longest)
    return drawn.filter(lambda s: s == s.strip() and len(s) >= shortest)


codes = st.text("ABCDEFGHJKLMNPQRSTUVWXYZ0123456789-'+:", min_size=1, max_size=17)
lines = st.integers(1, 999999).map(str)
amounts = st.decimals(0, Decimal(10) ** 9, places=3, allow_nan=False, allow_infinity=False)
some = amounts.filter(lambda amount: amount > 0)
units = st.sampled_from([("C62", ""), ("EA", ""), ("KGM", ""), ("C62", "NAR"), ("MTR", "")])
quantities = st.builds(lambda value, unit: Quantity(value, *unit), amounts, units)
prices = st.builds(UnitPrice, some, st.sampled_from([Decimal(1), Decimal(100), Decimal(1000)]))
gtins = st.text("0123456789", min_size=14, max_size=14)
item_ids = st.builds(
    ItemIds, buyer_item=maybe(codes), gtin=maybe(gtins), supplier_item=maybe(codes), manufacturer_item=maybe(codes)
)
addresses = st.builds(
    Address,
    street=st.lists(said(35), max_size=4).map(tuple),
    city=maybe(said(35)),
    region=maybe(st.sampled_from(["IL", "BY"])),
    postal_code=maybe(st.sampled_from(["20457", "SW1A 1AA"])),
    country=maybe(st.sampled_from(["DE", "BE"])),
).filter(lambda address: address != Address())
identifiers = st.builds(
    Identifier, st.sampled_from(["gln", "duns", "buyer_assigned", "seller_assigned", "mutual"]), codes
)
taxed = st.builds(lambda first, vat: (first, *vat), identifiers, st.just(()) | st.just((Identifier("vat", "BE1"),)))
parties = st.builds(Party, name=maybe(said(35)), identifiers=st.just(()) | taxed, address=st.none() | addresses)
present = parties.filter(lambda party: party != Party())
references = st.lists(
    st.builds(Reference, st.sampled_from(["contract", "price_list", "edifact:XP"]), codes), max_size=2
).map(tuple)
zones = st.sampled_from(
    [
        ("minute", None, ""),
        ("second", None, ""),
        ("minute", 60, "explicit"),
        ("second", -300, "explicit"),
    ]
)
moments = st.builds(Moment, on=days) | st.builds(
    lambda on, at, zone: Moment(
        on=on,
        at=at.replace(second=0) if zone[0] == "minute" else at,
        precision=zone[0],
        offset=zone[1],
        zone_source=zone[2],
    ),
    days,
    st.times(time(0), time(23, 59, 59)).map(lambda t: t.replace(microsecond=0)),
    zones,
)

order_lines = st.builds(
    OrderLine,
    number=lines,
    item=item_ids,
    quantity=quantities,
    description=maybe(said(35)),
    price=st.none() | prices,
    deliver_on=st.none() | days,
    ship_on=st.none() | days,
    schedules=listed(st.builds(Schedule, quantity=quantities, deliver_on=days, ship_on=st.none() | days), 2, 0),
    references=references,
)
purchase_orders = st.builds(
    PurchaseOrder,
    number=codes,
    ordered_on=days,
    buyer=parties,
    supplier=parties,
    lines=listed(order_lines, 3),
    currency=maybe(st.sampled_from(["USD", "EUR"])),
    release=maybe(codes),
    purpose=st.sampled_from(["original", "cancel", "replace", "change"]),
    order_type=st.sampled_from(["standard", "rush", "blanket", "call_off"]),
    ship_to=st.none() | present,
    bill_to=st.none() | present,
    deliver_on=st.none() | days,
    ship_on=st.none() | days,
    ship_not_before=st.none() | days,
    ship_not_after=st.none() | days,
    cancel_after=st.none() | days,
    freight_terms=maybe(st.sampled_from(["prepaid", "collect", "edifact:DF"])),
    references=references,
    notes=st.lists(said(70), max_size=2).map(tuple),
)

whole = st.builds(
    LineOutcome,
    disposition=st.sampled_from(["changed", "rejected", "deleted"]),
    deliver_on=days,
    quantity=st.none() | quantities,
    ship_on=st.none() | days,
    reason=maybe(st.sampled_from(["4", "AV"])),
)
parts = st.builds(
    LineOutcome,
    disposition=st.sampled_from(["accepted", "backordered"]),
    quantity=quantities,
    deliver_on=st.none() | days,
    ship_on=st.none() | days,
)
response_lines = st.builds(
    ResponseLine,
    line=lines,
    item=item_ids,
    quantity=st.none() | quantities,
    price=st.none() | prices,
    outcomes=st.just(()) | whole.map(lambda one: (one,)) | listed(parts, 3),
)
verdicts = st.sampled_from(
    [
        ("accepted", "accepted"),
        ("rejected", "rejected"),
        ("accepted_with_changes", "unanswered"),
        ("received_only", "unanswered"),
    ]
)
order_responses = st.builds(
    lambda verdict, **rest: OrderResponse(overall=verdict[0], unmentioned=verdict[1], **rest),
    verdict=verdicts,
    order_number=codes,
    responded_on=days,
    lines=listed(response_lines, 3, 0),
    number=codes,
    release=maybe(codes),
    supplier_order_number=maybe(codes),
    ordered_on=st.none() | days,
    buyer=st.none() | present,
    supplier=st.none() | present,
    deliver_on=st.none() | days,
    ship_on=st.none() | days,
    references=references,
)

change_lines = st.builds(
    ChangeLine,
    line=lines,
    action=st.sampled_from(["add", "change", "delete", "none"]),
    item=item_ids,
    quantity=st.none() | quantities,
    price=st.none() | prices,
    deliver_on=st.none() | days,
    ship_on=st.none() | days,
    description=maybe(said(35)),
)
order_changes = st.builds(
    OrderChange,
    order_number=codes,
    sequence=st.integers(0, 9999),
    changed_on=days,
    purpose=st.sampled_from(["change", "cancel", "replace"]),
    lines=listed(change_lines, 3, 0),
    release=maybe(codes),
    ordered_on=st.none() | days,
    buyer=st.none() | present,
    supplier=st.none() | present,
    deliver_on=st.none() | days,
    ship_on=st.none() | days,
    notes=st.lists(said(70), max_size=2).map(tuple),
)


@st.composite
def nodes(draw: st.DrawFn) -> tuple[ShipNode, ...]:
    """A shipment, pallets and cartons by their numbers, then the goods in each, numbered within it."""
    made = [ShipNode(id="1", level="shipment")]
    for _ in range(draw(st.integers(0, 3))):
        sscc, number = draw(st.text("0123456789", min_size=18, max_size=18)), str(len(made) + 1)
        pallet = draw(st.booleans())
        parents = [one.id for one in made if one.level != "pack"]
        made.append(
            ShipNode(
                id=number,
                level="tare" if pallet else "pack",
                parent=draw(st.sampled_from(parents)),
                sscc=sscc,
                package_type="201" if pallet else "CT",
            )
        )
    goods: list[ShipNode] = []
    for holder in made:
        for number in range(draw(st.integers(0, 2))):
            item = ShipNode(
                id=f"{holder.id}.{number + 1}",
                level="item",
                parent=holder.id,
                line=draw(maybe(lines)),
                order_number=draw(codes),
                item=draw(item_ids.filter(lambda one: one != ItemIds())),
                quantity=draw(quantities),
                ordered=draw(st.none() | quantities.filter(lambda one: not one.source_unit)),
                lot=draw(maybe(codes)),
                expires_on=draw(st.none() | days),
                description=draw(maybe(said(35))),
                serials=tuple(draw(st.lists(codes, max_size=3))),
            )
            goods.append(item)
    return (*made, *goods)


ship_notices = st.builds(
    ShipNotice,
    number=codes,
    noticed=moments,
    nodes=nodes(),
    purpose=st.sampled_from(["original", "cancel", "replace"]),
    shipped=st.none() | moments,
    expected=st.none() | moments,
    supplier=st.none() | present,
    ship_from=st.none() | present,
    ship_to=st.none() | present,
    carrier=maybe(codes),
    carrier_name=maybe(said(35)),
    transport_mode=maybe(st.sampled_from(["road", "air", "edifact:X"])),
    equipment=maybe(st.just("HH-AB 1")),
    bill_of_lading=maybe(codes),
    carrier_reference=maybe(codes),
    weight=st.none() | quantities.filter(lambda one: not one.source_unit),
    references=references,
)

charges = listed(st.builds(Charge, kind=st.just("allowance"), amount=some, code=maybe(st.just("DI"))), 1, 0)
freight = listed(st.builds(Charge, kind=st.just("charge"), amount=some, code=st.just("FC")), 2, 0)
invoice_lines = st.builds(
    InvoiceLine,
    number=lines,
    quantity=quantities,
    price=prices,
    order_number=maybe(codes),
    order_line=maybe(lines),
    item=item_ids,
    amount=st.none() | some,
    description=maybe(said(35)),
    charges=charges,
)
taxes = listed(st.builds(Charge, kind=st.just("tax"), amount=some, code=st.sampled_from(["VAT", "GST"])), 2, 0)
invoices = st.builds(
    lambda one, other, taxes, **rest: Invoice(charges=one + other + taxes, **rest),
    one=charges,
    other=freight,
    taxes=taxes,
    number=codes,
    invoiced_on=days,
    total=some,
    lines=listed(invoice_lines, 3),
    currency=maybe(st.just("EUR")),
    invoice_type=st.sampled_from(["invoice", "credit_note", "debit_note", "corrected"]),
    order_number=maybe(codes),
    release=maybe(codes),
    ordered_on=st.none() | days,
    ship_notice=maybe(codes),
    original_invoice=maybe(codes),
    supplier=st.none() | present,
    bill_to=st.none() | present,
    ship_to=st.none() | present,
    remit_to=st.none() | present,
    due_on=st.none() | days,
    shipped_on=st.none() | days,
    references=references,
).filter(lambda one: bool(one.order_number) or one.ordered_on is None)

bad = st.sampled_from([(Decimal(0), ""), (Decimal(5), "damaged"), (Decimal("2.5"), "short"), (Decimal(1), "other")])
receipt_lines = st.builds(
    lambda bad, **rest: ReceiptLine(rejected=bad[0], reason=bad[1], **rest),
    bad=bad,
    number=lines,
    received=quantities,
    order_number=maybe(codes),
    order_line=maybe(lines),
    item=item_ids,
    lot=maybe(codes),
    expires_on=st.none() | days,
    sscc=maybe(st.text("0123456789", min_size=18, max_size=18)),
    description=maybe(said(35)),
    advised=st.none() | quantities,
)
goods_receipts = st.builds(
    GoodsReceipt,
    number=codes,
    received=moments,
    lines=listed(receipt_lines, 3),
    order_number=maybe(codes),
    release=maybe(codes),
    ship_notice=maybe(codes),
    warehouse=st.none() | present,
    carrier=maybe(codes),
    bill_of_lading=maybe(codes),
    references=references,
)

element_faults = st.builds(
    ElementFault, position=st.integers(1, 99), component=st.integers(1, 9), code=st.sampled_from(["12", "13"])
)
segment_faults = st.builds(
    SegmentFault,
    segment=st.just(""),
    position=st.integers(1, 999),
    code=maybe(st.just("15")),
    elements=listed(element_faults, 2, 0),
)


def _report(group: str, rejected: bool, sets: tuple[SetReport, ...]) -> SyntaxReport:
    taken = sum(one.verdict != "rejected" for one in sets)
    verdict = "rejected" if rejected else "partially_accepted" if taken < len(sets) else "accepted"
    return SyntaxReport(
        functional_id="",
        group=group,
        verdict=verdict,
        included=len(sets),
        received=len(sets),
        accepted=taken,
        sets=sets,
        codes=("28",) if rejected else (),
    )


rejections = st.builds(
    SetReport,
    kind=st.sampled_from(["ORDERS:D:96A:UN", "DESADV:D:01B:UN:EAN007"]),
    control=st.integers(1, 9999).map(str),
    verdict=st.just("rejected"),
    codes=st.sampled_from([(), ("29",)]),
    segments=listed(segment_faults, 2, 0),
)
acceptances = st.builds(
    SetReport, kind=st.just("ORDERS:D:96A:UN"), control=st.integers(1, 9999).map(str), verdict=st.just("accepted")
)
syntax_reports = st.builds(
    _report, st.integers(1, 99999).map(str), st.booleans(), listed(rejections | acceptances, 3, 0)
)

content_faults = st.builds(ContentFault, says=said(70), source_code=st.sampled_from(["42", "E1"]), line=maybe(lines))
content_reports = st.builds(
    lambda answer, **rest: ContentReport(answers=(answer,), **rest),
    answer=st.builds(
        ContentAnswer,
        verdict=st.just("rejected"),
        reference=codes,
        reference_kind=st.just("purchase_order"),
        control=maybe(codes),
        faults=listed(content_faults, 2, 0),
    ),
    number=codes,
    reported=moments,
    sender=st.none() | present,
    receiver=st.none() | present,
    notes=st.lists(said(70), max_size=2).map(tuple),
)

DRAWN = {
    "orders": purchase_orders,
    "ordrsp": order_responses,
    "ordchg": order_changes,
    "desadv": ship_notices,
    "invoic": invoices,
    "recadv": goods_receipts,
    "contrl": syntax_reports,
    "aperak": content_reports,
}
