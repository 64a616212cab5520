"""What operators see and do."""

from hashlib import sha256
from typing import Any
from urllib.parse import quote

import msgspec
import pytest
from msgspec.structs import replace
from tests.api.doors import ELSEWHERE, LOOPBACK, OPERATOR, Doors, open_doors
from tests.rules.sources import ROOT
from tests.runtime.bench_house import json_of, order, response_855, x12

from tradelane.api.routes import PROCESS
from tradelane.partners.profile import TreeSettings

pytestmark = pytest.mark.anyio


@pytest.fixture
async def doors(tmp_path) -> Doors:
    return await open_doors(tmp_path)


@pytest.fixture
async def traded(doors) -> Doors:
    """Doors behind which one order was sent, answered in part, and another is new."""
    await doors.send("erp", json_of(order("4711", quantity="100")))
    await doors.send("acme", response_855("4711", quantity="10"))
    await doors.send("erp", json_of(order("4712")))
    return doors


async def see(doors: Doors, path: str, status: int = 200) -> Any:
    heard = await doors.call("GET", path, key=OPERATOR)
    assert heard.status == status, heard.body
    return heard.json


async def test_orders_are_listed_and_filtered(traded):
    every = await see(traded, "/process/v1/orders")
    assert {row["number"] for row in every["items"]} == {"4711", "4712"}
    some = await see(traded, "/process/v1/orders?state=awaiting_answer")
    assert [row["number"] for row in some["items"]] == ["4712"]
    assert not (await see(traded, "/process/v1/orders?partner=lumen"))["items"]


async def test_pages_follow_each_other_to_the_end(traded):
    for number in range(10):
        await traded.send("erp", json_of(order(f"N{number}")))
    seen, path, pages = [], "/process/v1/orders?limit=5&partner=acme", 0
    while path:
        page = await see(traded, path)
        seen += [row["number"] for row in page["items"]]
        assert bool(page["next"]) == bool(page["link"])
        path, pages = page["link"], pages + 1
    assert len(seen) == len(set(seen)) == 12
    assert pages == 3


@pytest.mark.parametrize("query", ["limit=1000000", "limit=0", "limit=x", "after=%21%21", "limit=501"])
async def test_a_page_that_cannot_be_is_refused(doors, query):
    heard = await doors.call("GET", f"/process/v1/orders?{query}", key=OPERATOR)
    assert heard.status == 400
    assert heard.headers["content-type"] == "application/problem+json"
    assert heard.codes


async def test_one_order_shows_its_books_its_documents_and_what_happened(traded):
    shown = await see(traded, "/process/v1/orders/4711")
    line = shown["order"]["lines"][0]
    assert (line["ordered"], line["promised"]) == ("100", "10")
    assert {row["direction"] for row in shown["documents"]} == {"in", "out"}
    types = [entry["type"] for entry in shown["timeline"]]
    assert types[0] == "document.came"
    assert "purchase_order.responded" in types
    assert all(entry["says"] and entry["link"] for entry in shown["timeline"])


async def test_the_page_of_an_order_shows_what_just_happened_before_the_lists_do(doors):
    await doors.send("erp", json_of(order("4711")))
    app = doors.bench.app
    app.worker.projector = None
    await doors.send("acme", response_855("4711"))
    assert (await see(doors, "/process/v1/orders/4711"))["order"]["state"] == "confirmed"
    assert (await see(doors, "/process/v1/orders"))["items"][0]["state"] == "awaiting_answer"


async def test_a_number_with_a_slash_has_an_address(doors):
    await doors.send("erp", json_of(order("PO/12~3")))
    shown = await see(doors, "/process/v1/orders/PO~112~03")
    assert shown["order"]["number"] == "PO/12~3"
    page = await see(doors, "/process/v1/orders")
    assert page["items"][0]["number"] == "PO/12~3"


async def test_documents_are_listed_newest_first_with_their_bytes_and_their_meaning(traded):
    rows = (await see(traded, "/process/v1/documents"))["items"]
    assert [row["at"] for row in rows] == sorted((row["at"] for row in rows), reverse=True)
    answer = next(row for row in rows if row["document_type"] == "order_response" and row["direction"] == "in")
    raw = await traded.call("GET", f"/process/v1/documents/{answer['id']}/raw", key=OPERATOR)
    assert raw.body == response_855("4711", quantity="10")
    assert raw.headers["content-disposition"].startswith("attachment")
    meaning = await see(traded, f"/process/v1/documents/{answer['id']}/canonical")
    assert meaning["document"]["order_number"] == "4711"
    assert meaning["map"].startswith("x12/004010/855")


