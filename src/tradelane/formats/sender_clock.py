"""When a file was written by its sender's own clock, as its envelope says: X12 and EDIFACT name no zone with it."""

import re

LOOK_BYTES = 512
_ISA = re.compile(rb"\s*ISA(.).{66}(\d{6})\1(\d{4})\1", re.DOTALL)
_UNB = re.compile(rb"\s*(?:UNA.{6}\s*)?UNB\+(?:[^+']*\+){3}(\d{6}|\d{8}):(\d{4})", re.DOTALL)


def sender_clock(head: bytes) -> str:
    """Return the envelope's date and time as they stand there: ``2026-11-20 08:31``; nothing where it has none."""
    found = _ISA.match(head)
    if found:
        return _said(found[2].decode(), found[3].decode())
    found = _UNB.match(head)
    return _said(found[1].decode(), found[2].decode()) if found else ""


def _said(day: str, time: str) -> str:
    day = day if len(day) == 8 else f"20{day}"
    return f"{day[:4]}-{day[4:6]}-{day[6:]} {time[:2]}:{time[2:]}"
