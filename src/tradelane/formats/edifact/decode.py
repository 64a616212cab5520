"""Open an EDIFACT transmission: any bytes become interchanges, groups and messages, or findings that say where and
why not.
"""

import re

from tradelane.formats.edifact.assemble import read_interchange
from tradelane.formats.edifact.envelope import Decoded, Interchange, Limits
from tradelane.formats.edifact.fault import fault
from tradelane.formats.edifact.header import find_header, starts
from tradelane.model.finding import Finding

_DEFAULT_LIMITS = Limits()
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_WIDE = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"U\x00": "utf-16-le", b"\x00U": "utf-16-be"}
_EBCDIC = (b"\xe4\xd5\xc1", b"\xe4\xd5\xc2")
_SPACE = re.compile(r"[ \t\r\n]*+")
_PADDING = re.compile(r"[ \t\r\n]*+\x00[ \t\r\n\x00]*+\Z")
_END_OF_FILE = re.compile(r"[ \t\r\n]*+\x1a[ \t\r\n\x1a]*+\Z")
_WRAPPED_MIN = 40
_LINES_MIN = 3


def decode(body: bytes, limits: Limits = _DEFAULT_LIMITS) -> Decoded:
    """Open *body*. Never raises: whatever cannot be read is named by a finding on the smallest envelope it spoils.

    A good message in a bad file stays acceptable, but text outside every interchange refuses the file: it may be a
    lost one.
    """
    refusal = _refusal(body, limits)
    if refusal is not None:
        return Decoded(findings=(refusal,))
    text, place, findings = opened(body)
    if find_header(text, place) == len(text) and not starts(text, place, bare=True):
        return Decoded(findings=(*findings, _no_interchange(text, place)))
    interchanges: list[Interchange] = []
    while place < len(text):
        if not starts(text, place, bare=not interchanges):
            end = find_header(text, place)
            findings.append(_garbage(text, place, end))
        elif len(interchanges) == limits.interchanges:
            return Decoded(findings=(*findings, _too_many(place, len(text), limits)))
        else:
            interchanges.append(read_interchange(text, place, limits))
            end = interchanges[-1].end
        place = _skip(text, end, findings)
    return Decoded(interchanges=tuple(interchanges), findings=tuple(findings))


def opened(body: bytes) -> tuple[str, int, list[Finding]]:
    """Return the text of a file, one character per byte, where its first interchange starts, and what was odd."""
    body, findings = _plain(body)
    text = body.decode("latin-1")
    return text, _prologue(body, text, findings), findings


def _refusal(body: bytes, limits: Limits) -> Finding | None:
    if len(body) > limits.bytes:
        says = f"The file holds {len(body):,} bytes; we take {limits.bytes:,}."
        return fault("limit", says, "Send it in smaller files.", 0, len(body))
    if not body.strip(b" \t\r\n\x00"):
        return fault("empty", "The file is empty.", "Send the interchange again.", 0, len(body))
    return None


def _plain(body: bytes) -> tuple[bytes, list[Finding]]:
    """Return the file in one byte per ASCII character, without the layout of fixed records; note what was done."""
    findings: list[Finding] = []
    wide = next((codec for sign, codec in _WIDE.items() if body.startswith(sign)), "")
    if wide:
        body = body.decode(wide, "replace").removeprefix("\ufeff").encode()
        says = "The file is written in UTF-16; places are counted in it as it would be in UTF-8."
        findings.append(fault("encoding", says, "Send UTF-8 and declare UNOW.", 0, 0, severity="warning"))
    if body.startswith(_EBCDIC):
        body = body.decode("cp500").replace("\x85", "\n").encode("latin-1")
        says, fix = "The file is written in EBCDIC.", "Send ASCII, Latin-1 or UTF-8."
        findings.append(fault("ebcdic", says, fix, 0, 3, severity="warning"))
    joined = _unwrapped(body)
    if joined is not None:
        says = "The file is wrapped in lines of one width; places are counted without the line breaks."
        fix = "Send segments on lines of their own, or all on one."
        findings.append(fault("wrapped", says, fix, 0, 0, severity="note"))
        return joined, findings
    return body, findings


def _unwrapped(body: bytes) -> bytes | None:
    """Return the file without its line breaks if they cut it in records of one width, whatever stands there."""
    width = body.find(b"\n")
    if width < _WRAPPED_MIN or body.count(b"\n") < _LINES_MIN - 1:
        return None
    lines = body.rstrip(b"\r\n\x00 ").replace(b"\r\n", b"\n").split(b"\n")
    width = len(lines[0])
    if len(lines) < _LINES_MIN or any(len(line) != width for line in lines[:-1]) or len(lines[-1]) > width:
        return None
    return None if all(line.rstrip().endswith(b"'") for line in lines) else b"".join(lines)


def _prologue(body: bytes, text: str, findings: list[Finding]) -> int:
    """Step over a byte order mark and white space before the first header, and note both."""
    place = 3 if body.startswith(_BYTE_ORDER_MARK) else 0
    if place:
        says = "The file starts with a byte order mark, which EDIFACT does not know."
        findings.append(fault("byte-order-mark", says, "Save it without one.", 0, 3, severity="note"))
    begin = _after_space(text, place)
    if begin > place:
        says = "White space stands before the first interchange."
        findings.append(fault("leading-space", says, "Start the file with UNA or UNB.", place, begin, severity="note"))
    return begin


def _after_space(text: str, place: int) -> int:
    found = _SPACE.match(text, place)
    return found.end() if found else place


def _skip(text: str, place: int, findings: list[Finding]) -> int:
    """Step over white space after an interchange, and over what old systems fill files up with."""
    if _END_OF_FILE.match(text, place):
        says = "An end-of-file character (0x1A) follows the last interchange."
        findings.append(fault("end-of-file", says, "Leave it out.", place, len(text), severity="note"))
        return len(text)
    if _PADDING.match(text, place):
        says = "The file is filled up with NUL characters after the last interchange."
        findings.append(fault("padding", says, "Leave them out.", place, len(text), severity="note"))
        return len(text)
    return _after_space(text, place)


def _no_interchange(text: str, place: int) -> Finding:
    says = "No interchange header (UNB) is anywhere in the file."
    fix = "Send EDIFACT with its UNB envelope; other formats have another address."
    return fault("no-interchange", says, fix, place, len(text), syntax="13", value=text[place : place + 100])


def _garbage(text: str, place: int, end: int) -> Finding:
    where = "after the last interchange" if end == len(text) else "before an interchange"
    says = (
        f"{end - place:,} bytes stand {where} and belong to none. Part of the file may be lost, so none of it is used."
    )
    fix = "Send the file again with nothing before UNA or UNB and after UNZ."
    return fault("garbage", says, fix, place, end, syntax="18", value=text[place : place + 100])


def _too_many(start: int, end: int, limits: Limits) -> Finding:
    says = f"The file holds more than {limits.interchanges:,} interchanges."
    return fault("limit", says, "Send it in smaller files.", start, end)
