"""Lay and change the tables: numbered SQL files, each applied once, in order, unchanged since; the format level.

A release reads level N and N-1 and writes N-1 until `finalize`; a store above our level is refused.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from hashlib import sha256
from importlib import resources
from typing import Any

import asyncpg
from msgspec import Struct

from tradelane.store.port import StoreRefused

SCHEMA = "tradelane"
LEVEL = 1
PARTITIONS = 64
LOCK_TIMEOUT = "2s"

_LEDGER = """
create schema if not exists tradelane;
create table if not exists tradelane.migration (
    name text primary key, sha256 text not null, applied_at timestamptz not null default clock_timestamp()
);
"""


class Migration(Struct, frozen=True, kw_only=True):
    """One numbered file."""

    name: str
    sql: str
    sha256: str


class Status(Struct, frozen=True, kw_only=True):
    """What the store is and what waits to be applied."""

    level: int
    partitions: int
    applied: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()


async def init(dsn: str, partitions: int = PARTITIONS) -> list[str]:
    """Make *dsn* a store of so many partitions (fixed for ever), or bring one up to date. Return what was applied."""
    async with locked(dsn) as connection:
        applied = await _apply(connection)
        if await connection.fetchval("select count(*) from store_format") == 0:
            await _lay(connection, partitions)
        standing = await connection.fetchval("select partitions from store_format")
        if standing != partitions:
            raise StoreRefused(
                f"this store has {standing} partitions, not {partitions}: the number is fixed when a store is made. "
                f"Ask for {standing}, or export and replay into a new store."
            )
        return applied


async def migrate(dsn: str) -> list[str]:
    """Apply what waits; return the names of the files applied."""
    async with locked(dsn) as connection:
        await format_of(connection)
        return await _apply(connection)


async def finalize(dsn: str) -> int:
    """Raise the store's format level to this release's. There is no way back to the release before."""
    async with locked(dsn) as connection:
        _, waiting = await _ledger(connection)
        if waiting:
            raise StoreRefused(f"{waiting[0].name} waits: run `tradelane db migrate` first.")
        await connection.execute("update store_format set level = $1 where level < $1", LEVEL)
        return LEVEL


async def status(dsn: str) -> Status:
    """Say the store's level, its partitions, what is applied and what waits."""
    async with _connection(dsn) as connection:
        partitions, level = await format_of(connection)
        applied, waiting = await _ledger(connection)
        names = tuple(migration.name for migration in waiting)
        return Status(level=level, partitions=partitions, applied=tuple(sorted(applied)), waiting=names)


async def format_of(connection: Any) -> tuple[int, int]:
    """Return (partitions, level) of the store, or refuse: it is none, or it is newer than we are."""
    try:
        row = await connection.fetchrow("select partitions, level from tradelane.store_format")
    except (asyncpg.UndefinedTableError, asyncpg.InvalidSchemaNameError):
        row = None
    if row is None:
        raise StoreRefused("this database is not a store yet: run `tradelane db init`.")
    if row["level"] > LEVEL:
        raise StoreRefused(
            f"this store has format level {row['level']}, this release knows {LEVEL}: run the one that finalized it."
        )
    return row["partitions"], row["level"]


def migrations() -> list[Migration]:
    """Return the numbered files in order."""
    folder = resources.files("tradelane.store") / "migrations"
    texts = {found.name: found.read_text("utf-8") for found in folder.iterdir() if found.name.endswith(".sql")}
    return [
        Migration(name=name, sql=sql, sha256=sha256(sql.encode()).hexdigest()) for name, sql in sorted(texts.items())
    ]


@asynccontextmanager
async def _connection(dsn: str) -> AsyncIterator[asyncpg.Connection]:
    settings = {"search_path": SCHEMA, "lock_timeout": LOCK_TIMEOUT, "application_name": "tradelane migrate"}
    connection = await asyncpg.connect(dsn, server_settings=settings)
    try:
        yield connection
    finally:
        await connection.close()


@asynccontextmanager
async def locked(dsn: str) -> AsyncIterator[asyncpg.Connection]:
    """Hand out a connection on which nobody else changes what the store is."""
    async with _connection(dsn) as connection:
        try:
            await connection.execute("select pg_advisory_lock(hashtextextended('tradelane migrate', 0))")
            await connection.execute(_LEDGER)
            yield connection
        except asyncpg.LockNotAvailableError as busy:
            raise StoreRefused(
                f"a lock was not free within {LOCK_TIMEOUT} ({busy}): somebody migrates, or a long query runs."
            ) from busy


async def _ledger(connection: asyncpg.Connection) -> tuple[dict[str, str], list[Migration]]:
    rows = await connection.fetch("select name, sha256 from tradelane.migration")
    applied = {row["name"]: row["sha256"] for row in rows}
    for migration in migrations():
        if applied.get(migration.name, migration.sha256) != migration.sha256:
            raise StoreRefused(
                f"{migration.name} was changed after it was applied: put it back, and write a new migration."
            )
    return applied, [migration for migration in migrations() if migration.name not in applied]


async def _apply(connection: asyncpg.Connection) -> list[str]:
    _, waiting = await _ledger(connection)
    for migration in waiting:
        async with connection.transaction():
            await connection.execute(migration.sql)
            await connection.execute("insert into migration values ($1, $2)", migration.name, migration.sha256)
    return [migration.name for migration in waiting]


async def _lay(connection: asyncpg.Connection, partitions: int) -> None:
    async with connection.transaction():
        await connection.execute("insert into store_format (partitions, level) values ($1, $2)", partitions, LEVEL)
        await connection.execute("insert into gate select generate_series(0, $1 - 1)", partitions)
        await connection.execute(
            "select ensure_days(today() - 1, today() + 7), ensure_months(today() - 31, today() + 62)"
        )
