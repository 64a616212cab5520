"""Stories of documents that nobody brings: they wait to be fetched, or their partner has no settings any more."""

import pytest
from tests.processes.house import House
from tests.processes.papers import ORDER, release

from tradelane.domain.purchase_order import status
from tradelane.model.exchange import (
    DocumentDelivered,
    DocumentUnfetched,
    FetchAwaited,
    MailboxCleared,
    PartnerBack,
    PartnerGone,
    RecordDelivery,
    RecordSyntaxReport,
    RecordWaiting,
    SendDocument,
)
from tradelane.model.request import FireTimer
from tradelane.model.syntax_report import SyntaxReport

EXCHANGE = "exchange/acme"


@pytest.fixture
def house():
    house = House()
    house.tell(ORDER, release())
    return house


def send(number=1, *, about="", syntax="json", hours=24):
    return SendDocument(
        document_id=f"d{number}",
        document_type="purchase_order" if about else "invoice",
        number=f"A{number}",
        body="{}",
        about=about or f"invoice/acme/A{number}",
        syntax=syntax,
        fetch_within_hours=hours,
    )


def fetched(number=1, *, ok=True):
    return RecordDelivery(document_id=f"d{number}", delivered=ok, says="fetched by the partner")


def timers(house):
    return sorted(name for stream, name in house.timers if stream == EXCHANGE)


def test_what_is_fetched_in_time_asks_nobody(house):
    house.tell(EXCHANGE, send(about=ORDER))
    assert timers(house) == ["fetch/d1"]
    house.wait(hours=23)
    house.tell(EXCHANGE, fetched())
    assert timers(house) == []
    assert status(house.state(ORDER)) == "ack_pending"
    house.wait(hours=48)
    assert house.of(DocumentUnfetched) == []


def test_what_nobody_fetches_is_a_case_that_says_since_when_and_what_to_do(house):
    house.tell(EXCHANGE, send())
    house.wait(hours=25)
    says = house.cases()["NOT_FETCHED"]
    assert "Invoice (810) A1 waits for acme to fetch it since 2026-03-02 09:00 UTC" in says
    assert "GET /partner/v1/waiting" in says
    (case,) = [state for stream, state in house.states.items() if stream.startswith("case/")]
    assert (case.about, case.occurrences) == (EXCHANGE, 1)
    assert house.tell(EXCHANGE, FireTimer(name="fetch/d1", due=house.now)) == []


def test_many_documents_are_one_case_and_the_last_one_fetched_ends_it(house):
    for number in (1, 2, 3):
        house.tell(EXCHANGE, send(number))
    house.wait(hours=25)
    assert "So do 2 more." in house.cases()["NOT_FETCHED"]
    house.tell(EXCHANGE, fetched(1))
    house.tell(EXCHANGE, fetched(3))
    assert "NOT_FETCHED" in house.cases()
    house.tell(EXCHANGE, fetched(2))
    assert "NOT_FETCHED" not in house.cases()
    assert len(house.of(MailboxCleared)) == 1


def test_what_is_given_up_ends_it_too(house):
    house.tell(EXCHANGE, send())
    house.wait(hours=25)
    house.tell(EXCHANGE, fetched(ok=False))
    assert "NOT_FETCHED" not in house.cases()
    assert "TRANSMISSION_FAILED" in house.cases()


def test_a_document_that_awaits_a_997_is_watched_by_that_alone(house):
    house.tell(EXCHANGE, send(syntax="x12"))
    assert timers(house) == ["acknowledge/1"]
    house.wait(hours=25)
    assert list(house.cases()) == ["TRANSMISSION_FAILED"]


def test_who_acknowledges_what_waited_has_fetched_it(house):
    house.tell(EXCHANGE, send(syntax="x12"))
    report = SyntaxReport(functional_id="IN", group="1", verdict="accepted", included=1, received=1, accepted=1)
    house.tell(EXCHANGE, RecordSyntaxReport(report=report))
    assert [event.document_id for event in house.of(DocumentDelivered)] == ["d1"]
    assert not house.state(EXCHANGE).pending
    assert house.tell(EXCHANGE, fetched()) == []


@pytest.mark.parametrize("hours", [0, 24])
def test_what_was_found_waiting_unwatched_is_watched_once(house, hours):
    house.tell(EXCHANGE, send(1, hours=0))
    house.tell(EXCHANGE, send(2, hours=24))
    house.tell(EXCHANGE, send(3, syntax="x12", hours=0))
    found = RecordWaiting(document_ids=("d1", "d2", "d3", "d9"), waiting=4, fetch_within_hours=hours)
    house.tell(EXCHANGE, found)
    assert house.tell(EXCHANGE, found) == []
    assert [event.document_ids for event in house.of(FetchAwaited)] == ([("d1",)] if hours else [])
    house.wait(hours=25)
    assert len(house.of(DocumentUnfetched)) == (2 if hours else 1)


def test_what_waits_for_a_partner_without_settings_is_a_case_until_it_is_back(house):
    house.tell(EXCHANGE, send())
    house.tell(EXCHANGE, send(2))
    gone = RecordWaiting(document_ids=("d1", "d2"), waiting=2, known=False)
    house.tell(EXCHANGE, gone)
    assert house.tell(EXCHANGE, gone) == []
    says = house.cases()["UNKNOWN_PARTNER"]
    assert "Invoice (810) A1 and one more document wait for acme, which has no settings here any more" in says
    assert "partners/acme" in says
    assert len(house.of(PartnerGone)) == 1
    house.tell(EXCHANGE, RecordWaiting(document_ids=("d1", "d2"), waiting=2, fetch_within_hours=24))
    assert "UNKNOWN_PARTNER" not in house.cases()


def test_whatever_is_brought_to_a_partner_says_that_it_is_back(house):
    house.tell(EXCHANGE, send(hours=0))
    house.tell(EXCHANGE, RecordWaiting(document_ids=("d1",), waiting=1, known=False))
    house.tell(EXCHANGE, fetched())
    assert len(house.of(PartnerBack)) == 1
    assert "UNKNOWN_PARTNER" not in house.cases()
