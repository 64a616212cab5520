"""The embedded PostgreSQL: made when missing, found again, back after kill -9, taken over from a dead parent."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import asyncpg
import pytest

from tradelane.store import migrate
from tradelane.store.binaries import EmbeddedRefused, find_binaries, reachable, readable_binaries
from tradelane.store.embedded import Embedded, until
from tradelane.store.port import StoreUnavailable
from tradelane.store.postgres import PostgresStore
from tradelane.store.postmaster import find_postmaster, is_running
from tradelane.testing.contracts.leader import arrival

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def laid():
    """A directory that was started once: copying it is cheaper than making it anew for every test."""
    made = Path(tempfile.mkdtemp(prefix="tradelane-laid-"))
    embedded = Embedded(made)
    asyncio.run(embedded.start())
    asyncio.run(embedded.stop())
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture
async def folder(laid):
    made = Path(tempfile.mkdtemp(prefix="tradelane-embedded-"))
    subprocess.run(["cp", "-a", f"{laid}/.", made], check=True)  # noqa: ASYNC221
    yield made
    left = find_postmaster(made / "data")
    if left is not None:
        os.kill(left.pid, signal.SIGQUIT)
        await until(lambda: not is_running(left.pid), 10)
    shutil.rmtree(made, ignore_errors=True)


async def test_an_empty_directory_becomes_a_server(laid):
    """Made by the fixture: private, and with nothing half-made left."""
    assert sorted(found.name for found in laid.iterdir()) == ["data", "owner", "password", "port", "postgres.log"]
    assert (laid / "password").stat().st_mode & 0o077 == 0


async def test_a_second_start_finds_what_the_first_wrote(folder):
    first = Embedded(folder)
    await _write(await first.start(), "kept")
    await first.stop()
    assert find_postmaster(first.cluster) is None
    second = Embedded(folder)
    assert await _read(await second.start()) == ["kept"]
    await second.stop()


async def test_kill_9_of_the_server_loses_nothing_that_was_committed(folder):
    """Here our dead child stays a zombie until reaped, as it does for ever in a container without an init."""
    first = Embedded(folder)
    dsn = await first.start()
    await _write(dsn, "before")
    os.kill(_pid(first), signal.SIGKILL)
    assert (first.cluster / "postmaster.pid").exists()
    second = Embedded(folder)
    second_dsn = await second.start()
    assert await _read(second_dsn) == ["before"]
    assert second_dsn == dsn, "the port is kept, so whoever waits for the database finds it again"
    await _write(second_dsn, "after")
    assert await _read(second_dsn) == ["before", "after"]
    await second.stop()


async def test_a_server_that_outlived_its_killed_parent_is_taken_over(folder):
    script = (
        "import asyncio, pathlib, sys\n"
        "from tradelane.store.embedded import Embedded\n"
        "embedded = Embedded(pathlib.Path(sys.argv[1]))\n"
        "print(asyncio.run(embedded.start()), flush=True)\n"
        "sys.stdin.read()\n"
    )
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2] / "src")}
    pipe = asyncio.subprocess.PIPE
    program = [sys.executable, "-c", script, str(folder)]
    parent = await asyncio.create_subprocess_exec(*program, env=env, stdin=pipe, stdout=pipe)
    assert parent.stdout is not None
    dsn = (await parent.stdout.readline()).decode().strip()
    await _write(dsn, "by the parent")
    heir = Embedded(folder)
    server = _pid(heir)
    guest = Embedded(folder)
    assert await guest.start() == dsn
    await guest.stop()
    assert is_running(server), "a guest leaves the server to its owner"
    parent.kill()
    await parent.wait()
    assert is_running(server)
    assert await heir.start() == dsn
    assert _pid(heir) == server
    assert await _read(dsn) == ["by the parent"]
    await heir.stop()
    assert not is_running(server)


async def test_a_store_whose_server_was_killed_says_so_and_comes_back(folder):
    """Nobody reopens anything: the same store goes on when the server does."""
    embedded = Embedded(folder)
    dsn = await embedded.start()
    await migrate.init(dsn, partitions=8)
    store = await PostgresStore.open(dsn)
    await store.put([arrival(1, "a")])
    os.kill(_pid(embedded), signal.SIGKILL)
    taken = ["a"]
    with pytest.raises(StoreUnavailable):
        for number in range(1_000):
            await store.put([arrival(1, f"b{number}")])
            taken.append(f"b{number}")
    woken = asyncio.Event()
    store.on_change(lambda _: woken.set())
    await embedded.start()
    await store.put([arrival(1, "c")])
    assert {*taken, "c"} <= {item.id for item in await store.inbox({1: 0}, 9_999, 1_000_000)}
    async with asyncio.timeout(10):
        await woken.wait()
    await store.close()
    await embedded.stop()


async def test_a_lock_file_that_names_a_stranger_is_stale(folder):
    """After a reboot the number in it may be anybody's."""
    first = Embedded(folder)
    await _write(await first.start(), "kept")
    await first.stop()
    stranger = await asyncio.create_subprocess_exec("sleep", "60")
    (first.cluster / "postmaster.pid").write_text(f"{stranger.pid}\n{first.cluster}\n1\n5432\n\n127.0.0.1\n\nready\n")
    assert find_postmaster(first.cluster) is None
    assert await _read(await Embedded(folder).start()) == ["kept"]
    assert stranger.returncode is None
    stranger.kill()
    await stranger.wait()


