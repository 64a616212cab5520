"""Replay through the process API: what would differ is shown first; carried out, only what had no effect gets one."""

import pytest
from msgspec.structs import replace
from tests.api.doors import Doors, open_doors
from tests.promises.answers import answer_to, cases, history, order_850, sent_back, swapped, taken
from tests.runtime.bench_house import PARTNERS, json_of, order, response_855

from tradelane.partners.profile import X12Settings

pytestmark = pytest.mark.anyio

PATH = "/process/v1/replays"


@pytest.fixture
async def doors(tmp_path) -> Doors:
    return await open_doors(tmp_path)


async def asked(doors: Doors, **choice) -> dict:
    heard = await doors.operator("POST", PATH, choice)
    assert heard.status == 200, heard.body
    await doors.bench.work()
    return heard.json


async def shown(doors: Doors, **choice) -> list[tuple[str, str]]:
    """Return number and verdict of every document a replay would concern."""
    return [(one.get("number", ""), one["verdict"]) for one in (await asked(doors, **choice))["documents"]]


async def done(doors: Doors, reason: str = "map mended", **choice) -> dict:
    return await asked(doors, do=True, reason=reason, **choice)


def settle(doors: Doors, name: str, **changes) -> None:
    """Mend a partner's settings, as a restart with other settings would."""
    house = doors.bench.app.house
    known = {**house.registry.partners, name: replace(house.registry.partners[name], **changes)}
    house.registry = replace(house.registry, partners=known)


async def journal(doors: Doors) -> list[str]:
    """Return everything that happened, but what replays say of themselves."""
    rows = await doors.bench.store.journal(dict.fromkeys(range(64), 0), 10_000)
    return sorted(f"{row.stream} {row.version} {row.type}" for row in rows if not row.stream.startswith("replay/"))


def written(doors: Doors) -> int:
    return sum(len(channel.taken) for channel in doors.bench.channels.values())


async def test_what_had_its_effect_is_shown_as_such_and_gets_no_other(doors):
    await doors.send("erp", json_of(order("4711")))
    await doors.send("acme", response_855("4711"))
    before, sent = await journal(doors), written(doors)
    assert await shown(doors, number="4711") == [("4711", "standing"), ("4711", "standing")]
    for _ in range(3):
        await done(doors, number="4711")
        await done(doors, **{"from": "2026-03-01T00:00:00Z"})
    assert await journal(doors) == before
    assert written(doors) == sent


async def test_what_was_refused_by_a_setting_since_mended_gets_its_effect_now_and_once(doors):
    settle(doors, "acme", x12_settings=X12Settings(takes=("005010",)))
    await doors.send("erp", json_of(order("4711")))
    heard = await doors.send("acme", response_855("4711"))
    assert "AK9*R*1*1*0*2" in answer_to(doors, "acme")
    assert len(await cases(doors, "SCHEMA_ERROR")) == 1
    assert await shown(doors, transmission=heard.json["id"]) == [("", "unreadable")]
    settle(doors, "acme", x12_settings=PARTNERS["acme"].x12_settings)
    page = await asked(doors, transmission=heard.json["id"])
    [only] = page["documents"]
    assert (only["verdict"], page["done"]) == ("new", False)
    assert "acme confirmed the order" in only["says"]
    assert "OrderResponded" not in await history(doors), "it was only shown"
    told = await done(doors, transmission=heard.json["id"])
    assert told["settled"]
    assert "confirmed the order" in told["documents"][0]["says"]
    assert (await history(doors)).count("OrderResponded") == 1
    assert (await cases(doors, "SCHEMA_ERROR"))[0]["state"] == "resolved"
    before, sent = await journal(doors), written(doors)
    assert await shown(doors, transmission=heard.json["id"]) == [("4711", "standing")]
    await done(doors, transmission=heard.json["id"])
    assert (await journal(doors), written(doors)) == (before, sent)


