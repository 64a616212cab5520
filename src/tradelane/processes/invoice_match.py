"""See invoices through: ask every order an invoice bills, pass an approved one on to the ERP, ask a person where
the two disagree.

A variance opens a case about the invoice, per order; one that waits for goods for five working days, or whose order
nobody knows half an hour later, opens one too. They end when the invoice is approved or turned down, or their cause
goes away.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from tradelane.model.event import Event
from tradelane.model.identity import order_stream
from tradelane.model.invoice import (
    Invoice,
    InvoiceApproved,
    InvoiceCancelled,
    InvoiceCompared,
    InvoiceHeld,
    InvoiceLine,
    InvoiceRecorded,
    InvoiceRefused,
    InvoiceTurnedDown,
    MatchKind,
    RecordMatch,
)
from tradelane.model.policy import Context
from tradelane.model.purchase_order import (
    DecideOnInvoice,
    InvoiceMatched,
    LineMatch,
    MatchInvoice,
    OrderReleased,
)
from tradelane.model.quantity import ZERO
from tradelane.model.request import Forget, Request, Send, Tell, TimerFired, Wake
from tradelane.processes.cases import HOUSE, open_case, resolve_case

NAME = "invoice_match"
LISTENS = ("invoice", "purchase_order")
WAIT = "receipt-wait"
"""The timer of an invoice that waits for goods."""

WAIT_WORKDAYS = 5

UNHEARD = "order-wait"
"""The timer of an invoice some of whose orders have not spoken (domain.md 2.6)."""

UNHEARD_AFTER = timedelta(minutes=30)

KINDS: dict[MatchKind, str] = {
    "no_line": "INVOICE_NO_PO",
    "currency_mismatch": "INVOICE_CURRENCY_VARIANCE",
    "unit_mismatch": "INVOICE_UNIT_VARIANCE",
    "quantity_variance": "INVOICE_QTY_VARIANCE",
    "price_variance": "INVOICE_PRICE_VARIANCE",
    "total_variance": "INVOICE_QTY_VARIANCE",
    "charge_variance": "INVOICE_FREIGHT_VARIANCE",
}
"""Which case a line that does not match opens, in the order they are looked at: the first one names the case."""


WHERE_FROM = "They heard nothing of it. Ask them where they have the number from."


class State(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the flow knows of one stream: of an invoice, the document and whom it concerns; of an order, the open
    cases.

    ``silent`` orders of the invoice have not spoken so far, ``unheard`` once that was asked about. ``dropped`` and
    ``ended`` are what the last event left behind: orders no longer billed, cases (kind, about,
    line) that are over.
    """

    number: str = ""
    partner: str = ""
    owner: str = ""
    invoice: Invoice | None = None
    orders: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    waits: Literal["", "from now", "still"] = ""
    asked: bool = False
    silent: tuple[str, ...] = ()
    unheard: bool = False
    refused: bool = False
    variances: dict[str, str] = {}
    ended: tuple[tuple[str, str], ...] = ()


initial = State()


def evolve(state: State, event: Event, at: datetime) -> State:
    """Return *state* after *event*; *at* plays no part."""
    if state.ended or state.dropped:
        state = replace(state, ended=(), dropped=())
    match event:
        case InvoiceRecorded(invoice=invoice, orders=orders):
            return replace(
                state,
                number=invoice.number,
                partner=event.partner,
                owner=event.owner,
                invoice=invoice,
                orders=orders,
                dropped=tuple(order for order in state.orders if order not in orders),
                silent=tuple(order for order in orders if order in state.silent or order not in state.orders),
                refused=False,
                ended=(("INVOICE_INVALID", ""),) if state.refused else (),
            )
        case InvoiceCompared(order_stream=order):
            return _heard(state, tuple(each for each in state.silent if each != order))
        case InvoiceRefused():
            return replace(state, refused=True)
        case InvoiceHeld(outcome=outcome):
            # News about the wait does not start it again: its timer runs from the first time.
            still = "still" if state.waits else "from now"
            return replace(state, waits=still if outcome == "waiting" else "")
        case InvoiceApproved() | InvoiceTurnedDown() | InvoiceCancelled():
            over = (("INVOICE_NO_RECEIPT", ""),) if state.asked else ()
            heard = _heard(state, ())
            return replace(heard, waits="", asked=False, ended=(*heard.ended, *over))
        case TimerFired(name="order-wait") if state.silent:
            return replace(state, unheard=True)
        case TimerFired(name="receipt-wait") if state.waits:
            return replace(state, asked=True)
        case OrderReleased(order=order, supplier=supplier):
            return State(number=order.number, partner=supplier)
        case InvoiceMatched():
            return _compared(state, event)
        case _:
            return state


