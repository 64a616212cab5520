"""What a supplier says by telephone counts as its confirmation does; who asks is reminded of the answer."""

from datetime import timedelta

import pytest
from tests.api.doors import Doors, open_doors
from tests.runtime.bench_house import json_of, order

pytestmark = pytest.mark.anyio
AT = "/process/v1/orders/4711"


@pytest.fixture
async def doors(tmp_path) -> Doors:
    made = await open_doors(tmp_path)
    await made.send("erp", json_of(order("4711", quantity="100")))
    return made


async def line(doors: Doors) -> dict:
    return (await doors.operator("GET", AT)).json["order"]["lines"][0]


async def test_what_was_said_on_the_telephone_is_the_suppliers_answer(doors):
    number = (await line(doors))["number"]
    said = {
        "lines": [{"line": number, "answer": "accepted", "quantity": "60"}],
        "who": "D. Hale",
        "note": "rest next week",
    }
    heard = await doors.operator("POST", f"{AT}/answer", said)
    assert heard.status == 200, heard.body
    assert (await line(doors))["promised"] == "60"
    told = (await doors.operator("GET", AT)).json["timeline"]
    assert any(entry["type"] == "purchase_order.responded" for entry in told)


async def test_a_line_that_the_order_does_not_have_cannot_be_answered(doors):
    heard = await doors.operator("POST", f"{AT}/answer", {"lines": [{"line": "99", "answer": "accepted"}]})
    assert (heard.status, heard.codes) == (422, ["answer.no-line"])


async def test_a_supplier_is_reminded_by_the_order_sent_again(doors):
    before = len((await doors.operator("GET", "/process/v1/documents?partner=acme")).json["items"])
    assert (await doors.operator("POST", f"{AT}/remind", {})).status == 200
    await doors.bench.work()
    after = (await doors.operator("GET", "/process/v1/documents?partner=acme")).json["items"]
    assert len(after) == before + 1


async def test_an_order_that_is_not_there_has_no_supplier(doors):
    assert (await doors.operator("POST", "/process/v1/orders/9/remind", {})).status == 404


async def test_one_reminder_asked_for_twice_is_sent_once(doors):
    before = len((await doors.operator("GET", "/process/v1/documents?partner=acme")).json["items"])
    for key in ("k1", "k1", "k2"):
        heard = await doors.operator("POST", f"{AT}/remind", {}, headers={"idempotency-key": key})
        assert heard.status == 200, heard.body
        await doors.bench.work()
        doors.bench.clock.advance(timedelta(seconds=1))
    after = (await doors.operator("GET", "/process/v1/documents?partner=acme")).json["items"]
    assert len(after) == before + 2
