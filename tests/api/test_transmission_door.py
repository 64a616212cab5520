"""The hot door: what is taken, what is refused and how, and that nothing is kept of what is refused."""

import gzip
import json
from typing import Any

import pytest
from tests.api.doors import ELSEWHERE, Doors, Heard, open_doors
from tests.runtime.bench_house import json_of, order, response_855, x12

from tradelane.api.body import INFLATE_RATIO_MAX, PACE
from tradelane.api.transmissions import PATH, TransmissionDoor
from tradelane.store.port import StoreUnavailable

pytestmark = pytest.mark.anyio

X12 = {"content-type": "application/edi-x12"}
JSON = {"content-type": "application/json"}


@pytest.fixture
async def doors(tmp_path) -> Doors:
    return await open_doors(tmp_path, body_bytes_max=100_000)


async def post(doors: Doors, body: Any, headers: dict[str, str], **more: Any) -> Heard:
    return await doors.call("POST", PATH, key=more.pop("key", "acme-key"), body=body, headers=headers, **more)


async def kept(doors: Doors) -> int:
    """Return how many transmissions the house has kept."""
    await doors.bench.work()
    rows = await doors.bench.store.journal(dict.fromkeys(range(64), 0), 1000)
    return sum(row.type == "exchange.transmission_taken" for row in rows)


def tree(**changes: Any) -> dict[str, Any]:
    return {**json.loads(json_of(order("4711"))), **changes}


async def test_what_is_taken_is_stored_byte_for_byte_and_answered_with_202(doors):
    body = response_855("4711")
    heard = await post(doors, body, X12)
    assert heard.status == 202
    archived = await doors.bench.store.archive(heard.json["id"])
    assert (archived.body, archived.sha256, archived.partner) == (body, heard.json["sha256"], "acme")
    assert "idempotent-replay" not in heard.headers


async def test_the_same_key_and_body_get_the_same_answer(doors):
    first = await post(doors, response_855("4711"), {**X12, "idempotency-key": "k1"})
    again = await post(doors, response_855("4711"), {**X12, "idempotency-key": "k1"})
    assert (again.status, again.body) == (202, first.body)
    assert again.headers["idempotent-replay"] == "true"
    assert await kept(doors) == 1


async def test_the_same_key_with_another_body_is_refused_and_has_no_effect(doors):
    await post(doors, response_855("4711"), {**X12, "idempotency-key": "k1"})
    other = await post(doors, response_855("4712"), {**X12, "idempotency-key": "k1"})
    assert (other.status, other.codes) == (422, ["idempotency_mismatch"])
    assert await kept(doors) == 1


@pytest.mark.parametrize("key", ["x" * 201, "a b", "ключ"])
async def test_a_key_that_is_no_plain_word_is_refused(doors, key):
    assert (await post(doors, b"ISA", {**X12, "idempotency-key": key})).status == 400


async def test_a_body_beyond_the_limit_is_refused_before_it_is_read(doors):
    heard = await post(doors, [], {**X12, "content-length": "100001"})
    assert (heard.status, heard.codes, heard.headers["connection"]) == (413, ["request.too-large"], "close")


async def test_a_chunked_body_beyond_the_limit_is_refused_and_nothing_is_stored(doors):
    heard = await post(doors, [b"x" * 40_000] * 3, {**X12, "transfer-encoding": "chunked"}, declared=False)
    assert (heard.status, heard.headers["connection"]) == (413, "close")
    assert await kept(doors) == 0


async def test_a_body_of_two_lengths_is_refused(doors):
    heard = await post(doors, b"ISA", {**X12, "transfer-encoding": "chunked"})
    assert (heard.status, heard.codes, heard.headers["connection"]) == (400, ["request.ambiguous-framing"], "close")


@pytest.mark.parametrize(("cut", "status"), [(True, 0), (False, 400)])
async def test_a_body_shorter_than_declared_is_not_kept(doors, cut, status):
    heard = await post(doors, response_855("4711"), {**X12, "content-length": "9999"}, cut=cut)
    assert heard.status == status
    assert await kept(doors) == 0


async def test_a_chunked_body_cut_in_the_middle_is_not_kept(doors):
    heard = await post(doors, [response_855("1")], {**X12, "transfer-encoding": "chunked"}, cut=True, declared=False)
    assert heard.status == 0
    assert await kept(doors) == 0


