"""The store on PostgreSQL keeps the contract."""

from datetime import timedelta

import asyncpg
import pytest

from tradelane.store.port import Timer
from tradelane.store.postgres import PostgresStore
from tradelane.testing.contracts.leader import NOW, Leader, stream_in
from tradelane.testing.contracts.store import StoreContract


class TestPostgresStore(StoreContract):
    @pytest.fixture
    async def store(self, wiped_database):
        store = await PostgresStore.open(wiped_database, connections=4)
        yield store
        await store.close()

    @pytest.fixture
    async def other(self, wiped_database, store):
        other = await PostgresStore.open(wiped_database, connections=4)
        yield other
        await other.close()

    async def test_a_timer_set_to_when_it_is_due_already_is_not_written_again(self, store, wiped_database):
        """Engine rule 6: an object that changes many times a second leaves no trail of dead rows behind its timer."""
        leader = await Leader.of(store, 5)
        timer = Timer(part=5, stream=stream_in(5, store.partitions), name="answer", due=NOW)
        places = []
        for due in (NOW, NOW, NOW + timedelta(minutes=1)):
            await leader.step(timers_set=(Timer(part=5, stream=timer.stream, name="answer", due=due),))
            places.append(await _place_of(wiped_database, timer.stream))
        assert places[0] == places[1] != places[2]
        assert await store.timers([5], NOW + timedelta(days=1)) == [
            Timer(part=5, stream=timer.stream, name="answer", due=NOW + timedelta(minutes=1))
        ]


async def _place_of(dsn: str, stream: str) -> str:
    """Return where the row of a stream's only timer lies."""
    connection = await asyncpg.connect(dsn)
    try:
        return await connection.fetchval("select ctid::text from timer where stream = $1", stream)
    finally:
        await connection.close()
