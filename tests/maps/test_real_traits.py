"""Documents of our own writing with the traits of real ones: each trait made some partner's file unreadable once."""

from decimal import Decimal

import pytest
from tests.maps.messages import received
from tests.maps.traits import edifact, x12

from tradelane.maps import lift, lower, shipped
from tradelane.model.finding import Unreadable

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


def test_what_stands_behind_the_counters_inside_a_line_is_of_the_next_line():
    advice, remarks = x12(
        "945",
        """
        W06*N*SO-8*20260904
        G62*11*20260904
        LX*1
        MAN*GM*00340123450000000018
        W12*CC*10*10**CA**VN*BOLT-8
        LS*LX
        LX*1
        N9*LT*L77
        LE*LX
        LX*2
        MAN*GM*00340123450000000025
        W12*CC*5*5**CA**VN*NUT-8
        W03*15
        """,
    )
    assert remarks == []
    assert [line.sscc[-2:] for line in advice.lines] == ["18", "25"]


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


def test_a_receipt_may_tell_only_of_what_is_in_question():
    receipt, remarks = x12("861", "BRA*R-9*20260904*00*3\nDTM*050*20260904*0855*ET\nRCD******2*EA*09\nLIN**BP*BOLT-8")
    assert remarks == []
    (line,) = receipt.lines
    assert (line.received.value, line.received.unit, line.rejected, line.reason) == (0, "EA", 2, "held")


# --- EDIFACT ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("date", "offset"),
    [("20260904:203", None), ("202609041030:204", None), ("20260904103000?+02:303", 120), ("20260904:304", None)],
)
def test_a_moment_is_read_by_what_is_written_where_its_format_announces_more_or_less(date, offset):
    notice, remarks = edifact("DESADV", f"BGM+351+N1+9\nDTM+137:{date}\nCPS+1\nLIN+1++BOLT-8:SA\nQTY+12:5")
    assert remarks == []
    assert (str(notice.noticed.on), notice.noticed.offset) == ("2026-09-04", offset)


def test_a_heading_behind_the_mark_of_the_summary_is_read_and_remarked():
    order, remarks = edifact(
        "ORDERS",
        """
        BGM+220+4711+9
        DTM+137:20260904:102
        UNS+S
        RFF+CT:C-8
        NAD+BY+4012345000016::9
        LIN+1++4012345000023:EN
        QTY+21:5:PCE
        """,
        "D09B",
    )
    assert remarks == [("segment.out-of-order", "warning")]
    assert order.buyer.identifiers[0].value == "4012345000016"
    assert [line.quantity.value for line in order.lines] == [Decimal(5)]


def test_stock_stands_above_its_movement_or_below_it():
    heading = "BGM+35+S1+9\nDTM+91:20260904:102\nLIN+1++BOLT-8:SA\n"
    for version, text in (("D96A", "QTY+145:5:PCE\nINV+2++1"), ("D97A", "INV+2++1\nQTY+145:5:PCE")):
        report, remarks = edifact("INVRPT", heading + text, version)
        assert remarks == []
        assert [figure.quantity.value for figure in report.lines[0].figures] == [Decimal(5)]


def test_a_status_without_a_code_says_where_and_when_something_was():
    status, remarks = edifact(
        "IFTSTA",
        "BGM+23+9\nCNI+1\nSTS+1:D2:21\nRFF+AAN:2\nDTM+78:20260904173746:204\nFTX+AVA+++Left at the door",
        "D07B",
    )
    assert remarks == []
    (happened,) = status.milestones
    assert (happened.milestone, str(happened.happened.on), happened.notes) == (
        "other",
        "2026-09-04",
        ("Left at the door",),
    )


def test_an_answer_without_a_verdict_is_what_its_lines_say():
    answer, remarks = edifact(
        "ORDRSP", "BGM+231+A1\nDTM+137:20260904:102\nRFF+CR:4711\nLIN+1+5+BOLT-8:SA\nQTY+21:5:PCE\nUNS+S", "D02A"
    )
    assert remarks == []
    assert (answer.order_number, answer.overall, answer.unmentioned) == ("4711", "accepted_with_changes", "unanswered")
    assert answer.lines[0].outcomes[0].disposition == "accepted"


def test_a_schedule_without_dates_is_wanted_when_its_heading_says():
    plan, remarks = edifact(
        "DELFOR", "BGM+241+R1+5\nDTM+137:20260904:102\nDTM+2:20260911:102\nUNS+D\nNAD+CN+W1::92\nLIN+1++B8:IN\nQTY+1:9"
    )
    assert remarks == []
    assert [(str(one.on.on), one.quantity.value) for one in plan.lines[0].schedules] == [("2026-09-11", Decimal(9))]


