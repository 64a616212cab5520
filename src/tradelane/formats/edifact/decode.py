"""Open an EDIFACT transmission: any bytes become interchanges, groups and messages, or findings that say where and
why not.
"""

import re

from tradelane.formats.edifact import file_faults as faults
from tradelane.formats.edifact.assemble import read_interchange
from tradelane.formats.edifact.envelope import Decoded, Interchange, Limits
from tradelane.formats.edifact.header import find_header, starts
from tradelane.formats.edifact.plain import BYTE_ORDER_MARK, plain
from tradelane.formats.indentation import indented
from tradelane.model.finding import Finding

_DEFAULT_LIMITS = Limits()
_SPACE = re.compile(r"[ \t\r\n]*+")
_PADDING = re.compile(r"[ \t\r\n]*+\x00[ \t\r\n\x00]*+\Z")
_END_OF_FILE = re.compile(r"[ \t\r\n]*+\x1a[ \t\r\n\x1a]*+\Z")


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
        return Decoded(findings=(*findings, faults.no_interchange(text[place : place + 100], place, len(text))))
    interchanges: list[Interchange] = []
    while place < len(text):
        if not starts(text, place, bare=not interchanges):
            end = find_header(text, place)
            findings.append(faults.garbage(text[place : place + faults.SHOWN], place, end, end == len(text)))
        elif len(interchanges) == limits.interchanges:
            return Decoded(findings=(*findings, faults.too_many(place, len(text), limits), *_indentation(text)))
        else:
            interchanges.append(read_interchange(text, place, limits))
            end = interchanges[-1].end
        place = _skip(text, end, findings)
    return Decoded(interchanges=tuple(interchanges), findings=(*findings, *_indentation(text)))


def opened(body: bytes) -> tuple[str, int, list[Finding]]:
    """Return the text of a file, one character per byte, where its first interchange starts, and what was odd."""
    body, findings = plain(body)
    text = body.decode("latin-1")
    return text, _prologue(body, text, findings), findings


def _refusal(body: bytes, limits: Limits) -> Finding | None:
    if len(body) > limits.bytes:
        return faults.too_large(len(body), limits.bytes)
    return None if body.strip(b" \t\r\n\x00") else faults.empty(len(body))


def _indentation(text: str) -> list[Finding]:
    place = indented(text)
    return [faults.indentation(place)] if place >= 0 else []


def _prologue(body: bytes, text: str, findings: list[Finding]) -> int:
    """Step over a byte order mark and white space before the first header, and note both."""
    place = 3 if body.startswith(BYTE_ORDER_MARK) else 0
    if place:
        findings.append(faults.byte_order_mark())
    begin = _after_space(text, place)
    if begin > place:
        findings.append(faults.leading_space(place, begin))
    return begin


def _after_space(text: str, place: int) -> int:
    found = _SPACE.match(text, place)
    return found.end() if found else place


def _skip(text: str, place: int, findings: list[Finding]) -> int:
    """Step over white space after an interchange, and over what old systems fill files up with."""
    for pattern, says in ((_END_OF_FILE, faults.end_of_file), (_PADDING, faults.padding)):
        if pattern.match(text, place):
            findings.append(says(place, len(text)))
            return len(text)
    return _after_space(text, place)
