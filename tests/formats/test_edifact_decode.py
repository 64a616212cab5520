"""Opening good EDIFACT: every separator rule, every nesting, exact places; and any bytes at all are read or refused."""

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.formats.edifact_bytes import GOOD, MESSAGE, UNA, UNB, changed, good, group, interchange, joined, order

from tradelane.formats import edifact
from tradelane.model.message import Delimiters, bare


def accepted_controls(body: bytes) -> list[str]:
    return [each.message.control for _, _, each in edifact.decode(body).accepted]


def severities(body: bytes) -> list[tuple[str, str]]:
    return [(f.code.removeprefix("edifact."), f.severity) for f in edifact.decode(body).all_findings]


def test_one_order_is_read_with_its_envelopes():
    decoded = edifact.decode(good())

    (interchange_,) = decoded.interchanges
    (group_,) = interchange_.groups
    (each,) = group_.messages
    assert decoded.all_findings == ()
    assert (interchange_.syntax, interchange_.version, interchange_.charset) == ("UNOC", "3", "latin-1")
    assert interchange_.sender == edifact.Name("4012345000009", "14")
    assert interchange_.receiver == edifact.Name("5412345000013", "14")
    assert (interchange_.date, interchange_.time, interchange_.control) == ("260801", "1200", "REF1")
    assert (interchange_.acknowledge, interchange_.test, interchange_.code) == (False, False, "")
    assert (group_.control, group_.included) == ("", -1)
    assert (each.message.kind, each.message.control) == ("ORDERS", "1")
    assert (each.message.version, each.message.association) == ("D96A", "EAN008")
    assert each.message.segments[3].elements == ("1", "", "4000862141404:EN")
    assert (interchange_.start, interchange_.end) == (0, len(good()))


def test_the_header_says_whether_it_is_a_test_and_wants_an_answer():
    body = changed("+REF1'", "+REF1++ORDERS++1++1'")

    (found,) = edifact.decode(body).interchanges

    assert (found.application, found.acknowledge, found.test) == ("ORDERS", True, True)


@pytest.mark.parametrize("terminator", ["'", "~", "\n", "\x1c", "#"])
@pytest.mark.parametrize("line", ["", "\n", "\r\n", "\n\n   "])
@pytest.mark.parametrize(("element", "component", "release"), [("+", ":", "?"), ("|", "^", "\\"), ("*", ";", " ")])
def test_any_sensible_separators_and_layout_are_read(
    terminator: str, line: str, element: str, component: str, release: str
):
    advice = f"UNA{component}{element}.{release} {terminator}"
    segments = [segment.replace("+", element).replace(":", component) for segment in GOOD]
    body = joined(*segments, terminator=terminator, line=line, advice=advice)

    decoded = edifact.decode(body)

    assert [f for f in decoded.all_findings if f.severity == "error"] == []
    signs = Delimiters(terminator, element, component, "", release.strip())
    assert decoded.interchanges[0].delimiters == signs
    (found,) = decoded.accepted
    assert [s.tag for s in found[2].message.segments] == ["UNH", "BGM", "DTM", "LIN", "QTY", "UNS", "UNT"]


def test_without_advice_the_usual_characters_separate():
    body = good().removeprefix(UNA.encode())

    assert edifact.decode(body).interchanges[0].delimiters == edifact.USUAL
    assert severities(body) == []


def test_the_separators_of_machines_need_no_advice():
    text = "".join(segment + "\x1c" for segment in GOOD).replace("+", "\x1d").replace(":", "\x1f")

    assert severities(text.replace("UNOC", "UNOB").encode()) == []
    assert accepted_controls(text.encode()) == ["1"]


def test_released_characters_separate_nothing_and_stay_as_written():
    body = changed("BGM+220+4711+9", "BGM+220+47?+11?'A??+9'FTX+AAI+++say ?:?'")
    text = body.replace(b"UNT+7", b"UNT+8")

    (found,) = edifact.decode(text).accepted

    segments = found[2].message.segments
    assert segments[1].elements == ("220", "47?+11?'A??", "9")
    assert bare(segments[1].element(2), "?") == "47+11'A?"
    assert segments[2].element(4) == "say ?:?'"


def test_a_released_terminator_before_an_envelope_tag_opens_nothing():
    body = changed("BGM+220+4711+9", "BGM+220+X?'UNH+2")

    assert accepted_controls(body) == ["1"]
    assert severities(body) == []


def test_a_repetition_separator_is_known_from_version_4_on():
    older = edifact.decode(changed("UNA:+.? '", "UNA:+.?*'")).interchanges[0]
    newer = edifact.decode(good().replace(b"UNA:+.? '", b"UNA:+.?*'").replace(b"UNOC:3", b"UNOC:4")).interchanges[0]
    plain = edifact.decode(good().replace(b"UNA:+.? '", b"").replace(b"UNOC:3", b"UNOC:4")).interchanges[0]

    assert [one.delimiters.repetition for one in (older, newer, plain)] == ["", "*", "*"]


