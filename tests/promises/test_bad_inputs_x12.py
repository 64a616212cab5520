"""Bad X12, numbers 83 to 95 of the list (envelopes, repeats, names): sent through the door, worked by the worker,
answered to the byte.

Quarantine means: taken and kept as it came, no effect, a person asked with code and place, and the sender told.
"""

import pytest
from tests.api.doors import Doors, open_doors
from tests.promises.answers import (
    answer_to,
    cases,
    change_860,
    history,
    order_850,
    quarantined,
    sent_back,
    set_of,
    swapped,
    taken,
)
from tests.runtime.bench_house import json_of, order, response_855

from tradelane.model.outcome import Outcome

pytestmark = pytest.mark.anyio

IEA = "IEA*1*000000001~"


@pytest.fixture
async def doors(tmp_path) -> Doors:
    return await open_doors(tmp_path)


@pytest.fixture
async def ordered(doors) -> Doors:
    """A house with order 4711, which acme has not answered."""
    await doors.send("erp", json_of(order("4711")))
    doors.bench.channels["acme"].taken.clear()
    return doors


# --- envelopes


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [("ACME           *", "ACME*", "x12.isa-width"), (f"GE*1*1~{IEA}", "GE*1*1~", "x12.iea-missing")],
)
async def test_083_a_header_of_another_width_or_a_cut_file_is_quarantined_with_ta1_r_023(ordered, old, new, code):
    body = swapped(response_855("4711"), old, new)
    heard = await ordered.send("acme", body)
    await quarantined(ordered, heard, body, code)
    assert "TA1*000000001*260302*0800*R*023" in answer_to(ordered, "acme")
    assert "OrderResponded" not in await history(ordered)


@pytest.mark.parametrize("length", [3, 50, 105])
async def test_083_a_header_too_short_to_say_who_sent_it_is_quarantined_and_nobody_can_be_answered(ordered, length):
    body = response_855("4711")[:length]
    heard = await ordered.send("acme", body)
    await quarantined(ordered, heard, body, "x12.no-interchange" if length < 3 else "x12.isa-truncated")
    assert sent_back(ordered, "acme") == []


async def test_083_two_unreadable_files_of_two_partners_are_two_files(doors):
    for partner in ("acme", "acme", "lumen"):
        body = b"ISA*cut" + partner.encode()
        heard = await doors.send(partner, body)
        await quarantined(doors, heard, body, "x12.isa-truncated", partner)
    assert len(await cases(doors, "SCHEMA_ERROR")) == 3


async def test_084_other_numbers_in_header_and_trailer_get_ta1_r_001_and_have_no_effect(ordered):
    body = swapped(response_855("4711"), IEA, "IEA*1*000000002~")
    heard = await ordered.send("acme", body)
    await quarantined(ordered, heard, body, "x12.iea-control")
    assert "TA1*000000001*260302*0800*R*001" in answer_to(ordered, "acme")
    assert "OrderResponded" not in await history(ordered)


async def test_085_wrong_set_count_rejects_that_set_only(ordered):
    await ordered.send("erp", json_of(order("4712")))
    ordered.bench.channels["acme"].taken.clear()
    good, bad = response_855("4711").decode(), response_855("4712").decode()
    second = bad[bad.index("ST*855") : bad.index("GE*")].replace("0001~", "0002~").replace("SE*6*", "SE*7*")
    body = good.replace("GE*1*", second + "GE*2*").encode()
    heard = await ordered.send("acme", body)
    await quarantined(ordered, heard, body, "x12.se-count")
    answer = answer_to(ordered, "acme")
    said = [segment for segment in answer if segment.startswith(("AK2", "AK5", "AK9"))]
    assert said == ["AK2*855*0001", "AK5*A", "AK2*855*0002", "AK5*R*4", "AK9*P*2*2*1"]
    assert "OrderResponded" in await history(ordered)
    assert "OrderResponded" not in await history(ordered, "purchase_order/4712")


async def test_085_wrong_group_count_rejects_the_group_with_ak905_5(ordered):
    body = swapped(response_855("4711"), "GE*1*", "GE*2*")
    heard = await ordered.send("acme", body)
    await quarantined(ordered, heard, body, "x12.ge-count")
    assert "AK9*R*2*1*0*5" in answer_to(ordered, "acme")
    assert "OrderResponded" not in await history(ordered)


async def test_085_a_group_that_lost_all_its_sets_is_seen_by_a_person(doors):
    whole = response_855("4711").decode()
    body = (whole[: whole.index("ST*")] + whole[whole.index("GE*") :]).encode()
    heard = await doors.send("acme", body)
    await quarantined(doors, heard, body, "x12.ge-count")
    assert "AK9*R*1*0*0*5" in answer_to(doors, "acme")


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda text: text.replace("*", "A"), "026"),
        (lambda text: text.replace("*", "7"), "026"),
        (lambda text: text.replace("*P*>~", "*P**~"), "027"),
        (lambda text: text.replace("*P*>~", "*P*A~"), "027"),
        (lambda text: text.replace("*P*>~", "*P*>>"), "004"),
        (lambda text: text.replace("~", "Z"), "004"),
    ],
)
async def test_086_delimiters_that_cannot_separate_get_ta1_r_with_their_code(ordered, spoil, code):
    body = spoil(response_855("4711").decode()).encode()
    heard = await ordered.send("acme", body)
    await quarantined(ordered, heard, body, "x12.delimiter")
    assert f"TA1*000000001*260302*0800*R*{code}" in answer_to(ordered, "acme")
    assert "OrderResponded" not in await history(ordered)


