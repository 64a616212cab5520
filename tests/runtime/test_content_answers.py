"""Application acknowledgements through the whole house: what our business made of a document goes back to its sender,
and what the sender's business makes of ours finds the document we sent.
"""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.maps.sets import sent as x12_received
from tests.runtime.bench_house import PARTNERS, START, Bench, bench, json_of, order, response_855, x12

from tradelane.formats import edifact, xml
from tradelane.formats import x12 as x12_format
from tradelane.maps import lift, lower, shipped
from tradelane.model.content_report import ContentAnswer, ContentFault, ContentReport
from tradelane.model.exchange import ContentReported, DocumentAnswered, DocumentSent, SendDocument, TransmissionTaken
from tradelane.model.moment import Moment
from tradelane.partners.profile import AnswerSettings, EdifactIdentity, Profile, TreeSettings
from tradelane.runtime import send, send_content
from tradelane.runtime.carry_out import Choice, Order

pytestmark = pytest.mark.anyio
GOLDEN = Path(__file__).parents[1] / "golden" / "answers"
FILES = {"824": "824.edi", "APERAK": "aperak.edifact", "ubl/ApplicationResponse": "ApplicationResponse.xml"}


def answered(**settings: str) -> dict[str, Profile]:
    """Return our partners, acme among them as one that takes answers."""
    acme = replace(
        PARTNERS["acme"],
        title="Acme Pumps",
        edifact=EdifactIdentity(id="ACME", qualifier="ZZZ"),
        trees=TreeSettings(takes=("ubl",)),
        answers=AnswerSettings(**settings),
    )
    return {**PARTNERS, "acme": acme}


async def house_with(tmp_path: Path, **settings: str) -> Bench:
    house = await bench(tmp_path, partners=answered(**settings))
    await house.send("erp", json_of(order("4711")))
    await house.work()
    return house


def answers(house: Bench) -> list[bytes]:
    """Return the content reports that acme got."""
    return [one.body for one in house.channels["acme"].taken if one.document_type == "content_report"]


def read_824(body: bytes) -> ContentReport:
    ((_, _, received),) = x12_format.decode(body).accepted
    document = lift(received.message, shipped("x12/004010/824")).document
    assert isinstance(document, ContentReport)
    return document


@pytest.mark.parametrize("content", FILES)
async def test_an_answer_we_refuse_is_answered_with_the_bytes_that_stand_in_the_golden_file(tmp_path, content):
    house = await house_with(tmp_path, content=content)
    await house.send("acme", response_855("4711", quantity="99", control=7))
    await house.work()
    (body,) = answers(house)
    assert body == (GOLDEN / FILES[content]).read_bytes()


async def test_what_we_write_is_read_as_a_refusal_of_that_document(tmp_path):
    house = await house_with(tmp_path, content="824")
    await house.send("acme", response_855("4711", quantity="99", control=7))
    await house.work()
    (said,) = read_824(answers(house)[0]).answers
    assert (said.verdict, said.reference, said.kind) == ("rejected", "4711", "855")
    assert (said.group, said.control) == ("7", "0001")
    ((_, _, aperak),) = edifact.decode((GOLDEN / FILES["APERAK"]).read_bytes()).accepted
    document = lift(aperak.message, shipped("edifact/d96a/aperak")).document
    assert (document.answers[0].verdict, document.answers[0].reference) == ("rejected", "4711")
    (response,) = xml.decode((GOLDEN / FILES["ubl/ApplicationResponse"]).read_bytes()).messages
    document = lift(response, shipped("ubl/2.1/ApplicationResponse")).document
    assert (document.answers[0].verdict, document.answers[0].faults[0].says) == ("rejected", said.faults[0].says)


async def test_nothing_is_answered_unless_it_is_agreed(tmp_path):
    house = await house_with(tmp_path)
    await house.send("acme", response_855("4711", quantity="99", control=7))
    await send_unusable_xml(house)
    await house.work()
    assert answers(house) == []
    assert {one["kind"] for one in await house.cases()} == {"REJECTED_BUSINESS", "SCHEMA_ERROR"}


async def test_what_is_taken_is_answered_only_where_all_is(tmp_path):
    for when, count in (("findings", 0), ("always", 1)):
        house = await house_with(tmp_path, content="824", when=when)
        await house.send("acme", response_855("4711", control=7))
        await house.work()
        assert len(answers(house)) == count
        assert all(read_824(body).answers[0].verdict == "accepted" for body in answers(house))


