"""Flatness: what inbound 850s to durable cost with many partners, with a long history, with a snapshot held open.

Each arm is a process of its own over a database of its own, on one server. Rounds alternate between the arms, so that a
noisy machine hurts both; the ratio of their medians counts. Suppliers are sent JSON, and take what is sent at once
unless ``--mailbox`` lets it lie.
"""

import argparse
import asyncio
import json
import multiprocessing
import shutil
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import datetime, timezone
from decimal import Decimal
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median
from typing import Any

import asyncpg
from documents import purchase_order_850
from inbound import released, settings
from msgspec import structs
from rich.console import Console
from rich.table import Table

from tradelane.app import compose
from tradelane.model.identity import order_stream
from tradelane.model.order_change import ChangeLine, OrderChange
from tradelane.model.purchase_order import ChangeOrder
from tradelane.model.quantity import Quantity
from tradelane.model.transmission import Delivery
from tradelane.partners.profile import Registry, SendSettings
from tradelane.protocols.port import Delivered
from tradelane.runtime.handed import command_item
from tradelane.store import migrate
from tradelane.store.embedded import Embedded
from tradelane.store.port import Arrival
from tradelane.store.postgres import PostgresStore
from tradelane.views import VIEWS

LINES = 5
SENDERS = 96
WARM_SECONDS = 2.0
SETTLE_SECONDS = 60.0
HOT_STREAMS = 20
HOT_SECONDS = 0.2
WINDOW_SECONDS = 30.0
PARTNERS = 200
MONTHS = 36
EVENTS_PER_STREAM = 10

# A past of orders with ten events each: dense sequences per partition, all under the first day of one of 36 months.
STREAMS = """
create table history as
select *, row_number() over (partition by part order by id) - 1 as place, count(*) over (partition by part) as places
from (
    select id, get_byte(sha256(convert_to(id, 'UTF8')), 7) & 63 as part
    from (select 'purchase_order/H' || lpad(n::text, 9, '0') as id from generate_series(1, $1::bigint) n) n
) s order by part, id
"""
JOURNAL = """
insert into journal (part, seq, day, stream, version, type, form, cause, config, at, body)
select s.part, s.place * $3 + v, $1::date, s.id, v, 'document.repeated', 1, md5(s.id || v), 'bench', $1::date,
       '\\x00'::bytea || convert_to(format(
           '{"type":"document.repeated","document_type":"purchase_order","number":"%s","partner":"erp",'
           '"item":"%s","first":"%s"}', s.id, md5(v || s.id)::uuid, md5(s.id)::uuid), 'UTF8')
from history s cross join generate_series(1, $3::int) v where s.place * $4 / s.places = $2 order by s.part, s.id, v
"""
HEADS = """
insert into stream (part, id, chunk, chunks, version, fold, born, day, state)
select part, id, 0, 0, 0, '', d, d, ''
from (select *, ($1::date + make_interval(months => (place * $2 / places)::int))::date as d from history) s
order by part, id
"""
IDENTITIES = """
insert into identity (part, digest, content_sha256, item, at)
select part, encode(sha256(convert_to('i' || id, 'UTF8')), 'hex'), encode(sha256(convert_to(id, 'UTF8')), 'hex'),
       md5(id)::uuid::text, now() from history
"""
STEPS = """
insert into step (part, n, epoch, inbox_to, journal_to, out_to, started, takeover, day, config, release, at)
select part, 1, 1, 0, max(places) * $2, 0, '', false, $1::date, '', '', now() from history group by part
"""
PLACES = """
insert into view_place (view, version, part, place)
select v.view, v.version, s.part, s.journal_to from step s, unnest($1::text[], $2::int[]) v(view, version)
"""
STATEMENTS = """
select round(total_exec_time::numeric) as ms, calls, rows, round(mean_exec_time::numeric, 3) as mean,
       regexp_replace(query, '\\s+', ' ', 'g') as query
from pg_stat_statements where dbid = (select oid from pg_database where datname = current_database())
order by total_exec_time desc limit 14
"""


class Takes:
    """A channel whose partner takes everything at once."""

    async def deliver(self, delivery: Delivery) -> Delivered:
        """Take it."""
        return Delivered(result="accepted")


