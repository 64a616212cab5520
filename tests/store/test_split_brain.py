"""Several leaders of the same partitions at once: every item has one effect. And the test is proven able to see two."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import asyncpg
import pytest
from msgspec.structs import replace
from tests.store.leader_process import EFFECTS_PART, lead, one_step

from tradelane.store.migrate import SCHEMA
from tradelane.store.port import Fenced
from tradelane.store.postgres import PostgresStore
from tradelane.testing.contracts.leader import Leader, arrival

PARTS = [0, 1, 2, 3]
ITEMS = 1_500
ROUNDS_MAX = 8

# The tempting fence: look whether we are still the leader, then write. Between the two somebody else becomes it.
PLAIN_SELECT_FENCE = """
create or replace function fence(p_parts step_part[], p_at timestamptz, p_config text, p_release text) returns void
language plpgsql as $$
declare
    v_fenced text;
begin
    select string_agg(p.part::text, ',') into v_fenced
    from unnest(p_parts) p where (select max(s.epoch) from step s where s.part = p.part) > p.epoch;
    if v_fenced is not null then
        raise exception 'fenced' using errcode = 'TL001', detail = v_fenced;
    end if;
    perform pg_sleep({pause});
    insert into step (part, n, epoch, inbox_to, journal_to, out_to, started, takeover, day, config, release, at)
    select p.part, p.n, p.epoch, p.inbox_to, p.journal_to, p.out_to, p.started, false,
           p_at::date, p_config, p_release, p_at
    from unnest(p_parts) p order by p.part on conflict do nothing;
end $$
"""


@pytest.fixture
async def store(fresh_database):
    store = await PostgresStore.open(fresh_database, connections=8)
    yield store
    await store.close()


@pytest.mark.anyio
async def test_many_leaders_of_the_same_partitions_have_one_effect_per_item(store, fresh_database):
    await _put_items(store, 0, ITEMS)
    others = [await PostgresStore.open(fresh_database, connections=2) for _ in range(3)]
    await asyncio.gather(*(lead(one, PARTS, f"leader{n}") for n, one in enumerate([store, *others])))
    assert await _effects(store) == sorted(_expected(ITEMS))
    for other in others:
        await other.close()


@pytest.mark.anyio
async def test_a_stopped_process_that_resumes_has_no_second_effect(store, fresh_database):
    """Stopped in the middle of its work, for long enough that another finishes it: a zombie with a full memory."""
    await _put_items(store, 0, ITEMS)
    zombie, heir = await _process(fresh_database), None
    try:
        for _ in range(3):
            before = len(await _effects(store))
            await _until(lambda before=before: _grown(store, before))
            os.kill(zombie.pid, signal.SIGSTOP)
            if heir is None:
                heir = await _process(fresh_database)
            stopped_at = len(await _effects(store))
            await _until(lambda stopped_at=stopped_at: _grown(store, stopped_at))
            os.kill(zombie.pid, signal.SIGCONT)
        assert await asyncio.gather(zombie.wait(), heir.wait()) == [0, 0]
    finally:
        for process in (zombie, heir):
            if process is not None and process.returncode is None:
                process.kill()
    assert await _effects(store) == sorted(_expected(ITEMS))


@pytest.mark.anyio
async def test_a_step_caught_between_the_look_and_the_write_is_fenced(store, fresh_database):
    """The window itself: the takeover stands uncommitted while the old leader writes. It waits, and loses."""
    await store.put([arrival(0, "a")])
    with pytest.raises(Fenced):
        await _step_during_theft(store, fresh_database)
    await lead(store, [0], "heir")
    assert await _effects(store) == ["0.a"]


@pytest.mark.anyio
async def test_a_plain_select_fence_is_caught_in_the_window(store, fresh_database):
    """The control arm: the tempting fence lets both through. If it did not, the tests above would prove nothing."""
    await _execute(fresh_database, PLAIN_SELECT_FENCE.format(pause=0))
    await store.put([arrival(0, "a")])
    await _step_during_theft(store, fresh_database)
    await lead(store, [0], "heir")
    assert await _effects(store) == ["0.a", "0.a"]


@pytest.mark.anyio
async def test_a_plain_select_fence_is_caught_by_hammering(store, fresh_database):
    """The control arm of the crowd, its window held open a little: some item gets two effects before long."""
    await _execute(fresh_database, PLAIN_SELECT_FENCE.format(pause=0.01))
    others = [await PostgresStore.open(fresh_database, connections=2) for _ in range(3)]
    put = 0
    while await _effects(store) == sorted(_expected(put)):
        assert put < ROUNDS_MAX * ITEMS, (
            "the hammer never hit the window: it proves nothing about the real fence either"
        )
        await _put_items(store, put, put := put + ITEMS)
        await asyncio.gather(*(lead(one, PARTS, f"leader{n}-{put}", 0.1) for n, one in enumerate([store, *others])))
    for other in others:
        await other.close()


@pytest.mark.anyio
async def test_a_step_whose_answer_got_lost_is_not_written_twice(store):
    """Written but unheard: the leader asks again with the same number, and is fenced by its own row."""
    leader = await Leader.of(store, 5)
    unheard = replace(leader.found)
    await leader.step(inbox_to=3)
    leader.found = unheard
    with pytest.raises(Fenced):
        await leader.step(inbox_to=3)
    assert (await store.take_over(5)).inbox_to == 3


async def _step_during_theft(store: PostgresStore, dsn: str) -> None:
    """Serve what is there while somebody's takeover has begun and is not committed yet."""
    old = await Leader.of(store, 0)
    thief = await asyncpg.connect(dsn, server_settings={"search_path": SCHEMA})
    theft = thief.transaction()
    await theft.start()
    await thief.fetch("select * from take_over(0)")
    writing = asyncio.create_task(one_step(store, {0: old}, "old"))
    await asyncio.wait([writing], timeout=0.3)
    await theft.commit()
    await thief.close()
    await writing


async def _put_items(store: PostgresStore, first: int, end: int) -> None:
    for start in range(first, end, 250):
        await store.put([arrival(PARTS[n % len(PARTS)], str(n)) for n in range(start, min(start + 250, end))])


def _expected(count: int) -> list[str]:
    return [f"{PARTS[n % len(PARTS)]}.{n}" for n in range(count)]


async def _effects(store: PostgresStore) -> list[str]:
    found = await store.inbox({EFFECTS_PART: 0}, 20 * ITEMS, 100_000_000)
    return sorted(item.id.split("/")[0] for item in found)


async def _grown(store: PostgresStore, before: int) -> bool:
    now = len(await _effects(store))
    return now > before or now >= ITEMS


async def _until(holds) -> None:
    async with asyncio.timeout(20):
        while not await holds():
            await asyncio.sleep(0.01)


async def _process(dsn: str) -> asyncio.subprocess.Process:
    root = Path(__file__).parents[2]
    parts = ",".join(map(str, PARTS))
    env = {**os.environ, "PYTHONPATH": f"{root}:{root / 'src'}"}
    return await asyncio.create_subprocess_exec(sys.executable, "-m", "tests.store.leader_process", dsn, parts, env=env)


async def _execute(dsn: str, sql: str) -> None:
    connection = await asyncpg.connect(dsn, server_settings={"search_path": SCHEMA})
    await connection.execute(sql)
    await connection.close()