async def test_the_partner_hears_once_that_a_set_it_thought_refused_is_taken_and_nothing_about_others(doors):
    await doors.send("erp", json_of(order("4711")))
    await doors.send("acme", response_855("4711"))
    settle(doors, "acme", x12_settings=X12Settings(takes=("005010",)))
    await doors.send("acme", response_855("4711", control=2).replace(b"SO-4711", b"SO-4712"))
    settle(doors, "acme", x12_settings=PARTNERS["acme"].x12_settings)
    doors.bench.channels["acme"].taken.clear()
    for _ in range(2):
        await done(doors, partner="acme", **{"from": "2026-03-01T00:00:00Z"})
    [answer] = sent_back(doors, "acme")
    assert "AK1*PR*2" in answer
    assert "AK9*A*1*1*1" in answer


async def test_other_content_under_a_number_that_stands_opens_one_conflict_however_often_it_is_replayed(doors):
    await doors.send("erp", json_of(order("4711")))
    await doors.send("erp", json_of(order("4711", quantity="99")))
    assert (await history(doors)).count("DocumentConflicted") == 1
    before = await journal(doors)
    for _ in range(2):
        await done(doors, number="4711")
    assert await journal(doors) == before


async def test_a_document_that_waited_in_vain_is_tried_again(doors):
    await doors.send("acme", response_855("4711"))
    assert await shown(doors, number="4711") == [("4711", "waiting")]
    doors.bench.clock.advance_to(doors.bench.worker.next_due())
    await doors.bench.work()
    assert len(await cases(doors, "ORPHAN_DOCUMENT")) == 1
    await doors.send("erp", json_of(order("4711")))
    assert "OrderResponded" not in await history(doors)
    assert ("4711", "new") in await shown(doors, number="4711", partner="acme")
    await done(doors, number="4711", partner="acme")
    assert (await history(doors)).count("OrderResponded") == 1
    assert (await cases(doors, "ORPHAN_DOCUMENT"))[0]["state"] == "resolved"


async def test_a_transmission_whose_reading_was_given_up_is_read_anew_and_answered(doors, monkeypatch):
    await doors.send("erp", json_of(order("4711")))
    monkeypatch.setattr("tradelane.runtime.read.begin", lambda *_: 1 / 0)
    heard = await doors.send("acme", response_855("4711"))
    while (due := doors.bench.worker.next_due()) and (due - doors.bench.clock.now()).total_seconds() < 3600:
        doors.bench.clock.advance_to(due)
        await doors.bench.work()
    assert len(await cases(doors, "POISON_MESSAGE")) == 1
    monkeypatch.undo()
    assert await shown(doors, transmission=heard.json["id"]) == [("", "new")]
    for _ in range(2):
        await done(doors, **{"from": "2026-03-01T00:00:00Z"})
    assert (await history(doors)).count("OrderResponded") == 1
    assert "AK9*A*1*1*1" in sent_back(doors, "acme")[-1]
    assert (await cases(doors, "POISON_MESSAGE"))[0]["state"] == "resolved"


async def test_a_test_has_no_effect_by_being_replayed(doors):
    heard = await doors.send("erp", order_850(usage="T"))
    assert await shown(doors, transmission=heard.json["id"]) == [("4711", "test")]
    await done(doors, transmission=heard.json["id"])
    assert await history(doors) == []


async def test_a_reused_control_number_stays_refused(doors):
    await doors.send("erp", json_of(order("4711")))
    await doors.send("acme", response_855("4711"))
    heard = await doors.send("acme", response_855("4711", quantity="9"))
    before = await journal(doors)
    assert await shown(doors, transmission=heard.json["id"]) == [("", "unreadable")]
    await done(doors, transmission=heard.json["id"])
    assert await journal(doors) == before


