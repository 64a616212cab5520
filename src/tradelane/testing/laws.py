"""The laws every decider obeys, ready to be checked with commands that tests draw or simulations make.

1. The same command twice yields nothing the second time.
2. The books balance after every step (a decider says how, through ``balanced``).
3. No input crashes us.
4. Folding the events as they are stored, and reading the kept state back, give the state we decided on.
"""

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

import msgspec

from tradelane.domain.order_book import State as OrderState
from tradelane.domain.port import Decider
from tradelane.model.command import Command, Defer
from tradelane.model.event import Event
from tradelane.model.policy import Context
from tradelane.model.registry import encode, read_event


def fold(decider: Decider, events: Iterable[Event], state: Any = None) -> Any:
    """Return the state that *events* leave behind."""
    state = decider.initial if state is None else state
    for event in events:
        state = decider.evolve(state, event)
    return state


def step(decider: Decider, command: Command, state: Any, context: Context) -> tuple[list[Event], Any]:
    """Decide on *command* and return what happened with the state after it; what came too early happens not at all."""
    decided = decider.decide(command, state, context)
    events = [] if isinstance(decided, Defer) else decided
    return events, fold(decider, events, state)


def repeats_are_nothing(decider: Decider, command: Command, state: Any, context: Context) -> None:
    """Check law 1 for *command*, decided on already, on the *state* after it."""
    again = decider.decide(command, state, context)
    assert isinstance(again, Defer) or again == [], f"{command} said twice: {again}"


def stored_is_meant(decider: Decider, events: Iterable[Event], state: Any) -> None:
    """Check law 4: *events*, from the first, through their JSON; and *state* through its own."""
    stored = [read_event(encode(event)) for event in events]
    assert fold(decider, stored) == state, "the fold of the stored events is another state"
    assert msgspec.json.decode(encode(state), type=decider.State) == state, "the stored state is another state"


def obey(
    decider: Decider,
    commands: Iterable[Command],
    context: Context,
    balanced: Callable[[Any], None] | None = None,
) -> tuple[list[Event], Any]:
    """Run *commands* through *decider* under all its laws; return every event and the state they led to."""
    events: list[Event] = []
    state = decider.initial
    for command in commands:
        before = encode(state)
        news, after = step(decider, command, state, context)
        assert encode(state) == before, f"{command} changed the state in place"
        events += news
        state = after
        repeats_are_nothing(decider, command, state, context)
        if balanced:
            balanced(state)
    stored_is_meant(decider, events, state)
    return events, state


def order_is_balanced(state: OrderState) -> None:
    """Check law 2 for a purchase order: every unit ordered is in exactly one account, and none is negative."""
    for number, line in state.lines.items():
        accounts = (line.open, line.promised, line.cut, line.shipped, line.received, line.rejected)
        assert min(accounts) >= 0, f"line {number}: {line}"
        assert line.over >= 0, f"line {number}: {line}"
        assert line.ordered + line.over == sum(accounts, Decimal(0)), f"line {number}: {line}"
        assert not line.over or not (line.open or line.promised), f"line {number} owes and is over: {line}"
        for parcel in line.transit.values():
            assert min(parcel.transit, parcel.arrived, parcel.short) >= 0, f"line {number}: {line}"
