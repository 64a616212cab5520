"""One purchase order as its events have left it, and the draft of what happens next."""

from collections.abc import Callable, Set
from datetime import date
from hashlib import sha256
from typing import Any, Literal

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from tradelane.domain.delivery_terms import Terms
from tradelane.domain.ledger import Line
from tradelane.model.event import Event
from tradelane.model.purchase_order import LineMatch

REMEMBERED_MAX = 64
"""How many answers, refusals and sendings an order remembers, so that a repeat is recognised."""

_encode = msgspec.json.Encoder().encode


class Bill(Struct, frozen=True, omit_defaults=True):
    """An invoice compared with this order; its matches are kept, because a receipt or a change may turn the outcome."""

    invoice: str
    partner: str
    outcome: Literal["approved", "waiting", "variance", "turned_down"]
    matches: tuple[LineMatch, ...] = ()


class Cancelling(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A cancellation that the supplier has not agreed to yet.

    ``sequence`` is its number among the buyer's changes; ``document_id`` the paper that carries it, once that reached
    the supplier.
    """

    sequence: int
    asked_on: date
    reason: str = ""
    document_id: str = ""


class State(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The order's ledger and what it must remember to recognise repeats and older versions.

    ``sequence`` is the last change dealt with; ``restated``: after it the order came whole, under no number, so the
    next change may have any; ``reached`` how far the order itself got on its way; ``notices`` the revision of each ship
    notice answered; ``said`` digests of answers taken and refusals spoken; ``sendings`` "document id:state" as told;
    ``uncancelled``: a cancellation failed.
    """

    number: str = ""
    release: str = ""
    supplier: str = ""
    owner: str = ""
    currency: str = ""
    order_type: str = ""
    ordered_on: date | None = None
    terms: Terms = Terms()
    sequence: int = 0
    restated: bool = False
    lines: dict[str, Line] = {}
    bills: dict[str, Bill] = {}
    notices: dict[str, int] = {}
    receipts: tuple[str, ...] = ()
    said: tuple[str, ...] = ()
    sendings: tuple[str, ...] = ()
    reached: Literal["", "sent", "ack_pending"] = ""
    cancelling: Cancelling | None = None
    uncancelled: bool = False
    cancelled: bool = False
    closed: bool = False


class Draft:
    """The events decided so far and the state they lead to; later decisions see the earlier ones.

    The state is folded when somebody looks, so that decisions which look at nothing cost one fold less.
    """

    def __init__(self, state: State, evolve: Callable[[State, Event], State]) -> None:
        self.events: list[Event] = []
        self._state, self._folded, self._evolve = state, 0, evolve

    @property
    def state(self) -> State:
        """The state after every event so far."""
        for event in self.events[self._folded :]:
            self._state = self._evolve(self._state, event)
        self._folded = len(self.events)
        return self._state

    def add(self, event: Event) -> None:
        """Let *event* happen in the draft."""
        self.events.append(event)

    def say(self, refusal: Event) -> None:
        """Let *refusal* happen, unless it was said before in the same words."""
        if digest(refusal) not in self.state.said:
            self.add(refusal)


def digest(value: Any) -> str:
    """Return a short fingerprint of what *value* says."""
    return sha256(_encode(value)).hexdigest()[:16]


def remember(known: tuple[str, ...], news: str) -> tuple[str, ...]:
    """Return *known* with *news* at its end, the oldest forgotten."""
    return (*known, news)[-REMEMBERED_MAX:]


def with_line(state: State, number: str, line: Line) -> State:
    """Return *state* with one line's books replaced."""
    return replace(state, lines={**state.lines, number: line})


def unanswered(state: State, answered: Set[str] = frozenset()) -> int:
    """Return how many lines have units the supplier has said nothing about, *answered* ones left out."""
    lines = state.lines.items()
    return sum(not line.answer and number not in answered and line.open > 0 for number, line in lines)


def change_pending(state: State) -> bool:
    """Say whether a change of the buyer's still wants the supplier's answer on some line."""
    return any(line.changed_on and not line.answer and line.open > 0 for line in state.lines.values())


def totals(state: State) -> dict[str, Any]:
    """Return the sums over all lines, account by account."""
    accounts = ("ordered", "open", "promised", "cut", "shipped", "received", "rejected", "over", "billed")
    return {account: sum(getattr(line, account) for line in state.lines.values()) for account in accounts}


def status(state: State) -> str:
    """Return the order's state in the words of domain.md 2.2; the furthest that holds."""
    lines = state.lines.values()
    if not state.number:
        return "draft"
    if state.closed:
        return "closed"
    if state.cancelling:
        return "cancel_pending"
    if any(line.received or line.rejected for line in lines):
        return "received" if all(_arrived(line) for line in lines) else "partially_received"
    if any(line.shipped for line in lines):
        return "shipped" if all(not line.to_come for line in lines) else "partially_shipped"
    if state.cancelled:
        return "cancelled"
    return _answered(state)


def line_status(line: Line) -> str:
    """Return the line's state in the words of domain.md 2.3; the furthest that holds."""
    if line.received or line.rejected:
        if not _arrived(line):
            return "received_partial"
        return "closed_short" if line.cut else "received"
    if line.shipped:
        return "shipped_partial" if line.to_come else "shipped"
    if line.answer == "deleted":
        return "cancelled"
    if line.cut and not line.to_come:
        return "rejected"
    if line.answer in ("changed", "substituted") and not line.disputed:
        return "accepted"
    return {"": "open", "substituted": "substitution_proposed"}.get(line.answer, line.answer)


def _arrived(line: Line) -> bool:
    return not line.to_come and not line.shipped


def _answered(state: State) -> str:
    """Return how much of the order the supplier has answered, else how far the order got to the supplier."""
    words = {line_status(line) for line in state.lines.values()}
    if words <= {"cancelled"}:
        return "cancelled"
    if words <= {"rejected", "cancelled"}:
        return "rejected"
    if words <= {"accepted", "cancelled"} and not any(_doubtful(line) for line in state.lines.values()):
        return "acknowledged"
    if any(line.answer and line.answer != "deleted" for line in state.lines.values()):
        return "partially_acknowledged"
    return {"": "issued", "sent": "sent", "ack_pending": "ack_pending"}[state.reached]


def _doubtful(line: Line) -> bool:
    return line.disputed or (line.answer != "deleted" and bool(line.open or line.cut))
