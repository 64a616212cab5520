"""More documents of our own writing with the traits of real ones: what was read wrong of them once, or not at all."""

from datetime import date
from decimal import Decimal

import pytest
from msgspec import to_builtins
from msgspec.structs import replace
from tests.maps.messages import received
from tests.maps.sets import sent
from tests.maps.traits import edifact, x12

from tradelane.maps import lift, lower, shipped


@pytest.mark.parametrize(
    ("pairs", "named"),
    [
        ("CB*CAT-4", {"buyer_item": "CAT-4"}),
        ("PI*P-9", {"buyer_item": "P-9"}),
        ("VA*STYLE-2*UP*012345678905", {"supplier_item": "STYLE-2", "gtin": "00012345678905"}),
        ("MN*MODEL-7", {"manufacturer_item": "MODEL-7"}),
        ("MF*Bolt Works", {}),
    ],
)
def test_an_item_goes_by_what_a_catalogue_calls_it_and_never_by_who_makes_it(pairs, named):
    order, remarks = x12("850", f"BEG*00*SA*4711**20260904\nPO1*1*10*EA*5**{pairs}\nCTT*1")
    assert remarks == []
    assert {name: value for name, value in to_builtins(order.lines[0].item).items() if value} == named


def test_a_warehouse_ships_to_the_consignee_where_nobody_else_is_named():
    order, remarks = x12("940", "W05*N*SO-8*4711\nN1*CN*Dock 4*91*D4\nLX*1\nW01*10*CA**VN*BOLT-8\nW76*10")
    assert remarks == []
    assert order.ship_to.name == "Dock 4"
    order, _ = x12("940", "W05*N*SO-8*4711\nN1*CN*Owner*91*O\nN1*ST*Dock 4*91*D4\nLX*1\nW01*10*CA**VN*BOLT-8\nW76*10")
    assert order.ship_to.name == "Dock 4"


def test_goods_of_a_despatch_advice_that_stand_in_no_package_are_in_the_shipment():
    notice, remarks = edifact(
        "DESADV",
        """
        BGM+351+L-7+9'
        DTM+137:20260904:102'
        RFF+ON:4711'
        NAD+SU+4012345000009::9'
        LIN+1++BOLT-8:VP'
        QTY+12:200:PCE'
        LIN+2++NUT-8:SA'
        QTY+12:150:PCE'
        """,
    )
    assert remarks == []
    assert [(one.id, one.level, one.parent) for one in notice.nodes] == [
        ("1", "shipment", ""),
        ("1.1", "item", "1"),
        ("1.2", "item", "1"),
    ]
    assert [(one.item.supplier_item, one.quantity.value, one.order_number) for one in notice.nodes[1:]] == [
        ("BOLT-8", Decimal(200), "4711"),
        ("NUT-8", Decimal(150), "4711"),
    ]


def test_a_receipt_says_what_had_been_advised_beside_what_was_taken():
    receipt, remarks = edifact(
        "RECADV",
        """
        BGM+632+WE-3+9'
        DTM+137:20260904:102'
        RFF+DQ:L-7'
        LIN+1++5410013109999:EN'
        IMD+F++:::Hazelnut spread'
        QTY+12:100:PCE'
        QTY+194:96:PCE'
        """,
    )
    assert remarks == []
    (line,) = receipt.lines
    assert (line.received.value, line.advised.value, line.description) == (96, 100, "Hazelnut spread")


def test_what_a_content_report_notes_below_its_own_words_is_kept():
    report, remarks = x12(
        "824",
        """
        BGN*00*404*20260904*1134
        OTI*TE*BM*006394
        TED*024*A problem in the bill of lading
        NTE**This shipment cannot move.
        NTE**Ask the carrier.
        TED*ZZZ
        NTE**No such dock
        """,
    )
    assert remarks == []
    (answer,) = report.answers
    assert [fault.says for fault in answer.faults] == ["A problem in the bill of lading", "No such dock"]
    assert answer.notes == ("This shipment cannot move.", "Ask the carrier.")


def test_a_shipment_weighs_what_its_measurements_say():
    notice, remarks = x12(
        "856",
        """
        BSN*00*L-7*20260904*1235
        HL*1**S
        MEA*PD*G*3100*LB
        MEA*PD*N*2800*LB
        TD1*BOX25*5
        HL*2*1*O
        PRF*4711
        HL*3*2*I
        LIN**BP*BOLT-8
        SN1**1400*PC
        CTT*3
        """,
    )
    assert remarks == []
    assert (notice.weight.value, notice.weight.unit) == (3100, "LBR")


def test_a_check_is_paid_on_the_day_it_was_written():
    advice, remarks = x12("820", "BPR*I*100.5*C*CHK\nTRN*1*CK-8\nDTM*020*20260904\nENT*1\nRMR*IV*R-17**100.5")
    assert remarks == []
    assert advice.paid_on == date(2026, 9, 4)


