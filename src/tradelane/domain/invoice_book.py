"""Decide whether an invoice may be one that came before, or cannot be right by its dates or taxes (domain.md 4.6, 4.7).

One book per supplier. It remembers the invoices of the last weeks; an invoice waits for its word as it waits for that
of its orders.
"""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

from msgspec import Struct
from msgspec.structs import replace

from tradelane.domain.invoice_likeness import BLOCK, REVIEW, SURE, Entry, likeness
from tradelane.domain.order_book import digest
from tradelane.model.command import Command, Defer
from tradelane.model.event import Event
from tradelane.model.invoice import Charge, Invoice, InvoiceLine
from tradelane.model.invoice_book import CheckInvoice, Doubt, InvoiceChecked, InvoiceJudged, JudgeInvoice
from tradelane.model.policy import Context, Policy
from tradelane.model.quantity import ZERO

STREAM = "invoice_book"
REMEMBERED_MAX = 200
REMEMBERED_DAYS = 90
HUNDRED = Decimal(100)


class State(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The supplier's invoices by their streams, oldest first."""

    entries: dict[str, Entry] = {}


initial = State()


def decide(command: Command, state: State, context: Context) -> list[Event] | Defer:
    """Return what happens in the book because of *command*."""
    match command:
        case CheckInvoice():
            return _check(command, state, context)
        case JudgeInvoice(invoice_stream=stream):
            known = state.entries.get(stream)
            if known is None or (known.set_aside and not command.approve):
                return []
            word = InvoiceJudged(
                number=known.number,
                invoice_stream=stream,
                approve=command.approve,
                by=command.by,
                reason=command.reason,
            )
            return [] if known.judged == digest(word) else [word]
        case _:
            return []


def evolve(state: State, event: Event) -> State:
    """Return *state* after *event*; what is too old to be mistaken for anything is forgotten."""
    match event:
        case InvoiceChecked(invoice_stream=stream):
            others = {key: each for key, each in state.entries.items() if key != stream}
            since = event.invoiced_on - timedelta(days=REMEMBERED_DAYS)
            kept = [(key, each) for key, each in others.items() if each.invoiced_on >= since][1 - REMEMBERED_MAX :]
            entries = dict([*kept, (stream, _entry(event))])
            return State(entries=entries)
        case InvoiceJudged(invoice_stream=stream) if stream in state.entries:
            known = replace(state.entries[stream], set_aside=not event.approve, judged=digest(event))
            return replace(state, entries={**state.entries, stream: known})
        case _:
            return state


def _entry(event: InvoiceChecked) -> Entry:
    return Entry(
        number=event.number,
        total=event.total,
        invoiced_on=event.invoiced_on,
        currency=event.currency,
        is_credit=event.is_credit,
        notice=event.notice,
        orders=event.orders,
        lines=event.lines,
        original=event.original,
        content=event.content,
    )


def _check(command: CheckInvoice, state: State, context: Context) -> list[Event]:
    invoice = command.invoice
    checked = InvoiceChecked(
        number=invoice.number,
        invoice_stream=command.invoice_stream,
        total=invoice.total,
        invoiced_on=invoice.invoiced_on,
        currency=invoice.currency,
        is_credit=invoice.invoice_type == "credit_note",
        notice=invoice.ship_notice,
        orders=tuple(dict.fromkeys(_order(line, invoice) for line in invoice.lines)),
        lines=digest([(_order(line, invoice), line.order_line, line.item, line.quantity) for line in invoice.lines]),
        original=invoice.original_invoice,
        content=digest(invoice),
        self_billed=command.self_billed,
    )
    known = state.entries.get(command.invoice_stream)
    if known and known.content == checked.content:
        return []
    doubts = (
        *_doubles(checked, state, context.policy),
        *_dates(invoice, context),
        *_taxes(invoice, context.policy),
    )
    return [replace(checked, doubts=doubts)]


def _order(line: InvoiceLine, invoice: Invoice) -> str:
    return line.order_number or invoice.order_number


def _doubles(checked: InvoiceChecked, state: State, policy: Policy) -> Iterator[Doubt]:
    """Yield the invoice it looks most like; or that none is awaited, where goods are paid as they are received."""
    if checked.is_credit or checked.self_billed:
        return
    if policy.evaluated_receipts:
        says = "What is received is paid without an invoice, as agreed; this one would pay it again."
        yield Doubt(kind="duplicate", says=says, amount_at_stake=checked.total, likeness=SURE)
        return
    this, days = _entry(checked), policy.duplicate_within_days
    others = {key: each for key, each in state.entries.items() if key != checked.invoice_stream} if days else {}
    found = [(likeness(this, each, days, recurring=policy.recurring_amounts), each) for each in others.values()]
    like, other = max(found, key=lambda pair: pair[0], default=(ZERO, None))
    if other is None or like < REVIEW:
        return
    how = "is most likely the same as" if like >= BLOCK else "may be the same as"
    says = (
        f"It {how} invoice {other.number} of {other.invoiced_on}: both are over {other.total} {other.currency}".strip()
    )
    yield Doubt(kind="duplicate", says=f"{says}.", amount_at_stake=checked.total, other=other.number, likeness=like)


def _dates(invoice: Invoice, context: Context) -> Iterator[Doubt]:
    policy, today = context.policy, context.now.date()
    if invoice.shipped_on and invoice.invoiced_on < invoice.shipped_on - timedelta(days=policy.invoice_early_days):
        says = f"It is of {invoice.invoiced_on}, the goods left on {invoice.shipped_on}."
        yield Doubt(kind="date", says=says, amount_at_stake=invoice.total)
    if invoice.invoiced_on < today - timedelta(days=policy.invoice_age_days):
        says = f"It is of {invoice.invoiced_on}, more than {policy.invoice_age_days} days ago."
        yield Doubt(kind="date", says=says, amount_at_stake=invoice.total)


def _taxes(invoice: Invoice, policy: Policy) -> Iterator[Doubt]:
    """Yield taxes that are not their rate of what they are on, within some cents for every line."""
    taxes = [charge for charge in invoice.charges if charge.kind == "tax" and charge.percent is not None]
    net = invoice.total - sum((charge.signed for charge in invoice.charges), ZERO)
    for tax in taxes:
        base = tax.base if tax.base is not None else net if len(taxes) == 1 else None
        off = None if base is None else abs(tax.amount - base * (tax.percent or ZERO) / HUNDRED)
        if off is not None and off > policy.match_tax_amount * len(invoice.lines):
            yield Doubt(kind="tax", says=_wrong_tax(tax, base or ZERO), amount_at_stake=off)


def _wrong_tax(tax: Charge, base: Decimal) -> str:
    ours = base * (tax.percent or ZERO) / HUNDRED
    return f"Tax of {tax.amount} is billed; {tax.percent} % of {base} are {ours:.2f}."
