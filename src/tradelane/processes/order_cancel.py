"""See a buyer's cancellation through: wait for the supplier's yes as long as policy says, and ask a person when goods
come in spite of it.

The paper itself goes out with the other changes (`order_response.py`). The wait starts anew when the paper has reached
the supplier; what its end means, the order decides.
"""

from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from tradelane.model.event import Event
from tradelane.model.order_cancel import KeptLine, OrderCancelled, OrderCancelRefused
from tradelane.model.policy import Context
from tradelane.model.purchase_order import (
    OrderChanged,
    OrderClosed,
    OrderSent,
)
from tradelane.model.request import Forget, Request, Wake
from tradelane.processes.cases import open_case, resolve_case

NAME = "order_cancel"
LISTENS = ("purchase_order",)
CANCEL = "cancel"
"""The timer that waits for the supplier's word on the cancellation."""
LINE = "cancel"
NAMED_MAX = 5


class State(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Whether a cancellation waits for its answer, and whether one that failed is on somebody's desk.

    ``ended``: the last event took that case's cause away.
    """

    pending: bool = False
    failed: bool = False
    ended: bool = False


initial = State()


def evolve(state: State, event: Event, at: datetime) -> State:
    """Return *state* after *event*; *at* plays no part."""
    if state.ended:
        state = replace(state, ended=False)
    match event:
        case OrderChanged(change=change) if change.purpose == "cancel":
            return State(pending=True, ended=state.failed)
        case OrderCancelRefused():
            return State(failed=True)
        case OrderCancelled() | OrderClosed():
            return State(ended=state.failed)
        case _:
            return state


def react(state: State, event: Event, stream: str, context: Context) -> list[Request]:
    """Return what *event* asks for; *state* is the state after it."""
    requests: list[Request] = [resolve_case("CANCEL_VS_SHIP", stream, LINE)] if state.ended else []
    match event:
        case OrderChanged() if state.pending:
            requests.append(_wait(context))
        case OrderSent(document_type="order_change") if state.pending:
            requests.append(_wait(context))
        case OrderCancelled():
            requests.append(Forget(name=CANCEL))
        case OrderCancelRefused():
            says = _kept(event, stream.partition("/")[2])
            requests.append(Forget(name=CANCEL))
            requests.append(open_case("CANCEL_VS_SHIP", stream, says, line=LINE, partner=event.partner))
        case _:
            pass
    return requests


def _wait(context: Context) -> Wake:
    return Wake(name=CANCEL, due=context.now + timedelta(hours=context.policy.cancel_within_hours))


def _kept(event: OrderCancelRefused, number: str) -> str:
    """Say in one or two sentences what comes in spite of the cancellation, the first few lines by name."""
    if event.late:
        return (
            f"{event.partner} refuses to cancel order {number}, but it was cancelled when no answer came in time. "
            "Call them: take the goods on a new order, or refuse them."
        )
    with_notice = f" with ship notice {event.notice}" if event.notice else ""
    did = "refuses to cancel" if event.because == "refused" else f"ships{with_notice} in spite of the cancellation of"
    named = "; ".join(map(_line, event.lines[:NAMED_MAX]))
    more = f"; and {len(event.lines) - NAMED_MAX} lines more" if len(event.lines) > NAMED_MAX else ""
    fix = "Take the goods, or refuse them and cancel the rest again."
    return f"{event.partner} {did} order {number}: {named}{more}. {fix}"


def _line(kept: KeptLine) -> str:
    parts = [(kept.shipped, "on their way"), (kept.to_come, "still to come")]
    told = ", ".join(f"{quantity} {kept.unit} {words}" for quantity, words in parts if quantity)
    return f"line {kept.line}: {told}"
