"""Bad requests and bad JSON, numbers 1 to 30 of the list. Most are tested with their door; the rest stands here.

The table says where each number is tested, and is checked to be true.
"""

import asyncio
import json
import re
from importlib import import_module
from typing import Any

import pytest
from msgspec.structs import replace
from tests.api.doors import Doors, arriving, asked, open_doors
from tests.promises.answers import cases, history, order_850, taken
from tests.runtime.bench_house import json_of, order

from tradelane.api.transmissions import PATH
from tradelane.model.outcome import Outcome
from tradelane.partners.profile import Access
from tradelane.protocols.folder import FolderPickup
from tradelane.runtime.pickup import Pickup
from tradelane.store.port import StoreUnavailable

pytestmark = pytest.mark.anyio

X12 = {"content-type": "application/edi-x12"}
JSON = {"content-type": "application/json"}

DOOR, WIRE = "tests.api.test_transmission_door", "tests.api.test_real_server"
CONNECTION = "tests.api.test_connection"
GATE, OPERATOR, PARTNER = "tests.api.test_gate", "tests.api.test_process_api", "tests.api.test_partner_api"
HERE = "tests.promises.test_bad_inputs_http"
X12_TESTS = (
    *("tests.promises.test_bad_inputs_x12", "tests.promises.test_bad_inputs_x12_content"),
    "tests.promises.test_bad_inputs_edifact",
)

TESTED: dict[int, tuple[tuple[str, str], ...]] = {
    1: (
        (DOOR, "test_a_body_beyond_the_limit_is_refused_before_it_is_read"),
        (WIRE, "test_a_body_said_to_be_too_large_is_refused_before_it_is_sent"),
    ),
    2: (
        (DOOR, "test_a_chunked_body_beyond_the_limit_is_refused_and_nothing_is_stored"),
        (WIRE, "test_chunks_beyond_the_limit_are_refused_and_the_connection_closed"),
    ),
    3: (
        (DOOR, "test_a_body_of_two_lengths_is_refused"),
        (CONNECTION, "test_a_request_that_two_readers_could_read_differently_is_refused"),
        (CONNECTION, "test_it_is_refused_however_it_is_cut_into_pieces"),
        (CONNECTION, "test_what_was_asked_before_a_broken_request_is_answered"),
    ),
    4: (
        (DOOR, "test_a_body_shorter_than_declared_is_not_kept"),
        (WIRE, "test_a_body_cut_short_is_not_kept"),
    ),
    5: (
        (DOOR, "test_a_body_that_stops_coming_is_refused"),
        (WIRE, "test_a_body_that_stops_coming_is_refused"),
    ),
    6: ((DOOR, "test_the_same_key_and_body_get_the_same_answer"),),
    7: ((DOOR, "test_the_same_key_with_another_body_is_refused_and_has_no_effect"),),
    8: ((HERE, "test_008_requests_under_one_key_at_one_time_have_one_effect_and_one_answer"),),
    9: (
        (HERE, "test_009_an_answer_lost_on_its_way_after_the_commit_is_given_again"),
        (HERE, "test_009_a_client_that_is_gone_when_we_answer_has_one_effect_and_gets_the_answer_later"),
    ),
    10: ((DOOR, "test_only_what_we_read_is_taken"),),
    11: (
        (DOOR, "test_a_bomb_is_refused"),
        (WIRE, "test_a_bomb_costs_little_memory"),
    ),
    12: ((PARTNER, "test_what_is_somebody_elses_is_answered_like_what_is_not_there"),),
    13: (
        (OPERATOR, "test_what_a_proxy_claims_is_not_believed"),
        (DOOR, "test_who_is_not_known_hears_one_and_the_same_answer"),
    ),
    14: ((OPERATOR, "test_a_page_that_cannot_be_is_refused"),),
    15: ((OPERATOR, "test_no_address_leads_out_of_the_house"),),
    16: ((DOOR, "test_the_method_counts_and_not_what_a_header_claims"),),
    17: (
        (DOOR, "test_who_is_not_known_hears_one_and_the_same_answer"),
        (HERE, "test_017_a_key_taken_out_of_the_settings_is_answered_like_one_that_never_was"),
    ),
    18: (
        (GATE, "test_headers_beyond_the_limits_are_refused"),
        (WIRE, "test_headers_beyond_the_limits_are_refused"),
    ),
    19: ((DOOR, "test_an_unknown_field_is_named"),),
    20: (
        (DOOR, "test_a_full_house_says_so_before_reading"),
        (HERE, "test_020_more_than_can_be_taken_in_is_a_503_with_a_time_and_nothing_is_stored"),
    ),
    **dict.fromkeys(
        (21, 22, 23, 24, 26, 27),
        (
            (DOOR, "test_json_that_two_readers_could_read_differently_is_refused"),
            (HERE, "test_021_to_028_the_same_json_in_a_folder_is_quarantined_and_never_crashes_us"),
        ),
    ),
    25: ((DOOR, "test_a_price_keeps_every_digit_or_is_refused"),),
    28: (
        (DOOR, "test_foreign_digits_are_no_quantity"),
        (HERE, "test_021_to_028_the_same_json_in_a_folder_is_quarantined_and_never_crashes_us"),
    ),
    29: (
        (DOOR, "test_a_byte_order_mark_is_taken_once"),
        (DOOR, "test_json_that_two_readers_could_read_differently_is_refused"),
    ),
    30: ((HERE, "test_030_items_that_only_look_alike_are_kept_as_sent_apart_and_with_a_warning"),),
}


