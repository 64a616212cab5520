"""One PostgreSQL for the whole run, and a fresh store in it for whoever asks.

`TRADELANE_TEST_DATABASE_URL` names a server to use instead of the embedded one, `TRADELANE_PG_BIN` other programs.
"""

import asyncio
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest

from tradelane.runtime.logs import configure
from tradelane.store import migrate
from tradelane.store.embedded import Embedded
from tradelane.store.migrate import SCHEMA

WRITTEN = (
    *("archive", "inbox", "step", "journal", "stream", "outbound", "outcome", "pending", "timer", "reply", "identity"),
    *("receipt", "worker", "view_row", "view_place", "view_served"),
    *("person", "session", "sign_in_try", "deed", "deed_end"),
)
WIPE = "".join(f"delete from {table};" for table in WRITTEN)

configure()


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Everything of ours runs on asyncio."""
    return "asyncio"


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The address of a database on a server we may make databases on."""
    if url := os.environ.get("TRADELANE_TEST_DATABASE_URL"):
        yield url
        return
    folder = Path(tempfile.mkdtemp(prefix="tradelane-test-"))
    # What these tests write need not survive a power cut; a disk that is waited for would only make them slow.
    embedded = Embedded(folder, settings={"fsync": "off", "full_page_writes": "off"})
    yield asyncio.run(embedded.start())
    asyncio.run(embedded.stop(at_once=True))
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def new_database(server: str) -> Iterator[Callable[[], str]]:
    """Makes a fresh, empty store and returns its address, in some tens of milliseconds: it copies a template."""
    made: list[str] = []
    numbers = count(1)
    template = f"tl_{os.getpid()}_template"

    def make() -> str:
        name = f"tl_{os.getpid()}_{next(numbers)}"
        if not made:
            asyncio.run(_execute(server, f"create database {template}"))
            made.append(template)
            asyncio.run(migrate.init(_named(server, template)))
        asyncio.run(_execute(server, f"create database {name} template {template}"))
        made.append(name)
        return _named(server, name)

    yield make
    for name in made if "TRADELANE_TEST_DATABASE_URL" in os.environ else ():
        asyncio.run(_execute(server, f"drop database if exists {name} with (force)"))


@pytest.fixture(scope="module")
def database(server: str, new_database: Callable[[], str]) -> Iterator[str]:
    """A store of its own for each test module."""
    dsn = new_database()
    yield dsn
    asyncio.run(_drop(server, dsn))


@pytest.fixture
def wiped_database(database: str) -> str:
    """The module's store without a row: as good as new for each test, and ten times cheaper."""
    asyncio.run(_execute(database, f"set search_path = {SCHEMA}; {WIPE}"))
    return database


@pytest.fixture
def fresh_database(server: str, new_database: Callable[[], str]) -> Iterator[str]:
    """A store of its own for a test that bends the tables themselves."""
    dsn = new_database()
    yield dsn
    asyncio.run(_drop(server, dsn))


def _named(server: str, database: str) -> str:
    return urlunsplit(urlsplit(server)._replace(path=f"/{database}"))


async def _drop(server: str, dsn: str) -> None:
    await _execute(server, f"drop database if exists {urlsplit(dsn).path[1:]} with (force)")


async def _execute(server: str, sql: str) -> None:
    connection = await asyncpg.connect(server)
    try:
        await connection.execute(sql)
    finally:
        await connection.close()
