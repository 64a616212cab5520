"""What the corridor does with what arrives, on a memory store."""

import contextlib
from dataclasses import replace
from datetime import timedelta

import pytest
from msgspec import structs
from tests.runtime.bench_house import START, Bench, bench, json_of, order, response_855, x12

from tradelane.model.exchange import DocumentDelivered, DocumentSent, GroupAcknowledged, TransmissionTaken
from tradelane.model.outcome import Outcome
from tradelane.model.purchase_order import OrderReleased, OrderResponded
from tradelane.model.repeat import DocumentConflicted, DocumentDeferred, DocumentParked, DocumentRepeated
from tradelane.protocols.port import Delivered
from tradelane.runtime.crash import POINTS
from tradelane.runtime.walk import book
from tradelane.store.port import Step, StoreUnavailable, StreamState
from tradelane.testing.clock import VirtualClock
from tradelane.testing.memory_store import MemoryStore

pytestmark = pytest.mark.anyio


def kinds(events: list[object]) -> list[str]:
    return [type(event).__name__ for event in events]


@pytest.fixture
async def house(tmp_path) -> Bench:
    return await bench(tmp_path)


async def test_an_order_sent_by_the_erp_reaches_the_supplier_as_an_850(house):
    answer = await house.send("erp", json_of(order("4711")))
    assert answer.status == 202
    await house.work()
    history = await house.history("purchase_order/4711")
    assert isinstance(history[0], OrderReleased)
    [delivery] = house.channels["acme"].taken
    assert b"BEG*00*NE*4711**20260302~" in delivery.body or b"*4711*" in delivery.body
    assert "OrderSent" in kinds(history)


async def test_an_850_by_x12_and_the_same_order_as_json_have_one_effect(house):
    await house.send("erp", json_of(order("4711")))
    await house.work()
    await house.send("erp", json_of(order("4711")), key="again")
    await house.work()
    history = await house.history("purchase_order/4711")
    assert kinds(history).count("OrderReleased") == 1
    assert any(isinstance(event, DocumentRepeated) for event in history)
    assert len(house.channels["acme"].taken) == 1


async def test_the_same_transport_id_gets_the_same_answer_and_other_content_under_it_is_refused(house):
    first = await house.send("erp", json_of(order("1")), key="k")
    second = await house.send("erp", json_of(order("1")), key="k")
    third = await house.send("erp", json_of(order("2")), key="k")
    assert (second.status, second.body, second.replayed) == (202, first.body, True)
    assert third.status == 422
    await house.work()
    assert await house.history("purchase_order/2") == []


async def test_other_content_under_an_identity_that_stands_opens_a_case_and_changes_nothing(house):
    await house.send("erp", json_of(order("4711")))
    await house.work()
    await house.send("erp", json_of(order("4711", quantity="99")))
    await house.work()
    history = await house.history("purchase_order/4711")
    assert any(isinstance(event, DocumentConflicted) for event in history)
    assert kinds(history).count("OrderReleased") == 1
    assert "DOCUMENT_CONFLICT" in {case["kind"] for case in await house.cases()}


async def test_an_answer_before_its_order_waits_and_is_then_applied(house):
    await house.send("acme", response_855("4711"))
    await house.work()
    assert isinstance((await house.history("purchase_order/4711"))[0], DocumentDeferred)
    await house.send("erp", json_of(order("4711")))
    await house.work()
    assert any(isinstance(event, OrderResponded) for event in await house.history("purchase_order/4711"))


async def test_an_answer_whose_order_never_comes_ends_with_a_person(house):
    await house.send("acme", response_855("4711"))
    await house.work()
    house.clock.advance_to(house.worker.next_due())
    await house.work()
    assert any(isinstance(event, DocumentParked) for event in await house.history("purchase_order/4711"))
    assert "ORPHAN_DOCUMENT" in {case["kind"] for case in await house.cases()}


