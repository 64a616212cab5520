"""Drawing what warehouses and their owners tell each other, as X12 can say it in full."""

from datetime import time
from decimal import Decimal

from hypothesis import strategies as st
from msgspec.structs import replace
from tests.maps.values import (
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
    some_item_ids,
    three_item_ids,
)

from tradelane.maps.finishers import move_between_buckets
from tradelane.model.delivery_schedule import (
    Authorisation,
    DeliverySchedule,
    ReceivedSoFar,
    ScheduledQuantity,
    ScheduleLine,
    TimedQuantity,
)
from tradelane.model.goods_receipt import GoodsReceipt, ReceiptLine
from tradelane.model.inventory_adjustment import AdjustmentLine, InventoryAdjustment
from tradelane.model.inventory_report import InventoryLine, InventoryReport, StockFigure
from tradelane.model.moment import Moment
from tradelane.model.quantity import Change, Quantity
from tradelane.model.stock_transfer import StockTransfer, TransferLine
from tradelane.model.transport import Equipment
from tradelane.model.warehouse_advice import AdviceLine, WarehouseAdvice
from tradelane.model.warehouse_order import WarehouseOrder, WarehouseOrderLine

only_days = days.map(lambda on: Moment(on=on))
purposes = st.sampled_from(["original", "cancel", "replace"])
notes = st.lists(said(80), max_size=2).map(tuple)
ssccs = st.text("0123456789", min_size=18, max_size=18)
terms = st.sampled_from(["prepaid", "collect", "third_party"])
modes = st.sampled_from(["road", "air", "rail", "x12:BU"])
scacs = st.sampled_from(["ABCD", "XPOL"])
units = st.sampled_from([("EA", ""), ("CS", ""), ("CS", "CS"), ("LBR", ""), ("MTQ", "")])
changes = st.builds(
    lambda value, unit: Change(value, *unit), st.integers(-9_999_999, 9_999_999).map(lambda n: Decimal(n) / 100), units
)
equipment = st.builds(Equipment, number=codes.map(lambda c: c[:10]), owner=maybe(scacs), kind=maybe(st.just("TL")))

stock_buckets = st.sampled_from(["on_hand", "available", "committed", "on_order", "damaged", "backordered", "minimum"])
stock_lines = st.builds(
    InventoryLine,
    item=some_item_ids,
    figures=listed(st.builds(StockFigure, bucket=stock_buckets, quantity=changes, on=st.none() | days), 3, 0),
    number=maybe(codes),
    description=maybe(said(80)),
    lot=maybe(codes),
    expires_on=st.none() | days,
    price=st.none() | prices,
    references=clear_references,
)
inventory_reports = st.builds(
    InventoryReport,
    number=codes,
    as_of=moments.filter(lambda m: m.offset is None),
    lines=listed(stock_lines),
    purpose=purposes,
    kind=st.sampled_from(["stock", "availability", "parameters", "other"]),
    period_from=st.none() | days,
    period_to=st.none() | days,
    warehouse=st.none() | parties,
    supplier=st.none() | parties,
    buyer=st.none() | parties,
    currency=maybe(st.just("USD")),
    references=references,
)
activity_lines = st.builds(
    InventoryLine,
    item=some_item_ids,
    figures=listed(
        st.builds(
            StockFigure,
            bucket=st.sampled_from(["on_hand", "sold", "on_order", "received", "returns"]),
            quantity=changes,
            on=st.none() | days,
        ),
        3,
        0,
    ),
    number=maybe(codes),
    lot=maybe(codes),
    price=st.none() | prices,
    references=clear_references,
)


@st.composite
def activity_reports(draw: st.DrawFn) -> InventoryReport:
    """An 852's worth: of its end, and so of the moment it holds for, it knows the day only."""
    end = draw(days)
    return InventoryReport(
        number=draw(maybe(codes)),
        as_of=Moment(on=end),
        lines=draw(listed(activity_lines)),
        kind="activity",
        period_from=draw(days),
        period_to=end,
        warehouse=draw(st.none() | parties),
        supplier=draw(st.none() | parties),
        buyer=draw(st.none() | parties),
        references=draw(clear_references),
    )


