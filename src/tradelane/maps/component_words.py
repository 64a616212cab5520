"""What is wrong with the components of a segment by the standard's facts alone, and where each component stands."""

from collections.abc import Iterator

from msgspec.structs import replace

from tradelane.maps import words
from tradelane.maps.dictionary import Composite
from tradelane.maps.dictionary import Segment as SegmentFacts
from tradelane.model.finding import Finding, Place
from tradelane.model.message import Delimiters, Segment, bare, cut


def component_place(element: Place, raw: str, signs: Delimiters) -> Place:
    """Return the bytes of one component of an element, *raw* as written; its end where it is not written."""
    pieces = cut(raw, signs.component, signs.release)
    before = pieces[: element.component - 1]
    if element.component > len(pieces):
        return replace(element, start=element.end)
    start = element.start + sum(len(one) + len(signs.component) for one in before)
    return replace(element, start=start, end=start + len(pieces[element.component - 1]))


def component_faults(segment: Segment, facts: SegmentFacts, signs: Delimiters, charset: str) -> list[Finding]:
    """Return what must be there and is not, and, as warnings, what is too much or too long: it is read all the same."""
    found: list[Finding] = []
    for number, raw in enumerate(segment.elements, 1):
        if number > len(facts.composites):
            fix = f"{segment.tag} has {len(facts.composites)} elements."
            place = words.element_place(segment, number, signs.element)
            found.append(words.element_fault("3", place, "it has more elements than the standard.", fix, "", "warning"))
            break
        if raw and not _is_plain(raw, facts.composites[number - 1], signs):
            found += _inside(segment, number, raw, facts.composites[number - 1], signs, charset)
        if len(found) >= words.FAULTS_MAX:
            return found[: words.FAULTS_MAX]
    for number, must in enumerate(facts.required, 1):
        if must and not segment.element(number).strip(" " + signs.component):
            place = words.element_place(segment, number, signs.element)
            found.append(words.element_fault("1", place, "it must be filled.", f"Fill {segment.tag}{number:02d}.", ""))
    return found


def _is_plain(raw: str, composite: Composite, signs: Delimiters) -> bool:
    """Say whether an element is of one component, as most are, with which nothing can be wrong."""
    known = composite.components
    longest = known[0].length if len(known) == 1 else -1
    return longest >= 0 and (not longest or len(raw) <= longest) and signs.component not in raw


def _inside(
    segment: Segment, number: int, raw: str, composite: Composite, signs: Delimiters, charset: str
) -> Iterator[Finding]:
    if signs.repetition and signs.repetition in raw:
        raw = cut(raw, signs.repetition, signs.release)[0]
    pieces, known = cut(raw, signs.component, signs.release), composite.components

    def place(component: int) -> Place:
        element = replace(words.element_place(segment, number, signs.element), component=component)
        return component_place(element, raw, signs)

    for at, (said, one) in enumerate(zip(pieces, known, strict=False), 1):
        if not said:
            if one.required and any(pieces):
                yield _unfilled(place(at), at, segment, number)
        elif 0 < one.length < len(said):
            text = bare(said, signs.release).rstrip(" \r\n")
            if one.length < (length := _length(text, charset)):
                says, fix = f"{length} characters are too many.", f"Send at most {one.length} characters."
                yield words.element_fault("5", place(at), says, fix, text, "warning")
    if len(pieces) > len(known) and any(pieces[len(known) :]):
        says, fix = "it has more components than the standard.", f"{composite.name} has {len(known)}."
        yield words.element_fault("3", place(len(known) + 1), says, fix, "", "warning")
    for at, one in enumerate(known[len(pieces) :], len(pieces) + 1):
        if one.required and any(pieces):
            yield _unfilled(place(at), at, segment, number)


def _unfilled(place: Place, component: int, segment: Segment, number: int) -> Finding:
    fix = f"Fill component {component} of {segment.tag}{number:02d}."
    return words.element_fault("1", place, "it must be filled.", fix, "")


def _length(text: str, charset: str) -> int:
    """Return how many characters a text has, of which *text* are the bytes."""
    if text.isascii():
        return len(text)
    return len(text.encode("latin-1", "replace").decode(charset or "utf-8", "replace"))
