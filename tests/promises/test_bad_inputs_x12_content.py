"""Bad X12, numbers 96 to 107 of the list (values, sizes, rests, acknowledgements): sent through the door like those
before them.
"""

import asyncio
import resource
import time
from datetime import timedelta

import pytest
from tests.api.doors import Doors, open_doors
from tests.promises.answers import (
    ORDER_STREAM,
    answer_to,
    cases,
    history,
    order_850,
    quarantined,
    sent_back,
    swapped,
    taken,
)
from tests.runtime.bench_house import json_of, order, response_855, x12

from tradelane.model.exchange import DocumentSent, GroupAcknowledged, SendDocument
from tradelane.model.outcome import Outcome
from tradelane.model.registry import encode
from tradelane.model.syntax_report import ElementFault, SegmentFault, SetReport, SyntaxReport

pytestmark = pytest.mark.anyio

X12 = {"content-type": "application/edi-x12"}


@pytest.fixture
async def doors(tmp_path) -> Doors:
    return await open_doors(tmp_path)


@pytest.fixture
async def ordered(doors) -> Doors:
    """A house with order 4711, which acme has not answered."""
    await doors.send("erp", json_of(order("4711")))
    doors.bench.channels["acme"].taken.clear()
    return doors


async def sent_group(doors: Doors) -> DocumentSent:
    """Return the order as it went to acme."""
    return next(event for event in await doors.bench.history("exchange/acme") if isinstance(event, DocumentSent))


def report_997(
    group: int, *, verdict: str = "A", control: int = 1, functional_id: str = "PO", kind: str = "850"
) -> bytes:
    """Return acme's 997 about a group of ours."""
    accepted = int(verdict == "A")
    said = (f"AK1*{functional_id}*{group}", f"AK2*{kind}*0001", f"AK5*{verdict}", f"AK9*{verdict}*1*1*{accepted}")
    return x12("ACME", "997", "FA", *said, control=control)


# --- values


@pytest.mark.parametrize("quantity", ["-5", "1E5", "1,5", "9" * 99, "²", "1.2.3", "+1", "0x10", " 1"])
async def test_096_a_quantity_nobody_could_mean_is_rejected_with_ak4_6_on_its_element(doors, quantity):
    body = swapped(order_850(), "PO1*1*10*", f"PO1*1*{quantity}*")
    heard = await doors.send("erp", body)
    await quarantined(doors, heard, body, "element.bad-character", "erp")
    answer = answer_to(doors, "erp")
    assert "AK3*PO1*6**8" in answer
    [wrong] = [segment for segment in answer if segment.startswith("AK4*")]
    assert wrong.split("*")[1:4] == ["2", "", "6"]
    assert "AK9*R*1*1*0" in answer
    assert await history(doors) == []


@pytest.mark.parametrize("day", ["20260230", "260316", "00260316", "2026031", "20261301", "99999999"])
async def test_097_a_day_that_is_none_is_rejected_with_ak4_8_on_its_element(doors, day):
    body = swapped(order_850(), "DTM*002*20260316", f"DTM*002*{day}")
    heard = await doors.send("erp", body)
    await quarantined(doors, heard, body, "element.bad-date", "erp")
    answer = answer_to(doors, "erp")
    assert "AK3*DTM*7**8" in answer
    [wrong] = [segment for segment in answer if segment.startswith("AK4*")]
    assert wrong == f"AK4*2**8*{day}"
    assert await history(doors) == []


async def test_096_a_bad_component_is_named_with_its_place_in_the_element(doors):
    """No document of ours has components but this one; cleaned twice, it would lose them."""
    wrong = SegmentFault(
        segment="PO1", position=6, code="8", elements=(ElementFault(position=2, component=1, code="6", value="x"),)
    )
    said = SetReport(kind="850", control="0001", verdict="rejected", codes=("5",), segments=(wrong,))
    report = SyntaxReport(
        functional_id="PO", group="1", verdict="rejected", included=1, received=1, accepted=0, sets=(said,)
    )
    body = encode(report).decode()
    command = SendDocument(
        document_id="d", document_type="syntax_report", number="1", body=body, about="", syntax="x12"
    )
    asking = asyncio.create_task(doors.bench.app.ask("exchange/erp", command, "c", 5))
    while not asking.done():
        await doors.bench.work()
        await asyncio.sleep(0)
    assert "AK4*2>1**6*x" in answer_to(doors, "erp")


# --- size


def spent() -> tuple[float, int]:
    """Return processor seconds and the most memory (KiB) so far."""
    return time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


@pytest.mark.parametrize(
    "inside",
    [b"MSG*" + b"a" * 200_000 + b"~", b"PO1*1~" * 1_000_001, b"REF*ZZ~N1*BY~" * 500_001],
    ids=["a segment of 200 KB", "a loop of a million", "a million segments"],
)
async def test_098_what_is_over_a_limit_is_quarantined_in_little_time_and_memory(doors, inside):
    body = order_850().replace(b"CTT*1~", inside)
    seconds, memory = spent()
    heard = await doors.send("erp", body)
    after, most = spent()
    await quarantined(doors, heard, body, "x12.limit", "erp")
    assert "TA1*000000001*260302*0800*R*024" in answer_to(doors, "erp")
    assert await history(doors) == []
    assert after - seconds < 5
    assert most - memory < 256 * 1024


