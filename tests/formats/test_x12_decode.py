"""Opening good X12: every delimiter rule, every nesting, exact places; and any bytes at all are read or refused."""

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.formats.x12_bytes import GS, ISA, changed, good, group, interchange, joined, order

from tradelane.formats import x12
from tradelane.formats.x12.plain import plain
from tradelane.model.message import Delimiters


def accepted_controls(body: bytes) -> list[str]:
    return [each.message.control for _, _, each in x12.decode(body).accepted]


def test_one_order_is_read_with_its_envelopes():
    decoded = x12.decode(good())

    (interchange_,) = decoded.interchanges
    (group_,) = interchange_.groups
    (each,) = group_.sets
    assert decoded.all_findings == ()
    assert (interchange_.sender_qualifier, interchange_.sender) == ("ZZ", "ACME")
    assert (interchange_.receiver_qualifier, interchange_.receiver) == ("01", "TRADELANE")
    assert (interchange_.date, interchange_.time, interchange_.version) == ("260801", "1200", "00401")
    assert (interchange_.control, interchange_.acknowledge, interchange_.usage) == ("000000001", "0", "P")
    assert (group_.functional_id, group_.sender, group_.receiver) == ("PO", "ACME", "TRADELANE")
    assert (group_.control, group_.version, group_.included) == ("7", "004010", 1)
    assert (each.message.kind, each.message.control, each.message.version) == ("850", "0001", "004010")
    assert each.message.segments[1].element(3) == "4711"
    assert (interchange_.start, interchange_.end) == (0, len(good()))


@pytest.mark.parametrize("terminator", ["~", "\n", "\r", "'", "\x1c", "|", "\x85"])
@pytest.mark.parametrize("line", ["", "\n", "\r\n", "\n\n   ", " \r\n\t"])
@pytest.mark.parametrize("separator", ["*", "+", "\x1d", "^"])
def test_any_sensible_delimiters_and_layout_are_read(terminator: str, line: str, separator: str):
    body = good(terminator, line).replace(b"*", separator.encode())

    decoded = x12.decode(body)

    assert [f for f in decoded.all_findings if f.severity == "error"] == []
    assert decoded.interchanges[0].delimiters == Delimiters(terminator, separator, ">", "")
    (found,) = decoded.accepted
    assert [s.tag for s in found[2].message.segments] == ["ST", "BEG", "PO1", "SE"]


def test_a_line_break_as_terminator_allows_carriage_returns_and_blank_lines():
    body = joined(*good().decode().rstrip("~").split("~"), terminator="\n", line="").replace(b"\nPO1", b"\r\n\r\n\nPO1")

    assert [f.code for f in x12.decode(body).all_findings] == []


def test_a_repetition_separator_is_known_from_version_00402_on():
    older = x12.decode(changed("*U*00401*", "*^*00401*")).interchanges[0]
    newer = x12.decode(changed("*U*00401*", "*^*00501*")).interchanges[0]
    confused = x12.decode(changed("*U*00401*", "*U*00501*"))

    assert (older.delimiters.repetition, newer.delimiters.repetition) == ("", "^")
    assert [(f.code, f.severity) for f in confused.all_findings] == [("x12.repetition-separator", "warning")]
    assert accepted_controls(changed("*U*00401*", "*U*00501*")) == ["0001"]


def test_many_interchanges_groups_and_sets_are_all_found():
    body = joined(
        *interchange(group(order("0001"), order("0002")), group(order("0001"), control="8")),
        *interchange(group(order("0009")), control="000000002"),
        line="\r\n",
    )

    decoded = x12.decode(body)

    assert decoded.all_findings == ()
    shape = [(i.control, g.control, s.message.control) for i, g, s in decoded.accepted]
    assert shape == [
        ("000000001", "7", "0001"),
        ("000000001", "7", "0002"),
        ("000000001", "8", "0001"),
        ("000000002", "7", "0009"),
    ]


def test_interchanges_of_one_file_may_use_other_delimiters():
    second = joined(*interchange(group(order("0002")), control="000000002"), terminator="'").replace(b"*", b"+")

    assert accepted_controls(good() + second) == ["0001", "0002"]


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        (b"\xef\xbb\xbf", b"", "x12.byte-order-mark"),
        (b"\r\n  ", b"", "x12.leading-space"),
        (b"", b"\r\n\x1a", "x12.end-of-file"),
    ],
)
def test_what_editors_and_old_systems_add_is_noted_and_stepped_over(before: bytes, after: bytes, code: str):
    body = before + good() + after

    decoded = x12.decode(body)

    assert [(f.code, f.severity) for f in decoded.findings] == [(code, "note")]
    assert accepted_controls(body) == ["0001"]
    each = decoded.interchanges[0].groups[0].sets[0]
    assert body[each.start : each.end].startswith(b"ST*850")
    assert body[each.start : each.end].endswith(b"SE*4*0001")


