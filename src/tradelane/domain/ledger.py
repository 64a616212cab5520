"""The double-entry ledger of one order line: where every unit ordered is.

The accounts and the postings between them::

    over ──> open ──> promised ──> shipped ──> received | rejected
               └────> cut             │            └──> shipped or open (a count taken back)
                                      └──> open (short, or the notice taken back)

``over`` is the counter-account: units that came, or are coming, although nobody ordered them are taken out of it,
so it grows when the others have nothing left to give, and it is settled first when units come back. Hence, at every
moment::

    ordered + over == open + promised + cut + shipped + received + rejected

``open`` is not stored; it is what balances the books, and `Line` refuses to exist when that is negative, or any
other account is. A second, small axis runs from received to billed: ``unbilled`` may be paid for. Every function
here is one posting.
"""

from datetime import date
from decimal import Decimal
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from tradelane.model.order_response import Disposition
from tradelane.model.party import ItemIds
from tradelane.model.purchase_order import OrderLine, Promise
from tradelane.model.quantity import ZERO, UnitPrice


class Parcel(Struct, frozen=True, omit_defaults=True):
    """What became of one ship notice on one line: units posted as shipped, of which some are under way, counted, or
    missing.

    ``arrived`` also counts units that came under the notice before, or beyond what, it announced. ``lots``: those it
    announces.
    """

    announced: Decimal = ZERO
    transit: Decimal = ZERO
    arrived: Decimal = ZERO
    short: Decimal = ZERO
    expected_on: date | None = None
    lots: tuple[str, ...] = ()

    def difference(self, units: Decimal) -> Decimal:
        """Return what must still be posted so that the notice says *units*; what came or is missing is settled."""
        settled = self.arrived + self.short
        return max(units, settled) - settled - self.transit


