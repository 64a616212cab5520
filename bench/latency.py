"""How long from a supplier's 855 being due to be sent to the ERP holding its meaning: open loop, real HTTP, one
process of ours.

Latency is from the scheduled arrival, so waiting in line counts. The generator and the ERP stub are another process
than Tradelane.
"""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import aiohttp
import msgspec
from aiohttp import web
from documents import order_response_855

from tradelane.partners.keys import hashed, new_key

RATES = (20, 100, 300)
LINES = 10
PRELOADERS = 32
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Rig:
    """One Tradelane, an ERP that listens, a supplier that sends."""

    root: Path
    keys: dict[str, str] = field(default_factory=lambda: {"erp": new_key(), "acme": new_key()})
    heard: dict[str, float] = field(default_factory=dict)
    process: subprocess.Popen | None = None
    port: int = 0
    control: int = 0

    async def open(self) -> None:
        """Start the ERP stub and Tradelane."""
        stub = web.Application(client_max_size=2**24)
        stub.router.add_post("/erp", self._hear)
        self.runner = web.AppRunner(stub, access_log=None)
        await self.runner.setup()
        await web.TCPSite(self.runner, "127.0.0.1", 0).start()
        self._write_settings(self.runner.addresses[0][1])
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        command = [sys.executable, "-m", "tradelane", "up", "--home", str(self.root), "--port", str(self.port)]
        log = (self.root / "log").open("wb")
        environment = {name: value for name, value in os.environ.items() if name != "TRADELANE_DATABASE_URL"}
        self.process = subprocess.Popen(command, stdout=log, stderr=log, env=environment)  # noqa: ASYNC220
        self.session = aiohttp.ClientSession()
        for _ in range(400):
            try:
                async with self.session.get(f"http://127.0.0.1:{self.port}/health/ready") as answer:
                    if answer.status == 200:
                        return
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.05)
        raise RuntimeError((self.root / "log").read_text())

    async def _hear(self, request: web.Request) -> web.Response:
        now, body = time.perf_counter(), await request.read()
        if b'"order_response"' in body[:64]:
            self.heard.setdefault(msgspec.json.decode(body)["order_number"], now)
        return web.Response(status=202)

    def _write_settings(self, stub: int) -> None:
        key = {name: hashed(secret) for name, secret in self.keys.items()}
        (self.root / "tradelane.toml").write_text(
            'egress_allow = ["127.0.0.0/8"]\n[company]\nname = "Bench"\n[company.x12]\nqualifier = "ZZ"\nid = "US"\n'
        )
        profiles = {
            "erp": f'role = "erp"\n[access]\nkey_sha256 = ["{key["erp"]}"]\n[x12]\nid = "ERP"\n'
            f'[send]\nchannel = "http"\nsyntax = "json"\nurl = "http://127.0.0.1:{stub}/erp"\nconcurrency_max = 32\n',
            "acme": f'role = "supplier"\nparties = ["buyer_assigned:V1"]\n[access]\nkey_sha256 = ["{key["acme"]}"]\n'
            '[x12]\nid = "ACME"\n[send]\nchannel = "mailbox"\nsyntax = "x12"\n',
        }
        for name, text in profiles.items():
            folder = self.root / "partners" / name
            folder.mkdir(parents=True)
            (folder / "profile.toml").write_text(f'name = "{name}"\n{text}')

    async def post(self, partner: str, body: bytes, media_type: str) -> None:
        """Send as a partner does."""
        headers = {"Authorization": f"Bearer {self.keys[partner]}", "Content-Type": media_type}
        url = f"http://127.0.0.1:{self.port}/partner/v1/transmissions"
        async with self.session.post(url, data=body, headers=headers) as answer:
            if answer.status != 202:
                raise RuntimeError(f"{answer.status} {await answer.text()}")
            await answer.read()

    async def preload(self, numbers: list[str]) -> None:
        """Release the orders that will be answered."""
        waiting = iter(numbers)

        async def one() -> None:
            for number in waiting:
                await self.post("erp", _order(number), "application/json")

        await asyncio.gather(*(one() for _ in range(PRELOADERS)))
        await self._settled()

    async def _settled(self) -> None:
        """Wait until nothing moves any more."""
        last, since = "", time.perf_counter()
        while time.perf_counter() - since < 0.5:
            async with self.session.get(f"http://127.0.0.1:{self.port}/process/v1/health") as answer:
                said = await answer.text()
            if said != last:
                last, since = said, time.perf_counter()
            await asyncio.sleep(0.05)

    def cpu(self) -> float:
        """Return the CPU seconds Tradelane's process has used."""
        assert self.process is not None
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    async def offer(self, rate: float, seconds: float) -> dict[str, float]:
        """Offer *rate* documents a second for *seconds* and return what became of it."""
        count = int(rate * seconds)
        stamp = f"L{time.time_ns() % 10**10}"
        numbers = [f"{stamp}-{place}" for place in range(count)]
        await self.preload(numbers)
        random, due, sends = Random(rate), time.perf_counter() + 0.2, []
        scheduled: dict[str, float] = {}
        cpu, own, began = self.cpu(), time.process_time(), time.perf_counter()
        for number in numbers:
            due += random.expovariate(rate)
            scheduled[number] = due
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            self.control += 1
            body = order_response_855(number, LINES, control=self.control)
            sends.append(asyncio.create_task(self.post("acme", body, "application/edi-x12")))
        await asyncio.gather(*sends)
        deadline = time.perf_counter() + max(10.0, seconds)
        while any(number not in self.heard for number in numbers) and time.perf_counter() < deadline:
            await asyncio.sleep(0.01)
        took = time.perf_counter() - began
        waits = sorted(self.heard[number] - scheduled[number] for number in numbers if number in self.heard)
        return {
            "offered_per_s": rate,
            "heard": len(waits),
            "of": count,
            "p50_ms": 1000 * waits[len(waits) // 2],
            "p99_ms": 1000 * waits[int(len(waits) * 0.99)],
            "finished_per_s": len(waits) / took,
            "tradelane_cpu": (self.cpu() - cpu) / took,
            "generator_cpu": (time.process_time() - own) / took,
        }

    async def close(self) -> None:
        """Stop everything."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        await asyncio.to_thread(self.process.wait, 30)
        await self.session.close()
        await self.runner.cleanup()


def _order(number: str) -> bytes:
    lines = [
        {
            "number": str(line),
            "item": {"buyer_item": f"SKU-{line:05d}"},
            "quantity": {"value": str(line % 40 + 1), "unit": "EA"},
            "price": {"amount": f"{line % 90 + 1}.25"},
        }
        for line in range(1, LINES + 1)
    ]
    return msgspec.json.encode(
        {
            "document": "purchase_order",
            "number": number,
            "ordered_on": "2026-03-02",
            "buyer": {"name": "Bench"},
            "supplier": {"identifiers": [{"scheme": "buyer_assigned", "value": "V1"}]},
            "lines": lines,
        }
    )


def run(seconds: float) -> dict[str, dict[str, float]]:
    """Measure at each rate, then look for saturation by doubling what is offered."""

    async def all_of_it() -> dict[str, dict[str, float]]:
        rig = Rig(Path(tempfile.mkdtemp(prefix="tradelane-bench-")))
        await rig.open()
        try:
            await rig.offer(50, 2)
            found = {f"at_{rate}": await rig.offer(rate, seconds) for rate in RATES}
            found["saturation"] = await rig.offer(1000, min(seconds, 4))
            return found
        finally:
            await rig.close()

    return asyncio.run(all_of_it())


if __name__ == "__main__":
    for name, figures in run(5).items():
        print(name, figures)
