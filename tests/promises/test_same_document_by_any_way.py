"""One order by any way, in any syntax, under any number, at one time, is one order (promises P6 and P7)."""

import asyncio
import json
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from msgspec.structs import replace
from tests.api.doors import Doors, open_doors
from tests.maps.documents import DRAWN
from tests.maps.sets import sent
from tests.promises.answers import ORDER_STREAM, cases, history, order_850, swapped
from tests.runtime.bench_house import json_of, order

from tradelane.maps import lift, lower, shipped
from tradelane.model.exchange import TransmissionTaken
from tradelane.model.registry import encode, read_document
from tradelane.model.repeat import DocumentConflicted
from tradelane.protocols.folder import FolderPickup
from tradelane.runtime.handed import content_hash
from tradelane.runtime.pickup import Pickup

pytestmark = pytest.mark.anyio

ONCE = json_of(order("4711"))
SPOKEN = (
    ONCE,
    swapped(ONCE, '"2.50"', '"2.5"'),
    swapped(ONCE, '"2.50"', '"2.500","per":"1.0"'),
    swapped(ONCE, '"unit":"EA"', '"unit":"EA","source_unit":"PC"'),
    swapped(ONCE, '"currency":"USD"', '"order_type":"standard","purpose":"original","currency":"USD"'),
    b"\xef\xbb\xbf [" + ONCE + b"]\n",
)
"""One order as JSON, as different systems would say it."""


@pytest.fixture
async def doors(tmp_path) -> Doors:
    return await open_doors(tmp_path)


@pytest.fixture
def folder(tmp_path) -> Path:
    found = tmp_path / "dropped"
    found.mkdir()
    return found


def pickup(doors: Doors, folder: Path) -> Pickup:
    """Return the real collector of a real folder."""
    return Pickup(doors.bench.app.house, doors.bench.app.intake, {"erp": FolderPickup(folder)})


async def post(doors: Doors, number: int, body: bytes) -> None:
    """Send one as nobody sent it before: under an idempotency key of its own."""
    kind = "application/edi-x12" if body.startswith(b"ISA") else "application/json"
    headers = {"content-type": kind, "idempotency-key": f"key-{number}"}
    heard = await doors.at_work("POST", "/partner/v1/transmissions", key="erp-key", body=body, headers=headers)
    assert heard.status == 202
    assert "idempotent-replay" not in heard.headers


async def conflicting(doors: Doors) -> set[bytes]:
    """Return the archived bytes of both documents of the one conflict, found by what the conflict says."""
    [conflict] = [each for each in await doors.bench.history(ORDER_STREAM) if isinstance(each, DocumentConflicted)]
    events = [event for event in await doors.bench.history("exchange/erp") if isinstance(event, TransmissionTaken)]
    found = {said.item: event.transmission for event in events for said in event.sets}
    kept = [await doors.bench.store.archive(found[item]) for item in (conflict.first, conflict.item)]
    return {archived.body for archived in kept if archived is not None}


@pytest.mark.parametrize("seed", range(4))
async def test_sixteen_at_one_time_by_three_ways_are_one_order(doors, folder, seed):
    bodies = [order_850(control=number) for number in range(1, 6)] + [*SPOKEN]
    for number in range(4):
        (folder / f"{number}.edi").write_bytes(order_850(control=50 + number))
    (folder / "again.json").write_bytes(ONCE)
    arriving = [post(doors, number, body) for number, body in enumerate(bodies)]
    arriving.insert(Random(seed).randrange(len(arriving)), pickup(doors, folder).turn())
    Random(seed).shuffle(arriving)
    await asyncio.gather(*arriving)
    await doors.bench.work()
    happened = await history(doors)
    assert happened.count("OrderReleased") == 1
    assert happened.count("DocumentRepeated") == 15
    assert set(happened) == {"OrderReleased", "OrderSent", "DocumentRepeated"}
    sends = [one for one in doors.bench.channels["acme"].taken if one.document_type == "purchase_order"]
    assert len(sends) == 1
    assert await cases(doors) == []
    assert len([path for path in folder.glob("done/*/*") if path.is_file()]) == 5


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"value":"10"', '"value":"11"'),
        ('"2.50"', '"2.51"'),
        ('"2.50"', '"2.50","per":"100"'),
        ("SKU-1", "SKU-2"),
        ('"2026-03-16"', '"2026-03-17"'),
        ('"USD"', '"EUR"'),
        ('"number":"1"', '"number":"01"'),
        ('"USD"', '"USD","notes":["by boat"]'),
    ],
)
async def test_one_changed_field_is_a_conflict_and_both_contents_stay_readable(doors, old, new):
    other = swapped(ONCE, old, new)
    await doors.send("erp", order_850())
    before = await history(doors)
    await doors.send("erp", other)
    assert await history(doors) == [*before, "DocumentConflicted"]
    assert await conflicting(doors) == {order_850(), other}
    [case] = await cases(doors)
    assert case["kind"] == "DOCUMENT_CONFLICT"


@pytest.mark.parametrize(
    ("one", "other"), [('"kind":"contract","value":"1.10"', '"kind":"contract","value":"1.1"')], ids=["a reference"]
)
async def test_what_only_looks_like_a_number_is_compared_as_it_is_written(doors, one, other):
    first, second = (swapped(ONCE, '"USD"', f'"USD","references":[{{{each}}}]') for each in (one, other))
    await doors.send("erp", first)
    await doors.send("erp", second)
    assert await conflicting(doors) == {first, second}


async def test_two_contents_at_one_time_by_two_ways_are_one_order_and_one_conflict(doors, folder):
    other = order_850(control=2, quantity="11")
    (folder / "other.edi").write_bytes(other)
    await asyncio.gather(post(doors, 1, ONCE), pickup(doors, folder).turn())
    await doors.bench.work()
    happened = await history(doors)
    assert (happened.count("OrderReleased"), happened.count("DocumentConflicted")) == (1, 1)
    assert await conflicting(doors) == {ONCE, other}
    assert len(await cases(doors, "DOCUMENT_CONFLICT")) == 1


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(document=DRAWN["850"])
def test_an_order_has_one_content_whatever_syntax_it_comes_in(document):
    """As X12 it has codes of its own (NE, PE, a unit's) and no idle zeros; as JSON it has no codes, and zeros."""
    by_x12 = lift(sent(lower(document, shipped("x12/004010/850"))), shipped("x12/004010/850")).document
    by_json = read_document(json.dumps(spoken(json.loads(encode(document)))))
    assert content_hash(encode(by_x12)) == content_hash(encode(by_json))
    assert content_hash(encode(by_json)) != content_hash(encode(replace(by_json, number=f"{document.number}x")))


def spoken(tree: Any) -> Any:
    """Return canonical JSON as a system would say it that knows no X12 codes and writes three decimals."""
    if isinstance(tree, list):
        return [spoken(one) for one in tree]
    if not isinstance(tree, dict):
        return tree
    plain = {key: spoken(value) for key, value in tree.items() if not key.startswith("source_")}
    amounts = {key: plain[key] for key in ("amount", "per") if key in plain}
    if "unit" in plain:
        amounts["value"] = plain["value"]
    return {**plain, **{key: f"{Decimal(value):.3f}" for key, value in amounts.items() if Decimal(value) % 1 == 0}}
