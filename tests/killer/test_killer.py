"""Kill everything, at random and at every named point, while orders come in: nothing acknowledged is lost, nothing is
done twice.

The ledger is the senders' own, written and flushed apart from the system. A control arm that says yes before the
commit must be caught, or this test would be blind.
"""

import asyncio
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest
from tests.killer.rig import Rig, order
from tests.killer.test_pieces import PIECE_POINTS

from tradelane.model import registry
from tradelane.model.purchase_order import OrderReleased
from tradelane.runtime.crash import POINTS
from tradelane.store.postgres import PostgresStore
from tradelane.testing.facts import read_journal

WORK_POINTS = ("before_step", "after_step_before_delivery", "after_delivery_before_result", "after_takeover")
DOOR_POINTS = ("before_archive", "after_archive_before_answer")
QUIET_SECONDS = 60


async def rampage(rig: Rig, orders: int, rounds: int) -> None:
    """Send while killing: each round one part dies, at random or at a named point."""
    sending = asyncio.create_task(rig.send(orders))
    victims = ["work-a", "serve", "work-b", "postgres"]
    for turn in range(rounds):
        await progress(rig, sending, (turn + 1) * orders // (rounds + 1))
        what = victims[turn % len(victims)]
        points = DOOR_POINTS if what == "serve" else WORK_POINTS
        crash = f"{rig.random.choice(points)}:{rig.random.randint(1, 5)}" if what != "postgres" else ""
        await rig.kill(what, crash)
        await rig.revive()
    while not sending.done():
        await rig.revive()
        await asyncio.sleep(0.1)
    await sending


async def progress(rig: Rig, sending: asyncio.Task, acknowledged: int) -> None:
    """Wait until so many orders have been acknowledged; raise what the senders raise."""
    while len(rig.ledger.acknowledged) < acknowledged and not sending.done():
        await rig.revive()
        await asyncio.sleep(0.02)
    if sending.done():
        sending.result()


async def settled(rig: Rig, seconds: float) -> None:
    """Wait until the partner has every acknowledged order, however the system does it."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + seconds
    while loop.time() < deadline:
        got = {key.split(" ")[0] for key in rig.ledger.received}
        if set(rig.ledger.acknowledged) <= got:
            return
        await rig.revive()
        await asyncio.sleep(0.1)


async def verdict(rig: Rig) -> list[str]:
    """Compare the senders' ledger and the partner's with what the store holds."""
    store = await PostgresStore.open(rig.dsn)
    try:
        journal = await read_journal(store)
        broken = []
        for number, (id, digest) in rig.ledger.acknowledged.items():
            kept = await store.archive(id)
            if kept is None or sha256(kept.body).hexdigest() != digest or kept.body.find(number.encode()) < 0:
                broken.append(f"{number}: acknowledged, but its bytes are not in the archive")
            released = [e for _, e in journal.get(f"purchase_order/{number}", []) if isinstance(e, OrderReleased)]
            if len(released) != 1:
                broken.append(f"{number}: acknowledged, and released {len(released)} times")
            ids = {key.split(" ")[1] for key in rig.ledger.received if key.split(" ")[0] == number}
            if len(ids) != 1:
                broken.append(f"{number}: the supplier got {len(ids)} different deliveries of it")
        broken += [
            f"delivery {key}: {len(c)} contents under one id" for key, c in rig.ledger.contents.items() if len(c) > 1
        ]
        return broken
    finally:
        await store.close()


async def run(
    root: Path, seed: int, orders: int, rounds: int, module: str = "tradelane", seconds: float = QUIET_SECONDS
) -> tuple[Rig, list[str]]:
    rig = Rig(root, seed, module)
    await rig.open()
    try:
        await rampage(rig, orders, rounds)
        await settled(rig, seconds)
        return rig, await verdict(rig)
    finally:
        await rig.close()


@pytest.mark.anyio
@pytest.mark.timeout(240)
async def test_nothing_acknowledged_is_lost_and_nothing_is_done_twice(tmp_path):
    rig, broken = await run(tmp_path, seed=1, orders=160, rounds=6)
    assert broken == []
    assert len(rig.ledger.acknowledged) == 160
    assert sum(rig.kills.values()) >= 6


@pytest.mark.anyio
@pytest.mark.timeout(240)
async def test_a_door_that_says_yes_before_the_commit_is_caught(tmp_path):
    _, broken = await run(tmp_path, seed=2, orders=120, rounds=4, module="tests.killer.hasty", seconds=12)
    assert any("acknowledged" in each for each in broken), "the killer is blind: it did not notice a loss"


@pytest.mark.long
@pytest.mark.anyio
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("seed", range(10, 14))
async def test_a_long_rampage_breaks_nothing(tmp_path, seed):
    rig, broken = await run(tmp_path, seed=seed, orders=1500, rounds=40)
    assert broken == []
    assert sum(rig.kills.values()) >= 40


def test_every_crash_point_of_this_flow_is_used():
    others = {*PIECE_POINTS, *(point for point in POINTS if point.startswith("restored_"))}
    assert set(WORK_POINTS + DOOR_POINTS) | others == set(POINTS)


def test_the_rig_sends_what_we_take():
    assert registry.read_document(order("K-1")).number == "K-1"
    assert msgspec.json.decode(order("K-1"))["document"] == "purchase_order"
