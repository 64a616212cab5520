"""The findings of lifting.

What each fault is called, what is said about it, what to do, and its code in an X12 997 (AK304, AK403).
"""

import re
from typing import Any

from msgspec.structs import replace

from tradelane.maps.codes import Table
from tradelane.maps.dictionary import Segment as SegmentFacts
from tradelane.maps.plan import Plan, Spot
from tradelane.maps.structure import Places
from tradelane.model.finding import Finding, Place, Severity
from tradelane.model.message import Segment

FAULTS_MAX = 50
"""How many faults of one segment's elements are told."""

_FILTER = re.compile(r"\[[^\]]*\]|\{[^}]*\}")
_TAGGED = re.compile(r"(?<![A-Z0-9])([A-Z][A-Z0-9]{1,2})(?![A-Z0-9])(?:\*([A-Z0-9|]+))?", re.ASCII)
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f]")

_CODES = {
    "1": "element.missing",
    "3": "element.too-many",
    "5": "element.too-long",
    "6": "element.bad-character",
    "7": "element.bad-code",
    "8": "element.bad-date",
    "9": "element.bad-time",
}


def element_place(segment: Segment, element: int, separator: str, component: int = 0) -> Place:
    """Return the place of an element, with its bytes; the end of the segment when it is not written."""
    before = sum(len(e) + len(separator) for e in segment.elements[: element - 1])
    start = segment.start + len(segment.tag) + len(separator) + before
    length = len(segment.element(element))
    start, end = (segment.end, segment.end) if start > segment.end else (start, start + length)
    return Place(
        start=start,
        end=end,
        segment=segment.tag,
        segment_position=segment.position,
        element=element,
        component=component,
    )


def segment_place(segment: Segment, tag: str = "") -> Place:
    """Return the place of a segment; *tag* names another one that should stand there."""
    return Place(start=segment.start, end=segment.end, segment=tag or segment.tag, segment_position=segment.position)


def other_set(kind: str, plan: Plan) -> Finding:
    """The message is of another kind than the map reads."""
    return Finding(
        code="map.other-set",
        says=f"a set {kind or 'without segments'} came to the map of {plan.kind}.",
        fix="Use the map of that set.",
        value=kind,
        syntax_code="6",
    )


def element_faults(segment: Segment, facts: SegmentFacts | None, separator: str) -> list[Finding]:
    """Return what is wrong with the elements of one segment, by the standard's facts alone.

    What is too long is read whole, and remarked: a code that is too long is in no table, and refused for that.
    """
    found: list[Finding] = []
    lengths = facts.lengths if facts else ()
    for number, text in enumerate(segment.elements, 1):
        longest = lengths[number - 1] if number <= len(lengths) else 0
        # Beyond what the standard has, one finding is enough: a segment may hold very many elements.
        if facts and number > len(lengths):
            found.append(_beyond(segment, number, len(lengths), separator))
            break
        if _UNPRINTABLE.search(text):
            where = element_place(segment, number, separator)
            fix = "Send printable characters only."
            found.append(element_fault("6", where, f"{text[:40]!r} holds a control character.", fix, text))
        elif 0 < longest < len(text.rstrip(" ")):
            where = element_place(segment, number, separator)
            fix = f"Send at most {longest} characters."
            says = f"{len(text)} characters are too many; they are read all the same."
            found.append(element_fault("5", where, says, fix, text, "warning"))
        if len(found) >= FAULTS_MAX:
            break
    for number, must in enumerate(facts.required if facts else (), 1):
        if must and not segment.element(number).rstrip(" "):
            fix = f"Fill {segment.tag}{number:02d}."
            found.append(element_fault("1", element_place(segment, number, separator), "it must be filled.", fix, ""))
    return found


def _beyond(segment: Segment, number: int, has: int, separator: str) -> Finding:
    """It has too many elements: if any is filled, a terminator may have got lost, and a segment with it."""
    where, fix = element_place(segment, number, separator), f"{segment.tag} has {has} elements."
    filled = any(text.strip() for text in segment.elements[number - 1 :])
    if not filled:
        says = "more separators follow than the standard has elements; nothing stands between them."
        return element_fault("3", where, says, fix, "", "warning")
    return element_fault("3", where, "it has more elements than the standard.", fix, "")


def misplaced(segment: Segment, places: Places) -> Finding:
    """The segment may not stand here, or is not of this set at all."""
    tag = segment.tag
    if tag not in places.known:
        return Finding(
            code="segment.unknown",
            says=f"{tag!r} is no segment of this set.",
            fix="Leave it out, or have the partner's map list it under `ignored`.",
            where=segment_place(segment),
            value=tag[:40],
            syntax_code="1",
        )
    opener = places.inside.get(tag, "") if tag not in places.root.areas else ""
    says, fix = f"{tag} may not stand here.", "Send the segments in the standard's order."
    if opener:
        says, fix = f"{tag} may not stand here: it belongs behind {opener}.", f"Send {opener} ahead of it."
    return Finding(
        code="segment.unexpected", says=says, fix=fix, where=segment_place(segment), value=tag, syntax_code="2"
    )


