"""Everything that ever came, replayed again and again: while trade goes on, afterwards, and twice at once (P13)."""

import asyncio
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from tests.simulation.rehearse import LIFE, START

from tradelane.app import App, compose
from tradelane.partners.folder import load
from tradelane.runtime.carry_out import Choice, Order, Page
from tradelane.store.port import Store, StoreUnavailable
from tradelane.store.postgres import PostgresStore
from tradelane.testing.clock import VirtualClock
from tradelane.testing.drive import Drive
from tradelane.testing.facts import gather, read_journal
from tradelane.testing.faulty_store import FaultyStore
from tradelane.testing.memory_store import MemoryStore
from tradelane.testing.twins.config_folder import write_config
from tradelane.testing.twins.judge import judge
from tradelane.testing.twins.network import Network

EVERYTHING = Choice(since=START - timedelta(days=1), until=START + LIFE)


class Replayed:
    """A trade with a person in it who replays everything when chance says so."""

    def __init__(self, root: Path, store: Store, clock: VirtualClock, seed: int, orders: int) -> None:
        self.store, self.clock = store, clock
        self.network = Network(seed, orders=orders, days=5)
        write_config(self.network, root, {name: "http://127.0.0.1:9/" for name in self.network.members})
        faulty = FaultyStore(store, seed, 0.005)
        self.app: App = compose(faulty, load(root), root, clock=clock, random=Random(seed))  # pyright: ignore
        self.drive = Drive(self.app, self.network, clock)

    async def trade(self, chance: Random, rate: float) -> int:
        """Trade to the end, replaying everything at that rate; return how often."""
        replays = 0
        await self.drive.begin()
        while (due := await self.drive.next_at()) is not None and due < START + LIFE:
            await self.drive.run(due + timedelta(seconds=1))
            if chance.random() < rate:
                await self.replay()
                replays += 1
        return replays

    async def replay(self, at_once: int = 1) -> list[Page]:
        """Replay everything, so many times at once, while the work goes on; return all pages."""
        jobs = [asyncio.create_task(self._pages()) for _ in range(at_once)]
        while not all(job.done() for job in jobs):
            await self.drive.settle()
            await asyncio.sleep(0)
        await self.drive.settle()
        return [page for job in jobs for page in job.result()]

    async def _pages(self) -> list[Page]:
        order = Order(replay=self.app.new_id(), by="ana", reason="to see that nothing happens")
        pages: list[Page] = []
        while not pages or pages[-1].next:
            try:
                pages.append(await self.app.replay(EVERYTHING, pages[-1].next if pages else "", order))
            except StoreUnavailable:
                await asyncio.sleep(0)
        return pages

    async def effects(self) -> list[tuple[str, int, str, bytes]]:
        """Return everything that happened, but what replays say of themselves."""
        journal = await read_journal(self.store)
        rows = [row for stream, events in journal.items() if not stream.startswith("replay/") for row, _ in events]
        return sorted((row.stream, row.version, row.type, row.body) for row in rows)

    async def broken(self) -> list[str]:
        """Return which of the practice partners' laws are broken, by their own ledgers."""
        return list(judge(self.network, await gather(self.store)))


@pytest.fixture(autouse=True)
def unpaced(monkeypatch):
    monkeypatch.setattr("tradelane.runtime.replay.IDLE_FOR_EACH_SECOND", 0.0)
    monkeypatch.setattr("tradelane.runtime.carry_out.POLL_SECONDS", 0.001)


async def adds_nothing(trade: Replayed, seed: int, rate: float) -> None:
    replays = await trade.trade(Random(f"replays {seed}"), rate)
    assert replays > 0
    assert await trade.broken() == []
    traded = await trade.effects()
    first = [one for page in await trade.replay() for one in page.documents]
    documents = len(first)
    assert documents > 50, "too little came to mean anything"
    assert await trade.broken() == []
    before = await trade.effects()
    about = {one.stream for one in first if one.verdict in ("new", "conflict")}
    added = [row for row in before if row not in traded]
    assert not added or about, "something happened although nothing was new"
    assert [row for row in added if row[2] == "exchange.document_sent" and b"syntax_report" in row[3]] == []
    for at_once in (1, 3):
        pages = await trade.replay(at_once)
        assert sum(len(page.documents) for page in pages) == documents * at_once
        assert await trade.effects() == before


@pytest.mark.anyio
@pytest.mark.parametrize("seed", [1, 2])
async def test_whatever_is_replayed_and_whenever_nothing_happens_twice(tmp_path, seed):
    clock = VirtualClock(START)
    await adds_nothing(Replayed(tmp_path, MemoryStore(now=clock.now), clock, seed, 12), seed, 0.02)


@pytest.mark.anyio
async def test_whatever_is_replayed_nothing_happens_twice_on_postgresql(tmp_path, fresh_database: str):
    store = await PostgresStore.open(fresh_database)
    try:
        await adds_nothing(Replayed(tmp_path, store, VirtualClock(START), 3, 5), 3, 0.01)
    finally:
        await store.close()
