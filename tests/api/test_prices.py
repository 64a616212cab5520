"""What counts as talk of money, for who may not see prices, and what does not."""

import pytest
from tests.runtime.bench_house import START

from tradelane.api.prices import cases_without, event_without
from tradelane.model.finding import Finding
from tradelane.views.case import CaseRow

OF_MONEY = {
    "invoice.paid": "120.50 is settled on 2026-03-02, as ERP says",
    "invoice.refused": "Lines add up to 130, the total says 120.",
    "invoice_book.checked": "Invoice 7 looked over: both are over 120 USD",
    "purchase_order.line_invoiced": "Line 1: 5 by bill 7",
    "case.opened": "Exception opened: Order 1, line 6 costs more: ordered 286.24, answered 291.96.",
    "case.repeated": "Line 1: price 3 is far below the 4 ordered at.",
    "case.commented": "They want 3 EUR more, AT STAKE: 300",
}
OF_GOODS = {
    "case.opened": "Bill of lading 7 names no order. Ask acme what it is about.",
    "transport_status.recorded": "Discharged at port, credited to nobody",
    "purchase_order.responded": "Line 1: 10 EA accepted for 2026-03-16",
}


@pytest.mark.parametrize(("kind", "says"), OF_MONEY.items())
def test_talk_of_money_is_not_heard(kind, says):
    assert event_without(kind, says) == ""


@pytest.mark.parametrize(("kind", "says"), OF_GOODS.items())
def test_talk_of_goods_is(kind, says):
    assert event_without(kind, says) == says


def case(kind: str, about: str, says: str = "Short.") -> CaseRow:
    findings = (Finding(code="x", says="'41.7x' is not a plain number.", fix=""),)
    return CaseRow(id="1", version=1, at=START, state="open", kind=kind, about=about, says=says, findings=findings)


def test_an_exception_about_money_is_left_out_and_of_an_unread_paper_only_that_it_is_there():
    rows = [
        case("ACK_PRICE", "purchase_order/1"),
        case("ACK_DATE_LATE", "purchase_order/1", "Line 1 costs more."),
        case("SCHEMA_ERROR", "exchange/acme"),
        case("RECEIVING_SHORT", "purchase_order/1"),
    ]
    shown = cases_without(rows)
    assert [(row.kind, len(row.findings)) for row in shown] == [("SCHEMA_ERROR", 0), ("RECEIVING_SHORT", 1)]