async def test_who_replayed_what_and_why_stands_in_the_trace(doors):
    await doors.send("erp", json_of(order("4711")))
    page = await done(doors, reason="asked by Acme", number="4711")
    record = (await doors.operator("GET", page["link"])).json
    assert (record["by"], record["reason"], record["chosen"]) == ("ana", "asked by Acme", "number 4711")
    for key in ("4711", page["replay"], (await taken(doors, "erp")).transmission):
        entries = (await doors.operator("GET", f"/process/v1/trace/{key}")).json["timeline"]
        assert any("ana had 1 document replayed (number 4711)" in e["says"] and "Acme" in e["says"] for e in entries)


async def test_a_range_comes_in_pages_that_miss_nothing(doors):
    settle(doors, "acme", x12_settings=X12Settings(takes=("005010",)))
    numbers = [f"P{place:02d}" for place in range(45)]
    for place, number in enumerate(numbers, 1):
        await doors.send("erp", json_of(order(number)))
        await doors.send("acme", response_855(number, control=place))
    settle(doors, "acme", x12_settings=PARTNERS["acme"].x12_settings)
    page, pages = {"next": "", "replay": ""}, 0
    while pages == 0 or page["next"]:
        page = await done(
            doors, partner="acme", after=page["next"], replay=page["replay"], **{"from": "2026-03-01T00:00:00Z"}
        )
        pages += 1
    assert pages == 3
    for number in numbers:
        assert (await history(doors, f"purchase_order/{number}")).count("OrderResponded") == 1
    record = (await doors.operator("GET", page["link"])).json
    assert len(record["documents"]) == 45


async def test_a_document_that_reads_as_another_today_is_left_to_a_person(doors, monkeypatch):
    """Once taken for one order, it must not be taken for another one because a map has changed."""
    await doors.send("erp", json_of(order("4711")))
    await doors.send("erp", json_of(order("4712")))
    heard = await doors.send("acme", response_855("4711"))
    body = (await doors.bench.store.archive(heard.json["id"])).body
    before = await journal(doors)
    doors.bench.store._archive[heard.json["id"]] = replace(
        doors.bench.store._archive[heard.json["id"]], body=swapped(body, "AD*4711", "AD*4712")
    )
    [only] = (await done(doors, transmission=heard.json["id"]))["documents"]
    assert only["verdict"] in ("otherwise", "unreadable")
    assert await journal(doors) == before


@pytest.mark.parametrize(
    ("choice", "code"),
    [
        ({}, "replay.nothing-chosen"),
        ({"transmission": "x", "number": "y"}, "replay.chosen-twice"),
        ({"number": "4711", "do": True}, "replay.no-reason"),
        ({"number": "4711", "do": True, "reason": "  "}, "replay.no-reason"),
        ({"number": "4711", "partner": "nobody"}, "replay.unknown-partner"),
        ({"from": "2026-03-01T00:00:00"}, "replay.no-zone"),
        ({"from": "yesterday"}, "json.wrong-value"),
        ({"number": "4711", "everything": True}, "json.unknown-field"),
    ],
)
async def test_a_replay_that_cannot_be_meant_is_refused(doors, choice, code):
    heard = await doors.operator("POST", PATH, choice)
    assert (heard.status, heard.codes) == (422, [code])


async def test_a_partner_may_not_replay(doors):
    heard = await doors.call("POST", PATH, key="acme-key", body=b"{}", headers={"content-type": "application/json"})
    assert heard.status == 403


async def test_who_carried_a_replay_out_and_why_is_on_record_once(doors):
    await doors.send("erp", json_of(order("4711")))
    await asked(doors, number="4711")
    first = await done(doors, "map mended", number="4711")
    await done(doors, "map mended", number="4711", replay=first["replay"])
    items = (await doors.operator("GET", "/process/v1/audit")).json["items"]
    assert [(one["deed"]["action"], one["deed"]["about"], one["deed"]["why"]) for one in items] == [
        ("replay", f"replay/{first['replay']}", "map mended")
    ]
