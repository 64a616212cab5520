"""What people see of a purchase order: where its units are, what is late, short or at risk, and why in a sentence."""

from collections.abc import Callable, Iterator

from msgspec.structs import replace

from tradelane.model import order_answer, order_cancel, order_receipt
from tradelane.model import purchase_order as order
from tradelane.model.event import Event, Recorded
from tradelane.model.order_change import ChangeLine, OrderChange
from tradelane.views.order_line import (
    DELETED,
    ZERO,
    LineRow,
    cancelled_line,
    changed_line,
    cut_line,
    deleting_line,
    max_day,
    ordered_line,
    promised_line,
    received_line,
    shipped_line,
    short_line,
    unreceived_line,
)
from tradelane.views.order_row import InvoiceRow, OrderRow
from tradelane.views.order_sentence import sentence
from tradelane.views.port import Columns

NAME = "purchase_order"
VERSION = 3
LISTENS = ("purchase_order",)

LATE = "late"
LATE_ORDER_RANK = 1.0
"""What a late order without prices ranks by, so that it stands before orders that are well."""


Row = OrderRow


def keys(recorded: Recorded) -> tuple[str, ...]:
    """Return the order's number, with its release where it has one."""
    return (recorded.stream.removeprefix("purchase_order/"),)


def apply(row: Row | None, key: str, recorded: Recorded) -> Row | None:
    """Return the order after the event."""
    if recorded.version <= (row.version if row else 0):
        return None
    if row is None and not isinstance(recorded.event, order.OrderReleased | order.OrderRefused):
        # Something came for an order that we do not know yet: there is no order to show.
        return None
    number, _, release = key.partition("/")
    row = row or Row(number=number, release=release, version=0, at=recorded.recorded_at, state="new")
    return _concluded(replace(_happened(row, recorded.event), version=recorded.version, at=recorded.recorded_at))


def columns(row: Row) -> Columns:
    """Rank by the money of the units that are late, short or cut; what is over is no longer late."""
    over = row.state in ("closed", "cancelled", "sent_back")
    rank = 0.0 if over else max(float(row.at_stake), LATE_ORDER_RANK if row.at_risk else 0.0)
    mark = LATE if row.late and not over and row.state != "received" else ""
    return Columns(state=row.state, partner=row.supplier, rank=rank, at=row.at, mark=mark)


# --- what each event does ---------------------------------------------------------------------------------------------


def _happened(row: Row, event: Event) -> Row:
    match event:
        case order.OrderReleased():
            return _released(row, event)
        case order.OrderChanged(change=change, pending=pending):
            return _changed(row, change, pending)
        case order.OrderSent(document_type="purchase_order", partner=partner) if partner == row.supplier:
            return replace(row, sent=row.sent or "sent")
        case order.OrderSyntaxAccepted(document_type="purchase_order", partner=partner) if partner == row.supplier:
            return replace(row, sent="read")
        case order.OrderSendingFailed(document_type="purchase_order", partner=partner) if partner == row.supplier:
            return replace(row, sent=event.state)
        case order.OrderResponded(superseded=False):
            return _answered(row, event)
        case order_answer.AnswerAccepted(lines=numbers):
            lines = (replace(line, disputed=line.disputed and line.number not in numbers) for line in row.lines)
            return replace(row, lines=tuple(lines))
        case order_answer.AnswerDeclined(change=change):
            return _changed(row, change)
        case order.OrderRefused(owner=owner) if row.owner and owner != row.owner:
            return row  # Another ERP's order under our number: none of ours was sent back.
        case order.OrderRefused(supplier=supplier, owner=owner):
            return replace(row, supplier=row.supplier or supplier, owner=row.owner or owner, refusals=row.refusals + 1)
        case order.OrderResponseRefused() | order.OrderChangeRefused() | order.ShipmentRefused():
            return replace(row, refusals=row.refusals + 1)
        case order_cancel.OrderCancelled():
            lines = tuple(map(cancelled_line, row.lines))
            return replace(row, cancelled=True, cancelling=False, lines=lines)
        case order_cancel.OrderCancelRefused(late=late):
            return replace(row, cancelling=row.cancelling and late)
        case order.OrderClosed():
            return replace(row, closed=True)
        case _:
            return _moved(row, event)


def _moved(row: Row, event: Event) -> Row:
    """Units moved, or papers about them came."""
    match event:
        case order.LinePromised(line=line):
            return _with_line(row, line, lambda kept: promised_line(kept, event))
        case order.LineCut(line=line):
            return _with_line(row, line, lambda kept: cut_line(kept, event))
        case order.LineShipped(line=line):
            row = replace(row, closed=row.closed and event.quantity <= 0)
            return _with_line(row, line, lambda kept: shipped_line(kept, event))
        case order_receipt.LineReceived(line=line):
            return replace(_with_line(row, line, lambda kept: received_line(kept, event)), closed=False)
        case order_receipt.LineReceiptReversed(line=line):
            return replace(_with_line(row, line, lambda kept: unreceived_line(kept, event)), closed=False)
        case order.LineInvoiced(line=line, quantity=quantity):
            return _with_line(row, line, lambda kept: replace(kept, invoiced=kept.invoiced + quantity))
        case order_receipt.DiscrepancyFound(line=line, kind="short", expected=expected, counted=counted):
            return _with_line(row, line, lambda kept: short_line(kept, expected - counted))
        case order.ShipmentRecorded(notice=notice):
            return replace(row, ship_notices=_added(row.ship_notices, notice))
        case order_receipt.ReceiptRecorded(receipt=receipt):
            return replace(row, receipts=_added(row.receipts, receipt))
        case order.InvoiceMatched():
            return _matched(row, event)
        case _:
            return row


