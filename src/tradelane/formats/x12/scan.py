"""Walk an interchange from one envelope segment to the next, without looking at each segment between them."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from tradelane.formats.x12.header import find_header
from tradelane.model.message import Delimiters

_SPACE = " \t\r\n"
_WORD = "[A-Z][A-Z0-9]{1,2}"
_PLAIN = "(?:[AC-FHJ-RU-Z][A-Z0-9]|S[A-DF-SU-Z0-9])"
_ENVELOPES = "ISA|GS|ST|SE|GE|IEA|TA1|BIN|BDS"
_LENGTH_DIGITS_MAX = 9
_BINARY_HEAD_MAX = 40


class Mark(NamedTuple):
    """A segment worth stopping at: ``tag`` is its tag, empty for text that is no segment.

    ``after`` is the place of the terminator before it; ``start`` to ``end`` are its own bytes, without terminator.
    ``whole`` is false for a segment without terminator and for binary data whose declared length is wrong.
    """

    tag: str
    after: int
    start: int
    end: int
    whole: bool = True


@lru_cache(maxsize=256)
def _pattern(terminator: str, separator: str) -> re.Pattern[str]:
    # Atomic white space and no nested repeats: a match never looks at a character twice, whatever the bytes are.
    space = "".join(c for c in _SPACE if c not in (terminator, separator))
    t, e = re.escape(terminator), re.escape(separator)
    # What begins like no envelope, as most segments do, is passed over first.
    return re.compile(f"{t}(?!{_PLAIN}[A-Z0-9]?[{t}{e}])[{space}]*+(?:({_ENVELOPES})(?={e})|(?!{_WORD}[{t}{e}]))")


def marks(text: str, place: int, delimiters: Delimiters) -> Iterator[Mark]:
    """Yield every envelope, binary and non-segment after the terminator at *place*, up to the next header."""
    terminator = delimiters.segment
    search = _pattern(terminator, delimiters.element).search
    bound = find_header(text, place)
    while (found := search(text, place, bound)) is not None:
        tag = found[1] or ""
        start = found.start(1) if tag else found.end()
        end = text.find(terminator, start, bound)
        whole = end >= 0
        if tag in ("BIN", "BDS"):
            end, whole = _binary_end(text, start, end, delimiters)
            bound = find_header(text, end) if end >= bound else bound
        end = end if end >= 0 else _unterminated_end(text, start, bound)
        if whole or end > start:
            yield Mark(tag, found.start(), start, end, whole)
        place = end if text.startswith(terminator, end) else bound


def interchange_end(text: str, place: int, delimiters: Delimiters) -> int:
    """Return where an interchange ends that is too large to be opened: after its IEA, or at the next header."""
    bound = find_header(text, place)
    terminator, separator = re.escape(delimiters.segment), re.escape(delimiters.element)
    found = re.compile(f"{terminator}[ \t\r\n]*+IEA{separator}[^{terminator}]*+{terminator}?").search(
        text, place, bound
    )
    return found.end() if found else bound


def binary_place(text: str, start: int, separator: str) -> int:
    """Return where the data of the BIN or BDS segment at *start* begins: after its length; -1 when there is none."""
    fields = 2 if text.startswith("BIN", start) else 3
    place = start
    for _ in range(fields):
        place = text.find(separator, place, start + _BINARY_HEAD_MAX) + 1
        if place == 0:
            return -1
    return place


def binary_stop(text: str, start: int, delimiters: Delimiters) -> int:
    """Return where the data of the BIN or BDS segment at *start* ends by its length (BIN01, BDS02); -1 without one."""
    begin = binary_place(text, start, delimiters.element)
    if begin < 0:
        return -1
    length = text[start : begin - 1].rsplit(delimiters.element, 1)[-1]
    if not (length.isascii() and length.isdigit()) or len(length) > _LENGTH_DIGITS_MAX:
        return -1
    return begin + int(length)


def _binary_end(text: str, start: int, end: int, delimiters: Delimiters) -> tuple[int, bool]:
    """Return where a binary segment ends: by its length if a terminator stands there, else as others."""
    stop = binary_stop(text, start, delimiters)
    return (stop, True) if stop >= 0 and text.startswith(delimiters.segment, stop) else (end, False)


def _unterminated_end(text: str, start: int, bound: int) -> int:
    return start + len(text[start:bound].rstrip(_SPACE))
