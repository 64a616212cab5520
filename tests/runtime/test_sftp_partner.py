"""A partner with an SFTP server: its orders come in, ours go out, and what is large goes through in pieces."""

import asyncio
from pathlib import Path

import pytest
from msgspec.structs import replace
from tests.protocols.sftp_partner import LOOPBACK, Partner
from tests.runtime.bench_house import PARTNERS, START, Bench, json_of, order, response_855
from tests.runtime.test_large_files import body

from tradelane.app import compose
from tradelane.cli.partner import reach
from tradelane.cli.say import Trouble
from tradelane.model.exchange import TransmissionTaken
from tradelane.partners.profile import Company, Registry, Settings, SftpSettings, X12Identity
from tradelane.testing.clock import VirtualClock
from tradelane.testing.memory_store import MemoryStore

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.fixture
async def partner(tmp_path: Path):
    made = Partner(tmp_path)
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
async def house(partner: Partner, tmp_path: Path):
    access, clock = partner.access(), VirtualClock(START)
    sftp = SftpSettings(
        host=access.host,
        port=access.port,
        user=access.user,
        host_key=access.host_key,
        key="key",
        drop="/in",
        pick_up="/out",
        settle_seconds=0,
    )
    partners = {**PARTNERS}
    partners["erp"] = replace(partners["erp"], sftp=sftp, send=replace(partners["erp"].send, channel="sftp"))
    store = MemoryStore(now=clock.now)
    settings = Settings(company=Company(name="Distributor", x12=X12Identity(id="US")), egress_allow=LOOPBACK)
    known = Registry(root=tmp_path, settings=settings, partners=partners, version="test")
    made = Bench(compose(store, known, tmp_path, clock=clock), clock, store)
    made.worker = made.app.make_worker(
        name="w1", channels=lambda name: made.app.channel(name) if name == "erp" else made.channel(name)
    )
    store.on_change(made.worker.woken)
    await made.worker.settle()
    yield made
    await made.app.close()


def laid_down(partner: Partner) -> list[Path]:
    return [path for path in (partner.root / "in").iterdir() if not path.name.startswith(".")]


async def test_an_order_comes_in_and_lies_under_its_day(house: Bench, partner: Partner):
    (partner.root / "out" / "4711.json").write_bytes(json_of(order("4711")))
    (pickup,) = house.app.make_sftp_pickups()
    assert await pickup.turn() == 1
    while await house.worker.turn():
        pass
    [one] = [event for event in await house.history("exchange/erp") if isinstance(event, TransmissionTaken)]
    assert (one.channel, one.file_name) == ("sftp", "4711.json")
    assert await house.history("purchase_order/4711")
    assert len([*(partner.root / "out" / "done").rglob("4711.json")]) == 1


async def test_what_we_say_is_laid_down_there(house: Bench, partner: Partner):
    await house.send("erp", json_of(order("4711")))
    while await house.worker.turn():
        pass
    await house.send("acme", response_855("4711"))
    async with asyncio.timeout(20):
        while not laid_down(partner):
            await house.worker.turn()
            await asyncio.sleep(0)
    assert b"4711" in laid_down(partner)[0].read_bytes()


async def test_what_is_large_comes_in_in_pieces(house: Bench, partner: Partner, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("tradelane.runtime.intake.HELD_BYTES_MAX", 3_000)
    monkeypatch.setattr("tradelane.runtime.intake.PIECE_BYTES", 1_000)
    (partner.root / "out" / "orders.x12").write_bytes(body())
    (pickup,) = house.app.make_sftp_pickups()
    assert await pickup.turn() == 1
    while await house.worker.turn():
        pass
    assert await house.history("purchase_order/L59")


def test_an_operator_who_tries_a_partner_without_a_server_hears_it(tmp_path: Path):
    (tmp_path / "tradelane.toml").write_text("")
    with pytest.raises(Trouble, match="no SFTP server"):
        reach("acme", home_=tmp_path)
