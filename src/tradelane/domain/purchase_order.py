"""Decide on purchase orders: from release through answer, shipment, receipt and invoice to its close.

Read `ledger.py` first: the state is a double-entry ledger per line, and every event here posts to it. The chapters:
`order_change.py` takes the order and the buyer's changes, `order_cancel.py` sees a cancellation through,
`order_response.py` the supplier's answers, `answer_decision.py` what a person says to these, `shipment.py` ship
notices, `receipt.py` what the warehouse counted, `receipt_reversal.py` counts taken back, `three_way_match.py`
invoices. A refusal is an event; what came too
early is a `Defer`; a repeat is nothing.
"""

from typing import Any

from msgspec.structs import replace

from tradelane.domain import (
    answer_decision,
    ledger,
    order_cancel,
    order_change,
    order_close,
    order_response,
    receipt,
    shipment,
    three_way_match,
)
from tradelane.domain.order_book import (
    Bill,
    Draft,
    State,
    digest,
    line_status,
    remember,
    status,
    totals,
    with_line,
)
from tradelane.model.command import Command, Defer
from tradelane.model.event import Event
from tradelane.model.order_answer import (
    AnswerAccepted,
    AnswerDeclined,
    DecideOnAnswer,
    ReminderRefused,
    RemindSupplier,
    SupplierReminded,
)
from tradelane.model.order_cancel import OrderCancelled, OrderCancelRefused
from tradelane.model.order_receipt import (
    DiscrepancyFound,
    LineReceiptReversed,
    LineReceived,
    ReceiptRecorded,
    RecordReceipt,
)
from tradelane.model.policy import Context
from tradelane.model.purchase_order import (
    ChangeOrder,
    CloseOrder,
    DecideOnInvoice,
    InvoiceMatched,
    LineCut,
    LineInvoiced,
    LinePromised,
    LineShipped,
    MatchInvoice,
    OrderChanged,
    OrderChangeRefused,
    OrderClosed,
    OrderCloseRefused,
    OrderRefused,
    OrderReleased,
    OrderResponded,
    OrderResponseRefused,
    OrderSendingFailed,
    OrderSent,
    OrderSyntaxAccepted,
    RecordOrderResponse,
    RecordSending,
    RecordShipment,
    ReleaseOrder,
    ShipmentRecorded,
    ShipmentRefused,
)
from tradelane.model.request import FireTimer

__all__ = ["STREAM", "Bill", "State", "decide", "evolve", "initial", "line_status", "status", "totals"]

STREAM = "purchase_order"
initial = State()


def decide(command: Command, state: State, context: Context) -> list[Event] | Defer:
    """Return what happens to the order because of *command*."""
    draft = Draft(state, evolve)
    early: Defer | None = None
    match command:
        case ReleaseOrder():
            order_change.release(command, draft, context)
        case ChangeOrder():
            early = order_change.apply(command, draft, context)
        case RecordOrderResponse():
            early = order_response.record(command, draft, context)
        case DecideOnAnswer():
            answer_decision.decide_on(command, draft, context)
        case RemindSupplier():
            answer_decision.remind(command, draft)
        case RecordSending():
            _record_sending(command, draft)
            order_cancel.after_sending(command, draft, context)
        case RecordShipment():
            early = shipment.record(command, draft, context)
            order_cancel.after_shipment(command, draft)
        case RecordReceipt():
            early = receipt.record(command, draft, context)
        case MatchInvoice():
            early = three_way_match.match(command, draft, context)
        case DecideOnInvoice():
            three_way_match.decide_on(command, draft)
        case CloseOrder():
            order_close.by_command(command, draft, context)
        case FireTimer(name=order_cancel.TIMER):
            order_cancel.time_is_up(draft)
        case _:
            pass
    if early is not None:
        return early
    _settle(draft, state, context)
    return draft.events


