"""Paths into a message: how a map says where a value stands. One small grammar, read once when a map is compiled.

BEG/3                   element 3 of the BEG segment
AK4/1/2                 component 2 of element 1
DTM*010/2               element 2 of the DTM whose first element is 010; ``DTM[1=010]/2`` says the same
ACK[4=068|010]/5        element 5 of ACK, if its element 4 is 068 or 010
REF[2]                  a REF whose element 2 is filled; ``REF[1!=PO|IV]`` one whose element 1 is neither
HL[3=S]/TD5[2=2]/3      element 3 of TD5 in the loop that HL opens
PO1/6..25{BP|IN}        the value behind qualifier BP, or else IN, in the qualifier-value pairs that fill elements 6
to 25 {BP|IN}                 the same, in the pairs the surrounding table names with ``pairs``
"""

import re
from typing import Literal

from msgspec import Struct

Sign = Literal["=", "!=", ""]

_TAG = r"[A-Z][A-Z0-9]{1,2}"
_FILTER = r"\[\d+(?:!?=[^\]\[]*)?\]"
_STEP = re.compile(rf"({_TAG})(\*[^/\[{{]+)?((?:{_FILTER})*)")
_ONE_FILTER = re.compile(r"\[(\d+)(?:(!?=)([^\]\[]*))?\]")
_ELEMENT = re.compile(r"(\d+)(?:\.\.(\d+))?(?:/(\d+))?")


class BadPath(ValueError):
    """The text is no path."""


class Filter(Struct, frozen=True):
    """What a segment must say to be meant: element *element* is one of (or none of) *values*, or is merely filled.

    In a tree the names *inner* lead to what is asked, and *element* alone counts: the second of them.
    """

    element: int
    sign: Sign
    values: tuple[str, ...] = ()
    inner: tuple[str, ...] = ()

    def admits(self, value: str) -> bool:
        """Say whether *value* passes."""
        match self.sign:
            case "=":
                return value in self.values
            case "!=":
                return value not in self.values
            case _:
                return value != ""


class Step(Struct, frozen=True):
    """A segment, or the loop it opens, by tag and by what it says."""

    tag: str
    filters: tuple[Filter, ...] = ()


class Path(Struct, frozen=True):
    """Where a value stands. ``element`` 0 means the segment itself; ``last`` ends a range.

    ``qualifiers`` choose among pairs.
    """

    text: str
    steps: tuple[Step, ...]
    element: int = 0
    last: int = 0
    component: int = 0
    qualifiers: tuple[str, ...] = ()


def parse_path(text: str) -> Path:
    """Return the path that *text* says."""
    rest, qualifiers = text.strip(), ()
    if rest.endswith("}"):
        rest, _, inside = rest[:-1].partition("{")
        qualifiers = tuple(inside.split("|"))
    steps: list[Step] = []
    while found := _STEP.match(rest):
        steps.append(_step(found))
        rest = rest[found.end() :]
        if not rest.startswith("/"):
            break
        rest = rest[1:]
    element = last = component = 0
    if rest:
        numbers = _ELEMENT.fullmatch(rest)
        if numbers is None or not steps:
            raise BadPath(f"{text!r} is no path: write a segment, then its element, such as BEG/3 or DTM*010/2")
        element, last, component = (int(n or 0) for n in numbers.groups())
    if not steps and not qualifiers:
        raise BadPath(f"{text!r} is no path")
    return Path(text, tuple(steps), element, last, component, qualifiers)


def _step(found: re.Match[str]) -> Step:
    tag, star, brackets = found.groups()
    filters = [Filter(1, "=", tuple(star[1:].split("|")))] if star else []
    for number, sign, values in _ONE_FILTER.findall(brackets):
        filters.append(Filter(int(number), sign, tuple(values.split("|")) if sign else ()))
    return Step(tag, tuple(filters))