async def test_098_one_set_of_a_loop_without_end_is_quarantined_alone_in_little_time_and_memory(doors):
    great, small = order_850("4711").decode(), order_850("4712").decode()
    great = great.replace("CTT*1~", "PO1*2*1*EA*1**BP*SKU-2~" * 200_000).replace("SE*9*", "SE*200008*")
    second = small[small.index("ST*850") : small.index("GE*")].replace("0001~", "0002~")
    body = great.replace("GE*1*", second + "GE*2*").encode()
    seconds, memory = spent()
    heard = await doors.send("erp", body)
    after, most = spent()
    await quarantined(doors, heard, body, "x12.limit", "erp")
    said = [segment for segment in answer_to(doors, "erp") if segment.startswith(("AK5", "AK9"))]
    assert said == ["AK5*R*5", "AK5*A", "AK9*P*2*2*1"]
    assert await history(doors) == []
    assert "OrderReleased" in await history(doors, "purchase_order/4712")
    assert after - seconds < 5
    assert most - memory < 256 * 1024


@pytest.mark.parametrize("said", ["3", "9999", "x", ""])
async def test_099_binary_content_of_another_length_than_it_says_is_quarantined(doors, said):
    body = order_850().replace(b"CTT*1~", b"BIN*%b*12345~CTT*1~" % said.encode())
    heard = await doors.send("erp", body)
    await quarantined(doors, heard, body, "x12.binary-length", "erp")
    assert any(segment.startswith("AK5*R") for segment in answer_to(doors, "erp"))
    assert await history(doors) == []


async def test_102_bytes_after_the_end_quarantine_the_whole_file_with_their_place(ordered):
    good = response_855("4711")
    heard = await ordered.send("acme", good + b"garbage")
    await quarantined(ordered, heard, good + b"garbage", "x12.garbage")
    [finding] = (await taken(ordered, "acme")).findings
    assert (finding.where.start, finding.where.end) == (len(good), len(good) + 7)
    assert "OrderResponded" not in await history(ordered)
    await ordered.send("acme", good)
    assert "OrderResponded" in await history(ordered)


async def test_103_a_broken_second_interchange_is_quarantined_and_the_first_processed(ordered):
    broken = swapped(response_855("4712", control=2), "IEA*1*000000002~", "IEA*1*000000003~")
    body = response_855("4711") + broken
    heard = await ordered.send("acme", body)
    await quarantined(ordered, heard, body, "x12.iea-control")
    answers = [segment for answer in sent_back(ordered, "acme") for segment in answer]
    assert "AK9*A*1*1*1" in answers
    assert "TA1*000000002*260302*0800*R*001" in answers
    assert "OrderResponded" in await history(ordered)
    assert await history(ordered, "purchase_order/4712") == []


# --- acknowledgements


async def test_104_a_997_for_a_group_we_never_sent_is_a_case_and_changes_nothing(ordered):
    before = await history(ordered)
    await ordered.send("acme", report_997(99_999))
    [case] = await cases(ordered, "ORPHAN_DOCUMENT")
    assert "group 99999" in case["says"]
    assert await history(ordered) == before
    assert sent_back(ordered, "acme") == []


async def test_105_a_document_whose_997_says_no_is_not_delivered_and_its_owner_is_told(ordered):
    sent = await sent_group(ordered)
    await ordered.send("acme", report_997(sent.group, verdict="R"))
    assert "OrderSendingFailed" in await history(ordered)
    assert "OrderSyntaxAccepted" not in await history(ordered)
    [case] = [case for case in await cases(ordered) if case["about"] == ORDER_STREAM]
    assert "could not be read by acme" in case["says"]
    assert sent_back(ordered, "acme") == []


async def test_106_a_997_of_our_997_is_kept_and_never_answered(ordered):
    await ordered.send("acme", response_855("4711"))
    [ours] = sent_back(ordered, "acme")
    ordered.bench.channels["acme"].taken.clear()
    group = next(int(segment.split("*")[6]) for segment in ours if segment.startswith("GS*"))
    body = report_997(group, functional_id="FA", kind="997", control=2)
    heard = await ordered.send("acme", body)
    assert (await ordered.bench.store.archive(heard.json["id"])).body == body
    assert (await taken(ordered, "acme")).outcome is Outcome.ACCEPTED
    assert sent_back(ordered, "acme") == []
    assert [case for case in await cases(ordered) if case["about"] != ORDER_STREAM] == []


async def test_107_a_997_that_does_not_come_in_time_is_a_case_and_nothing_is_sent_under_new_numbers(ordered):
    sent = await sent_group(ordered)
    ordered.bench.clock.advance_to(sent.acknowledge_by - timedelta(seconds=1))
    await ordered.bench.work()
    assert await cases(ordered) == []
    ordered.bench.clock.advance_to(sent.acknowledge_by)
    await ordered.bench.work()
    assert "was not acknowledged by acme in time" in str(await cases(ordered, "PO_TRANSMISSION_FAILED"))
    again = [event for event in await ordered.bench.history("exchange/acme") if isinstance(event, DocumentSent)]
    assert [event.group for event in again if event.document_id == sent.document_id] == [sent.group]
    await ordered.send("acme", report_997(sent.group))
    heard = await ordered.bench.history("exchange/acme")
    assert any(isinstance(event, GroupAcknowledged) for event in heard)
