"""Drawing what shippers and carriers tell each other, and what is said about money and returns, as X12 can say it."""

from decimal import Decimal

from hypothesis import strategies as st
from tests.maps.stock_documents import modes, notes, purposes, scacs, terms
from tests.maps.values import (
    cents,
    clear_references,
    codes,
    days,
    item_ids,
    listed,
    maybe,
    moments,
    parties,
    prices,
    quantities,
    references,
    said,
)

from tradelane.model.content_report import ContentAnswer, ContentFault, ContentReport
from tradelane.model.freight_invoice import FreightCharge, FreightInvoice
from tradelane.model.load_tender import LoadTender
from tradelane.model.quantity import Quantity
from tradelane.model.remittance_advice import RemittanceAdvice, RemittedAdjustment, RemittedItem
from tradelane.model.return_advice import DecidedLine, ReturnAdvice
from tradelane.model.return_request import ReturnLine, ReturnRequest
from tradelane.model.tender_response import StopAnswer, TenderResponse
from tradelane.model.transport import Equipment, Location, Stop, StopOrder, Window
from tradelane.model.transport_status import Milestone, TransportStatus

short_notes = st.lists(said(30), max_size=2).map(tuple)
weights = (
    st.none() | quantities.map(lambda q: Quantity(q.value, "LBR")) | quantities.map(lambda q: Quantity(q.value, "KGM"))
)
volumes = st.none() | quantities.map(lambda q: Quantity(q.value, "FTQ"))
pieces = st.none() | st.integers(0, 99).map(lambda n: Quantity(Decimal(n), "C62"))
trailers = st.builds(
    Equipment,
    number=codes.map(lambda c: c[:10]),
    owner=maybe(scacs),
    kind=maybe(st.just("TL")),
    seals=st.lists(codes, max_size=3).map(lambda seals: tuple(s.rjust(2, "0")[:15] for s in seals)),
)
windows = st.none() | st.builds(
    Window, earliest=st.none() | moments, latest=st.none() | moments, at=st.none() | moments
).filter(lambda w: w != Window())
stop_orders = st.builds(
    StopOrder,
    order_number=codes,
    shipment=maybe(codes),
    quantity=st.none() | quantities,
    weight=weights,
    volume=volumes,
    description=maybe(said(50)),
)


@st.composite
def stops(draw: st.DrawFn) -> tuple[Stop, ...]:
    """A trip's stops, numbered as they come."""
    actions = draw(
        st.lists(
            st.sampled_from(["pickup", "part_pickup", "delivery", "part_delivery", "drop_equipment", "crossdock"]),
            min_size=1,
            max_size=3,
        )
    )
    return tuple(
        Stop(
            number=str(number),
            action=action,
            party=draw(st.none() | parties.filter(lambda p: bool(p.name or p.identifiers))),
            window=draw(windows),
            weight=draw(weights),
            volume=draw(volumes),
            packages=draw(st.none() | quantities),
            orders=draw(listed(stop_orders, 2, 0)),
            references=draw(references),
            notes=draw(notes),
        )
        for number, action in enumerate(actions, 1)
    )


load_tenders = st.builds(
    LoadTender,
    number=codes,
    stops=stops(),
    purpose=purposes,
    carrier=scacs,
    transport_mode=maybe(modes),
    respond_by=st.none() | moments,
    freight_terms=terms,
    shipper=st.none() | parties,
    consignee=st.none() | parties,
    bill_to=st.none() | parties,
    equipment=listed(trailers, 2, 0),
    weight=weights,
    volume=volumes,
    packages=pieces,
    charge=st.none() | cents,
    references=references,
    notes=notes,
)
tender_responses = st.builds(
    TenderResponse,
    tender=codes,
    verdict=st.sampled_from(["accepted", "declined", "cancelled", "countered", "other"]),
    responded_on=st.none() | days,
    carrier=maybe(scacs),
    number=maybe(codes),
    stops=listed(
        st.builds(
            StopAnswer,
            number=st.integers(1, 999).map(str),
            action=st.sampled_from(["pickup", "delivery", "part_pickup"]),
            at=st.none() | moments,
        ),
        2,
        0,
    ),
    references=clear_references,
    notes=st.sampled_from([(), ("call us",), ("call us", "today")]),
)

