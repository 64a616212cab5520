"""When the rest of a line will come, how we know, and how sure it is: the most certain source first (domain.md 4.2).

What was received is certain, what is under way comes next, then what was promised, then what the order merely asked
for. Each unit is counted once, so the rows add up to what is ordered less what is cut and what was turned down. Units
beyond that are over, or come in place of units that were turned down.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from tradelane.domain.deviation import arrival
from tradelane.domain.ledger import Line
from tradelane.domain.order_book import State
from tradelane.model.policy import Policy
from tradelane.model.quantity import ZERO

Source = Literal["received", "ship_notice", "promise", "order"]

SURE: dict[Source, Decimal] = {
    "received": Decimal(1),
    "ship_notice": Decimal("0.8"),
    "promise": Decimal("0.6"),
    "order": Decimal("0.35"),
}
"""How sure a row is, by its source; 1 is certain."""
LOW = Decimal("0.45")
"""How sure a promise is whose day we reckoned from the day the goods leave."""
FADES = Decimal("0.05")
"""So much less sure is what was merely ordered, for each day that its answer is overdue."""


class Expected(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A part of a line's quantity with its day.

    ``available_on``: the day it can be shipped on to customers. ``overdue``: its day has passed, so ``on`` is a guess.
    ``over``: units beyond the order, expected at the dock and not in the line; ``replaces``: units that come in place
    of others that were turned down.
    """

    source: Source
    quantity: Decimal
    on: date | None = None
    notice: str = ""
    confidence: Decimal = ZERO
    available_on: date | None = None
    overdue: bool = False
    over: bool = False
    replaces: bool = False


def of_order(state: State, policy: Policy, today: date) -> dict[str, tuple[Expected, ...]]:
    """Return what is expected of every line of an order."""
    silent = ZERO
    if state.ordered_on and not state.closed:
        due = later(state.ordered_on, -(-policy.answer_within_hours // 24))
        silent = Decimal(max(0, (today - due).days))
    return {number: expected(line, policy, today, silent) for number, line in state.lines.items()}


def expected(line: Line, policy: Policy, today: date, silent_days: Decimal = ZERO) -> tuple[Expected, ...]:
    """Return what is expected of *line*, the surest first; its answer is overdue by *silent_days*."""
    late = silent_days if not line.answer else ZERO
    return tuple(_dated(row, policy, today, late) for row in _slices(line, policy))


def later(day: date, days: int) -> date:
    """Return the day so many days after *day*, at most the last one there is."""
    return day + timedelta(days=min(days, (date.max - day).days))


def _slices(line: Line, policy: Policy) -> Iterator[Expected]:
    """Yield every unit once, the surest first, with the day that was said."""
    remaining, replacing = line.ordered - line.cut - line.rejected, min(line.over, line.rejected)
    for row in (*_arrived(line), *_under_way(line), *_promised(line, policy)):
        units = min(row.quantity, max(ZERO, remaining))
        instead = min(row.quantity - units, replacing)
        beyond = row.quantity - units - instead
        remaining, replacing = remaining - units, replacing - instead
        if units:
            yield replace(row, quantity=units)
        if instead:
            yield replace(row, quantity=instead, replaces=True)
        if beyond:
            yield replace(row, quantity=beyond, over=True)
    if remaining > 0:
        yield Expected(source="order", quantity=remaining, on=arrival(line.deliver_on, line.ship_on, policy))


def _dated(row: Expected, policy: Policy, today: date, silent_days: Decimal) -> Expected:
    """Return *row* with how sure it is and the day we believe in: one that has passed cannot be meant."""
    sure, day = row.confidence or SURE[row.source], row.on
    if row.source == "received":
        return replace(row, confidence=sure)
    if row.source == "order" and silent_days:
        sure = max(ZERO, sure - FADES * silent_days)
        day = later(day, policy.typical_late_days) if day else None
    overdue = day is not None and day < today
    if overdue:
        day = later(today, policy.typical_late_days)
    available = later(day, policy.dock_to_stock_days) if day else None
    return replace(row, confidence=sure, on=day, available_on=available, overdue=overdue)


def _arrived(line: Line) -> tuple[Expected, ...]:
    return (Expected(source="received", quantity=line.received),) if line.received else ()


def _under_way(line: Line) -> tuple[Expected, ...]:
    parcels = [(name, parcel) for name, parcel in line.transit.items() if parcel.transit]
    parcels.sort(key=lambda named: (named[1].expected_on or date.max, named[0]))
    return tuple(
        Expected(source="ship_notice", quantity=parcel.transit, on=parcel.expected_on, notice=name)
        for name, parcel in parcels
    )


def _promised(line: Line, policy: Policy) -> tuple[Expected, ...]:
    """Return what is promised and has not left: the latest days of the answer, as the earliest units went first."""
    left, rows = line.promised, list[Expected]()
    dated = sorted(line.promises, key=lambda promise: promise.deliver_on or promise.ship_on or date.max)
    for promise in reversed(dated):
        units = min(left, promise.quantity)
        left -= units
        if units:
            day = arrival(promise.deliver_on, promise.ship_on, policy)
            sure = LOW if promise.ship_on and not promise.deliver_on else ZERO
            rows.append(Expected(source="promise", quantity=units, on=day, confidence=sure))
    if left:
        rows.append(Expected(source="promise", quantity=left))
    return tuple(reversed(rows))