def test_many_interchanges_groups_and_messages_are_all_found():
    body = joined(*interchange(group(order("1"), order("2")), group(order("1"), control="G2")), line="\r\n") + joined(
        *interchange(order("9"), control="REF2"), advice=""
    )

    decoded = edifact.decode(body)

    assert decoded.all_findings == ()
    assert [(i.control, g.control, m.message.control) for i, g, m in decoded.accepted] == [
        ("REF1", "G1", "1"),
        ("REF1", "G1", "2"),
        ("REF1", "G2", "1"),
        ("REF2", "", "9"),
    ]
    first = decoded.interchanges[0].groups[0]
    assert (first.kind, first.sender.id, first.version, first.included) == ("ORDERS", "4012345000009", "D96A", 2)


def test_the_second_of_two_interchanges_may_be_broken_alone():
    """Bad input 103: the first is processed, the second is not."""
    body = good() + changed("UNZ+1+REF1", "UNZ+1+REF9")

    assert accepted_controls(body) == ["1"]
    assert [one.refused for one in edifact.decode(body).interchanges] == [False, True]


def test_interchanges_of_one_file_may_use_other_separators():
    other = joined(*(s.replace("+", "|") for s in GOOD), terminator="~", advice="UNA:|.? ~")

    assert accepted_controls(good() + other) == ["1", "1"]


def test_a_cut_interchange_hides_none_that_follows():
    """What is cut in the middle of a segment is refused; the whole one behind it is read."""
    assert accepted_controls(good()[:120] + good()) == ["1"]


def test_text_after_the_last_interchange_refuses_the_whole_file():
    """Bad input 102."""
    assert accepted_controls(good() + b"UNH+2'") == []
    assert ("garbage", "error") in severities(good() + b"lost'")


def test_a_release_character_at_the_end_refuses_with_its_place():
    """Bad input 101."""
    body = good().removesuffix(b"'") + b"?"

    (found,) = [f for f in edifact.decode(body).all_findings if f.code == "edifact.release"]

    assert body[found.where.start : found.where.end] == b"?"
    assert accepted_controls(body) == []
    released = good().removesuffix(b"'") + b"?'"
    (found,) = [f for f in edifact.decode(released).all_findings if f.code == "edifact.release"]
    assert released[found.where.start : found.where.end] == b"?"
    assert accepted_controls(released) == []


def test_a_bare_message_is_read_and_said_to_be_bare():
    body = joined(*MESSAGE, line="\n")

    assert severities(body) == [("unb-missing", "warning")]
    assert accepted_controls(body) == ["1"]


def test_line_breaks_may_end_segments_although_nothing_says_so():
    body = joined(*GOOD, terminator="", line="\r\n", advice="").lstrip()

    assert severities(body) == [("line-terminator", "warning")]
    assert accepted_controls(body) == ["1"]


def test_lines_of_one_width_are_joined_again():
    whole = good()
    body = b"\r\n".join(whole[at : at + 80] for at in range(0, len(whole), 80))

    assert severities(body) == [("wrapped", "note")]
    assert accepted_controls(body) == ["1"]


@pytest.mark.parametrize(
    ("syntax", "raw", "charset"),
    [
        ("UNOC", "Müller".encode("latin-1"), "latin-1"),
        ("UNOD", "Łódź".encode("iso8859-2"), "iso8859-2"),
        ("UNOE", "Пётр".encode("iso8859-5"), "iso8859-5"),
        ("UNOF", "Αθήνα".encode("iso8859-7"), "iso8859-7"),
        ("UNOK", "Işık".encode("iso8859-9"), "iso8859-9"),
        ("UNOW", "Łódź".encode(), "utf-8"),
        ("UNOY", "Łódź".encode(), "utf-8"),
    ],
)
def test_values_are_in_the_character_set_that_the_header_declares(syntax: str, raw: bytes, charset: str):
    """Bad input 100: what UNB0001 says decides."""
    body = good().replace(b"UNOC", syntax.encode()).replace(b"+4711+", b"+" + raw + b"+")

    (found,) = edifact.decode(body).accepted

    assert severities(body) == []
    assert found[2].message.charset == charset
    assert found[2].message.segments[1].element(2).encode("latin-1") == raw


