"""The laws of the purchase order, under commands drawn from the order as it stands."""

from datetime import UTC, datetime
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from tradelane.domain import purchase_order
from tradelane.domain.expected_receipts import expected
from tradelane.model.order_receipt import LineReceiptReversed, LineReceived
from tradelane.model.policy import Context, Policy
from tradelane.model.purchase_order import LineInvoiced, LineShipped
from tradelane.testing import strategies
from tradelane.testing.laws import obey, order_is_balanced, step

CONTEXT = Context(now=datetime(2026, 3, 10, 12, tzinfo=UTC))
ORDER_WORDS = {
    *("draft", "issued", "sent", "ack_pending", "acknowledged", "partially_acknowledged", "rejected"),
    *("partially_shipped", "shipped", "partially_received", "received", "closed", "cancel_pending", "cancelled"),
}
LINE_WORDS = {
    *("open", "accepted", "changed", "backordered", "held", "rejected", "substitution_proposed", "cancelled"),
    *("shipped_partial", "shipped", "received_partial", "received", "closed_short"),
}
LENIENT = Policy(over_ship_percent=Decimal(50), match_quantity_percent=Decimal(10), receipt_over_percent=Decimal(0))


@st.composite
def stories(draw, context=CONTEXT):
    """An order and what is said about it: each command drawn from the state that the ones before it left."""
    commands = [strategies.release(draw(strategies.orders()))]
    _, state = step(purchase_order, commands[0], purchase_order.initial, context)
    for _ in range(draw(st.integers(0, 7))):
        commands.append(draw(strategies.commands(state)))
        _, state = step(purchase_order, commands[-1], state, context)
    return commands


@settings(max_examples=150, deadline=None)
@given(stories(), st.sampled_from([CONTEXT, Context(now=CONTEXT.now, policy=LENIENT)]))
def test_an_order_obeys_the_laws_of_deciders_whatever_is_said_about_it(commands, context):
    obey(purchase_order, commands, context, order_is_balanced)


@settings(deadline=None)
@given(stories())
def test_every_expected_receipt_is_counted_once(commands):
    _, state = obey(purchase_order, commands, CONTEXT)
    for line in state.lines.values():
        every = expected(line, CONTEXT.policy, CONTEXT.now.date())
        rows = [row for row in every if not row.over and not row.replaces]
        assert all(0 <= row.confidence <= 1 and row.quantity > 0 for row in every)
        assert sum(row.quantity for row in every if row.replaces) <= line.rejected
        assert sum((row.quantity for row in rows), Decimal(0)) == max(
            Decimal(0), line.ordered - line.cut - line.rejected
        )


@settings(deadline=None)
@given(stories())
def test_accounts_are_the_sums_of_what_was_posted(commands):
    """The ledger can be audited from the events alone."""
    events, state = obey(purchase_order, commands, CONTEXT)
    for number, line in state.lines.items():
        received = [event for event in events if isinstance(event, LineReceived) and event.line == number]
        undone = [event for event in events if isinstance(event, LineReceiptReversed) and event.line == number]
        billed = [event for event in events if isinstance(event, LineInvoiced) and event.line == number]
        assert line.received == sum(event.received for event in received) - sum(event.received for event in undone)
        assert line.rejected == sum(event.rejected for event in received) - sum(event.rejected for event in undone)
        assert line.billed == sum(event.quantity for event in billed)


@settings(deadline=None)
@given(stories())
def test_a_shipment_says_how_much_of_it_was_never_ordered(commands):
    state = purchase_order.initial
    for command in commands:
        events, after = step(purchase_order, command, state, CONTEXT)
        for event in events:
            before, state = state, purchase_order.evolve(state, event)
            if isinstance(event, LineShipped):
                assert state.lines[event.line].over - before.lines[event.line].over == event.over
        assert state == after


@settings(deadline=None)
@given(stories())
def test_every_state_has_a_word(commands):
    _, state = obey(purchase_order, commands, CONTEXT)
    assert purchase_order.status(state) in ORDER_WORDS
    assert all(purchase_order.line_status(line) in LINE_WORDS for line in state.lines.values())


@settings(deadline=None)
@given(stories())
def test_nobody_is_paid_for_goods_that_were_not_received_unless_a_person_said_so(commands):
    decided_by_people = {type(command).__name__ for command in commands} & {"DecideOnInvoice"}
    events, state = obey(purchase_order, commands, CONTEXT)
    undone = [event for event in events if isinstance(event, LineReceiptReversed)]
    if not decided_by_people:
        for number, line in state.lines.items():
            taken_back = sum(event.received for event in undone if event.line == number)
            assert line.billed <= line.received + taken_back
