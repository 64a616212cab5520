"""The order's page shows the order's books, and says in a sentence how it is."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.views.happenings import ORDERED, START, WANTED, folded, history, order, released

from tradelane.domain import purchase_order as decider
from tradelane.domain.order_book import change_pending
from tradelane.model.command import Command, Defer
from tradelane.model.event import Event, Recorded
from tradelane.model.goods_receipt import ReceiptLine
from tradelane.model.invoice import InvoiceLine
from tradelane.model.order_cancel import OrderCancelled, OrderCancelRefused
from tradelane.model.order_change import ChangeLine, OrderChange
from tradelane.model.order_receipt import LineReceiptReversed, LineReceived, RecordReceipt
from tradelane.model.order_response import Deviation, LineOutcome, OrderResponse, ResponseLine
from tradelane.model.policy import Context
from tradelane.model.purchase_order import (
    ChangeOrder,
    DecideOnInvoice,
    InvoiceMatched,
    LineCut,
    LineMatch,
    LinePromised,
    LineShipped,
    MatchInvoice,
    OrderChanged,
    OrderClosed,
    OrderRefused,
    OrderResponded,
    OrderSendingFailed,
    OrderSent,
    Promise,
    RecordOrderResponse,
    RecordShipment,
    ReleaseOrder,
)
from tradelane.model.quantity import Quantity, UnitPrice
from tradelane.model.request import FireTimer
from tradelane.model.ship_notice import ShippedItem
from tradelane.views import purchase_order
from tradelane.views.purchase_order import OrderRow

STREAM = "purchase_order/4711"


def shown(*events: Event) -> OrderRow:
    return folded(purchase_order, history(STREAM, events))["4711"]


def promised(line: str, units: int, on: date = WANTED) -> LinePromised:
    return LinePromised(line=line, quantity=Decimal(units), promises=(Promise(quantity=Decimal(units), deliver_on=on),))


def confirmed(*lines: LinePromised) -> tuple[Event, ...]:
    response = OrderResponse(order_number="4711", overall="accepted", responded_on=ORDERED)
    return (OrderResponded(response=response, partner="kestrel"), *lines)


def sent(state: str = "delivered") -> Event:
    about: dict[str, Any] = {"document_type": "purchase_order", "document_id": "d-1", "partner": "kestrel"}
    return OrderSent(**about) if state == "delivered" else OrderSendingFailed(**about, state=state)


def test_a_new_order_is_all_open() -> None:
    row = shown(released())
    assert (row.state, row.value, row.supplier) == ("new", Decimal("500.00"), "kestrel")
    assert [line.open for line in row.lines] == [100, 100]
    assert row.says == "Not sent to the supplier yet."


def test_an_order_that_was_sent_awaits_its_answer() -> None:
    row = shown(released(), sent())
    assert (row.state, row.says) == ("awaiting_answer", "Waiting for the supplier's order confirmation.")


def test_an_order_that_could_not_be_read_is_at_risk_before_anything_is_late() -> None:
    row = shown(released(), sent("rejected"))
    assert row.state == "sending_failed"
    assert row.at_risk
    assert row.says == "The supplier's system could not read the order and sent it back."
    assert purchase_order.columns(row).rank > purchase_order.columns(shown(released(), sent())).rank


def test_a_promise_after_the_wanted_day_is_late_and_says_by_how_much() -> None:
    row = shown(released(), *confirmed(promised("1", 100, WANTED + timedelta(days=13)), promised("2", 100)))
    assert (row.state, row.late, row.late_days) == ("confirmed", True, 13)
    assert row.says == "Line 1: 100 EA come on 2026-04-02, 13 days late."
    assert row.at_stake == Decimal("250.00")
    assert purchase_order.columns(row).rank == 250.0


def test_units_that_will_never_come_make_the_order_short() -> None:
    row = shown(released(), *confirmed(promised("1", 80), promised("2", 100)), LineCut(line="1", quantity=Decimal(20)))
    assert (row.state, row.short) == ("partly_confirmed", True)
    assert row.says == "Line 1: of 100 EA, 20 will not come."
    assert row.at_stake == Decimal("50.00")


def test_an_answer_that_needs_a_person_says_so() -> None:
    differs = Deviation(line="1", kind="price_up", ordered="2.50", answered="3.10", accepted=False)
    response = OrderResponse(order_number="4711", overall="accepted_with_changes", responded_on=ORDERED)
    answered = OrderResponded(response=response, partner="kestrel", deviations=(differs,))
    row = shown(released(lines=1), promised("1", 100), answered)
    assert (row.state, row.at_risk) == ("partly_confirmed", True)
    assert row.says == "Line 1: the supplier's answer differs from the order; a person decides."


def test_a_promise_takes_units_back_that_were_cut_before() -> None:
    line = shown(released(lines=1), LineCut(line="1", quantity=Decimal(20)), promised("1", 100)).lines[0]
    assert (line.promised, line.cut, line.open, line.short) == (100, 0, 0, 0)


def test_what_is_on_its_way_is_no_longer_promised() -> None:
    shipped = LineShipped(line="1", notice="N1", quantity=Decimal(60), expected_on=WANTED)
    row = shown(released(), *confirmed(promised("1", 100), promised("2", 100)), shipped)
    line = row.lines[0]
    assert (line.promised, line.shipped, line.open, row.state) == (40, 60, 0, "partly_shipped")


def test_a_received_order_is_neither_late_nor_at_risk() -> None:
    late = WANTED + timedelta(days=3)
    events = [released(lines=1), *confirmed(promised("1", 100, late))]
    events.append(LineShipped(line="1", notice="N1", quantity=Decimal(100), expected_on=late))
    assert shown(*events).late
    row = shown(*events, LineReceived(line="1", receipt="R1", received=Decimal(100), notice="N1"))
    assert (row.state, row.late, row.at_risk) == ("received", False, False)


def test_a_count_taken_back_is_on_its_way_again() -> None:
    counted = LineReceived(line="1", receipt="R1", received=Decimal(90), rejected=Decimal(10), notice="N1")
    undone = LineReceiptReversed(
        line="1",
        receipt="R2",
        received=Decimal(90),
        rejected=Decimal(10),
        under_way={"N1": Decimal(100)},
        surplus={},
    )
    shipped = LineShipped(line="1", notice="N1", quantity=Decimal(100))
    line = shown(released(lines=1), *confirmed(promised("1", 100)), shipped, counted, undone).lines[0]
    assert (line.shipped, line.received, line.rejected, line.open) == (100, 0, 0, 0)


def test_an_invoice_that_does_not_match_puts_its_money_at_stake() -> None:
    match = LineMatch(
        invoice_line="1",
        line="1",
        kind="price_variance",
        invoiced=Decimal(100),
        billable=Decimal(100),
        price=Decimal("2.70"),
        order_price=Decimal("2.50"),
        amount_at_stake=Decimal("20.00"),
    )
    matched = InvoiceMatched(
        invoice="I-9", invoice_stream="invoice/kestrel/I9", partner="kestrel", outcome="variance", matches=(match,)
    )
    row = shown(released(), matched)
    assert row.says == "Invoice I-9 does not match the order (20 EUR at stake)."
    assert row.invoices[0].at_stake == Decimal("20.00")


def test_a_closed_order_ranks_last_and_asks_for_nothing() -> None:
    row = shown(released(), LineCut(line="1", quantity=Decimal(5)), OrderClosed())
    assert (row.state, row.says, purchase_order.columns(row).rank) == ("closed", "Done.", 0.0)


def test_an_order_that_was_refused_says_who_must_act() -> None:
    row = shown(OrderRefused(order=order(), supplier="kestrel", owner="erp", findings=()))
    assert (row.state, row.supplier) == ("sent_back", "kestrel")
    assert "Sent back to the ERP" in row.says


def test_a_cancellation_shows_until_it_is_decided() -> None:
    wish = OrderChanged(change=OrderChange(order_number="4711", sequence=1, changed_on=ORDERED, purpose="cancel"))
    refused = OrderCancelRefused(partner="kestrel", because="refused")
    asked_for = shown(released(), *confirmed(), wish)
    assert (asked_for.state, asked_for.cancelling) == ("cancel_pending", True)
    assert asked_for.says.startswith("Waiting for the supplier to agree to the cancellation of ")
    assert shown(released(), wish, refused).state == "new"
    agreed = shown(released(), wish, OrderCancelled(because="agreed"))
    assert (agreed.state, agreed.cancelling) == ("cancelled", False)
    assert shown(released(), wish, OrderCancelled(), replace(refused, late=True)).state == "cancelled"


def test_a_change_of_the_buyers_shows_until_it_is_answered() -> None:
    part = ChangeLine(line="1", action="change", quantity=Quantity(Decimal(7), "EA"))
    change = OrderChange(order_number="4711", sequence=1, changed_on=ORDERED, lines=(part,))
    row = shown(released(), *confirmed(), OrderChanged(change=change))
    assert (row.change_pending, "Line 1: changed by the buyer" in row.says) == (True, True)
    assert not shown(released(), OrderChanged(change=change), promised("1", 7)).change_pending


def test_a_release_has_a_row_of_its_own() -> None:
    rows = folded(purchase_order, history("purchase_order/4711/R2", [released()]))
    assert set(rows) == {"4711/R2"}


# --- the page against the books ---------------------------------------------------------------------------------------

WORDS = {
    "issued": "new",
    "acknowledged": "confirmed",
    "partially_acknowledged": "partly_confirmed",
    "rejected": "refused",
    "partially_shipped": "partly_shipped",
    "shipped": "shipped",
    "partially_received": "partly_received",
    "received": "received",
    "closed": "closed",
    "cancel_pending": "cancel_pending",
    "cancelled": "cancelled",
}
ACCOUNTS = ("ordered", "open", "promised", "cut", "shipped", "received", "rejected", "over")


@st.composite
def asked(draw: st.DrawFn, state: decider.State, turn: int) -> Command:
    """Return something that may be asked of the order as it stands: lines and quantities are drawn from its books."""
    number = draw(st.sampled_from(sorted(state.lines)))
    line = state.lines[number]
    units = draw(st.integers(0, max(int(line.ordered), 1) + 10))
    day = WANTED + timedelta(days=draw(st.integers(-3, 10)))
    quantity = Quantity(Decimal(units), "EA")
    if state.cancelling and draw(st.booleans()):
        return _about_the_cancellation(draw, turn)
    match draw(st.sampled_from(["answer", "answer", "ship", "ship", "recall", "receive", "receive", "bill", "change"])):
        case "answer":
            outcome = LineOutcome(disposition="accepted", quantity=quantity, deliver_on=day)
            rest = LineOutcome(disposition="rejected", quantity=Quantity(max(line.ordered - units, Decimal(0)), "EA"))
            said = ResponseLine(line=number, outcomes=(outcome, rest) if draw(st.booleans()) else (outcome,))
            overall = "accepted_with_changes"
            on = ORDERED + timedelta(days=turn)
            response = OrderResponse(order_number="4711", overall=overall, responded_on=on, lines=(said,))
            return RecordOrderResponse(response=response, partner="kestrel")
        case "ship" | "recall" as kind:
            notice = f"N{draw(st.integers(1, 3))}"
            item = ShippedItem(node="1", order_number="4711", line=number, item=line.item, quantity=quantity)
            return RecordShipment(
                notice=notice,
                notice_stream=f"ship_notice/kestrel/{notice}",
                partner="kestrel",
                items=() if kind == "recall" else (item,),
                shipped_on=ORDERED,
                expected_on=day,
                cancelled=kind == "recall",
                revision=turn,
            )
        case "receive":
            turned_down, back = Decimal(draw(st.integers(0, 5))), draw(st.booleans())
            if back:
                quantity = replace(quantity, value=min(quantity.value, line.received))
                turned_down = min(turned_down, line.rejected)
            counted = ReceiptLine(
                number="1",
                received=quantity,
                order_line=number,
                item=line.item,
                rejected=turned_down,
                reversal=back,
            )
            return RecordReceipt(
                receipt=f"R{turn}",
                partner="warehouse",
                lines=(counted,),
                received_on=ORDERED,
                notice=draw(st.sampled_from(["", "N1", "N2", "N3"])),
                final=draw(st.booleans()),
            )
        case "bill":
            billed = InvoiceLine(number="1", quantity=quantity, price=UnitPrice(Decimal("2.50")), order_line=number)
            stream = f"invoice/kestrel/I{turn}"
            return MatchInvoice(invoice=f"I{turn}", invoice_stream=stream, partner="kestrel", lines=(billed,))
        case _:
            return _change(draw, state, number, quantity, day)


def _about_the_cancellation(draw: st.DrawFn, turn: int) -> Command:
    if draw(st.booleans()):
        return FireTimer(name="cancel", due=START)
    response = OrderResponse(
        order_number="4711",
        overall=draw(st.sampled_from(["accepted", "rejected"])),
        responded_on=ORDERED + timedelta(days=turn),
        purpose="cancel",
    )
    return RecordOrderResponse(response=response, partner="kestrel")


def _change(draw: st.DrawFn, state: decider.State, number: str, quantity: Quantity, day: date) -> Command:
    if state.bills and draw(st.booleans()):
        invoice = draw(st.sampled_from(sorted(bill.invoice for bill in state.bills.values())))
        return DecideOnInvoice(invoice=invoice, approve=draw(st.booleans()), by="ana")
    part = ChangeLine(line=number, action=draw(st.sampled_from(["change", "delete"])), quantity=quantity)
    purpose = draw(st.sampled_from(["change", "change", "replace", "cancel"]))
    lines = (part,) if draw(st.booleans()) else ()
    sequence = state.sequence + 1
    change = OrderChange(
        order_number="4711",
        sequence=sequence,
        changed_on=ORDERED,
        purpose=purpose,
        lines=lines,
        deliver_on=day if not lines else None,
    )
    return ChangeOrder(change=change)


@given(st.data())
def test_the_page_shows_the_same_quantities_as_the_books(data: st.DataObject) -> None:
    """The view folds by itself; this is what keeps it honest."""
    context = Context(now=START)
    state, version = decider.initial, 0
    row: OrderRow | None = None
    command: Command = ReleaseOrder(order=order(), supplier="kestrel", owner="erp")
    for turn in range(1, data.draw(st.integers(2, 10))):
        decided = decider.decide(command, state, context)
        for event in [] if isinstance(decided, Defer) else decided:
            state, version = decider.evolve(state, event), version + 1
            recorded = history(STREAM, [event])[0]
            row = purchase_order.apply(row, "4711", _at(recorded, version)) or row
        assert row is not None
        for line in row.lines:
            books = state.lines[line.number]
            assert {a: getattr(line, a) for a in ACCOUNTS} == {a: getattr(books, a) for a in ACCOUNTS}, decided
            assert line.invoiced == books.billed
            assert line.change_pending == (bool(books.changed_on) and not books.answer and books.open > 0)
            assert line.ordered + line.over == sum(getattr(line, a) for a in ACCOUNTS[1:-1])
        assert {line.number for line in row.lines} == set(state.lines)
        assert row.state == WORDS[decider.status(state)]
        assert row.change_pending == change_pending(state)
        command = data.draw(asked(state, turn))


def _at(recorded: Recorded, version: int) -> Recorded:
    return replace(recorded, version=version, sequence=version)
