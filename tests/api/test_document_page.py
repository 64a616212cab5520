"""A document on one page: what is too large for a page is said to be, and is not read whole to find out."""

import pytest
from tests.api.doors import Doors, open_doors
from tests.runtime.bench_house import json_of, order, response_855

from tradelane.api import inspector
from tradelane.runtime import intake

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


async def test_of_what_is_kept_in_pieces_no_more_is_read_than_a_page_holds(doors, monkeypatch):
    monkeypatch.setattr(intake, "HELD_BYTES_MAX", 100)
    monkeypatch.setattr(intake, "PIECE_BYTES", 20)
    monkeypatch.setattr(inspector, "SHOWN_BYTES_MAX", 100)
    await doors.send("acme", response_855("4711"))
    items = (await doors.operator("GET", "/process/v1/documents")).json["items"]
    read, pieces = [], doors.bench.store.pieces

    async def counted(*which):
        read.extend(found := await pieces(*which))
        return found

    monkeypatch.setattr(doors.bench.store, "pieces", counted)
    heard = await doors.operator("GET", f"/process/v1/documents/{items[0]['id']}/page")
    assert (heard.status, heard.codes) == (422, ["document.too-large-to-show"])
    assert 100 < sum(map(len, read)) < 200 < len(response_855("4711"))


async def test_a_dropped_file_that_is_too_large_is_refused_and_not_read_to_its_end(doors):
    pieces = [form_of(b" " * 65_536), *[b" " * 65_536] * (inspector.TRIED_BYTES_MAX // 65_536 + 1)]
    sent = {"content-type": "multipart/form-data; boundary=x"}
    for declared in (True, False):
        heard = await doors.operator("POST", "/process/v1/inspect", body=pieces, headers=sent, declared=declared)
        assert (heard.status, heard.codes) == (413, ["request.too-large"])
        assert heard.headers["connection"] == "close"


def form_of(body: bytes) -> bytes:
    """The beginning of a form with a file in it."""
    return b'--x\r\ncontent-disposition: form-data; name="file"; filename="a.json"\r\n\r\n' + body