def _released(row: Row, event: order.OrderReleased) -> Row:
    document = event.order
    return replace(
        row,
        number=document.number,
        release=document.release,
        supplier=event.supplier,
        owner=event.owner,
        order_type=document.order_type,
        currency=document.currency,
        ordered_on=document.ordered_on,
        lines=tuple(ordered_line(line, document) for line in document.lines),
    )


def _answered(row: Row, event: order.OrderResponded) -> Row:
    """Note on each line the answer speaks of whether a person must look at it."""
    disputed = {deviation.line for deviation in event.deviations if not deviation.accepted}
    spoken_of = disputed | {line.line for line in event.response.lines} | {each.line for each in event.deviations}
    lines = (replace(x, disputed=x.number in disputed) if x.number in spoken_of else x for x in row.lines)
    return replace(row, answered=True, lines=tuple(lines))


def _changed(row: Row, change: OrderChange, pending: tuple[str, ...] = ()) -> Row:
    lines = {line.number: line for line in row.lines}
    for part in _meant(change, row.lines):
        known = lines.get(part.line)
        if known is not None and part.line in pending:
            lines[part.line] = deleting_line(known, change)
        else:
            lines[part.line] = changed_line(known, part, change)
    return replace(row, lines=tuple(lines.values()), closed=False, cancelling=change.purpose == "cancel")


def _meant(change: OrderChange, lines: tuple[LineRow, ...]) -> Iterator[ChangeLine]:
    """Yield the changes that are meant: lines left out of a replacement go; new header dates hold for open lines."""
    if change.purpose == "cancel":
        return
    yield from (part for part in change.lines if part.action != "none")
    listed = {part.line for part in change.lines}
    for line in lines:
        if line.number in listed:
            continue
        if change.purpose == "replace":
            yield ChangeLine(line=line.number, action="delete")
        elif (change.deliver_on or change.ship_on) and line.to_come:
            yield ChangeLine(line=line.number, action="change")


def _with_line(row: Row, number: str, move: Callable[[LineRow], LineRow]) -> Row:
    if not any(line.number == number for line in row.lines):
        row = replace(row, lines=(*row.lines, LineRow(number=number)))
    return replace(row, lines=tuple(move(line) if line.number == number else line for line in row.lines))


def _matched(row: Row, event: order.InvoiceMatched) -> Row:
    matched = InvoiceRow(
        number=event.invoice,
        stream=event.invoice_stream,
        outcome=event.outcome,
        at_stake=sum((m.amount_at_stake for m in event.matches), ZERO),
        by=event.by,
    )
    others = tuple(i for i in row.invoices if i.stream != event.invoice_stream)
    return replace(row, invoices=(*others, matched))


def _added(numbers: tuple[str, ...], number: str) -> tuple[str, ...]:
    return numbers if number in numbers else (*numbers, number)


# --- what follows -----------------------------------------------------------------------------------------------------


def _concluded(row: Row) -> Row:
    lines = row.lines
    late_days = max((line.late_days for line in lines), default=0)
    variance = sum((i.at_stake for i in row.invoices if i.outcome == "variance"), ZERO)
    row = replace(
        row,
        state=_state(row),
        value=sum((line.ordered * (line.price or ZERO) for line in lines), ZERO),
        wanted_on=max_day(*(line.wanted_on for line in lines)),
        promised_on=max_day(*(line.promised_on for line in lines)),
        expected_on=max_day(*(line.expected_on for line in lines)),
        late_days=late_days,
        late=late_days > 0,
        short=any(line.short > ZERO for line in lines),
        at_risk=late_days > 0 or any(line.short > ZERO for line in lines) or _stuck(row),
        at_stake=sum((line.at_stake for line in lines), ZERO) + variance,
        change_pending=any(line.change_pending for line in lines),
    )
    return replace(row, says=sentence(row))


def _stuck(row: Row) -> bool:
    unread = not row.answered and row.sent in ("rejected", "overdue", "failed")
    return unread or any(line.disputed for line in row.lines) or any(i.outcome == "variance" for i in row.invoices)


def _state(row: Row) -> str:
    """The furthest that holds for the order as a whole."""
    lines = row.lines
    if row.closed or not lines:
        return "closed" if row.closed else "sent_back" if row.refusals else "new"
    if row.cancelling:
        return "cancel_pending"
    if any(line.received or line.rejected for line in lines):
        return "received" if all(line.arrived for line in lines) else "partly_received"
    if any(line.shipped for line in lines):
        return "partly_shipped" if any(line.to_come for line in lines) else "shipped"
    if row.cancelled or all(line.answer == DELETED for line in lines):
        return "cancelled"
    return _how_answered(row)


def _how_answered(row: Row) -> str:
    """How much of the order the supplier has answered, else how far the order got to the supplier."""
    lines = [line for line in row.lines if line.answer != DELETED]
    if all(line.cut and not line.to_come for line in lines):
        return "refused"
    agreed = (line.answer in ("accepted", "changed", "substituted") and not line.disputed for line in lines)
    if all(agreed) and not any(line.open or line.cut for line in lines):
        return "confirmed"
    if any(line.answer for line in lines):
        return "partly_confirmed"
    if row.sent in ("rejected", "failed"):
        return "sending_failed"
    return "awaiting_answer" if row.sent else "new"
