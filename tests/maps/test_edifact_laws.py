"""The laws of every EDIFACT map: lowering is undone by lifting, and nothing crashes, whatever is lost or garbled."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.maps.edifact_documents import DRAWN
from tests.maps.messages import USUAL, received, wrapped

from tradelane.maps import Map, lift, lower, shipped
from tradelane.model.finding import Finding, Unreadable
from tradelane.model.message import Delimiters, SegmentMessage, cut

MAPS = [
    (kind, directory)
    for kind in sorted(DRAWN)
    for directory in ("d96a", "d01b")
    if (kind, directory) != ("contrl", "d01b")
]
MODEST = settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
ARABIC_THREE = "٣".encode().decode("latin-1")
OTHERS = [Delimiters("~", "|", "^", "", "\\"), Delimiters("\n", "*", ";", "", "!")]


def _map(kind: str, directory: str):
    return shipped(f"edifact/{directory}/{kind}")


@pytest.mark.parametrize(("kind", "directory"), MAPS)
@MODEST
@given(data=st.data())
def test_lifting_undoes_lowering(kind: str, directory: str, data: st.DataObject):
    document = data.draw(DRAWN[kind])
    its_map = _map(kind, directory)
    built = lower(document, its_map)
    assert built.findings == ()
    lifted = lift(received(built), its_map)
    assert lifted.document == document
    assert lifted.findings == ()


@pytest.mark.parametrize("signs", OTHERS)
@MODEST
@given(data=st.data())
def test_separators_do_not_matter(signs: Delimiters, data: st.DataObject):
    document = data.draw(DRAWN["orders"])
    its_map = _map("orders", "d96a")
    assert lift(received(lower(document, its_map), signs), its_map).document == document


@pytest.mark.parametrize(("kind", "directory"), MAPS)
@MODEST
@given(data=st.data())
def test_damaged_messages_are_read_or_refused_with_exact_places(kind: str, directory: str, data: st.DataObject):
    its_map = _map(kind, directory)
    text = received(lower(data.draw(DRAWN[kind]), its_map)).text
    segments = _damaged(cut(text, "'", "?")[1:-1], data)
    message = wrapped(kind.upper(), segments, offset=data.draw(st.integers(0, 5000)))
    try:
        findings = lift(message, its_map).findings
    except Unreadable as refused:
        findings = refused.findings
        assert any(finding.severity == "error" for finding in findings)
    for finding in findings:
        where = finding.where
        assert all((finding.code, finding.says, finding.fix))
        if not where.segment_position:
            continue
        segment = message.segments[where.segment_position - 1]
        assert segment.start <= where.start <= where.end <= segment.end
        if where.component and finding.syntax_code not in ("1", "3"):
            written = message.text[where.start - message.offset : where.end - message.offset]
            pieces = cut(segment.element(where.element), ":", "?")
            assert written == pieces[where.component - 1]


@pytest.mark.parametrize(("kind", "directory"), MAPS)
@MODEST
@given(data=st.data())
def test_any_text_is_lifted_or_refused_with_findings(kind: str, directory: str, data: st.DataObject):
    its_map = _map(kind, directory)
    tags = sorted(its_map.plan.places.known)
    element = st.text(st.characters(max_codepoint=255, exclude_characters="'"), max_size=6) | st.sampled_from(
        ["137:20261120:102", "21:10", "5:EN", "9", "BY", "1", "S", "?"]
    )
    segment = st.builds(
        lambda tag, elements: "+".join([tag, *elements]), st.sampled_from(tags), st.lists(element, max_size=6)
    )
    message = wrapped(kind.upper(), data.draw(st.lists(segment, max_size=12)), signs=USUAL)
    assert _refusals(message, its_map) != [], "a refusal says why"


def _refusals(message: SegmentMessage, its_map: Map) -> list[Finding] | None:
    """Return the errors for which a message is refused; None when it is read."""
    try:
        lift(message, its_map)
    except Unreadable as refused:
        return [finding for finding in refused.findings if finding.severity == "error"]
    return None


def _damaged(segments: list[str], data: st.DataObject) -> list[str]:
    """Damage a message as partners do: lose, double, move or garble a segment or a component."""
    made = list(segments)
    for _ in range(data.draw(st.integers(1, 3))):
        if not made:
            break
        at = data.draw(st.integers(0, len(made) - 1))
        match data.draw(st.sampled_from(["lose", "double", "move", "garble", "garble", "invent"])):
            case "lose":
                del made[at]
            case "double":
                made.insert(at, made[at])
            case "move":
                made.insert(data.draw(st.integers(0, len(made) - 1)), made.pop(at))
            case "invent":
                made.insert(at, data.draw(st.sampled_from(["ZZZ+1", "UNS+S", "LIN", "NAD+BY", "DTM+2", "CPS+9"])))
            case _:
                made[at] = _garbled(made[at], data)
    return made


def _garbled(segment: str, data: st.DataObject) -> str:
    odd = ["", " ", "-5", "1E5", "1,5", "9" * 99, "20260230", "XX", "a" * 600, "a:b:c:d:e:f:g", "??", ARABIC_THREE]
    elements = cut(segment, "+", "?")
    at = data.draw(st.integers(1, len(elements)))
    elements += [""] * (at - len(elements) + 1)
    components = cut(elements[at], ":", "?")
    components[data.draw(st.integers(0, len(components) - 1))] = data.draw(st.sampled_from(odd))
    elements[at] = ":".join(components)
    return "+".join(elements)
