"""The one sentence that answers "how is this order?": who, what, how much, by when. No blame."""

from datetime import timedelta
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
    "cancel_pending": "Waiting for the supplier to agree to the cancellation",
    "cancelled": "Cancelled",
    "sent_back": "Sent back to the ERP: it makes no sense as it stands",
}

_SENDING = {
    "rejected": "The supplier's system could not read the order and sent it back",
    "overdue": "No functional acknowledgement (997) came for the order in time",
    "failed": "The order could not be delivered to the supplier",
}


def sentence(row: OrderRow) -> str:
    """Return what matters most about the order: what is stopped, then late, short, disputed, then how far it is."""
    if row.state in ("closed", "cancelled", "sent_back"):
        return f"{STATE_WORDS[row.state]}."
    if row.cancelling:
        return _cancelling(row)
    if not row.answered and row.sent in _SENDING:
        return f"{_SENDING[row.sent]}."
    parts = [part for part in (_late(row), _short(row), _doubted(row), _changed(row), _disputed(row)) if part]
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
    if worst is None or worst.late_days <= 0 or worst.wanted_on is None:
        return ""
    day = worst.wanted_on + timedelta(days=worst.late_days)
    others = sum(line.late_days > 0 for line in row.lines) - 1
    more = f" and {others} more" if others else ""
    days = "day" if worst.late_days == 1 else "days"
    coming = units(worst.promised + worst.shipped, worst.unit)
    return f"Line {worst.number}{more}: {coming} come on {day}, {worst.late_days} {days} late"


def _short(row: OrderRow) -> str:
    lines = [line for line in row.lines if line.short > ZERO]
    if not lines:
        return ""
    line = lines[0]
    more = f" and {len(lines) - 1} more" if len(lines) > 1 else ""
    cut = f"{plain(line.cut)} will not come" if line.cut else ""
    missing = f"{plain(line.missing)} were missing on arrival" if line.missing else ""
    told = " and ".join(filter(None, (cut, missing)))
    return f"Line {line.number}{more}: of {units(line.ordered, line.unit)}, {told}"


def _doubted(row: OrderRow) -> str:
    lines = [line for line in row.lines if line.disputed and not line.late_days and not line.short]
    if not lines:
        return ""
    more = f" and {len(lines) - 1} more" if len(lines) > 1 else ""
    return f"Line {lines[0].number}{more}: the supplier's answer differs from the order; a person decides"


def _changed(row: OrderRow) -> str:
    lines = [line for line in row.lines if line.change_pending]
    if not lines:
        return ""
    more = f" and {len(lines) - 1} more" if len(lines) > 1 else ""
    return f"Line {lines[0].number}{more}: changed by the buyer; waiting for the supplier's answer"


def _cancelling(row: OrderRow) -> str:
    to_come, under_way = (sum(each, ZERO) for each in zip(*((x.to_come, x.shipped) for x in row.lines), strict=True))
    unit = _unit(row.lines)
    shipped = f"; {units(under_way, unit)} are on their way and come all the same" if under_way else ""
    return f"{STATE_WORDS['cancel_pending']} of {units(to_come, unit)}{shipped}."


def _disputed(row: OrderRow) -> str:
    disputed = [i for i in row.invoices if i.outcome == "variance"]
    if not disputed:
        return ""
    amount = f" ({plain(disputed[0].at_stake)} {row.currency}".rstrip() + " at stake)" if disputed[0].at_stake else ""
    return f"Invoice {disputed[0].number} does not match the order{amount}"


def _unit(lines: tuple[LineRow, ...]) -> str:
    found = {line.unit for line in lines}
    return found.pop() if len(found) == 1 else "units"