def out_of_order(segment: Segment, ahead: str) -> Finding:
    """The segment came behind one that the standard has after it; it is read as if it had come before."""
    return Finding(
        code="segment.out-of-order",
        says=f"{segment.tag} stands behind {ahead}, and belongs before it; we read it as if it stood there.",
        fix=f"Send {ahead} after every {segment.tag}.",
        where=segment_place(segment),
        severity="warning",
        value=segment.tag,
        syntax_code="7",
    )


def segment_missing(tag: str, near: Segment, path: str = "") -> Finding:
    """A segment that must come did not; *near* is the one in whose loop it was looked for."""
    wanted = _spoken(path) or tag
    return Finding(
        code="segment.missing",
        says=f"{wanted} is missing.",
        fix=f"Send {wanted}.",
        where=segment_place(near, tag),
        syntax_code="3",
    )


def _spoken(path: str) -> str:
    """Say a path as people say it: DTM with 137, MOA with 77 behind UNS."""
    *around, last = _TAGGED.findall(_FILTER.sub("", path)) or [("", "")]
    tag, qualifiers = last
    said = f"{tag} with {qualifiers.replace('|', ' or ')}" if qualifiers else tag
    return said + "".join(f" behind {outer}" for outer, _ in reversed(around))


def element_missing(segment: Segment, spot: Spot, separator: str) -> Finding:
    """A value that must be there is not."""
    where = element_place(segment, spot.pairs[0] if spot.qualifiers else spot.element, separator, spot.component)
    return element_fault("1", where, "it must be filled.", f"Fill {_named(where)}.", "")


def _named(where: Place) -> str:
    return f"{where.segment}{where.element:02d}" + (f"-{where.component}" if where.component else "")


def bad_element(said: Any, separator: str, code: str, says: str, fix: str) -> Finding:
    """A value cannot be read."""
    where = element_place(said.segment, said.element, separator, said.component)
    return element_fault(code, where, says, fix, said.text)


def bad_code(said: Any, separator: str, table: Table | None) -> Finding:
    """A code is not in its table."""
    known = ", ".join(list(table.meanings)[:12]) if table else ""
    name = table.name if table else ""
    fix = f"Send one of {known} ..., or add it to [codes.{name}] of the partner's map."
    return bad_element(said, separator, "7", f"{said.text[:40]!r} means nothing in the table {name}.", fix)


def numbered(segment: Segment, number: int) -> Finding:
    """A line came without a number, and got its place in the list."""
    return Finding(
        code="line.numbered-by-us",
        severity="warning",
        says=f"the line has no number; we call it {number}.",
        fix="Ask the sender to number lines.",
        where=segment_place(segment),
        value=str(number),
    )


def unhung(segment: Segment, node: str, parent: str) -> Finding:
    """A node of a tree names no parent."""
    done = f"we hang it under {parent}" if parent else "and nothing before it may be above it"
    return Finding(
        code="tree.no-parent",
        severity="warning",
        says=f"node {node} names no parent; {done}.",
        fix="Ask the sender to fill HL02.",
        where=segment_place(segment),
        value=node,
    )


def count_differs(said: Any, separator: str, actual: str, what: str) -> Finding:
    """A control total is not what was counted."""
    return Finding(
        code="total.differs",
        severity="warning",
        says=f"it says {said.text[:40]}, and {what} come to {actual}.",
        fix="Ask the sender whether lines are missing.",
        where=element_place(said.segment, said.element, separator),
        value=said.text[:80],
    )


def element_fault(code: str, where: Place, says: str, fix: str, value: str, severity: Severity = "error") -> Finding:
    """Return what is wrong with an element; *code* is what an X12 997 has for it (AK403)."""
    return Finding(
        code=_CODES.get(code, "element.wrong"),
        says=says,
        fix=fix,
        where=where,
        value=value[:80],
        syntax_code=code,
        severity=severity,
    )


def taken(missing: Finding, instead: str) -> Finding:
    """Return what is missing, with the words for what is taken instead."""
    return replace(missing, severity="warning", syntax_code="", says=f"{missing.says} We take {instead}.")


def too_many(unsaid: int, *, error: bool) -> Finding:
    """Return the finding that stands for those that are only counted."""
    return Finding(
        code="findings.limit",
        severity="error" if error else "warning",
        says=f"{unsaid} more findings are not listed.",
        fix="Correct those listed and send again.",
        where=Place(path="$"),
    )
