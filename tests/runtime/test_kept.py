"""Documents that we can read but that nothing here acts on: kept where people see them, never lost, never a crash."""

from datetime import date
from decimal import Decimal

import pytest
from msgspec.structs import replace
from tests.contracts_published.examples import example
from tests.runtime.bench_house import PARTNERS, Bench, bench, json_of

from tradelane.model import registry
from tradelane.model.content_report import ContentAnswer, ContentFault, ContentReport
from tradelane.model.exchange import ContentReported, DocumentKept, TransmissionTaken
from tradelane.model.freight_invoice import FreightCharge, FreightInvoice
from tradelane.model.moment import Moment
from tradelane.model.outcome import Outcome
from tradelane.model.repeat import DocumentConflicted, DocumentRepeated
from tradelane.runtime.route import Way, route

pytestmark = pytest.mark.anyio

BILL = FreightInvoice(
    number="F-1",
    invoiced_on=date(2026, 3, 2),
    total=Decimal("120.50"),
    charges=(FreightCharge(number="1", amount=Decimal("120.50"), kind="linehaul"),),
)
REFUSAL = ContentReport(
    number="A-1",
    reported=Moment(on=date(2026, 3, 2)),
    answers=(
        ContentAnswer(
            verdict="rejected", reference="4711", kind="850", faults=(ContentFault(says="unknown item", value="I9"),)
        ),
        ContentAnswer(verdict="accepted", reference="4712", kind="850"),
    ),
)


@pytest.fixture
async def house(tmp_path) -> Bench:
    carrier = replace(PARTNERS["acme"], name="swift", role="carrier", parties=("scac:SWFT",))
    return await bench(tmp_path, partners={**PARTNERS, "swift": carrier})


async def test_a_document_nobody_acts_on_is_received_and_kept_where_people_see_it(house):
    await house.send("swift", json_of(BILL))
    await house.work()
    events = await house.history("exchange/swift")
    [taken] = [event for event in events if isinstance(event, TransmissionTaken)]
    assert [(one.document_type, one.outcome) for one in taken.sets] == [("freight_invoice", Outcome.ACCEPTED)]
    [kept] = [event for event in events if isinstance(event, DocumentKept)]
    assert (kept.document_type, kept.number, kept.partner) == ("freight_invoice", "F-1", "swift")
    rows = await house.store.view_rows("document", limit=10)
    assert any(b'"kept"' in row.body and b"nothing here acts on this kind" in row.body for row in rows)
    assert await house.cases() == []


async def test_the_same_again_is_kept_once_and_other_content_under_its_number_is_a_conflict(house):
    await house.send("swift", json_of(BILL))
    await house.send("swift", json_of(BILL), key="again")
    await house.send("swift", json_of(replace(BILL, total=Decimal("999.00"))), key="other")
    await house.work()
    kinds = [type(event) for event in await house.history("exchange/swift")]
    assert (kinds.count(DocumentKept), kinds.count(DocumentRepeated), kinds.count(DocumentConflicted)) == (1, 1, 1)


async def test_a_document_from_somebody_it_cannot_come_from_asks_a_person(house):
    await house.send("acme", json_of(BILL))
    await house.work()
    assert [case["kind"] for case in await house.cases()] == ["MAPPING_ERROR"]


async def test_what_a_partner_turns_down_after_reading_it_asks_a_person_once(house):
    await house.send("acme", json_of(REFUSAL))
    await house.send("acme", json_of(REFUSAL), key="again")
    await house.work()
    assert [type(e) for e in await house.history("exchange/acme")].count(ContentReported) == 1
    [case] = await house.cases()
    assert case["kind"] == "CONTENT_REFUSED"
    assert "850 4711" in str(case["says"])
    assert "unknown item" in str(case["findings"])


@pytest.mark.parametrize("kind", registry.DOCUMENTS, ids=registry.tag)
@pytest.mark.parametrize("role", ["supplier", "warehouse", "carrier", "customer", "erp"])
async def test_every_document_from_every_role_goes_somewhere_or_says_why_not(house, kind, role):
    sender = replace(PARTNERS["acme"], role=role)
    way = route(example(kind, full=True), sender, house.app.registry)
    if isinstance(way, Way):
        assert registry.read_command(registry.encode(way.command)) == way.command
    else:
        assert all(finding.fix for finding in way)
