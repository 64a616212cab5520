"""Walk an interchange from one envelope segment to the next, without looking at each segment between them."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from tradelane.formats.edifact.header import find_header, released, segment_end
from tradelane.model.message import Delimiters

_SPACE = " \t\r\n"
_TAG = "[A-Z][A-Z0-9]{2}"
_ENVELOPES = "UN[BEGHTZ]"
_ADVICE = r"UNA(?=.{6}[ \r\n\t]*+UNB)"


class Mark(NamedTuple):
    """A segment worth stopping at: ``tag`` is its tag, empty for text that is no segment.

    ``after`` is the place of the terminator before it; ``start`` to ``end`` are its own bytes, without terminator.
    ``whole`` is false for a segment without terminator.
    """

    tag: str
    after: int
    start: int
    end: int
    whole: bool = True


@lru_cache(maxsize=256)
def _pattern(delimiters: Delimiters) -> re.Pattern[str]:
    # Atomic white space and no nested repeats: a match never looks at a character twice, whatever the bytes are.
    t, e, c = (re.escape(sign) for sign in (delimiters.segment, delimiters.element, delimiters.component))
    space = "".join(sign for sign in _SPACE if sign not in (delimiters.segment, delimiters.element))
    after = f"[{t}{e}{c}]" if delimiters.segment not in "\r\n" else f"[{t}{e}{c}\r]"
    # What begins like no envelope, as most segments do, is passed over first.
    plain = f"[\r\n]{{0,2}}(?!UN){_TAG}{after}"
    return re.compile(
        f"{t}(?!{plain})[{space}]*+(?:({_ENVELOPES})(?={after})|({_ADVICE})|(?!{_TAG}{after}))", re.DOTALL
    )


def marks(text: str, place: int, delimiters: Delimiters, *, headless: bool = False) -> Iterator[Mark]:
    """Yield every envelope segment and non-segment after the terminator at *place*, up to the next header.

    *headless*: there was no UNB, and an envelope segment stands at *place* itself.
    """
    search, release = _pattern(delimiters).search, delimiters.release
    bound = find_header(text, place + (1 if headless else 0))
    if headless:
        end = segment_end(text, place, bound, delimiters)
        stop = end if end >= 0 else _unterminated_end(text, place, bound)
        yield Mark(text[place : place + 3], place, place, stop, end >= 0)
        place = stop if end >= 0 else bound
    begin = place
    while (found := search(text, place, bound)) is not None:
        after = found.start()
        if release and released(text, after, begin, release):
            place = after + 1
            continue
        envelope = found.lastindex
        tag = found[envelope] if envelope else ""
        start = found.start(envelope) if envelope else found.end()
        end = segment_end(text, start, bound, delimiters)
        whole = end >= 0
        end = end if whole else _unterminated_end(text, start, bound)
        if whole or end > start:
            yield Mark(tag, after, start, end, whole)
        place = end if whole else bound


def interchange_end(text: str, place: int, delimiters: Delimiters) -> int:
    """Return where an interchange ends that is too large to be opened: after its UNZ, or at the next header."""
    bound = find_header(text, place)
    terminator, separator = re.escape(delimiters.segment), re.escape(delimiters.element)
    found = re.compile(f"{terminator}[ \t\r\n]*+UNZ{separator}[^{terminator}]*+{terminator}?").search(
        text, place, bound
    )
    return found.end() if found else bound


def _unterminated_end(text: str, start: int, bound: int) -> int:
    return start + len(text[start:bound].rstrip(_SPACE + "\x00"))
