"""What a partner may not write, and the very words (and 997 codes) it gets back."""

import pytest
from tests.maps.sets import cut

from tradelane.maps import lift, lift_exact, shipped
from tradelane.model.finding import Finding, Unreadable

ORDER = """
BEG*00*SA*4711**20261120
PO1*1*100*EA*10.50**BP*SKU-1
PO1*2*40*EA*5**BP*SKU-2
CTT*2
"""


def refusal(kind: str, text: str) -> tuple[Finding, ...]:
    with pytest.raises(Unreadable) as refused:
        lift(cut(kind, text), shipped(f"x12/004010/{kind}"))
    return refused.value.findings


def said(finding: Finding) -> tuple[str, int, int, str]:
    where = finding.where
    return where.segment, where.segment_position, where.element, finding.syntax_code


@pytest.mark.parametrize(
    "number",
    ["1E5", "1,5", "-4", "+4", "9" * 99, "9" * 19, "1.1234567891", ".", "1.2.3", "0x10", "1_000", "NaN", "٣", "²"],
)
def test_a_quantity_nobody_could_mean_is_named_by_its_element(number):
    wire = number.encode().decode("latin-1")
    (finding,) = refusal("850", ORDER.replace("*100*", f"*{wire}*"))
    assert said(finding) == ("PO1", 3, 2, "6")
    assert finding.code == "element.bad-character"
    assert finding.value == number[:80]


@pytest.mark.parametrize("day", ["20260230", "20261301", "2026112", "261120", "00000101", "2026-1-2", "２０２６"])
def test_a_day_not_in_the_calendar_is_named_by_its_element(day):
    found = refusal("850", ORDER.replace("20261120", day.encode().decode("latin-1")))
    assert ("BEG", 2, 5, "8") in [said(finding) for finding in found]


@pytest.mark.parametrize(("clock", "code"), [("2460", "9"), ("9", "9"), ("12:30", "9"), ("1260", "9")])
def test_a_time_not_on_the_clock_is_named_by_its_element(clock, code):
    notice = f"BSN*00*N1*20261120*{clock}\nHL*1**S\nHL*2*1*O\nPRF*4711\n"
    assert ("BSN", 2, 4, code) in [said(finding) for finding in refusal("856", notice)]


def test_a_code_that_means_nothing_is_named_with_what_it_may_be():
    (finding,) = refusal("850", ORDER.replace("*100*EA*", "*100*QQ*"))
    assert said(finding) == ("PO1", 3, 3, "7")
    assert finding.value == "QQ"
    assert "[codes.unit]" in finding.fix


def test_a_required_value_left_out_is_named():
    (finding,) = refusal("850", ORDER.replace("*4711*", "**"))
    assert said(finding) == ("BEG", 2, 3, "1")


def test_a_required_segment_left_out_is_named():
    found = refusal("850", ORDER.replace("BEG*00*SA*4711**20261120\n", ""))
    assert ("BEG", 5, 0, "3") in [said(finding) for finding in found]
    assert len(found) == len({(finding.code, finding.where) for finding in found})


def test_a_value_that_is_too_long_is_named_and_read_whole():
    lifted = lift(cut("850", ORDER.replace("4711", "4" * 23)), shipped("x12/004010/850"))
    (finding,) = lifted.findings
    assert (said(finding), finding.code, finding.severity) == (("BEG", 2, 3, "5"), "element.too-long", "warning")
    assert lifted.document.number == "4" * 23


def test_a_code_that_is_too_long_is_in_no_table():
    found = refusal("850", ORDER.replace("*40*EA*", "*40*EACH*"))
    assert [(said(finding), finding.code) for finding in found] == [
        (("PO1", 4, 3, "5"), "element.too-long"),
        (("PO1", 4, 3, "7"), "element.bad-code"),
    ]


def test_empty_elements_beyond_the_standard_are_remarked_and_filled_ones_refused():
    lifted = lift(cut("850", ORDER.replace("CTT*2", "REF*DP*1****\nCTT*2")), shipped("x12/004010/850"))
    assert [(f.code, f.severity, said(f)) for f in lifted.findings] == [
        ("element.too-many", "warning", ("REF", 5, 5, "3"))
    ]
    (swallowed,) = refusal("850", ORDER.replace("CTT*2", "REF*DP*1QTY*17*40*EA\nCTT*2"))
    assert (swallowed.code, said(swallowed)) == ("element.too-many", ("REF", 5, 5, "3"))


def test_what_comes_behind_a_later_part_is_read_where_it_belongs_and_remarked():
    """A total that comes first, or a party behind it, changes no meaning; a second heading may be another order."""
    total_first = ORDER.replace("CTT*2\n", "").replace("PO1*1", "CTT*2\nPO1*1")
    late_party = ORDER + "N1*ST*Dock 4*92*D4\n"
    for text, tag, ahead in ((total_first, "PO1", "CTT"), (late_party, "N1", "CTT")):
        lifted = lift(cut("850", text), shipped("x12/004010/850"))
        (finding,) = lifted.findings
        assert (finding.code, finding.severity, finding.syntax_code) == ("segment.out-of-order", "warning", "7")
        assert finding.where.segment == tag
        assert f"behind {ahead}" in finding.says
        assert [line.number for line in lifted.document.lines] == ["1", "2"]
    assert lifted.document.ship_to is not None
    (merged,) = refusal("850", ORDER + "BEG*00*SA*4712**20261120\n")
    assert (merged.code, said(merged)) == ("segment.unexpected", ("BEG", 6, 0, "2"))


