"""When the rest of a line will come, and how we know: the most certain source first (domain.md 4.2).

What was received is certain, what is under way comes next, then what was promised, then what the order merely asked
for. Each unit is counted once, so the rows add up to what is ordered less what is cut and what was turned down.
"""

from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from msgspec import Struct

from tradelane.domain.ledger import Line
from tradelane.model.policy import Policy
from tradelane.model.quantity import ZERO

Source = Literal["received", "ship_notice", "promise", "order"]


class Expected(Struct, frozen=True, omit_defaults=True):
    """A part of a line's quantity with its day.

    ``over``: units beyond the order, expected at the dock and not in the line.
    """

    source: Source
    quantity: Decimal
    on: date | None = None
    notice: str = ""
    over: bool = False


def expected(line: Line, policy: Policy) -> tuple[Expected, ...]:
    """Return what is expected of *line*, the surest first."""
    remaining = line.ordered - line.cut - line.rejected
    rows: list[Expected] = []
    for row in (*_arrived(line), *_under_way(line), *_promised(line, policy)):
        units = min(row.quantity, max(ZERO, remaining))
        remaining -= units
        if units:
            rows.append(Expected(row.source, units, row.on, row.notice))
        if row.quantity > units:
            rows.append(Expected(row.source, row.quantity - units, row.on, row.notice, over=True))
    if remaining > 0:
        rows.append(Expected("order", remaining, line.deliver_on or _transited(line.ship_on, policy)))
    return tuple(rows)


def _arrived(line: Line) -> tuple[Expected, ...]:
    return (Expected("received", line.received),) if line.received else ()


def _under_way(line: Line) -> tuple[Expected, ...]:
    parcels = [(name, parcel) for name, parcel in line.transit.items() if parcel.transit]
    parcels.sort(key=lambda named: (named[1].expected_on or date.max, named[0]))
    return tuple(Expected("ship_notice", parcel.transit, parcel.expected_on, name) for name, parcel in parcels)


def _promised(line: Line, policy: Policy) -> tuple[Expected, ...]:
    """Return what is promised and has not left: the latest days of the answer, as the earliest units went first."""
    left, rows = line.promised, list[Expected]()
    dated = sorted(line.promises, key=lambda promise: promise.deliver_on or promise.ship_on or date.max)
    for promise in reversed(dated):
        units = min(left, promise.quantity)
        left -= units
        if units:
            rows.append(Expected("promise", units, promise.deliver_on or _transited(promise.ship_on, policy)))
    if left:
        rows.append(Expected("promise", left))
    return tuple(reversed(rows))


def _transited(ship_on: date | None, policy: Policy) -> date | None:
    if ship_on is None or ship_on > date.max - timedelta(days=policy.transit_days):
        return ship_on
    return ship_on + timedelta(days=policy.transit_days)
