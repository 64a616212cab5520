"""A worker process that ignores leases: it leads the partitions it is told to, over and over, until all is done.

Run by the split-brain tests as a program. Each item's effect is one item put to another partition, under an id that
names the leader and its attempt: so an item served twice shows as two effects, and no unique key hides it.
"""

import asyncio
import os
import sys
from random import Random

from tradelane.store.port import Fenced, Item, Step
from tradelane.store.postgres import PostgresStore
from tradelane.testing.contracts.leader import NOW, Leader

EFFECTS_PART = 7
BATCH = 5
IDLE_ROUNDS_MAX = 40


async def lead(store: PostgresStore, parts: list[int], name: str, steal_seconds_max: float = 0.3) -> int:
    """Work until fenced, then take what was lost over again; end when nothing has been there to do for a while.

    Whoever was fenced waits a moment of chance before it steals back, else all only steal and nobody works.
    """
    chance = Random(name)
    leaders: dict[int, Leader] = {}
    idle, steps = 0, 0
    while idle < IDLE_ROUNDS_MAX:
        steps += 1
        try:
            for part in set(parts) - leaders.keys():
                leaders[part] = await Leader.of(store, part)
            idle = 0 if await one_step(store, leaders, f"{name}-{steps}") else idle + 1
        except Fenced as fenced:
            for part in fenced.parts:
                leaders.pop(part, None)
            await asyncio.sleep(chance.random() * steal_seconds_max)
    return steps


async def one_step(store: PostgresStore, leaders: dict[int, Leader], mark: str) -> bool:
    """Serve some items of each partition; say whether there were any."""
    items = await store.inbox({part: one.found.inbox_to for part, one in leaders.items()}, BATCH, 1_000_000)
    if not items:
        await asyncio.sleep(0.01)
        return False
    places = {item.part: item.sequence for item in items}
    rows = tuple(leaders[part].row(inbox_to=place) for part, place in places.items())
    await store.step(Step(parts=rows, at=NOW, puts=tuple(_effect(item, mark) for item in items)))
    for row in rows:
        leaders[row.part].went(row)
    return True


def _effect(item: Item, mark: str) -> Item:
    id = f"{item.part}.{item.id}/{mark}"
    return Item(id=id, part=EFFECTS_PART, kind="command", stream=item.stream, owner="", body=b"")


async def _main(dsn: str, parts: str) -> None:
    store = await PostgresStore.open(dsn, connections=2)
    await lead(store, [int(part) for part in parts.split(",")], str(os.getpid()))
    await store.close()


if __name__ == "__main__":
    asyncio.run(_main(*sys.argv[1:]))
