"""The killer's rig: a database, doors and workers as processes, senders with a ledger of their own, a partner that
counts.
"""

import asyncio
import os
import signal
import sys
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timezone
from hashlib import sha256
from pathlib import Path
from random import Random

import aiohttp
import msgspec
from aiohttp import web

from tradelane.partners.keys import hashed, new_key
from tradelane.store import migrate
from tradelane.store.embedded import Embedded

SENDERS = 4


@dataclass
class Ledger:
    """What the senders were promised and what the partner got; kept apart from everything under test, each line
    flushed to disk.
    """

    path: Path
    acknowledged: dict[str, tuple[str, str]] = field(default_factory=dict)
    received: Counter[str] = field(default_factory=Counter)
    contents: dict[str, set[str]] = field(default_factory=dict)

    def acknowledge(self, order: str, id: str, digest: str) -> None:
        self.acknowledged[order] = (id, digest)
        with self.path.open("a") as file:
            file.write(f"{order} {id} {digest}\n")
            file.flush()
            os.fsync(file.fileno())


@dataclass
class Rig:
    """Everything one run of the killer needs."""

    root: Path
    seed: int
    module: str = "tradelane"
    database: Embedded | None = None
    dsn: str = ""
    port: int = 0
    processes: dict[str, asyncio.subprocess.Process] = field(default_factory=dict)
    kills: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.random = Random(self.seed)
        self.ledger = Ledger(self.root / "ledger")
        self.keys = {"erp": new_key(self.random.randbytes)}

    # --- setting up -------------------------------------------------------------------------------------------------
    async def open(self) -> None:
        self.sink = web.Application(client_max_size=2**24)
        self.sink.router.add_post("/take", self._take)
        self.runner = web.AppRunner(self.sink, access_log=None)
        await self.runner.setup()
        site = web.TCPSite(self.runner, "127.0.0.1", 0)
        await site.start()
        self._write_settings(self.runner.addresses[0][1])
        self.database = Embedded(self.root / "data" / "postgres")
        self.dsn = await self.database.start()
        await migrate.init(self.dsn)
        self.port = _free_port()
        for name in ("serve", "work-a", "work-b"):
            await self.spawn(name)

    def _write_settings(self, sink_port: int) -> None:
        (self.root / "tradelane.toml").write_text(
            'egress_allow = ["127.0.0.0/8"]\n[company]\nname = "Distributor"\n[company.x12]\nid = "US"\n'
        )
        for name, text in {
            "erp": f'role = "erp"\n[access]\nkey_sha256 = ["{hashed(self.keys["erp"])}"]\n',
            "acme": 'role = "supplier"\nparties = ["buyer_assigned:V1"]\n[x12]\nqualifier = "ZZ"\nid = "ACME"\n'
            f'[send]\nchannel = "http"\nsyntax = "x12"\nurl = "http://127.0.0.1:{sink_port}/take"\n',
        }.items():
            folder = self.root / "partners" / name
            folder.mkdir(parents=True)
            (folder / "profile.toml").write_text(f'name = "{name}"\n{text}')

    async def _take(self, request: web.Request) -> web.Response:
        body, key = await request.read(), request.headers["Idempotency-Key"]
        self.ledger.contents.setdefault(key, set()).add(sha256(body).hexdigest())
        for segment in body.decode("latin-1").split("~"):
            if segment.startswith("BEG*") and len(self.ledger.contents[key]) == 1:
                self.ledger.received.setdefault(segment.split("*")[3] + " " + key, 0)
                self.ledger.received[segment.split("*")[3] + " " + key] += 1
        return web.json_response({}, status=202)

    async def spawn(self, name: str, crash: str = "") -> None:
        """Start one process of the system; *crash*: the point at which it is to die, and at which pass."""
        command = ["serve", "--port", str(self.port)] if name == "serve" else ["work"]
        environment = os.environ | {"TRADELANE_DATABASE_URL": self.dsn, "TRADELANE_CRASH": crash}
        log = (self.root / f"{name}.log").open("ab")
        self.processes[name] = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            self.module,
            *command,
            "--home",
            str(self.root),
            env=environment,
            stdout=log,
            stderr=log,
        )

    # --- sending ----------------------------------------------------------------------------------------------------
    async def send(self, orders: int) -> None:
        """Several senders post orders, each again under the same key until it hears yes."""
        numbers = asyncio.Queue()
        for number in range(orders):
            numbers.put_nowait(f"K{self.seed}-{number:05d}")
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)) as session:
            await asyncio.gather(*(self._sender(session, numbers) for _ in range(SENDERS)))

    async def _sender(self, session: aiohttp.ClientSession, numbers: asyncio.Queue[str]) -> None:
        while not numbers.empty():
            number = numbers.get_nowait()
            body = order(number)
            while not await self._post(session, number, body):
                await asyncio.sleep(0.05)

    async def _post(self, session: aiohttp.ClientSession, number: str, body: bytes) -> bool:
        headers = {
            "Authorization": f"Bearer {self.keys['erp']}",
            "Idempotency-Key": number,
            "Content-Type": "application/json",
        }
        try:
            url = f"http://127.0.0.1:{self.port}/partner/v1/transmissions"
            async with session.post(url, data=body, headers=headers) as response:
                said = await response.read()
                if response.status == 202:
                    answer = msgspec.json.decode(said)
                    self.ledger.acknowledge(number, answer["id"], answer["sha256"])
                    return True
                assert response.status in (429, 500, 503), (response.status, said)
        except (aiohttp.ClientError, TimeoutError, OSError):
            pass
        return False

    # --- killing ----------------------------------------------------------------------------------------------------
    async def kill(self, what: str, crash: str = "") -> None:
        """Kill one part without warning and put a new one in its place."""
        self.kills[what] += 1
        if what == "postgres":
            await self._kill_database()
            return
        process = self.processes[what]
        if process.returncode is None:
            process.send_signal(signal.SIGKILL)
        await process.wait()
        await self.spawn(what, crash)

    async def _kill_database(self) -> None:
        assert self.database is not None
        pid = int((self.database.cluster / "postmaster.pid").read_text().split()[0])
        os.kill(pid, signal.SIGKILL)
        again = await self.database.start()
        assert again == self.dsn, "the database keeps its address"

    async def revive(self) -> None:
        """Put new processes in the place of those that died at a crash point."""
        for name, process in list(self.processes.items()):
            if process.returncode is not None:
                self.kills[f"{name} at a crash point"] += 1
                await self.spawn(name)

    async def close(self) -> None:
        for process in self.processes.values():
            if process.returncode is None:
                process.terminate()
        for process in self.processes.values():
            try:
                await asyncio.wait_for(process.wait(), 10)
            except TimeoutError:
                process.kill()
        await self.runner.cleanup()
        if self.database is not None:
            await self.database.stop()


def order(number: str) -> bytes:
    """Return a purchase order as an ERP sends it."""
    today = datetime.now(timezone.utc).date().isoformat()
    return msgspec.json.encode(
        {
            "document": "purchase_order",
            "number": number,
            "ordered_on": today,
            "currency": "USD",
            "buyer": {"name": "Distributor"},
            "supplier": {"identifiers": [{"scheme": "buyer_assigned", "value": "V1"}]},
            "lines": [
                {
                    "number": "1",
                    "item": {"buyer_item": "SKU-1"},
                    "quantity": {"value": "10", "unit": "EA"},
                    "price": {"amount": "2.50"},
                }
            ],
        }
    )


def _free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