adjustment_lines = st.builds(
    AdjustmentLine,
    number=codes,
    item=three_item_ids,
    change=changes,
    reason=st.sampled_from(["count", "hold", "release", "damaged", "expired", "recovered", "transfer", "other"]),
    lot=maybe(codes),
    expires_on=st.none() | days,
    references=clear_references,
)
inventory_adjustments = st.builds(
    InventoryAdjustment,
    number=codes,
    adjusted=only_days,
    lines=listed(adjustment_lines),
    depositor_number=maybe(codes),
    warehouse=parties.filter(lambda p: bool(p.name)),
    depositor=st.none() | parties,
    references=clear_references,
    notes=notes,
).map(move_between_buckets)

order_lines = st.builds(
    WarehouseOrderLine,
    number=codes,
    item=three_item_ids,
    quantity=quantities,
    description=maybe(said(45)),
    lot=maybe(codes),
    order_number=maybe(codes),
    order_line=maybe(codes),
    references=clear_references,
    notes=notes,
)


@st.composite
def warehouse_orders(draw: st.DrawFn) -> WarehouseOrder:
    """A 940's worth. How it travels is said in one segment, of which who pays and by what mode must be filled."""
    order = draw(
        st.builds(
            WarehouseOrder,
            number=codes,
            lines=listed(order_lines),
            purpose=purposes,
            ordered_on=st.none() | days,
            order_number=maybe(codes),
            shipment=maybe(codes),
            depositor=st.none() | parties,
            warehouse=st.none() | parties,
            ship_to=st.none() | parties,
            bill_to=st.none() | parties,
            ship_on=st.none() | days,
            ship_not_before=st.none() | days,
            ship_not_after=st.none() | days,
            deliver_on=st.none() | days,
            deliver_not_before=st.none() | days,
            deliver_not_after=st.none() | days,
            cancel_after=st.none() | days,
            references=references,
            notes=notes,
        )
    )
    if draw(st.booleans()):
        return order
    return replace(
        order,
        freight_terms=draw(terms),
        transport_mode=draw(maybe(modes)),
        carrier=draw(scacs),
        carrier_name=draw(maybe(said(35))),
    )


transfer_lines = st.builds(
    TransferLine,
    number=codes,
    item=three_item_ids,
    quantity=quantities,
    description=maybe(said(45)),
    lot=maybe(codes),
    expires_on=st.none() | days,
    sscc=maybe(ssccs),
    hold=maybe(st.sampled_from(["quality", "committed"])),
    order_number=maybe(codes),
    order_line=maybe(codes),
    references=clear_references,
)
stock_transfers = st.builds(
    StockTransfer,
    number=codes,
    lines=listed(transfer_lines),
    purpose=purposes,
    shipped=st.none() | only_days,
    expected=st.none() | moments,
    order_number=maybe(codes),
    shipment=maybe(codes),
    depositor=st.none() | parties,
    warehouse=parties.filter(lambda p: bool(p.name)),
    ship_from=st.none() | parties,
    carrier=maybe(scacs),
    carrier_name=maybe(said(35)),
    transport_mode=maybe(modes),
    freight_terms=maybe(terms),
    equipment=listed(equipment, 1, 0),
    references=references,
    notes=notes,
)

advice_lines = st.builds(
    AdviceLine,
    number=codes,
    item=three_item_ids,
    shipped=quantities.map(lambda q: Quantity(q.value, "EA")),
    status=st.sampled_from(["complete", "partial", "cancelled", "out_of_stock", "substituted", "backordered"]),
    ordered=st.none() | quantities.map(lambda q: Quantity(q.value, "EA")),
    short=st.integers(0, 99).map(Decimal),
    reason=st.sampled_from(["", "out_of_stock", "cut_for_space", "other"]),
    description=maybe(said(45)),
    order_number=maybe(codes),
    order_line=maybe(codes),
    lot=maybe(codes),
    expires_on=st.none() | days,
    serials=st.lists(codes, max_size=2).map(tuple),
    sscc=maybe(ssccs),
    weight=st.none() | quantities.map(lambda q: Quantity(q.value, "LBR")),
    references=clear_references,
)
totals = st.none() | quantities
warehouse_advices = st.builds(
    WarehouseAdvice,
    number=codes,
    warehouse_order=codes.filter(lambda c: len(c) <= 22),
    shipped=moments,
    lines=listed(advice_lines),
    final=st.booleans(),
    order_number=maybe(codes),
    bill_of_lading=maybe(codes),
    carrier_reference=maybe(codes),
    carrier=maybe(scacs),
    carrier_name=maybe(said(35)),
    transport_mode=maybe(modes),
    freight_terms=maybe(terms),
    equipment=listed(equipment, 1, 0),
    depositor=st.none() | parties,
    warehouse=st.none() | parties,
    ship_to=st.none() | parties,
    bill_to=st.none() | parties,
    weight=totals,
    volume=totals,
    packages=totals,
    references=clear_references,
    notes=notes,
)