async def test_086_a_delimiter_inside_a_value_refuses_the_set_it_breaks(ordered):
    body = swapped(response_855("4711"), "BP*SKU-1", "BP*SKU~1")
    heard = await ordered.send("acme", body)
    await quarantined(ordered, heard, body, "x12.segment-id")
    assert any(segment.startswith("AK5*R") for segment in answer_to(ordered, "acme"))
    assert "OrderResponded" not in await history(ordered)


# --- the same again


@pytest.mark.parametrize("acknowledge", ["0", "1"])
async def test_087_the_same_interchange_again_gets_the_stored_acknowledgements_and_has_no_effect(ordered, acknowledge):
    body = swapped(response_855("4711"), "*0*P*>", f"*{acknowledge}*P*>")
    await ordered.send("acme", body)
    first, before = sent_back(ordered, "acme"), await history(ordered)
    ordered.bench.channels["acme"].taken.clear()
    await ordered.send("acme", body)
    assert sorted(sent_back(ordered, "acme")) == sorted(first)
    assert len(first) == 1 + int(acknowledge)
    assert await history(ordered) == before
    assert (await taken(ordered, "acme")).repeats


async def test_087_the_same_interchange_at_another_place_of_another_file_is_still_the_same(ordered):
    body, new = response_855("4711"), response_855("4799", control=2)
    await ordered.send("acme", body)
    [first] = sent_back(ordered, "acme")
    ordered.bench.channels["acme"].taken.clear()
    await ordered.send("acme", new + body)
    assert first in sent_back(ordered, "acme")
    assert (await history(ordered)).count("OrderResponded") == 1


async def test_088_a_used_control_number_with_other_bytes_gets_ta1_r_025_and_a_person_sees_it(ordered):
    await ordered.send("acme", response_855("4711"))
    before = await history(ordered)
    ordered.bench.channels["acme"].taken.clear()
    other = response_855("4711", quantity="9")
    heard = await ordered.send("acme", other)
    assert "TA1*000000001*260302*0800*R*025" in answer_to(ordered, "acme")
    assert await history(ordered) == before
    assert (await ordered.bench.store.archive(heard.json["id"])).body == other
    assert "x12.control-number-reused" in str(await cases(ordered, "SCHEMA_ERROR"))


async def test_088_what_was_refused_whole_leaves_its_number_to_what_was_meant(ordered):
    whole, before = response_855("4711"), await history(ordered)
    refused = (whole[:150], whole[:-5], whole.replace(b"US             ", b"THEM           "))
    for each in refused:
        await ordered.send("acme", each)
    verdicts = [part.split("*")[4] for answer in sent_back(ordered, "acme") for part in answer if part[:3] == "TA1"]
    assert verdicts == ["R", "R", "R"]
    assert await history(ordered) == before
    await ordered.send("acme", whole)
    assert "AK9*A*1*1*1" in sent_back(ordered, "acme")[-1]
    after = await history(ordered)
    assert "OrderResponded" in after
    for each in (*refused, whole):
        await ordered.send("acme", each)
        assert (await taken(ordered, "acme")).repeats
    assert await history(ordered) == after


async def test_088_a_number_used_twice_in_one_file_is_caught_too(ordered):
    await ordered.send("acme", response_855("4711") + response_855("4712"))
    answers = [segment for answer in sent_back(ordered, "acme") for segment in answer]
    assert "AK9*A*1*1*1" in answers
    assert "TA1*000000001*260302*0800*R*025" in answers
    assert "OrderResponded" in await history(ordered)
    assert await history(ordered, "purchase_order/4712") == []
    assert "x12.control-number-reused" in str(await cases(ordered, "SCHEMA_ERROR"))


async def test_089_the_same_order_under_a_new_control_number_is_acknowledged_noted_and_not_done_again(doors):
    await doors.send("erp", order_850())
    before, sent = await history(doors), len(doors.bench.channels["acme"].taken)
    heard = await doors.send("erp", order_850(control=2))
    assert heard.status == 202
    assert "AK9*A*1*1*1" in sent_back(doors, "erp")[-1]
    assert await history(doors) == [*before, "DocumentRepeated"]
    assert len(doors.bench.channels["acme"].taken) == sent
    assert await cases(doors) == []