async def test_a_document_we_sent_shows_its_bytes_its_meaning_and_its_attempts(traded):
    rows = (await see(traded, "/process/v1/documents?partner=acme"))["items"]
    ours = next(row for row in rows if row["direction"] == "out" and row["document_type"] == "purchase_order")
    raw = await traded.call("GET", f"/process/v1/documents/{ours['id']}/raw", key=OPERATOR)
    assert raw.body.startswith(b"ISA")
    meaning = await see(traded, f"/process/v1/documents/{ours['id']}/canonical")
    assert meaning["document"]["document"] == "purchase_order"
    shown = await see(traded, f"/process/v1/documents/{ours['id']}")
    assert [attempt["result"] for attempt in shown["attempts"]] == ["accepted"]


async def test_a_document_that_cannot_be_read_says_why_in_place_of_its_meaning(doors):
    await doors.send("acme", x12("ACME", "855", "PR", "BAK*00*AD"))
    row = next(r for r in (await see(doors, "/process/v1/documents"))["items"] if r["direction"] == "in")
    meaning = await see(doors, f"/process/v1/documents/{row['id']}/canonical")
    assert "document" not in meaning or meaning["document"] is None
    assert meaning["findings"]


@pytest.mark.parametrize(
    "word",
    ["4711", "000000001", "SO-4711", "{document}", "{transmission}"],
)
async def test_any_number_leads_to_the_whole_story(traded, word):
    came = next(
        row
        for row in (await see(traded, "/process/v1/documents?partner=acme"))["items"]
        if row["document_type"] == "order_response"
    )
    word = word.format(document=came["id"], transmission=came["transmission"])
    story = await see(traded, f"/process/v1/trace/{quote(word)}")
    assert story["matched"]
    assert {"purchase_order.released", "purchase_order.responded", "document.came", "document.written"} <= {
        entry["type"] for entry in story["timeline"]
    }


async def test_a_number_that_names_nothing_is_not_found(traded):
    await see(traded, "/process/v1/trace/nothing", 404)


async def test_an_exception_is_taken_and_ended_by_a_person(doors):
    await doors.send("acme", x12("ACME", "855", "PR", "BAK*00*AD"))
    row = (await see(doors, "/process/v1/cases?state=open"))["items"][0]
    here = f"/process/v1/cases/{row['id']}"
    given = await doors.operator("POST", f"{here}/assign", {"to": "bo"})
    assert given.status == 200, given.body
    assert given.json["events"][0]["type"] == "case.assigned"
    shown = await see(doors, here)
    assert (shown["case"]["state"], shown["case"]["owner"]) == ("assigned", "bo")
    ended = await doors.operator("POST", f"{here}/resolve", {"action": "asked to send again"})
    assert ended.json["events"][0]["by"] == "ana"
    assert (await see(doors, here))["case"]["state"] == "resolved"
    again = await doors.operator("POST", f"{here}/assign", {"to": "bo"})
    assert (again.status, again.headers["content-type"]) == (409, "application/problem+json")
    assert again.codes


async def test_asking_twice_under_one_key_is_asking_once(doors):
    await doors.send("acme", x12("ACME", "855", "PR", "BAK*00*AD"))
    row = (await see(doors, "/process/v1/cases"))["items"][0]
    path, key = f"/process/v1/cases/{row['id']}/assign", {"idempotency-key": "k1"}
    first = await doors.operator("POST", path, {"to": "bo"}, headers=key)
    again = await doors.operator("POST", path, {"to": "bo"}, headers=key)
    other = await doors.operator("POST", path, {"to": "cy"}, headers=key)
    assert (again.status, again.body) == (200, first.body)
    assert again.headers["idempotent-replay"] == "true"
    assert (other.status, other.codes) == (422, ["request.idempotency-mismatch"])
    history = await doors.bench.history(f"case/{row['id']}")
    assert sum(type(event).__name__ == "CaseAssigned" for event in history) == 1


