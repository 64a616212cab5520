"""Numbers and memory of an exchange at their edges."""

from datetime import UTC, datetime

from msgspec.structs import replace

from tradelane.domain import exchange
from tradelane.domain.exchange_book import CONTROL_MAX, GENERATION, GENERATIONS_MAX, Memory, recall, remember
from tradelane.model.exchange import DocumentSent, RecordDelivery, SendDocument
from tradelane.model.policy import Context
from tradelane.model.registry import encode
from tradelane.testing.laws import fold, step

CONTEXT = Context(now=datetime(2026, 3, 10, tzinfo=UTC))


def send(number, **more):
    more.setdefault("syntax", "x12")
    return SendDocument(
        document_id=f"d{number}", document_type="invoice", number=str(number), body="{}", about="invoice/a/1", **more
    )


def test_after_the_largest_control_number_comes_one():
    state = replace(exchange.initial, interchange=CONTROL_MAX, group=CONTROL_MAX)
    (sent,), _ = step(exchange, send(1), state, CONTEXT)
    assert (sent.interchange, sent.group) == (1, 1)


def test_json_uses_no_control_numbers():
    (sent,), state = step(exchange, send(1, syntax="json"), exchange.initial, CONTEXT)
    assert (sent.interchange, sent.group, sent.acknowledge_by) == (0, 0, None)
    assert (state.interchange, state.group) == (0, 0)


def test_what_is_delivered_and_awaits_nothing_leaves_only_its_id():
    _, state = step(exchange, send(1, syntax="json"), exchange.initial, CONTEXT)
    _, state = step(exchange, RecordDelivery(document_id="d1", delivered=True), state, CONTEXT)
    assert not state.pending
    assert exchange.decide(send(1, syntax="json"), state, CONTEXT) == []


def test_the_state_of_a_busy_exchange_stays_small():
    state = exchange.initial
    for number in range(3_000):
        _, state = step(exchange, send(number, syntax="json"), state, CONTEXT)
        _, state = step(exchange, RecordDelivery(document_id=f"d{number}", delivered=True), state, CONTEXT)
    assert len(encode(state)) < 20_000
    assert exchange.decide(send(2_990, syntax="json"), state, CONTEXT) == []


def test_memory_forgets_the_oldest_generation_only():
    memory = Memory()
    for number in range(GENERATION * (GENERATIONS_MAX + 1)):
        memory = remember(memory, str(number), "")
    assert recall(memory, "0") is None
    assert recall(memory, str(GENERATION)) is not None


def test_an_old_document_that_still_awaits_its_997_is_never_forgotten():
    events, state = step(exchange, send(0), exchange.initial, CONTEXT)
    for number in range(1, 1_500):
        _, state = step(exchange, send(number, syntax="json"), state, CONTEXT)
        _, state = step(exchange, RecordDelivery(document_id=f"d{number}", delivered=True), state, CONTEXT)
    assert exchange.decide(send(0), state, CONTEXT) == []
    assert isinstance(events[0], DocumentSent)
    assert fold(exchange, events).group == 1
