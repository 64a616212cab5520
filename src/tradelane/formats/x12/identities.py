"""Who says it writes to whom: a cheap look at the envelopes, for the door that knows who is really writing."""

import re
from functools import lru_cache
from typing import NamedTuple

from tradelane.formats.x12.header import find_header, read_header
from tradelane.formats.x12.plain import plain
from tradelane.model.message import Delimiters

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_SPACE = re.compile(r"[ \t\r\n]*+")
_HEAD_MAX = 400


class Identity(NamedTuple):
    """One interchange: ISA05 to ISA08, ISA15, ISA13, and the GS02 of every group in it."""

    sender_qualifier: str
    sender: str
    receiver_qualifier: str
    receiver: str
    usage: str
    control: str
    group_senders: tuple[str, ...]


def identities(body: bytes) -> tuple[Identity, ...]:
    """Return the identity of every interchange that `decode` would open, however broken the rest is."""
    body, _ = plain(body)
    text = body.decode("latin-1")
    found: list[Identity] = []
    place = _next(text, 3 if body.startswith(_BYTE_ORDER_MARK) else 0)
    while place < len(text):
        header = read_header(text, place)
        isa = header.elements
        senders: tuple[str, ...] = ()
        end = find_header(text, place + 3)
        if header.delimiters is not None:
            senders, end = _groups(text, header.end, end, header.delimiters)
        found.append(Identity(isa[4], isa[5], isa[6], isa[7], isa[14], isa[12], senders))
        place = _next(text, end)
    return tuple(found)


def _next(text: str, place: int) -> int:
    """Return where the next interchange starts: here, past white space, or at the next header of the right width."""
    start = _SPACE.match(text, place)
    place = start.end() if start else place
    return place if text.startswith("ISA", place) else find_header(text, place)


def _groups(text: str, place: int, bound: int, delimiters: Delimiters) -> tuple[tuple[str, ...], int]:
    """Return the GS02 of each group of the interchange, and where the interchange ends.

    A GS02 that the file is cut in the middle of is empty: half a name is nobody's.
    """
    senders: list[str] = []
    for found in _openers(delimiters.segment, delimiters.element).finditer(text, place, bound):
        if found[1] == "ISA":
            return tuple(senders), found.start(1)
        end = text.find(delimiters.segment, found.end(), bound)
        cut = end < 0
        end = bound if cut else end
        if found[1] == "IEA":
            return tuple(senders), min(end + 1, bound)
        elements = text[found.end() : min(end, found.end() + _HEAD_MAX)].split(delimiters.element, 3)
        senders.append("" if len(elements) < 3 + cut else elements[2].strip())
    return tuple(senders), bound


@lru_cache(maxsize=256)
def _openers(terminator: str, separator: str) -> re.Pattern[str]:
    space = "".join(c for c in " \t\r\n" if c not in (terminator, separator))
    return re.compile(f"{re.escape(terminator)}[{space}]*+(GS|ISA|IEA)(?={re.escape(separator)})")
