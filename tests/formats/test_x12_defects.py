"""Broken envelopes: each defect is named, and only the envelope it spoils is refused."""

import pytest
from tests.formats.x12_bytes import GS, ISA, SET, changed, good, group, interchange, joined, order

from tradelane.formats import x12


def codes(body: bytes) -> list[str]:
    return [finding.code for finding in x12.decode(body).all_findings]


def accepted(body: bytes) -> list[str]:
    return [each.message.control for _, _, each in x12.decode(body).accepted]


@pytest.mark.parametrize(
    ("old", "new", "code", "ta1"),
    [
        ("*000000001~", "*000000002~", "x12.iea-control", "001"),
        ("IEA*1*", "IEA*3*", "x12.iea-count", "021"),
        ("IEA*1*", "IEA*x*", "x12.iea-count", "021"),
        ("IEA*1*000000001~", "", "x12.iea-missing", "023"),
        ("ACME           ", "ACME", "x12.isa-width", "023"),
        ("*P*>~", "~", "x12.isa-truncated", "023"),
        ("*U*00401*000000001", "*U*00401*00000000A", "x12.isa-control", "018"),
        ("*0*P*", "*0*X*", "x12.isa-usage", "020"),
        ("*P*>~", "*P*A~", "x12.delimiter", "027"),
        ("*P*>~", "*P**~", "x12.delimiter", "027"),
        ("*P*>~", "*P*> ", "x12.delimiter", "004"),
        ("*P*>~", "*P*>*", "x12.delimiter", "004"),
        ("*P*>~", "*P*>>", "x12.delimiter", "004"),
        ("GE*1*7~", "GE*1*7~FOO*1~", "x12.stray-segment", "024"),
        (GS + "~", "", "x12.gs-missing", "024"),
    ],
)
def test_a_broken_interchange_gets_its_ta1_code_and_nothing_of_it_is_used(old: str, new: str, code: str, ta1: str):
    body = changed(old, new)

    decoded = x12.decode(body)

    assert code in [f.code for f in decoded.all_findings]
    assert decoded.interchanges[0].code == ta1
    assert accepted(body) == []


@pytest.mark.parametrize("separator", [b"A", b"7", b" "])
def test_an_element_separator_that_cannot_separate_is_026(separator: bytes):
    decoded = x12.decode(good().replace(b"*", separator))

    assert [(i.code, [f.code for f in i.findings]) for i in decoded.interchanges] == [("026", ["x12.delimiter"])]


@pytest.mark.parametrize(
    ("old", "new", "code", "ak905"),
    [
        ("GE*1*7", "GE*2*7", "x12.ge-count", "5"),
        ("GE*1*7", "GE*1*8", "x12.ge-control", "4"),
        ("GE*1*7~", "", "x12.ge-missing", "3"),
        ("*7*X*", "*abc*X*", "x12.gs-control", "6"),
        ("*X*004010", "*X", "x12.gs-version", "2"),
    ],
)
def test_a_broken_group_is_refused_alone(old: str, new: str, code: str, ak905: str):
    broken = [s for s in changed(old, new).decode().split("~") if s][1:-1]
    body = joined(*interchange(tuple(broken), group(order("0005"), control="9")))

    decoded = x12.decode(body)

    first, second = decoded.interchanges[0].groups
    assert code in [f.code for f in first.findings]
    assert ak905 in first.codes
    assert (first.refused, second.refused) == (True, False)
    assert accepted(body) == ["0005"]


def test_a_group_number_used_twice_is_refused_the_second_time():
    body = joined(*interchange(group(order("0001")), group(order("0002"))))

    assert x12.decode(body).interchanges[0].groups[1].codes == ("19",)
    assert accepted(body) == ["0001"]


def test_text_between_sets_refuses_the_group_it_stands_in():
    body = joined(ISA, GS, *SET, "oops", "GE*1*7", *group(order("0005"), control="8"), "IEA*2*000000001")

    assert codes(body) == ["x12.stray-segment"]
    assert accepted(body) == ["0005"]


@pytest.mark.parametrize(
    ("old", "new", "code", "ak502"),
    [
        ("SE*4*0001", "SE*5*0001", "x12.se-count", ("4",)),
        ("SE*4*0001", "SE**0001", "x12.se-count", ("4",)),
        ("SE*4*0001", "SE*4*0002", "x12.se-control", ("3",)),
        ("SE*4*0001~", "", "x12.se-missing", ("2",)),
        ("ST*850*0001", "ST*85*0001", "x12.set-kind", ("6",)),
        ("SE*4*0001~", "SE*4*~", "x12.se-control", ("3",)),
        ("PO1*1*", "po1*1*", "x12.segment-id", ()),
        ("PO1*1*", "PO12345*1*", "x12.segment-id", ()),
        ("A-1", "A\x07-1", "x12.control-character", ()),
        ("A-1", "A\x00-1", "x12.control-character", ()),
        ("PO1*1*10*EA*2.5**BP*A-1", "BIN*5*abc", "x12.binary-length", ()),
        ("PO1*1*10*EA*2.5**BP*A-1", "BIN*x*abc", "x12.binary-length", ()),
        ("PO1*1*10*EA*2.5**BP*A-1", "BDS*ASB*99*abc", "x12.binary-length", ()),
    ],
)
def test_a_broken_set_is_refused_alone(old: str, new: str, code: str, ak502: tuple[str, ...]):
    broken = tuple(changed(old, new).decode("latin-1").removesuffix("~").split("~")[2:-2])
    body = joined(*interchange(group(order("0003"), broken, order("0004"))))

    decoded = x12.decode(body)

    spoilt = decoded.interchanges[0].groups[0].sets[1]
    assert code in [f.code for f in spoilt.findings if f.severity == "error"]
    assert spoilt.codes == ak502
    assert accepted(body) == ["0003", "0004"]


