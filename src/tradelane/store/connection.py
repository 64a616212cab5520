"""Calls to the database: one round trip each, over a pool, with the world's failures told apart from our own bugs."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

import asyncpg

from tradelane.store.migrate import SCHEMA
from tradelane.store.port import Fenced, StoreUnavailable

CALL_SECONDS_MAX = 30.0
CONNECT_SECONDS_MAX = 10.0

# Statistics of young tables mislead the planner into reading them whole, and such a plan stays cached while they grow.
SETTINGS = {
    "search_path": SCHEMA,
    "application_name": "tradelane",
    "idle_in_transaction_session_timeout": "5s",
    "statement_timeout": "30s",
    "lock_timeout": "10s",
    "enable_seqscan": "off",
    "jit": "off",
}

_FENCED = "TL001"
_OUR_BUG = "TL002"
_NO_PARTITION = "no partition of relation"
_UNAVAILABLE = (
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.TransactionRollbackError,
    asyncpg.LockNotAvailableError,
    asyncpg.IdleInTransactionSessionTimeoutError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.InternalServerError,
    asyncpg.InternalClientError,
    OSError,
    TimeoutError,
)


class NoDay(Exception):
    """A row's day has no time partition yet: make it and ask again."""


@contextmanager
def answers() -> Iterator[None]:
    """Turn what the database says into the port's words; what remains is our own bug and stays as it is."""
    try:
        yield
    except asyncpg.CheckViolationError as refused:
        if _NO_PARTITION in str(refused):
            raise NoDay(str(refused)) from refused
        raise
    except _UNAVAILABLE as away:
        raise StoreUnavailable(f"{type(away).__name__}: {away}") from away
    except asyncpg.InterfaceError as away:
        # asyncpg says a wrong argument with the same family of errors as a lost connection.
        if isinstance(away, ValueError):
            raise
        raise StoreUnavailable(f"{type(away).__name__}: {away}") from away
    except asyncpg.PostgresError as said:
        code: str | None = getattr(said, "sqlstate", None)
        if code == _FENCED:
            raise Fenced([int(part) for part in str(getattr(said, "detail", "")).split(",")]) from said
        if code == _OUR_BUG:
            raise ValueError(str(said)) from said
        raise


async def open_pool(dsn: str, connections: int) -> asyncpg.Pool:
    """Open a pool; a released connection keeps its session, since no call of ours changes it."""

    async def keep(_: Any) -> None:
        """Spare the round trip asyncpg would make to clean a session we never dirty."""

    with answers():
        return await asyncpg.create_pool(
            dsn,
            min_size=0,
            max_size=connections,
            server_settings=SETTINGS,
            command_timeout=CALL_SECONDS_MAX,
            timeout=CONNECT_SECONDS_MAX,
            max_inactive_connection_lifetime=0,
            reset=keep,
        )


class Connected:
    """What every part of the store stands on: a pool, and the number of partitions."""

    def __init__(self, pool: asyncpg.Pool, partitions: int) -> None:
        self._pool = pool
        self.partitions = partitions

    async def _fetch(self, sql: str, *arguments: Any) -> list[asyncpg.Record]:
        with answers():
            async with self._pool.acquire(timeout=CONNECT_SECONDS_MAX) as connection:
                return await connection.fetch(sql, *arguments)

    async def _fetch_one(self, sql: str, *arguments: Any) -> asyncpg.Record | None:
        found = await self._fetch(sql, *arguments)
        return found[0] if found else None

    async def _write(self, sql: str, *arguments: Any, days: Sequence[date]) -> list[asyncpg.Record]:
        """Fetch; if one of *days* (or the database's own day) has no time partition yet, make it and write again."""
        try:
            return await self._fetch(sql, *arguments)
        except NoDay:
            await self.ensure_days(days)
            return await self._fetch(sql, *arguments)

    async def ensure_days(self, days: Sequence[date] = ()) -> None:
        """Make the time partitions of *days*, and those of the coming week and months. Cheap when they are there."""
        await self._fetch(
            "select ensure_days(today() - 1, today() + 7), ensure_months(today() - 31, today() + 62)",
        )
        for day in sorted({day.replace(day=1) for day in days}):
            await self._fetch("select ensure_months($1, $1)", day)