async def test_a_zombie_does_not_run():
    """It answers signals, so only the process table tells it from the living."""
    child = subprocess.Popen(["true"])  # noqa: ASYNC220
    assert await until(lambda: not is_running(child.pid), 10)
    assert child.returncode is None, "nobody reaped it"
    child.wait()
    assert not is_running(child.pid)


async def test_another_major_version_is_refused_with_a_way_out(folder):
    first = Embedded(folder)
    await first.start()
    await first.stop()
    (first.cluster / "PG_VERSION").write_text("12\n")
    with pytest.raises(EmbeddedRefused, match=r"TRADELANE_PG_BIN.*pg_upgrade"):
        await Embedded(folder).start()


async def test_a_server_that_cannot_start_says_its_last_words(folder):
    with pytest.raises(EmbeddedRefused, match="shared_buffers"):
        await Embedded(folder, settings={"shared_buffers": "nonsense"}).start()


async def test_what_counts_is_on_even_if_the_file_says_otherwise(folder):
    embedded = Embedded(folder)
    connection = await asyncpg.connect(await embedded.start())
    for name in ("fsync", "synchronous_commit", "full_page_writes"):
        assert await connection.fetchval(f"show {name}") == "on"
    assert await connection.fetchval("show wal_sync_method") == "open_datasync"
    assert await connection.fetchval("show server_encoding") == "UTF8"
    await connection.close()
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(
            f"postgresql://tradelane:guess@127.0.0.1:{find_postmaster(embedded.cluster).port}/tradelane"
        )
    await embedded.stop()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root needs another user and other places")
async def test_as_root_it_runs_as_nobody_and_leaves_closed_folders_closed(folder):
    closed = folder / "home" / "clone"
    closed.mkdir(parents=True)
    closed.parent.chmod(0o700)
    embedded = Embedded(closed)
    await _write(await embedded.start(), "kept")
    assert os.stat(f"/proc/{_pid(embedded)}").st_uid == 65534
    elsewhere = Path((closed / "LOCATION").read_text().strip())
    assert embedded.cluster.parent == elsewhere
    assert closed.parent.stat().st_mode & 0o777 == 0o700
    await embedded.stop()
    again = Embedded(closed)
    assert await _read(await again.start()) == ["kept"]
    await again.stop()
    shutil.rmtree(elsewhere)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root needs another place")
async def test_a_folder_removed_and_made_again_does_not_meet_its_old_rows(folder):
    """The place of its data followed from the folder's name once: who began anew found everything that was deleted."""
    closed = folder / "home" / "clone"
    places = []
    for _ in range(2):
        closed.mkdir(parents=True)
        closed.parent.chmod(0o700)
        embedded = Embedded(closed)
        dsn = await embedded.start()
        places.append(Path((closed / "LOCATION").read_text().strip()))
        connection = await asyncpg.connect(dsn)
        assert await connection.fetchval("select to_regclass('word')") is None
        await connection.close()
        await _write(dsn, "deleted")
        await embedded.stop()
        shutil.rmtree(closed.parent)
    assert len(set(places)) == 2
    for place in places:
        shutil.rmtree(place)


@pytest.mark.skipif(os.geteuid() != 0, reason="an ordinary user reads its own programs")
async def test_programs_nobody_can_read_are_copied_where_nobody_can(folder):
    hidden = folder / "venv"
    shutil.copytree(find_binaries().parent, hidden / "pg", symlinks=True)
    folder.chmod(0o700)
    os.chown(folder, 0, 0)
    assert not reachable(hidden / "pg" / "bin", 65534)
    copy = readable_binaries(hidden / "pg" / "bin", 65534)
    assert reachable(copy / "postgres", 65534)
    as_nobody = {"user": 65534, "group": 65534, "extra_groups": []}
    run = await asyncio.create_subprocess_exec(copy / "postgres", "--version", stdout=subprocess.PIPE, **as_nobody)
    assert b"PostgreSQL" in (await run.communicate())[0]
    assert readable_binaries(hidden / "pg" / "bin", 65534) == copy
    shutil.rmtree(copy.parent)


def test_programs_are_found_where_we_are_told(monkeypatch, tmp_path):
    for name in ("postgres", "initdb"):
        (tmp_path / name).touch()
    monkeypatch.setenv("TRADELANE_PG_BIN", str(tmp_path))
    assert find_binaries() == tmp_path


def _pid(embedded: Embedded) -> int:
    found = find_postmaster(embedded.cluster)
    assert found is not None
    return found.pid


async def _write(dsn: str, word: str) -> None:
    connection = await asyncpg.connect(dsn)
    await connection.execute("create table if not exists word (n serial, word text)")
    await connection.execute("insert into word (word) values ($1)", word)
    await connection.close()


async def _read(dsn: str) -> list[str]:
    connection = await asyncpg.connect(dsn)
    found = [row["word"] for row in await connection.fetch("select word from word order by n")]
    await connection.close()
    return found
