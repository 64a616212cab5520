"""What we sent is sent again under new numbers; what came wrong is taken corrected, and the original stays."""

from datetime import timedelta

import pytest
from tests.api.doors import Doors, open_doors
from tests.api.test_signing_in import SECRET, SENT, signed_in
from tests.runtime.bench_house import json_of, order, response_855

from tradelane.runtime import people

pytestmark = pytest.mark.anyio


@pytest.fixture
async def doors(tmp_path) -> Doors:
    made = await open_doors(tmp_path)
    await made.send("erp", json_of(order("4711", quantity="100")))
    return made


async def documents(doors: Doors, direction: str, kind: str) -> list[dict]:
    rows = (await doors.operator("GET", "/process/v1/documents?partner=acme")).json["items"]
    return [row for row in rows if row["direction"] == direction and row["document_type"] == kind]


async def test_a_document_is_sent_again_with_the_same_meaning_and_new_numbers(doors):
    [first] = await documents(doors, "out", "purchase_order")
    path, said = f"/process/v1/documents/{first['id']}/send", {"why": "they lost it"}
    for _ in range(2):
        heard = await doors.operator("POST", path, said, headers={"idempotency-key": "k1"})
        assert heard.status == 200, heard.body
    again = [one for one in await documents(doors, "out", "purchase_order") if one["id"] != first["id"]]
    assert len(again) == 1, "asked twice under one key, it is sent once"
    assert again[0]["interchange"] != first["interchange"]
    meant = [
        (await doors.operator("GET", f"/process/v1/documents/{one['id']}/canonical")).json for one in (first, *again)
    ]
    assert meant[0]["document"] == meant[1]["document"]


async def test_what_two_people_ask_under_one_key_is_done_twice(doors):
    [first] = await documents(doors, "out", "purchase_order")
    for name in ("mira", "omar"):
        await people.add(doors.bench.store, name, name.title(), "procurement", SECRET, doors.bench.app.now())
        sent = {**await signed_in(doors, name), **SENT, "idempotency-key": "1"}
        path, why = f"/process/v1/documents/{first['id']}/send", b'{"why": "they lost it"}'
        heard = await doors.at_work("POST", path, body=why, headers=sent)
        assert heard.status == 200, heard.body
    assert len(await documents(doors, "out", "purchase_order")) == 3


async def test_what_came_cannot_be_sent_again_nor_what_went_be_corrected(doors):
    await doors.send("acme", response_855("4711", quantity="100"))
    [came] = await documents(doors, "in", "order_response")
    [went] = await documents(doors, "out", "purchase_order")
    heard = await doors.operator("POST", f"/process/v1/documents/{came['id']}/send", {"why": "x"})
    assert (heard.status, heard.codes) == (422, ["document.not-ours"])
    heard = await doors.operator("POST", f"/process/v1/documents/{went['id']}/correct", {"why": "x", "text": "y"})
    assert (heard.status, heard.codes) == (422, ["document.ours"])


async def test_what_came_wrong_is_taken_corrected_and_the_original_stays(doors):
    right = response_855("4711", quantity="100")
    wrong = right.replace(b"4711", b"4199")
    await doors.send("acme", wrong)
    [came] = await documents(doors, "in", "order_response")
    before = (await doors.operator("GET", "/process/v1/orders/4711")).json["order"]
    assert before["lines"][0]["promised"] == "0"
    said = {"why": "they meant 4711, by phone", "text": right.replace(b"000000001", b"000000077").decode()}
    heard = await doors.operator("POST", f"/process/v1/documents/{came['id']}/correct", said)
    assert heard.status == 202, heard.body
    await doors.bench.work()
    after = (await doors.operator("GET", "/process/v1/orders/4711")).json["order"]
    assert after["lines"][0]["promised"] == "100"
    raw = await doors.operator("GET", f"/process/v1/documents/{came['id']}/raw")
    assert raw.body == wrong
    done = (await doors.operator("GET", f"/process/v1/audit?about=document/{came['id']}")).json["items"]
    assert [(one["deed"]["action"], one["deed"]["why"], one["status"]) for one in done] == [
        ("document.correct", "they meant 4711, by phone", 202)
    ]


async def test_one_correction_sent_twice_is_taken_once(doors):
    await doors.send("acme", response_855("4711", quantity="100").replace(b"4711", b"4199"))
    [came] = await documents(doors, "in", "order_response")
    told = []
    for why in ("by phone", "by phone, again"):
        said = {"why": why, "text": response_855("4711", quantity="100").replace(b"000000001", b"000000077").decode()}
        path, key = f"/process/v1/documents/{came['id']}/correct", {"idempotency-key": "k1"}
        told.append((await doors.operator("POST", path, said, headers=key)).json)
        await doors.bench.work()
        doors.bench.clock.advance(timedelta(seconds=1))
    assert told[0] == told[1]
