"""Where the rows of a CSV file stand, and the cells of a row: quotes followed exactly, in time linear in the bytes."""

import re
from array import array
from collections.abc import Iterator
from functools import cache

from msgspec import Struct
from msgspec.structs import replace

from tradelane.formats.csv.spelling import Spelling

UNCLOSED, INSIDE = 1, 2
"""What can be wrong with a quote: it is never closed, or its cell does not end where it closes."""


class Rows(Struct, frozen=True):
    """The rows that hold anything: where each begins and ends, its number, and which quote in it has a fault.

    Plain numbers in arrays, for a file may have very many rows; a fault is its place times four plus its kind.
    ``rest`` is where a row begins that may go on behind the text, ``lines`` how many rows stand before it.
    """

    starts: "array[int]"
    ends: "array[int]"
    numbers: "array[int]"
    faults: "array[int]"
    rest: int = 0
    lines: int = 0


def rows(said: Spelling, most: int, first: int = 1, ended: bool = True) -> Rows:
    """Return the rows of *said*, *most* at most, and one more where there are more.

    *first* is the number of its first row. Where the file has not *ended*, its last row is left out.
    """
    blank = b" \t\r" + said.delimiter
    found = Rows(array("Q"), array("Q"), array("Q"), array("Q"))
    number, start, written = first - 1, said.begin, False
    for number, (start, end, fault, place) in enumerate(_rows(said), first):
        written = bool(said.text[start:end].strip(blank))
        if not written:
            continue
        found.faults.append(place * 4 + fault)
        found.starts.append(start)
        found.ends.append(end)
        found.numbers.append(number)
        if len(found.starts) > most:
            break
    if ended or number < first:
        return replace(found, rest=len(said.text) if ended else start, lines=number - first + 1)
    for each in (found.starts, found.ends, found.numbers, found.faults) if written else ():
        each.pop()
    return replace(found, rest=start, lines=number - first)


def cells(said: Spelling, start: int, end: int) -> list[tuple[int, int, bool]]:
    """Return where each cell of a row stands, quotes left out, and whether it stood in quotes."""
    text, delimiter, quote = said.text, said.delimiter, said.quote
    found: list[tuple[int, int, bool]] = []
    place = start
    while True:
        if quote and text.startswith(quote, place):
            closing = _closing(quote).match(text, place + 1, end)
            inside = closing.end() if closing else end
            found.append((place + 1, inside - 1, True))
            place = inside
        else:
            until = text.find(delimiter, place, end)
            until = end if until < 0 else until
            found.append((place, until, False))
            place = until
        if place >= end:
            return found
        place += len(delimiter)


def _rows(said: Spelling) -> Iterator[tuple[int, int, int, int]]:
    """Yield for each row its beginning, its end, what is wrong with a quote in it (0: nothing), and where that is."""
    text, size = said.text, len(said.text)
    quote_at = text.find(said.quote, said.begin) if said.quote else -1
    place = said.begin
    while place < size:
        line_at = _find(text, said.line_end, place, size)
        fault, fault_at, inside = 0, 0, place
        while 0 <= quote_at < line_at and not fault:
            if quote_at == place or text[quote_at - 1 : quote_at] == said.delimiter:
                closing = _closing(said.quote).match(text, quote_at + 1)
                if closing is None:
                    fault, fault_at, inside = UNCLOSED, quote_at, size
                else:
                    inside = closing.end()
                    if not _ends_a_cell(said, inside):
                        fault, fault_at = INSIDE, inside - 1
            else:
                inside = quote_at + 1
            line_at = _find(text, said.line_end, inside, size) if inside > line_at else line_at
            quote_at = text.find(said.quote, inside)
        if fault == UNCLOSED:
            line_at = size
        elif fault:
            quote_at = text.find(said.quote, line_at)
        end = line_at - 1 if said.line_end == b"\n" and line_at > place and text[line_at - 1] == 13 else line_at
        yield place, end, fault, fault_at
        place = line_at + 1


def _find(text: bytes, sign: bytes, place: int, size: int) -> int:
    found = text.find(sign, place)
    return size if found < 0 else found


def _ends_a_cell(said: Spelling, place: int) -> bool:
    after = said.text[place : place + 2]
    return after in (b"", b"\r", b"\r\n") or after[:1] in (said.delimiter, said.line_end)


@cache
def _closing(quote: bytes) -> re.Pattern[bytes]:
    """Return what runs from behind an opening quote to behind the one that closes it; a doubled one is a sign."""
    q = re.escape(quote)
    return re.compile(rb"[^%b]*+(?:%b%b[^%b]*+)*+%b" % (q, q, q, q, q))
