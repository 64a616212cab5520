"""The published description holds every address, and is the file that clients were given."""

import asyncio
import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from tests.api.doors import OPERATOR, Doors, open_doors
from tests.runtime.bench_house import json_of, order, response_855

from tradelane.api import openapi_document
from tradelane.api.app import openapi
from tradelane.api.routes import routes

PUBLISHED = Path(__file__).parents[2] / "contracts" / "openapi.json"


@pytest.fixture(scope="module")
def described() -> dict[str, Any]:
    return json.loads(openapi_document.written("0.0.0"))


def test_it_is_openapi_3_1(described) -> None:
    assert described["openapi"].startswith("3.1")
    assert described["info"]["title"] == "Tradelane"


def test_the_published_file_is_what_the_code_says(tmp_path) -> None:
    doors = asyncio.run(open_doors(tmp_path))
    told = openapi(doors.bench.app)
    assert told == openapi(doors.bench.app)
    assert PUBLISHED.read_bytes() == told, "the doors changed: make contracts, and review the difference"


def test_every_address_is_in_it_and_no_other(described) -> None:
    answered = {"/partner/v1/transmissions"}
    for each in routes():
        if hasattr(each, "routes"):
            answered |= {route.path.replace(":str", "") for route in each.routes}
        elif each.include_in_schema is not False:
            answered |= each.paths
    assert set(described["paths"]) == {path.rstrip("/") or "/" for path in answered}


def test_every_operation_says_what_it_is_for_and_how_it_refuses(described) -> None:
    seen = set()
    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            assert operation["summary"], path
            assert operation["operationId"] not in seen
            seen.add(operation["operationId"])
            assert "application/problem+json" in operation["responses"]["default"]["content"], (path, method)
            assert (operation.get("security") == []) == path.startswith(("/health", "/session"))


def test_every_reference_leads_somewhere(described) -> None:
    text = json.dumps(described)
    for name in {piece.split('"')[0] for piece in text.split("#/components/schemas/")[1:]}:
        assert name in described["components"]["schemas"], name


@pytest.mark.anyio
@pytest.mark.parametrize(
    "path",
    [
        "/process/v1/orders",
        "/process/v1/orders/{number}",
        "/process/v1/documents",
        "/process/v1/cases",
        "/process/v1/partners",
        "/process/v1/trace/{key}",
        "/process/v1/health",
        "/health/live",
    ],
)
async def test_answers_are_as_described(tmp_path, described, path) -> None:
    doors = await open_doors(tmp_path)
    await doors.send("erp", json_of(order("4711")))
    await doors.send("acme", response_855("4711", quantity="4"))
    heard = await doors.call("GET", path.format(number="4711", key="4711"), key=OPERATOR)
    schema = described["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    whole = {"components": described["components"], **schema}
    faults = [error.message for error in jsonschema_rs.validator_for(whole).iter_errors(heard.json)]
    assert not faults


@pytest.mark.anyio
async def test_a_refusal_is_as_described(tmp_path, described) -> None:
    doors: Doors = await open_doors(tmp_path)
    heard = await doors.call("GET", "/process/v1/orders/none", key=OPERATOR)
    whole = {"components": described["components"], "$ref": "#/components/schemas/Problem"}
    assert not list(jsonschema_rs.validator_for(whole).iter_errors(heard.json))


@pytest.mark.anyio
async def test_the_description_is_served(tmp_path) -> None:
    doors = await open_doors(tmp_path)
    heard = await doors.call("GET", "/openapi.json")
    assert heard.json["openapi"].startswith("3.1")
