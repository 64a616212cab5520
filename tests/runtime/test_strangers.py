"""Another partner's order is to a partner what an order is that is not there (P22); we know better, and ask."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace
from tests.runtime.bench_house import PARTNERS, START, Bench, bench, json_of, order, response_855

from tradelane.formats import x12 as x12_format
from tradelane.maps import lift, shipped
from tradelane.model.document import Document
from tradelane.model.invoice import Invoice, InvoiceLine
from tradelane.model.moment import Moment
from tradelane.model.party import ItemIds
from tradelane.model.policy import Policy
from tradelane.model.purchase_order import OrderReleased, OrderResponded
from tradelane.model.quantity import Quantity, UnitPrice
from tradelane.model.repeat import DocumentDeferred
from tradelane.model.ship_notice import ShipNode, ShipNotice
from tradelane.partners.profile import AnswerSettings
from tradelane.store.port import ViewRow

pytestmark = pytest.mark.anyio

ACME = replace(
    PARTNERS["acme"],
    answers=AnswerSettings(content="824", when="always"),
    policy=Policy(early_response_hours=2, early_ship_notice_hours=3, early_invoice_hours=4),
)
LUMEN = replace(
    PARTNERS["lumen"], policy=Policy(early_response_hours=9, early_ship_notice_hours=10, early_invoice_hours=11)
)
UNITS = Quantity(Decimal(10), "EA")


def notice(number: str = "N1", sscc: str = "", purpose: str = "original") -> ShipNotice:
    """Return a notice of ten units of order 4711."""
    nodes = (
        ShipNode(id="1", level="shipment"),
        ShipNode(id="2", level="order", parent="1", order_number="4711"),
        ShipNode(id="3", level="pack", parent="2", sscc=sscc),
        ShipNode(id="4", level="item", parent="3", line="1", item=ItemIds(buyer_item="SKU-1"), quantity=UNITS),
    )
    return ShipNotice(number=number, noticed=Moment(on=START.date()), nodes=nodes, purpose=purpose)


INVOICE = Invoice(
    number="A1",
    invoiced_on=START.date(),
    total=Decimal(25),
    order_number="4711",
    lines=(
        InvoiceLine(
            number="1",
            quantity=UNITS,
            price=UnitPrice(Decimal("2.50")),
            order_line="1",
            item=ItemIds(buyer_item="SKU-1"),
        ),
    ),
)
PAPERS = {"855": response_855("4711"), "856": json_of(notice()), "810": json_of(INVOICE)}


async def rows(house: Bench, view: str, **choice: str) -> list[ViewRow]:
    while await house.worker.turn():
        pass
    return list(await house.store.view_rows(view, limit=100, **choice))


async def heard(house: Bench) -> list[object]:
    """Return all that acme can see: how its documents stand, and what it was sent, without names made by chance."""
    known = [msgspec.json.decode(row.body) for row in await rows(house, "document", partner="acme")]
    kept = ("direction", "state", "document_type", "findings", "effect_findings")
    seen: list[object] = [{name: row.get(name) for name in kept} for row in known]
    seen.sort(key=str)
    for delivery in house.channels["acme"].taken if "acme" in house.channels else ():
        ((_, _, received),) = x12_format.decode(delivery.body).accepted
        if delivery.document_type == "content_report":
            document: Document | None = lift(received.message, shipped("x12/004010/824")).document
            seen.append(replace(document, number=""))
        else:
            seen.append(delivery.document_type)
    return seen


async def story(tmp_path: Path, body: bytes, *, there: bool) -> tuple[list[object], Bench]:
    """Tell what acme hears of lumen's order, or of none, at once, when the order moves, and hour by hour."""
    house = await bench(tmp_path, partners={**PARTNERS, "acme": ACME, "lumen": LUMEN})
    if there:
        await house.send("erp", json_of(order("4711", supplier="V2")))
        await house.work()
    await house.send("acme", body)
    await house.work()
    said = [await heard(house)]
    if there:
        await house.send("lumen", response_855("4711", sender="LUMEN"))
        await house.work()
    for _ in range(30):
        house.clock.advance_to(house.clock.now() + timedelta(hours=1))
        await house.work()
        said.append(await heard(house))
    return said, house


@pytest.mark.parametrize("kind", PAPERS)
async def test_they_hear_the_same_at_the_same_time(tmp_path, kind):
    unknown, _ = await story(tmp_path, PAPERS[kind], there=False)
    theirs, house = await story(tmp_path, PAPERS[kind], there=True)
    assert theirs == unknown
    assert unknown[0], "something is heard at once"
    history = await house.history("purchase_order/4711")
    assert [type(event) for event in history if isinstance(event, OrderReleased | OrderResponded)] == [
        OrderReleased,
        OrderResponded,
    ], "the order goes its own way"
    asked = [case for case in await house.cases() if case["kind"] == "NOT_THEIR_ORDER"]
    assert [(case["partner"], case["about"], case["role"]) for case in asked] == [
        ("acme", "purchase_order/4711", "platform")
    ]
    assert asked[0].get("occurrences", 1) == 1


async def test_the_truth_is_told_inside(tmp_path):
    _, house = await story(tmp_path, PAPERS["855"], there=True)
    (deferred,) = [e for e in await house.history("purchase_order/4711") if isinstance(e, DocumentDeferred)]
    assert deferred.says == "acme answers order 4711, which is lumen's."
    cases = {str(case["kind"]): case for case in await house.cases()}
    assert "ORPHAN_DOCUMENT" not in cases
    assert str(cases["NOT_THEIR_ORDER"]["says"]).startswith(deferred.says), "waiting in vain is no second question"


async def test_an_order_that_comes_later_and_is_another_partners_is_asked_about_then(tmp_path):
    house = await bench(tmp_path, partners={**PARTNERS, "acme": ACME, "lumen": LUMEN})
    await house.send("acme", PAPERS["855"])
    await house.work()
    assert not await house.cases()
    await house.send("erp", json_of(order("4711", supplier="V2")))
    await house.work()
    assert [case["kind"] for case in await house.cases()] == ["NOT_THEIR_ORDER"]
