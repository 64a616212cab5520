"""Open an X12 transmission: any bytes become interchanges, groups and sets, or findings that say where and why not."""

import re

from tradelane.formats.indentation import indented
from tradelane.formats.x12 import file_faults as faults
from tradelane.formats.x12.assemble import read_interchange
from tradelane.formats.x12.envelope import Decoded, Interchange, Limits
from tradelane.formats.x12.header import find_header
from tradelane.formats.x12.plain import plain
from tradelane.model.finding import Finding

_DEFAULT_LIMITS = Limits()
_SPACE = re.compile(r"[ \t\r\n]*+")
_FILLED_UP = re.compile(r"[ \t\r\n]*+([\x1a\x00])[ \t\r\n\x1a\x00]*+\Z")


def decode(body: bytes, limits: Limits = _DEFAULT_LIMITS) -> Decoded:
    """Open *body*. Never raises: whatever cannot be read is named by a finding on the smallest envelope it spoils.

    A good set in a bad file stays acceptable, but text outside every interchange refuses the file: it may be a lost
    one.
    """
    if len(body) > limits.bytes:
        return Decoded(findings=(faults.too_large(len(body), limits.bytes),))
    body, odd = plain(body)
    if not body.strip():
        return Decoded(findings=(faults.empty(len(body)),))
    text = body.decode("latin-1")
    place, findings = _prologue(body, text, odd)
    if not text.startswith("ISA", place) and find_header(text, place) == len(text):
        return Decoded(findings=(*findings, faults.no_interchange(_head(text, place), place, len(text))))
    interchanges: list[Interchange] = []
    while place < len(text):
        if not text.startswith("ISA", place):
            end = find_header(text, place)
            findings.append(faults.garbage(_head(text, place), place, end, end == len(text)))
        elif len(interchanges) == limits.interchanges:
            return Decoded(findings=(*findings, faults.too_many(place, len(text), limits), *_indentation(text)))
        else:
            interchanges.append(read_interchange(body, text, place, limits))
            end = interchanges[-1].end
        place = _skip(text, end, findings)
    return Decoded(interchanges=tuple(interchanges), findings=(*findings, *_indentation(text)))


def _indentation(text: str) -> list[Finding]:
    place = indented(text)
    return [faults.indentation(place)] if place >= 0 else []


def _prologue(body: bytes, text: str, odd: list[Finding]) -> tuple[int, list[Finding]]:
    """Step over a byte order mark and white space before the first header, and note both."""
    findings = [*odd]
    place = 3 if body.startswith(faults.BYTE_ORDER_MARK) else 0
    if place:
        findings.append(faults.byte_order_mark())
    begin = _after_space(text, place)
    if begin > place:
        findings.append(faults.leading_space(place, begin))
    return begin, findings


def _after_space(text: str, place: int) -> int:
    found = _SPACE.match(text, place)
    return found.end() if found else place


def _skip(text: str, place: int, findings: list[Finding]) -> int:
    """Step over white space after an interchange, and over what old systems fill files up with."""
    if filled := _FILLED_UP.match(text, place):
        findings.append(faults.filled_up(filled[1], place, len(text)))
        return len(text)
    return _after_space(text, place)


def _head(text: str, place: int) -> str:
    return text[place : place + faults.SHOWN]
