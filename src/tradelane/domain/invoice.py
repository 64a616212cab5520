"""Decide on invoices: check that one adds up, ask every order it bills, and conclude from their answers (domain.md
2.6, 4.6).

Approved when all orders and the supplier's book of invoices agree, held while one waits or varies, turned down by a
person or by the supplier taking it back, which may be until the ERP has booked it. What is approved or turned down is
not corrected in place: a correction is a credit note and a new invoice.
"""

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from tradelane.domain.order_book import digest, remember
from tradelane.model.command import Command, Defer
from tradelane.model.event import Event
from tradelane.model.finding import Finding, Place
from tradelane.model.identity import invoice_book_stream, order_stream
from tradelane.model.invoice import (
    Invoice,
    InvoiceApproved,
    InvoiceCancelled,
    InvoiceCompared,
    InvoiceHeld,
    InvoiceLine,
    InvoicePaid,
    InvoicePosted,
    InvoiceRecorded,
    InvoiceRefused,
    InvoiceStepRefused,
    InvoiceTurnedDown,
    RecordInvoice,
    RecordMatch,
    RecordPayment,
    RecordPosting,
)
from tradelane.model.policy import Context
from tradelane.model.quantity import ZERO, line_amount

STREAM = "invoice"
CENT = Decimal("0.01")

Outcome = Literal["approved", "waiting", "variance", "turned_down"]
Settled = Literal["", "posted", "paid"]


class Comparison(Struct, frozen=True, omit_defaults=True):
    """What one order said last; without an outcome it has not spoken yet."""

    outcome: Outcome | Literal[""] = ""
    says: str = ""
    amount_at_stake: Decimal = ZERO


