"""The twins on real wires, against a backbone of one page."""

import asyncio
import hashlib
from datetime import datetime, timedelta, timezone
from pathlib import Path

import aiohttp
from aiohttp import web

from tradelane.testing.clock import VirtualClock
from tradelane.testing.twins.faults import NO_FAULTS, Faults
from tradelane.testing.twins.network import Network
from tradelane.testing.twins.server import TwinServer

START = datetime(2026, 11, 23, 6, tzinfo=timezone.utc)
DAYS = timedelta(days=10)


class OnePage:
    """Archives and acknowledges; refuses as many times as it is told before it does."""

    def __init__(self, refusals: int = 0, status: int = 503) -> None:
        self.refusals, self.status = refusals, status
        self.requests: list[tuple[str, str, str, bytes]] = []
        self.archive: dict[str, bytes] = {}

    async def take(self, request: web.Request) -> web.Response:
        body, key = await request.read(), request.headers["Idempotency-Key"]
        self.requests.append((request.headers["Authorization"], key, request.content_type, body))
        if self.refusals:
            self.refusals -= 1
            return web.json_response({}, status=self.status)
        self.archive.setdefault(key, body)
        return web.json_response({"id": key, "sha256": hashlib.sha256(body).hexdigest(), "received_at": ""}, status=202)

    async def open(self) -> tuple[web.AppRunner, str]:
        app = web.Application()
        app.router.add_post("/partner/v1/transmissions", self.take)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        return runner, f"http://127.0.0.1:{runner.addresses[0][1]}"


async def until(condition, seconds: float = 20) -> None:
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.02)


def sending(network: Network, page: OnePage, tmp_path: Path) -> None:
    """Let the network send until it has nothing left to say."""

    async def scene() -> None:
        clock = VirtualClock(START)
        server = TwinServer(network, clock, tmp_path)
        await server.open()
        runner, url = await page.open()
        network.begin(clock.now())
        driving = asyncio.create_task(server.run(url))

        def done() -> bool:
            clock.advance(timedelta(hours=2))
            return server.idle

        await until(done)
        driving.cancel()
        await asyncio.gather(driving, return_exceptions=True)
        await runner.cleanup()
        await server.close()

    asyncio.run(scene())


def test_every_order_is_posted_with_its_key_and_acknowledged(tmp_path: Path) -> None:
    network, page = Network(1, orders=6, faults=NO_FAULTS), OnePage()
    sending(network, page, tmp_path)
    ledger = network.erp.desk.ledger
    assert len(ledger.sent) == 6
    assert all(ledger.taken(sent) for sent in ledger.sent.values())
    assert {hashlib.sha256(body).hexdigest() for body in page.archive.values()} == {
        s.sha256 for s in ledger.sent.values()
    }
    assert {key for key, _, _, _ in page.requests} == {f"Bearer {network.keys['erp']}"}
    assert {media for _, _, media, _ in page.requests} == {"application/edi-x12", "application/json"}


def test_a_refusal_for_now_is_tried_again_under_the_same_id(tmp_path: Path) -> None:
    network, page = Network(1, orders=2, faults=NO_FAULTS), OnePage(refusals=3)
    sending(network, page, tmp_path)
    keys = [key for _, key, _, _ in page.requests]
    assert len(keys) >= 5
    assert set(keys) == set(network.erp.desk.ledger.sent)
    assert all(network.erp.desk.ledger.taken(sent) for sent in network.erp.desk.ledger.sent.values())


def test_a_refusal_for_good_is_written_down_and_not_tried_again(tmp_path: Path) -> None:
    network, page = Network(1, orders=2, faults=NO_FAULTS), OnePage(refusals=1, status=422)
    sending(network, page, tmp_path)
    statuses = sorted(answer.status for answer in network.erp.desk.ledger.acknowledged.values())
    assert statuses == [202, 422]


def test_deliveries_need_an_id_and_are_taken_once(tmp_path: Path) -> None:
    network = Network(1, orders=0, faults=NO_FAULTS)

    async def scene() -> list[int]:
        server = TwinServer(network, VirtualClock(START), tmp_path)
        await server.open()
        statuses: list[int] = []
        async with aiohttp.ClientSession() as session:
            for headers in ({}, {"Idempotency-Key": "a"}, {"Idempotency-Key": "a"}):
                async with session.post(server.urls["lumen"], data=b"nonsense", headers=headers) as response:
                    statuses.append(response.status)
            async with session.post(server.urls["lumen"] + "x", data=b"", headers={"Idempotency-Key": "b"}) as response:
                statuses.append(response.status)
        await server.close()
        return statuses

    assert asyncio.run(scene()) == [400, 202, 202, 404]
    assert len(network.suppliers["lumen"].desk.ledger.received) == 1


def test_a_twin_that_is_down_refuses_for_now(tmp_path: Path) -> None:
    network = Network(1, orders=0, faults=Faults(outages_per_day=1))
    down = next(
        at
        for at in (START + timedelta(minutes=m) for m in range(3000))
        if not network.take("lumen", b"x", "", "probe", at)
    )

    async def scene() -> tuple[int, str]:
        server = TwinServer(network, VirtualClock(down), tmp_path)
        await server.open()
        headers = {"Idempotency-Key": "a"}
        async with (
            aiohttp.ClientSession() as session,
            session.post(server.urls["lumen"], data=b"x", headers=headers) as response,
        ):
            answer = response.status, response.headers["Retry-After"]
        await server.close()
        return answer

    assert asyncio.run(scene()) == (503, "1")


def test_folders_are_emptied_and_picked_up_files_count_as_acknowledged(tmp_path: Path) -> None:
    network = Network(1, orders=0, faults=NO_FAULTS)

    async def scene() -> None:
        clock = VirtualClock(START)
        server = TwinServer(network, clock, tmp_path)
        await server.open()
        runner, url = await OnePage().open()
        other = Network(1, orders=1, faults=NO_FAULTS)
        other.begin(START)
        (order,) = other.due(START + DAYS)
        (tmp_path / "harbor/out/.hidden.part").write_bytes(b"half")
        (tmp_path / "harbor/out/one.json").write_bytes(order.body)
        driving = asyncio.create_task(server.run(url))

        def picked_up() -> bool:
            clock.advance(timedelta(hours=1))
            for path in (tmp_path / "harbor/in").glob("*.edi"):
                path.unlink()
            return bool(network.suppliers["harbor"].desk.ledger.acknowledged)

        if order.body.startswith(b"ISA"):
            await until(picked_up)
        await until(lambda: not (tmp_path / "harbor/out/one.json").exists())
        driving.cancel()
        await asyncio.gather(driving, return_exceptions=True)
        await runner.cleanup()
        await server.close()

    asyncio.run(scene())
    assert len(network.suppliers["harbor"].desk.ledger.received) == 1
    assert (tmp_path / "harbor/out/.hidden.part").exists()
