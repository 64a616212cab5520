"""Clear up after a count that the warehouse takes back: exceptions about the wrong count are over, and where its goods
are billed already, a person asks for a credit note (domain.md 2.6, 4.6).
"""

from datetime import datetime
from decimal import Decimal

from msgspec import Struct
from msgspec.structs import replace

from tradelane.model.event import Event
from tradelane.model.order_receipt import DiscrepancyFound, LineReceiptReversed, LineReceived
from tradelane.model.policy import Context
from tradelane.model.purchase_order import LineInvoiced, OrderReleased
from tradelane.model.quantity import ZERO
from tradelane.model.request import Request
from tradelane.processes.cases import open_case, receiving_case, resolve_case

NAME = "receipt_reversal"
LISTENS = ("purchase_order",)
KIND = "INVOICE_QTY_VARIANCE"


class State(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Which cases the counts of each line opened (what is missing is not among them: it ends when it comes), and how
    many units of it are billed but not received any more.

    ``ended``: cases (kind and line) whose cause the last event took away.
    """

    number: str = ""
    supplier: str = ""
    asked: dict[str, tuple[str, ...]] = {}
    overbilled: dict[str, Decimal] = {}
    ended: tuple[tuple[str, str], ...] = ()


initial = State()


def evolve(state: State, event: Event, at: datetime) -> State:
    """Return *state* after *event*; *at* plays no part."""
    if state.ended:
        state = replace(state, ended=())
    match event:
        case OrderReleased(order=order, supplier=supplier):
            return State(number=order.number, supplier=supplier)
        case DiscrepancyFound(line=line, kind=kind) if kind != "short":
            kinds = dict.fromkeys((*state.asked.get(line, ()), receiving_case(event)))
            return replace(state, asked={**state.asked, line: tuple(kinds)})
        case LineReceiptReversed(line=line):
            asked = {other: kept for other, kept in state.asked.items() if other != line}
            owed = _owed(state, line, event.overbilled)
            over = tuple((kind, line) for kind in state.asked.get(line, ()))
            return replace(owed, asked=asked, ended=(*owed.ended, *over))
        case LineReceived(line=line) if line in state.overbilled:
            return _owed(state, line, state.overbilled[line] - event.received)
        case LineInvoiced(line=line) if line in state.overbilled:
            return _owed(state, line, state.overbilled[line] + event.quantity)
        case _:
            return state


def react(state: State, event: Event, stream: str, context: Context) -> list[Request]:
    """Return what *event* asks for; *state* is the state after it."""
    requests: list[Request] = [resolve_case(kind, stream, line) for kind, line in state.ended]
    if isinstance(event, LineReceiptReversed) and event.overbilled:
        says = (
            f"Order {state.number}, line {event.line}: the warehouse takes back its count of {event.received}; "
            f"{event.overbilled} are billed and not received. Request a credit note, or wait for the corrected receipt."
        )
        requests.append(open_case(KIND, stream, says, line=event.line, partner=state.supplier, evidence=event.receipt))
    return requests


def _owed(state: State, line: str, units: Decimal) -> State:
    """Return *state* with so many units billed ahead of the goods; where none are any more, nothing is to be asked."""
    left = {other: kept for other, kept in state.overbilled.items() if other != line}
    if units > ZERO:
        return replace(state, overbilled={**left, line: units})
    ended = ((KIND, line),) if line in state.overbilled else ()
    return replace(state, overbilled=left, ended=ended)