def react(state: State, event: Event, stream: str, context: Context) -> list[Request]:
    """Return what *event* asks for; *state* is the state after it."""
    match event:
        case InvoiceMatched():
            return [*_tell(state, event, stream)]
        case InvoiceRecorded():
            listens = [Wake(name=UNHEARD, due=context.now + UNHEARD_AFTER)] if state.silent else []
            return [*_ended(state, stream), *_ask(event, stream), *_withdraw(state, state.dropped), *listens]
        case InvoiceCompared():
            return [*_ended(state, stream), *([] if state.silent else [Forget(name=UNHEARD)])]
        case TimerFired(name="order-wait") if state.silent:
            named = ", ".join(order.split("/", 1)[1] for order in state.silent[:3])
            says = f"Invoice {state.number} from {state.partner} bills an order nobody here knows: {named}."
            fix = "Ask them which order they mean, or release it from the ERP."
            return [open_case("INVOICE_NO_PO", stream, f"{says} {fix}", partner=state.partner)]
        case InvoiceRefused(invoice=invoice, partner=partner, findings=findings):
            says = f"Invoice {invoice.number} from {partner} cannot be taken. Request a corrected one."
            return [open_case("INVOICE_INVALID", stream, says, partner=partner, findings=findings)]
        case InvoiceHeld() if state.waits == "from now":
            return [Wake(name=WAIT, due=workdays_later(context.now, WAIT_WORKDAYS))]
        case InvoiceHeld():
            return [] if state.waits else [Forget(name=WAIT)]
        case TimerFired(name="receipt-wait") if state.waits:
            says = f"Invoice {state.number} from {state.partner} bills goods nobody has received. Chase the receipt."
            return [open_case("INVOICE_NO_RECEIPT", stream, says, partner=state.partner)]
        case InvoiceApproved():
            return [Forget(name=WAIT), *_ended(state, stream), *_pass_on(state.invoice, state, stream)]
        case InvoiceCancelled() if state.invoice:
            taken_back = replace(state.invoice, purpose="cancel")
            return [*_withdraw(state, state.orders), *_pass_on(taken_back, state, stream)]
        case InvoiceTurnedDown():
            return [Forget(name=WAIT), Forget(name=UNHEARD), *_ended(state, stream), *_withdraw(state, state.orders)]
        case _:
            return []


def workdays_later(start: datetime, days: int) -> datetime:
    """Return the same time *days* weekdays later."""
    due = start
    while days:
        due += timedelta(days=1)
        days -= due.weekday() < 5
    return due


def _heard(state: State, silent: tuple[str, ...]) -> State:
    """Return *state* with so many orders silent; where none is any more, nothing is left to ask about that."""
    if silent or not state.unheard:
        return replace(state, silent=silent)
    return replace(state, silent=(), unheard=False, ended=(("INVOICE_NO_PO", ""),))


def _compared(state: State, event: InvoiceMatched) -> State:
    """Keep which case about this invoice is open; one of another kind, or of none, is over."""
    before, now = state.variances.get(event.invoice_stream, ""), _kind(event)
    left = {stream: kind for stream, kind in state.variances.items() if stream != event.invoice_stream}
    ended = ((before, event.invoice_stream),) if before and before != now else ()
    return replace(state, variances={**left, event.invoice_stream: now} if now else left, ended=ended)


def _kind(event: InvoiceMatched) -> str:
    if event.outcome != "variance":
        return ""
    found = {match.kind for match in event.matches}
    return next(kind for match, kind in KINDS.items() if match in found)


def _ask(event: InvoiceRecorded, stream: str) -> Iterator[Tell]:
    """Ask each order about its lines; a credit note asks with negative quantities."""
    invoice = event.invoice
    for order in event.orders:
        lines = tuple(_signed(line, invoice) for line in invoice.lines if _order_of(invoice, line) == order)
        command = MatchInvoice(
            invoice=invoice.number,
            invoice_stream=stream,
            partner=event.partner,
            lines=lines,
            currency=invoice.currency,
            charges=_charges(invoice) if order == event.orders[0] else ZERO,
        )
        yield Tell(stream=order, command=command)