async def test_a_repeat_of_a_document_is_not_answered_again(tmp_path):
    house = await house_with(tmp_path, content="824", when="always")
    await house.send("acme", response_855("4711", control=7))
    await house.work()
    await house.send("acme", response_855("4711", control=7), key="again")
    await house.send("acme", response_855("4711", control=8))
    await house.work()
    assert len(answers(house)) == 1


async def test_a_replay_answers_nothing_again(tmp_path):
    house = await house_with(tmp_path, content="824", when="always")
    await house.send("acme", response_855("4711", control=7))
    await house.work()
    for _ in range(2):
        told = Order(replay=house.app.new_id(), by="ana", reason="to be sure")
        job = asyncio.create_task(house.app.replay(Choice(since=START - timedelta(days=1)), "", told))
        while not job.done():
            await house.work()
            await asyncio.sleep(0)
        assert {one.verdict for one in job.result().documents} == {"standing"}
    await house.work()
    assert len(answers(house)) == 1


async def test_a_document_whose_order_never_comes_is_refused_when_it_has_waited_long_enough(tmp_path):
    house = await house_with(tmp_path, content="824")
    await house.send("acme", response_855("9999", control=7))
    await house.work()
    assert answers(house) == []
    house.clock.advance(timedelta(days=2))
    await house.work()
    (body,) = answers(house)
    assert read_824(body).answers[0].reference == "9999"


async def test_an_acknowledgement_is_never_answered(tmp_path):
    house = await house_with(tmp_path, content="824", when="always")
    await house.send("acme", advice("TR", "4711", group="77"))
    await house.send("acme", x12("ACME", "997", "FA", "AK1*PO*1", "AK9*A*1*1*1", control=2))
    await house.work()
    assert answers(house) == []


async def send_unusable_xml(house: Bench) -> None:
    urn = "urn:oasis:names:specification:ubl:schema:xsd:"
    spaces = f'xmlns="{urn}OrderResponse-2" xmlns:cbc="{urn}CommonBasicComponents-2"'
    body = f"<OrderResponse {spaces}><cbc:ID>R-1</cbc:ID></OrderResponse>"
    await house.app.intake.take(
        house.app.registry.partners["acme"],
        body.encode(),
        channel="http",
        transport_id="x",
        media_type="application/xml",
        file_name="",
        now=house.clock.now(),
    )


async def test_xml_that_cannot_be_taken_is_refused_by_an_application_response(tmp_path):
    house = await house_with(tmp_path, content="ubl/ApplicationResponse")
    await send_unusable_xml(house)
    await house.work()
    [taken] = [event for event in await house.history("exchange/acme") if isinstance(event, TransmissionTaken)]
    (sent,) = answers(house)
    (response,) = xml.decode(sent).messages
    (said,) = lift(response, shipped("ubl/2.1/ApplicationResponse")).document.answers
    assert said.verdict == "rejected"
    assert len(said.faults) == len([one for one in taken.sets[0].findings if one.severity != "note"])


def advice(code: str, reference: str, *, group: str = "", kind: str = "850", control: int = 5) -> bytes:
    """Return an 824 of acme's about something of ours."""
    oti = f"OTI*{code}*PO*{reference}*****{group}**{kind}"
    faults = ("TED*ZZZ*No such item*PO1*4*2**SKU-1",) if code == "TR" else ()
    return x12("ACME", "824", "AG", f"BGN*00*A{control}*20260302", oti, *faults, control=control)


async def sent_order(house: Bench) -> DocumentSent:
    events = await house.history("exchange/acme")
    return next(e for e in events if isinstance(e, DocumentSent) and e.document_type == "purchase_order")


@pytest.mark.parametrize("by", ["number", "group"])
@pytest.mark.parametrize("settled", [False, True])
async def test_a_refusal_finds_the_document_we_sent_and_opens_a_case_about_its_order(tmp_path, by, settled):
    house = await house_with(tmp_path)
    sent = await sent_order(house)
    if settled:
        await house.send("acme", x12("ACME", "997", "FA", f"AK1*PO*{sent.group}", "AK9*A*1*1*1", control=2))
        await house.work()
    group, reference = (str(sent.group), "their-own") if by == "group" else ("", "4711")
    await house.send("acme", advice("TR", reference, group=group))
    await house.work()
    [found] = [event for event in await house.history("exchange/acme") if isinstance(event, DocumentAnswered)]
    assert (found.document_id, found.about, found.verdict) == (sent.document_id, "purchase_order/4711", "rejected")
    [case] = [one for one in await house.cases() if one["kind"] == "CONTENT_REFUSED"]
    assert case["about"] == "purchase_order/4711"
    assert "No such item" in str(case["says"])
    row = await house.store.view_row("document", sent.document_id)
    assert row is not None
    assert b'"turned_down"' in row.body


