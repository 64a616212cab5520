"""An 824 end to end: a wrong confirmation comes over HTTP into a real database, and the refusal waits to be fetched."""

import pytest
from msgspec.structs import replace
from tests.api.doors import open_doors
from tests.runtime.bench_house import json_of, order, response_855

from tradelane.partners.profile import AnswerSettings
from tradelane.store.postgres import PostgresStore

pytestmark = pytest.mark.anyio


async def test_a_confirmation_of_too_much_is_refused_by_an_824_that_its_sender_fetches(tmp_path, fresh_database):
    store = await PostgresStore.open(fresh_database, connections=4)
    doors = await open_doors(tmp_path, store=store)
    house = doors.bench.app.house
    acme = house.registry.partners["acme"]
    acme = replace(acme, answers=AnswerSettings(content="824"), send=replace(acme.send, channel="mailbox"))
    house.registry = replace(house.registry, partners={**house.registry.partners, "acme": acme})
    try:
        assert (await doors.send("erp", json_of(order("4711")))).status == 202
        assert (await doors.send("acme", response_855("4711", quantity="99", control=7))).status == 202
        more = {"headers": {"idempotency-key": "2"}}
        assert (await doors.send("acme", response_855("4711", quantity="99", control=7), **more)).status == 202
        listed = await doors.call("GET", "/partner/v1/waiting", key="acme-key")
        waiting = [one for one in listed.json["items"] if one["document_type"] == "content_report"]
        assert len(waiting) == 1
        fetched = await doors.call("GET", waiting[0]["link"], key="acme-key")
        assert b"OTI*TR*PO*4711*****7*0001*855~TED*ZZZ*Line 1: 99 EA answered of 10 ordered." in fetched.body
    finally:
        await store.close()
