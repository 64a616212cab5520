"""The store on PostgreSQL keeps the contract."""

import pytest

from tradelane.store.postgres import PostgresStore
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
