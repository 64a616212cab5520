"""A database that was brought back, copied or moved is known; one that was only stopped, killed or left is not."""

import asyncio
import json
import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

import asyncpg
import pytest

from tradelane.app import seen
from tradelane.store import lineage, migrate
from tradelane.store.embedded import Embedded
from tradelane.store.migrate import SCHEMA, StoreRefused
from tradelane.store.port import StoreUnavailable
from tradelane.store.postgres import PostgresStore
from tradelane.store.postmaster import find_postmaster

pytestmark = pytest.mark.anyio

QUICK = {"fsync": "off", "full_page_writes": "off"}


async def test_a_store_is_known_where_its_work_was_last_done(fresh_database):
    for _ in range(3):
        await lineage.recognise(fresh_database, None)


async def test_a_store_in_which_no_work_was_done_is_nobodys_backup(fresh_database, server):
    copy = await _copied(fresh_database, server)
    await lineage.recognise(copy, None)


async def test_a_copy_of_a_database_is_refused_until_it_is_put_in_order(fresh_database, server):
    await lineage.recognise(fresh_database, None)
    copy = await _copied(fresh_database, server)
    for _ in range(2):
        with pytest.raises(StoreRefused, match="tradelane db restored"):
            await lineage.recognise(copy, None)
    await lineage.begin(copy)
    with pytest.raises(StoreRefused, match="tradelane db restored"):
        await lineage.recognise(copy, None)
    await lineage.finish(copy, None)
    await lineage.recognise(copy, None)
    await lineage.recognise(fresh_database, None)


async def test_tables_dumped_and_loaded_again_into_the_same_database_are_refused(fresh_database):
    """The same cluster, timeline and database; only the tables are other ones of the same name."""
    await lineage.recognise(fresh_database, None)
    await _execute(
        fresh_database,
        "create table copied as select * from store_format; drop table store_format;"
        "alter table copied rename to store_format",
    )
    with pytest.raises(StoreRefused, match="brought back"):
        await lineage.recognise(fresh_database, None)


async def test_who_works_while_the_database_is_exchanged_stops_leading(fresh_database):
    store = await PostgresStore.open(fresh_database)
    await lineage.recognise(fresh_database, None)
    assert await store.renew("w", 5) == ["w"]
    await _execute(fresh_database, "update store_format set lineage = 'elsewhere'")
    with pytest.raises(StoreUnavailable, match="brought back"):
        await store.renew("w", 5)
    await store.close()


async def test_nothing_is_put_in_order_while_somebody_works(fresh_database):
    store = await PostgresStore.open(fresh_database)
    await store.renew("worker-7", 60)
    with pytest.raises(StoreRefused, match="worker-7"):
        await lineage.begin(fresh_database)
    await store.release("worker-7")
    await lineage.begin(fresh_database)
    await store.close()


async def test_an_ordinary_user_of_the_database_may_know_its_lineage(fresh_database):
    await _execute(fresh_database, "drop role if exists ordinary; create role ordinary")
    connection = await asyncpg.connect(fresh_database, server_settings={"search_path": SCHEMA})
    await connection.execute("grant usage on schema tradelane to ordinary; set role ordinary")
    assert await connection.fetchval("select lineage()")
    await connection.execute("reset role; revoke usage on schema tradelane from ordinary; drop role ordinary")
    await connection.close()


@pytest.fixture(scope="module")
def laid():
    """A database of our own in which work was begun once, stopped."""
    made = _open_folder()
    embedded = Embedded(made / "postgres", settings=QUICK)

    async def begin() -> None:
        await migrate.init(await embedded.start())
        await embedded.stop()

    asyncio.run(begin())
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture
def folder(laid):
    made = _open_folder()
    _copy(laid / "postgres", made / "postgres")
    yield made
    left = find_postmaster(made / "postgres" / "data")
    if left is not None:
        os.kill(left.pid, signal.SIGQUIT)
    shutil.rmtree(made, ignore_errors=True)


async def test_a_folder_that_is_started_and_stopped_and_killed_is_known(folder):
    for how in ("stop", "kill", "stop"):
        await _work(folder, how=how)
    await _work(folder)