def test_a_missing_last_terminator_is_only_a_warning():
    decoded = x12.decode(good().removesuffix(b"~"))

    assert [(f.code, f.severity) for f in decoded.all_findings] == [("x12.terminator-missing", "warning")]
    assert len(list(decoded.accepted)) == 1


def test_binary_content_may_hold_anything_that_its_length_covers():
    data = "a~SE*1*0001~*\n~IEA*1*000000001~"
    body = joined(
        ISA, GS, "ST*850*0001", f"BIN*{len(data)}*{data}", f"BDS*ASB*{len(data)}*{data}", "SE*4*0001", "GE*1*7",
        "IEA*1*000000001",
    )  # fmt: skip

    decoded = x12.decode(body)

    assert decoded.all_findings == ()
    (found,) = decoded.accepted
    assert [s.elements for s in found[2].message.segments[1:3]] == [
        (str(len(data)), data),
        ("ASB", str(len(data)), data),
    ]
    assert all(body[s.start : s.end].decode() == "*".join((s.tag, *s.elements)) for s in found[2].message.segments)


def test_a_ta1_is_read():
    body = joined(ISA, "TA1*000000042*260731*0915*R*025", "IEA*0*000000001")

    decoded = x12.decode(body)

    assert decoded.all_findings == ()
    assert decoded.interchanges[0].ta1s == (
        x12.Ta1(control="000000042", date="260731", time="0915", verdict="R", code="025"),
    )


VALUES = st.text(st.sampled_from("AB 09.-,;é>^"), max_size=6)
TAGS = st.sampled_from(("BEG", "N1", "PO1", "W07", "GE1", "SE1", "IS", "ISX", "TA1", "REF"))
SEGMENTS = st.lists(st.tuples(TAGS, st.lists(VALUES, max_size=4)), max_size=6)
LAYOUTS = st.sampled_from(("", "\n", "\r\n", "\r\n\t  "))


@given(SEGMENTS, LAYOUTS, st.sampled_from(("~", "\n", "\x1e")), st.sampled_from(("", "\ufeff", " \n")))
def test_every_segment_stands_where_it_says(inner: list, line: str, terminator: str, before: str):
    segments = ["*".join((tag, *values)) for tag, values in inner]
    sets = ("ST*850*0001", *segments, f"SE*{len(segments) + 2}*0001")
    text = "".join(s + terminator + line for s in (ISA, GS, *sets, "GE*1*7", "IEA*1*000000001"))
    body = (before + text).encode()

    (found,) = x12.decode(body).accepted

    cut = found[2].message.segments
    assert [s.position for s in cut] == list(range(1, len(sets) + 1))
    for segment, written in zip(cut, sets, strict=True):
        there = body[segment.start : segment.end]
        assert there == "*".join((segment.tag, *segment.elements)).encode("latin-1")
        assert there.decode().rstrip(" ") == written.rstrip(" ")


PIECES = st.sampled_from(
    ("~", "*", "\n", "ISA", ISA, "ISA*", "GS*", GS, "ST*850*0001", "SE*2*0001", "GE*1*7", "IEA*1*000000001", "TA1*",
     "BIN*3*~~~", "BIN*99*", "BDS*ASB*", "\ufeff", "\x00", "\x1a", "é", "po1", "PO1*1", " ")
)  # fmt: skip
BODIES = st.one_of(
    st.binary(max_size=300),
    st.lists(PIECES, max_size=30).map(lambda pieces: "".join(pieces).encode()),
    st.lists(PIECES, max_size=30).map(lambda pieces: "~".join(pieces).encode()),
    st.tuples(st.integers(0, len(good())), st.integers(0, len(good())), st.binary(max_size=8)).map(
        lambda cut: good()[: cut[0]] + cut[2] + good()[cut[1] :]
    ),
)


@given(BODIES)
@example(b"")
@example(b"ISA")
@example(ISA.encode())
@example(good() + b"ISA")
def test_any_bytes_are_read_or_refused_with_a_place(body: bytes):
    decoded = x12.decode(body)
    body, _ = plain(body)  # Places are counted there.

    assert decoded.interchanges or decoded.refused
    for finding in decoded.all_findings:
        assert 0 <= finding.where.start <= finding.where.end <= len(body)
        assert all((finding.says, finding.fix, finding.code.startswith("x12.")))
    for interchange_, _, each in decoded.accepted:
        assert interchange_.code == "000"
        for segment in each.message.segments:
            written = interchange_.delimiters.element.join((segment.tag, *segment.elements))
            assert body[segment.start : segment.end] == written.encode("latin-1")
    places = [(i.start, i.end) for i in decoded.interchanges]
    assert all(end <= start for (_, end), (start, _) in pairwise(places))


@given(st.integers(1, len(good()) - 2))
def test_a_truncated_file_gives_nothing_away(length: int):
    """A cut file is the commonest fault of all: half an order must never pass for a whole one."""
    assert accepted_controls(good()[:length]) == []
