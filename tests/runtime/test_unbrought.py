"""What nobody brings, in the running house: documents in a mailbox, and documents for a partner that was removed."""

from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace
from tests.runtime.bench_house import PARTNERS, Bench, Recorder, bench, json_of, order, response_855

from tradelane.model.exchange import RecordDelivery
from tradelane.model.policy import Policy
from tradelane.partners.profile import Profile, Registry
from tradelane.protocols.port import Delivered

pytestmark = pytest.mark.anyio

FETCHES = replace(
    PARTNERS["lumen"],
    send=replace(PARTNERS["lumen"].send, channel="mailbox", url=""),
    policy=Policy(fetch_within_hours=6, answer_within_hours=500),
)


@pytest.fixture
def anyio_backend():
    return "asyncio"


async def later(house: Bench, hours: int) -> None:
    house.clock.advance_to(house.clock.now() + timedelta(hours=hours))
    await house.work()


async def cases(house: Bench, kind: str, state: str = "open") -> list[str]:
    return [str(one["says"]) for one in await house.cases() if one["kind"] == kind and one["state"] == state]


async def started_again(house: Bench, partners: dict[str, Profile], name: str) -> None:
    """Start with other settings, as after a change of the folder."""
    known = house.app.registry
    house.app.house.registry = Registry(root=known.root, settings=known.settings, partners=partners, version=name)
    house.app._channels.clear()
    house.worker = house.app.make_worker(
        name=name, channels=lambda partner: house.channel(partner) if partner in partners else None
    )
    house.store.on_change(house.worker.woken)
    house.clock.advance_to(house.clock.now() + timedelta(minutes=1))
    await house.worker.settle()
    await house.work()


async def ordered(tmp_path: Path, lumen: Profile) -> Bench:
    house = await bench(tmp_path, partners={**PARTNERS, "lumen": lumen})
    await house.send("erp", json_of(order("4711", supplier="V2")))
    await house.work()
    return house


async def test_a_document_that_nobody_fetches_is_asked_about_when_policy_says_so(tmp_path: Path):
    house = await ordered(tmp_path, FETCHES)
    await later(house, 5)
    assert await cases(house, "NOT_FETCHED") == []
    await later(house, 2)
    (says,) = await cases(house, "NOT_FETCHED")
    assert "4711 waits for lumen to fetch it since 2026-03-02 08:00 UTC" in says
    (row,) = [row for lane in house.worker.lanes for part in lane.parts.values() for row in part.pending.values()]
    await house.app.ask("exchange/lumen", RecordDelivery(document_id=row.id, delivered=True), house.app.new_id(), 0.0)
    await house.work()
    assert await cases(house, "NOT_FETCHED") == []


async def test_what_waits_when_a_partner_begins_to_fetch_for_itself_is_watched_too(tmp_path: Path):
    house = await bench(tmp_path)
    house.channels["lumen"] = Recorder(answers=[Delivered(result="retry", says="down")] * 9)
    await house.send("erp", json_of(order("4711", supplier="V2")))
    await house.work()
    await started_again(house, {**PARTNERS, "lumen": FETCHES}, "w2")
    await later(house, 7)
    assert len(await cases(house, "NOT_FETCHED")) == 1


async def test_what_waits_for_a_partner_that_was_removed_is_a_case_until_it_is_back(tmp_path: Path):
    house = await ordered(tmp_path, FETCHES)
    without = {name: profile for name, profile in PARTNERS.items() if name != "lumen"}
    await started_again(house, without, "w2")
    (says,) = await cases(house, "UNKNOWN_PARTNER")
    assert "4711 waits for lumen, which has no settings here any more" in says
    await started_again(house, without, "w3")
    assert len(await cases(house, "UNKNOWN_PARTNER")) == 1
    await started_again(house, PARTNERS, "w4")
    assert [one.file_name for one in house.channels["lumen"].taken]
    assert await cases(house, "UNKNOWN_PARTNER") == []


async def test_what_a_removed_partner_sent_stops_nobody_else(tmp_path: Path):
    house = await bench(tmp_path)
    await house.send("acme", response_855("4711"))
    without = {name: profile for name, profile in PARTNERS.items() if name != "acme"}
    await started_again(house, without, "w2")
    await house.send("erp", json_of(order("4712", supplier="V2")))
    for _ in range(40):
        await later(house, 1)
    assert await house.history("purchase_order/4712")
    assert len(await cases(house, "POISON_MESSAGE")) == 1
