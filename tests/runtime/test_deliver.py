"""How deliveries are started: as many at once as a partner takes, and the next one as soon as one has ended."""

import pytest
from msgspec.structs import replace
from tests.runtime.bench_house import PARTNERS, bench, json_of, order

pytestmark = pytest.mark.anyio


async def test_the_room_a_delivery_leaves_is_taken_at_once(tmp_path):
    """Once only as many as a partner takes at a time were started in each turn: a burst went out eight by eight."""
    house = await bench(tmp_path)
    at_once = house.app.registry.partners["acme"].send.concurrency_max
    burst = 3 * at_once + 1
    for number in range(burst):
        await house.send("erp", json_of(order(f"B{number}")))
    await house.worker.lanes[0].turn()
    assert house.worker.deliverer.waiting() == {"acme": burst}
    assert house.worker.deliverer.start() == at_once
    await house.worker.deliverer.drain()
    assert len({delivery.id for delivery in house.channels["acme"].taken}) == burst


async def test_what_waited_to_be_fetched_goes_out_when_its_partner_has_a_channel(tmp_path):
    """It once stopped every start, as the end of time came back from PostgreSQL without a zone."""
    fetches = replace(PARTNERS["acme"], send=replace(PARTNERS["acme"].send, channel="mailbox"))
    house = await bench(tmp_path, partners={**PARTNERS, "acme": fetches})
    await house.send("erp", json_of(order("M1")))
    await house.work()
    assert house.worker.deliverer.waiting() == {}
    house.app.house.registry = replace(house.app.registry, partners=PARTNERS)
    house.clock.advance_to(house.clock.now().replace(hour=9))
    await house.hire("w2")
    await house.work()
    assert [delivery.document_type for delivery in house.channels["acme"].taken] == ["purchase_order"]
