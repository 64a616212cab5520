"""The memory store keeps the contract."""

import pytest

from tradelane.store.port import StoreUnavailable
from tradelane.testing.contracts.leader import Leader, arrival
from tradelane.testing.contracts.store import StoreContract
from tradelane.testing.memory_store import MemoryStore


class TestMemoryStore(StoreContract):
    @pytest.fixture
    def store(self):
        return MemoryStore()


@pytest.mark.anyio
@pytest.mark.parametrize(("moment", "written"), [("before", 0), ("after", 1)])
async def test_a_fault_leaves_a_write_whole_or_undone(moment, written):
    def fault(_call, when):
        if when == moment and raining:
            raise StoreUnavailable("the cable is out")

    raining = False
    store = MemoryStore(8, fault=fault)
    leader = await Leader.of(store, 1)
    raining = True
    with pytest.raises(StoreUnavailable):
        await store.put([arrival(1, "a")])
    with pytest.raises(StoreUnavailable):
        await leader.step(inbox_to=1)
    assert len(await store.inbox({1: 0}, 10, 1000)) == written
    assert (await store.take_over(1)).inbox_to == written
