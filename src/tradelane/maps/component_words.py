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
        found += _inside(segment, number, raw, facts.composites[number - 1], signs, charset)
        if len(found) >= words.FAULTS_MAX:
            return found[: words.FAULTS_MAX]
    for number, must in enumerate(facts.required, 1):
        if must and not segment.element(number).strip(" " + signs.component):
            place = words.element_place(segment, number, signs.element)
            found.append(words.element_fault("1", place, "it must be filled.", f"Fill {segment.tag}{number:02d}.", ""))
    return found


def _inside(
    segment: Segment, number: int, raw: str, composite: Composite, signs: Delimiters, charset: str
) -> Iterator[Finding]:
    if not raw:
        return
    repeats = cut(raw, signs.repetition, signs.release) if signs.repetition else [raw]
    pieces = cut(repeats[0], signs.component, signs.release)
    element = words.element_place(segment, number, signs.element)
    for place, said in enumerate(pieces, 1):
        where = replace(element, component=place)
        if place > len(composite.components):
            if any(pieces[place - 1 :]):
                says = "it has more components than the standard."
                fix = f"{composite.name} has {len(composite.components)}."
                yield words.element_fault("3", component_place(where, repeats[0], signs), says, fix, "", "warning")
            return
        longest = composite.components[place - 1].length
        text = bare(said, signs.release).rstrip(" \r\n")
        if 0 < longest < (length := _length(text, charset)):
            says, fix = f"{length} characters are too many.", f"Send at most {longest} characters."
            yield words.element_fault("5", component_place(where, repeats[0], signs), says, fix, text, "warning")
    for place, one in enumerate(composite.components, 1):
        if one.required and raw.strip(signs.component) and not (place <= len(pieces) and pieces[place - 1]):
            where = replace(element, component=place)
            fix = f"Fill component {place} of {segment.tag}{number:02d}."
            yield words.element_fault("1", component_place(where, repeats[0], signs), "it must be filled.", fix, "")


def _length(text: str, charset: str) -> int:
    """Return how many characters a text has, of which *text* are the bytes."""
    if text.isascii():
        return len(text)
    return len(text.encode("latin-1", "replace").decode(charset or "utf-8", "replace"))