async def test_a_later_acceptance_is_recorded_and_ends_the_case(tmp_path):
    house = await house_with(tmp_path)
    sent = await sent_order(house)
    await house.send("acme", advice("TR", "4711"))
    await house.send("acme", advice("TA", "4711", control=6))
    await house.work()
    found = [event for event in await house.history("exchange/acme") if isinstance(event, DocumentAnswered)]
    assert [one.verdict for one in found] == ["rejected", "accepted"]
    [case] = [one for one in await house.cases() if one["kind"] == "CONTENT_REFUSED"]
    assert case["state"] == "resolved"
    row = await house.store.view_row("document", sent.document_id)
    assert row is not None
    assert b'"used"' in row.body


async def test_the_same_advice_again_does_nothing(tmp_path):
    house = await house_with(tmp_path)
    for control in (5, 6):
        body = advice("TR", "4711").replace(b"000000005", b"%09d" % control)
        await house.send("acme", body, key=f"k{control}")
    await house.work()
    kinds = [type(event) for event in await house.history("exchange/acme")]
    assert (kinds.count(ContentReported), kinds.count(DocumentAnswered)) == (1, 1)


async def test_an_advice_about_something_we_never_sent_asks_a_person_all_the_same(tmp_path):
    house = await house_with(tmp_path)
    await house.send("acme", advice("TR", "8888"))
    await house.work()
    [case] = [one for one in await house.cases() if one["kind"] == "CONTENT_REFUSED"]
    assert case["about"] == "exchange/acme"
    assert "850 8888" in str(case["says"])


words = st.text("ab ~*:+'?>&<\u00e4\u20ac0.,", max_size=200)
numbers = st.text("0123456789ABC", max_size=60)


@pytest.mark.parametrize("content", FILES)
async def test_words_that_are_cut_stand_whole_in_the_notes(tmp_path, content):
    house = await house_with(tmp_path, content=content)
    words = "Line 2 promises 140 of 100 ordered. Ask whether the order is to be raised, or send the answer again."
    said = ContentAnswer(verdict="rejected", reference="4711", faults=(ContentFault(says=words),))
    report = ContentReport(number="A9", reported=Moment(on=START.date(), at=START.time()), answers=(said,))
    told = send_content.addressed(house.app.house, house.app.registry.partners["acme"], report)
    (answer,) = told.answers
    whole = answer.faults[0].says == words
    assert whole == (content == "ubl/ApplicationResponse")
    assert words in (answer.faults[0].says, *answer.notes)
    if content == "824":
        again = lift(x12_received(lower(told, shipped("x12/004010/824"))), shipped("x12/004010/824")).document
        assert " ".join(again.answers[0].notes) == words
    if content == "APERAK":
        assert words in told.notes


answer = st.builds(
    ContentAnswer,
    verdict=st.sampled_from(["accepted_with_errors", "rejected"]),
    reference=numbers,
    reference_kind=st.sampled_from(["", "purchase_order", "shipment", "invoice"]),
    kind=st.sampled_from(["855", "ORDRSP", "OrderResponse", "order_response", ""]),
    group=numbers,
    control=numbers,
    faults=st.lists(st.builds(ContentFault, says=words.map("it {}".format), value=numbers), min_size=1, max_size=3).map(
        tuple
    ),
)


@pytest.mark.parametrize("content", FILES)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said=answer)
def test_whatever_is_to_be_said_can_be_written(tmp_path_factory, content, said):
    house = asyncio.run(bench(tmp_path_factory.getbasetemp(), partners=answered(content=content)))
    report = ContentReport(number="A99BD3537236", reported=Moment(on=START.date(), at=START.time()), answers=(said,))
    profile = house.app.registry.partners["acme"]
    told = send_content.addressed(house.app.house, profile, report)
    command = SendDocument(
        document_id="d",
        document_type="content_report",
        number=report.number,
        body="",
        about="",
        syntax={"824": "x12", "APERAK": "edifact"}.get(content, "xml"),
    )
    assert send.draft(house.app.house, profile, command, told) is not None