def _charges(invoice: Invoice) -> Decimal:
    """Return what is billed beside lines and taxes, allowances taken off; a credit note gives it back unasked."""
    if invoice.invoice_type == "credit_note":
        return ZERO
    every = (*invoice.charges, *(charge for line in invoice.lines for charge in line.charges))
    return sum((charge.signed for charge in every if charge.kind != "tax"), ZERO)


def _signed(line: InvoiceLine, invoice: Invoice) -> InvoiceLine:
    if invoice.invoice_type != "credit_note":
        return line
    return replace(line, quantity=replace(line.quantity, value=-line.quantity.value))


def _order_of(invoice: Invoice, line: InvoiceLine) -> str:
    if line.order_number:
        return order_stream(line.order_number, line.release)
    return order_stream(invoice.order_number, invoice.release)


def _tell(state: State, event: InvoiceMatched, stream: str) -> Iterator[Tell]:
    """Tell the invoice how one order compares, and a person where it varies."""
    stake = sum((match.amount_at_stake for match in event.matches), ZERO)
    says = _says(state, event)
    command = RecordMatch(order_stream=stream, outcome=event.outcome, says=says, amount_at_stake=stake)
    yield Tell(stream=event.invoice_stream, command=command)
    for kind, about in state.ended:
        yield resolve_case(kind, about, state.number)
    kind = state.variances.get(event.invoice_stream, "")
    if kind:
        yield open_case(
            kind,
            event.invoice_stream,
            f"Invoice {event.invoice} from {event.partner}: {says} Approve it, or request a credit note.",
            line=state.number,
            partner=event.partner,
            amount_at_stake=stake,
        )
    if event.outcome == "variance" and event.partner != state.partner:
        # Who sent it hears nothing of this, as of an invoice for an order that is not there (P22).
        yield open_case("NOT_THEIR_ORDER", stream, f"{says} {WHERE_FROM}", line=event.partner, partner=event.partner)


def _says(state: State, event: InvoiceMatched) -> str:
    """Say in a sentence what differs, the first few lines by name."""
    if event.outcome in ("approved", "turned_down"):
        by = f"{event.outcome.replace('_', ' ').capitalize()} by {event.by}." if event.by else ""
        return " ".join(filter(None, (by, *(_cheap(match) for match in event.matches if match.under_price))))
    if event.partner != state.partner:
        return f"Order {state.number} was not placed with {event.partner}."
    differing = [match for match in event.matches if match.kind not in ("matched", "matched_within_tolerance")]
    more = f" And {len(differing) - 3} lines more." if len(differing) > 3 else ""
    return f"Order {state.number}: " + " ".join(_difference(match) for match in differing[:3]) + more


def _cheap(found: LineMatch) -> str:
    return f"Line {found.line}: price {found.price} is far below the {found.order_price} ordered at."


def _difference(found: LineMatch) -> str:
    where = f"Line {found.line or found.invoice_line}"
    match found.kind:
        case "not_received":
            return f"{where}: {found.invoiced} billed, {found.billable} received so far."
        case "quantity_variance":
            return f"{where}: {found.invoiced} billed, {found.billable} may be."
        case "price_variance":
            return f"{where}: price {found.price}, ordered at {found.order_price}."
        case "unit_mismatch":
            return f"{where} is billed in another unit."
        case "currency_mismatch":
            return f"{where} is billed in another currency."
        case "charge_variance":
            return f"Charges of {found.price} are not on the order."
        case _:
            return f"{where} is not on the order."


def _withdraw(state: State, orders: tuple[str, ...]) -> Iterator[Tell]:
    """Tell orders that the invoice is over for them; one that had approved its part takes that back."""
    command = DecideOnInvoice(invoice=state.number, approve=False, by=HOUSE, partner=state.partner)
    for order in orders:
        yield Tell(stream=order, command=command)


def _pass_on(invoice: Invoice | None, state: State, stream: str) -> Iterator[Send]:
    if invoice and state.owner:
        yield Send(
            document=invoice,
            to=state.owner,
            about=stream,
            occasion="invoice cancel" if invoice.purpose == "cancel" else "invoice",
        )


def _ended(state: State, stream: str) -> Iterator[Tell]:
    yield from (resolve_case(kind, stream, line) for kind, line in state.ended)
