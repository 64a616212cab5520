"""Stories of what we send: numbered, delivered, acknowledged or not."""

from datetime import UTC, datetime

import pytest
from tests.processes.house import House
from tests.processes.papers import ORDER, release

from tradelane.domain.purchase_order import status
from tradelane.model.exchange import (
    DocumentSent,
    GroupAcknowledged,
    GroupOverdue,
    InterchangeRefused,
    RecordDelivery,
    RecordInterchangeReport,
    RecordSyntaxReport,
    RecordTransmission,
    SendDocument,
    SetOutcome,
    TransmissionTaken,
    UnknownGroupAcknowledged,
)
from tradelane.model.outcome import Outcome
from tradelane.model.syntax_report import ElementFault, SegmentFault, SetReport, SyntaxReport

EXCHANGE = "exchange/acme"


@pytest.fixture
def house():
    house = House()
    house.tell(ORDER, release())
    return house


def send(about=ORDER, *, document_id="d1", document_type="purchase_order", syntax="x12", hours=24):
    return SendDocument(
        document_id=document_id,
        document_type=document_type,
        number="4711",
        body="{}",
        about=about,
        syntax=syntax,
        acknowledge_within_hours=hours,
    )


def report(group="1", verdict="accepted", sets=()):
    document = SyntaxReport(
        functional_id="PO", group=group, verdict=verdict, included=1, received=1, accepted=1, sets=sets
    )
    return RecordSyntaxReport(report=document)


def delivered(document_id="d1", ok=True):
    return RecordDelivery(document_id=document_id, delivered=ok, says="" if ok else "connection refused", attempts=12)


def test_an_order_is_sent_then_acknowledged(house):
    house.tell(EXCHANGE, send())
    assert (EXCHANGE, "acknowledge/1") in house.timers
    house.tell(EXCHANGE, delivered())
    assert status(house.state(ORDER)) == "sent"
    house.tell(EXCHANGE, report())
    assert status(house.state(ORDER)) == "ack_pending"
    assert (EXCHANGE, "acknowledge/1") not in house.timers
    assert not house.cases()


def test_a_document_in_a_syntax_without_acknowledgements_counts_as_read_when_taken(house):
    house.tell(EXCHANGE, send(syntax="json"))
    house.tell(EXCHANGE, delivered())
    assert status(house.state(ORDER)) == "ack_pending"
    assert not [name for stream, name in house.timers if stream == EXCHANGE]


def test_a_rejected_group_is_a_case_that_names_the_element(house):
    element = ElementFault(position=3, code="7", value="ZZ")
    faults = (SegmentFault(segment="PO1", position=5, code="8", elements=(element,)),)
    house.tell(EXCHANGE, send())
    sets = (SetReport(kind="850", control="0001", verdict="rejected", codes=("5",), segments=faults),)
    house.tell(EXCHANGE, report(verdict="rejected", sets=sets))
    (acknowledged,) = house.of(GroupAcknowledged)
    assert [str(finding) for finding in acknowledged.findings] == [
        "the document: It has segments in error. Correct the partner's settings or the document, and resend. "
        "[syntax-report.document]",
        "segment 5 PO103: PO103 has a code they do not take. Correct the partner's settings or the document, and "
        "resend. [syntax-report.element]",
    ]
    assert "REJECTED_SYNTAX" in house.cases()
    assert status(house.state(ORDER)) == "issued"


def test_a_set_rejected_in_an_accepted_group_is_rejected(house):
    house.tell(EXCHANGE, send())
    house.tell(EXCHANGE, report(sets=(SetReport(kind="850", control="1", verdict="rejected"),)))
    assert house.of(GroupAcknowledged)[0].verdict == "rejected"


def test_no_997_in_time_is_a_case_and_a_late_one_ends_it(house):
    house.tell(EXCHANGE, send())
    house.tell(EXCHANGE, delivered())
    house.wait(hours=25)
    assert len(house.of(GroupOverdue)) == 1
    assert "not acknowledged by acme in time" in house.cases()["PO_TRANSMISSION_FAILED"]
    house.tell(EXCHANGE, report())
    assert "PO_TRANSMISSION_FAILED" not in house.cases()