def test_the_tax_number_of_one_party_is_not_the_others():
    advice, remarks = edifact(
        "REMADV",
        """
        BGM+481+P1+9
        DTM+137:20260904:102
        DTM+138:20260905:102
        NAD+PR+4012345000016::9
        RFF+VA:DE1
        NAD+PE+4012345000023::9
        DOC+380+INV-1
        MOA+12:10
        UNS+S
        MOA+12:10
        """,
        "D01B",
    )
    assert remarks == []
    assert [one.value for one in advice.payer.identifiers] == ["4012345000016", "DE1"]
    assert [one.value for one in advice.payee.identifiers] == ["4012345000023"]


def test_a_number_under_a_bar_code_that_is_none_is_left_out_where_the_item_has_another():
    text = "BGM+220+4711+9\nDTM+137:20260904:102\nLIN+1++GTIN12:SRV\n{more}QTY+21:5:PCE\nUNS+S"
    order, remarks = edifact("ORDERS", text.format(more="PIA+5+BOLT-8:SA\n"), "D01B")
    assert remarks == [("element.bad-character", "warning")]
    assert (order.lines[0].item.gtin, order.lines[0].item.supplier_item) == ("", "BOLT-8")
    with pytest.raises(Unreadable, match="is not a GTIN"):
        edifact("ORDERS", text.format(more=""), "D01B")


def test_the_same_of_x12():
    order, remarks = x12("850", "BEG*00*SA*4711**20260904\nPO1*1*5*EA*2**EN*R08916DSS*VN*BOLT-8\nCTT*1")
    assert remarks == [("element.bad-character", "warning")]
    assert order.lines[0].item.supplier_item == "BOLT-8"
    with pytest.raises(Unreadable, match="is not a GTIN"):
        x12("850", "BEG*00*SA*4711**20260904\nPO1*1*5*EA*2**EN*R08916DSS\nCTT*1")


def test_a_line_that_orders_nothing_orders_nothing_and_is_remarked():
    """Such a line says how the next ones are made: kitchens are ordered so."""
    order, remarks = edifact(
        "ORDERS",
        """
        BGM+220+4711+9
        DTM+137:20260904:102
        LIN+1++FRONT:MF
        PIA+5+OAK:36
        LIN+2++DOOR:MF
        QTY+21:5:PCE
        UNS+S
        """,
        "D97A",
    )
    assert remarks == [("segment.missing", "warning")]
    assert [line.quantity.value for line in order.lines] == [Decimal(0), Decimal(5)]


def test_the_goods_of_a_transport_order_are_loaded_at_its_first_stop_and_come_back_when_sent_on():
    text = """
        BGM+610+T1+9
        DTM+137:20260904:102
        NAD+CZ+4012345000016::9
        NAD+CN+4012345000023::9
        GID+1+10:CT
        FTX+HAN+++This side up
        FTX+AAA+++Bolts M8
        MEA+AAE+G+KGM:250
        MEA+AAE+AAW+MTQ:1.5
        RFF+ON:4711
        GID+2+2:PK
        FTX+AAA+++Nuts M8
        """
    tender, remarks = edifact("IFTMIN", text)
    assert remarks == []
    first, last = tender.stops
    assert [(one.quantity.value, one.quantity.unit, one.description, one.order_number) for one in first.orders] == [
        (Decimal(10), "CT", "Bolts M8", "4711"),
        (Decimal(2), "PK", "Nuts M8", ""),
    ]
    assert (first.orders[0].weight.value, first.orders[0].volume.unit) == (Decimal(250), "MTQ")
    assert last.orders == ()
    by = shipped("edifact/d96a/iftmin")
    assert lift(received(lower(tender, by)), by).document == tender


def test_a_price_may_have_nine_decimals():
    invoice, remarks = x12("810", "BIG*20260904*R-17**4711\nIT1*1*1000*EA*0.061232374**VN*POWER\nTDS*6123\nCTT*1")
    assert (invoice.lines[0].price.amount, remarks) == (Decimal("0.061232374"), [])


# --- What answers us --------------------------------------------------------------------------------------------------


def test_a_verdict_stands_even_if_the_place_of_a_fault_is_no_number():
    report, remarks = x12("997", "AK1*PO*17\nAK2*850*0001\nAK3*PO1*?**8\nAK4*x:y*355*7\nAK5*R*5\nAK9*R*1*1*0")
    assert (report.verdict, report.sets[0].verdict) == ("rejected", "rejected")
    fault = report.sets[0].segments[0]
    assert (fault.segment, fault.position, fault.code, fault.elements[0].code) == ("PO1", 0, "8", "7")
    assert {severity for _, severity in remarks} == {"warning"}


def test_a_rejection_by_contrl_stands_even_if_its_places_are_no_numbers():
    report, remarks = edifact("CONTRL", "UCI+17+US:14+THEM:14+4\nUCM+1+ORDERS:D:96A:UN+4\nUCS+X+13\nUCD+12+X:X", "D3")
    assert (report.verdict, report.sets[0].verdict) == ("rejected", "rejected")
    assert [(fault.position, fault.code) for fault in report.sets[0].segments] == [(0, "13")]
    assert report.sets[0].segments[0].elements[0].code == "12"
    assert {severity for _, severity in remarks} == {"warning"}
