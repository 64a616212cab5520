"""Open an X12 transmission: any bytes become interchanges, groups and sets, or findings that say where and why not."""

import re

from tradelane.formats.x12.assemble import read_interchange
from tradelane.formats.x12.envelope import Decoded, Interchange, Limits
from tradelane.formats.x12.fault import fault
from tradelane.formats.x12.header import find_header
from tradelane.model.finding import Finding

_DEFAULT_LIMITS = Limits()
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_WIDE = (b"\xff\xfe", b"\xfe\xff", b"I\x00", b"\x00I")
_SPACE = re.compile(r"[ \t\r\n]*+")
_END_OF_FILE = re.compile(r"[ \t\r\n]*+\x1a[ \t\r\n\x1a]*+\Z")


def decode(body: bytes, limits: Limits = _DEFAULT_LIMITS) -> Decoded:
    """Open *body*. Never raises: whatever cannot be read is named by a finding on the smallest envelope it spoils.

    A good set in a bad file stays acceptable, but text outside every interchange refuses the file: it may be a lost
    one.
    """
    refusal = _refusal(body, limits)
    if refusal is not None:
        return Decoded(findings=(refusal,))
    text = body.decode("latin-1")
    place, findings = _prologue(body, text)
    if not text.startswith("ISA", place) and find_header(text, place) == len(text):
        return Decoded(findings=(*findings, _no_interchange(text, place)))
    interchanges: list[Interchange] = []
    while place < len(text):
        if not text.startswith("ISA", place):
            end = find_header(text, place)
            findings.append(_garbage(text, place, end))
        elif len(interchanges) == limits.interchanges:
            return Decoded(findings=(*findings, _too_many(place, len(text), limits)))
        else:
            interchanges.append(read_interchange(body, text, place, limits))
            end = interchanges[-1].end
        place = _skip(text, end, findings)
    return Decoded(interchanges=tuple(interchanges), findings=tuple(findings))


def _refusal(body: bytes, limits: Limits) -> Finding | None:
    if len(body) > limits.bytes:
        says = f"The file holds {len(body):,} bytes; we take {limits.bytes:,}."
        return fault("limit", says, "Send it in smaller files.", 0, len(body))
    if not body.strip():
        return fault("empty", "The file is empty.", "Send the interchange again.", 0, len(body))
    if body.startswith(_WIDE):
        says = "The file is written in UTF-16, with two bytes per character."
        return fault("encoding", says, "Send one byte per character (ASCII, Latin-1 or UTF-8).", 0, 2)
    return None


def _prologue(body: bytes, text: str) -> tuple[int, list[Finding]]:
    """Step over a byte order mark and white space before the first header, and note both."""
    findings: list[Finding] = []
    place = 3 if body.startswith(_BYTE_ORDER_MARK) else 0
    if place:
        says = "The file starts with a byte order mark, which X12 does not know."
        findings.append(fault("byte-order-mark", says, "Save it without one.", 0, 3, severity="note"))
    begin = _after_space(text, place)
    if begin > place:
        says = "White space stands before the first interchange."
        findings.append(fault("leading-space", says, "Start the file with ISA.", place, begin, severity="note"))
    return begin, findings


def _after_space(text: str, place: int) -> int:
    found = _SPACE.match(text, place)
    return found.end() if found else place


def _skip(text: str, place: int, findings: list[Finding]) -> int:
    """Step over white space after an interchange, and over the end-of-file character old systems write."""
    if _END_OF_FILE.match(text, place):
        says = "An end-of-file character (0x1A) follows the last interchange."
        findings.append(fault("end-of-file", says, "Leave it out.", place, len(text), severity="note"))
        return len(text)
    return _after_space(text, place)


def _no_interchange(text: str, place: int) -> Finding:
    says = "No interchange header (ISA, 106 bytes) is anywhere in the file."
    fix = "Send X12 with its ISA and GS envelopes; other formats have another address."
    return fault("no-interchange", says, fix, place, len(text), syntax="023", value=text[place : place + 100])


def _garbage(text: str, place: int, end: int) -> Finding:
    where = "after the last interchange" if end == len(text) else "before an interchange"
    says = (
        f"{end - place:,} bytes stand {where} and belong to none. Part of the file may be lost, so none of it is used."
    )
    fix = "Send the file again with nothing before ISA and after IEA."
    return fault("garbage", says, fix, place, end, syntax="024", value=text[place : place + 100])


def _too_many(start: int, end: int, limits: Limits) -> Finding:
    says = f"The file holds more than {limits.interchanges:,} interchanges."
    return fault("limit", says, "Send it in smaller files.", start, end)
