"""Writing EDIFACT: what we send is what a partner reads, whatever the values hold."""

from datetime import datetime, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradelane.formats import edifact
from tradelane.model.finding import Unreadable
from tradelane.model.message import BuiltMessage, Delimiters, bare, cut

AT = datetime(2026, 8, 1, 12, 0, tzinfo=timezone.utc)
ORDER = BuiltMessage(kind="ORDERS", version="D96A", segments=(("BGM", "220", "4711", "9"), ("UNS", "S")))


def envelope(**changes: object) -> edifact.Envelope:
    said = {
        "sender": edifact.Name("5412345000013", "14"),
        "receiver": edifact.Name("4012345000009", "14"),
        "control": 42,
        "at": AT,
        **changes,
    }
    return edifact.Envelope(**said)  # type: ignore[arg-type]


def values_of(body: bytes) -> list[list[list[str]]]:
    """The components of every element of every segment of the only message, as they are meant."""
    (found,) = edifact.decode(body).accepted
    signs = found[2].message.delimiters
    return [
        [[bare(one, signs.release) for one in cut(e, signs.component, signs.release)] for e in segment.elements]
        for segment in found[2].message.segments[1:-1]
    ]


def test_an_order_is_written_with_its_envelopes():
    body = edifact.encode(envelope(acknowledge=True, associations={"ORDERS": "EAN008"}), [ORDER])

    assert body == (
        b"UNA:+.? 'UNB+UNOC:3+5412345000013:14+4012345000009:14+260801:1200+42++++1'"
        b"UNH+1+ORDERS:D:96A:UN:EAN008'BGM+220+4711+9'UNS+S'UNT+4+1'UNZ+1+42'"
    )
    assert edifact.decode(body).all_findings == ()


def test_separators_in_values_are_released():
    text = "5'+:? it's"
    message = BuiltMessage(kind="ORDERS", version="D96A", segments=(("FTX", "AAI", "", "", f"{text}\x1fb:c"),))

    assert values_of(edifact.encode(envelope(), [message])) == [[["AAI"], [""], [""], [text, "b:c"]]]


def test_messages_are_numbered_and_counted():
    body = edifact.encode(envelope(), [ORDER, ORDER])

    assert [m.message.control for _, _, m in edifact.decode(body).accepted] == ["1", "2"]
    assert b"UNZ+2+42'" in body


def test_version_4_says_the_century():
    body = edifact.encode(envelope(version="4", syntax="UNOW", test=True), [ORDER])

    (found,) = edifact.decode(body).interchanges
    assert (found.date, found.test, found.findings) == ("20260801", True, ())


def test_a_contrl_names_both_sides_as_the_interchange_it_answers_did():
    report = BuiltMessage(kind="CONTRL", version="D3", segments=(("UCI", "REF1", "", "", "7"),))

    body = edifact.encode(envelope(), [report])

    assert b"UCI+REF1+4012345000009:14+5412345000013:14+7'" in body


@pytest.mark.parametrize(
    ("value", "syntax", "code"),
    [
        ("Łódź", "UNOC", "edifact.character"),
        ("é", "UNOA", "edifact.character"),
        ("a\x07", "UNOC", "edifact.control-character"),
    ],
)
def test_what_the_agreed_character_set_cannot_say_is_refused(value: str, syntax: str, code: str):
    message = BuiltMessage(kind="ORDERS", version="D96A", segments=(("FTX", "AAI", "", "", value),))

    with pytest.raises(Unreadable) as refused:
        edifact.encode(envelope(syntax=syntax), [message])

    (found,) = refused.value.findings
    assert (found.code, found.where.segment, found.where.element) == (code, "FTX", 4)


def test_without_a_release_character_separators_become_blanks_with_a_warning():
    signs = Delimiters("\x1c", "\x1d", "\x1f", "", "")
    plain = Delimiters("'", "+", ":", "", "")
    message = BuiltMessage(kind="ORDERS", version="D96A", segments=(("BGM", "220", "a+b"),))

    assert [f.code for f in edifact.faults(message, plain, "UNOC")] == ["edifact.delimiter-in-value"]
    assert b"a b" in edifact.encode(envelope(delimiters=plain), [message])
    assert values_of(edifact.encode(envelope(delimiters=signs, syntax="UNOB"), [message])) == [[["220"], ["a+b"]]]


@pytest.mark.parametrize(
    "wrong",
    [
        {"sender": edifact.Name("")},
        {"receiver": edifact.Name("x" * 36)},
        {"control": -1},
        {"delimiters": Delimiters("'", "+", "+", "", "?")},
        {"delimiters": Delimiters("'", "+", "A", "", "?")},
    ],
)
def test_an_envelope_that_cannot_be_is_refused(wrong: dict[str, object]):
    with pytest.raises(Unreadable):
        edifact.encode(envelope(**wrong), [ORDER])


def test_a_tag_that_is_none_is_refused():
    with pytest.raises(Unreadable, match="UNZ"):
        edifact.encode(envelope(), [BuiltMessage(kind="ORDERS", version="D96A", segments=(("UNZ", "1"),))])


COMPONENTS = st.text(st.sampled_from("AB 09.-,;é'+:?*"), max_size=6).map(str.strip)
ELEMENTS = st.lists(COMPONENTS, min_size=1, max_size=4)
SEGMENTS = st.lists(st.tuples(st.sampled_from(("BGM", "NAD", "FTX")), st.lists(ELEMENTS, max_size=4)), max_size=5)


def trimmed(components: list[str]) -> list[str]:
    """What is empty at the end is not sent."""
    kept = list(components)
    while len(kept) > 1 and not kept[-1]:
        kept.pop()
    return kept


@given(SEGMENTS, st.sampled_from(("UNOC", "UNOW")), st.sampled_from(("3", "4")))
def test_decoding_undoes_encoding(segments: list, syntax: str, version: str):
    built = tuple((tag, *("\x1f".join(e) for e in elements)) for tag, elements in segments)
    body = edifact.encode(
        envelope(syntax=syntax, version=version), [BuiltMessage(kind="ORDERS", version="D96A", segments=built)]
    )
    raw = "latin-1" if syntax == "UNOC" else "utf-8"
    meant = [
        [[one.encode("latin-1").decode(raw) for one in trimmed(components)] for components in elements]
        for elements in values_of(body)
    ]

    expected = []
    for _, elements in segments:
        kept = [trimmed(e) for e in elements]
        while kept and kept[-1] == [""]:
            kept.pop()
        expected.append(kept)
    assert meant == expected
    assert not edifact.decode(body).refused
