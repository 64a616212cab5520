"""A document on one page: what is too large for a page is said to be, and is not read whole to find out."""

import pytest
from tests.api.doors import Doors, open_doors
from tests.runtime.bench_house import json_of, order

from tradelane.api import inspector

pytestmark = pytest.mark.anyio


@pytest.fixture
async def doors(tmp_path) -> Doors:
    return await open_doors(tmp_path)


async def document_of(doors: Doors) -> str:
    await doors.send("erp", json_of(order("4711")))
    items = (await doors.operator("GET", "/process/v1/documents")).json["items"]
    return next(one["id"] for one in items if one["direction"] == "in")


async def test_a_document_is_shown_as_it_came_beside_its_meaning(doors):
    heard = await doors.operator("GET", f"/process/v1/documents/{await document_of(doors)}/page")
    assert (heard.status, b"4711" in heard.body) == (200, True)
    assert "sandbox" in heard.headers["content-security-policy"]


async def test_what_is_too_large_for_a_page_is_said_to_be(doors, monkeypatch):
    id = await document_of(doors)
    monkeypatch.setattr(inspector, "SHOWN_BYTES_MAX", 100)
    heard = await doors.operator("GET", f"/process/v1/documents/{id}/page")
    assert (heard.status, heard.codes) == (422, ["document.too-large-to-show"])
    assert "Download it" in heard.body.decode()