async def test_090_the_same_order_with_other_content_is_a_conflict_and_the_first_stands(doors):
    await doors.send("erp", order_850())
    before = await history(doors)
    heard = await doors.send("erp", order_850(control=2, quantity="11"))
    assert heard.status == 202
    assert await history(doors) == [*before, "DocumentConflicted"]
    [case] = await cases(doors, "DOCUMENT_CONFLICT")
    assert "the first one stands" in case["says"]
    assert len([one for one in doors.bench.channels["acme"].taken if one.document_type == "purchase_order"]) == 1


async def test_091_a_change_before_its_order_is_acknowledged_waits_until_its_hour_and_ends_with_a_person(doors):
    await doors.send("erp", change_860())
    assert "AK9*A*1*1*1" in answer_to(doors, "erp")
    assert await history(doors) == ["DocumentDeferred"]
    assert await cases(doors) == []
    due = doors.bench.worker.next_due()
    assert (due - doors.bench.clock.now()).total_seconds() == 24 * 3600
    doors.bench.clock.advance_to(due)
    await doors.bench.work()
    assert await history(doors) == ["DocumentDeferred", "DocumentParked"]
    assert len(await cases(doors, "ORPHAN_DOCUMENT")) == 1


async def test_091_a_change_before_its_order_is_applied_once_the_order_comes(doors):
    await doors.send("erp", change_860())
    await doors.send("erp", json_of(order("4711")))
    assert (await history(doors)).count("OrderChanged") == 1
    assert await cases(doors) == []


# --- who writes to whom


async def test_092_a_receiver_that_is_nobody_here_gets_ta1_r_008_and_nothing_is_routed(ordered):
    body = swapped(response_855("4711"), f"*ZZ*{'US':15}*", f"*ZZ*{'OTHERS':15}*")
    heard = await ordered.send("acme", body)
    await quarantined(ordered, heard, body, "x12.unknown-receiver")
    assert "TA1*000000001*260302*0800*R*008" in answer_to(ordered, "acme")
    assert "OrderResponded" not in await history(ordered)


@pytest.mark.parametrize("spoil", [("*ZZ*ACME           *", "*ZZ*LUMEN          *"), ("GS*PR*ACME*", "GS*PR*LUMEN*")])
async def test_093_a_sender_that_is_not_this_partner_is_refused_with_a_security_event(ordered, spoil):
    before = await ordered.bench.history("exchange/acme")
    refused = ordered.bench.app.intake.refused
    heard = await ordered.send("acme", swapped(response_855("4711"), *spoil))
    assert (heard.status, heard.codes) == (403, ["identity.not-yours"])
    assert await ordered.bench.history("exchange/acme") == before
    assert await history(ordered, "exchange/lumen") == []
    assert ordered.bench.app.intake.refused == refused + 1


async def test_094_a_test_interchange_is_read_and_acknowledged_and_has_no_effect(ordered):
    before = await history(ordered)
    await ordered.send("acme", swapped(response_855("4711"), "*0*P*>", "*0*T*>"))
    assert "AK9*A*1*1*1" in answer_to(ordered, "acme")
    said = await set_of(ordered, "acme")
    assert (said.test, said.outcome, said.document_type) == (True, Outcome.ACCEPTED, "order_response")
    assert await history(ordered) == before
    await ordered.send("acme", response_855("4711", control=2))
    assert "OrderResponded" in await history(ordered)


@pytest.mark.parametrize("usage", ["T", "P"])
async def test_094_what_answers_a_test_says_that_it_is_one(ordered, usage):
    """Both kinds of answer, a good interchange's and a bad one's; what is no test is answered in earnest."""
    await ordered.send("acme", swapped(response_855("4711"), "*0*P*>", f"*1*{usage}*>"))
    bad = swapped(response_855("4711", control=2), "IEA*1*000000002~", "IEA*1*000000003~")
    await ordered.send("acme", swapped(bad, "*0*P*>", f"*0*{usage}*>"))
    answers = sent_back(ordered, "acme")
    kinds = [kind for answer in answers for kind in ("TA1", "AK1") if any(s.startswith(kind) for s in answer)]
    assert sorted(kinds) == ["AK1", "TA1", "TA1"]
    assert [answer[0].split("*")[15] for answer in answers] == [usage] * 3


async def test_094_a_test_order_sends_nothing_to_a_supplier_and_keeps_its_number_free(doors):
    await doors.send("erp", order_850(usage="T"))
    assert await history(doors) == []
    assert "acme" not in doors.bench.channels
    await doors.send("erp", order_850(control=2, quantity="11"))
    assert "OrderReleased" in await history(doors)
    assert await cases(doors) == []


@pytest.mark.parametrize(("version", "said"), [("005010", "2"), ("", "2")])
async def test_095_a_version_nobody_agreed_is_rejected_by_997(ordered, version, said):
    body = swapped(response_855("4711"), "*X*004010", f"*X*{version}")
    heard = await ordered.send("acme", body)
    await quarantined(ordered, heard, body, "x12.version-not-agreed" if version else "x12.gs-version")
    assert f"AK9*R*1*1*0*{said}" in answer_to(ordered, "acme")
    assert "OrderResponded" not in await history(ordered)
