"""Documents of our own writing with the traits of real ones: each trait made some partner's file unreadable once."""

from decimal import Decimal
from typing import Any

import pytest
from tests.maps.messages import message_of
from tests.maps.sets import cut

from tradelane.maps import Lifted, lift, lift_exact
from tradelane.maps.directories import reading_edifact
from tradelane.maps.editions import reading_x12
from tradelane.model.message import SegmentMessage


def x12(kind: str, text: str, version: str = "004010") -> Any:
    """Return the document of a set as its sender means it, read alike on either path, and what was remarked."""
    message = cut(kind, text)
    message = SegmentMessage(kind, message.control, version, message.text, message.delimiters)
    by = reading_x12(message)
    assert by is not None
    return _alike(lift(message, by), lift_exact(message, by))


def edifact(kind: str, text: str, version: str = "D96A") -> Any:
    """Return the same of an EDIFACT message."""
    message = message_of(kind, text, version)
    by = reading_edifact(kind, version)
    assert by is not None
    return _alike(lift(message, by), lift_exact(message, by))


def _alike(quick: Lifted, exact: Lifted) -> Any:
    assert quick == exact
    return exact.document, [(finding.code, finding.severity) for finding in exact.findings]


# --- X12 --------------------------------------------------------------------------------------------------------------


def test_an_invoice_bills_below_zero_what_is_taken_back():
    invoice, remarks = x12(
        "810",
        """
        BIG*20260904*R-17**4711
        IT1*1*10*EA*5.25**VN*BOLT-8
        IT1*2*-2*EA*5.25**VN*BOLT-8
        IT1*3*1*EA*-4**VN*PALLET
        TDS*3800
        CTT*3
        """,
    )
    assert remarks == []
    assert [(line.quantity.value, line.price.amount) for line in invoice.lines] == [
        (Decimal(10), Decimal("5.25")),
        (Decimal(-2), Decimal("5.25")),
        (Decimal(1), Decimal(-4)),
    ]


@pytest.mark.parametrize(
    ("code", "purpose"), [("16", "original"), ("22", "duplicate"), ("17", "cancel"), ("54", "original")]
)
def test_a_purpose_of_the_standard_is_one_of_ours(code, purpose):
    receipt, remarks = x12("861", f"BRA*R-9*20260904*{code}*1\nRCD*1*5*EA\nLIN**VN*BOLT-8\nCTT*1")
    assert (receipt.purpose, remarks) == (purpose, [])


def test_before_003070_an_order_to_a_warehouse_has_no_counter_around_its_lines():
    order, remarks = x12(
        "940",
        """
        W05*N*SO-8*4711
        N1*ST*Dock 4*92*D4
        G62*10*990905
        W01*10*CA**VN*BOLT-8
        G69*Bolts M8
        W01*5*CA**VN*NUT-8
        W76*15
        """,
        version="003040",
    )
    assert remarks == []
    assert [(line.number, line.quantity.value, line.item.supplier_item) for line in order.lines] == [
        ("1", Decimal(10), "BOLT-8"),
        ("2", Decimal(5), "NUT-8"),
    ]
    assert str(order.ship_on) == "1999-09-05"


def test_what_stands_in_a_loop_nobody_reads_is_not_taken_for_the_lines_own():
    """The 40 are what one of two places wants of the line, said in a loop between LS and LE: the line wants 100."""
    order, remarks = x12(
        "850",
        """
        BEG*00*SA*4711**20260904
        N9*L1*NOTES
        MSG*Ring at gate 2.
        PO1*1*100*EA*2.5**VN*BOLT-8
        LS*LDT
        LDT*AF*3*DA
        QTY*01*40*EA
        LM*ST
        LE*LDT
        PO1*2*7*EA*1**VN*NUT-8
        CTT*2
        """,
    )
    assert remarks == []
    assert [line.quantity.value for line in order.lines] == [Decimal(100), Decimal(7)]
    assert order.notes == ("Ring at gate 2.",)


def test_the_counters_inside_a_line_are_not_the_next_line():
    order, _ = x12(
        "940",
        """
        W05*N*SO-8
        LX*1
        W01*10*CA**VN*BOLT-8
        LS*LX
        LX*1
        N9*LT*L77
        LE*LX
        LX*2
        W01*5*CA**VN*NUT-8
        W76*15
        """,
    )
    assert [(line.item.supplier_item, line.lot) for line in order.lines] == [("BOLT-8", ""), ("NUT-8", "")]


def test_forecasts_behind_a_pattern_of_days_are_the_lines_own():
    plan, remarks = x12(
        "830",
        """
        BFR*05*R-1**DL*A*20260904*20261204*20260904
        N1*SU*Acme*92*A1
        LIN*1*BP*BOLT-8
        UIT*EA
        SDP*Y*Y
        FST*100*C*D*20260908
        FST*200*D*W*20260914
        CTT*1
        """,
    )
    assert remarks == []
    assert [one.quantity.value for one in plan.lines[0].schedules] == [Decimal(100), Decimal(200)]


def test_goods_received_below_a_counter_are_lines_all_the_same():
    receipt, remarks = x12(
        "944",
        """
        W17*F*20260904*RC-7*4711
        N1*WH*Depot*92*W1
        LX*1
        W07*10*CA**VN*BOLT-8
        LX*2
        W07*5*CA**VN*NUT-8
        W14*15
        """,
    )
    assert remarks == []
    assert [line.received.value for line in receipt.lines] == [Decimal(10), Decimal(5)]


def test_what_happened_to_one_parcel_of_a_shipment_happened():
    status, remarks = x12(
        "214",
        """
        B10*1Z9*4711*UPSN
        LX*1
        L11*9*QN
        CD3*L*2
        AT7*D1***NS*20260904*1435*LT
        MS1*DALLAS*TX*US
        """,
    )
    assert remarks == []
    assert [one.milestone for one in status.milestones] == ["delivered"]