@pytest.mark.parametrize(("syntax", "raw"), [("UNOA", b"M\xfcller"), ("UNOC", b"5 \x80"), ("UNOW", b"M\xfcller")])
def test_a_character_outside_the_declared_set_refuses_its_message_with_its_place(syntax: str, raw: bytes):
    spoilt = tuple(segment.replace("4711", raw.decode("latin-1")) for segment in order("1"))
    body = joined(*interchange(spoilt, order("2"))).replace(b"UNOC", syntax.encode())

    (found,) = edifact.decode(body).all_findings

    assert (found.code, found.syntax_code, found.where.segment, found.where.element) == (
        "edifact.character", "21", "BGM", 2,
    )  # fmt: skip
    assert body[found.where.start] > 127
    assert accepted_controls(body) == ["2"]


def test_what_is_plainly_utf8_is_read_so_whatever_is_declared():
    body = changed("4711", "Müller").decode("latin-1").encode("utf-8")

    assert severities(body) == [("character-set", "warning")]
    (found,) = edifact.decode(body).accepted
    assert found[2].message.charset == "utf-8"


VALUES = st.text(st.sampled_from("AB 09.-,;é?+:'"), max_size=6).map(
    lambda text: "".join("?" + c if c in "?+:'" else c for c in text)
)
TAGS = st.sampled_from(("BGM", "NAD", "LIN", "UNS", "UND", "FTX", "RFF"))
SEGMENTS = st.lists(st.tuples(TAGS, st.lists(VALUES, max_size=4)), max_size=6)
LAYOUTS = st.sampled_from(("", "\n", "\r\n", "\r\n\t  "))


@given(SEGMENTS, LAYOUTS, st.sampled_from(("", "\ufeff", " \n")))
def test_every_segment_stands_where_it_says(inner: list, line: str, before: str):
    segments = ["+".join((tag, *values)) for tag, values in inner]
    message = ("UNH+1+ORDERS:D:96A:UN", *segments, f"UNT+{len(segments) + 2}+1")
    body = before.encode() + "".join(s + "'" + line for s in (UNB, *message, "UNZ+1+REF1")).encode()

    (found,) = edifact.decode(body).accepted

    cut = found[2].message.segments
    assert [s.position for s in cut] == list(range(1, len(message) + 1))
    for segment, written in zip(cut, message, strict=True):
        there = body[segment.start : segment.end]
        assert there == "+".join((segment.tag, *segment.elements)).encode("latin-1")
        assert there.decode().rstrip(" ") == written.rstrip(" ")


PIECES = st.sampled_from(
    ("'", "+", ":", "?", "\n", "UNA", UNA, "UNB", UNB, "UNG+", "UNH+1+ORDERS:D:96A:UN", "UNT+2+1", "UNE+1+G1",
     "UNZ+1+REF1", "UNZ", "\ufeff", "\x00", "\x1a", "é", "lin", "LIN+1", " ", "\x1d")
)  # fmt: skip
BODIES = st.one_of(
    st.binary(max_size=300),
    st.lists(PIECES, max_size=30).map(lambda pieces: "".join(pieces).encode()),
    st.lists(PIECES, max_size=30).map(lambda pieces: "'".join(pieces).encode()),
    st.tuples(st.integers(0, len(good())), st.integers(0, len(good())), st.binary(max_size=8)).map(
        lambda cut: good()[: cut[0]] + cut[2] + good()[cut[1] :]
    ),
)


@given(BODIES)
@example(b"")
@example(b"UNA")
@example(b"UNB")
@example(b"UNH+")
@example(good() + b"UNB")
@example(b"\xe4\xd5\xc2")
@example(b"U\x00N\x00B")
def test_any_bytes_are_read_or_refused_with_a_place(body: bytes):
    decoded = edifact.decode(body)
    edifact.identities(body)

    assert decoded.interchanges or decoded.refused
    transcribed = {"edifact.encoding", "edifact.ebcdic", "edifact.wrapped"} & {f.code for f in decoded.findings}
    for finding in decoded.all_findings:
        assert 0 <= finding.where.start <= finding.where.end <= (len(body) if not transcribed else 2 * len(body) + 9)
        assert all((finding.says, finding.fix, finding.code.startswith("edifact.")))
    for interchange_, _, each in decoded.accepted if not transcribed else ():
        for segment in each.message.segments:
            written = interchange_.delimiters.element.join((segment.tag, *segment.elements))
            assert body[segment.start : segment.end] == written.encode("latin-1")
    places = [(i.start, i.end) for i in decoded.interchanges]
    assert all(end <= start for (_, end), (start, _) in pairwise(places))


@given(st.integers(1, len(good()) - 2))
def test_a_truncated_file_gives_nothing_away(length: int):
    """A cut file is the commonest fault of all: half an order must never pass for a whole one."""
    assert accepted_controls(good()[:length]) == []


@given(BODIES)
def test_the_door_sees_the_senders_that_the_reader_sees(body: bytes):
    seen = [(one.sender, one.receiver, one.control) for one in edifact.identities(body)]
    read = [(one.sender, one.receiver, one.control) for one in edifact.decode(body).interchanges]

    assert [one for one in read if one not in seen] == []
