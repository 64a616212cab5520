"""Writing X12: what we write is read back as it was meant, and what cannot be written is said before it leaves."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradelane.formats import x12
from tradelane.model.finding import Unreadable
from tradelane.model.message import BuiltMessage, Delimiters

AT = datetime(2026, 8, 1, 12, 30)


def envelope(**changes: object) -> x12.Envelope:
    settled: dict[str, object] = {
        "sender_qualifier": "ZZ",
        "sender": "TRADELANE",
        "receiver_qualifier": "01",
        "receiver": "ACME",
        "interchange": 42,
        "group": 7,
        "at": AT,
    }
    return x12.Envelope(**(settled | changes))  # type: ignore[arg-type]


def message(*segments: tuple[str, ...], kind: str = "850") -> BuiltMessage:
    return BuiltMessage(kind, "004010", segments or (("BEG", "00", "SA", "4711"),))


def test_an_interchange_is_written_to_the_byte():
    body = x12.encode(envelope(), [message(("BEG", "00", "SA", "4711", "", "20260801", ""), ("CTT", "0"))])

    assert body == (
        b"ISA*00*          *00*          *ZZ*TRADELANE      *01*ACME           *260801*1230*U*00401*000000042*0*P*>~"
        b"GS*PO*TRADELANE*ACME*20260801*1230*7*X*004010~ST*850*0001~BEG*00*SA*4711**20260801~CTT*0~SE*4*0001~GE*1*7~"
        b"IEA*1*000000042~"
    )


TEXTS = st.one_of(
    st.text(st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="~*>^|\n"), max_size=8),
    st.text(st.sampled_from("A 0é"), max_size=3),
)
VALUES = st.lists(TEXTS, min_size=1, max_size=3).map(x12.COMPONENT.join)
SEGMENTS = st.lists(
    st.tuples(st.sampled_from(("BEG", "N1", "PO1", "REF", "W07")), st.lists(VALUES, max_size=4)).map(
        lambda pair: (pair[0], *pair[1])
    ),
    max_size=5,
)
DELIMITERS = st.sampled_from((Delimiters(), Delimiters("\n", "|", ">"), Delimiters("\x1c", "\x1d", ">", "^")))


def meant(segment: tuple[str, ...], component: str) -> tuple[str, ...]:
    """Return the segment as X12 understands it: trailing spaces and trailing empty elements say nothing."""
    values = [value.replace(x12.COMPONENT, component).rstrip(" ") for value in segment]
    while len(values) > 1 and not values[-1]:
        values.pop()
    return tuple(values)


@given(st.lists(SEGMENTS, min_size=1, max_size=3), DELIMITERS, st.sampled_from(("004010", "005010")))
def test_decode_undoes_encode(sets: list, delimiters: Delimiters, version: str):
    messages = [BuiltMessage("855", version, tuple(segments)) for segments in sets]
    around = envelope(delimiters=delimiters, version=version, usage="T", acknowledge=True)

    decoded = x12.decode(x12.encode(around, messages))

    assert decoded.all_findings == ()
    (interchange,) = decoded.interchanges
    (group,) = interchange.groups
    assert (interchange.sender, interchange.receiver, interchange.control) == ("TRADELANE", "ACME", "000000042")
    assert (interchange.usage, interchange.acknowledge, interchange.version) == ("T", "1", version[:5])
    assert (group.functional_id, group.control, group.version) == ("PR", "7", version)
    assert len(group.sets) == len(sets)
    for each, segments in zip(group.sets, sets, strict=True):
        read = [tuple(v.encode("latin-1").decode() for v in (s.tag, *s.elements)) for s in each.message.segments[1:-1]]
        assert read == [meant(segment, delimiters.component) for segment in segments]


def test_a_delimiter_in_a_value_becomes_a_space_and_is_said():
    built = message(("REF", "ZZ", "A*B~C>D"))

    cleaned, findings = x12.clean(built, Delimiters())

    assert cleaned.segments == (("REF", "ZZ", "A B C D"),)
    assert [(f.code, f.severity, str(f.where)) for f in findings] == [
        ("x12.delimiter-in-value", "warning", "segment 2 REF02")
    ]
    assert b"REF*ZZ*A B C D~" in x12.encode(envelope(), [built])


def test_composites_and_repeats_get_the_partners_separators():
    built = message(("REF", f"a{x12.COMPONENT}b{x12.REPEAT}c"))
    newer = envelope(version="005010", delimiters=Delimiters("~", "*", ":", "!"))

    assert b"*!*00501*" in x12.encode(newer, [built])
    assert b"REF*a:b!c~" in x12.encode(newer, [built])


@pytest.mark.parametrize(
    ("segment", "code"),
    [
        (("REF", "a\x00b"), "x12.control-character"),
        (("REF", "a\nb"), "x12.control-character"),
        (("ref", "a"), "x12.segment-id"),
        (("SE", "4", "0001"), "x12.segment-id"),
        (("", "4"), "x12.segment-id"),
        (("REF", f"a{x12.REPEAT}b"), "x12.no-repetition"),
    ],
)
def test_what_cannot_be_written_is_refused(segment: tuple[str, ...], code: str):
    with pytest.raises(Unreadable) as refusal:
        x12.encode(envelope(), [message(segment)])

    assert [f.code for f in refusal.value.findings] == [code]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"receiver": "A" * 16}, "x12.isa-value"),
        ({"sender": "A*B"}, "x12.isa-value"),
        ({"sender_group": "é"}, "x12.isa-value"),
        ({"interchange": 1_000_000_000}, "x12.isa-control"),
        ({"group": -1}, "x12.isa-control"),
        ({"delimiters": Delimiters("~", "*", "*")}, "x12.delimiter"),
        ({"delimiters": Delimiters("A", "*", ">")}, "x12.delimiter"),
    ],
)
def test_an_envelope_that_would_be_unreadable_is_refused(changes: dict[str, object], code: str):
    with pytest.raises(Unreadable) as refusal:
        x12.encode(envelope(**changes), [message()])

    assert code in [f.code for f in refusal.value.findings]


def test_one_group_holds_one_kind_of_business():
    with pytest.raises(AssertionError):
        x12.encode(envelope(), [message(kind="850"), message(kind="810")])


def test_every_kind_we_send_has_its_functional_id():
    known = {"850": "PO", "855": "PR", "856": "SH", "860": "PC", "865": "CA", "810": "IN", "944": "RE", "997": "FA"}

    assert {kind: x12.functional_id(kind) for kind in known} == known
