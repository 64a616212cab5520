"""Migrations: each once, in order, unchanged since; a store that is newer, or none, is refused with a way out."""

import asyncio
from datetime import UTC, date, datetime, timedelta

import asyncpg
import pytest
from msgspec.structs import replace

from tradelane.store import migrate
from tradelane.store.migrate import SCHEMA, StoreRefused
from tradelane.store.port import Arrival, Reply
from tradelane.store.postgres import PostgresStore
from tradelane.testing.contracts.leader import NOW, Leader, archived, arrival, outbound, stream_in

pytestmark = pytest.mark.anyio


@pytest.fixture
async def empty(fresh_database):
    """A database that is no store."""
    await _execute(fresh_database, "drop schema tradelane cascade")
    return fresh_database


async def test_a_database_becomes_a_store_once(empty):
    with pytest.raises(StoreRefused, match="db init"):
        await PostgresStore.open(empty)
    names = [migration.name for migration in migrate.migrations()]
    assert await migrate.init(empty, partitions=8) == names
    assert await migrate.init(empty, partitions=8) == await migrate.migrate(empty) == []
    status = await migrate.status(empty)
    assert (status.partitions, status.level, list(status.applied), status.waiting) == (8, migrate.LEVEL, names, ())
    store = await PostgresStore.open(empty)
    assert store.partitions == 8
    await store.close()


async def test_two_that_make_a_store_at_once_make_one(empty):
    applied = await asyncio.gather(*(migrate.init(empty) for _ in range(3)))
    assert sorted(map(len, applied)) == [0, 0, len(migrate.migrations())]


async def test_the_number_of_partitions_is_fixed(fresh_database):
    with pytest.raises(StoreRefused, match="64 partitions"):
        await migrate.init(fresh_database, partitions=32)


async def test_a_changed_migration_is_refused(fresh_database):
    await _execute(fresh_database, "update migration set sha256 = 'other' where name like '0003%'")
    with pytest.raises(StoreRefused, match=r"0003_put.sql was changed"):
        await migrate.migrate(fresh_database)


async def test_what_waits_is_said_and_blocks_the_next_level(fresh_database):
    await _execute(fresh_database, "delete from migration where name like '0005%'")
    assert (await migrate.status(fresh_database)).waiting == ("0005_views.sql",)
    with pytest.raises(StoreRefused, match="db migrate"):
        await migrate.finalize(fresh_database)


async def test_a_store_above_our_level_is_refused(fresh_database):
    await _execute(fresh_database, "update store_format set level = level + 1")
    for attempt in (PostgresStore.open, migrate.migrate, migrate.status):
        with pytest.raises(StoreRefused, match="format level"):
            await attempt(fresh_database)


async def test_finalize_raises_the_level_and_never_lowers_it(fresh_database):
    await _execute(fresh_database, "update store_format set level = 0")
    assert await migrate.finalize(fresh_database) == migrate.LEVEL
    assert (await migrate.status(fresh_database)).level == migrate.LEVEL


async def test_a_busy_store_is_not_waited_for(empty):
    holder = await asyncpg.connect(empty)
    await holder.execute("select pg_advisory_lock(hashtextextended('tradelane migrate', 0))")
    with pytest.raises(StoreRefused, match="lock"):
        await migrate.init(empty)
    await holder.close()


async def test_passed_inbox_days_are_dropped_and_numbers_go_on(fresh_database):
    """The day with an item nobody passed stays; after a drop the next number is still the next."""
    store = await PostgresStore.open(fresh_database)
    await store.put([arrival(1, "a"), arrival(1, "b"), arrival(2, "c")])
    await _age_inbox(fresh_database, days=9)
    leader = await Leader.of(store, 1)
    await leader.step(inbox_to=2)
    assert not any("inbox" in name for name in await _dropped_with_rows(store, fresh_database))
    await (await Leader.of(store, 2)).step(inbox_to=1)
    assert len(await _dropped_with_rows(store, fresh_database)) == 1
    await store.put([arrival(1, "d"), arrival(2, "e"), arrival(3, "f")])
    found = await store.inbox({1: 2, 2: 1, 3: 0}, 10, 1000)
    assert [(one.part, one.sequence, one.id) for one in found] == [(1, 3, "d"), (2, 2, "e"), (3, 1, "f")]
    await store.close()


async def test_numbers_go_on_across_quiet_weeks(fresh_database):
    """The bounded look finds nothing, so all days are looked at; nothing was dropped, and the place lags behind."""
    store = await PostgresStore.open(fresh_database)
    await store.put([arrival(1, "a"), arrival(1, "b")])
    await _age_inbox(fresh_database, days=20)
    await store.put([arrival(1, "c"), arrival(2, "d"), arrival(1, "a")])
    found = await store.inbox({1: 0, 2: 0}, 10, 1000)
    assert [(one.part, one.sequence, one.id) for one in found] == [(1, 1, "a"), (1, 2, "b"), (1, 3, "c"), (2, 1, "d")]
    await store.close()


async def test_old_step_rows_and_replies_go_and_the_last_hundred_stay(fresh_database):
    store = await PostgresStore.open(fresh_database)
    leader = await Leader.of(store, 1)
    for number in range(120):
        await leader.step(inbox_to=number, replies=(Reply(part=1, command=str(number), body=b""),))
    await _execute(fresh_database, "update reply set at = at - interval '8 days' where command <> '119'")
    await store.prune()
    assert await _count(fresh_database, "step") == 100
    assert await _count(fresh_database, "reply") == 1
    assert (await store.take_over(1)).n == 122
    await store.close()


async def test_a_day_nobody_prepared_is_made_on_demand(fresh_database):
    """A clock in the past or future, and a store nobody renewed a lease in for weeks."""
    store = await PostgresStore.open(fresh_database)
    for days in (20, -20):
        await _execute(fresh_database, f"drop table if exists inbox_{(_today() + timedelta(days=days)):%Y%m%d}")
    await _execute(fresh_database, f'drop table "inbox_{_today():%Y%m%d}"')
    far = NOW + timedelta(days=4000)
    await store.put([Arrival(items=arrival(1, "a").items, archived=archived(1, "x", b"bytes", at=far))])
    leader = await Leader.of(store, 1)
    stream = stream_in(1, store.partitions)
    await leader.step(leader.events(stream, at=far), at=far, outbound=(outbound(1, 1, at=far),))
    assert (await store.archive("x")) == replace(archived(1, "x", b"bytes", at=far))
    assert len(await store.history(stream)) == len(await store.undelivered({1: 0})) == 1
    assert len(await store.inbox({1: 0}, 9, 9)) == 1
    await store.close()


def _today() -> date:
    return datetime.now(UTC).date()


async def _age_inbox(dsn: str, days: int) -> None:
    await _execute(dsn, f"select ensure_days(today() - {days}, today() - {days})")
    await _execute(dsn, f"update inbox set day = day - {days}")


async def _dropped_with_rows(store: PostgresStore, dsn: str) -> list[str]:
    return [name for name in await store.prune() if name == f"inbox_{(_today() - timedelta(days=9)):%Y%m%d}"]


async def _count(dsn: str, table: str) -> int:
    connection = await asyncpg.connect(dsn, server_settings={"search_path": SCHEMA})
    found = await connection.fetchval(f"select count(*) from {table}")
    await connection.close()
    return found


async def _execute(dsn: str, sql: str) -> None:
    connection = await asyncpg.connect(dsn, server_settings={"search_path": SCHEMA})
    await connection.execute(sql)
    await connection.close()
