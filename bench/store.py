"""What the store alone carries: documents archived, read and decided by two lanes, beside the commit ceiling.

A document here is 9.6 kB of bytes archived with a receipt and an inbox item; its decision writes two events, an
identity, the kept state of its stream and 3 kB outbound. Translation and decision cost nothing here: what remains is
the store.

    python -m bench.store [seconds] [dsn]
"""

import asyncio
import json
import sys
import tempfile
from collections import Counter
from hashlib import sha256
from pathlib import Path
from random import Random
from time import perf_counter, process_time
from typing import Any

import asyncpg

from tradelane.model.identity import new_id, partition
from tradelane.store import migrate
from tradelane.store.embedded import Embedded
from tradelane.store.port import Arrival, Identity, Item, KeptState, Receipt, Step
from tradelane.store.postgres import PostgresStore
from tradelane.testing.contracts.leader import NOW, Leader, archived, event, outbound

LANES = 2
ITEMS_PER_STEP = 100
ARRIVALS_PER_PUT = 50
IN_FLIGHT_MAX = 2_000
CEILING_CONNECTIONS = 16
SEGMENT = b"PO1*%04d*12*EA*9.25**VC*4711-%06d*UP*012345678905~\r\nPID*F****GARDEN HOSE %d M, GREEN, WITH FITTINGS~\r\n"


def run(seconds: float, dsn: str = "") -> dict[str, Any]:
    """Measure ceiling and store for so many seconds each, the ceiling before and after; return the figures."""
    return asyncio.run(_run(seconds, dsn))


async def _run(seconds: float, dsn: str) -> dict[str, Any]:
    if dsn:
        return await _measure(seconds, dsn)
    with tempfile.TemporaryDirectory(prefix="tradelane-bench-") as folder:
        embedded = Embedded(Path(folder))
        try:
            return await _measure(seconds, await embedded.start())
        finally:
            await embedded.stop(at_once=True)


async def _measure(seconds: float, dsn: str) -> dict[str, Any]:
    await migrate.init(dsn)
    before = await _ceiling(dsn, seconds / 2)
    carried = await _carried(dsn, seconds)
    after = await _ceiling(dsn, seconds / 2)
    ceiling = (before + after) / 2
    share = carried["documents_per_second"] / ceiling
    return {**carried, "commit_ceiling_per_second": round(ceiling), "share_of_ceiling": round(share, 3)}


async def _ceiling(dsn: str, seconds: float) -> float:
    """Return how many single-row commits a second 16 connections reach."""
    pool = await asyncpg.create_pool(dsn, min_size=CEILING_CONNECTIONS, max_size=CEILING_CONNECTIONS)
    await pool.execute("create table if not exists ceiling (n bigserial primary key, body bytea)")
    done = 0
    end = perf_counter() + seconds

    async def commit() -> None:
        nonlocal done
        async with pool.acquire() as connection:
            while perf_counter() < end:
                await connection.execute("insert into ceiling (body) values ($1)", b"x" * 600)
                done += 1

    start = perf_counter()
    await asyncio.gather(*(commit() for _ in range(CEILING_CONNECTIONS)))
    rate = done / (perf_counter() - start)
    await pool.close()
    return rate


async def _carried(dsn: str, seconds: float) -> dict[str, Any]:
    store = await PostgresStore.open(dsn, connections=LANES + 3)
    parts = range(store.partitions)
    lanes = [_Lane(store, [await Leader.of(store, part) for part in parts if part % LANES == n]) for n in range(LANES)]
    door = _Door(store)
    start, cpu, end = perf_counter(), process_time(), perf_counter() + seconds
    putting = [asyncio.create_task(door.work(lanes, end)) for _ in range(2)]
    await asyncio.gather(*(lane.work(end) for lane in lanes), *putting)
    elapsed = perf_counter() - start
    decided = sum(lane.decided for lane in lanes)
    steps = sum(lane.steps for lane in lanes)
    await store.close()
    return {
        "documents": decided,
        "documents_per_second": round(decided / elapsed),
        "documents_per_step": round(decided / max(steps, 1), 1),
        "commits_per_document": round((steps + door.puts) / max(decided, 1), 3),
        "client_cpu_ms_per_document": round(1000 * (process_time() - cpu) / max(decided, 1), 3),
    }


