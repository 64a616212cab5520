"""What is replayed waits behind live work, is taken up under the ids of then, and is never done twice."""

import asyncio
from collections import deque

import pytest
from msgspec.structs import replace
from tests.runtime.bench_house import START, Bench, bench, json_of, order, response_855

from tradelane.model import registry
from tradelane.model.identity import derived_id
from tradelane.model.purchase_order import ReleaseOrder
from tradelane.runtime import again
from tradelane.runtime.guards import dedupe
from tradelane.runtime.handed import Asked, Handed, ask_document
from tradelane.store.port import Arrival, Identity, Item


@pytest.fixture
async def house(tmp_path) -> Bench:
    return await bench(tmp_path)


def again_of(house: Bench, number: str, *, quantity: str = "10", replay: str = "r", first: str = "") -> Item:
    """Return the item by which a replay brings an order again; *first* is the item of then."""
    document = order(number, quantity=quantity)
    command = ReleaseOrder(order=document, supplier="acme", owner="erp")
    id = first or derived_id("then", number)
    asked = ask_document(
        id, f"purchase_order/{number}", command, document, json_of(document), "erp", house.store.partitions
    )
    item = replace(asked.item, id=derived_id(replay, id), owner=again.LINE, reply=True)
    return Asked(item=item, handed=replace(asked.handed, again=id), command=command).written()


async def kinds(house: Bench, number: str) -> list[str]:
    return [type(event).__name__ for event in await house.history(f"purchase_order/{number}")]


@pytest.mark.anyio
async def test_the_same_document_by_two_replays_at_once_has_one_effect_and_both_hear(house):
    items = [again_of(house, "4711", replay=name) for name in ("a", "b")]
    await house.store.put([Arrival(items=tuple(items))])
    await house.work()
    assert (await kinds(house, "4711")).count("OrderReleased") == 1
    assert "DocumentRepeated" not in await kinds(house, "4711")
    heard = [await house.store.reply(item.part, item.id) for item in items]
    assert sorted(map(len, heard)) == [2, len(max(heard, key=len))]
    assert registry.tag(type((await house.history("purchase_order/4711"))[0])).encode() in max(heard, key=len)


@pytest.mark.anyio
async def test_live_work_does_not_wait_behind_what_is_replayed(house):
    """Two hundred documents are replayed; an order that comes after them is released in the very next step."""
    await house.store.put([Arrival(items=tuple(again_of(house, f"R{place}") for place in range(200)))])
    await house.worker.lanes[0].turn()
    await house.send("erp", json_of(order("live")))
    await house.worker.lanes[0].turn()
    assert "OrderReleased" in await kinds(house, "live")
    served = [number for number in range(200) if await kinds(house, f"R{number}")]
    assert len(served) <= 2 * again.ITEMS_PER_TURN
    await house.work()
    assert all([(await kinds(house, f"R{number}")).count("OrderReleased") == 1 for number in range(200)])


@pytest.mark.anyio
async def test_what_is_replayed_goes_on_a_little_however_much_else_there_is(house):
    await house.store.put([Arrival(items=(again_of(house, "R"),))])
    await asyncio.gather(*(house.send("erp", json_of(order(f"L{place}"))) for place in range(200)))
    await house.worker.lanes[0].turn()
    assert "OrderReleased" in await kinds(house, "R")


@pytest.mark.anyio
async def test_a_worker_that_dies_between_leaves_what_is_replayed_to_the_next(house):
    await house.store.put([Arrival(items=tuple(again_of(house, f"R{place}") for place in range(60)))])
    await house.worker.lanes[0].turn()
    house.clock.advance_to(house.clock.now().replace(hour=9))
    await house.hire("w2")
    await house.work()
    assert all([(await kinds(house, f"R{number}")).count("OrderReleased") == 1 for number in range(60)])
    assert not any(row.why == "fair" for row in await house.store.pending(range(64)))


@pytest.mark.anyio
async def test_what_the_place_has_passed_is_handled_once(house):
    """It was handled from its row and once more from the line it waited in."""
    lane = house.worker.lanes[0]
    number = next(f"N{n}" for n in range(999) if again_of(house, f"N{n}").part == again_of(house, "R").part)
    await house.store.put([Arrival(items=(again_of(house, "R"),))])
    await lane._read()
    waiting = lane.ready.pop(again.LINE)
    await house.send("erp", json_of(order(number)))
    await house.store.put([Arrival(items=(replace(again_of(house, number), owner="erp"),))])
    await lane.turn()
    assert [row.why for row in lane.parts[waiting[0].item.part].pending.values() if row.id == waiting[0].item.id] == [
        "fair"
    ]
    lane.ready[again.LINE] = deque(waiting)
    await house.work()
    assert (await kinds(house, "R")).count("OrderReleased") == 1
    assert not any(row.why == "fair" for row in await house.store.pending(range(64)))


@pytest.mark.anyio
async def test_other_content_than_stands_is_a_conflict_once(house):
    await house.store.put([Arrival(items=(again_of(house, "4711"),))])
    await house.work()
    for replay in ("b", "c", "d"):
        item = again_of(house, "4711", quantity="99", replay=replay)
        await house.store.put([Arrival(items=(item,))])
        await house.work()
    assert (await kinds(house, "4711")).count("DocumentConflicted") == 1
    assert (await kinds(house, "4711")).count("OrderReleased") == 1


@pytest.mark.anyio
async def test_a_document_that_is_on_its_way_is_left_alone(house):
    await house.send("acme", response_855("4711"))
    await house.work()
    [row] = [row for row in await house.store.pending(range(64)) if row.why == "deferred"]
    handed = replace(registry_handed(row.body), again=row.id)
    item = Item(
        id=derived_id("r", row.id),
        part=row.part,
        kind="command",
        stream=row.stream,
        owner=again.LINE,
        body=registry.encode(handed),
        reply=True,
    )
    before = await kinds(house, "4711")
    await house.store.put([Arrival(items=(item,))])
    await house.work()
    assert await kinds(house, "4711") == before
    [after] = [row for row in await house.store.pending(range(64)) if row.why == "deferred"]
    assert (after.id, after.until) == (row.id, row.until)
    await house.send("erp", json_of(order("4711")))
    await house.work()
    assert (await kinds(house, "4711")).count("OrderResponded") == 1


def registry_handed(body: bytes) -> Handed:
    return again.handed(Item(id="", part=0, kind="command", stream="", owner="", body=body))


@pytest.mark.parametrize(
    ("by", "content", "replayed", "verdict"),
    [
        ("first", "same", "", "done"),
        ("other", "same", "", "repeated"),
        ("other", "same", "first", "done"),
        ("first", "else", "", "conflicted"),
        ("first", "else", "first", "conflicted"),
        ("other", "else", "", "conflicted"),
    ],
)
def test_what_stands_is_judged_by_who_brings_it_and_what_it_says(by, content, replayed, verdict):
    item = Item(id=by, part=0, kind="command", stream="x", owner="x", body=b"")
    brought = Handed(command=b"", identity="i", content=content, again=replayed)  # pyright: ignore[reportArgumentType]
    known = Identity(part=0, digest="i", content_sha256="same", at=START, item="first")
    assert dedupe.judge(item, brought, {"i": known}) == (verdict, "first")
    assert dedupe.judge(item, brought, {})[0] == "first"
    marked = {"i": known, dedupe.conflict(brought): known}
    assert dedupe.judge(item, brought, marked)[0] == ("done" if replayed else verdict)