class State(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The invoice and what its orders said.

    ``held`` is the last thing said about holding it, so that it is said once.
    """

    number: str = ""
    partner: str = ""
    owner: str = ""
    content: str = ""
    comparisons: dict[str, Comparison] = {}
    outcome: Outcome | Literal[""] = ""
    held: Comparison | None = None
    settled: Settled = ""
    cancelled: bool = False
    payments: tuple[str, ...] = ()
    said: tuple[str, ...] = ()


initial = State()


def decide(command: Command, state: State, context: Context) -> list[Event] | Defer:
    """Return what happens to the invoice because of *command*."""
    match command:
        case RecordInvoice():
            return _record(command, state, context)
        case RecordMatch():
            return _compare(command, state)
        case RecordPosting() | RecordPayment():
            return _settle(command, state)
        case _:
            return []


def evolve(state: State, event: Event) -> State:
    """Return *state* after *event*."""
    match event:
        case InvoiceRecorded(invoice=invoice):
            kept = {stream: state.comparisons.get(stream, Comparison()) for stream in event.orders}
            kept |= {event.book: Comparison()} if event.book else {}
            return State(
                number=invoice.number,
                partner=event.partner,
                owner=event.owner,
                content=digest(invoice),
                comparisons=kept,
                said=state.said,
            )
        case InvoiceCompared():
            said = Comparison(event.outcome, event.says, event.amount_at_stake)
            return replace(state, comparisons={**state.comparisons, event.order_stream: said})
        case InvoiceHeld():
            held = Comparison(event.outcome, event.says, event.amount_at_stake)
            return replace(state, outcome=event.outcome, held=held)
        case InvoiceApproved():
            return replace(state, outcome="approved")
        case InvoiceTurnedDown():
            return replace(state, outcome="turned_down")
        case InvoiceCancelled():
            return replace(state, outcome="turned_down", cancelled=True)
        case InvoicePosted():
            return replace(state, settled="posted")
        case InvoicePaid():
            return replace(state, settled="paid", payments=remember(state.payments, digest(event)))
        case InvoiceStepRefused() | InvoiceRefused():
            return replace(state, said=remember(state.said, digest(event)))
        case _:
            return state


def status(state: State) -> str:
    """Return the invoice's state in the words of domain.md 2.6."""
    if not state.number:
        return "unknown"
    if state.cancelled:
        return "cancelled"
    words = {"": "matching", "approved": "approved", "waiting": "waiting_receipt", "turned_down": "rejected"}
    return state.settled or words.get(state.outcome, state.outcome)


def order_of(invoice: Invoice, line: InvoiceLine) -> str:
    """Return the stream of the order an invoice line bills, its own or the header's; empty when none is named."""
    number = line.order_number or invoice.order_number
    release = line.release if line.order_number else invoice.release
    return order_stream(number, release) if number else ""


def _record(command: RecordInvoice, state: State, context: Context) -> list[Event]:
    invoice = command.invoice
    if state.number and digest(invoice) == state.content:
        return []
    if invoice.purpose == "cancel" and state.number and not state.settled:
        says = f"{command.partner} took invoice {invoice.number} back."
        if state.outcome == "approved":
            return [InvoiceCancelled(says=says)]
        return [] if state.outcome == "turned_down" else [InvoiceTurnedDown(says=says)]
    findings = tuple(_faults(invoice, state, context))
    if findings:
        refusal = InvoiceRefused(invoice=invoice, partner=command.partner, findings=findings)
        return [] if digest(refusal) in state.said else [refusal]
    orders = tuple(dict.fromkeys(order_of(invoice, line) for line in invoice.lines))
    recorded = InvoiceRecorded(
        invoice=invoice,
        partner=command.partner,
        owner=command.owner,
        orders=orders,
        book=invoice_book_stream(command.partner),
        self_billed=command.self_billed,
    )
    # A restated invoice keeps what its orders said, as an order speaks up only when its word changes; the book always
    # speaks.
    return [recorded, *(_concluded(evolve(state, recorded)) if state.number else [])]


def _compare(command: RecordMatch, state: State) -> list[Event]:
    said = Comparison(command.outcome, command.says, command.amount_at_stake)
    known = state.comparisons.get(command.order_stream)
    if known is None or known == said or state.outcome in ("approved", "turned_down"):
        return []
    compared = InvoiceCompared(
        order_stream=command.order_stream,
        outcome=command.outcome,
        says=command.says,
        amount_at_stake=command.amount_at_stake,
    )
    return [compared, *_concluded(evolve(state, compared))]


def _settle(command: RecordPosting | RecordPayment, state: State) -> list[Event]:
    """Note that the ERP booked or paid it: once each, and only what is approved."""
    if state.outcome != "approved":
        what = "booked" if isinstance(command, RecordPosting) else "paid"
        there = f"Invoice {state.number} is not approved" if state.number else "There is no such invoice"
        fix = "Decide about it first." if state.number else "Check the number and whose it is."
        finding = _fault("not-approved", "$.number", f"{there}; it cannot be {what}.", fix)
        refusal = InvoiceStepRefused(findings=(finding,))
        return [] if digest(refusal) in state.said else [refusal]
    if isinstance(command, RecordPosting):
        return [] if state.settled else [InvoicePosted(by=command.by, on=command.on, reference=command.reference)]
    paid = InvoicePaid(by=command.by, on=command.on, reference=command.reference, amount=command.amount)
    return [] if digest(paid) in state.payments else [paid]


def _concluded(state: State) -> list[Event]:
    """Return the conclusion from all orders' answers, when all have spoken and it is news."""
    spoken = list(state.comparisons.values())
    outcomes = {comparison.outcome for comparison in spoken}
    if "turned_down" in outcomes:
        return [InvoiceTurnedDown(says=_joined(spoken, "turned_down"))]
    if "" in outcomes:
        return []
    if outcomes == {"approved"}:
        return [InvoiceApproved()]
    outcome = "variance" if "variance" in outcomes else "waiting"
    stake = sum((comparison.amount_at_stake for comparison in spoken), ZERO)
    held = InvoiceHeld(outcome=outcome, says=_joined(spoken, outcome), amount_at_stake=stake)
    return [] if state.held == Comparison(outcome, held.says, stake) else [held]


def _joined(spoken: list[Comparison], outcome: str) -> str:
    return " ".join(comparison.says for comparison in spoken if comparison.outcome == outcome and comparison.says)


def _faults(invoice: Invoice, state: State, context: Context) -> Iterator[Finding]:
    restates = invoice.purpose in ("replace", "change") or invoice.invoice_type == "corrected"
    if state.number and (state.outcome in ("approved", "turned_down") or not restates):
        fix = "Send a credit note and a new invoice, or this one with the purpose replace while it is still open."
        yield _fault("conflict", "$.number", f"Invoice {invoice.number} is known with other content.", fix)
    if invoice.purpose == "cancel" and not state.number:
        yield _fault("unknown-invoice", "$.number", f"There is no invoice {invoice.number} to take back.", "Check it.")
    if not invoice.number.strip():
        yield _fault("no-number", "$.number", "The invoice has no number.", "Send it with a number of its own.")
    if not invoice.lines:
        yield _fault("no-lines", "$.lines", "The invoice bills nothing.", "Send it with its lines.")
    for index, line in enumerate(invoice.lines):
        place = f"$.lines[{index}]"
        if not order_of(invoice, line):
            says = f"Line {line.number} names no order."
            yield _fault("no-order", place, says, "Name the order on the line or in the header.")
        if line.price.per <= 0:
            says = f"Line {line.number} has a price per {line.price.per} units."
            yield _fault("price-basis", place, says, "Say how many units the price is for, one or more.")
    if invoice.lines and all(line.price.per > 0 for line in invoice.lines):
        yield from _total_faults(invoice, context)


def _total_faults(invoice: Invoice, context: Context) -> Iterator[Finding]:
    """Lines and charges add up to the total, within a cent per line, and each amount is quantity times price with
    the line's own charges, within a cent.
    """
    try:
        priced = [(line, line_amount(line.quantity.value, line.price) + line.charged) for line in invoice.lines]
        lines = sum((ours if line.amount is None else line.amount for line, ours in priced), ZERO)
        charges = sum((charge.signed for charge in invoice.charges), ZERO)
        off = abs(lines + charges - invoice.total)
        wrong = [line for line, ours in priced if line.amount is not None and abs(line.amount - ours) > CENT]
    except InvalidOperation:
        yield _fault("too-large", "$.total", "The amounts are too large to add up.", "Check quantities and prices.")
        return
    for line in wrong:
        beside = " and its charges" if line.charges else ""
        says = f"Line {line.number}: {line.amount} is not {line.quantity.value} times the price{beside}."
        yield _fault("line-amount", f"line {line.number}", says, "Correct the amount, the quantity or the price.")
    room = min(CENT * len(invoice.lines), context.policy.match_rounding)
    if off > room:
        says = f"Lines and charges add up to {lines + charges}, the total says {invoice.total}."
        yield _fault("total", "$.total", says, "Send an invoice that adds up.")


def _fault(code: str, place: str, says: str, fix: str) -> Finding:
    return Finding(code=f"invoice.{code}", where=Place(path=place), says=says, fix=fix)
