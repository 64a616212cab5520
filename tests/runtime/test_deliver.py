"""How deliveries are started: as many at once as a partner takes, and the next one as soon as one has ended."""

import pytest
from tests.runtime.bench_house import bench, json_of, order

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