async def test_a_folder_copied_back_is_refused_until_it_is_put_in_order(folder):
    await _work(folder)
    _copy(folder / "postgres", folder / "backup")
    await _work(folder)
    _copy(folder / "backup", folder / "postgres")
    for _ in range(2):
        with pytest.raises(StoreRefused, match="brought back"):
            await _work(folder)
    await _work(folder, first=_put_in_order)
    await _work(folder)


async def test_files_written_over_those_that_stand_are_refused_too(folder):
    await _work(folder)
    _copy(folder / "postgres", folder / "backup")
    await _work(folder)
    subprocess.run(["cp", "-a", f"{folder}/backup/.", f"{folder}/postgres"], check=True)  # noqa: ASYNC221
    with pytest.raises(StoreRefused, match="brought back"):
        await _work(folder)


async def test_a_folder_brought_to_a_new_machine_is_refused(folder):
    """Its note is not there; or it was brought along, and speaks of the files of another machine."""
    await _work(folder)
    note = Embedded(folder / "postgres").note
    noted = json.loads(note.read_text())
    note.write_text(json.dumps({**noted, "file": noted["file"] + 1}))
    with pytest.raises(StoreRefused, match="brought back"):
        await _work(folder)
    note.unlink()
    with pytest.raises(StoreRefused, match="brought back"):
        await _work(folder)


@pytest.mark.parametrize("dies_at", [1, 2])
async def test_who_dies_between_the_database_and_the_note_is_known_again(folder, monkeypatch, dies_at):
    await _work(folder)
    write, written = lineage.Seen.write, []

    def dying(seen, tokens):
        written.append(list(tokens))
        if len(written) == dies_at:
            raise KeyError
        write(seen, tokens)

    monkeypatch.setattr(lineage.Seen, "write", dying)
    with pytest.raises(KeyError):
        await _work(folder)
    monkeypatch.undo()
    await _work(folder)


async def test_a_deleted_folder_begins_anew(folder, laid):
    await _work(folder)
    shutil.rmtree(folder / "postgres")
    _copy(laid / "postgres", folder / "postgres")  # As good as made new: no work was done in it.
    await _work(folder)


async def test_recovery_to_a_point_in_time_is_refused(folder):
    """It goes on along another timeline of the same cluster."""
    await _work(folder)
    cluster = folder / "postgres" / "data"
    (cluster / "recovery.signal").touch()
    if os.geteuid() == 0:
        os.chown(cluster / "recovery.signal", 65534, 65534)
    with pytest.raises(StoreRefused, match="brought back"):
        await _work(folder, restore_command="false")


async def _work(folder: Path, *, how: str = "stop", first=None, **settings: str) -> None:
    """Begin work in the folder's database, and end it."""
    embedded = Embedded(folder / "postgres", settings=QUICK | settings)
    dsn = await embedded.start()
    try:
        await _promoted(dsn)
        await migrate.init(dsn)
        if first is not None:
            await first(dsn, embedded)
        await lineage.recognise(dsn, seen(embedded))
        if how == "kill":
            os.kill(find_postmaster(embedded.cluster).pid, signal.SIGKILL)
    finally:
        await embedded.stop()


async def _promoted(dsn: str) -> None:
    """Wait until a recovery has come to its end."""
    connection = await asyncpg.connect(dsn)
    async with asyncio.timeout(20):
        while await connection.fetchval("select pg_is_in_recovery()"):
            await asyncio.sleep(0.02)
    await connection.close()


async def _put_in_order(dsn: str, embedded: Embedded) -> None:
    await lineage.begin(dsn)
    await lineage.finish(dsn, seen(embedded))


def _open_folder() -> Path:
    """A folder that whoever runs the database can come to."""
    made = Path(tempfile.mkdtemp(prefix="tradelane-lineage-"))
    made.chmod(0o755)
    return made


def _copy(source: Path, target: Path) -> None:
    shutil.rmtree(target, ignore_errors=True)
    subprocess.run(["cp", "-a", source, target], check=True)


async def _copied(dsn: str, server: str) -> str:
    name = dsn.rsplit("/", 1)[1]
    connection = await asyncpg.connect(server)
    await connection.execute(f"drop database if exists {name}_copy")
    await connection.execute(f"create database {name}_copy template {name}")
    await connection.close()
    return f"{dsn}_copy"


async def _execute(dsn: str, sql: str) -> None:
    connection = await asyncpg.connect(dsn, server_settings={"search_path": SCHEMA})
    await connection.execute(sql)
    await connection.close()
