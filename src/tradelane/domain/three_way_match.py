"""Compare an invoice with what was ordered and received, and bill what agrees (three-way match, domain.md 4.6).

Nothing is billed that was not received, nor a surplus or charges beyond tolerance, unless a person says so. A price
passes when it is within the percentage or within the amount, where tolerances are strict within both; one far below the
order's passes and is named. An invoice is billed whole or not at
all; one that waits, or varies, is compared again whenever the ledger moves.
"""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

from msgspec.structs import replace

from tradelane.domain.ledger import Line, bill
from tradelane.domain.line_search import LineSearch
from tradelane.domain.order_book import Bill, Draft, State
from tradelane.model.command import Defer
from tradelane.model.finding import Finding, Place
from tradelane.model.identity import invoice_stream
from tradelane.model.invoice import InvoiceLine, MatchKind
from tradelane.model.policy import Context, Policy
from tradelane.model.purchase_order import (
    DecideOnInvoice,
    InvoiceMatched,
    LineInvoiced,
    LineMatch,
    MatchInvoice,
)
from tradelane.model.quantity import ZERO

HUNDRED = Decimal(100)
HOUSE = "tradelane"
FIXED: tuple[MatchKind, ...] = ("no_line", "unit_mismatch", "currency_mismatch", "charge_variance")
"""Kinds that no receipt can turn into a match: the two lines cannot be compared, or there is nothing to compare."""
MATCHED: tuple[MatchKind, ...] = ("matched", "matched_within_tolerance")
WAITING: tuple[MatchKind, ...] = (*MATCHED, "not_received")


def match(command: MatchInvoice, draft: Draft, context: Context) -> Defer | None:
    """Compare the invoice in *draft*; an invoice approved or turned down is not compared again."""
    state = draft.state
    if not state.number:
        return _unknown_order(command, context)
    known = state.bills.get(command.invoice_stream)
    if known and known.outcome in ("approved", "turned_down"):
        return None
    search = LineSearch(state.lines)
    asked = [_asked(line, command, search, state) for line in command.lines]
    if command.charges > context.policy.match_charge_amount:
        asked.append(_charged(command.charges))
    _conclude(command.invoice_stream, Bill(command.invoice, command.partner, "waiting"), asked, draft, context.policy)
    return None


def rematch(draft: Draft, context: Context) -> None:
    """Compare every undecided invoice again, oldest first: the ledger has moved."""
    for stream, known in list(draft.state.bills.items()):
        if known.outcome in ("waiting", "variance"):
            _conclude(stream, known, list(known.matches), draft, context.policy)


def decide_on(command: DecideOnInvoice, draft: Draft) -> None:
    """Let a person's word stand over the comparison.

    Only the house itself takes back an approval, when another order turned it down.
    """
    for stream, known in _meant(command, draft.state):
        if known.outcome == "turned_down":
            continue
        if known.outcome == "approved" and (command.approve or command.by != HOUSE):
            continue
        if command.approve:
            _bill(known, draft)
        elif known.outcome == "approved":
            _bill(known, draft, sign=-1)
        draft.add(
            InvoiceMatched(
                invoice=known.invoice,
                invoice_stream=stream,
                partner=known.partner,
                outcome="approved" if command.approve else "turned_down",
                matches=known.matches,
                by=command.by,
            )
        )
        return


def _meant(command: DecideOnInvoice, state: State) -> list[tuple[str, Bill]]:
    """Return the bills that a decision may be about: the one of the partner it names, else all of that number."""
    if command.partner:
        stream = invoice_stream(command.partner, command.invoice)
        return [(stream, state.bills[stream])] if stream in state.bills else []
    named = [(stream, known) for stream, known in state.bills.items() if known.invoice == command.invoice]
    return sorted(named, key=lambda bill: bill[1].partner != state.supplier)


def invoiced(state: State, event: LineInvoiced) -> State:
    """Return *state* with the line's units billed."""
    return replace(state, lines={**state.lines, event.line: bill(state.lines[event.line], event.quantity)})


def matched(state: State, event: InvoiceMatched) -> State:
    """Return *state* after the comparison."""
    known = Bill(event.invoice, event.partner, event.outcome, event.matches)
    return replace(state, bills={**state.bills, event.invoice_stream: known})


def _conclude(stream: str, known: Bill, asked: list[LineMatch], draft: Draft, policy: Policy) -> None:
    """Compare, and let the outcome happen where it is news."""
    matches = tuple(_compared(asked, draft.state, policy))
    kinds = {match.kind for match in matches}
    outcome = "approved" if kinds <= set(MATCHED) else "waiting" if kinds <= set(WAITING) else "variance"
    fresh = Bill(known.invoice, known.partner, outcome, matches)
    if draft.state.bills.get(stream) == fresh:
        return
    if outcome == "approved":
        _bill(fresh, draft)
    draft.add(
        InvoiceMatched(
            invoice=known.invoice, invoice_stream=stream, partner=known.partner, outcome=outcome, matches=matches
        )
    )