class Arm:
    """One side of a comparison: an app with its worker over one database, fed when told to."""

    def __init__(self, store: PostgresStore, root: Path, partners: int, mailbox: bool) -> None:
        self.app = compose(store, registry(root, partners, mailbox), root)
        takes = Takes()
        self.worker = self.app.make_worker(lanes=1, channels=lambda name: None if mailbox else takes)
        self.partners, self.stamp = partners, f"{time.time_ns() % 10**10}"
        self.number = self.commands = 0

    async def feed(self, seconds: float, warm: float = WARM_SECONDS) -> dict[str, float]:
        """Feed 850s as fast as they are taken; return documents per second and their cost once warm."""
        until = time.perf_counter() + warm + seconds
        senders = [asyncio.create_task(self._send(lambda: time.perf_counter() < until)) for _ in range(SENDERS)]
        await asyncio.sleep(warm)
        found = await self.window(seconds)
        await asyncio.gather(*senders)
        await self.settle()
        return found

    async def seed(self, documents: int) -> dict[str, float]:
        """Feed so many documents and wait until all of them are done."""
        last, began = self.number + documents, time.perf_counter()
        await asyncio.gather(*(self._send(lambda: self.number < last) for _ in range(SENDERS)))
        await self.settle()
        return {"seconds": time.perf_counter() - began}

    async def settle(self) -> None:
        """Wait until nothing is left to do, so that the other arm has the machine for itself."""
        until, quiet = time.perf_counter() + SETTLE_SECONDS, 0
        while quiet < 3 and time.perf_counter() < until:
            idle = self.worker.deliverer.running == 0 and all(lane.idle for lane in self.worker.lanes)
            quiet = quiet + 1 if idle and self.app.projector.caught_up else 0
            await asyncio.sleep(0.1)

    async def window(self, seconds: float) -> dict[str, float]:
        """Watch for so long; return what was done in that time. Hot commands are not counted as documents."""
        began, cpu, done, commands = time.perf_counter(), time.process_time(), released(self.worker), self.commands
        await asyncio.sleep(seconds)
        took, handled = time.perf_counter() - began, self.commands - commands
        documents = max(1, released(self.worker) - done - handled)
        spent = 1000 * (time.process_time() - cpu) / documents
        return {"docs_per_s": documents / took, "cpu_ms_per_doc": spent, "commands_per_s": handled / took}

    async def hot(self, windows: int, seconds: float) -> AsyncIterator[dict[str, float]]:
        """Feed 850s and change the hot orders all the time; yield what each window did."""
        until = time.perf_counter() + WARM_SECONDS + windows * seconds
        senders = [asyncio.create_task(self._send(lambda: time.perf_counter() < until)) for _ in range(SENDERS)]
        heating = asyncio.create_task(self.heat())
        await asyncio.sleep(WARM_SECONDS)
        for _ in range(windows):
            yield await self.window(seconds)
        heating.cancel()
        await asyncio.gather(*senders, heating, return_exceptions=True)

    async def heat(self) -> None:
        """Change twenty orders again and again, each several times a second, until cancelled."""
        numbers = [f"HOT{self.stamp}-{n}" for n in range(HOT_STREAMS)]
        for number in numbers:
            await self._take(number, 1)
        sequence, due = 0, time.perf_counter()
        while True:
            sequence, due = sequence + 1, due + HOT_SECONDS
            items = tuple(self._change(number, sequence) for number in numbers)
            await self.app.store.put([Arrival(items=items)])
            self.commands += len(items)
            await asyncio.sleep(max(0.0, due - time.perf_counter()))

    def _change(self, number: str, sequence: int) -> Any:
        line = ChangeLine(line="1", action="change", quantity=Quantity(value=Decimal(10 + sequence % 7), unit="EA"))
        today = datetime.now(timezone.utc).date()
        change = OrderChange(order_number=number, sequence=sequence, changed_on=today, lines=(line,))
        command = ChangeOrder(change=change)
        return command_item(self.app.new_id(), order_stream(number), command, "erp", self.app.store.partitions)

    async def _send(self, more: Callable[[], bool]) -> None:
        while more():
            await self._take(f"B{self.stamp}-{self.number + 1}", self.number % self.partners + 1)
            while self.number + self.commands - released(self.worker) > 4 * SENDERS:
                await asyncio.sleep(0.002)

    async def _take(self, number: str, supplier: int) -> None:
        self.number += 1
        body = purchase_order_850(number, LINES, control=self.number)
        body = body.replace(b"N1*SU*Acme*92*V1~", b"N1*SU*Acme*92*V%d~" % supplier)
        answer = await self.app.intake.take(
            self.app.registry.partners["erp"],
            body,
            channel="memory",
            transport_id="",
            media_type="application/edi-x12",
            file_name="",
            now=datetime.now(timezone.utc),
        )
        assert answer.status == 202, answer.body


def registry(root: Path, partners: int, mailbox: bool) -> Registry:
    """Return an ERP and so many suppliers, all of whom get JSON."""
    known = settings(root, partners)
    send = SendSettings(channel="mailbox") if mailbox else SendSettings(channel="http", url="http://nobody.invalid")
    profiles = {name: structs.replace(profile, send=send) for name, profile in known.partners.items()}
    return structs.replace(known, partners=profiles)


# --- an arm in a process of its own


class Child:
    """The near end of an arm's process."""

    def __init__(self, name: str, dsn: str, partners: int, mailbox: bool) -> None:
        self._name = name
        spawn = multiprocessing.get_context("spawn")
        self.dsn, (self._near, far) = dsn, spawn.Pipe()
        self._process = spawn.Process(target=serve, args=(far, dsn, partners, mailbox), daemon=True)
        self._process.start()
        far.close()

    async def ask(self, *words: Any) -> Any:
        """Have the arm do something; return what it answers."""
        self._near.send(words)
        answer = await asyncio.to_thread(self._near.recv)
        print("...", self._name, *words, json.dumps(answer), file=sys.stderr, flush=True)
        return answer

    async def stop(self) -> None:
        """Let the arm finish and end."""
        with suppress(OSError):
            self._near.send(("stop",))
        await asyncio.to_thread(self._process.join, 30)


