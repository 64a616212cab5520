"""Trees at the door: which reader takes what, under whose name, and what becomes of it."""

from pathlib import Path

import pytest
from msgspec.structs import replace
from tests.runtime.bench_house import PARTNERS, Bench, bench, json_of, order

from tradelane.model.transport_status import TransportStatus
from tradelane.partners.profile import Profile, TreeSettings
from tradelane.runtime.read import read

pytestmark = pytest.mark.anyio

GOLDEN = Path(__file__).parents[1] / "golden" / "trees"
CARRIER = Profile(name="carrier", role="carrier", trees=TreeSettings(takes=("epcis", "epcisxml", "dcsa", "carrier")))
SAP = replace(PARTNERS["acme"], trees=TreeSettings(takes=("idoc",), identities=("ACME",)))


@pytest.fixture
async def house(tmp_path) -> Bench:
    return await bench(tmp_path, partners={**PARTNERS, "carrier": CARRIER, "acme": SAP})


def golden(name: str) -> bytes:
    return (GOLDEN / name).read_bytes()


@pytest.mark.parametrize(
    "name", ["epcis_EPCISDocument.json", "epcisxml_EPCISDocument.xml", "dcsa_events.json", "carrier_TrackResponse.xml"]
)
async def test_events_and_tracking_answers_of_a_carrier_are_read(house, name):
    reading = read(house.worker.house, CARRIER, golden(name), "")
    (said,) = reading.interchanges[0].sets
    assert isinstance(said.document, TransportStatus)
    assert not said.refused


async def test_an_idoc_is_read_under_the_name_it_gives_itself_only(house):
    body = golden("idoc_ORDRSP.idoc")
    (said,) = read(house.worker.house, SAP, body, "").interchanges[0].sets
    assert (said.kind, said.refused) == ("ORDRSP", False)
    stranger = replace(SAP, trees=replace(SAP.trees, identities=("BEST",)))
    (said,) = read(house.worker.house, stranger, body, "").interchanges[0].sets
    assert [finding.code for finding in said.findings if finding.severity == "error"] == ["identity.not-yours"]


async def test_our_own_json_stays_our_own(house):
    for profile in (CARRIER, PARTNERS["erp"]):
        (said,) = read(house.worker.house, profile, json_of(order("1")), "application/json").interchanges[0].sets
        assert (said.kind, said.map) == ("purchase_order", "json")


async def test_a_carriers_events_are_kept_where_people_see_them(house):
    await house.send("carrier", golden("epcis_EPCISDocument.json"))
    await house.work()
    kinds = [type(event).__name__ for event in await house.history("exchange/carrier")]
    assert "TransmissionTaken" in kinds
