"""Flatness: what inbound 850s to durable cost with many partners, with a long history, with a snapshot held open.

Each arm is a process of its own over a database of its own, on one server. Rounds alternate between the arms, so that a
noisy machine hurts both; the ratio of their medians counts. Suppliers are sent JSON, and take what is sent at once
unless ``--mailbox`` lets it lie.
"""

import argparse
import asyncio
import json
import shutil
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from statistics import median
from typing import Any

import asyncpg
from flatness_arm import Child, asked
from flatness_history import fill
from rich.console import Console
from rich.table import Table

from tradelane.store import migrate
from tradelane.store.embedded import Embedded

WINDOW_SECONDS = 30.0
PARTNERS = 200
STATEMENTS = """
select round(total_exec_time::numeric) as ms, calls, rows, round(mean_exec_time::numeric, 3) as mean,
       regexp_replace(query, '\\s+', ' ', 'g') as query
from pg_stat_statements where dbid = (select oid from pg_database where datname = current_database())
order by total_exec_time desc limit 14
"""


# --- the three parts


async def many_partners(server: "Server", given: argparse.Namespace) -> dict[str, Any]:
    """Compare 10 partners with many; before the rounds, as many documents are spread over all."""
    async with server.arms({"10 partners": 10, f"{given.partners:,} partners": given.partners}) as arms:
        seeded = [await arm.ask("seed", given.seed) for arm in arms.values()]
        found = await rounds(server, arms, given)
        streams = [
            await asked(arm.dsn, "select count(*) from stream where id like 'exchange/%'") for arm in arms.values()
        ]
        return found | {"seed_seconds": [each["seconds"] for each in seeded], "exchange_streams": streams}


async def long_history(server: "Server", given: argparse.Namespace) -> dict[str, Any]:
    """Compare a short journal with a long one, over as many months both."""
    few, many = f"{given.few:,} rows", f"{given.rows:,} rows"
    filled: dict[str, float] = {}

    async def prepare(name: str, dsn: str) -> None:
        filled[name] = await fill(dsn, given.few if name == few else given.rows)

    async with server.arms({few: PARTNERS, many: PARTNERS}, prepare) as arms:
        found = await rounds(server, arms, given)
        rows = [await asked(arm.dsn, "select count(*) from journal") for arm in arms.values()]
        return found | {"fill_seconds": filled, "journal_rows_after": rows}


async def held_snapshot(server: "Server", given: argparse.Namespace) -> dict[str, Any]:
    """Compare the last window with the first while a snapshot is held open, and the same without one."""
    windows = max(2, round(given.hold / given.window))
    found: dict[str, Any] = {}
    for name in ("control", "held"):
        async with server.arms({name: PARTNERS}) as arms, AsyncExitStack() as stack:
            arm = arms[name]
            if name == "held":
                await stack.enter_async_context(snapshot(arm.dsn))
            figures = await arm.ask("hot", windows, given.window)
            found[name] = columns(figures) | await server.statements(arm.dsn)
            for word in ("docs_per_s", "cost_ms_per_item"):
                found[name][f"last_to_first_{word}"] = found[name][word][-1] / found[name][word][0]
    held, control = found["held"], found["control"]
    return found | {
        "ratio": held["last_to_first_docs_per_s"] / control["last_to_first_docs_per_s"],
        "cost_ratio": held["last_to_first_cost_ms_per_item"] / control["last_to_first_cost_ms_per_item"],
        "hold_seconds": windows * given.window,
    }


PARTS = {"partners": many_partners, "history": long_history, "snapshot": held_snapshot}


async def rounds(server: "Server", arms: dict[str, Child], given: argparse.Namespace) -> dict[str, Any]:
    """Feed the arms in turn, A B, B A, ...; return what they did, and the ratios of B to A.

    ``ratio`` compares the medians of documents per second, ``cost_ratio`` those of CPU (ours and the server's) per
    document, which a busy machine disturbs less.
    """
    figures: dict[str, list[dict[str, float]]] = {name: [] for name in arms}
    for arm in arms.values():
        await arm.ask("feed", given.seconds)
    for number in range(given.rounds):
        for name in list(arms)[:: 1 if number % 2 == 0 else -1]:
            figures[name].append(await arms[name].ask("feed", given.seconds))
    found = {name: columns(each) | await server.statements(arms[name].dsn) for name, each in figures.items()}
    few, many = (found[name] for name in arms)
    pairs = [b / a for a, b in zip(few["docs_per_s"], many["docs_per_s"], strict=True)]
    return found | {
        "ratio": median(many["docs_per_s"]) / median(few["docs_per_s"]),
        "ratio_of_pairs": median(pairs),
        "cost_ratio": median(many["cost_ms_per_item"]) / median(few["cost_ms_per_item"]),
    }


def columns(figures: list[dict[str, float]]) -> dict[str, list[float]]:
    """Turn windows or rounds into a list for each figure; the cost of a document is ours and the server's."""
    found = {word: [each[word] for each in figures] for word in figures[0]}
    both = zip(found["cpu_ms_per_item"], found["server_cpu_ms_per_item"], strict=True)
    return found | {"cost_ms_per_item": [ours + theirs for ours, theirs in both]}