bad_goods = st.sampled_from(
    [(Decimal(0), ""), (Decimal(5), "damaged"), (Decimal("2.5"), "quality"), (Decimal(0), "short")]
)
dock_lines = st.builds(
    lambda bad, **rest: ReceiptLine(rejected=bad[0], reason=bad[1], **rest),
    bad=bad_goods,
    number=codes,
    received=quantities,
    order_number=maybe(codes),
    order_line=maybe(codes),
    item=item_ids,
    lot=maybe(codes),
    expires_on=st.none() | days,
    sscc=maybe(ssccs),
    description=maybe(said(80)),
    advised=st.none() | quantities,
    serials=st.lists(codes, max_size=2).map(tuple),
    references=clear_references,
)
receiving_advices = st.builds(
    GoodsReceipt,
    number=codes,
    received=moments,
    lines=listed(dock_lines),
    order_number=maybe(codes),
    ship_notice=maybe(codes),
    purpose=purposes,
    warehouse=st.none() | parties,
    buyer=st.none() | parties,
    supplier=st.none() | parties,
    ship_to=st.none() | parties,
    carrier=maybe(scacs),
    bill_of_lading=maybe(codes),
    references=clear_references,
)


wanted = st.builds(
    ScheduledQuantity,
    quantity=quantities,
    on=only_days,
    until=st.none() | days,
    certainty=st.sampled_from(["firm", "planned", "other"]),
    interval=st.sampled_from(["discrete", "day", "week", "month", "flexible"]),
    times=st.sampled_from(
        [
            (),
            (TimedQuantity(quantity=Decimal(8), at=time(8)),),
            (TimedQuantity(quantity=Decimal(8), at=time(8)), TimedQuantity(quantity=Decimal("2.5"), at=time(14, 30))),
        ]
    ),
)
last_received = st.builds(
    ReceivedSoFar,
    kind=st.sampled_from(["last_received", "last_shipped"]),
    quantity=quantities,
    on=days,
    shipment=maybe(codes),
)
all_received = st.builds(
    ReceivedSoFar, kind=st.just("cumulative_received"), quantity=quantities, since=days, on=days, shipment=maybe(codes)
)
authorisations = st.builds(
    Authorisation,
    kind=st.sampled_from(["finished", "material"]),
    quantity=st.integers(0, 999).map(Decimal),
    since=st.none() | days,
    until=days,
)


def _in_one_unit(line: ScheduleLine, unit: tuple[str, str]) -> ScheduleLine:
    """X12 has one unit for all quantities of a line."""
    return replace(
        line,
        schedules=tuple(replace(s, quantity=Quantity(s.quantity.value, *unit)) for s in line.schedules),
        received=tuple(replace(r, quantity=Quantity(r.quantity.value, *unit)) for r in line.received),
    )


schedule_lines = st.builds(
    _in_one_unit,
    st.builds(
        ScheduleLine,
        number=codes,
        item=some_item_ids,
        schedules=listed(wanted, 4),
        description=maybe(said(80)),
        order_number=maybe(codes),
        order_line=maybe(codes),
        ship_to=st.none() | parties,
        received=st.tuples(listed(last_received, 1, 0), listed(all_received, 1, 0)).map(lambda both: both[0] + both[1]),
        authorisations=listed(authorisations, 2, 0),
        references=clear_references,
    ),
    units,
)
delivery_schedules = st.builds(
    DeliverySchedule,
    number=codes,
    issued_on=days,
    lines=listed(schedule_lines, 2),
    by=st.sampled_from(["delivery", "shipment"]),
    cumulative=st.booleans(),
    purpose=purposes,
    release=maybe(codes),
    order_number=maybe(codes),
    horizon_from=days,
    horizon_to=days,
    buyer=st.none() | parties,
    supplier=st.none() | parties,
    ship_to=st.none() | parties,
    ship_from=st.none() | parties,
    currency=maybe(st.just("USD")),
    references=references,
)
call_offs = delivery_schedules.map(lambda plan: replace(plan, kind="shipping", currency="", references=()))