def named_by_number() -> dict[int, tuple[tuple[str, str], ...]]:
    """Return the tests of the X12 list by the numbers in their names."""
    named = [(module, name) for module in X12_TESTS for name in dir(import_module(module)) if name.startswith("test_")]
    found: dict[int, tuple[tuple[str, str], ...]] = {}
    for module, name in named:
        for number in map(int, re.findall(r"(?<=_)\d{3}(?=_)", name)):
            found[number] = (*found.get(number, ()), (module, name))
    return found


@pytest.mark.parametrize("number", [*range(1, 31), *range(83, 108)])
def test_every_bad_input_of_the_list_has_its_test(number):
    found = TESTED.get(number) or named_by_number().get(number)
    assert found, f"nothing tests number {number}"
    for module, name in found:
        assert callable(getattr(import_module(module), name, None)), f"{module} has no {name}"


@pytest.fixture
async def doors(tmp_path) -> Doors:
    return await open_doors(tmp_path)


async def arrivals(doors: Doors, partner: str = "erp") -> int:
    """Return how many transmissions of *partner* were read."""
    await doors.bench.work()
    return (await history(doors, f"exchange/{partner}")).count("TransmissionTaken")


async def test_008_requests_under_one_key_at_one_time_have_one_effect_and_one_answer(doors):
    told = {**JSON, "idempotency-key": "k"}
    heard = await asyncio.gather(
        *(doors.call("POST", PATH, key="erp-key", body=json_of(order("4711")), headers=told) for _ in range(8))
    )
    assert {(one.status, one.body) for one in heard} == {(202, heard[0].body)}
    assert sum("idempotent-replay" not in one.headers for one in heard) == 1
    assert await arrivals(doors) == 1
    assert (await history(doors)).count("OrderReleased") == 1


async def test_009_an_answer_lost_on_its_way_after_the_commit_is_given_again(doors, monkeypatch):
    put = doors.bench.store.put

    async def lost(rows: Any) -> Any:
        await put(rows)
        raise StoreUnavailable

    told = {"idempotency-key": "k"}
    monkeypatch.setattr(doors.bench.store, "put", lost)
    first = await doors.send("erp", json_of(order("4711")), headers=told)
    monkeypatch.setattr(doors.bench.store, "put", put)
    again = await doors.send("erp", json_of(order("4711")), headers=told)
    assert (first.status, again.status, again.headers["idempotent-replay"]) == (503, 202, "true")
    assert first.headers["retry-after"]
    assert await arrivals(doors) == 1
    assert (await history(doors)).count("OrderReleased") == 1
    assert await doors.bench.store.archive(again.json["id"])


async def test_009_a_client_that_is_gone_when_we_answer_has_one_effect_and_gets_the_answer_later(doors):
    body, told = json_of(order("4711")), {**JSON, "idempotency-key": "k"}
    scopes: list[Any] = []

    async def noted(scope: Any, _receive: Any, _send: Any) -> None:
        scopes.append(scope)

    async def gone(_message: Any) -> None:
        raise ConnectionResetError

    await asked(noted, "POST", PATH, "erp-key", body, ("127.0.0.1", 40000), told, False, True)
    await doors.app(scopes[0], arriving([body], False), gone)
    again = await doors.send("erp", body, headers=told)
    assert (again.status, again.headers["idempotent-replay"]) == (202, "true")
    assert await arrivals(doors) == 1
    assert (await history(doors)).count("OrderReleased") == 1