def _bill(known: Bill, draft: Draft, sign: int = 1) -> None:
    for found in known.matches:
        if found.line in draft.state.lines and found.invoiced and found.kind != "unit_mismatch":
            draft.add(LineInvoiced(line=found.line, invoice=known.invoice, quantity=sign * found.invoiced))


def _asked(line: InvoiceLine, command: MatchInvoice, search: LineSearch, state: State) -> LineMatch:
    """Return the invoice line beside the order line it means, not compared yet; where it cannot be compared, why."""
    found = search.find(line.order_line, line.item)
    price = line.price.each() if line.price.per else line.price.amount
    blank = LineMatch(
        invoice_line=line.number,
        line="",
        kind="no_line",
        invoiced=line.quantity.value,
        billable=ZERO,
        price=price,
        order_price=ZERO,
        amount_at_stake=abs(line.quantity.value * price),
    )
    if found.how in ("none", "conflict") or command.partner != state.supplier:
        return blank
    if state.currency and command.currency and command.currency != state.currency:
        return replace(blank, line=found.line, kind="currency_mismatch")
    if line.quantity.unit != state.lines[found.line].unit:
        return replace(blank, line=found.line, kind="unit_mismatch")
    return replace(blank, line=found.line, kind="matched")


def _charged(amount: Decimal) -> LineMatch:
    """Return charges as a line that no order line stands beside."""
    return LineMatch(
        invoice_line="charges",
        line="",
        kind="charge_variance",
        invoiced=ZERO,
        billable=ZERO,
        price=amount,
        order_price=ZERO,
        amount_at_stake=amount,
    )


def _compared(asked: list[LineMatch], state: State, policy: Policy) -> Iterator[LineMatch]:
    """Yield each line compared with the ledger; several invoice lines for one order line share what is billable."""
    claimed: dict[str, Decimal] = {}
    for found in asked:
        if found.kind in FIXED:
            yield found
            continue
        line, before = state.lines[found.line], claimed.get(found.line, ZERO)
        claimed[found.line] = before + found.invoiced
        billable = _payable(line, policy) - before if found.invoiced >= 0 else line.billed + before
        yield _verdict(found, line, billable, policy)


def _payable(line: Line, policy: Policy) -> Decimal:
    """Return the good units not billed yet; a surplus beyond tolerance is not paid for unless a person says so.

    Where it was agreed to pay what is ordered, goods are not waited for (two-way match).
    """
    if policy.match_basis == "ordered":
        return line.ordered - line.cut - line.billed
    room = line.ordered * (1 + policy.receipt_over_percent / HUNDRED)
    return min(line.unbilled, room - line.billed)


def _verdict(found: LineMatch, line: Line, billable: Decimal, policy: Policy) -> LineMatch:
    order_price = line.price.each() if line.price and line.price.per else ZERO
    room = max(ZERO, billable)
    too_many = abs(found.invoiced) - room * (1 + policy.match_quantity_percent / HUNDRED)
    said = replace(found, billable=room, order_price=order_price)
    if too_many > 0:
        waits = found.invoiced > 0 and policy.match_basis == "received"
        comes = waits and too_many <= line.to_come + line.shipped
        kind: MatchKind = "not_received" if comes else "quantity_variance"
        return replace(said, kind=kind, amount_at_stake=abs(too_many * found.price))
    up = found.price - order_price
    within = up <= order_price * policy.match_price_percent / HUNDRED
    cheap = up * abs(found.invoiced) <= policy.match_price_amount
    passes = within and cheap if policy.match_mode == "strict" else within or cheap
    if up > 0 and not passes:
        return replace(said, kind="price_variance", amount_at_stake=up * abs(found.invoiced))
    far_below = -up > order_price * policy.match_under_price_percent / HUNDRED
    kind = "matched_within_tolerance" if up > 0 else "matched"
    return replace(said, kind=kind, amount_at_stake=ZERO, under_price=far_below)


def _unknown_order(command: MatchInvoice, context: Context) -> Defer:
    number = command.lines[0].order_number if command.lines else ""
    finding = Finding(
        code="invoice.unknown-order",
        where=Place(path="$.order_number"),
        says=f"There is no order {number} yet.",
        fix="Release the order from the ERP, or ask the supplier which order is billed.",
        value=number,
    )
    return Defer(finding=finding, until=context.now + timedelta(hours=context.policy.early_invoice_hours))