@asynccontextmanager
async def snapshot(dsn: str) -> AsyncIterator[None]:
    """Hold a snapshot open, idle; the server's limits on idle transactions do not end this one."""
    connection = await asyncpg.connect(dsn, server_settings={"idle_in_transaction_session_timeout": "0"})
    try:
        await connection.execute("begin isolation level repeatable read")
        await connection.fetchval("select count(*) from gate")
        yield
        await connection.fetchval("select 1")  # It held until now, or the figures mean nothing.
        await connection.execute("rollback")
    finally:
        await connection.close()


# --- the server, and what is printed


class Server:
    """A PostgreSQL of our own; every arm gets a database in it."""

    def __init__(self, database: Embedded, dsn: str, watched: bool, mailbox: bool) -> None:
        self.dsn, self._database, self._watched, self._mailbox = dsn, database, watched, mailbox
        self._made = 0

    @classmethod
    @asynccontextmanager
    async def started(cls, watched: bool, mailbox: bool) -> AsyncIterator["Server"]:
        """Start it in a folder that is thrown away; ``watched`` counts what every statement costs."""
        libraries = {"shared_preload_libraries": "pg_stat_statements", "pg_stat_statements.track": "all"}
        with tempfile.TemporaryDirectory(prefix="tradelane-bench-", ignore_cleanup_errors=True) as root:
            database = Embedded(Path(root) / "postgres", settings=libraries if watched else {})
            try:
                yield cls(database, await database.start(), watched, mailbox)
            finally:
                await database.stop(at_once=True)
                shutil.rmtree(database.cluster.parent, ignore_errors=True)

    @asynccontextmanager
    async def arms(
        self, partners: dict[str, int], prepare: Callable[[str, str], Awaitable[None]] | None = None
    ) -> AsyncIterator[dict[str, Child]]:
        """Make a database for each arm, prepare it, and start the arms."""
        dsns = {name: await self._make() for name in partners}
        for name, dsn in dsns.items():
            if prepare is not None:
                await prepare(name, dsn)
        arms = {name: Child(name, dsn, partners[name], self._mailbox) for name, dsn in dsns.items()}
        try:
            yield arms
        finally:
            for arm in arms.values():
                await arm.stop()

    async def statements(self, dsn: str) -> dict[str, Any]:
        """Return the dearest statements of a database, where they are counted."""
        if not self._watched:
            return {}
        connection = await asyncpg.connect(dsn)
        try:
            return {"statements": [" ".join(map(str, row)) for row in await connection.fetch(STATEMENTS)]}
        finally:
            await connection.close()

    async def _make(self) -> str:
        self._made += 1
        name = f"arm{self._made}"
        connection = await asyncpg.connect(self.dsn)
        try:
            await connection.execute(f"create database {name}")
        finally:
            await connection.close()
        dsn = f"{self.dsn.rsplit('/', 1)[0]}/{name}"
        await migrate.init(dsn)
        if self._watched:
            connection = await asyncpg.connect(dsn)
            await connection.execute("create extension pg_stat_statements")
            await connection.close()
        return dsn


def run(seconds: float) -> dict[str, Any]:
    """Run all three parts in full; *seconds* is the length of a round."""
    return {part: measure(_parser().parse_args(["--part", part, "--seconds", str(seconds)])) for part in PARTS}


def measure(given: argparse.Namespace) -> dict[str, Any]:
    """Run one part."""

    async def one() -> dict[str, Any]:
        async with Server.started(given.statements, given.mailbox) as server:
            return await PARTS[given.part](server, given)

    return asyncio.run(one())


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--part", choices=PARTS, required=True)
    parser.add_argument("--seconds", type=float, default=12.0, help="length of a round")
    parser.add_argument("--rounds", type=int, default=5, help="of each arm")
    parser.add_argument("--partners", type=int, default=10_000, help="the many")
    parser.add_argument(
        "--seed", type=int, default=10_000, help="documents before the rounds, spread over all partners"
    )
    parser.add_argument("--few", type=int, default=10_000, help="journal rows of the short history")
    parser.add_argument("--rows", type=int, default=10_000_000, help="journal rows of the long history")
    parser.add_argument("--hold", type=float, default=600.0, help="seconds to hold the snapshot")
    parser.add_argument("--window", type=float, default=WINDOW_SECONDS, help="seconds of one figure under a snapshot")
    parser.add_argument("--mailbox", action="store_true", help="let everything we send lie with us")
    parser.add_argument("--statements", action="store_true", help="count what each SQL statement costs")
    return parser


def table(found: dict[str, Any]) -> Table:
    """Return the figures as people read them: lists as rows of numbers, statements left to the JSON."""
    shown = Table("What", "Figure", "", title="Flatness", title_justify="left")
    for name, figure in found.items():
        rows = figure.items() if isinstance(figure, dict) else [("", figure)]
        for word, value in rows:
            if word != "statements":
                shown.add_row(name, word.replace("_", " "), _figures(value))
    return shown


def _figures(value: object) -> str:
    if isinstance(value, list):
        return " ".join(_figures(each) for each in value)
    return f"{value:,.3g}" if isinstance(value, float) and value < 100 else f"{value:,.0f}"


def main() -> None:
    """Measure what the command line says; print a table and JSON."""
    given = _parser().parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # The server is stopped and its folder removed all the same.
    found = measure(given)
    Console().print(table(found))
    print(json.dumps({given.part: found}, indent=2))


if __name__ == "__main__":
    main()
