"""Sharing, taking over, fairness, and how few commits a document costs."""

import asyncio
from collections import Counter
from pathlib import Path

import pytest
from tests.runtime.bench_house import PARTNERS, Bench, bench, json_of, order, response_855

from tradelane.app import compose
from tradelane.model.identity import partition
from tradelane.partners.profile import Company, Profile, Registry, SendSettings, Settings, X12Identity
from tradelane.runtime.work import LEASE_SECONDS, share
from tradelane.store.port import Arrival, Item, Step
from tradelane.store.postgres import PostgresStore
from tradelane.testing.memory_store import MemoryStore

pytestmark = pytest.mark.anyio
TAKEOVER_SECONDS_MAX = 10


class Counting:
    """A store that counts what commits."""

    def __init__(self, store: MemoryStore) -> None:
        self.store = store
        self.commits: list[str] = []

    def __getattr__(self, name: str):
        return getattr(self.store, name)

    async def put(self, arrivals: list[Arrival]):
        self.commits.append("put")
        return await self.store.put(arrivals)

    async def step(self, step: Step) -> None:
        self.commits.append("step")
        await self.store.step(step)


async def test_from_bytes_to_the_outbound_call_there_are_two_commits(tmp_path):
    """Engine rule 10: archive and acknowledge; decide with encoded bytes, the control number included."""
    house = await bench(tmp_path)
    counting = Counting(house.store)
    house.app.house.store = counting
    await house.send("erp", json_of(order("4711")))
    await house.worker.lanes[0].turn()
    house.worker.deliverer.start()
    await house.worker.deliverer.drain()
    assert b"ST*850*" in house.channels["acme"].taken[0].body
    assert counting.commits == ["put", "step"]


async def test_an_answer_reaches_the_erp_after_two_commits(tmp_path):
    house = await bench(tmp_path)
    await house.send("erp", json_of(order("4711")))
    await house.work()
    counting = Counting(house.store)
    house.app.house.store = counting
    await house.send("acme", response_855("4711"))
    await house.worker.lanes[0].turn()
    house.worker.deliverer.start()
    await house.worker.deliverer.drain()
    assert house.channels["erp"].taken
    assert counting.commits == ["put", "step"]


async def test_between_two_processes_there_are_four_commits_at_most(tmp_path):
    """Decision 0005: one for the bytes, and one in each of the three partitions a document crosses."""
    house = await bench(tmp_path)
    workers = [house.worker, house.app.make_worker(name="w2", channels=house.channel)]
    for worker in (*workers[::-1], *workers):
        await worker.settle()
    assert all(0 < len(worker.leads) < 64 for worker in workers)
    for part in (part for worker in workers for part in worker.lanes[0].parts.values()):
        part.careful = 0  # They took over from each other while they shared, which looks like deaths.
    counting = Counting(house.store)
    house.app.house.store = counting
    house.channel("acme")
    spent = []
    for number in range(8):
        counting.commits.clear()
        await house.send("erp", json_of(order(f"C{number}")))
        while len(house.channels["acme"].taken) <= number:
            for worker in workers:
                worker.woken("inbox")
                await worker.lanes[0].turn()
                worker.deliverer.start()
                await worker.deliverer.drain()
                if len(house.channels["acme"].taken) > number:
                    break
        spent.append(len(counting.commits))
        for _ in range(4):
            for worker in workers:
                worker.woken("inbox")
                await worker.turn()
    assert set(spent) == {2, 4}


def test_every_partition_has_one_leader_and_a_change_moves_few():
    three, two = ["a", "b", "c"], ["a", "c"]
    shares = {worker: share(64, three, worker) for worker in three}
    assert sorted(part for parts in shares.values() for part in parts) == list(range(64))
    assert share(64, two, "a") >= shares["a"]
    assert share(64, two, "c") >= shares["c"]


async def test_what_a_dead_worker_led_is_led_again_within_ten_seconds(tmp_path, fresh_database):
    """The dead one never says goodbye: its lease runs out by the database's clock."""
    store = await PostgresStore.open(fresh_database)
    known = Registry(root=tmp_path, settings=Settings(company=Company()), partners=PARTNERS, version="test")
    first, second = (compose(store, known, tmp_path).make_worker(name=name) for name in ("first", "second"))
    await first.settle()
    assert len(first.leads) == 64
    job = asyncio.create_task(second.run())
    began = asyncio.get_running_loop().time()
    async with asyncio.timeout(TAKEOVER_SECONDS_MAX):
        while len(second.leads) < 64:
            await asyncio.sleep(0.05)
    assert asyncio.get_running_loop().time() - began >= LEASE_SECONDS / 2, "it was not the lease that ran out"
    second.stop()
    await job
    await store.close()


def many_partners() -> dict[str, Profile]:
    erps = {"erp": PARTNERS["erp"]}
    suppliers = {
        f"s{number}": Profile(
            name=f"s{number}",
            role="supplier",
            parties=(f"buyer_assigned:S{number}",),
            x12=X12Identity(id=f"S{number}"),
            send=SendSettings(channel="mailbox"),
        )
        for number in range(6)
    }
    return erps | suppliers


async def test_a_flood_from_one_partner_does_not_delay_the_others(tmp_path: Path):
    """Served round-robin by bytes: the others are done within some steps, though a thousand files came first."""
    house: Bench = await bench(tmp_path, partners=many_partners())
    flood = [house.send("s0", response_855(f"F{number}", sender="S0", control=number + 1)) for number in range(1000)]
    await asyncio.gather(*flood)
    for number in range(1, 6):
        await house.send(f"s{number}", response_855("X", sender=f"S{number}", control=1))
    turns, done = Counter(), 0
    while done < 5:
        await house.worker.lanes[0].turn()
        turns["steps"] += 1
        done = sum([bool(await house.history(f"exchange/s{number}")) for number in range(1, 6)])
        assert turns["steps"] < 10, "the others wait for the flood"
    served = len(await house.history("exchange/s0"))
    assert served < 400, f"{served} of the flood were served before the others"


async def test_an_item_whose_id_is_known_is_ignored(tmp_path):
    house = await bench(tmp_path)
    item = Item(id="1", part=3, kind="command", stream="case/x", owner="x", body=b"{}")
    await house.store.put([Arrival(items=(item,))])
    await house.store.put([Arrival(items=(item,))])
    assert len(await house.store.inbox({3: 0}, 10, 10_000)) == 1


async def test_what_a_delivery_came_to_is_heard_whatever_else_was_dropped_meanwhile(tmp_path):
    """A renewed lease drops nothing, but once replaced what the deliverer reported to: results were lost for good."""
    house = await bench(tmp_path)
    await house.send("erp", json_of(order("4711")))
    await house.worker.lanes[0].turn()
    house.worker.lanes[0].drop([partition("exchange/depot")])
    house.worker.deliverer.start()
    await house.worker.deliverer.drain()
    await house.worker.settle()
    await house.work()
    assert not any(house.worker.deliverer.waiting().values())
    assert len(house.channels["acme"].taken) == 1