async def test_017_a_key_taken_out_of_the_settings_is_answered_like_one_that_never_was(doors):
    house = doors.bench.app.house
    known = dict(house.registry.partners)
    known["erp"] = replace(known["erp"], access=Access())
    house.registry = replace(house.registry, partners=known)
    old = await doors.send("erp", json_of(order("4711")))
    never = await doors.send("nobody", json_of(order("4711")))
    assert old.status == never.status == 401
    assert {**old.json, "request_id": ""} == {**never.json, "request_id": ""}
    assert await arrivals(doors) == 0


async def test_020_more_than_can_be_taken_in_is_a_503_with_a_time_and_nothing_is_stored(doors, monkeypatch):
    monkeypatch.setattr("tradelane.runtime.intake.ARRIVALS_MAX", 0)
    heard = await doors.send("erp", json_of(order("4711")))
    assert (heard.status, heard.codes) == (503, ["overloaded"])
    assert int(heard.headers["retry-after"]) > 0
    monkeypatch.undo()
    assert await arrivals(doors) == 0
    assert (await doors.send("erp", json_of(order("4711")))).status == 202


ORDER = json_of(order("4711"))


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (ORDER.replace(b'"value":"10"', b'"value":"1","value":"1000"'), "json.duplicate-key"),
        (ORDER.replace(b'"value":"10"', b'"value":NaN'), "json.syntax"),
        (ORDER.replace(b'"value":"10"', b'"value":1e999'), "json.number"),
        (b'{"a":' * 200_000, "json.depth"),
        (ORDER.replace(b'"value":"10"', b'"value":' + b"9" * 5000), "json.number"),
        (ORDER.replace(b"SKU-1", b"\\ud800"), "json.surrogate"),
        (ORDER.replace(b"SKU-1", b"\\u0000"), "json.nul"),
        (ORDER.replace(b'"value":"10"', '"value":"²"'.encode()), "json.bad-number"),
        (ORDER.decode().encode("utf-16"), "json.utf-16"),
    ],
    ids=["21", "22-nan", "22-1e999", "23", "24", "26", "27", "28", "29"],
)
async def test_021_to_028_the_same_json_in_a_folder_is_quarantined_and_never_crashes_us(doors, tmp_path, body, code):
    """A folder has nobody to refuse to: the file is kept, a person is asked, the next file is taken."""
    (tmp_path / "in").mkdir()
    pickup = Pickup(doors.bench.app.house, doors.bench.app.intake, {"erp": FolderPickup(tmp_path / "in")})
    (tmp_path / "in" / "1.json").write_bytes(body)
    assert await pickup.turn() == 1
    await doors.bench.work()
    said = await taken(doors, "erp")
    assert (said.outcome, said.file_name) == (Outcome.REJECTED, "1.json")
    assert (await doors.bench.store.archive(said.transmission)).body == body
    assert code in str(await cases(doors, "SCHEMA_ERROR"))
    assert await history(doors) == []
    (tmp_path / "in" / "2.edi").write_bytes(order_850())
    assert await pickup.turn() == 1
    await doors.bench.work()
    assert "OrderReleased" in await history(doors)


async def test_021_to_028_a_bad_document_among_good_ones_is_quarantined_alone(doors):
    bad = ORDER.replace(b'"value":"10"', b'"value":"1E5"').replace(b"4711", b"4712")
    body = b"[" + ORDER + b"," + bad + b"]"
    heard = await doors.send("erp", body)
    assert heard.status == 202
    assert [each.outcome for each in (await taken(doors, "erp")).sets] == [Outcome.ACCEPTED, Outcome.REJECTED]
    assert "OrderReleased" in await history(doors)
    assert await history(doors, "purchase_order/4712") == []
    assert len(await cases(doors, "SCHEMA_ERROR")) == 1


async def test_030_items_that_only_look_alike_are_kept_as_sent_apart_and_with_a_warning(doors):
    numbers = ["Caf\u00e9-1", "Cafe\u0301-1", "SKU\u200b-1", "SKU-1"]
    document = json.loads(ORDER)
    document["lines"] = [
        {**document["lines"][0], "number": str(place), "item": {"buyer_item": number}}
        for place, number in enumerate(numbers, start=1)
    ]
    body = json.dumps(document, ensure_ascii=False).encode()
    heard = await doors.send("erp", body)
    assert heard.status == 202
    assert (await doors.bench.store.archive(heard.json["id"])).body == body
    [released, *_] = await doors.bench.history("purchase_order/4711")
    assert [line.item.buyer_item for line in released.order.lines] == numbers
    [said] = (await taken(doors, "erp")).sets
    assert [(one.code, one.severity) for one in said.findings] == [("item.look-alike", "warning")] * 2
    assert [one.where.path[:10] for one in said.findings] == ["$.lines[1]", "$.lines[3]"]
