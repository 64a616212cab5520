"""Watch the lines a buyer takes back until the supplier agrees: goods that leave meanwhile are booked, and a person is
asked what to do with them (domain.md 2.2, as for a cancellation of the whole order).
"""

from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from tradelane.model.event import Event
from tradelane.model.order_cancel import OrderCancelled
from tradelane.model.order_change import OrderChange
from tradelane.model.policy import Context
from tradelane.model.purchase_order import LineCut, LinePromised, LineShipped, OrderChanged, OrderClosed, OrderReleased
from tradelane.model.request import Request
from tradelane.processes.cases import open_case, resolve_case

NAME = "line_delete"
LISTENS = ("purchase_order",)
KIND = "CANCEL_VS_SHIP"


class State(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The lines whose deletion waits for the supplier, and those whose goods left all the same.

    ``ended``: lines whose case the last event took the cause from.
    """

    number: str = ""
    supplier: str = ""
    waiting: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    ended: tuple[str, ...] = ()


initial = State()


def evolve(state: State, event: Event, at: datetime) -> State:
    """Return *state* after *event*; *at* plays no part."""
    if state.ended:
        state = replace(state, ended=())
    match event:
        case OrderReleased(order=order, supplier=supplier):
            return State(number=order.number, supplier=supplier)
        case OrderChanged(change=change, pending=pending) if change.purpose != "cancel":
            anew = _ended(state, _wanted(change))
            waiting = tuple(line for line in anew.waiting if line not in _wanted(change))
            return replace(anew, waiting=tuple(dict.fromkeys((*waiting, *pending))))
        case LinePromised(line=line) | LineCut(line=line) if line in state.waiting:
            return replace(state, waiting=tuple(each for each in state.waiting if each != line))
        case LineShipped(line=line, quantity=quantity) if quantity > 0 and line in state.waiting:
            return replace(state, left=tuple(dict.fromkeys((*state.left, line))))
        case OrderCancelled() | OrderClosed():
            return replace(_ended(state, state.left), waiting=())
        case _:
            return state


def react(state: State, event: Event, stream: str, context: Context) -> list[Request]:
    """Return what *event* asks for; *state* is the state after it."""
    requests: list[Request] = [resolve_case(KIND, stream, line) for line in state.ended]
    if isinstance(event, LineShipped) and event.quantity > 0 and event.line in state.waiting:
        says = (
            f"{state.supplier} ships {event.quantity} of line {event.line} of order {state.number} with ship notice "
            f"{event.notice}; the line was to be deleted. Take them, or refuse them at the dock."
        )
        requests.append(open_case(KIND, stream, says, line=event.line, partner=state.supplier))
    return requests


def _wanted(change: OrderChange) -> frozenset[str]:
    """Return the lines that *change* wants after all."""
    return frozenset(line.line for line in change.lines if line.action != "delete")


def _ended(state: State, lines: Iterable[str]) -> State:
    over = tuple(line for line in state.left if line in frozenset(lines))
    return replace(state, left=tuple(line for line in state.left if line not in over), ended=over)