async def test_a_body_that_stops_coming_is_refused(doors):
    heard = await post(doors, [b"IS", Doors.STALLED], {**X12, "content-length": "500"})
    assert (heard.status, heard.codes, heard.headers["connection"]) == (408, ["request.too-slow"], "close")
    assert await kept(doors) == 0


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("application/edi-x12", 202),
        ("text/plain; charset=us-ascii", 202),
        ("application/octet-stream", 202),
        ("", 202),
        ("application/edifact", 415),
        ("text/html", 415),
        ("application/json; charset=utf-16", 415),
        ("multipart/form-data", 415),
    ],
)
async def test_only_what_we_read_is_taken(doors, kind, status):
    assert (await post(doors, response_855("1"), {"content-type": kind} if kind else {})).status == status


@pytest.mark.parametrize("body", [b"%PDF-1.7", b"UNB+UNOA:1", b"\xff\xfe{\x00}\x00", b"\x00\x01"])
async def test_what_is_neither_x12_nor_json_is_not_taken_for_it(doors, body):
    heard = await post(doors, body, {"content-type": "application/octet-stream"})
    assert (heard.status, heard.codes) == (415, ["request.content-type"])


async def test_an_empty_body_is_refused(doors):
    heard = await post(doors, b"", X12)
    assert (heard.status, heard.codes) == (422, ["transmission.empty"])


async def test_compressed_bytes_are_kept_decompressed(doors):
    body = response_855("4711")
    heard = await post(doors, gzip.compress(body), {**X12, "content-encoding": "gzip"})
    assert (await doors.bench.store.archive(heard.json["id"])).body == body


@pytest.mark.parametrize("size", [99_000, 10_000_000])
async def test_a_bomb_is_refused(doors, size):
    packed = gzip.compress(b"0" * size)
    assert size > INFLATE_RATIO_MAX * len(packed)
    heard = await post(doors, packed, {**X12, "content-encoding": "gzip"})
    assert (heard.status, heard.codes) == (413, ["request.too-large"])
    assert await kept(doors) == 0


PACKED = gzip.compress(b"ISA", mtime=0)


@pytest.mark.parametrize("body", [b"no gzip", PACKED[:-3], PACKED + b"more"])
async def test_a_broken_gzip_stream_is_refused(doors, body):
    heard = await post(doors, body, {**X12, "content-encoding": "gzip"})
    assert (heard.status, heard.codes) == (400, ["request.gzip"])


async def test_another_encoding_is_refused(doors):
    assert (await post(doors, b"ISA", {**X12, "content-encoding": "br"})).status == 415


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"authorization": "Bearer nobody"},
        {"authorization": "Basic YTpi"},
        {"authorization": "Bearer "},
        {"x-api-key": "nobody"},
        {"authorization": "Bearer acme-key", "x-api-key": "lumen-key"},
        {"x-tenant": "acme"},
        {"x-forwarded-for": "127.0.0.1"},
    ],
)
async def test_who_is_not_known_hears_one_and_the_same_answer(doors, headers):
    heard = await doors.call("POST", PATH, body=b"ISA", headers={**X12, **headers})
    assert (heard.status, heard.codes) == (401, ["request.unknown-caller"])
    said = heard.json
    assert said.pop("request_id")
    assert (
        said["detail"]
        == "The request carries no key that we know. Send your API key as Authorization: Bearer, or as X-Api-Key."
    )


async def test_a_key_may_come_in_either_header(doors):
    assert (await post(doors, response_855("1"), {**X12, "x-api-key": "acme-key"}, key="")).status == 202


async def test_an_operator_is_no_partner(doors):
    assert (await post(doors, response_855("1"), X12, key="operator-key")).status == 403


async def test_the_method_counts_and_not_what_a_header_claims(doors):
    heard = await doors.call("GET", "/partner/v1/waiting", headers={"x-http-method-override": "POST"}, key="acme-key")
    assert heard.status == 200


async def test_an_envelope_of_somebody_else_is_refused_and_not_kept(doors):
    heard = await post(doors, x12("LUMEN", "855", "PR", "BAK*00*AD*1*20260302"), X12)
    assert (heard.status, heard.codes) == (403, ["identity.not-yours"])
    assert await kept(doors) == 0


async def test_a_full_house_says_so_before_reading(tmp_path):
    doors = await open_doors(tmp_path)
    door = TransmissionDoor(doors.bench.app, PACE, in_flight_bytes_max=1000)
    door.in_flight = 900
    doors.app.inner.hot = door  # type: ignore[attr-defined]
    heard = await post(doors, response_855("1"), X12)
    assert (heard.status, heard.codes, heard.headers["retry-after"]) == (503, ["request.unavailable"], "2")
    assert door.in_flight == 900