def test_a_segment_out_of_its_loop_is_told_what_it_belongs_behind():
    (finding,) = refusal("850", ORDER.replace("BEG*00", "SCH*5*EA***002*20261120\nBEG*00"))
    assert (finding.says, finding.fix) == ("SCH may not stand here: it belongs behind PO1.", "Send PO1 ahead of it.")


def test_what_two_rules_read_is_refused_once():
    change = "BCH*04*SA*4711***99999999\nPOC*1*CA*1*1*EA*5**BP*SKU-1\n"
    found = refusal("860", change)
    assert [said(finding) for finding in found] == [("BCH", 2, 6, "8")]


@pytest.mark.parametrize(
    ("segment", "place"),
    [("CUR**USD", ("CUR", 3, 1, "1")), ("CUR*BY", ("CUR", 3, 2, "1")), ("N9*L1*A*****B*C", ("N9", 3, 8, "3"))],
)
def test_what_the_standard_demands_is_checked_even_where_no_rule_reads(segment, place):
    (finding,) = refusal("850", ORDER.replace("PO1*1", f"{segment}\nPO1*1"))
    assert said(finding) == place


def test_a_segment_of_another_set_and_one_out_of_place_are_told_apart():
    found = refusal("850", ORDER.replace("CTT*2", "ZZZ*1\nBEG*00*SA*1**20261120\nCTT*2"))
    assert [said(finding) for finding in found] == [("ZZZ", 5, 0, "1"), ("BEG", 6, 0, "2")]


def test_everything_wrong_is_said_at_once():
    found = refusal(
        "850",
        ORDER.replace("20261120", "20260230")
        .replace("*100*EA", "*1E5*QQ")
        .replace("*40*", "*-40*")
        .replace("SA", "S\x07"),
    )
    assert [said(f) for f in found] == [
        ("BEG", 2, 2, "6"),
        ("BEG", 2, 5, "8"),
        ("PO1", 3, 2, "6"),
        ("PO1", 3, 3, "7"),
        ("PO1", 4, 2, "6"),
    ]


def test_a_count_that_differs_is_a_warning_and_the_order_stands():
    lifted = lift(cut("850", ORDER.replace("CTT*2", "CTT*3*140")), shipped("x12/004010/850"))
    assert [(f.code, f.severity, said(f)[2]) for f in lifted.findings] == [("total.differs", "warning", 1)]
    assert len(lifted.document.lines) == 2


def test_a_line_without_a_number_is_called_by_its_place():
    lifted = lift(cut("850", ORDER.replace("PO1*2*", "PO1**")), shipped("x12/004010/850"))
    assert [line.number for line in lifted.document.lines] == ["1", "2"]
    assert [f.code for f in lifted.findings] == ["line.numbered-by-us"]


def test_a_set_for_another_map_is_refused():
    with pytest.raises(Unreadable, match="other-set"):
        lift(cut("855", "BAK*00*AC*1*20261120"), shipped("x12/004010/850"))


def test_blanks_that_pad_are_no_part_of_a_value():
    order = shipped("x12/004010/850")
    padded = cut("850", ORDER.replace("SKU-1", "SKU-1   ").replace("*SA*", "*SA *"))
    assert order.fast.lift(padded) is None
    assert lift(padded, order).document == lift(cut("850", ORDER), order).document


def test_quotes_backslashes_and_utf8_are_read_as_they_are():
    order = shipped("x12/004010/850")
    text = ORDER.replace("CTT", 'PID*F****19" rack \\ façade\nCTT').encode().decode("latin-1")
    assert lift(cut("850", text), order).document.lines[1].description == '19" rack \\ façade'
    assert lift_exact(cut("850", text), order) == lift(cut("850", text), order)


def test_a_set_that_is_wrong_everywhere_is_refused_in_good_time():
    """Bad input 98: what is said stays bounded, and so does the time to say it."""
    bad = "\n".join(["PO1*1*-1*QQ"] * 1000 + ["REF" + "*\x07" * 20_000] + ["HL*1**I"] * 1000)
    found = refusal("850", f"BEG*00*SA*4711**20261120\n{bad}\nCTT*1\n")
    assert len(found) <= 1001
    assert found[-1].code == "findings.limit"


def test_a_ship_notice_of_many_nodes_without_parents_is_read_in_good_time():
    nodes = "\n".join(f"HL*{n}**I\nLIN*1*BP*A\nSN1**1*EA" for n in range(3, 4_000))
    notice = f"BSN*00*N1*20261120*0930\nHL*1**S\nHL*2**O\nPRF*1\n{nodes}\n"
    lifted = lift(cut("856", notice), shipped("x12/004010/856"))
    assert {node.parent for node in lifted.document.nodes[2:]} == {"2"}
    assert lifted.findings[-1].code == "findings.limit"
