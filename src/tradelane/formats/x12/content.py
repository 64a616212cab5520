"""Look inside one transaction set for what no set of any kind may hold: non-segments and control characters."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from tradelane.formats.x12.fault import fault, shown
from tradelane.formats.x12.scan import Mark
from tradelane.model.finding import Finding, Severity
from tradelane.model.message import Delimiters, Segment, SegmentMessage

FAULTS_MAX = 20
"""So many faults of one kind are named per set; a partner who sent more has the idea."""

LINE_BREAKS = "\r\n"
"""As terminators these may be followed by empty lines, which are for the eyes and no segments."""

_CONTROLS = bytes(c for c in range(32) if c != 9) + b"\x7f"
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
            yield _in_set(message, "segment-empty", says, "Leave empty segments out.", mark, 0, "warning")
        elif mark.tag:
            says = f"The binary data of segment {mark.tag} does not end where its declared length says."
            fix = "Declare the number of bytes that follow, and end the data with a segment terminator."
            yield _in_set(message, "binary-length", says, fix, mark, segment.position, "error")
        else:
            says = "This is no segment: it does not start with a segment id of two or three capitals or digits."
            yield _in_set(
                message, "segment-id", says, "Remove it or send the segment that was meant.", mark, segment.position
            )
    if len(odd) > FAULTS_MAX:
        says = f"{len(odd) - FAULTS_MAX} more of these follow."
        yield _in_set(message, "segment-id", says, "Look at the program that writes these files.", odd[FAULTS_MAX], 0)


def control_characters(message: SegmentMessage, raw: bytes) -> Iterator[Finding]:
    """Name control characters (an error) and line breaks (a warning) inside values; *raw* are the bytes of the set."""
    if not _may_hold_controls(raw, message.delimiters):
        return
    found = 0
    for segment in message.segments:
        for number, place, value in _control_places(segment, message.delimiters):
            found += 1
            if found > FAULTS_MAX:
                return
            yield _control_fault(message, segment, number, place, value)


def _may_hold_controls(raw: bytes, delimiters: Delimiters) -> bool:
    """Compare counts: after a terminator, line breaks are for the eyes; other control characters are in a value."""
    dropped = len(raw) - len(raw.translate(None, _controls(delimiters)))
    if not dropped:
        return False
    terminator = delimiters.segment.encode("latin-1")
    layout = raw.count(terminator + b"\n") * (terminator != b"\n") + raw.count(terminator + b"\r\n") * 2
    return dropped != (raw.count(b"\r\n") if terminator in b"\r\n" else layout)


@lru_cache(maxsize=256)
def _controls(delimiters: Delimiters) -> bytes:
    return bytes(c for c in _CONTROLS if chr(c) not in _used(delimiters))


def _used(delimiters: Delimiters) -> str:
    return delimiters.segment + delimiters.element + delimiters.component + delimiters.repetition


def _control_places(segment: Segment, delimiters: Delimiters) -> Iterator[tuple[int, int, str]]:
    """Yield element number, place and character of each control character in a value; binary data is left alone."""
    place, used = segment.start + len(segment.tag) + 1, _used(delimiters)
    for number, value in enumerate(segment.elements, start=1):
        if segment.tag not in ("BIN", "BDS"):
            for found in _CONTROL.finditer(value):
                if found[0] not in used:
                    yield number, place + found.start(), found[0]
        place += len(value) + 1


def _control_fault(message: SegmentMessage, segment: Segment, number: int, place: int, value: str) -> Finding:
    line_break = value in "\r\n"
    says = "A line break stands inside a value." if line_break else "A control character stands inside a value."
    return fault(
        "line-break" if line_break else "control-character",
        says,
        "Send the value without it; after a segment terminator a line break is welcome."
        if line_break
        else "Send the value without it.",
        place,
        place + 1,
        syntax="6",
        severity="warning" if line_break else "error",
        value=value,
        segment=segment.tag,
        position=segment.position,
        element=number,
        transaction=message.control,
    )


def _in_set(
    message: SegmentMessage, code: str, says: str, fix: str, mark: Mark, position: int, severity: Severity = "error"
) -> Finding:
    raw = message.text[mark.start - message.offset : mark.end - message.offset]
    return fault(
        code,
        says,
        fix,
        mark.start,
        mark.end,
        syntax="1" if code == "segment-id" else "",
        severity=severity,
        value=raw,
        segment=mark.tag or (shown(raw[:3]).strip() or "?" if position else ""),
        position=position,
        transaction=message.control,
    )
