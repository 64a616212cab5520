"""What leaders may rely on: the fence, takeovers and their deaths, leases, work that waits, timers, deliveries."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from tradelane.store.port import Arrival, Attempt, Fenced, Identity, Step, Store, Timer
from tradelane.testing.contracts.leader import (
    NOW,
    Leader,
    archived,
    arrival,
    item,
    outbound,
    pending,
    receipt,
    stream_in,
)

PLENTY = 1_000_000


class LeadingContract:
    """The half of the contract that leaders stand on."""

    async def test_a_partition_starts_at_nothing(self, store: Store) -> None:
        """The first takeover is row 1 of epoch 1."""
        found = await store.take_over(5)
        assert (found.part, found.n, found.epoch) == (5, 1, 1)
        assert (found.inbox_to, found.journal_to, found.out_to) == (0, 0, 0)

    async def test_a_takeover_finds_the_last_places(self, store: Store) -> None:
        """Where the leader before came to is where the next begins."""
        leader = await Leader.of(store, 5)
        await leader.step(leader.events(_stream(store, 5), 3), inbox_to=7, out_to=2)
        found = await store.take_over(5)
        assert (found.n, found.epoch, found.inbox_to, found.journal_to, found.out_to) == (3, 2, 7, 3, 2)

    async def test_a_zombie_is_fenced_and_writes_nothing(self, store: Store, other: Store) -> None:
        """Whoever was taken over learns it from its next step, and nothing of that step stands."""
        zombie = await Leader.of(store, 5)
        await Leader.of(other, 5)
        stream = _stream(store, 5)
        with pytest.raises(Fenced) as fenced:
            await zombie.step(
                zombie.events(stream),
                inbox_to=9,
                outbound=(outbound(5, 1),),
                pending_set=(pending(5, "p"),),
                timers_set=(Timer(part=5, stream=stream, name="remind", due=NOW),),
                receipts=(receipt(5, "key"),),
                puts=(item(6, "handed-over"),),
            )
        assert fenced.value.parts == {5}
        assert await store.streams([stream]) == {}
        assert await store.inbox({6: 0}, 10, PLENTY) == []
        assert (
            await store.pending([5])
            == await store.timers([5], NOW + timedelta(days=1))
            == await store.undelivered({5: 0})
            == []
        )
        assert await store.receipt(5, "key") is None
        assert (await store.take_over(5)).inbox_to == 0

    async def test_of_two_leaders_exactly_one_wins_each_row(self, store: Store, other: Store) -> None:
        """Two that believe to lead, at the same moment: the key decides, again and again."""
        found = await store.take_over(5)
        both = [Leader(store, found), Leader(other, found)]
        for n in range(1, 11):
            wins = await asyncio.gather(*(one.step(inbox_to=n) for one in both), return_exceptions=True)
            assert sorted(isinstance(win, Fenced) for win in wins) == [False, True]
            for one in both:
                one.found = replace(found, n=found.n + n, inbox_to=n)

    async def test_a_step_of_many_partitions_stands_or_falls_whole(self, store: Store, other: Store) -> None:
        """One stolen partition names itself and keeps the others from being written."""
        leaders = [await Leader.of(store, part) for part in (6, 2, 4)]
        thief = await Leader.of(other, 4)
        rows = [leader.row(inbox_to=3) for leader in leaders]
        with pytest.raises(Fenced) as fenced:
            await store.step(Step(parts=tuple(rows), at=NOW, puts=(item(1, "never"),)))
        assert fenced.value.parts == {4}
        assert await store.inbox({1: 0}, 10, PLENTY) == []
        await store.step(Step(parts=(rows[0], rows[1]), at=NOW, puts=(item(1, "once"),)))
        await thief.step(inbox_to=1)
        assert [(await store.take_over(part)).inbox_to for part in (6, 2, 4)] == [3, 3, 1]
        assert [one.id for one in await store.inbox({1: 0}, 10, PLENTY)] == ["once"]

    async def test_every_stolen_partition_is_named(self, store: Store) -> None:
        """So a lane stops leading all of them at once."""
        leaders = [await Leader.of(store, part) for part in range(4)]
        for part in (1, 3):
            await store.take_over(part)
        with pytest.raises(Fenced) as fenced:
            await store.step(Step(parts=tuple(leader.row() for leader in leaders), at=NOW))
        assert fenced.value.parts == {1, 3}

    async def test_two_leaders_of_crossing_partitions_never_block_each_other_for_good(
        self, store: Store, other: Store
    ) -> None:
        """They name their partitions in opposite order and put into each other's inboxes."""

        async def lead(handle: Store, parts: tuple[int, ...], to: tuple[int, ...]) -> None:
            leaders = [await Leader.of(handle, part) for part in parts]
            for n in range(10):
                rows = tuple(leader.row(inbox_to=n) for leader in leaders)
                await handle.step(
                    Step(parts=rows, at=NOW, puts=tuple(item(part, f"{parts}-{n}-{part}") for part in to))
                )
                for leader, row in zip(leaders, rows, strict=True):
                    leader.went(row)

        await asyncio.gather(lead(store, (0, 2, 4), (5, 3, 1, 0)), lead(other, (5, 3, 1), (0, 1, 4, 5)))
        found = await store.inbox(dict.fromkeys(range(6), 0), 100, PLENTY)
        assert len(found) == 2 * 10 * 4

    async def test_a_step_that_does_not_follow_is_our_own_bug(self, store: Store) -> None:
        """Gaps, places that go back, rows of partitions not led: refused loudly, and nothing is written."""
        leader = await Leader.of(store, 5)
        await leader.step(inbox_to=4)
        skipping = replace(leader.row(), n=leader.found.n + 2)
        backwards = leader.row(inbox_to=3)
        gap = leader.row(events=2)
        second = leader.events(_stream(store, 5), 2)[1]
        for broken in (
            Step(parts=(skipping,), at=NOW),
            Step(parts=(backwards,), at=NOW),
            Step(parts=(gap,), at=NOW),
            Step(parts=(gap,), at=NOW, journal=(second,)),
            Step(parts=(leader.row(),), at=NOW, puts=(item(5, "never"),), pending_done=((6, "other"),)),
        ):
            with pytest.raises(ValueError):
                await store.step(broken)
        assert await store.inbox({5: 0}, 10, PLENTY) == []
        assert await store.ends() == {}
        await leader.step(inbox_to=5)

    async def test_takeovers_at_one_place_are_counted_as_deaths(self, store: Store) -> None:
        """The takeover itself counts; only a step that moved something starts anew."""
        assert [(await store.take_over(5)).deaths for _ in range(3)] == [1, 2, 3]
        leader = await Leader.of(store, 5)
        await leader.step(timers_set=(Timer(part=5, stream=_stream(store, 5), name="remind", due=NOW),))
        assert (await store.take_over(5)).deaths == 5
        leader = await Leader.of(store, 5)
        await leader.step(inbox_to=1)
        assert [(await store.take_over(5)).deaths for _ in range(2)] == [1, 2]

    async def test_an_announced_item_is_blamed_for_the_deaths_after_it(self, store: Store) -> None:
        """Announced, died, announced, died: two. What was done since, or announced before, does not count."""
        leader = await Leader.of(store, 5)
        await leader.step(started="poison")
        leader = await Leader.of(store, 5)
        assert (leader.found.started, leader.found.started_deaths) == ("poison", 1)
        await leader.step(started="poison")
        leader = await Leader.of(store, 5)
        assert (leader.found.started, leader.found.started_deaths, leader.found.deaths) == ("poison", 2, 3)
        quiet = await store.take_over(5)
        assert (quiet.started, quiet.started_deaths) == ("poison", 2)
        leader = Leader(store, quiet)
        await leader.step(inbox_to=1)
        await leader.step(started="next")
        leader = await Leader.of(store, 5)
        assert (leader.found.started, leader.found.started_deaths, leader.found.deaths) == ("next", 1, 1)
        await leader.step(inbox_to=2)
        assert (await store.take_over(5)).started == ""

    async def test_leases_name_the_live_workers(self, store: Store, other: Store) -> None:
        """Released or run out is gone; renewing twice is one worker."""
        assert await store.renew("b", 60) == ["b"]
        assert await other.renew("a", 60) == ["a", "b"]
        assert await other.renew("b", 60) == ["a", "b"]
        await store.release("a")
        assert await store.renew("c", -1) == ["b"]

    async def test_pending_rows_come_back_until_done(self, store: Store) -> None:
        """Set again is replaced; parked ones come without their bytes; done goes before set."""
        leader = await Leader.of(store, 5)
        deferred, parked = pending(5, "a", body=b"{}" * 400), pending(5, "b", why="parked", body=b"long")
        await leader.step(pending_set=(deferred, parked, pending(5, "c")))
        later = pending(5, "c", why="blocked", seconds=99)
        await leader.step(pending_set=(later,), pending_done=((5, "c"), (5, "unknown")))
        assert await store.pending([5, 6]) == [deferred, replace(parked, body=b""), later]
        await leader.step(pending_done=((5, "a"), (5, "b")))
        assert await store.pending([5]) == [later]
        assert await store.pending([]) == []

    async def test_what_waits_for_ever_comes_back_as_it_was(self, store: Store) -> None:
        """A document that its partner fetches when it likes has no due time of its own."""
        leader = await Leader.of(store, 5)
        waiting = replace(pending(5, "a", why="delivery"), due=datetime.max.replace(tzinfo=UTC))
        await leader.step(pending_set=(waiting,))
        assert (found := await store.pending([5])) == [waiting]
        assert found[0].due > NOW

    async def test_timers_come_due_in_order_and_move_when_set_again(self, store: Store) -> None:
        """Never early: due at the very instant is not before it."""
        first, second = await Leader.of(store, 5), await Leader.of(store, 6)
        late, soon = _timer(5, "b", "x", 20), _timer(5, "b", "y", 10)
        await first.step(timers_set=(late, soon, _timer(5, "a", "x", 99)))
        await second.step(timers_set=(_timer(6, "c", "x", 10),))
        assert await store.timers([5, 6], _at(20)) == [soon, _timer(6, "c", "x", 10)]
        await first.step(timers_set=(_timer(5, "a", "x", 20),), timers_done=((5, "b", "y"), (5, "nobody", "z")))
        assert await store.timers([5, 6], _at(21)) == [_timer(6, "c", "x", 10), _timer(5, "a", "x", 20), late]
        assert await store.timers([5, 6], _at(21), limit=2) == [_timer(6, "c", "x", 10), _timer(5, "a", "x", 20)]
        assert await store.timers([], _at(21)) == []

    async def test_a_timer_that_fires_and_is_set_again_in_one_step_stays_set(self, store: Store) -> None:
        """A reminder that reminds again."""
        leader = await Leader.of(store, 5)
        await leader.step(timers_set=(_timer(5, "a", "remind", 10),))
        await leader.step(timers_set=(_timer(5, "a", "remind", 30),), timers_done=((5, "a", "remind"),))
        assert await store.timers([5], _at(99)) == [_timer(5, "a", "remind", 30)]

    async def test_outbound_rows_wait_after_the_place_and_keep_their_attempts(self, store: Store) -> None:
        """The bytes of a delivery and what became of each try."""
        leader = await Leader.of(store, 5)
        rows = [outbound(5, 1, body=b"ISA" * 500), outbound(5, 2), outbound(5, 3)]
        await leader.step(outbound=tuple(rows))
        assert await store.undelivered({5: 0, 6: 0}) == rows
        attempts = [
            Attempt(part=5, sequence=1, attempt=n, result=result, at=NOW, says="503")
            for n, result in ((1, "retried"), (2, "accepted"))
        ]
        await leader.step(out_to=1, attempts=(attempts[0],))
        await leader.step(out_to=2, attempts=(attempts[1],), at=NOW + timedelta(days=40))
        assert await store.undelivered({5: 2}) == [rows[2]]
        assert await store.undelivered({5: 0}, limit=2) == rows[:2]
        assert await store.outbound([(5, rows[0].id), (5, "unknown")]) == {rows[0].id: rows[0]}
        assert await store.sent(rows[0].id) == (rows[0], attempts)
        assert await store.sent(rows[2].id) == (rows[2], [])
        assert await store.sent("unknown") is None

    async def test_the_first_content_under_an_identity_stands(self, store: Store) -> None:
        """Other content under the same identity is a conflict that the reader sees."""
        first = Identity(part=5, digest="d", content_sha256="one", at=NOW, item="a")
        leader = await Leader.of(store, 5)
        await leader.step(identities=(first,))
        await leader.step(identities=(replace(first, content_sha256="two", item="b"),))
        assert await store.identities([(5, "d"), (5, "unknown"), (6, "d")]) == {"d": first}
        assert await store.identities([]) == {}

    async def test_receipts_of_steps_and_puts_are_the_same_receipts(self, store: Store) -> None:
        """A leader that answers a question later gives doors the answer for its repetition."""
        leader = await Leader.of(store, 5)
        await leader.step(receipts=(receipt(5, "key", answer=b"first"),))
        await leader.step(receipts=(receipt(5, "key", answer=b"second"),))
        taken = await store.put(
            [Arrival(items=(item(5, "a"),), archived=archived(5, "x", b""), receipt=receipt(5, "key"))]
        )
        assert taken[0].repeats == receipt(5, "key", answer=b"first")
        assert await store.inbox({5: 0}, 10, PLENTY) == []

    async def test_what_a_step_hands_over_is_put_once(self, store: Store) -> None:
        """A handed-over item has an id of its cause, so saying it again adds nothing."""
        leader = await Leader.of(store, 5)
        await leader.step(puts=(item(6, "a"), item(5, "b"), item(6, "c")))
        await leader.step(puts=(item(6, "c"), item(6, "d")))
        await store.put([arrival(6, "a")])
        found = await store.inbox({6: 0, 5: 0}, 10, PLENTY)
        assert [(one.part, one.sequence, one.id) for one in found] == [
            (5, 1, "b"),
            (6, 1, "a"),
            (6, 2, "c"),
            (6, 3, "d"),
        ]


def _stream(store: Store, part: int) -> str:
    return stream_in(part, store.partitions)


def _at(seconds: int) -> datetime:
    return NOW + timedelta(seconds=seconds)


def _timer(part: int, stream: str, name: str, seconds: int) -> Timer:
    return Timer(part=part, stream=stream, name=name, due=_at(seconds))
