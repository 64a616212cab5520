"""The laws of every shipped map: lowering is undone by lifting, both paths agree, and nothing crashes."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.maps.documents import DRAWN
from tests.maps.sets import joined, sent

from tradelane.maps import Lifted, lift, lift_exact, lower, shipped
from tradelane.model.finding import Unreadable
from tradelane.model.message import Delimiters, SegmentMessage
from tradelane.model.registry import encode

KINDS = sorted(DRAWN)
MODEST = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))


def _map(kind: str):
    return shipped(f"x12/004010/{kind}")


def _outcome(message: SegmentMessage, kind: str, path) -> Lifted | tuple:
    try:
        return path(message, _map(kind))
    except Unreadable as refused:
        return refused.findings


@pytest.mark.parametrize("kind", KINDS)
@MODEST
@given(data=st.data())
def test_lifting_undoes_lowering(kind, data):
    document = data.draw(DRAWN[kind])
    built = lower(document, _map(kind))
    assert built.findings == ()
    lifted = lift(sent(built), _map(kind))
    assert lifted.document == document
    assert lifted.findings == ()


@pytest.mark.parametrize("kind", KINDS)
@MODEST
@given(data=st.data())
def test_the_fast_path_reads_what_is_in_order_and_says_the_same(kind, data):
    """Without this, a fast path that refuses everything would agree with the exact path by never being asked."""
    built = lower(data.draw(DRAWN[kind]), _map(kind))
    message = sent(built)
    quick = _map(kind).fast.lift(message)
    if message.text.isascii() and '"' not in message.text and "\\" not in message.text:
        assert quick is not None
    if quick is not None:
        assert lift_exact(message, _map(kind)) == Lifted(quick, encode(quick))


@pytest.mark.parametrize("kind", KINDS)
@MODEST
@given(data=st.data())
def test_both_paths_agree_on_damaged_sets(kind, data):
    segments = [
        "*".join(segment).replace("\x1f", ">") for segment in lower(data.draw(DRAWN[kind]), _map(kind)).segments
    ]
    message = joined(kind[:3], _damaged(segments, data))
    assert _outcome(message, kind, lift) == _outcome(message, kind, lift_exact)


@pytest.mark.parametrize("kind", KINDS)
@MODEST
@given(data=st.data())
def test_any_text_is_lifted_or_refused_with_findings(kind, data):
    tags = sorted(_map(kind).plan.places.known)
    element = st.text(st.characters(max_codepoint=255), max_size=6) | st.sampled_from(
        ["20261120", "12", "00", "EA", "BY", "1", "S"]
    )
    segment = st.builds(
        lambda tag, elements: "*".join([tag, *elements]), st.sampled_from(tags), st.lists(element, max_size=8)
    )
    message = joined(kind[:3], data.draw(st.lists(segment, max_size=12)))
    quick, slow = _outcome(message, kind, lift), _outcome(message, kind, lift_exact)
    assert quick == slow
    if isinstance(slow, tuple):
        assert any(finding.severity == "error" for finding in slow)
        assert all(finding.code and finding.says and finding.fix for finding in slow)


@pytest.mark.parametrize("kind", KINDS)
@MODEST
@given(data=st.data())
def test_every_place_in_a_finding_is_exact(kind, data):
    """The bytes a finding names are the bytes it speaks of, in whatever place of the file the set stands."""
    segments = [
        "*".join(segment).replace("\x1f", ">") for segment in lower(data.draw(DRAWN[kind]), _map(kind)).segments
    ]
    message = joined(kind[:3], _damaged(segments, data), offset=data.draw(st.integers(0, 5000)))
    found = _outcome(message, kind, lift)
    for finding in found if isinstance(found, tuple) else found.findings:
        where = finding.where
        said = message.text[where.start - message.offset : where.end - message.offset]
        segment = message.segments[where.segment_position - 1]
        assert message.text[segment.start - message.offset : segment.end - message.offset].startswith(segment.tag)
        assert segment.start <= where.start <= where.end <= segment.end
        if where.element and finding.syntax_code != "3":
            assert said == segment.element(where.element)
            assert segment.tag == where.segment


@pytest.mark.parametrize(
    "delimiters", [Delimiters("\n", "|", ":", ""), Delimiters("'", "+", ":", "^"), Delimiters("~", ",", ">", "")]
)
@MODEST
@given(data=st.data())
def test_delimiters_do_not_matter(delimiters, data):
    """A partner may choose any; commas and brackets mean something in JSON, which the fast path passes through."""
    used = set(delimiters.segment + delimiters.element + delimiters.component + delimiters.repetition + "*")
    document = data.draw(
        DRAWN["855"].filter(lambda d: not used & set(str(d))) if delimiters.element == "|" else DRAWN["997"]
    )
    assert lift(sent(lower(document, _map(_kind(document))), delimiters), _map(_kind(document))).document == document


def _kind(document) -> str:
    return "855" if type(document).__name__ == "OrderResponse" else "997"


def _damaged(segments: list[str], data: st.DataObject) -> list[str]:
    """Damage a set as partners do: lose, double, move or garble a segment or an element."""
    made = list(segments)
    for _ in range(data.draw(st.integers(1, 3))):
        if not made:
            break
        at = data.draw(st.integers(0, len(made) - 1))
        match data.draw(st.sampled_from(["lose", "double", "move", "element", "element", "element", "invent"])):
            case "lose":
                del made[at]
            case "double":
                made.insert(at, made[at])
            case "move":
                made.insert(data.draw(st.integers(0, len(made) - 1)), made.pop(at))
            case "invent":
                made.insert(
                    at, data.draw(st.sampled_from(["ZZZ*1", "CTT*9", "PO1", "N1*BY", "HL*9**I", "SE", "AK3*X*1"]))
                )
            case _:
                made[at] = _garbled(made[at], data)
    return made


def _garbled(segment: str, data: st.DataObject) -> str:
    pieces = segment.split("*")
    at = data.draw(st.integers(1, len(pieces)))
    pieces += [""] * (at - len(pieces) + 1)
    pieces[at] = data.draw(
        st.sampled_from(
            [
                "",
                " ",
                "-5",
                "1E5",
                "1,5",
                "9" * 99,
                "٣".encode().decode("latin-1"),
                "20260230",
                "XX",
                "EA ",
                "a" * 300,
                "\x07",
                "2560",
                "a>b",
                '"',
                "\\",
                "1.1234567891",
            ]
        )
    )
    return "*".join(pieces)