def test_a_set_number_used_twice_is_refused_the_second_time():
    body = joined(*interchange(group(order("0001"), order("0001", "4712"))))

    first, second = x12.decode(body).interchanges[0].groups[0].sets
    assert (first.codes, second.codes) == ((), ("7",))
    assert accepted(body) == ["0001"]


def test_a_number_written_otherwise_is_the_same_number_but_a_set_control_is_text():
    """GS06 and ISA13 are numbers; ST02 is text, so `1` is another set than `0001`."""
    loose = changed("GE*1*7", "GE*1*007").replace(b"IEA*1*000000001", b"IEA*1*1")

    assert [(f.code, f.severity) for f in x12.decode(loose).all_findings] == [
        ("x12.iea-control", "warning"),
        ("x12.ge-control", "warning"),
    ]
    assert accepted(loose) == ["0001"]
    assert accepted(changed("SE*4*0001", "SE*4*1")) == []


def test_warnings_do_not_stop_a_set():
    body = changed("PO1*1*10*EA*2.5**BP*A-1", "~PO1*1*10*EA*2.5**BP*A\n1").replace(b"GS*PO", b"GS*PR")

    assert codes(body) == ["x12.set-in-wrong-group", "x12.segment-empty", "x12.line-break"]
    assert accepted(body) == ["0001"]


def test_a_segment_that_is_none_is_named_with_its_place_and_position():
    body = changed("PO1*1*", "po1*1*")

    (finding,) = x12.decode(body).all_findings

    assert (finding.where.segment, finding.where.segment_position, finding.syntax_code) == ("po1", 3, "1")
    assert body[finding.where.start : finding.where.end] == b"po1*1*10*EA*2.5**BP*A-1"


@pytest.mark.parametrize("garbage", [b"x", b"-- sent by mail --", b"IS", b"\x00x\x00", b"IEA*1*000000001~"])
def test_bytes_after_the_last_interchange_refuse_the_whole_file(garbage: bytes):
    body = good() + b"\r\n" + garbage

    decoded = x12.decode(body)

    assert [(f.code, f.where.start, f.where.end) for f in decoded.findings] == [
        ("x12.garbage", len(good()) + 2, len(body))
    ]
    assert decoded.refused
    assert accepted(body) == []


def test_bytes_before_and_between_interchanges_refuse_the_whole_file():
    body = b"From: acme\n" + good() + b"hello" + good().replace(b"000000001", b"000000002")

    decoded = x12.decode(body)

    assert [(f.code, body[f.where.start : f.where.end]) for f in decoded.findings] == [
        ("x12.garbage", b"From: acme\n"),
        ("x12.garbage", b"hello"),
    ]
    assert len(decoded.interchanges) == 2
    assert accepted(body) == []


@pytest.mark.parametrize(
    "second",
    [
        good()[:150],
        good()[:50],
        good().replace(b"ACME           ", b"ACME"),
        good().replace(b"*", b"A"),
        changed("*000000001~", "*000000002~"),
    ],
)
def test_a_broken_second_interchange_leaves_the_first_alone(second: bytes):
    body = good() + b"\n" + second

    decoded = x12.decode(body)

    assert [i.refused for i in decoded.interchanges] == [False, True]
    assert accepted(body) == ["0001"]


def test_a_broken_first_interchange_leaves_the_second_alone():
    later = joined(*interchange(group(order("0002")), control="000000002"))

    for first in (good()[:-20], good()[:130], good().replace(b"*", b"A"), good().replace(b"ACME           ", b"ACME")):
        assert accepted(first + later) == ["0002"], first


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "x12.empty"),
        (b" \r\n", "x12.empty"),
        (b"hello", "x12.no-interchange"),
        (joined(*SET), "x12.no-interchange"),
        (b'{"document": "purchase_order"}', "x12.no-interchange"),
    ],
)
def test_what_is_no_x12_at_all_is_said_so(body: bytes, code: str):
    decoded = x12.decode(body)

    assert [f.code for f in decoded.findings] == [code]
    assert decoded.refused
    assert not decoded.interchanges


def test_all_faults_of_a_file_are_collected():
    body = changed("SE*4*0001", "SE*9*0002").replace(b"GE*1*7", b"GE*2*8").replace(b"IEA*1*", b"IEA*4*")

    assert codes(body) == ["x12.iea-count", "x12.ge-control", "x12.ge-count", "x12.se-control", "x12.se-count"]


def test_a_flood_of_faults_is_cut_short():
    body = joined(ISA, GS, "ST*850*0001", *["bad"] * 5000, "SE*5002*0001", "GE*1*7", "IEA*1*000000001")

    assert len(codes(body)) == 21


def test_records_padded_with_blanks_end_where_their_lines_do():
    """A file of fixed records: blanks, then the line break, which is the terminator, also where ISA is too narrow."""
    lines = good().decode().replace("~\n", "~").removesuffix("~").split("~")
    padded = "".join(f"{line.ljust(120)}\r\n" for line in lines).encode()
    decoded = x12.decode(padded)
    assert [each.message.segments[1].tag for _, _, each in decoded.accepted] == ["BEG"]
    told = [finding for finding in decoded.all_findings if finding.code == "x12.isa-width"]
    assert [(finding.severity, finding.where.start, finding.where.end) for finding in told] == [("warning", 105, 120)]
    narrow = x12.decode(padded.replace(b"ACME           ", b"ACME          "))
    assert [(f.code, f.severity) for f in narrow.all_findings if f.code == "x12.isa-width"] == [
        ("x12.isa-width", "error"),
        ("x12.isa-width", "warning"),
    ]
