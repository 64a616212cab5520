"""A label (SSCC) that another ship notice of the same partner bore within a year is named."""

from datetime import timedelta

import pytest
from tests.runtime.bench_house import Bench, bench, json_of, order
from tests.runtime.test_strangers import notice

from tradelane.model.ship_notice import ShipNotice, ShipNoticeConfirmed, ShipNoticeRecorded

pytestmark = pytest.mark.anyio
LABEL = "106141412345678908"


@pytest.fixture
async def house(tmp_path) -> Bench:
    house = await bench(tmp_path)
    await house.send("erp", json_of(order("4711", quantity="100")))
    await house.work()
    return house


async def said(house: Bench, sent: ShipNotice, partner: str = "acme") -> list[str]:
    """Send a notice; return the errors found in it."""
    await house.send(partner, json_of(sent))
    await house.work()
    recorded = [
        e for e in await house.history(f"ship_notice/{partner}/{sent.number}") if isinstance(e, ShipNoticeRecorded)
    ]
    return [finding.code for finding in recorded[-1].findings if finding.severity == "error"]


async def test_a_label_on_a_second_notice_is_an_error_and_the_goods_are_received_blind(house):
    assert await said(house, notice("N1", LABEL)) == []
    assert await said(house, notice("N2", f"00{LABEL}")) == ["ship-notice.sscc-reused"]
    (confirmed,) = [e for e in await house.history("ship_notice/acme/N2") if isinstance(e, ShipNoticeConfirmed)]
    assert confirmed.blind
    assert "N1" in confirmed.findings[0].says


async def test_a_label_rests_for_a_year(house):
    assert await said(house, notice("N1", LABEL)) == []
    house.clock.advance_to(house.clock.now() + timedelta(days=365))
    assert await said(house, notice("N2", LABEL)) == []


async def test_a_notice_restated_keeps_its_labels_and_one_taken_back_gives_them_up(house):
    assert await said(house, notice("N1", LABEL)) == []
    assert await said(house, notice("N1", LABEL, "replace")) == []
    assert await said(house, notice("N1", LABEL, "cancel")) == []
    assert await said(house, notice("N2", LABEL)) == []


async def test_nobody_learns_of_another_partners_labels(house):
    assert await said(house, notice("N1", LABEL)) == []
    assert await said(house, notice("N2", LABEL), "lumen") == []