def test_what_a_line_is_allowed_or_charged_beside_its_price_is_its_own():
    bill, remarks = x12(
        "810",
        """
        BIG*20260904*R-17**4711
        IT1*1*100*EA*3.61**VN*BOLT-8
        SAC*A*I410***2350*******02
        IT1*2*1*EA*10**VN*NUT-8
        SAC*C*D240***500
        TDS*35250
        SAC*C*H750***0
        CTT*2
        """,
    )
    assert remarks == []
    assert [[(one.kind, one.amount, one.code) for one in line.charges] for line in bill.lines] == [
        [("allowance", Decimal("23.50"), "I410")],
        [("charge", Decimal("5.00"), "D240")],
    ]
    assert [one.code for one in bill.charges] == ["H750"]


def test_a_line_whose_allowance_is_in_its_amount_has_the_price_before_it():
    bill, remarks = edifact(
        "INVOIC",
        """
        BGM+380+R-17+9'
        DTM+137:20260904:102'
        RFF+ON:4711'
        CUX+2:EUR:4'
        ALC+A'
        PCD+12:2.5'
        LIN+1++4000862141404:EN'
        QTY+47:40:PCE'
        MOA+203:2160'
        ALC+A+++DI'
        PCD+1:10'
        MOA+204:240'
        UNS+S'
        MOA+77:2160'
        """,
    )
    assert remarks == []
    assert bill.charges == ()
    (line,) = bill.lines
    assert [(one.kind, one.amount) for one in line.charges] == [("allowance", Decimal(240))]
    assert (line.amount, line.price.amount) == (Decimal(2160), Decimal(60))


def test_a_warehouse_says_what_the_goods_are_that_it_received():
    receipt, remarks = x12("944", "W17*F*20260904*WE-3*4711*L-7\nW07*12*EA**VN*BOLT-8\nG69*Bolts M8\nW14*12")
    assert remarks == []
    assert receipt.lines[0].description == "Bolts M8"


WORDS = "Please deliver to the back of the building, ring twice, and ask for Ann, who knows where all of it goes."


@pytest.mark.parametrize(("name", "room"), [("edifact/d96a/orders", 70), ("x12/004010/850", 264)])
def test_what_is_noted_goes_on_in_the_next_place_where_one_is_too_short(name, room):
    order, _ = x12("850", "BEG*00*SA*4711**20260904\nN1*BY*Us\nPO1*1*10*EA*5**VN*BOLT-8")
    noted = replace(order, notes=("Short", f"{WORDS} {WORDS} {WORDS}", "x" * 300))
    its_map = shipped(name)
    built = lower(noted, its_map)
    assert built.findings == ()
    again = lift(received(built) if name.startswith("edifact") else sent(built), its_map).document
    assert all(len(note) <= room for note in again.notes)
    assert again.notes[0] == "Short"
    assert " ".join(again.notes[1:]).replace("x x", "xx") == f"{WORDS} {WORDS} {WORDS} {'x' * 300}"


def test_all_lines_of_a_note_are_read():
    order, remarks = edifact(
        "ORDERS",
        "BGM+220+4711+9'\nDTM+137:20260904:102'\nFTX+AAI+++Ring twice:Ask for Ann'\nFTX+ZZZ+++Thank you'\n"
        "NAD+BY+1::9'\nLIN+1++BOLT-8:SA'\nQTY+21:4:PCE'\nUNS+S'",
    )
    assert (order.notes, remarks) == (("Ring twice", "Ask for Ann", "Thank you"), [])


def test_a_supplier_may_say_in_words_why_it_sends_less():
    answer, remarks = edifact(
        "ORDRSP",
        """
        BGM+231+A-1+4'
        DTM+137:20260904:102'
        RFF+ON:4711'
        NAD+SU+1::9'
        LIN+1+3+BOLT-8:SA'
        QTY+21:120:PCE'
        QTY+12:100:PCE'
        FTX+AAI+++Only 100 in stock'
        LIN+2+7+NUT-8:SA'
        AJT+OS'
        UNS+S'
        """,
    )
    assert remarks == []
    assert [[one.reason for one in line.outcomes] for line in answer.lines] == [["Only 100 in stock"], ["OS"]]
    its_map = shipped("edifact/d96a/ordrsp")
    assert lift(received(lower(answer, its_map)), its_map).document == answer


def test_goods_of_a_transport_order_weigh_what_is_measured_without_saying_how():
    tender, remarks = edifact(
        "IFTMIN",
        """
        BGM+610+T-1+9'
        DTM+137:20260904:102'
        NAD+CZ+1::9'
        NAD+CN+2::9'
        GID+1+10:CT'
        MEA+WT++KGM:5000'
        MEA+VOL++MTQ:25'
        """,
    )
    assert remarks == []
    (goods,) = tender.stops[0].orders
    assert (goods.weight.value, goods.volume.value) == (5000, 25)


def test_a_transfer_that_says_neither_its_sum_nor_who_drives_is_a_transfer():
    transfer, remarks = x12("943", "W06*N*T-1*20260904*123456\nN1*WH*Hall 1*91*H1\nW04*200*EA**VN*BOLT-8")
    assert remarks == []
    assert [line.quantity.value for line in transfer.lines] == [200]
    written = [
        segment for segment in lower(transfer, shipped("x12/004010/943")).segments if segment[0] in ("W03", "W27")
    ]
    assert written == [("W27", "ZZ"), ("W03", "200")]
