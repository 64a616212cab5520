"""Who says it writes to whom: a cheap look at the envelopes, for the door that knows who is really writing."""

from typing import NamedTuple

from tradelane.formats.edifact.decode import opened
from tradelane.formats.edifact.envelope import Name
from tradelane.formats.edifact.header import find_header, read_header, starts
from tradelane.formats.edifact.scan import Mark, marks
from tradelane.model.message import Delimiters, bare, cut


class Identity(NamedTuple):
    """One interchange: both its sides, whether it is a test, its reference, and the sender of every group in it."""

    sender: Name
    receiver: Name
    test: bool
    control: str
    group_senders: tuple[str, ...]


def identities(body: bytes) -> tuple[Identity, ...]:
    """Return the identity of every interchange that `decode` would open, however broken the rest is."""
    text, place, _ = opened(body)
    found: list[Identity] = []
    place = place if starts(text, place, bare=True) else find_header(text, place)
    while place < len(text):
        header = read_header(text, place)
        senders: tuple[str, ...] = ()
        end = find_header(text, place + 3)
        if header.delimiters is not None:
            senders, end = _groups(text, header.end, header.delimiters, headless=header.missing)
        identity = Identity(header.name(2), header.name(3), header.say(11) == "1", header.say(5), senders)
        found.append(identity)
        place = end if starts(text, end, bare=False) else find_header(text, end)
    return tuple(found)


def _groups(text: str, place: int, delimiters: Delimiters, *, headless: bool) -> tuple[tuple[str, ...], int]:
    """Return the sender of each group of the interchange, and where the interchange ends."""
    senders: list[str] = []
    for mark in marks(text, place, delimiters, headless=headless):
        match mark.tag:
            case "UNB" | "UNA":
                return tuple(senders), mark.start
            case "UNZ":
                return tuple(senders), mark.end + mark.whole
            case "UNG":
                senders.append(_sender(text, mark, delimiters))
            case _:
                pass
    return tuple(senders), find_header(text, place + 1)


def _sender(text: str, mark: Mark, delimiters: Delimiters) -> str:
    elements = cut(text[mark.start : mark.end], delimiters.element, delimiters.release)
    named = cut(elements[2], delimiters.component, delimiters.release)[0] if len(elements) > 2 else ""
    return bare(named, delimiters.release).strip()
