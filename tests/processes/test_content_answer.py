"""What a sender is told of its document by an 824, APERAK or ApplicationResponse, and when it is told nothing."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.contracts_published.examples import example

from tradelane.model import registry
from tradelane.model.event import Event
from tradelane.model.exchange import DocumentKept
from tradelane.model.finding import Finding, Place
from tradelane.model.goods_receipt import GoodsReceiptRecorded, GoodsReceiptRefused
from tradelane.model.invoice import InvoiceRecorded, InvoiceRefused
from tradelane.model.origin import Origin
from tradelane.model.policy import Context
from tradelane.model.purchase_order import (
    OrderChanged,
    OrderChangeRefused,
    OrderRefused,
    OrderReleased,
    OrderResponded,
    OrderResponseRefused,
)
from tradelane.model.repeat import DocumentConflicted, DocumentParked
from tradelane.model.request import Send
from tradelane.model.ship_notice import ShipNoticeConfirmed, ShipNoticeRecorded, ShipNoticeRefused
from tradelane.processes import content_answer
from tradelane.processes.content_answer import evolve, initial, react

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
ORIGIN = Origin(
    partner="acme",
    item="i-1",
    reference="4711",
    reference_kind="purchase_order",
    kind="855",
    control="0001",
    group="7",
    interchange="000000007",
    answer="always",
)
WRONG = Finding(code="x.wrong", says="Line 2 is wrong.", fix="Ask them.", where=Place(path="$.lines[1].quantity"))
WARNED = replace(WRONG, severity="warning", says="Line 2 is odd.")
NOTED = replace(WRONG, severity="note")

TAKEN = (OrderReleased, OrderChanged, GoodsReceiptRecorded, InvoiceRecorded, DocumentKept)
REFUSED = (
    OrderRefused,
    OrderChangeRefused,
    OrderResponseRefused,
    ShipNoticeRefused,
    GoodsReceiptRefused,
    InvoiceRefused,
)


def told(event: Event, origin: Origin | None = ORIGIN, state=initial) -> list[Send]:
    state = evolve(state, event, NOW)
    return react(state, event, "purchase_order/4711", Context(now=NOW, origin=origin))


def verdict(sent: list[Send]) -> str:
    (one,) = sent
    (answer,) = one.document.answers
    return answer.verdict


@pytest.mark.parametrize("kind", TAKEN)
def test_what_is_taken_is_answered_where_everything_is(kind):
    event = example(kind, full=True)
    assert verdict(told(event)) == "accepted"
    assert told(event, replace(ORIGIN, answer="findings")) == []
    assert told(event, replace(ORIGIN, answer="refused")) == []


@pytest.mark.parametrize("kind", REFUSED)
@pytest.mark.parametrize("when", ["always", "findings", "refused"])
def test_what_is_refused_is_always_answered_with_an_entry_per_finding(kind, when):
    event = replace(example(kind, full=True), findings=(WRONG, WARNED, NOTED))
    sent = told(event, replace(ORIGIN, answer=when))
    assert verdict(sent) == "rejected"
    assert [fault.says for fault in sent[0].document.answers[0].faults] == ["Line 2 is wrong.", "Line 2 is odd."]


def test_the_answer_names_the_document_as_its_sender_does():
    event = replace(example(OrderResponseRefused, full=True), findings=(WRONG,))
    (sent,) = told(event)
    (answer,) = sent.document.answers
    assert (sent.to, sent.about) == ("acme", "purchase_order/4711")
    assert (answer.reference, answer.reference_kind, answer.kind) == ("4711", "purchase_order", "855")
    assert (answer.group, answer.control) == ("7", "0001")


def test_a_fault_in_a_line_names_the_line_by_its_senders_number():
    refused = example(InvoiceRefused, full=True)
    line = refused.invoice.lines[0]
    lines = (replace(line, number="10"), replace(line, number="20"))
    event = replace(refused, invoice=replace(refused.invoice, lines=lines), findings=(WRONG,))
    (sent,) = told(event)
    assert sent.document.answers[0].faults[0].line == "20"


@pytest.mark.parametrize("kind", [*TAKEN, *REFUSED, OrderResponded, DocumentConflicted, ShipNoticeConfirmed])
def test_who_takes_no_answer_gets_none(kind):
    assert told(example(kind, full=True), origin=None) == []


@pytest.mark.parametrize("kind", [kind for kind in registry.EVENTS if registry.tag(kind).startswith("exchange.")])
def test_nothing_in_the_exchange_but_a_kept_document_is_answered(kind):
    assert bool(told(example(kind, full=True))) == (kind is DocumentKept)


def test_an_answer_with_warnings_is_accepted_with_errors_and_one_without_is_not():
    event = replace(example(OrderResponded, full=True), superseded=False)
    assert verdict(told(replace(event, findings=(WARNED,)))) == "accepted_with_errors"
    assert verdict(told(replace(event, findings=(NOTED,)))) == "accepted"
    assert verdict(told(replace(event, findings=(), superseded=True))) == "accepted_with_errors"


def test_a_number_that_stands_with_other_content_is_refused():
    event = example(DocumentConflicted, full=True)
    assert verdict(told(event, replace(ORIGIN, answer="refused"))) == "rejected"


def test_who_waited_in_vain_is_told_but_not_what_failed_on_our_side():
    event = replace(example(DocumentParked, full=True), says="It waited in vain.", attempts=0)
    assert verdict(told(event)) == "rejected"
    assert told(replace(event, attempts=5)) == []


def test_a_ship_notice_is_answered_once_when_its_orders_have_spoken():
    recorded = replace(example(ShipNoticeRecorded, full=True), origin=ORIGIN, findings=(WARNED,))
    confirmed = ShipNoticeConfirmed(blind=True, findings=(WRONG,))
    state = evolve(initial, recorded, NOW)
    assert react(state, recorded, "ship_notice/acme/1", Context(now=NOW, origin=ORIGIN)) == []
    state = evolve(state, confirmed, NOW)
    sent = react(state, confirmed, "ship_notice/acme/1", Context(now=NOW))
    assert verdict(sent) == "accepted_with_errors"
    assert len(sent[0].document.answers[0].faults) == 2
    conflict = example(DocumentConflicted, full=True)
    after = evolve(state, conflict, NOW)
    assert react(after, conflict, "ship_notice/acme/1", Context(now=NOW)) == []
    again = evolve(state, confirmed, NOW)
    assert react(again, confirmed, "ship_notice/acme/1", Context(now=NOW)) == []


@given(st.lists(st.sampled_from(registry.EVENTS).map(lambda kind: example(kind, full=True)), max_size=6))
def test_the_same_history_is_answered_the_same_and_each_document_has_one_number(events):
    def lived():
        state, sent = initial, []
        for event in events:
            state = evolve(state, event, NOW)
            sent += react(state, event, "purchase_order/4711", Context(now=NOW, origin=ORIGIN))
        return sent

    assert lived() == lived()
    assert {one.document.number for one in lived()} <= {content_answer.report(ORIGIN, "accepted", (), NOW, None).number}
