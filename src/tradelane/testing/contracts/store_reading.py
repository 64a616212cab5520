"""What readers may rely on: inbox pages, streams with their tails, states that never go back, the journal."""

from datetime import timedelta
from random import Random

from tradelane.store.port import Arrival, JournalRow, KeptState, Store
from tradelane.testing.contracts.leader import NOW, Leader, arrival, item, stream_in

PLENTY = 1_000_000


class ReadingContract:
    """The part of the contract that readers stand on."""

    async def test_the_inbox_is_read_in_pages(self, store: Store) -> None:
        """At most so many per partition, the next page after the place."""
        await store.put([arrival(part, f"{part}-{n}") for n in range(5) for part in (3, 1)])
        first = await store.inbox({3: 0, 1: 2, 7: 0}, 2, PLENTY)
        assert [(one.part, one.sequence) for one in first] == [(1, 3), (1, 4), (3, 1), (3, 2)]
        assert await store.inbox({3: 5}, 2, PLENTY) == []
        assert await store.inbox({}, 2, PLENTY) == []

    async def test_the_inbox_gives_no_more_bytes_than_asked_but_always_one_item(self, store: Store) -> None:
        """Memory stays bounded, one big item still goes through, and no partition starves behind another."""
        big = Random(1).randbytes(10_000)
        await store.put([arrival(part, f"{part}-{n}", body=big) for n in range(4) for part in (1, 2)])
        found = await store.inbox({1: 0, 2: 0}, 10, 45_000)
        assert [(one.part, one.sequence) for one in found] == [(1, 1), (1, 2), (2, 1), (2, 2)]
        assert [(one.part, one.sequence) for one in await store.inbox({1: 0, 2: 3}, 10, 5)] == [(1, 1), (2, 4)]

    async def test_a_stream_is_its_kept_state_and_the_events_after_it(self, store: Store) -> None:
        """Nothing kept yet: all events. Unknown streams are left out."""
        stream, other = _streams(store, 5)
        leader = await Leader.of(store, 5)
        events = leader.events(stream, 3)
        await leader.step(events)
        found = await store.streams([stream, other])
        assert list(found) == [stream]
        assert (found[stream].version, found[stream].state, found[stream].tail) == (0, b"", tuple(events))
        more = leader.events(stream, 2)
        await leader.step(more, states=(KeptState(part=5, stream=stream, version=4, fold="f1", state=b"{4}"),))
        kept = (await store.streams([other, stream]))[stream]
        assert (kept.version, kept.fold, kept.state, kept.tail) == (4, "f1", b"{4}", (more[1],))
        assert await store.streams([]) == {}

    async def test_a_kept_state_never_goes_back(self, store: Store) -> None:
        """Older is ignored, of whatever size; the same version again replaces (the fold's code changed)."""
        stream, _ = _streams(store, 5)
        leader = await Leader.of(store, 5)
        await leader.step(leader.events(stream, 9), states=(_kept(stream, 5, b"five"),))
        for version, state, stands in (
            (3, Random(3).randbytes(700_000), b"five"),
            (5, b"five again", b"five again"),
            (7, Random(7).randbytes(700_000), Random(7).randbytes(700_000)),
            (6, b"six", Random(7).randbytes(700_000)),
            (7, b"seven", b"seven"),
            (8, Random(8).randbytes(300_000), Random(8).randbytes(300_000)),
        ):
            await leader.step(states=(_kept(stream, version, state),))
            assert (await store.streams([stream]))[stream].state == stands

    async def test_events_are_found_however_far_the_clock_went(self, store: Store) -> None:
        """Months pass, the clock jumps back, a state lags behind: tail and history are whole all the same."""
        stream, other = _streams(store, 5)
        leader = await Leader.of(store, 5)
        written: list[JournalRow] = []
        for number, days in enumerate((0, 40, 95, 60, -400, 130)):
            at = NOW + timedelta(days=days)
            rows = leader.events(stream, 2, at=at)
            await leader.step(rows, at=at)
            written += rows
            if number == 3:
                await leader.step(states=(_kept(stream, 3, b"three"),), at=at)
            if number == 4:
                await leader.step(leader.events(other), at=at, states=(_kept(other, 1, b"one"),))
        assert (await store.streams([stream]))[stream].tail == tuple(written[3:])
        assert await store.history(stream) == written
        assert [row for row in await store.journal({5: 0}) if row.stream == stream] == written
        assert (await store.streams([other]))[other].tail == ()

    async def test_the_journal_is_read_after_each_place(self, store: Store, other: Store) -> None:
        """By partition and sequence, as many as asked for; a slow reader and a fast one do not disturb each other."""
        leaders = [await Leader.of(store, part) for part in (2, 5)]
        for days in (0, 35, 70):
            for leader in leaders:
                at = NOW + timedelta(days=days)
                await leader.step(
                    leader.events(stream_in(leader.part, store.partitions), 3, at=at, body=b"{}" * days * 9), at=at
                )
        for places, limit, expected in (
            ({2: 0, 5: 0}, 2, [(2, 1), (2, 2), (5, 1), (5, 2)]),
            ({5: 7}, 100, [(5, 8), (5, 9)]),
            ({5: 2, 2: 8}, 2, [(2, 9), (5, 3), (5, 4)]),
            ({5: 9, 2: 9, 7: 0}, 2, []),
            ({5: 0}, 1, [(5, 1)]),
            ({5: 9, 2: 8}, 2, [(2, 9)]),
        ):
            for handle in (store, other):
                assert [(row.part, row.sequence) for row in await handle.journal(places, limit)] == expected
        assert await store.ends() == {2: 9, 5: 9}
        await leaders[1].step(leaders[1].events(stream_in(5, store.partitions)))
        assert [(row.part, row.sequence) for row in await other.journal({5: 9, 2: 9})] == [(5, 10)]

    async def test_an_event_survives_whole(self, store: Store) -> None:
        """Every field, and bodies of any size."""
        stream, _ = _streams(store, 5)
        leader = await Leader.of(store, 5)
        written: list[JournalRow] = []
        for size in (0, 149, 151, 100_000):
            rows = leader.events(stream, body=b"\0a" * size)
            await leader.step(rows)
            written += rows
        assert await store.history(stream) == await store.journal({5: 0}) == written

    async def test_a_command_and_its_stream_are_found_apart(self, store: Store) -> None:
        """Inbox and journal count apart."""
        await store.put([Arrival(items=(item(5, "a"), item(5, "b")))])
        leader = await Leader.of(store, 5)
        await leader.step(leader.events(_streams(store, 5)[0], 3), inbox_to=2)
        assert (await store.take_over(5)).journal_to == 3
        assert await store.inbox({5: 2}, 10, PLENTY) == []


def _streams(store: Store, part: int) -> tuple[str, str]:
    return stream_in(part, store.partitions), stream_in(part, store.partitions, nth=1)


def _kept(stream: str, version: int, state: bytes) -> KeptState:
    return KeptState(part=5, stream=stream, version=version, fold="f", state=state)
