"""Notice what never came: a partner who numbers interchanges one by one and leaves a number out has sent something
that did not arrive (ISA13, UNB 0020).

Numbers overtake each other on the way, so a gap has time to close. Partners who do not count by one are not taken at
their word: a sequence is watched once it has risen by one several times in a row.
"""

from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from tradelane.model.event import Event
from tradelane.model.exchange import TransmissionTaken
from tradelane.model.policy import Context
from tradelane.model.request import Forget, Request, TimerFired, Wake
from tradelane.processes.cases import open_case, resolve_case

NAME = "control_numbers"
LISTENS = ("exchange",)

STEADY = 5
"""So often in a row a sequence must rise by one before a number left out means anything."""
GAP_MAX = 100
"""A longer leap is a new beginning, not so many lost interchanges."""
GAPS_MAX = 20
REFUSED_MAX = 20
_TIMER = "missing/"


class Sequence(Struct, frozen=True, omit_defaults=True):
    """How one sender counts: the last number, and how often in a row it rose by one."""

    last: int
    steady: int = 0


class State(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The sequences by "sender > receiver" and level; open gaps by that and their first number, with what is still
    missing; the numbers of interchanges that were refused whole. ``opened`` and ``closed`` are the gaps that the last
    event opened and closed, ``repeated`` the sides and the number that came with it although it had come before.
    """

    sequences: dict[str, Sequence] = {}
    gaps: dict[str, tuple[int, ...]] = {}
    refused: dict[str, tuple[int, ...]] = {}
    opened: tuple[str, ...] = ()
    closed: tuple[str, ...] = ()
    repeated: tuple[tuple[str, int], ...] = ()


initial = State()


def evolve(state: State, event: Event, at: datetime) -> State:
    """Return *state* after *event*; *at* plays no part."""
    if state.opened or state.closed or state.repeated:
        state = replace(state, opened=(), closed=(), repeated=())
    if isinstance(event, TransmissionTaken):
        for taken in event.interchanges:
            if taken.control.isascii() and taken.control.isdigit():
                state = _taken(state, f"{taken.sender} > {taken.receiver}", int(taken.control), taken.refused)
    return state


def react(state: State, event: Event, stream: str, context: Context) -> list[Request]:
    """Return what *event* asks for; *state* is the state after it."""
    match event:
        case TransmissionTaken():
            due = context.now + timedelta(hours=context.policy.missing_after_hours)
            requests: list[Request] = [Wake(name=_TIMER + gap, due=due) for gap in state.opened]
            for gap in state.closed:
                requests += [Forget(name=_TIMER + gap), resolve_case("INTERCHANGE_MISSING", stream, gap)]
            return requests + [_came_again(number, sides, stream) for sides, number in state.repeated]
        case TimerFired(name=name) if name.startswith(_TIMER) and (gap := name.removeprefix(_TIMER)) in state.gaps:
            return [_ask(state.gaps[gap], gap, stream)]
        case _:
            return []


def _taken(state: State, sides: str, number: int, refused: bool) -> State:
    """Count it, unless it is what was meant by one that was refused: that has been counted."""
    waiting = state.refused.get(sides, ())
    if number not in waiting:
        state = _counted(state, sides, number)
    left = tuple(one for one in waiting if one != number)
    kept = (*left, number)[-REFUSED_MAX:] if refused else left
    return state if kept == waiting else replace(state, refused={**state.refused, sides: kept})


def _counted(state: State, sides: str, number: int) -> State:
    known = state.sequences.get(sides)
    if known is None or number > known.last + GAP_MAX or number < known.last - GAP_MAX:
        return _followed(state, sides, Sequence(number))
    if number == known.last + 1:
        return _followed(state, sides, Sequence(number, known.steady + 1))
    if number > known.last:
        ahead = _followed(state, sides, Sequence(number, known.steady))
        return _missed(ahead, sides, known.last + 1, number) if known.steady >= STEADY else ahead
    return _found(state, sides, number)


def _followed(state: State, sides: str, sequence: Sequence) -> State:
    return replace(state, sequences={**state.sequences, sides: sequence})


def _missed(state: State, sides: str, first: int, number: int) -> State:
    """Open a gap. Whoever leaves so many open does not count by one after all: forget them, and watch anew."""
    gap = f"{sides} {first}"
    gaps = {**state.gaps, gap: tuple(range(first, number))}
    if len(gaps) > GAPS_MAX:
        own = tuple(name for name in state.gaps if name.startswith(f"{sides} "))
        left = {name: missing for name, missing in state.gaps.items() if name not in own}
        return replace(_followed(state, sides, Sequence(number)), gaps=left, closed=(*state.closed, *own))
    return replace(state, gaps=gaps, opened=(*state.opened, gap))


def _found(state: State, sides: str, number: int) -> State:
    """Close what a late number fills. Any other of the past is a repeat, or its sender begins anew: watch anew, too.

    (The same interchange come again is none of this: what it says of itself, with its date and time, tells it.)
    """
    for gap, missing in state.gaps.items():
        if number in missing and gap.startswith(f"{sides} "):
            left = tuple(one for one in missing if one != number)
            others = {name: kept for name, kept in state.gaps.items() if name != gap}
            if left:
                return replace(state, gaps={**state.gaps, gap: left})
            return replace(state, gaps=others, closed=(*state.closed, gap))
    if state.sequences[sides].steady < STEADY:
        return state
    return replace(_followed(state, sides, Sequence(number)), repeated=(*state.repeated, (sides, number)))


def _came_again(number: int, sides: str, stream: str) -> Request:
    partner = stream.partition("/")[2]
    says = (
        f"Interchange {number} from {partner} came again under another date. What was new in it was taken. "
        "Ask them whether they count anew."
    )
    return open_case("INTERCHANGE_REPEATED", stream, says, line=sides, partner=partner)


def _ask(missing: tuple[int, ...], gap: str, stream: str) -> Request:
    partner = stream.partition("/")[2]
    named = f"Interchange {missing[0]}" if len(missing) == 1 else f"{len(missing)} interchanges from {missing[0]} on"
    verb = "has" if len(missing) == 1 else "have"
    says = f"{named} from {partner} {verb} not come, but later ones have. Ask them to send what is missing again."
    return open_case("INTERCHANGE_MISSING", stream, says, line=gap, partner=partner)
