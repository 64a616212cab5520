"""When a file was written by its sender's own clock, as its envelope says: X12 and EDIFACT name no zone with it."""

import re
from codecs import BOM_UTF8

from tradelane.formats.edifact import header as unb
from tradelane.formats.x12 import header as isa

LOOK_BYTES = 512
_DAY = re.compile(r"(?:20)?[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])")
_TIME = re.compile(r"(?:[01][0-9]|2[0-3])[0-5][0-9](?:[0-5][0-9])?")


def sender_clock(head: bytes) -> str:
    """Return the envelope's date and time as they stand there: ``2026-11-20 08:31``; nothing where it has none."""
    text = head.removeprefix(BOM_UTF8).decode("latin-1").lstrip(" \r\n\t")
    if text.startswith("ISA"):
        return _said(*isa.read_header(text, 0).elements[8:10])
    if unb.starts(text, 0, bare=False):
        header = unb.read_header(text, 0)
        return _said(header.say(4), header.say(4, 2))
    return ""


def _said(day: str, time: str) -> str:
    if not _DAY.fullmatch(day) or not _TIME.fullmatch(time):
        return ""
    day = day if len(day) == 8 else f"20{day}"
    return f"{day[:4]}-{day[4:6]}-{day[6:]} {time[:2]}:{time[2:4]}"