def evolve(state: State, event: Event) -> State:
    """Return *state* after *event*."""
    match event:
        case LinePromised() | LineCut() | LineShipped() | LineReceived() | LineReceiptReversed() | DiscrepancyFound():
            return _posted(state, event)
        case LineInvoiced():
            return three_way_match.invoiced(state, event)
        case InvoiceMatched():
            return three_way_match.matched(state, event)
        case OrderReleased():
            return order_change.released(event)
        case OrderChanged():
            return order_change.changed(state, event)
        case OrderCancelled():
            return order_cancel.cancelled(state)
        case OrderCancelRefused():
            return order_cancel.refused(state, event)
        case OrderChangeRefused():
            return order_change.refused(state, event)
        case OrderResponded():
            return order_response.responded(state, event)
        case AnswerAccepted():
            return answer_decision.accepted(state, event)
        case AnswerDeclined():
            return answer_decision.declined(state, event)
        case OrderRefused() | OrderResponseRefused() | OrderCloseRefused() | SupplierReminded() | ReminderRefused():
            return replace(state, said=remember(state.said, digest(event)))
        case ShipmentRecorded():
            return shipment.recorded(state, event)
        case ShipmentRefused():
            return replace(state, notices={**state.notices, event.notice_stream: event.revision})
        case ReceiptRecorded():
            return replace(state, receipts=(*state.receipts, receipt.receipt_key(event.partner, event.receipt)))
        case OrderSent() | OrderSyntaxAccepted() | OrderSendingFailed():
            return _sent(state, event)
        case OrderClosed():
            return replace(state, closed=True)
        case _:
            return state


MOVING = (LineReceived, LineInvoiced, InvoiceMatched)
"""What may complete an order or an invoice where nothing was received or billed before."""

Posting = LinePromised | LineCut | LineShipped | LineReceived | LineReceiptReversed | DiscrepancyFound


def _posted(state: State, event: Posting) -> State:
    """Post one event to its line's ledger."""
    line = state.lines.get(event.line)
    if line is None:
        return state
    match event:
        case LinePromised():
            posted = ledger.promise(line, event.quantity, event.promises, event.disposition)
        case LineCut():
            posted = ledger.cut(line, event.quantity)
        case LineShipped():
            posted = ledger.ship(line, event.notice, event.quantity, event.expected_on)
            return replace(with_line(state, event.line, posted), closed=state.closed and event.quantity <= 0)
        case LineReceived():
            posted = ledger.receive(line, event.notice, event.received, event.rejected, event.unannounced)
            return replace(with_line(state, event.line, posted), closed=False)
        case LineReceiptReversed():
            posted = ledger.unreceive(line, event.received, event.rejected, event.under_way, event.surplus)
            return replace(with_line(state, event.line, posted), closed=False)
        case DiscrepancyFound(kind="short"):
            posted = ledger.short(line, event.notice, event.expected - event.counted)
        case _:
            return state
    return with_line(state, event.line, posted)


def _record_sending(command: RecordSending, draft: Draft) -> None:
    """Remember how far a document of ours got; bad news after the partner's yes is no news."""
    told = draft.state.sendings
    settled = f"{command.document_id}:accepted" in told and command.state != "delivered"
    if not draft.state.number or settled or f"{command.document_id}:{command.state}" in told:
        return
    about: dict[str, Any] = {
        "document_type": command.document_type,
        "document_id": command.document_id,
        "partner": command.partner,
    }
    match command.state:
        case "delivered":
            draft.add(OrderSent(**about))
        case "accepted":
            draft.add(OrderSyntaxAccepted(**about))
        case _:
            draft.add(OrderSendingFailed(**about, state=command.state, findings=command.findings))


def _sent(state: State, event: OrderSent | OrderSyntaxAccepted | OrderSendingFailed) -> State:
    """Note the sending; where it is the order itself going to its supplier, say how far that got."""
    match event:
        case OrderSent():
            state = order_cancel.sent(state, event)
            word, reached = "delivered", state.reached or "sent"
        case OrderSyntaxAccepted():
            word, reached = "accepted", "ack_pending"
        case OrderSendingFailed():
            word, reached = event.state, state.reached if event.state == "overdue" else ""
    sendings = remember(state.sendings, f"{event.document_id}:{word}")
    if event.document_type != STREAM or event.partner != state.supplier:
        return replace(state, sendings=sendings)
    return replace(state, sendings=sendings, reached=reached)


def _settle(draft: Draft, before: State, context: Context) -> None:
    """Follow a moved ledger up: end a cancellation with nothing left to cut, compare waiting invoices again, and close
    the order when all of it has come and is billed.
    """
    order_cancel.settle(draft)
    moved = before.bills or any(isinstance(event, MOVING) for event in draft.events)
    moved = moved or (draft.events and any(line.received for line in before.lines.values()))
    if not moved or draft.state.lines is before.lines:
        return
    three_way_match.rematch(draft, context)
    order_close.by_rule(draft, context)
