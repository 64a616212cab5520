"""What is wrong with goods that were counted, beside how many they are: cases counted as units, the wrong lot, too
little life left, another place (domain.md 4.5).
"""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from tradelane.domain.delivery_terms import elsewhere
from tradelane.domain.ledger import Line
from tradelane.domain.order_book import State
from tradelane.model.goods_receipt import ReceiptLine
from tradelane.model.order_receipt import DiscrepancyFound, DiscrepancyKind, RecordReceipt
from tradelane.model.policy import Context
from tradelane.model.quantity import ZERO

NEAR = Decimal("0.01")
"""How near to the size of a case a ratio must come to be taken for it."""

Found = tuple[DiscrepancyKind, Decimal, str]


def in_cases(arrived: Decimal, expected: Decimal, factor: Decimal) -> bool:
    """Say whether the count is off by the size of a case, so that it was probably made in another unit.

    Then nothing is short or too much before somebody has looked.
    """
    if factor <= 1 or arrived <= 0 or expected <= 0:
        return False
    return abs(arrived * factor - expected) <= expected * NEAR or abs(arrived - expected * factor) <= arrived * NEAR


def case_factor(line: Line, context: Context) -> Decimal:
    """Return how many units make a case of the line's item; nothing where that is not known."""
    facts = context.items.of(line.item)
    return facts.case_factor if facts else ZERO


def of_line(counted: ReceiptLine, line: Line, notice: str, on: date, context: Context) -> Iterator[Found]:
    """Yield what is wrong with one counted line: kind, units, and the lot or day it is about."""
    units = counted.received.value + counted.rejected
    announced = line.transit[notice].lots if notice in line.transit else ()
    if counted.lot and announced and counted.lot not in announced:
        yield "lot", units, counted.lot
    if counted.expires_on is None:
        return
    facts = context.items.of(line.item)
    days = max(context.policy.shelf_life_days, facts.shelf_life_days if facts else 0)
    if counted.expires_on < on:
        yield "expired", units, str(counted.expires_on)
    elif counted.expires_on < on + timedelta(days=days):
        yield "short_dated", units, str(counted.expires_on)


def at_another_place(command: RecordReceipt, state: State, notice: str) -> Iterator[DiscrepancyFound]:
    """Yield where goods were received elsewhere than the order says, both named by the same scheme."""
    if not command.lines or not elsewhere(command.warehouse, state.terms.ship_to):
        return
    where = command.warehouse
    named = where.name or ", ".join(one.value for one in where.identifiers) if where else ""
    yield DiscrepancyFound(
        line="",
        kind="misshipped",
        expected=ZERO,
        counted=sum((line.received.value for line in command.lines), ZERO),
        unit=command.lines[0].received.unit,
        notice=notice,
        receipt=command.receipt,
        value=named,
    )
