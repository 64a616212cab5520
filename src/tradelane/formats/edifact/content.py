"""Look inside one message for what no message of any kind may hold: non-segments, control characters, line breaks,
characters that its character set does not have, a release character that releases nothing.
"""

import re
from collections.abc import Iterator, Sequence

from tradelane.formats.edifact.charset import Charset, undecodable
from tradelane.formats.edifact.fault import fault, shown
from tradelane.formats.edifact.header import released
from tradelane.formats.edifact.scan import Mark
from tradelane.model.finding import Finding, Severity
from tradelane.model.message import Delimiters, Segment, SegmentMessage

FAULTS_MAX = 20
"""So many faults of one kind are named per message; a partner who sent more has the idea."""

LINE_BREAKS = "\r\n"
"""As terminators these may be followed by empty lines, which are for the eyes and no segments."""

_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


def odd_segments(message: SegmentMessage, odd: Sequence[Mark]) -> Iterator[Finding]:
    """Name what stands between two terminators without being a segment (the places come from the scan)."""
    positions = {segment.start: segment for segment in message.segments} if odd else {}
    if message.delimiters.segment in LINE_BREAKS:
        odd = [mark for mark in odd if mark.start in positions]
    for mark in odd[:FAULTS_MAX]:
        segment = positions.get(mark.start)
        if segment is None:
            says = "Two segment terminators follow each other with nothing between."
            yield _in_message(message, "segment-empty", says, "Leave empty segments out.", mark, 0, "warning")
        else:
            says = "This is no segment: it does not start with a tag of three capitals or digits."
            fix = "Remove it or send the segment that was meant."
            yield _in_message(message, "segment-tag", says, fix, mark, segment.position)
    if len(odd) > FAULTS_MAX:
        says = f"{len(odd) - FAULTS_MAX} more of these follow."
        fix = "Look at the program that writes these files."
        yield _in_message(message, "segment-tag", says, fix, odd[FAULTS_MAX], 0)


def odd_characters(message: SegmentMessage, charset: Charset) -> Iterator[Finding]:
    """Name characters that cannot be read or mean nothing inside a value."""
    place = undecodable(message.text, charset.name)
    if place >= 0:
        yield _undecodable(message, charset, place)
    if message.text.isprintable() or not _CONTROL.search(message.text):
        return
    found = 0
    for segment in message.segments:
        for number, at, sign in _control_places(segment, message.delimiters):
            found += 1
            if found > FAULTS_MAX:
                return
            yield _control_fault(message, segment, number, at, sign)


def _undecodable(message: SegmentMessage, charset: Charset, place: int) -> Finding:
    at = message.offset + place
    segment = next((s for s in message.segments if s.start <= at < s.end), message.segments[0])
    number, begin = 0, segment.start + len(segment.tag) + 1
    for number, element in enumerate(segment.elements, start=1):  # noqa: B007
        if at < begin + len(element):
            break
        begin += len(element) + 1
    says = f"Byte {ord(message.text[place]):02X} is no character of {charset.name}, which the interchange declares."
    fix = "Declare the character set you write in UNB 0001, such as UNOC for Latin-1 or UNOW for UTF-8."
    return fault(
        "character",
        says,
        fix,
        at,
        at + 1,
        syntax="21",
        value=message.text[max(0, place - 20) : place + 20],
        segment=segment.tag,
        position=segment.position,
        element=number,
        transaction=message.control,
    )


def _control_places(segment: Segment, delimiters: Delimiters) -> Iterator[tuple[int, int, str]]:
    """Yield element number, place and character of each control character in a value."""
    used = delimiters.segment + delimiters.element + delimiters.component + delimiters.repetition
    place = segment.start + len(segment.tag) + 1
    for number, value in enumerate(segment.elements, start=1):
        for found in _CONTROL.finditer(value):
            if found[0] not in used:
                yield number, place + found.start(), found[0]
        place += len(value) + 1


def _control_fault(message: SegmentMessage, segment: Segment, number: int, place: int, sign: str) -> Finding:
    line_break = sign in LINE_BREAKS
    says = "A line break stands inside a value; it is left out." if line_break else "A control character stands here."
    return fault(
        "line-break" if line_break else "control-character",
        says,
        "Break lines only after a segment terminator." if line_break else "Send the value without it.",
        place,
        place + 1,
        syntax="21",
        severity="warning" if line_break else "error",
        value=sign,
        segment=segment.tag,
        position=segment.position,
        element=number,
        transaction=message.control,
    )


def dangling(text: str, start: int, end: int, delimiters: Delimiters) -> int:
    """Return the place of a release character at the end of a text, or of one that releases its last terminator; -1 for
    none.
    """
    if released(text, end, start, delimiters.release):
        return end - 1
    last = end - len(delimiters.segment)
    if text.startswith(delimiters.segment, last) and released(text, last, start, delimiters.release):
        return last - 1
    return -1


def _in_message(
    message: SegmentMessage, code: str, says: str, fix: str, mark: Mark, position: int, severity: Severity = "error"
) -> Finding:
    raw = message.text[mark.start - message.offset : mark.end - message.offset]
    return fault(
        code,
        says,
        fix,
        mark.start,
        mark.end,
        syntax="15" if code == "segment-tag" else "",
        severity=severity,
        value=raw,
        segment=mark.tag or (shown(raw[:3]).strip() or "?" if position else ""),
        position=position,
        transaction=message.control,
    )
