"""One line of an order as people see it: where its units are, which dates hold, what it is late or short by."""

from datetime import date
from decimal import Decimal

from msgspec import Struct
from msgspec.structs import replace

from tradelane.model.order_change import ChangeLine
from tradelane.model.party import ItemIds
from tradelane.model.purchase_order import LineCut, LinePromised, LineReceived, LineShipped, OrderLine, PurchaseOrder

ZERO = Decimal(0)


class LineRow(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Quantities of one line in the line's own unit. ``open`` is what nobody has answered for; ordered = open +
    promised + cut.
    """

    number: str
    item: str = ""
    description: str = ""
    unit: str = ""
    ordered: Decimal = ZERO
    open: Decimal = ZERO
    promised: Decimal = ZERO
    cut: Decimal = ZERO
    shipped: Decimal = ZERO
    received: Decimal = ZERO
    rejected: Decimal = ZERO
    invoiced: Decimal = ZERO
    found_short: Decimal = ZERO
    price: Decimal | None = None
    answer: str = ""
    wanted_on: date | None = None
    promised_on: date | None = None
    expected_on: date | None = None
    late_days: int = 0
    short: Decimal = ZERO
    at_stake: Decimal = ZERO


def ordered_line(line: OrderLine, order: PurchaseOrder, before: LineRow | None) -> LineRow:
    """Return *line* as ordered; what already happened to it (*before*) stays."""
    wanted = [day for s in line.schedules if (day := s.deliver_on or s.ship_on)]
    row = replace(
        before or LineRow(number=line.number),
        item=item_name(line.item),
        description=line.description,
        unit=line.quantity.unit,
        ordered=line.quantity.value,
        price=line.price.each() if line.price else None,
        wanted_on=max(wanted, default=None) or line.deliver_on or order.deliver_on or line.ship_on or order.ship_on,
    )
    return settled(row)


def changed_line(row: LineRow | None, change: ChangeLine) -> LineRow:
    """Return the line after the buyer's change: new absolute values, what is not named stays; a deleted line is cut."""
    row = row or LineRow(number=change.line, item=item_name(change.item), description=change.description)
    if change.action == "delete":
        return settled(
            replace(row, cut=row.ordered - min(row.shipped, row.ordered), promised=min(row.promised, row.shipped))
        )
    quantity, price = change.quantity, change.price
    return settled(
        replace(
            row,
            ordered=quantity.value if quantity else row.ordered,
            unit=quantity.unit if quantity else row.unit,
            price=price.each() if price else row.price,
            wanted_on=change.deliver_on or change.ship_on or row.wanted_on,
        )
    )


def promised_line(row: LineRow, event: LinePromised) -> LineRow:
    """Return the line with the supplier's promise as it stands now."""
    days = [day for p in event.promises if (day := p.deliver_on or p.ship_on)]
    return settled(
        replace(row, promised=event.quantity, answer=event.disposition, promised_on=max(days, default=row.promised_on))
    )


def cut_line(row: LineRow, event: LineCut) -> LineRow:
    """Return the line with the units that will never come."""
    return settled(replace(row, cut=event.quantity))


def given_up_line(row: LineRow) -> LineRow:
    """Return the line of a cancelled order: what is not on its way will never come."""
    on_its_way = min(max(row.shipped, row.received), row.ordered)
    return settled(replace(row, cut=row.ordered - on_its_way, promised=on_its_way))


def shipped_line(row: LineRow, event: LineShipped) -> LineRow:
    """Return the line after units left the supplier (or, taken back, did not)."""
    return settled(
        replace(row, shipped=row.shipped + event.quantity, expected_on=max_day(row.expected_on, event.expected_on))
    )


def received_line(row: LineRow, event: LineReceived) -> LineRow:
    """Return the line after the warehouse counted units of it."""
    return settled(replace(row, received=row.received + event.received, rejected=row.rejected + event.rejected))


def settled(row: LineRow) -> LineRow:
    """Return the line with everything that follows from its quantities and dates."""
    answered = max(row.promised, min(row.shipped, row.ordered - row.cut))
    known = max_day(row.promised_on, row.expected_on)
    arrived = row.received + row.rejected >= row.ordered - row.cut > ZERO
    late = (known - row.wanted_on).days if known and row.wanted_on and not arrived else 0
    short = row.cut + row.found_short
    outstanding = max(row.ordered - row.cut - row.received, ZERO) if late > 0 else ZERO
    return replace(
        row,
        open=max(row.ordered - answered - row.cut, ZERO),
        late_days=max(late, 0),
        short=short,
        at_stake=(short + outstanding) * (row.price or ZERO),
    )


def item_name(item: ItemIds) -> str:
    """Return the name by which people know the item: the buyer's, else whichever was given."""
    return item.buyer_item or item.gtin or item.supplier_item or item.manufacturer_item


def max_day(*days: date | None) -> date | None:
    """Return the latest of the days that are known."""
    return max((day for day in days if day), default=None)