async def test_an_answer_that_is_woken_too_early_goes_on_waiting_and_is_not_lost(house):
    """Its order is refused, so what it waits for has not come; it was dropped without a word once."""
    await house.send("acme", response_855("4711"))
    await house.work()
    twice = order("4711")
    await house.send("erp", json_of(structs.replace(twice, lines=twice.lines * 2)))
    await house.work()
    assert "OrderRefused" in kinds(await house.history("purchase_order/4711"))
    assert [row.why for row in await house.store.pending(range(64)) if row.kind == "command"] == ["deferred"]
    house.clock.advance_to(house.clock.now() + timedelta(days=30))
    await house.work()
    assert kinds(await house.history("purchase_order/4711")).count("DocumentParked") == 1
    assert [case["kind"] for case in await house.cases()].count("ORPHAN_DOCUMENT") == 1


async def test_order_a_waiting_does_not_delay_order_b(house):
    await house.send("acme", response_855("A"))
    await house.send("erp", json_of(order("B")))
    await house.send("acme", response_855("B", control=2))
    await house.work()
    assert any(isinstance(event, OrderResponded) for event in await house.history("purchase_order/B"))


async def test_inbound_x12_is_answered_with_a_997_and_the_answer_reaches_the_erp(house):
    await house.send("erp", json_of(order("4711")))
    await house.work()
    await house.send("acme", response_855("4711"))
    await house.work()
    bodies = [delivery.body for delivery in house.channels["acme"].taken]
    assert any(b"ST*997*" in body and b"AK1*PR*1" in body and b"AK9*A*1*1*1" in body for body in bodies)
    assert [delivery.document_type for delivery in house.channels["erp"].taken] == ["order_response"]


async def test_a_997_we_get_is_reconciled_with_what_we_sent_and_never_answered(house):
    await house.send("erp", json_of(order("4711")))
    await house.work()
    sent = next(event for event in await house.history("exchange/acme") if isinstance(event, DocumentSent))
    report = x12("ACME", "997", "FA", f"AK1*PO*{sent.group}", "AK2*850*0001", "AK5*A", "AK9*A*1*1*1")
    await house.send("acme", report)
    await house.work()
    events = await house.history("exchange/acme")
    assert any(isinstance(event, GroupAcknowledged) and event.document_id == sent.document_id for event in events)
    assert not any(b"ST*997*" in delivery.body for delivery in house.channels["acme"].taken)
    assert "OrderSyntaxAccepted" in kinds(await house.history("purchase_order/4711"))


async def test_the_same_interchange_again_is_acknowledged_with_the_same_bytes_and_does_nothing(house):
    await house.send("erp", json_of(order("4711")))
    await house.work()
    await house.send("acme", response_855("4711"))
    await house.work()
    await house.send("acme", response_855("4711"), key="other transport id")
    await house.work()
    reports = [delivery.body for delivery in house.channels["acme"].taken if b"ST*997*" in delivery.body]
    assert len(reports) == 2
    assert reports[0] == reports[1]
    taken = [event for event in await house.history("exchange/acme") if isinstance(event, TransmissionTaken)]
    assert taken[-1].repeats
    assert kinds(await house.history("purchase_order/4711")).count("OrderResponded") == 1


async def test_a_control_number_used_again_for_other_content_is_refused_and_seen_by_a_person(house):
    await house.send("erp", json_of(order("4711")))
    await house.send("acme", response_855("4711"))
    await house.work()
    await house.send("acme", response_855("4711", quantity="9"))
    await house.work()
    assert kinds(await house.history("purchase_order/4711")).count("OrderResponded") == 1
    assert any(
        b"TA1*000000001" in delivery.body and b"*R*025" in delivery.body for delivery in house.channels["acme"].taken
    )