def test_what_is_not_about_an_order_opens_and_ends_its_own_case(house):
    house.tell(EXCHANGE, send("ship_notice/acme/N1", document_type="ship_notice"))
    house.wait(hours=25)
    assert "Ship notice (ASN 856) 4711 was not acknowledged" in house.cases()["TRANSMISSION_FAILED"]
    house.tell(EXCHANGE, report())
    assert "TRANSMISSION_FAILED" not in house.cases()


def test_a_delivery_given_up_is_a_case(house):
    house.tell(EXCHANGE, send())
    house.tell(EXCHANGE, delivered(ok=False))
    assert "could not be delivered to acme" in house.cases()["PO_TRANSMISSION_FAILED"]
    house.tell(EXCHANGE, send("invoice/acme/A1", document_id="d2", document_type="invoice"))
    house.tell(EXCHANGE, delivered("d2", ok=False))
    assert "connection refused" in house.cases()["TRANSMISSION_FAILED"]


def test_a_997_for_a_group_never_sent_is_asked_about_once(house):
    assert house.tell(EXCHANGE, report("77"))
    assert house.tell(EXCHANGE, report("77")) == []
    assert len(house.of(UnknownGroupAcknowledged)) == 1
    assert "group 77" in house.cases()["ORPHAN_DOCUMENT"]


def test_the_same_997_again_is_nothing_and_another_verdict_is_asked_about(house):
    house.tell(EXCHANGE, send())
    house.tell(EXCHANGE, report())
    assert house.tell(EXCHANGE, report()) == []
    assert isinstance(house.tell(EXCHANGE, report(verdict="rejected"))[0], UnknownGroupAcknowledged)


def test_a_997_never_awaits_a_997(house):
    house.tell(EXCHANGE, send(EXCHANGE, document_type="syntax_report"))
    assert house.of(DocumentSent)[0].acknowledge_by is None
    assert house.of(DocumentSent)[0].group == 1


def test_what_needs_fixing_here_and_what_was_sent_back_are_cases(house):
    sets = (
        SetOutcome(document_type="invoice", number="A1", outcome=Outcome.PARKED),
        SetOutcome(document_type="ship_notice", number="N1", outcome=Outcome.REJECTED),
        SetOutcome(document_type="ship_notice", number="N2", outcome=Outcome.ACCEPTED),
    )
    taken = TransmissionTaken(
        transmission="t1",
        sha256="",
        size=1,
        channel="http",
        received_at=datetime(2026, 3, 2, tzinfo=UTC),
        outcome=Outcome.ACCEPTED,
        sets=sets,
    )
    house.tell(EXCHANGE, RecordTransmission(taken=taken))
    assert set(house.cases()) == {"MAPPING_ERROR", "SCHEMA_ERROR"}
    assert house.tell(EXCHANGE, RecordTransmission(taken=taken)) == []


def refused_whole(control="000000001", verdict="R", code="008"):
    return RecordInterchangeReport(control=control, verdict=verdict, code=code)


def test_a_ta1_that_refuses_our_interchange_settles_the_document_in_it(house):
    house.tell(EXCHANGE, send())
    house.tell(EXCHANGE, delivered())
    (settled,) = house.tell(EXCHANGE, refused_whole())
    assert isinstance(settled, GroupAcknowledged)
    assert (settled.document_id, settled.verdict) == ("d1", "rejected")
    assert "not theirs" in settled.findings[0].says
    assert (EXCHANGE, "acknowledge/1") not in house.timers
    assert "PO_TRANSMISSION_FAILED" in house.cases() or "REJECTED_SYNTAX" in house.cases()


@pytest.mark.parametrize("verdict", ["A", "E", "?"])
def test_a_ta1_that_takes_our_interchange_leaves_its_document_waiting_for_its_997(house, verdict):
    house.tell(EXCHANGE, send())
    assert house.tell(EXCHANGE, refused_whole(verdict=verdict, code="000")) == []
    assert (EXCHANGE, "acknowledge/1") in house.timers


def test_the_same_ta1_again_is_nothing_and_one_for_no_document_is_a_case_once(house):
    house.tell(EXCHANGE, send())
    house.tell(EXCHANGE, refused_whole())
    assert house.tell(EXCHANGE, refused_whole()) == []
    (unknown,) = house.tell(EXCHANGE, refused_whole("77"))
    assert isinstance(unknown, InterchangeRefused)
    assert house.tell(EXCHANGE, refused_whole("77")) == []
    assert "interchange 77" in house.cases()["REJECTED_SYNTAX"]
