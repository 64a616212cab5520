"""One line of an order as people see it: where its units are, which dates hold, what it is late or short by.

The quantities follow the order's books, posting by posting; at every moment
ordered + over == open + promised + cut + shipped + received + rejected.
"""

from datetime import date
from decimal import Decimal

from msgspec import Struct
from msgspec.structs import replace

from tradelane.model.order_change import ChangeLine, OrderChange
from tradelane.model.order_receipt import LineReceiptReversed, LineReceived
from tradelane.model.party import ItemIds
from tradelane.model.purchase_order import LineCut, LinePromised, LineShipped, OrderLine, PurchaseOrder

ZERO = Decimal(0)
DELETED = "deleted"
"""What a line's answer says when the buyer took the line back."""


class LineRow(Struct, frozen=True, kw_only=True):
    """Quantities of one line in the line's own unit.

    ``open``: nobody has answered for them; ``shipped``: on their way now; ``over``: came although nobody ordered them;
    ``missing``: announced, not found on arrival, still owed; ``short``: missing or cut by the supplier;
    ``disputed``: the answer differs from the order by more than is accepted without a person;
    ``changed``: the buyer changed the line once; ``deleting``: took it back, and the supplier has not agreed.
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
    over: Decimal = ZERO
    invoiced: Decimal = ZERO
    missing: Decimal = ZERO
    short: Decimal = ZERO
    price: Decimal | None = None
    answer: str = ""
    has_promise: bool = False
    disputed: bool = False
    changed: bool = False
    deleting: bool = False
    wanted_on: date | None = None
    promised_on: date | None = None
    expected_on: date | None = None
    late_days: int = 0
    at_stake: Decimal = ZERO

    @property
    def remaining(self) -> Decimal:
        """Units that have not left the supplier: open, promised or cut."""
        return self.ordered + self.over - self.shipped - self.received - self.rejected

    @property
    def to_come(self) -> Decimal:
        """Units that may still be shipped."""
        return self.remaining - self.cut

    @property
    def change_pending(self) -> bool:
        """Whether the buyer's change of the line waits for the supplier's answer."""
        return self.changed and not self.answer and self.open > ZERO

    @property
    def arrived(self) -> bool:
        """Whether nothing is on its way or may still be shipped."""
        return not self.to_come and not self.shipped


def ordered_line(line: OrderLine, order: PurchaseOrder) -> LineRow:
    """Return *line* as ordered: every unit open."""
    wanted = max((s.deliver_on for s in line.schedules if s.deliver_on), default=None) if line.schedules else None
    shipped = max((s.ship_on for s in line.schedules if s.ship_on), default=None) if line.schedules else None
    return LineRow(
        number=line.number,
        item=item_name(line.item),
        description=line.description,
        unit=line.quantity.unit,
        ordered=line.quantity.value,
        open=line.quantity.value,
        price=line.price.each() if line.price else None,
        wanted_on=wanted or line.deliver_on or order.deliver_on or shipped or line.ship_on,
    )


def changed_line(row: LineRow | None, change: ChangeLine, whole: OrderChange) -> LineRow:
    """Return the line after the buyer's change: what has left stays, the rest is open again and wants a new answer."""
    if row is not None and (change.action == "delete" or (change.quantity and not change.quantity.value)):
        return cancelled_line(row)
    row = row or LineRow(number=change.line, item=item_name(change.item), description=change.description)
    ordered = change.quantity.value if change.quantity else row.ordered
    return settled(
        replace(
            row,
            ordered=ordered,
            over=max(ZERO, row.shipped + row.received + row.rejected - ordered),
            promised=ZERO,
            cut=ZERO,
            answer="",
            has_promise=False,
            disputed=False,
            deleting=False,
            changed=True,
            promised_on=None,
            item=item_name(change.item) or row.item,
            unit=change.quantity.unit if change.quantity else row.unit,
            price=change.price.each() if change.price else row.price,
            wanted_on=change.deliver_on or whole.deliver_on or row.wanted_on or change.ship_on or whole.ship_on,
        )
    )


def deleting_line(row: LineRow, whole: OrderChange) -> LineRow:
    """Return the line taken back: all that has not left is open until the supplier agrees."""
    return replace(changed_line(row, ChangeLine(line=row.number, action="change"), whole), deleting=True)


def cancelled_line(row: LineRow) -> LineRow:
    """Return the line with everything that has not left the supplier cut."""
    return settled(replace(row, promised=ZERO, cut=row.remaining, answer=DELETED, deleting=False))