async def test_an_answer_that_takes_long_is_a_link(doors, monkeypatch):
    await doors.send("acme", x12("ACME", "855", "PR", "BAK*00*AD"))
    row = (await see(doors, "/process/v1/cases"))["items"][0]
    monkeypatch.setattr("tradelane.api.asking.WAIT_SECONDS", 0.01)
    body, kind = msgspec.json.encode({"to": "bo"}), {"content-type": "application/json"}
    heard = await doors.call("POST", f"/process/v1/cases/{row['id']}/assign", key=OPERATOR, body=body, headers=kind)
    assert (heard.status, heard.json["done"]) == (202, False)
    assert heard.headers["location"] == heard.json["link"]
    assert (await doors.call("GET", heard.json["link"], key=OPERATOR)).status == 202
    await doors.bench.work()
    assert (await see(doors, heard.json["link"]))["events"][0]["to"] == "bo"


@pytest.mark.parametrize(
    ("body", "status", "codes"),
    [
        (b'{"to":"bo","too":1}', 422, ["json.unknown-field"]),
        (b"{}", 422, ["json.missing-field"]),
        (b'{"to":5,"colour":1}', 422, ["json.unknown-field", "json.wrong-value"]),
        (b'{"to":"bo","to":"cy"}', 400, ["json.duplicate-key"]),
        (b'{"to":NaN}', 400, ["json.number"]),
        (b'{"to":"\\ud800"}', 400, ["json.character"]),
        (b"[" * 60_000, 400, ["json.syntax"]),
        (b"[]", 422, ["json.shape"]),
        (b'{"to":' + b"9" * 5000 + b"}", 400, ["json.syntax"]),
        (b'{"to":"' + b"x" * 200 + b'"}', 422, ["json.wrong-value"]),
        (b" " * 70_000, 413, ["request.too-large"]),
    ],
)
async def test_a_body_that_is_wrong_is_told_everything_that_is_wrong(doors, body, status, codes):
    headers = {"content-type": "application/json"}
    heard = await doors.call("POST", "/process/v1/cases/x/assign", key=OPERATOR, body=body, headers=headers)
    assert (heard.status, heard.codes) == (status, codes)


async def test_a_body_of_another_kind_is_refused(doors):
    heard = await doors.call("POST", "/process/v1/cases/x/assign", key=OPERATOR, body=b"<a/>")
    assert heard.status == 415


async def test_what_is_not_there_is_a_404_everywhere(doors):
    for path in ("orders/9", "documents/9", "documents/9/raw", "documents/9/canonical", "cases/9", "partners/9", "x"):
        heard = await doors.call("GET", f"/process/v1/{path}", key=OPERATOR)
        assert (heard.status, heard.codes) == (404, ["request.not-found"]), path
    body = {"to": "bo"}
    assert (await doors.operator("POST", "/process/v1/cases/9/assign", body)).status == 404
    assert (await doors.operator("POST", "/process/v1/orders/9/invoices/1/decide", {"approve": True})).status == 404
    assert (await doors.operator("POST", "/process/v1/orders/9/close", {})).status == 404


def bill(order_number: str, total: str) -> bytes:
    line = {"number": "1", "quantity": {"value": "10", "unit": "EA"}, "item": {"buyer_item": "SKU-1"}}
    line |= {"price": {"amount": total, "per": "10"}, "order_number": order_number}
    invoice = {"document": "invoice", "number": "I-1", "invoiced_on": "2026-03-20", "total": total, "lines": [line]}
    return msgspec.json.encode(invoice | {"currency": "USD"})


async def test_a_decision_about_a_number_that_two_partners_use_says_whose_invoice_it_means(traded):
    for partner in ("acme", "lumen"):
        assert (await traded.send(partner, bill("4711", "999"))).status == 202
    address = "/process/v1/orders/4711/invoices/I-1/decide"
    assert (await traded.operator("POST", address, {"approve": False})).codes == ["invoice.ambiguous"]
    assert (await traded.operator("POST", address, {"approve": False, "partner": "depot"})).status == 404
    assert (await traded.operator("POST", address, {"approve": False, "partner": "lumen"})).status == 200
    billed = (await see(traded, "/process/v1/orders/4711"))["order"]["invoices"]
    outcomes = {row["stream"]: row["outcome"] for row in billed}
    assert outcomes == {"invoice/acme/I1": "waiting", "invoice/lumen/I1": "turned_down"}


