"""A partner's own map goes before the shipped one, in every syntax, and changed settings hold from the next file on."""

import pytest
from msgspec.structs import replace
from tests.runtime.bench_house import PARTNERS, Bench, bench, json_of, order, response_855

from tradelane.maps import shipped
from tradelane.model.exchange import TransmissionTaken
from tradelane.model.message import Delimiters, SegmentMessage
from tradelane.model.order_response import OrderResponse
from tradelane.partners.profile import Registry
from tradelane.runtime.partner_maps import message_map, set_map, table_map, writing_set_map

ACME = PARTNERS["acme"]
SET = SegmentMessage("855", "0001", "004010", "", Delimiters())


def own(name: str, below: str, version: str = "") -> str:
    return f'name = "{name}"\nextends = "{below}"\n# {version}\n'


def settings(registry: Registry, **texts: str) -> Registry:
    return replace(registry, overlays={"acme": texts})


@pytest.fixture
async def house(tmp_path) -> Bench:
    return await bench(tmp_path)


@pytest.mark.anyio
async def test_the_shipped_map_is_taken_where_there_is_no_other(house: Bench):
    registry = house.app.registry
    assert set_map(registry, ACME, SET) is shipped("x12/004010/855")
    assert message_map(registry, ACME, "ORDRSP", "D96A") is shipped("edifact/d96a/ordrsp")
    assert table_map(registry, ACME, "order_response") is shipped("csv/order_response")
    assert table_map(registry, ACME, "tender_response") is None
    assert message_map(registry, ACME, "NOSUCH", "D96A") is None


@pytest.mark.anyio
@pytest.mark.parametrize("key", ["855", "ORDRSP", "order_response"])
async def test_the_partners_own_map_goes_before_it(house: Bench, key: str):
    below = {"855": "x12/004010/855", "ORDRSP": "edifact/d96a/ordrsp", "order_response": "csv/order_response"}[key]
    registry = settings(house.app.registry, **{key: own("own/map", below)})
    found = {
        "855": lambda: set_map(registry, ACME, SET),
        "ORDRSP": lambda: message_map(registry, ACME, "ORDRSP", "D01B"),
        "order_response": lambda: table_map(registry, ACME, "order_response"),
    }[key]()
    assert found is not None
    assert found.name == "own/map"
    assert set_map(registry, PARTNERS["lumen"], SET) is shipped("x12/004010/855")


@pytest.mark.anyio
async def test_what_is_written_is_written_by_the_partners_own_map_too(house: Bench):
    registry = settings(house.app.registry, **{"850": own("own/850", "x12/004010/850")})
    found = writing_set_map(registry, ACME, order("1"), "850")
    assert found is not None
    assert found.name == "own/850"
    assert found.document is not OrderResponse


@pytest.mark.anyio
async def test_changed_settings_hold_from_the_next_file_on(house: Bench):
    await house.send("erp", json_of(order("4711")))
    for version in ("one", "two"):
        text = own(f"own/{version}", "x12/004010/855")
        house.app.house.registry = settings(house.app.house.registry, **{"855": text})
        await house.send("acme", response_855("4711", control={"one": 1, "two": 2}[version]), key=version)
        await house.work()
    used = [one.sets[0].map for one in await house.history("exchange/acme") if isinstance(one, TransmissionTaken)]
    assert [name.partition("@")[0] for name in used] == ["own/one", "own/two"]