places = st.builds(
    Location,
    city=said(30, 2),
    region=st.sampled_from(["IL", "NJ"]),
    country=maybe(st.just("US")),
    postal_code=maybe(codes.map(lambda c: c[:15])),
    latitude=st.sampled_from([None, Decimal("41.875"), Decimal("-33.5")]),
    longitude=st.sampled_from([None, Decimal("-87.625"), Decimal(7)]),
)
events = st.sampled_from(
    [
        ("delivered", "actual", "normal"),
        ("delivered", "estimated", "weather"),
        ("picked_up", "actual", "normal"),
        ("picked_up", "estimated", "carrier"),
        ("arrived_destination", "estimated", "road"),
        ("in_transit", "actual", "other"),
        ("delayed", "actual", "customs"),
        ("other", "actual", "normal"),
        ("pickup_appointment", "planned", ""),
        ("delivery_appointment", "planned", "consignee"),
    ]
)
milestones = st.builds(
    lambda event, **rest: Milestone(milestone=event[0], classifier=event[1], reason=event[2], **rest),
    event=events,
    happened=st.none() | moments,
    location=st.none() | places,
    stop=maybe(st.integers(1, 99).map(str)),
    equipment=listed(st.builds(Equipment, number=codes.map(lambda c: c[:10]), owner=maybe(scacs)), 1, 0),
    weight=weights,
    quantity=pieces,
    references=clear_references,
    notes=short_notes,
)
transport_statuses = st.builds(
    TransportStatus,
    # What has happened is written before what is agreed, so that is how it comes back.
    milestones=listed(milestones, 4, 0).map(lambda all: tuple(sorted(all, key=lambda m: m.classifier == "planned"))),
    number=maybe(codes),
    shipment=codes,
    carrier=scacs,
    shipper=st.none() | parties,
    consignee=st.none() | parties,
    references=references,
)

charges = st.builds(
    FreightCharge,
    number=st.integers(1, 999).map(str),
    amount=cents,
    kind=st.sampled_from(["linehaul", "fuel", "detention", "accessorial", "discount", "other"]),
    description=maybe(said(25)),
    rate=st.none() | st.integers(0, 9999).map(lambda n: Decimal(n) / 100),
    rate_basis=maybe(st.sampled_from(["flat", "per_mile", "x12:ZZ"])),
    weight=weights,
    quantity=pieces,
    references=clear_references,
)
freight_invoices = st.builds(
    FreightInvoice,
    number=codes,
    invoiced_on=days,
    total=cents,
    charges=listed(charges, 3, 0),
    currency=maybe(st.just("USD")),
    correction=st.booleans(),
    shipment=maybe(codes),
    bill_of_lading=maybe(codes),
    carrier_reference=maybe(codes),
    carrier=scacs,
    freight_terms=terms,
    shipped_on=st.none() | days,
    delivered_on=st.none() | days,
    due_on=st.none() | days,
    bill_to=st.none() | parties,
    remit_to=st.none() | parties,
    shipper=st.none() | parties,
    consignee=st.none() | parties,
    equipment=listed(trailers, 2, 0),
    weight=weights,
    packages=pieces,
    references=clear_references,
    notes=st.sampled_from([(), ("thank you",), ("thank you", "indeed")]),
)

