"""Let a person accept what a supplier answered beyond policy, or decline it (domain.md 4.1).

Accepted, the answer stands as if policy had taken it. Declined, what has not left the supplier is open again, and the
supplier is asked once more for the lines as they are ordered. Nobody deciding is never taken for a yes.
"""

from collections.abc import Iterator

from msgspec.structs import replace

from tradelane.domain.ledger import Line, reorder
from tradelane.domain.order_book import Draft, State, unanswered
from tradelane.model.finding import Finding, Place
from tradelane.model.order_answer import (
    AnswerAccepted,
    AnswerDeclined,
    DecideOnAnswer,
    ReminderRefused,
    RemindSupplier,
    SupplierReminded,
)
from tradelane.model.order_change import ChangeLine, OrderChange
from tradelane.model.policy import Context
from tradelane.model.quantity import Quantity


def decide_on(command: DecideOnAnswer, draft: Draft, context: Context) -> None:
    """Let the decision happen in *draft*; where nothing waits for one, or all of it is to be cancelled, it is
    nothing.
    """
    state = draft.state
    over = state.closed or state.cancelled or state.cancelling
    waiting = (number for number, line in state.lines.items() if line.disputed)
    lines = tuple(number for number in waiting if not command.lines or number in command.lines)
    if over or not lines:
        return
    if command.accept:
        draft.add(AnswerAccepted(lines=lines, by=command.by))
    else:
        draft.add(AnswerDeclined(change=_as_ordered(lines, state, context), by=command.by))


def remind(command: RemindSupplier, draft: Draft) -> None:
    """Have the supplier reminded of the answer that is missing; where none is, say so."""
    state = draft.state
    if not state.number:
        return
    if state.closed or state.cancelled or not unanswered(state):
        finding = Finding(
            code="order-response.nothing-missing",
            where=Place(path="$"),
            says=f"No answer of {state.supplier} to order {state.number} is missing.",
            fix="Look at the order: it is answered, or over.",
        )
        draft.say(ReminderRefused(by=command.by, findings=(finding,)))
    else:
        draft.say(SupplierReminded(by=command.by, id=command.id))


def accepted(state: State, event: AnswerAccepted) -> State:
    """Return *state* with nothing disputed on the lines."""
    lines = {number: replace(line, disputed=False) for number, line in _named(event.lines, state)}
    return replace(state, lines={**state.lines, **lines})


def declined(state: State, event: AnswerDeclined) -> State:
    """Return *state* with the lines open again; an answer written before today does not count for them any more."""
    change = event.change
    lines = {
        number: replace(reorder(line, line.ordered), changed_on=change.changed_on)
        for number, line in _named((line.line for line in change.lines), state)
    }
    return replace(state, lines={**state.lines, **lines})


def _named(numbers: Iterator[str] | tuple[str, ...], state: State) -> Iterator[tuple[str, Line]]:
    yield from ((number, state.lines[number]) for number in numbers if number in state.lines)


def _as_ordered(numbers: tuple[str, ...], state: State, context: Context) -> OrderChange:
    """Return the change that asks for the lines as they are ordered. It carries the number of the last change: the
    buyer's own count goes on.
    """
    return OrderChange(
        order_number=state.number,
        release=state.release,
        sequence=state.sequence,
        changed_on=context.now.date(),
        lines=tuple(_line(number, line) for number, line in _named(numbers, state)),
    )


def _line(number: str, line: Line) -> ChangeLine:
    return ChangeLine(
        line=number,
        action="change",
        item=line.item,
        quantity=Quantity(line.ordered, line.unit),
        price=line.price,
        deliver_on=line.deliver_on,
        ship_on=line.ship_on,
    )