async def test_an_order_whose_goods_are_still_to_come_is_not_closed(traded):
    heard = await traded.operator("POST", "/process/v1/orders/4711/close", {"reason": "enough"})
    assert (heard.status, heard.codes) == (409, ["purchase-order.not-complete"])


async def test_what_is_still_to_come_of_an_order_is_shown_with_its_day_and_how_sure_it_is(traded):
    page = await see(traded, "/process/v1/orders/4711")
    for line in page["order"]["lines"]:
        rows = [row for row in page["expected"][line["number"]] if not row.get("over")]
        assert sum(float(row["quantity"]) for row in rows) == float(line["ordered"]) - float(line["cut"])
        assert all(0 < float(row["confidence"]) <= 1 for row in rows)


async def test_an_answer_beyond_policy_is_accepted_by_a_person_once(traded):
    path = "/process/v1/orders/4711/answer/decide"
    before = (await see(traded, "/process/v1/orders/4711"))["order"]
    waiting = [line["number"] for line in before["lines"] if line.get("disputed")]
    assert waiting
    heard = await traded.operator("POST", path, {"accept": True, "lines": ["none"]})
    assert (heard.status, heard.codes) == (422, ["answer.nothing-to-decide"])
    heard = await traded.operator("POST", path, {"accept": True})
    assert heard.status == 200
    after = (await see(traded, "/process/v1/orders/4711"))["order"]
    assert not any(line.get("disputed") for line in after["lines"])
    assert (await traded.operator("POST", path, {"accept": False})).status == 422
    assert (await traded.operator("POST", "/process/v1/orders/9/answer/decide", {"accept": True})).status == 404


@pytest.mark.parametrize("path", ["/docs/..%2f..%2fetc", "/../../etc/passwd", "/process/v1/..%2f", "/%00", "/.git"])
async def test_no_address_leads_out_of_the_house(doors, path):
    assert (await doors.call("GET", path, key=OPERATOR)).status == 404


async def test_another_method_is_not_known_there(doors):
    heard = await doors.call("DELETE", "/process/v1/orders", key=OPERATOR)
    assert (heard.status, heard.codes) == (405, ["request.method"])


async def test_partners_are_shown_without_their_secrets(traded):
    rows = (await see(traded, "/process/v1/partners"))["items"]
    assert [row["name"] for row in rows] == ["acme", "depot", "erp", "lumen"]
    acme = await see(traded, "/process/v1/partners/acme")
    assert acme["exchanged"]["transmissions"] == 1
    assert "sha256" not in str(acme)
    assert (await see(traded, "/process/v1/partners?limit=2"))["next"]


async def test_health_is_for_everybody_and_its_details_for_operators(doors):
    for path in ("/health/live", "/health/ready"):
        assert (await doors.call("GET", path, client=ELSEWHERE)).status == 200
    assert "version" in await see(doors, "/process/v1/health")
    assert (await doors.call("GET", "/process/v1/health", client=ELSEWHERE)).status == 401


async def test_without_a_database_it_lives_but_is_not_ready(doors, monkeypatch):
    from tradelane.store.port import StoreUnavailable

    async def away() -> Any:
        raise StoreUnavailable

    monkeypatch.setattr(doors.bench.store, "ends", away)
    assert (await doors.call("GET", "/health/live")).status == 200
    assert (await doors.call("GET", "/health/ready")).status == 503
    assert (await see(doors, "/process/v1/health"))["ready"] is False


# --- who may ---


async def test_on_this_machine_no_key_is_needed_unless_the_doors_listen_wider(tmp_path):
    local, wide = await open_doors(tmp_path), await open_doors(tmp_path, host="0.0.0.0")
    assert (await local.call("GET", "/process/v1/orders", client=LOOPBACK)).status == 200
    assert (await wide.call("GET", "/process/v1/orders", client=LOOPBACK)).status == 401
    assert (await local.call("GET", "/process/v1/orders", client=ELSEWHERE)).status == 401
    assert (await local.call("GET", "/process/v1/orders", client=("::1", 1))).status == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "tradelane.example"},
        {"origin": "https://evil.example"},
        {"host": "127.0.0.1.evil.example"},
        {"authorization": "Bearer wrong"},
    ],
)
async def test_a_page_elsewhere_cannot_use_the_browser_of_somebody_here(doors, headers):
    assert (await doors.call("GET", "/process/v1/orders", headers=headers)).status == 401


