"""The one sentence that answers "how is this order?": who, what, how much, by when. No blame."""

from decimal import Decimal

from tradelane.views.order_line import ZERO, LineRow
from tradelane.views.order_row import OrderRow

STATE_WORDS = {
    "new": "Not sent to the supplier yet",
    "awaiting_answer": "Waiting for the supplier's order confirmation",
    "sending_failed": "The supplier has not got the order",
    "partly_confirmed": "Confirmed in part",
    "confirmed": "Confirmed by the supplier",
    "refused": "Refused by the supplier",
    "partly_shipped": "Shipped in part",
    "shipped": "On its way",
    "partly_received": "Received in part",
    "received": "Received",
    "closed": "Done",
    "cancelled": "Cancelled",
}

_SENDING = {
    "rejected": "The supplier's system could not read the order and sent it back",
    "overdue": "No functional acknowledgement (997) came for the order in time",
    "failed": "The order could not be delivered to the supplier",
}


def sentence(row: OrderRow) -> str:
    """Return what matters most about the order: what is stopped, then late, short, disputed, then how far it is."""
    if row.state in ("closed", "cancelled"):
        return f"{STATE_WORDS[row.state]}."
    if not row.answered and row.sent in _SENDING:
        return f"{_SENDING[row.sent]}."
    parts = [part for part in (_late(row), _short(row), _disputed(row)) if part]
    if parts:
        return "; ".join(parts) + "."
    still = sum((line.open for line in row.lines), ZERO)
    if row.state == "partly_confirmed" and still:
        return f"Confirmed in part; {units(still, _unit(row.lines))} still open."
    return f"{STATE_WORDS[row.state]}."


def units(quantity: Decimal, unit: str) -> str:
    """Return a quantity as a person writes it: ``120 EA``."""
    return f"{plain(quantity)} {unit}".rstrip()


def plain(number: Decimal) -> str:
    """Return a number without exponent or needless zeros."""
    return format(number.normalize(), "f")


def _late(row: OrderRow) -> str:
    worst = max(row.lines, key=lambda line: line.late_days, default=None)
    if worst is None or worst.late_days <= 0:
        return ""
    day = (
        worst.expected_on
        if worst.expected_on and (not worst.promised_on or worst.expected_on > worst.promised_on)
        else worst.promised_on
    )
    others = sum(line.late_days > 0 for line in row.lines) - 1
    more = f" and {others} more" if others else ""
    days = "day" if worst.late_days == 1 else "days"
    outstanding = units(worst.ordered - worst.cut - worst.received, worst.unit)
    return f"Line {worst.number}{more}: {outstanding} come on {day}, {worst.late_days} {days} late"


def _short(row: OrderRow) -> str:
    lines = [line for line in row.lines if line.short > ZERO]
    if not lines:
        return ""
    line = lines[0]
    more = f" and {len(lines) - 1} more" if len(lines) > 1 else ""
    cut = f"{plain(line.cut)} will not come" if line.cut else ""
    missing = f"{plain(line.found_short)} were missing on arrival" if line.found_short else ""
    return (
        f"Line {line.number}{more}: of {units(line.ordered, line.unit)}, {' and '.join(filter(None, (cut, missing)))}"
    )


def _disputed(row: OrderRow) -> str:
    disputed = [i for i in row.invoices if i.outcome == "variance"]
    if not disputed:
        return ""
    amount = f" ({plain(disputed[0].at_stake)} {row.currency}".rstrip() + " at stake)" if disputed[0].at_stake else ""
    return f"Invoice {disputed[0].number} does not match the order{amount}"


def _unit(lines: tuple[LineRow, ...]) -> str:
    found = {line.unit for line in lines}
    return found.pop() if len(found) == 1 else "units"