async def test_a_good_set_beside_a_bad_one_is_accepted(house):
    await house.send("erp", json_of(order("4711")))
    await house.work()
    good = response_855("4711").decode()
    bad = "ST*855*0002~BAK*00*AD**20260302~SE*3*0002~"
    both = good.replace("GE*1*1", bad + "GE*2*1")
    await house.send("acme", both.encode())
    await house.work()
    taken = [event for event in await house.history("exchange/acme") if isinstance(event, TransmissionTaken)]
    assert [each.outcome for each in taken[-1].sets] == [Outcome.ACCEPTED, Outcome.REJECTED]
    assert any(b"AK9*P*2*2*1" in delivery.body for delivery in house.channels["acme"].taken)


async def test_inner_identities_of_another_partner_are_refused_at_the_door(house):
    answer = await house.send("acme", response_855("4711", sender="LUMEN"))
    assert answer.status == 403
    assert await house.history("exchange/acme") == []


async def test_garbage_is_kept_and_a_person_is_asked(house):
    answer = await house.send("acme", b"ISA*not really")
    assert answer.status == 202
    await house.work()
    [taken] = [event for event in await house.history("exchange/acme") if isinstance(event, TransmissionTaken)]
    assert taken.outcome is Outcome.REJECTED
    assert (await house.store.archive(taken.transmission)).body == b"ISA*not really"
    assert "SCHEMA_ERROR" in {case["kind"] for case in await house.cases()}


async def test_a_delivery_that_fails_is_tried_again_with_the_same_bytes_and_id(house):
    house.channels["acme"] = house.channels.get("acme") or house.channel("acme")
    house.channels["acme"].answers = [Delivered(result="retry", says="503"), Delivered(result="unknown", says="cut")]
    await house.send("erp", json_of(order("4711")))
    await house.work()
    for _ in range(2):
        house.clock.advance_to(house.worker.next_due())
        await house.work()
    taken = house.channels["acme"].taken
    assert len(taken) == 3
    assert len({(delivery.id, delivery.body) for delivery in taken}) == 1
    events = await house.history("exchange/acme")
    assert kinds(events).count("DocumentDelivered") == 1
    assert next(event for event in events if isinstance(event, DocumentDelivered)).attempts == 3


async def test_a_new_worker_goes_on_where_a_dead_one_stopped(house):
    house.channel("acme").answers = [Delivered(result="retry", says="down")]
    await house.send("erp", json_of(order("4711")))
    await house.work()
    await house.send("erp", json_of(order("4712")))
    house.clock.advance_to(house.clock.now().replace(hour=9))
    await house.hire("w2")
    await house.work()
    numbers = [delivery.file_name.split("-")[1] for delivery in house.channels["acme"].taken]
    assert sorted(numbers) == ["4711", "4711", "4712"]


async def test_an_item_that_fails_every_time_is_stopped_and_others_go_on(house):
    kind = house.app.house.kinds["purchase_order"]

    class Broken:
        def __getattr__(self, name):
            return getattr(kind.decider, name)

        def decide(self, command, state, context):
            if getattr(getattr(command, "order", None), "number", "") == "BAD":
                raise ZeroDivisionError("on purpose")
            return kind.decider.decide(command, state, context)

    house.app.house.kinds = {**house.app.house.kinds, "purchase_order": replace(kind, decider=Broken())}
    await house.send("erp", json_of(order("BAD")))
    await house.send("erp", json_of(order("GOOD")))
    await house.work()
    assert "OrderReleased" in kinds(await house.history("purchase_order/GOOD"))
    while (due := house.worker.next_due()) is not None and (due - house.clock.now()).total_seconds() < 3600:
        house.clock.advance_to(due)
        await house.work()
    assert "POISON_MESSAGE" in {case["kind"] for case in await house.cases()}


def test_every_crash_point_is_passed_somewhere():
    from pathlib import Path

    import tradelane.runtime

    text = "".join(path.read_text() for path in Path(tradelane.runtime.__file__).parent.rglob("*.py"))
    assert [point for point in POINTS if f'crashpoint("{point}")' not in text] == []


