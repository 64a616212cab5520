"""Lists by what people choose, and one search for everything that has a number."""

from typing import Any

import pytest
from tests.api.doors import OPERATOR, Doors, open_doors
from tests.runtime.bench_house import json_of, order, response_855

pytestmark = pytest.mark.anyio


@pytest.fixture
async def traded(tmp_path) -> Doors:
    """Doors behind which one order was answered in part and another is new."""
    doors = await open_doors(tmp_path)
    await doors.send("erp", json_of(order("4711", quantity="100")))
    await doors.send(
        "acme",
        response_855("4711", quantity="10"),
        headers={"content-disposition": 'attachment; filename="answer.edi"'},
    )
    await doors.send("erp", json_of(order("4712")))
    return doors


async def see(doors: Doors, path: str) -> Any:
    heard = await doors.call("GET", f"/process/v1{path}", key=OPERATOR)
    assert heard.status == 200, heard.body
    return heard.json


async def hits(doors: Doors, word: str) -> dict[str, list[dict[str, str]]]:
    return {group["kind"]: group["hits"] for group in (await see(doors, f"/search?q={word}"))["groups"]}


async def test_documents_are_chosen_by_type_direction_partner_and_state(traded):
    every = (await see(traded, "/documents"))["items"]
    for name, value in (("document_type", "order_response"), ("direction", "out"), ("state", "accepted")):
        some = (await see(traded, f"/documents?{name}={value}"))["items"]
        assert [row["id"] for row in some] == [row["id"] for row in every if row[name] == value]
        assert some
    both = (await see(traded, "/documents?document_type=order_response&direction=in"))["items"]
    assert [(row["document_type"], row["direction"]) for row in both] == [("order_response", "in")]
    heard = await traded.call("GET", "/process/v1/documents?direction=sideways", key=OPERATOR)
    assert heard.status == 400


async def test_only_late_orders_are_listed_when_asked(traded):
    late = await see(traded, "/orders?late=true")
    every = await see(traded, "/orders")
    assert [row["number"] for row in late["items"]] == [row["number"] for row in every["items"] if row.get("late")]


async def test_an_order_is_found_by_its_number_first_with_its_documents(traded):
    found = await hits(traded, "4711")
    assert [(hit["key"], hit["why"]) for hit in found["order"]] == [("4711", "order number")]
    assert {hit["says"] for hit in found["document"]} >= {"Order confirmation (855) from acme"}


async def test_orders_are_found_by_how_they_begin(traded):
    found = await hits(traded, "47")
    assert [(hit["key"], hit["why"]) for hit in found["order"]] == [("4711", "starts so"), ("4712", "starts so")]


async def test_every_number_of_a_document_leads_to_it_and_to_its_order(traded):
    answer = (await see(traded, "/documents?document_type=order_response&direction=in"))["items"][0]
    for word in (answer["id"], answer["control"], answer["transmission"]):
        found = await hits(traded, word)
        assert answer["id"] in {hit["key"] for hit in found["document"]}, word
        assert "4711" in {hit["key"] for hit in found["order"]}, word


async def test_the_name_of_a_file_leads_to_what_it_held_and_to_its_order(traded):
    found = await hits(traded, "answer.edi")
    assert {hit["says"] for hit in found["document"]} >= {"Order confirmation (855) from acme"}
    assert {hit["key"] for hit in found["order"]} == {"4711"}


async def test_an_exception_is_found_by_its_own_id_and_by_what_it_is_about(traded):
    case = (await see(traded, "/cases"))["items"][0]
    for word in (case["id"], case["about"].rsplit("/", 1)[-1]):
        assert case["id"] in {hit["key"] for hit in (await hits(traded, word))["exception"]}


async def test_what_nobody_has_is_not_found(traded):
    assert await hits(traded, "nothing-like-it") == {}
    assert (await see(traded, "/search"))["groups"] == []


async def test_a_partner_has_its_days_counted(traded):
    told = await see(traded, "/partners/acme/days?days=7")
    today = traded.bench.app.house.now().date().isoformat()
    assert [len(told["days"]), told["days"][-1]["on"], told["more"]] == [7, today, False]
    documents = (await see(traded, "/documents?partner=acme"))["items"]
    cases = (await see(traded, "/cases?partner=acme"))["items"]
    sums = {name: sum(day[name] for day in told["days"]) for name in ("came", "went", "problems")}
    assert sums["came"] == sum(row["direction"] == "in" for row in documents)
    assert sums["went"] == sum(row["direction"] == "out" for row in documents)
    assert sums["problems"] == len(cases)