async def test_what_a_proxy_claims_is_not_believed(doors):
    claims = {"x-forwarded-for": "127.0.0.1", "forwarded": "for=127.0.0.1", "x-real-ip": "127.0.0.1"}
    assert (await doors.call("GET", "/process/v1/orders", client=ELSEWHERE, headers=claims)).status == 401


async def test_no_partner_gets_into_any_process_address(doors):
    for handler in PROCESS:
        for path in handler.paths:
            address = "/process/v1" + path.replace("{", "").replace(":str}", "")
            for method in handler.http_methods - {"HEAD", "OPTIONS"}:
                heard = await doors.call(method, address, key="acme-key")
                assert (heard.status, heard.codes) == (403, ["request.not-an-operator"]), address


async def test_who_acts_is_whose_key_it_is_whatever_the_body_says(doors):
    await doors.send("acme", x12("ACME", "855", "PR", "BAK*00*AD"))
    row = (await see(doors, "/process/v1/cases"))["items"][0]
    heard = await doors.operator("POST", f"/process/v1/cases/{row['id']}/assign", {"to": "bo", "by": "the boss"})
    assert heard.json["events"][0]["by"] == "ana"


async def test_an_invoice_that_is_doubted_is_decided_on_then_booked_and_paid(traded):
    old = bill("4711", "99").replace(b"2026-03-20", b"2024-03-20")
    assert (await traded.send("acme", old)).status == 202
    asked = [c for c in (await see(traded, "/process/v1/cases"))["items"] if c["kind"] == "INVOICE_DATE_VARIANCE"]
    assert [c["about"] for c in asked] == ["invoice/acme/I1"]
    path = "/process/v1/invoices/acme/I-1"
    booked = {"on": "2026-03-21", "reference": "51"}
    assert (await traded.operator("POST", f"{path}/posted", booked)).codes == ["invoice.not-approved"]
    assert (await traded.operator("POST", f"{path}/decide", {"approve": True, "reason": "late post"})).status == 200
    held = await traded.operator("POST", "/process/v1/orders/4711/invoices/I-1/decide", {"approve": True})
    assert held.status == 200
    for step in ("posted", "paid"):
        assert (await traded.operator("POST", f"{path}/{step}", booked)).status == 200
    says = [entry["says"] for entry in (await see(traded, path))["timeline"]]
    assert says[-2:] == ["Booked in the ERP on 2026-03-21, as ana says", "Paid on 2026-03-21, as ana says"]
    assert (await traded.operator("POST", "/process/v1/invoices/acme/none/paid", booked)).status == 404


async def test_the_bytes_of_a_document_show_no_secret(doors):
    said = (ROOT / "tests/golden/trees/cxml_ConfirmationRequest.xml").read_bytes()
    registry = doors.bench.app.house.registry
    acme = replace(
        registry.partners["acme"],
        trees=TreeSettings(
            takes=("cxml",),
            identities=("GLN:4098765000006", "NetworkID:AN01"),
            secret_sha256=sha256(b"abracadabra").hexdigest(),
        ),
    )
    doors.bench.app.house.registry = replace(registry, partners={**registry.partners, "acme": acme})
    head, sender, rest = said.partition(b"<Sender>")
    said = head + sender + rest.replace(b"</Credential>", b"<SharedSecret>abracadabra</SharedSecret></Credential>", 1)
    heard = await doors.send("acme", said, headers={"content-type": "text/xml"})
    assert heard.status in (200, 201, 202), heard.body
    rows = (await see(doors, "/process/v1/documents?partner=acme"))["items"]
    raw = await doors.call("GET", f"/process/v1/documents/{rows[0]['id']}/raw", key=OPERATOR)
    assert raw.body == said.replace(b"abracadabra", b"***********")
