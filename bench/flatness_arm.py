"""An arm of the flatness bench: a process of its own with one worker over one database, fed when told to."""

import asyncio
import json
import multiprocessing
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from datetime import datetime, timezone
from decimal import Decimal
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import asyncpg
from documents import purchase_order_850
from inbound import released, settings
from msgspec import structs

from tradelane.app import compose, settle_memory
from tradelane.model.identity import order_stream
from tradelane.model.order_change import ChangeLine, OrderChange
from tradelane.model.purchase_order import ChangeOrder
from tradelane.model.quantity import Quantity
from tradelane.model.transmission import Delivery
from tradelane.partners.profile import Registry, SendSettings
from tradelane.protocols.port import Delivered
from tradelane.runtime.handed import ask
from tradelane.store.port import Arrival, Item
from tradelane.store.postgres import PostgresStore

LINES = 5
SENDERS = 96
IN_FLIGHT_MAX = 4 * SENDERS
WARM_SECONDS = 2.0
SETTLE_SECONDS = 60.0
HOT_STREAMS = 20
HOT_SECONDS = 0.2
PROC = Path("/proc")


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
    arm.postmaster = await postmaster(dsn)
    working = asyncio.create_task(arm.worker.run())
    while len(arm.worker.leads) < store.partitions:
        await asyncio.sleep(0.05)
    settle_memory()  # As `serve` does.
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


# --- inside it


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
        self.number = self.commands = self.postmaster = 0

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
        """Watch for so long; return what was done in that time. Hot commands are items, not documents."""
        began, cpu, done, commands = time.perf_counter(), time.process_time(), released(self.worker), self.commands
        server = cpu_seconds(self.postmaster)
        await asyncio.sleep(seconds)
        took, handled = time.perf_counter() - began, self.commands - commands
        documents = max(1, released(self.worker) - done - handled)
        spent = 1000 * (time.process_time() - cpu) / (documents + handled)
        server = 1000 * (cpu_seconds(self.postmaster) - server) / (documents + handled)
        return {
            "docs_per_s": documents / took,
            "cpu_ms_per_item": spent,
            "server_cpu_ms_per_item": server,
            "commands_per_s": handled / took,
        }

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

    def _change(self, number: str, sequence: int) -> Item:
        line = ChangeLine(line="1", action="change", quantity=Quantity(value=Decimal(10 + sequence % 7), unit="EA"))
        today = datetime.now(timezone.utc).date()
        change = OrderChange(order_number=number, sequence=sequence, changed_on=today, lines=(line,))
        command = ChangeOrder(change=change)
        return ask(self.app.new_id(), order_stream(number), command, "erp", self.app.store.partitions).written()

    async def _send(self, more: Callable[[], bool]) -> None:
        while more():
            await self._take(f"B{self.stamp}-{self.number + 1}", self.number % self.partners + 1)
            while self.number + self.commands - released(self.worker) > IN_FLIGHT_MAX:
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
    send = (
        SendSettings(channel="mailbox")
        if mailbox
        else SendSettings(channel="http", url="http://nobody.invalid", concurrency_max=256)
    )
    profiles = {name: structs.replace(profile, send=send) for name, profile in known.partners.items()}
    return structs.replace(known, partners=profiles)


# --- what it asks the machine and the database


async def postmaster(dsn: str) -> int:
    """Return the process that all backends of a server are children of; where that cannot be seen, 0."""
    connection = await asyncpg.connect(dsn)
    try:
        pid = await connection.fetchval("select pg_backend_pid()")
        return int(_stat(pid)[1]) if (PROC / str(pid)).exists() else 0
    finally:
        await connection.close()


def cpu_seconds(postmaster: int) -> float:
    """Return the CPU a server has used, its gone and its living processes together; 0 where that cannot be seen."""
    if not postmaster:
        return 0.0
    ticks = 0
    for folder in PROC.glob("[0-9]*"):
        with suppress(OSError):
            stat = _stat(int(folder.name))
            if int(folder.name) == postmaster or int(stat[1]) == postmaster:
                ticks += sum(map(int, stat[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")


def _stat(pid: int) -> list[str]:
    return (PROC / str(pid) / "stat").read_text().rsplit(")", 1)[1].split()


async def asked(dsn: str, sql: str) -> int:
    """Return one number."""
    connection = await asyncpg.connect(dsn, server_settings={"search_path": "tradelane"})
    try:
        return await connection.fetchval(sql)
    finally:
        await connection.close()
