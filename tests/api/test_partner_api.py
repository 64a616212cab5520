"""What a partner sees of its own, and that it sees nothing of anybody else's (promise P22)."""

from typing import Any

import pytest
from tests.api.doors import Doors, open_doors
from tests.runtime.bench_house import json_of, order, response_855

from tradelane.api.routes import routes

pytestmark = pytest.mark.anyio


@pytest.fixture
async def doors(tmp_path) -> Doors:
    return await open_doors(tmp_path)


async def see(doors: Doors, partner: str, path: str, status: int = 200) -> Any:
    heard = await doors.call("GET", f"/partner/v1/{path}", key=f"{partner}-key")
    assert heard.status == status, heard.body
    return heard.json


async def test_a_partner_learns_what_became_of_what_it_sent(doors):
    await doors.send("erp", json_of(order("4711")))
    sent = await doors.send("acme", response_855("4711"))
    told = await see(doors, "acme", f"transmissions/{sent.json['id']}")
    assert (told["state"], told["sha256"]) == ("accepted", sent.json["sha256"])
    [inside] = told["documents"]
    assert (inside["state"], inside["number"], inside["interchange"]) == ("accepted", "4711", "000000001")
    assert inside["says"] == "Order confirmation (855) 4711: Received OK"
    assert [row["id"] for row in (await see(doors, "acme", "transmissions"))["items"]] == [sent.json["id"]]


async def test_a_partner_hears_what_its_order_said_of_an_answer_that_could_be_read(doors):
    await doors.send("erp", json_of(order("4711")))
    sent = await doors.send("acme", response_855("4711", quantity="140"))
    [inside] = (await see(doors, "acme", f"transmissions/{sent.json['id']}"))["documents"]
    assert inside["state"] == "rejected"
    assert inside["findings"][0]["fix"]


async def test_an_answer_to_another_partners_order_is_told_like_one_to_an_order_that_is_not_there(doors):
    await doors.send("erp", json_of(order("4711")))
    told = []
    for control, number in enumerate(("4711", "9999"), 1):
        sent = await doors.send("lumen", response_855(number, sender="LUMEN", control=control))
        [inside] = (await see(doors, "lumen", f"transmissions/{sent.json['id']}"))["documents"]
        told.append({**inside, "number": "", "interchange": "", "group": "", "says": inside["says"].split(": ")[1]})
    assert told[0] == told[1]
    assert told[0]["state"] == "deferred"


async def test_what_is_not_read_yet_is_stored(doors):
    body, headers = response_855("4711"), {"content-type": "application/edi-x12"}
    sent = await doors.call("POST", "/partner/v1/transmissions", key="acme-key", body=body, headers=headers)
    told = await see(doors, "acme", f"transmissions/{sent.json['id']}")
    assert (told["state"], told["size"]) == ("stored", len(body))


async def test_a_document_waits_until_the_partner_says_that_it_has_it(doors):
    await doors.send("depot", response_855("1", sender="DEPOT"))
    [waiting] = (await see(doors, "depot", "waiting"))["items"]
    assert waiting["says"].startswith("Functional acknowledgement (997)")
    for _ in range(2):
        fetched = await doors.call("GET", waiting["link"], key="depot-key")
        assert fetched.body.startswith(b"ISA")
        assert fetched.headers["content-disposition"].startswith("attachment")
    for _ in range(2):
        said = await doors.at_work("POST", waiting["taken"], key="depot-key")
        assert (said.status, said.json["taken"]) == (200, True)
    await doors.bench.work()
    assert not (await see(doors, "depot", "waiting"))["items"]
    assert (await doors.call("GET", waiting["link"], key="depot-key")).status == 200


async def test_a_supplier_sees_its_orders_and_nothing_of_ours_in_them(doors):
    await doors.send("erp", json_of(order("4711")))
    await doors.send("erp", json_of(order("4712", supplier="V2")))
    [row] = (await see(doors, "acme", "orders"))["items"]
    assert row["number"] == "4711"
    assert not {"at_stake", "says", "owner", "invoices", "refusals", "late"} & set(row)
    assert (await see(doors, "acme", "orders/4711"))["lines"][0]["open"] == "10"


async def test_the_erp_sees_all_orders_that_are_its_own(doors):
    await doors.send("erp", json_of(order("4711")))
    await doors.send("erp", json_of(order("4712", supplier="V2")))
    assert {row["number"] for row in (await see(doors, "erp", "orders"))["items"]} == {"4711", "4712"}


async def test_what_is_somebody_elses_is_answered_like_what_is_not_there(doors):
    """Status, body and headers are the same but for the request's own number."""
    await doors.send("erp", json_of(order("4711")))
    sent = await doors.send("acme", response_855("4711"))
    await doors.send("depot", response_855("1", sender="DEPOT"))
    waiting = (await see(doors, "depot", "waiting"))["items"][0]["id"]
    foreign = ["orders/4711", f"transmissions/{sent.json['id']}", f"waiting/{waiting}"]
    unknown = ["orders/0000", "transmissions/nothing", "waiting/nothing"]
    for theirs, nothing in zip(foreign, unknown, strict=True):
        one = await doors.call("GET", f"/partner/v1/{theirs}", key="lumen-key")
        other = await doors.call("GET", f"/partner/v1/{nothing}", key="lumen-key")
        assert one.status == other.status == 404
        assert {**one.json, "request_id": ""} == {**other.json, "request_id": ""}
        assert one.headers.keys() == other.headers.keys()
    taken = await doors.call("POST", f"/partner/v1/waiting/{waiting}/taken", key="lumen-key")
    assert taken.status == 404


async def test_no_partner_address_is_open_to_nobody_or_to_operators(doors):
    [router] = [each for each in routes() if getattr(each, "path", "") == "/partner/v1"]
    for route in router.routes:
        address = route.path.replace("{", "").replace(":str}", "")
        for method in route.methods - {"OPTIONS", "HEAD"}:
            assert (await doors.call(method, address)).status == 401
            assert (await doors.call(method, address, key="operator-key")).status == 403