sums = st.integers(-9_999_999, 9_999_999).map(lambda n: Decimal(n) / 100)
adjustments = st.builds(
    RemittedAdjustment,
    amount=sums,
    reason=st.sampled_from(["price", "damaged", "quantity", "x12:ZZ"]),
    reference=maybe(codes),
)
remitted = st.builds(
    RemittedItem,
    number=codes,
    kind=st.sampled_from(["invoice", "credit_note", "debit_note", "order", "other"]),
    paid=st.none() | sums,
    invoiced=st.none() | sums,
    discount=st.none() | sums,
    invoiced_on=st.none() | days,
    order_number=maybe(codes),
    adjustments=listed(adjustments, 2, 0),
    references=clear_references,
    notes=notes,
)
remittance_advices = st.builds(
    RemittanceAdvice,
    number=codes,
    amount=cents,
    items=listed(remitted, 3, 0),
    paid_on=st.none() | days,
    issued_on=st.none() | days,
    currency=maybe(st.just("USD")),
    kind=st.sampled_from(["advice", "payment", "payment_with_advice"]),
    direction=st.sampled_from(["credit", "debit"]),
    method=st.sampled_from(["ach", "check", "wire", "none", "x12:XYZ"]),
    payer=st.none() | parties,
    payee=st.none() | parties,
    payer_bank=maybe(st.just("021000021")),
    payer_account=maybe(codes),
    payee_bank=maybe(st.just("026009593")),
    payee_account=maybe(codes),
    references=clear_references,
    notes=notes,
)

reasons = st.sampled_from(["", "damaged", "defective", "wrong_goods", "expired", "excess", "recall", "other"])
sent_back = {
    "number": codes,
    "item": item_ids.filter(lambda i: bool(i.buyer_item or i.gtin or i.supplier_item or i.manufacturer_item)),
    "quantity": quantities,
    "reason": reasons,
    "description": maybe(said(80)),
    "price": st.none() | prices,
    "order_number": maybe(codes),
    "order_line": maybe(codes),
    "invoice": maybe(codes),
    "lot": maybe(codes),
    "serials": st.lists(codes, max_size=2).map(tuple),
    "references": clear_references,
    "notes": notes,
}
return_requests = st.builds(
    ReturnRequest,
    number=codes,
    requested_on=days,
    lines=listed(st.builds(ReturnLine, used=st.booleans(), **sent_back), 3),
    purpose=purposes,
    order_number=maybe(codes),
    invoice=maybe(codes),
    requester=st.none() | parties,
    supplier=st.none() | parties,
    ship_from=st.none() | parties,
    return_to=st.none() | parties,
    carrier=maybe(scacs),
    references=clear_references,
    notes=notes,
)
decisions = st.sampled_from(["authorised", "partly_authorised", "denied", "pending", "credit_only", "donate", "other"])
denials = st.sampled_from(["", "no_record", "too_late", "not_defective", "other"])
return_advices = st.builds(
    ReturnAdvice,
    number=codes,
    decided_on=days,
    decision=decisions,
    lines=listed(st.builds(DecidedLine, decision=st.none() | decisions, denial=denials, **sent_back), 3, 0),
    denial=denials,
    reason=reasons,
    request=maybe(codes),
    purpose=purposes,
    order_number=maybe(codes),
    invoice=maybe(codes),
    expires_on=st.none() | days,
    requester=st.none() | parties,
    supplier=st.none() | parties,
    ship_from=st.none() | parties,
    return_to=st.none() | parties,
    references=clear_references,
    notes=notes,
)

faults = st.builds(
    ContentFault,
    says=said(60),
    segment=maybe(st.sampled_from(["N1", "PO1"])),
    segment_position=st.integers(0, 99),
    element=st.integers(0, 30),
    value=maybe(codes),
    source_code=st.sampled_from(["024", "848", "ZZZ"]),
)
answers = st.builds(
    ContentAnswer,
    verdict=st.sampled_from(
        ["accepted", "accepted_with_changes", "accepted_with_errors", "partially_accepted", "rejected"]
    ),
    level=st.sampled_from(["batch", "group", "document", "item"]),
    reference=codes,
    reference_kind=st.sampled_from(["purchase_order", "bill_of_lading", "x12:TN"]),
    kind=maybe(st.sampled_from(["856", "810"])),
    group=maybe(st.integers(1, 9999).map(str)),
    control=maybe(st.just("0001")),
    faults=listed(faults, 2, 0),
    references=references,
)
content_reports = st.builds(
    ContentReport,
    number=codes,
    reported=moments,
    answers=listed(answers, 3),
    purpose=purposes,
    sender=st.none() | parties,
    receiver=st.none() | parties,
)