class Line(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The books of one line.

    ``transit`` keeps the units under way by ship notice number; ``answer`` the supplier's last word.

    ``changed`` and ``changed_on`` are the sequence and day of the buyer's last change to the line; an answer given
    before does not count. ``days``: on so many the buyer wants a part of it.
    ``deleting``: the buyer takes the line back, and the supplier has not agreed.
    """

    item: ItemIds
    unit: str
    ordered: Decimal
    price: UnitPrice | None = None
    deliver_on: date | None = None
    ship_on: date | None = None
    promised: Decimal = ZERO
    cut: Decimal = ZERO
    received: Decimal = ZERO
    rejected: Decimal = ZERO
    over: Decimal = ZERO
    billed: Decimal = ZERO
    transit: dict[str, Parcel] = {}
    answer: Disposition | str = ""
    promises: tuple[Promise, ...] = ()
    answered_on: date | None = None
    disputed: bool = False
    changed: int = 0
    changed_on: date | None = None
    days: int = 1
    deleting: bool = False

    def __post_init__(self) -> None:
        """Refuse books that do not balance: that would be our own bug, never the partner's."""
        for account in (self.ordered, self.promised, self.cut, self.received, self.rejected, self.over):
            assert account is ZERO or account >= ZERO, self
        assert not self.transit or all(parcel.transit >= 0 for parcel in self.transit.values()), self
        assert self.open >= 0, self

    @property
    def shipped(self) -> Decimal:
        """Units under way: announced, not yet counted."""
        return sum((parcel.transit for parcel in self.transit.values()), ZERO) if self.transit else ZERO

    @property
    def gone(self) -> Decimal:
        """Units that have left the supplier, wherever they are now."""
        return self.shipped + self.received + self.rejected

    @property
    def remaining(self) -> Decimal:
        """Units of the order that have not left the supplier: open, promised or cut."""
        return self.ordered + self.over - self.gone

    @property
    def open(self) -> Decimal:
        """Units the supplier has not answered for."""
        return self.remaining - self.promised - self.cut

    @property
    def replaceable(self) -> Decimal:
        """Units turned down that nothing has come, or is coming, in place of: they may be shipped again."""
        return max(ZERO, self.rejected - self.over)

    @property
    def to_come(self) -> Decimal:
        """Units that may still be shipped: open or promised."""
        return self.remaining - self.cut

    @property
    def unbilled(self) -> Decimal:
        """Good units received and not billed yet; negative when a person approved a bill ahead of the goods."""
        return self.received - self.billed


def opened(line: OrderLine, deliver_on: date | None, ship_on: date | None) -> Line:
    """Return the books of a new line: every unit open.

    The last of its schedules, else the header's dates, stands in for its own.
    """
    if line.schedules:
        deliver_on = max((s.deliver_on for s in line.schedules if s.deliver_on), default=line.deliver_on or deliver_on)
        ship_on = max((s.ship_on for s in line.schedules if s.ship_on), default=line.ship_on or ship_on)
    else:
        deliver_on, ship_on = line.deliver_on or deliver_on, line.ship_on or ship_on
    return Line(
        item=line.item,
        unit=line.quantity.unit,
        ordered=line.quantity.value,
        price=line.price,
        deliver_on=deliver_on,
        ship_on=ship_on,
        days=max(1, len({(s.deliver_on, s.ship_on) for s in line.schedules})),
    )


def promise(line: Line, quantity: Decimal, promises: tuple[Promise, ...], answer: Disposition) -> Line:
    """Post open, promised and cut units so that *quantity* of them are promised."""
    cut = min(line.cut, line.remaining - quantity)
    return replace(line, promised=quantity, cut=cut, promises=promises, answer=answer, deleting=False)


def cut(line: Line, quantity: Decimal) -> Line:
    """Post open and promised units so that *quantity* of them are cut."""
    promised = min(line.promised, line.remaining - quantity)
    if quantity and not promised and quantity == line.remaining:
        answer = "deleted" if line.deleting else "rejected"
        return replace(line, cut=quantity, promised=promised, promises=(), answer=answer, deleting=False)
    return replace(line, cut=quantity, promised=promised, answer=line.answer or "rejected")


def ship(line: Line, notice: str, quantity: Decimal, expected_on: date | None) -> Line:
    """Post *quantity* into shipped under *notice*; a negative one comes back from there."""
    parcel = line.transit.get(notice, Parcel())
    moved = replace(
        parcel,
        announced=parcel.announced + quantity,
        transit=parcel.transit + quantity,
        expected_on=expected_on or parcel.expected_on,
    )
    transit = {**line.transit, notice: moved}
    accounts = _left(line, quantity) if quantity > 0 else _returned(line, -quantity, to_promised=bool(line.promises))
    return replace(line, transit=transit, **accounts)


def receive(line: Line, notice: str, good: Decimal, rejected: Decimal, unannounced: Decimal) -> Line:
    """Post arrived units: announced ones out of shipped, *unannounced* ones straight out of what was still to come."""
    transit = _drawn(line.transit, notice, good + rejected - unannounced, "arrived")
    if notice and unannounced:
        parcel = transit.get(notice, Parcel())
        transit = {**transit, notice: replace(parcel, arrived=parcel.arrived + unannounced)}
    received, turned_down = line.received + good, line.rejected + rejected
    return replace(line, transit=transit, received=received, rejected=turned_down, **_left(line, unannounced))


def unreceive(
    line: Line, good: Decimal, rejected: Decimal, under_way: dict[str, Decimal], surplus: dict[str, Decimal]
) -> Line:
    """Post counted units back: *under_way* into shipped by ship notice, the others to where they would be had they not
    come. *surplus*: those of the others that came under a ship notice beyond what it announced.
    """
    transit = dict(line.transit)
    for notice in {**under_way, **surplus}:
        parcel, back = transit[notice], under_way.get(notice, ZERO)
        arrived = parcel.arrived - back - surplus.get(notice, ZERO)
        transit[notice] = replace(parcel, transit=parcel.transit + back, arrived=arrived)
    owed = good + rejected - sum(under_way.values(), ZERO)
    accounts = _returned(line, owed, to_promised=bool(line.promises))
    return replace(line, transit=transit, received=line.received - good, rejected=line.rejected - rejected, **accounts)


def short(line: Line, notice: str, quantity: Decimal) -> Line:
    """Post units that were under way and never arrived back to open: the supplier still owes them."""
    transit = _drawn(line.transit, notice, quantity, "short")
    return replace(line, transit=transit, **_returned(line, quantity, to_promised=False))


def bill(line: Line, quantity: Decimal) -> Line:
    """Post received units into billed; a credit note's negative quantity posts them back."""
    return replace(line, billed=line.billed + quantity)


def cancel(line: Line) -> Line:
    """Post every unit that has not left the supplier into cut."""
    return replace(line, promised=ZERO, cut=line.remaining, answer="deleted", deleting=False)


def reorder(line: Line, ordered: Decimal) -> Line:
    """Order another quantity: what has left stays where it is, everything else is open again and wants a new answer."""
    over = max(ZERO, line.gone - ordered)
    return replace(
        line,
        ordered=ordered,
        over=over,
        promised=ZERO,
        cut=ZERO,
        answer="",
        promises=(),
        disputed=False,
        deleting=False,
    )


def _left(line: Line, quantity: Decimal) -> dict[str, Decimal]:
    """Take *quantity* out of promised, open, then cut; what they cannot give comes out of over."""
    promised = min(line.promised, quantity)
    opened_units = min(line.open, quantity - promised)
    cut_units = min(line.cut, quantity - promised - opened_units)
    over = quantity - promised - opened_units - cut_units
    return {"promised": line.promised - promised, "cut": line.cut - cut_units, "over": line.over + over}


def _returned(line: Line, quantity: Decimal, *, to_promised: bool) -> dict[str, Decimal]:
    """Put *quantity* back: into over first, then into cut (a cancelled line), promised, or (by balancing) open."""
    over = min(line.over, quantity)
    back = quantity - over
    if line.answer == "deleted":
        return {"over": line.over - over, "cut": line.cut + back}
    return {"over": line.over - over, "promised": line.promised + (back if to_promised else ZERO)}


def _drawn(
    transit: dict[str, Parcel], notice: str, quantity: Decimal, into: Literal["arrived", "short"]
) -> dict[str, Parcel]:
    """Take *quantity* out of the parcel of *notice*, or out of the oldest ones where the receipt names none."""
    drawn = dict(transit)
    for name in (notice,) if notice in transit else transit:
        parcel = transit[name]
        taken = min(parcel.transit, quantity)
        if taken:
            settled = {into: getattr(parcel, into) + taken}
            drawn[name] = replace(parcel, transit=parcel.transit - taken, **settled)
            quantity -= taken
    assert not quantity, "the event draws more than is under way"
    return drawn
