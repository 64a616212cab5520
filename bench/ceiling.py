"""The calibrators: what this machine and this database can do at all, measured in the same run as what is compared
with it.
"""

import asyncio
import time

import asyncpg

CONNECTIONS = 16


async def commits_per_second(dsn: str, seconds: float) -> float:
    """Return single-row insert commits per second from sixteen connections: the ceiling of anything that commits row
    by row.
    """
    pool = await asyncpg.create_pool(dsn, min_size=CONNECTIONS, max_size=CONNECTIONS)
    assert pool is not None
    try:
        await pool.execute(
            "create table if not exists bench_ceiling (id bigint generated always as identity primary key, body text)"
        )
        until = time.perf_counter() + seconds
        counts = await asyncio.gather(*(_commit(pool, until) for _ in range(CONNECTIONS)))
        return sum(counts) / seconds
    finally:
        await pool.execute("drop table if exists bench_ceiling")
        await pool.close()


async def _commit(pool: asyncpg.Pool, until: float) -> int:
    done = 0
    async with pool.acquire() as connection:
        statement = await connection.prepare("insert into bench_ceiling (body) values ($1)")
        while time.perf_counter() < until:
            await statement.fetchval("x" * 100)
            done += 1
    return done