async def test_a_large_transmission_yields_and_still_every_order_in_it_is_taken_once(house, monkeypatch):
    """Between its stretches another partner's document is served; a worker that dies midway is followed by one that
    goes on.
    """
    monkeypatch.setattr("tradelane.runtime.receive.SETS_PER_STRETCH", 3)
    monkeypatch.setattr("tradelane.runtime.receive.LARGE_BYTES", 1_000)
    monkeypatch.setattr("tradelane.runtime.lane.LARGE_BYTES", 1_000)
    many = b"[" + b",".join(json_of(order(f"M{number}")) for number in range(10)) + b"]"
    await house.app.intake.take(
        house.app.registry.partners["erp"],
        many,
        channel="http",
        transport_id="many",
        media_type="application/json",
        file_name="",
        now=house.clock.now(),
    )
    await house.send("lumen", json_of(order("not lumen's to send")))
    await house.worker.turn()
    released = [number for number in range(10) if await house.history(f"purchase_order/M{number}")]
    assert released == [0, 1, 2]
    assert await house.history("exchange/lumen"), "the other partner waited"
    house.clock.advance_to(house.clock.now().replace(hour=9))
    await house.hire("w2")
    await house.work()
    for number in range(10):
        assert kinds(await house.history(f"purchase_order/M{number}")).count("OrderReleased") == 1
    [taken] = [event for event in await house.history("exchange/erp") if isinstance(event, TransmissionTaken)]
    assert [each.number for each in taken.sets] == [f"M{number}" for number in range(10)]
    assert len({(delivery.id, delivery.body) for delivery in house.channels["acme"].taken}) == 10


async def test_a_state_folded_by_other_code_is_folded_anew_from_all_its_events(house):
    await house.send("erp", json_of(order("4711")))
    await house.work()
    kind = house.app.house.kinds["purchase_order"]
    [stream] = (await house.store.streams(["purchase_order/4711"])).values()
    known = await book(house.app.house, stream.stream, stream, house.clock.now())
    stale = StreamState(stream=stream.stream, version=known.version, fold="other code", state=b"{}")
    again = await book(house.app.house, stream.stream, stale, house.clock.now())
    assert again.version == known.version
    assert kind.encode(again) == kind.encode(known)


async def test_a_transmission_that_cannot_be_read_for_a_fault_of_ours_is_stopped_after_some_tries(house, monkeypatch):
    """It was tried for ever once: what fails while it is being read is set aside like what fails while it is
    decided.
    """
    monkeypatch.setattr("tradelane.runtime.read.begin", lambda *_: 1 / 0)
    await house.send("acme", response_855("4711"))
    await house.work()
    while (due := house.worker.next_due()) is not None and (due - house.clock.now()).total_seconds() < 3600:
        house.clock.advance_to(due)
        await house.work()
    assert "POISON_MESSAGE" in {case["kind"] for case in await house.cases()}


class Leaving(MemoryStore):
    """A store that goes away whenever work is to be written, so many times; what only announces work gets through."""

    absences = 6

    async def step(self, step: Step) -> None:
        if step.journal and self.absences:
            self.absences -= 1
            raise StoreUnavailable("gone for a moment")
        await super().step(step)


async def test_an_item_is_not_stopped_because_the_database_went_away_while_it_was_handled(tmp_path):
    """Once the database's absence counted as a death of ours: after two of them an innocent item was stopped."""
    clock = VirtualClock(START)
    store = Leaving(now=clock.now)
    house = await bench(tmp_path, store)
    await house.send("erp", json_of(order("4711")))
    while store.absences:
        with contextlib.suppress(StoreUnavailable):
            await house.worker.turn()
        await house.worker.settle()
    await house.work()
    assert await house.cases() == []
    assert kinds(await house.history("purchase_order/4711")).count("OrderReleased") == 1