def promised_line(row: LineRow, event: LinePromised) -> LineRow:
    """Return the line with the supplier's promise as it stands now."""
    days = [day for p in event.promises if (day := p.deliver_on or p.ship_on)]
    return settled(
        replace(
            row,
            promised=event.quantity,
            cut=min(row.cut, row.remaining - event.quantity),
            answer=event.disposition,
            deleting=False,
            has_promise=bool(event.promises),
            promised_on=max(days, default=None),
        )
    )


def cut_line(row: LineRow, event: LineCut) -> LineRow:
    """Return the line with the units that will never come."""
    promised = min(row.promised, row.remaining - event.quantity)
    all_of_it = bool(event.quantity) and not promised and event.quantity == row.remaining
    return settled(
        replace(
            row,
            cut=event.quantity,
            promised=promised,
            answer=(DELETED if row.deleting else "rejected") if all_of_it else row.answer or "rejected",
            deleting=row.deleting and not all_of_it,
            has_promise=row.has_promise and not all_of_it,
        )
    )


def shipped_line(row: LineRow, event: LineShipped) -> LineRow:
    """Return the line after units left the supplier (or, taken back, did not)."""
    moved = _left(row, event.quantity) if event.quantity > 0 else _returned(row, -event.quantity, row.has_promise)
    expected = max_day(row.expected_on, event.expected_on)
    return settled(replace(moved, shipped=row.shipped + event.quantity, expected_on=expected))


def received_line(row: LineRow, event: LineReceived) -> LineRow:
    """Return the line after the warehouse counted units of it: out of what was on its way, else of what was to come."""
    announced = event.received + event.rejected - event.unannounced
    moved = _left(row, event.unannounced)
    return settled(
        replace(
            moved,
            shipped=row.shipped - announced,
            received=row.received + event.received,
            rejected=row.rejected + event.rejected,
        )
    )


def unreceived_line(row: LineRow, event: LineReceiptReversed) -> LineRow:
    """Return the line after a count was taken back: on its way again as far as announced, else owed again."""
    under_way = sum(event.under_way.values(), ZERO)
    moved = _returned(row, event.received + event.rejected - under_way, row.has_promise)
    return settled(
        replace(
            moved,
            shipped=row.shipped + under_way,
            received=row.received - event.received,
            rejected=row.rejected - event.rejected,
        )
    )


def short_line(row: LineRow, units: Decimal) -> LineRow:
    """Return the line after units that were on their way were not found on arrival: the supplier owes them again."""
    moved = _returned(row, units, False)
    return settled(replace(moved, shipped=row.shipped - units, missing=row.missing + units))


def settled(row: LineRow) -> LineRow:
    """Return the line with everything that follows from its quantities and dates."""
    still_open = row.remaining - row.promised - row.cut
    known = max_day(row.promised_on if row.promised else None, row.expected_on if row.shipped else None)
    late = (known - row.wanted_on).days if known and row.wanted_on else 0
    missing = max(min(row.missing, still_open), ZERO)
    short = missing + (ZERO if row.answer == DELETED else row.cut)
    outstanding = row.promised + row.shipped if late > 0 else ZERO
    return replace(
        row,
        open=still_open,
        missing=missing,
        short=short,
        late_days=max(late, 0),
        at_stake=(short + outstanding) * (row.price or ZERO),
    )


def item_name(item: ItemIds) -> str:
    """Return the name by which people know the item: the buyer's, else whichever was given."""
    return item.buyer_item or item.gtin or item.supplier_item or item.manufacturer_item


def max_day(*days: date | None) -> date | None:
    """Return the latest of the days that are known."""
    return max((day for day in days if day), default=None)


def _left(row: LineRow, units: Decimal) -> LineRow:
    """Take units out of promised, open, then cut; what they cannot give was never ordered."""
    promised = min(row.promised, units)
    opened = min(row.open, units - promised)
    cut = min(row.cut, units - promised - opened)
    over = units - promised - opened - cut
    return replace(row, promised=row.promised - promised, cut=row.cut - cut, over=row.over + over)


def _returned(row: LineRow, units: Decimal, to_promised: bool) -> LineRow:
    """Put units back: first those nobody ordered, then into cut (a line taken back), promised, or open."""
    over = min(row.over, units)
    back = units - over
    if row.answer == DELETED:
        return replace(row, over=row.over - over, cut=row.cut + back)
    return replace(row, over=row.over - over, promised=row.promised + (back if to_promised else ZERO))
