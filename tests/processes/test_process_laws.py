"""The laws of processes: what they know survives being stored, and the same history asks for the same things."""

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import json
from tests.processes.house import PROCESSES, House
from tests.processes.papers import ORDER

from tradelane.domain import purchase_order
from tradelane.model.case import OpenCase
from tradelane.model.policy import Context
from tradelane.model.registry import encode
from tradelane.model.request import Tell
from tradelane.processes.cases import KINDS, open_case
from tradelane.testing import strategies
from tradelane.testing.laws import step


@st.composite
def stories(draw):
    """An order's life as commands, each drawn from the state before it, with hours between them."""
    house = House()
    commands = [strategies.release(draw(strategies.orders()))]
    _, state = step(purchase_order, commands[0], purchase_order.initial, Context(now=house.now))
    for _ in range(draw(st.integers(0, 6))):
        commands.append(draw(strategies.commands(state)))
        _, state = step(purchase_order, commands[-1], state, Context(now=house.now))
    return [(command, draw(st.sampled_from([0, 1, 30]))) for command in commands]


def lived(story):
    house = House()
    for command, hours in story:
        house.tell(ORDER, command)
        house.wait(hours=hours)
    return house


@settings(deadline=None)
@given(stories())
def test_what_a_process_knows_survives_being_stored(story):
    house = lived(story)
    for (name, _), state in house.flows.items():
        process = next(process for process in PROCESSES if name == process.NAME)
        assert json.decode(encode(state), type=process.State) == state


@settings(deadline=None)
@given(stories())
def test_the_same_history_asks_for_the_same_things(story):
    assert lived(story).sent == lived(story).sent


@settings(deadline=None)
@given(stories())
def test_after_a_stored_state_a_process_asks_for_what_it_would_have_asked(story):
    house = lived(story)
    for process in PROCESSES:
        straight = stored = process.initial
        for _, event in (entry for entry in house.events if entry[0] == ORDER):
            straight = process.evolve(straight, event, house.now)
            stored = json.decode(encode(process.evolve(stored, event, house.now)), type=process.State)
            assert process.react(straight, event, ORDER, house.context) == process.react(
                stored, event, ORDER, house.context
            )


@settings(deadline=None)
@given(stories())
def test_a_cancellation_never_waits_without_a_timer(story):
    house = lived(story)
    flow = house.flows.get(("order_cancel", ORDER))
    assert bool(flow and flow.pending) == (house.state(ORDER).cancelling is not None)
    assert ((ORDER, "cancel") in house.timers) == (house.state(ORDER).cancelling is not None)


@settings(deadline=None)
@given(stories())
def test_an_order_never_waits_without_a_timer_or_a_person(story):
    """Nothing is silently dropped: an order that wants an answer is chased by a timer, or a person has been asked."""
    house = lived(story)
    flow = house.flows.get(("order_response", ORDER))
    if flow and flow.asked:
        asked = any(
            isinstance(state, type(house.state("case/x"))) and state.kind == "ACK_OVERDUE"
            for stream, state in house.states.items()
            if stream.startswith("case/")
        )
        assert (ORDER, "answer") in house.timers or asked


def test_every_case_names_an_owner_and_the_actions_that_end_it():
    for kind, known in KINDS.items():
        tell = open_case(kind, "purchase_order/1", "says")
        assert isinstance(tell, Tell)
        assert isinstance(tell.command, OpenCase)
        assert tell.command.role == known.role
        assert tell.command.actions, kind
