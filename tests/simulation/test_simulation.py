"""Weeks of trade with partners that lose, double, delay, reorder, garble and go down, a store that fails and workers
that die.

A failing seed replays the failure. Safety and liveness are judged together: a system that does nothing is safe, and
useless.
"""

import asyncio

import msgspec
import pytest
from tests.simulation.rehearse import START, Rehearsed, rehearse

from tradelane.app import KINDS
from tradelane.model.identity import stream_kind
from tradelane.runtime.walk import book
from tradelane.store.postgres import PostgresStore
from tradelane.testing.clock import VirtualClock
from tradelane.testing.memory_store import MemoryStore

DOCUMENTS_MIN = 200


def simulate(tmp_path, seed: int, orders: int = 30) -> Rehearsed:
    clock = VirtualClock(START)
    return asyncio.run(rehearse(tmp_path, MemoryStore(now=clock.now), clock, seed, orders))


@pytest.mark.parametrize("seed", range(1, 6))
def test_every_law_holds_through_loss_doubling_garbage_outages_and_deaths(tmp_path, seed):
    assert_laws(simulate(tmp_path, seed))


@pytest.mark.long
@pytest.mark.parametrize("seed", range(6, 56))
def test_every_law_holds_for_many_seeds(tmp_path, seed):
    assert_laws(simulate(tmp_path, seed))


@pytest.mark.long
@pytest.mark.anyio
@pytest.mark.parametrize("seed", range(1, 4))
async def test_every_law_holds_on_postgresql(tmp_path, seed, fresh_database: str):
    clock = VirtualClock(START)
    store = await PostgresStore.open(fresh_database)
    try:
        assert_laws(await rehearse(tmp_path, store, clock, seed, 30))
    finally:
        await store.close()


@pytest.mark.parametrize("seed", [61, 68, 70])
def test_every_cancellation_ends_as_its_supplier_took_it(tmp_path, seed):
    clock = VirtualClock(START)
    rehearsed = asyncio.run(rehearse(tmp_path, MemoryStore(now=clock.now), clock, seed, 30, cancellations=0.7))
    assert not rehearsed.summary.broken
    assert not rehearsed.summary.unexplained
    ends = {book.cancel for supplier in rehearsed.network.suppliers.values() for book in supplier.books.values()}
    assert len(ends - {""}) > 2, "too little happened to mean anything"


def test_the_same_seed_tells_the_same_story(tmp_path):
    first, second = simulate(tmp_path / "a", 11, 8), simulate(tmp_path / "b", 11, 8)
    assert told(first) == told(second)


def test_what_is_kept_of_a_stream_is_what_its_events_say(tmp_path):
    rehearsed = simulate(tmp_path, 21, 8)
    asyncio.run(kept_equals_folded(rehearsed))


async def kept_equals_folded(rehearsed: Rehearsed) -> None:
    house = rehearsed.app.house
    for stream, events in rehearsed.journal.items():
        kind = KINDS[stream_kind(stream)]
        folded = kind.new(stream)
        for row, event in events:
            kind.evolve(folded, event, row.at)
        state = (await house.store.streams([stream]))[stream]
        kept = await book(house, stream, state, house.now())
        assert (kept.version, kept.state, kept.processes) == (folded.version, folded.state, folded.processes), stream
        assert msgspec.json.decode(kind.encode(kept)) == msgspec.json.decode(kind.encode(folded))


def told(rehearsed: Rehearsed) -> dict[str, list[bytes]]:
    return {stream: [row.body for row, _ in events] for stream, events in sorted(rehearsed.journal.items())}


def assert_laws(rehearsed: Rehearsed) -> None:
    summary = rehearsed.summary
    documents = sum(sum(outcomes.values()) for name, outcomes in summary.documents.items() if name.endswith(" in"))
    assert documents >= DOCUMENTS_MIN, "too little happened to mean anything"
    assert rehearsed.failures, "the store never failed: the run shows nothing"
    assert summary.holds, "\n".join((*summary.unexplained, *summary.broken))
    assert_dense(rehearsed)


def assert_dense(rehearsed: Rehearsed) -> None:
    for stream, events in rehearsed.journal.items():
        assert [row.version for row, _ in events] == list(range(1, len(events) + 1)), stream
    parts: dict[int, list[int]] = {}
    for events in rehearsed.journal.values():
        for row, _ in events:
            parts.setdefault(row.part, []).append(row.sequence)
    for part, sequences in parts.items():
        assert sorted(sequences) == list(range(1, len(sequences) + 1)), f"partition {part} has a hole"
