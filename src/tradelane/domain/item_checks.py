"""Check a ship notice by what the house knows of its items: lots, days, serial numbers, weight (domain.md 4.4, checks
10 and 14). What nobody wrote down in ``items.csv`` is checked as the partner's settings say, or not at all.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from tradelane.model.finding import Finding, Place, Severity
from tradelane.model.item import ItemFacts, Items
from tradelane.model.policy import Context
from tradelane.model.quantity import ZERO
from tradelane.model.ship_notice import ShipNode, ShipNotice

KILOGRAMS = {
    "KGM": Decimal(1),
    "GRM": Decimal("0.001"),
    "TNE": Decimal(1000),
    "LBR": Decimal("0.45359237"),
    "ONZ": Decimal("0.028349523125"),
}
"""What one of each unit of weight is in kilograms."""
WEIGHT_OFF = Decimal("0.2")
"""A weight may be off by so much of what the items weigh: pallets and wrapping weigh too."""


def item_doubts(notice: ShipNotice, context: Context) -> Iterator[Finding]:
    """Yield what is wrong with the items of *notice*, and with what they weigh together."""
    serials: set[str] = set()
    for node in notice.nodes:
        if node.level != "item":
            continue
        facts = context.items.of(node.item)
        yield from _lot_faults(node, facts, context)
        yield from _serial_faults(node, facts)
        for twice in sorted(set(node.serials) & serials):
            says = f"Serial number {twice} is on two items."
            yield _fault("serial-twice", node, says, "Check the serial numbers at the dock.")
        serials |= set(node.serials)
    yield from _weight_fault(notice, context.items)


def lot_missing(node: str, lot: str, facts: ItemFacts | None, *, wanted: bool) -> Iterator[Finding]:
    """Yield where an item that is kept by lot names none."""
    if not lot and (wanted or (facts and facts.lot_tracked)):
        says = f"Item {node} names no lot."
        place = Place(path=f"node {node}")
        yield Finding(
            code="ship-notice.no-lot", where=place, says=says, fix="Ask for the lot; hold the goods till then."
        )


def _lot_faults(node: ShipNode, facts: ItemFacts | None, context: Context) -> Iterator[Finding]:
    today, ends = context.now.date(), node.expires_on
    yield from lot_missing(node.id, node.lot, facts, wanted=context.policy.require_lot)
    days = max(context.policy.shelf_life_days, facts.shelf_life_days if facts else 0)
    if ends and ends < today:
        says = f"Item {node.id} expired on {ends}."
        yield _fault("expired", node, says, "Refuse the goods at the dock, or ask for the right date.")
    elif ends and ends < _later(today, days):
        says = f"Item {node.id} expires on {ends}, sooner than {days} days from now."
        yield _fault("short-dated", node, says, "Sell it first, or send it back.", "warning")


def _serial_faults(node: ShipNode, facts: ItemFacts | None) -> Iterator[Finding]:
    """Serial numbers are as many as units; an item that is kept by them has them."""
    tracked, named = bool(facts and facts.serial_tracked), set(node.serials)
    if (node.serials or tracked) and node.quantity and len(named) != node.quantity.value:
        says = f"Item {node.id} ships {node.quantity.value} and names {len(named)} serial numbers."
        severity: Severity = "error" if tracked else "warning"
        yield _fault("serials", node, says, "Check the serial numbers at the dock.", severity)


def _weight_fault(notice: ShipNotice, items: Items) -> Iterator[Finding]:
    """Compare the weight of the load with that of its items, where we know what every one of them weighs."""
    said = notice.weight
    weight = _weight_of(notice, items)
    if said is None or said.value <= 0 or said.unit not in KILOGRAMS or not weight:
        return
    kilograms = said.value * KILOGRAMS[said.unit]
    if abs(kilograms - weight) > weight * WEIGHT_OFF:
        says = f"The goods are said to weigh {said.value} {said.unit}; these items weigh {weight.normalize():f} kg."
        fix = "Ask whether something is missing, before planning the dock and the truck."
        place = Place(path="$.weight")
        yield Finding(code="ship-notice.weight-off", where=place, says=says, fix=fix, severity="warning")


def _weight_of(notice: ShipNotice, items: Items) -> Decimal:
    """Return what the items weigh in kilograms; zero where that of one of them is not known."""
    total = ZERO
    for node in notice.nodes:
        if node.level == "item" and node.quantity:
            facts = items.of(node.item)
            if facts is None or not facts.weight_kg or facts.unit not in ("", node.quantity.unit):
                return ZERO
            total += facts.weight_kg * node.quantity.value
    return total


def _later(day: date, days: int) -> date:
    return day + timedelta(days=min(days, (date.max - day).days))


def _fault(code: str, node: ShipNode, says: str, fix: str, severity: Severity = "error") -> Finding:
    place = Place(path=f"node {node.id}")
    return Finding(code=f"ship-notice.{code}", where=place, says=says, fix=fix, severity=severity)
