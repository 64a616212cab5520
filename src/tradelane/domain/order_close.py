"""Close an order: by rule, once all has come and is billed, or because a person says so (domain.md 2.2)."""

from collections.abc import Iterator
from decimal import Decimal

from tradelane.domain.ledger import Line
from tradelane.domain.order_book import Draft, State
from tradelane.model.finding import Finding, Place
from tradelane.model.policy import Context, Policy
from tradelane.model.purchase_order import CloseOrder, LineCut, OrderClosed, OrderCloseRefused

HUNDRED = Decimal(100)
WITHIN = "the rest is within tolerance"


def by_rule(draft: Draft, context: Context) -> None:
    """Close the order if every line is complete; a rest within tolerance is cut first."""
    state = draft.state
    done = not state.closed and all(_done(line, context.policy) for line in state.lines.values())
    if not done or not any(line.received for line in state.lines.values()):
        return
    for number, line in state.lines.items():
        if line.to_come:
            draft.add(LineCut(line=number, quantity=line.remaining, reason=WITHIN))
    draft.add(OrderClosed(on=context.now))


def by_command(command: CloseOrder, draft: Draft, context: Context) -> None:
    """Close the order although it is not billed; not while goods are under way or owed, for these must be cancelled."""
    state = draft.state
    if not state.number or state.closed or state.cancelled:
        return
    if expected := list(_expected(state)):
        draft.say(OrderCloseRefused(by=command.by, findings=tuple(expected)))
        return
    draft.add(OrderClosed(on=context.now, by=command.by, reason=command.reason))


def _done(line: Line, policy: Policy) -> bool:
    """Say whether a line is complete: a rest within tolerance that nobody promised is let go, a surplus may go unbilled
    (it can be billed later all the same).
    """
    enough = line.received >= line.ordered * (1 - policy.receipt_under_percent / HUNDRED) and not line.promised
    come = not line.shipped and (not line.to_come or enough)
    return come and line.billed >= min(line.received, line.ordered)


def _expected(state: State) -> Iterator[Finding]:
    for number, line in state.lines.items():
        if line.shipped or line.to_come:
            told = ((line.shipped, "on their way"), (line.to_come, "still to come"))
            named = " and ".join(f"{units} {line.unit} {words}" for units, words in told if units)
            yield Finding(
                code="purchase-order.not-complete",
                where=Place(path=f"line {number}"),
                says=f"Line {number}: {named}.",
                fix="Cancel the rest of the order first, and let what is on its way arrive.",
            )
