"""What doors may rely on: dense sequences under many writers, receipts, bytes kept as they came, replies, wake-ups."""

import asyncio
from datetime import UTC, datetime
from random import Random

import pytest
from msgspec.structs import replace

from tradelane.model.identity import new_id
from tradelane.store.port import Arrival, Item, Kept, Reply, Store
from tradelane.testing.contracts.leader import NOW, Leader, archived, arrival, item, receipt

PLENTY = 1_000_000
HEARD_SECONDS_MAX = 10.0


class DoorsContract:
    """The half of the contract that doors stand on."""

    async def test_an_item_is_found_as_it_was_put(self, store: Store) -> None:
        """Every field survives, and the store adds the sequence."""
        put = item(3, "a", body=bytes(range(256)) * 20, reply=True)
        await store.put([Arrival(items=(put,))])
        assert await store.inbox({3: 0}, 10, PLENTY) == [replace(put, sequence=1)]

    async def test_sequences_are_dense_and_a_reader_misses_nothing_under_many_writers(
        self, store: Store, other: Store
    ) -> None:
        """Eight writers, four partitions, and a reader with a place that reads while they write."""
        done = asyncio.Event()
        reading = asyncio.create_task(_follow(other, range(4), done))
        await asyncio.gather(*(_write(store if writer % 2 else other, writer) for writer in range(8)))
        done.set()
        seen = await reading
        assert sorted(found.id for found in seen) == sorted(
            f"{w}-{n}-{k}" for w in range(8) for n in range(12) for k in range(3)
        )
        for part in range(4):
            sequences = [found.sequence for found in seen if found.part == part]
            assert sequences == list(range(1, len(sequences) + 1))

    async def test_items_of_one_put_keep_their_order(self, store: Store) -> None:
        """What one request brings is decided in the order it was brought."""
        ids = [f"id-{number}" for number in Random(7).sample(range(1000), 50)]
        await store.put([Arrival(items=tuple(item(1, id) for id in ids[:20])), *(arrival(1, id) for id in ids[20:])])
        assert [found.id for found in await store.inbox({1: 0}, 100, PLENTY)] == ids

    async def test_a_body_kept_in_pieces_is_read_in_pieces_and_whole(self, store: Store, other: Store) -> None:
        """What is too large for one transaction comes piece by piece; one that comes twice counts once."""
        bodies = [bytes(range(256)) * 40, b"", b"short", b"\xff" * 3_000]
        whole = archived(2, "p1", b"")
        for number in (0, 1, 1, 2, 0, 3):
            await store.keep(replace(whole, body=bodies[number]), number)
        assert await other.pieces(2, "p1", 0, 2) == bodies[:2]
        assert await other.pieces(2, "p1", 2, 9) == bodies[2:]
        assert await other.pieces(2, "p1", 4, 1) == []
        assert await other.pieces(2, "other", 0, 1) == []
        found = await other.archive("p1")
        assert found == replace(whole, body=b"".join(bodies))
        assert await other.bodies([(2, "p1")]) == {"p1": b"".join(bodies)}
        assert await other.kept("p1") == Kept(archived=whole, pieces=4)

    async def test_what_is_kept_beside_the_bytes_is_known_without_them(self, store: Store, other: Store) -> None:
        """Who has to decide what to do with a transmission need not hold it."""
        one = archived(1, "x1", b"one")
        await store.put([Arrival(items=(item(1, "a"),), archived=one)])
        assert await other.kept("x1") == Kept(archived=replace(one, body=b""))
        assert await other.kept("x2") is None

    async def test_an_item_the_inbox_holds_is_ignored(self, store: Store) -> None:
        """At least once from the sender is once for us; the same id in another partition is another item."""
        await store.put([arrival(1, "a"), arrival(1, "a")])
        await store.put([arrival(2, "a")])
        await store.put([arrival(1, "a"), arrival(1, "b")])
        found = await store.inbox({1: 0, 2: 0}, 10, PLENTY)
        assert [(one.part, one.sequence, one.id) for one in found] == [(1, 1, "a"), (1, 2, "b"), (2, 1, "a")]

    async def test_the_same_question_gets_the_same_answer(self, store: Store) -> None:
        """With a standing receipt nothing of an arrival is written; the rest of the put is."""
        first = Arrival(
            items=(item(1, "a"),), archived=archived(1, "x1", b"one"), receipt=receipt(1, "key", answer=b"taken")
        )
        again = Arrival(
            items=(item(1, "b"),), archived=archived(1, "x2", b"two"), receipt=receipt(1, "key", answer=b"never")
        )
        assert [taken.repeats for taken in await store.put([first])] == [None]
        taken = await store.put([arrival(1, "c"), again])
        assert [one.repeats for one in taken] == [None, first.receipt]
        assert [one.id for one in await store.inbox({1: 0}, 10, PLENTY)] == ["a", "c"]
        assert await store.archive("x2") is None
        assert await store.receipt(1, "key") == first.receipt
        assert await store.receipt(2, "key") is None

    async def test_the_same_question_twice_in_one_put_is_taken_once(self, store: Store) -> None:
        """Group commit may bring a request and its impatient repetition together."""
        arrivals = [Arrival(items=(item(1, id),), receipt=receipt(4, "key", answer=id.encode())) for id in "ab"]
        taken = await store.put(arrivals)
        assert [one.repeats for one in taken] == [None, arrivals[0].receipt]
        assert [one.id for one in await store.inbox({1: 0}, 10, PLENTY)] == ["a"]

    async def test_one_of_many_askers_at_once_is_taken(self, store: Store, other: Store) -> None:
        """The receipt decides between requests that race."""
        doors = [store if number % 2 else other for number in range(8)]
        asked = [Arrival(items=(item(2, f"{n}"),), receipt=receipt(5, "key", answer=b"%d" % n)) for n in range(8)]
        answers = await asyncio.gather(*(door.put([one]) for door, one in zip(doors, asked, strict=True)))
        winners = [number for number, (taken,) in enumerate(answers) if taken.repeats is None]
        assert len(winners) == 1
        assert {taken.repeats.answer for (taken,) in answers if taken.repeats} == {b"%d" % winners[0]}
        assert [one.id for one in await store.inbox({2: 0}, 10, PLENTY)] == [str(winners[0])]

    async def test_archived_bytes_come_back_byte_for_byte(self, store: Store) -> None:
        """Nothing at all, zeros, text, and more than three megabytes that do not compress."""
        bodies = [b"", b"\0", b"\0" * 5_000, b"ISA*00*~", Random(1).randbytes(3_300_000), b"x" * 3_300_000]
        kept = [archived(number, new_id(NOW, Random(number)), body) for number, body in enumerate(bodies)]
        await store.put([Arrival(archived=one) for one in kept])
        assert [await store.archive(one.id) for one in kept] == kept
        found = await store.bodies([(one.part, one.id) for one in kept] + [(0, "unknown")])
        assert found == {one.id: one.body for one in kept}

    async def test_an_archived_transmission_is_found_whatever_its_id_and_day(self, store: Store) -> None:
        """Ids may tell a time or not, and it need not be the time the bytes came; kept twice is kept once."""
        days = [datetime(2019, 1, 31, tzinfo=UTC), datetime(2031, 12, 31, 23, 59, tzinfo=UTC), NOW]
        ids = [new_id(NOW, Random(1)), "not-a-uuid", new_id(days[1], Random(2))]
        kept = [archived(2, id, id.encode(), at=at) for id, at in zip(ids, days, strict=True)]
        for _ in range(2):
            await store.put([Arrival(archived=one) for one in kept])
        assert await store.bodies([(2, id) for id in ids]) == {id: id.encode() for id in ids}
        assert [await store.archive(id) for id in ids] == kept

    @pytest.mark.parametrize("strange", ["4711\0", "\u00e4\0\U0001f600", "\udc80.edi"])
    async def test_text_no_database_can_hold_stops_nobody(self, store: Store, strange: str) -> None:
        """A partner may write a NUL, a folder hold a name that is no text; the same text finds it again."""
        await store.put(
            [Arrival(items=(item(1, strange),), archived=replace(archived(1, "x", b"1"), file_name=strange))]
        )
        await store.put([arrival(1, strange)])
        assert len(await store.inbox({1: 0}, 10, PLENTY)) == 1
        leader = await Leader.of(store, 1)
        await leader.step(replies=[Reply(part=1, command=strange, body=b"done")])
        assert await store.reply(1, strange) == b"done"

    async def test_a_reply_is_found_once_given_and_the_first_stands(self, store: Store) -> None:
        """A door that asks early gets nothing, and never two different answers."""
        assert await store.reply(1, "command") is None
        leader = await Leader.of(store, 1)
        await leader.step(replies=[Reply(part=1, command="command", body=b"yes" * 500)])
        await leader.step(replies=[Reply(part=1, command="command", body=b"no")])
        assert await store.reply(1, "command") == b"yes" * 500
        assert await store.reply(2, "command") is None

    async def test_nothing_put_is_nothing_done(self, store: Store) -> None:
        """An empty put answers an empty list."""
        assert await store.put([]) == []

    async def test_writers_wake_readers_here_and_elsewhere(self, store: Store, other: Store) -> None:
        """Wake-ups may be lost, so the writer goes on until everybody heard."""
        heard: dict[str, set[str]] = {"here": set(), "elsewhere": set()}
        store.on_change(heard["here"].add)
        other.on_change(heard["elsewhere"].add)
        leader = await Leader.of(store, 1)
        stream = "purchase_order/4711"
        for again in range(2):  # Who connects is woken for everything; only the second time shows that writers do it.
            async with asyncio.timeout(HEARD_SECONDS_MAX):
                for number in range(10_000):
                    await store.put([arrival(1, f"{again}-{number}")])
                    await leader.step(leader.events(stream), replies=[Reply(part=1, command=str(number), body=b"")])
                    if all({"inbox", "journal", "reply"} <= kinds for kinds in heard.values()):
                        break
                    await asyncio.sleep(0.01)
            for kinds in heard.values():
                kinds.clear()


async def _write(store: Store, writer: int) -> None:
    order = Random(writer)
    for number in range(12):
        items = tuple(item(order.randrange(4), f"{writer}-{number}-{k}") for k in range(3))
        await store.put([Arrival(items=items)])


async def _follow(store: Store, parts: range, done: asyncio.Event) -> list[Item]:
    places = dict.fromkeys(parts, 0)
    seen: list[Item] = []
    while True:
        last = done.is_set()
        found = await store.inbox(places, 5, PLENTY)
        for one in found:
            places[one.part] = one.sequence
        seen += found
        if last and not found:
            return seen
        await asyncio.sleep(0)
