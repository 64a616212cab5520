"""See a buyer's cancellation through: wait for the supplier's yes as long as policy says, and ask a person when goods
come in spite of it.

The paper itself goes out with the other changes (`order_response.py`). The wait starts anew when the paper has reached
the supplier; what its end means, the order decides.
"""

from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from tradelane.model.document import Reference
from tradelane.model.event import Event
from tradelane.model.order_cancel import KeptLine, OrderCancelled, OrderCancelRefused
from tradelane.model.order_response import OrderResponse
from tradelane.model.policy import Context
from tradelane.model.purchase_order import (
    OrderChanged,
    OrderClosed,
    OrderReleased,
    OrderSent,
)
from tradelane.model.request import Forget, Request, Send, Wake
from tradelane.processes.cases import open_case, resolve_case

NAME = "order_cancel"
LISTENS = ("purchase_order",)
CANCEL = "cancel"
"""The timer that waits for the supplier's word on the cancellation."""
LINE = "cancel"
TAKEN_FOR_YES = ("refused", "read", "silent")
"""How a cancellation takes effect without an answer to it, which the ERP would have got."""
NAMED_MAX = 5


class State(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Whether a cancellation waits for its answer, and whether one that failed is on somebody's desk; whose order it
    is.

    ``ended``: the last event took that case's cause away.
    """

    number: str = ""
    release: str = ""
    owner: str = ""
    sequence: int = 0
    pending: bool = False
    failed: bool = False
    ended: bool = False


initial = State()


def evolve(state: State, event: Event, at: datetime) -> State:
    """Return *state* after *event*; *at* plays no part."""
    if state.ended:
        state = replace(state, ended=False)
    match event:
        case OrderReleased(order=order, owner=owner):
            return State(number=order.number, release=order.release, owner=owner)
        case OrderChanged(change=change) if change.purpose == "cancel":
            return replace(state, pending=True, failed=False, ended=state.failed, sequence=change.sequence)
        case OrderCancelRefused():
            return replace(state, pending=False, failed=True)
        case OrderCancelled() | OrderClosed():
            return replace(state, pending=False, failed=False, ended=state.failed)
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
        case OrderCancelled(because=because):
            requests.append(Forget(name=CANCEL))
            if state.owner and because in TAKEN_FOR_YES:
                requests.append(_tell_owner(event, state, stream, context))
        case OrderCancelRefused():
            says = _kept(event, stream.partition("/")[2])
            requests.append(Forget(name=CANCEL))
            requests.append(open_case("CANCEL_VS_SHIP", stream, says, line=LINE, partner=event.partner))
        case _:
            pass
    return requests


def _wait(context: Context) -> Wake:
    return Wake(name=CANCEL, due=context.now + timedelta(hours=context.policy.cancel_within_hours))


def _tell_owner(event: OrderCancelled, state: State, stream: str, context: Context) -> Send:
    """Tell the ERP that its cancellation stands, as the supplier's yes would."""
    yes = OrderResponse(
        order_number=state.number,
        release=state.release,
        order_version=max(0, state.sequence),
        overall="accepted",
        responded_on=context.now.date(),
        purpose="cancel",
        references=(Reference("cancelled_because", event.because),),
    )
    return Send(document=yes, to=state.owner, about=stream, occasion="cancelled")


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