def serve(near: Connection, dsn: str, partners: int, mailbox: bool) -> None:
    """Run an arm until told to stop."""
    asyncio.run(_serve(near, dsn, partners, mailbox))


async def _serve(near: Connection, dsn: str, partners: int, mailbox: bool) -> None:
    store = await PostgresStore.open(dsn)
    arm = Arm(store, Path(tempfile.gettempdir()), partners, mailbox)
    working = asyncio.create_task(arm.worker.run())
    while len(arm.worker.leads) < store.partitions:
        await asyncio.sleep(0.05)
    while (words := await asyncio.to_thread(near.recv))[0] != "stop":
        match words:
            case ("feed", seconds):
                near.send(await arm.feed(seconds))
            case ("seed", documents):
                near.send(await arm.seed(documents))
            case ("hot", windows, seconds):
                near.send([figures async for figures in arm.hot(windows, seconds)])
    arm.worker.stop()
    await working
    await store.close()


# --- the three parts


async def many_partners(server: "Server", given: argparse.Namespace) -> dict[str, Any]:
    """Compare 10 partners with many; before the rounds every one of the many has had its documents."""
    async with server.arms({"10 partners": 10, f"{given.partners:,} partners": given.partners}) as arms:
        seeded = [await arm.ask("seed", given.partners) for arm in arms.values()]
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
            rates = [each["docs_per_s"] for each in figures]
            found[name] = {
                "docs_per_s": rates,
                "commands_per_s": [each["commands_per_s"] for each in figures],
                "cpu_ms_per_doc": [each["cpu_ms_per_doc"] for each in figures],
                "last_to_first": rates[-1] / rates[0],
            } | await server.statements(arm.dsn)
    ratio = found["held"]["last_to_first"] / found["control"]["last_to_first"]
    return found | {"ratio": ratio, "hold_seconds": windows * given.window}


PARTS = {"partners": many_partners, "history": long_history, "snapshot": held_snapshot}


async def rounds(server: "Server", arms: dict[str, Child], given: argparse.Namespace) -> dict[str, Any]:
    """Feed the arms in turn, A B, B A, ...; return rates, medians and the ratio of B to A."""
    rates: dict[str, list[float]] = {name: [] for name in arms}
    costs: dict[str, list[float]] = {name: [] for name in arms}
    for arm in arms.values():
        await arm.ask("feed", given.seconds)
    for number in range(given.rounds):
        for name in list(arms)[:: 1 if number % 2 == 0 else -1]:
            figures = await arms[name].ask("feed", given.seconds)
            rates[name].append(figures["docs_per_s"])
            costs[name].append(figures["cpu_ms_per_doc"])
    first, second = (median(rates[name]) for name in arms)
    pairs = [b / a for a, b in zip(*rates.values(), strict=True)]
    found = {
        name: {"docs_per_s": rates[name], "median": median(rates[name]), "cpu_ms_per_doc": median(costs[name])}
        | await server.statements(arm.dsn)
        for name, arm in arms.items()
    }
    return found | {"ratio": second / first, "ratio_of_pairs": median(pairs)}


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


async def fill(dsn: str, rows: int) -> float:
    """Write a past of about *rows* events over 36 months; return the seconds it took."""
    began = time.perf_counter()
    connection = await asyncpg.connect(dsn, server_settings={"search_path": "tradelane", "synchronous_commit": "off"})
    try:
        months = [
            row["day"]
            for row in await connection.fetch(
                "select (date_trunc('month', today()) - make_interval(months => n))::date as day "
                "from generate_series($1::int - 1, 0, -1) n",
                MONTHS,
            )
        ]
        await connection.execute("select ensure_months($1, $2)", months[0], months[-1])
        await connection.execute(STREAMS, rows // EVENTS_PER_STREAM)
        for number, day in enumerate(months):
            await connection.execute(JOURNAL, day, number, EVENTS_PER_STREAM, MONTHS)
        await connection.execute(HEADS, months[0], MONTHS)
        await connection.execute(IDENTITIES)
        await connection.execute(STEPS, months[-1], EVENTS_PER_STREAM)
        await connection.execute(PLACES, [view.NAME for view in VIEWS], [view.VERSION for view in VIEWS])
        await connection.execute("drop table history")
        await connection.execute("vacuum (freeze, analyze)")
        return time.perf_counter() - began
    finally:
        await connection.close()


async def asked(dsn: str, sql: str) -> int:
    """Return one number."""
    connection = await asyncpg.connect(dsn, server_settings={"search_path": "tradelane"})
    try:
        return await connection.fetchval(sql)
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
                shutil.rmtree(database.cluster, ignore_errors=True)

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
    found = measure(given)
    Console().print(table(found))
    print(json.dumps({given.part: found}, indent=2))


if __name__ == "__main__":
    main()