async def test_the_room_of_a_body_is_given_back_whatever_became_of_it(tmp_path):
    doors = await open_doors(tmp_path, body_bytes_max=1000)
    door = doors.app.inner.hot  # type: ignore[attr-defined]
    for body, more in ((b"ISA", {}), (b"x" * 2000, {}), (b"ISA", {"cut": True}), ([b"I", Doors.STALLED], {})):
        await post(doors, body, X12, **more)
        assert door.in_flight == 0


async def test_a_database_that_is_away_is_a_503_and_nothing_is_promised(doors, monkeypatch):
    async def away(_arrivals: Any) -> Any:
        raise StoreUnavailable

    monkeypatch.setattr(doors.bench.store, "put", away)
    heard = await post(doors, response_855("1"), X12)
    assert (heard.status, heard.codes) == (503, ["store.unavailable"])
    assert int(heard.headers["retry-after"]) > 0


async def test_a_fault_of_ours_shows_nothing_of_our_code(doors, monkeypatch):
    async def broken(_arrivals: Any) -> Any:
        raise RuntimeError("secret detail in tradelane/store.py line 12")

    monkeypatch.setattr(doors.bench.app.intake, "take", broken)
    heard = await post(doors, response_855("1"), X12)
    assert (heard.status, heard.codes) == (500, ["request.failed"])
    assert b"secret" not in heard.body
    assert b".py" not in heard.body
    assert heard.json["request_id"] == heard.headers["x-request-id"]


# --- JSON ---


async def json_post(doors: Doors, body: bytes) -> Heard:
    return await post(doors, body, JSON, key="erp-key")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b'{"document":"purchase_order","number":"1","number":"2"}', 400, "json.duplicate-key"),
        (b'{"document":"purchase_order","version":NaN}', 400, ""),
        (b'{"document":"purchase_order","version":1e999}', 400, ""),
        (b"[" * 50_000, 400, ""),
        (b'{"a":' * 100 + b"1" + b"}" * 100, 400, "json.depth"),
        (b'{"document":"purchase_order","version":' + b"9" * 5000 + b"}", 400, ""),
        (b'{"document":"purchase_order","number":"\\ud800"}', 400, "json.surrogate"),
        (b'{"document":"purchase_order","number":"a\\u0000b"}', 422, "json.nul"),
        (b"\xff\xfe{\x00}\x00", 415, ""),
        (b"{not json}", 400, "json.syntax"),
        (b'"text"', 400, ""),
    ],
)
async def test_json_that_two_readers_could_read_differently_is_refused(doors, body, status, code):
    heard = await json_post(doors, body)
    assert heard.status == status
    assert not code or code in heard.codes
    assert await kept(doors) == 0


async def test_an_unknown_field_is_named(doors):
    heard = await json_post(doors, json.dumps(tree(colour="red")).encode())
    assert heard.status == 422
    assert "colour" in json.dumps(heard.json["findings"])


async def test_a_price_keeps_every_digit_or_is_refused(doors):
    document = tree()
    document["lines"][0]["price"]["amount"] = "0.1234567890123456789"
    heard = await json_post(doors, json.dumps(document).encode())
    assert heard.status == 422


async def test_foreign_digits_are_no_quantity(doors):
    document = tree()
    for digits in ("٣", "²"):
        document["lines"][0]["quantity"]["value"] = digits
        assert (await json_post(doors, json.dumps(document).encode())).status == 422


async def test_a_byte_order_mark_is_taken_once(doors):
    assert (await json_post(doors, b"\xef\xbb\xbf" + json_of(order("1")))).status == 202


async def test_every_fault_of_a_document_is_listed(doors):
    heard = await json_post(doors, json.dumps(tree(colour="red", shade="dark", currency=5)).encode())
    assert heard.status == 422
    assert len(heard.codes) >= 3


async def test_one_bad_document_does_not_hold_up_its_neighbours(doors):
    good, bad = json.loads(json_of(order("4711"))), tree(colour="red")
    heard = await json_post(doors, json.dumps([good, bad]).encode())
    assert heard.status == 202
    await doors.bench.work()
    assert await doors.bench.history("purchase_order/4711")


async def test_nobody_far_away_gets_in_without_a_key(doors):
    assert (await doors.call("GET", "/process/v1/orders", client=ELSEWHERE)).status == 401
