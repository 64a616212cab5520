"""While somebody holds a snapshot open nothing old can be cleared; what is looked up must not read it all the same."""

import asyncio
import json
from datetime import datetime, timedelta, timezone
from typing import Any

import asyncpg
import pytest

from tradelane.store.migrate import SCHEMA
from tradelane.store.port import ViewRow
from tradelane.store.postgres import PostgresStore
from tradelane.store.view_tables import _BY_KEY

pytestmark = pytest.mark.anyio

CHANGES = 400
PAGES_MAX = 24
NOW = datetime(2026, 11, 2, 8, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    "sql",
    [
        pytest.param(_BY_KEY.replace("$1", "'orders'").replace("$2", "array['hot']"), id="read"),
        pytest.param("select * from newest_row('orders', 1, 'hot')", id="write"),
    ],
)
async def test_a_row_that_changes_all_the_time_is_found_at_once(database: str, sql: str) -> None:
    """The pages read to find a row stay few after hundreds of changes, for readers and for the writer."""
    store = await PostgresStore.open(database)
    holder, asker = [await asyncpg.connect(database, server_settings={"search_path": SCHEMA}) for _ in range(2)]
    try:
        await holder.execute("begin isolation level repeatable read")
        before = await holder.fetchval("select count(*) from view_row")
        for n in range(CHANGES):
            await store.write_view("orders", 1, [_row("hot", n), _row(f"calm-{n}", n)], {0: n})
        found = await store.view_row("orders", "hot")
        assert found is not None
        assert found.rank == CHANGES - 1
        assert await pages(asker, sql) <= PAGES_MAX
        assert await holder.fetchval("select count(*) from view_row") == before
    finally:
        await asyncio.gather(holder.close(), asker.close())
        await store.close()


async def pages(connection: asyncpg.Connection, sql: str) -> int:
    """Return how many pages of tables and indexes a statement reads, once its plan and the catalogue are warm."""
    for _ in range(2):
        told = await connection.fetchval(f"explain (analyze, buffers, format json) {sql}")
    plan: dict[str, Any] = json.loads(told)[0]["Plan"]
    return plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]


def _row(key: str, n: int) -> ViewRow:
    at = NOW + timedelta(seconds=n)
    return ViewRow(view="orders", key=key, state="open", partner="acme", rank=float(n), at=at, body=b"{}" * 200)