class _Door:
    """Puts documents as fast as the lanes decide them."""

    def __init__(self, store: PostgresStore) -> None:
        self.store = store
        self.puts = 0
        self.taken = 0
        self._chance = Random()
        self._bodies = [b"".join(SEGMENT % (n, m, n % 50) for n in range(90)) for m in range(100)]

    async def work(self, lanes: list["_Lane"], end: float) -> None:
        """Put until *end*, never more than so many ahead."""
        while perf_counter() < end:
            if self.taken - sum(lane.decided for lane in lanes) > IN_FLIGHT_MAX:
                await asyncio.sleep(0.001)
                continue
            arrivals = [self._arrival() for _ in range(ARRIVALS_PER_PUT)]
            self.taken += len(arrivals)
            await self.store.put(arrivals)
            self.puts += 1

    def _arrival(self) -> Arrival:
        id = new_id(NOW, self._chance)
        stream = f"purchase_order/{id}"
        part = partition(stream, self.store.partitions)
        kept = archived(part, id, self._chance.choice(self._bodies))
        item = Item(
            id=id, part=part, kind="transmission", stream=stream, owner="acme", body=b'{"archive":"%s"}' % id.encode()
        )
        receipt = Receipt(
            part=part, digest=sha256(id.encode()).hexdigest(), content_sha256=kept.sha256, answer=b'{"id":1}'
        )
        return Arrival(items=(item,), archived=kept, receipt=receipt)


class _Lane:
    """Leads half of the partitions: reads, decides at no cost, steps."""

    def __init__(self, store: PostgresStore, leaders: list[Leader]) -> None:
        self.store = store
        self.leaders = {leader.part: leader for leader in leaders}
        self.decided = 0
        self.steps = 0

    async def work(self, end: float) -> None:
        """Step until *end*."""
        each = -(-ITEMS_PER_STEP // len(self.leaders))
        while perf_counter() < end:
            places = {part: leader.found.inbox_to for part, leader in self.leaders.items()}
            items = await self.store.inbox(places, each, 8_000_000)
            if not items:
                await asyncio.sleep(0.001)
                continue
            await self.store.bodies([(item.part, item.id) for item in items])
            await self.store.streams([item.stream for item in items])
            await self._step(items)

    async def _step(self, items: list[Item]) -> None:
        counts = Counter(item.part for item in items)
        last = {item.part: item.sequence for item in items}
        rows = [
            self.leaders[part].row(events=2 * n, inbox_to=last[part], out_to=last[part]) for part, n in counts.items()
        ]
        written = [self._decide(item, item.sequence - self.leaders[item.part].found.inbox_to) for item in items]
        step = Step(
            parts=tuple(rows),
            at=NOW,
            journal=tuple(row for events, *_ in written for row in events),
            outbound=tuple(sent for _, sent, *_ in written),
            identities=tuple(identity for *_, identity, _ in written),
            states=tuple(state for *_, state in written),
        )
        await self.store.step(step)
        for row in rows:
            self.leaders[row.part].went(row)
        self.decided += len(items)
        self.steps += 1

    def _decide(self, item: Item, nth: int) -> tuple[Any, ...]:
        first = self.leaders[item.part].found.journal_to + 2 * nth - 1
        body = b'{"type":"purchase_order.released","order":"%s","lines":[1,2,3,4,5,6,7,8,9]}' % item.id.encode()
        events = [event(item.part, first + k, item.stream, 1 + k, body=body * 8) for k in range(2)]
        digest = sha256(item.stream.encode()).hexdigest()
        identity = Identity(part=item.part, digest=digest, content_sha256=digest, at=NOW, item=item.id)
        state = KeptState(part=item.part, stream=item.stream, version=2, fold="f", state=body * 12)
        return events, outbound(item.part, item.sequence, body=body * 30), identity, state


if __name__ == "__main__":
    print(json.dumps(run(float(sys.argv[1]) if len(sys.argv) > 1 else 5.0, *sys.argv[2:3]), indent=2))
