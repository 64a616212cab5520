"""Paths into a message: how a map says where a value stands. One small grammar, read once when a map is compiled.

BEG/3                   element 3 of the BEG segment
AK4/1/2                 component 2 of element 1
DTM*010/2               element 2 of the DTM whose first element is 010; ``DTM[1=010]/2`` says the same
ACK[4=068|010]/5        element 5 of ACK, if its element 4 is 068 or 010
REF[2]                  a REF whose element 2 is filled; ``REF[1!=PO|IV]`` one whose element 1 is neither
HL[3=S]/TD5[2=2]/3      element 3 of TD5 in the loop that HL opens
LIN/C212/7140           in a syntax whose standard numbers them (EDIFACT): an element and a component by their numbers
PRI*AAA/5118            there, too: by the number of the component alone, and a filter looks at its first component
PIA*5/C212{SA}          the value of the composite whose second component is SA, in any C212 of any such PIA
/RFF*ON/1154            seen from the whole message, not from the loop that the rule is in
PO1/6..25{BP|IN}        the value behind qualifier BP, or else IN, in the qualifier-value pairs that fill elements 6
to 25 {BP|IN}                 the same, in the pairs the surrounding table names with ``pairs``
"""

import re
from typing import Literal

from msgspec import Struct

Sign = Literal["=", "!=", "^=", ""]

_TAG = r"[A-Z][A-Z0-9]{1,2}(?![A-Z0-9])"
_NAME = r"(?:[CSE]\d{3}|\d{1,4})"
_FILTER = rf"\[{_NAME}(?:!?=[^\]\[]*)?\]"
_STEP = re.compile(rf"({_TAG})(\*[^/\[{{]+)?((?:{_FILTER})*)")
_ONE_FILTER = re.compile(rf"\[({_NAME})(?:(!?=)([^\]\[]*))?\]")
_ELEMENT = re.compile(rf"({_NAME})(?:\.\.(\d+))?(?:/({_NAME}))?")
_NAME_LENGTH = 4


class BadPath(ValueError):
    """The text is no path."""


class Filter(Struct, frozen=True):
    """What a segment must say to be meant: element *element* is one of (or none of) *values*, or is merely filled.

    In a tree the names *inner* lead to what is asked, and *element* alone counts: the second of them. In segments it
    is the standard's number of what is asked, until that is looked up.
    """

    element: int
    sign: Sign
    values: tuple[str, ...] = ()
    inner: tuple[str, ...] = ()
    component: int = 0

    def admits(self, value: str) -> bool:
        """Say whether *value* passes."""
        match self.sign:
            case "=":
                return value in self.values
            case "!=":
                return value not in self.values
            case "^=":
                return value.startswith(self.values)
            case _:
                return value != ""


class Step(Struct, frozen=True):
    """A segment, or the loop it opens, by tag and by what it says."""

    tag: str
    filters: tuple[Filter, ...] = ()


class Path(Struct, frozen=True):
    """Where a value stands. ``element`` 0 means the segment itself; ``last`` ends a range.

    ``qualifiers`` choose among pairs. ``names`` are the standard's numbers of element and component, until they are
    looked up. ``whole``: it is seen from the whole message.
    """

    text: str
    steps: tuple[Step, ...]
    element: int = 0
    last: int = 0
    component: int = 0
    qualifiers: tuple[str, ...] = ()
    names: tuple[str, str] = ("", "")
    whole: bool = False


def parse_path(text: str) -> Path:
    """Return the path that *text* says."""
    rest, qualifiers = text.strip(), ()
    whole = rest.startswith("/")
    rest = rest[whole:]
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
    names = ("", "")
    if rest:
        numbers = _ELEMENT.fullmatch(rest)
        if numbers is None or not steps:
            raise BadPath(f"{text!r} is no path: write a segment, then its element, such as BEG/3 or DTM*010/2")
        one, to, other = (n or "" for n in numbers.groups())
        element, last, component = _number(one), int(to or 0), _number(other)
        names = (_name(one), _name(other))
    if not steps and not qualifiers:
        raise BadPath(f"{text!r} is no path")
    return Path(text, tuple(steps), element, last, component, qualifiers, names, whole)


def _step(found: re.Match[str]) -> Step:
    tag, star, brackets = found.groups()
    filters = [Filter(1, "=", tuple(star[1:].split("|")))] if star else []
    for number, sign, values in _ONE_FILTER.findall(brackets):
        wanted = tuple(values.split("|")) if sign else ()
        filters.append(Filter(_number(number), sign, wanted, (number,) if _name(number) else ()))
    return Step(tag, tuple(filters))


def _number(said: str) -> int:
    """Return a place counted from 1; 0 for none, and for the standard's own number."""
    return int(said) if said and not _name(said) else 0


def _name(said: str) -> str:
    """Return the standard's own number: four characters, such as C212 or 7140."""
    return said if len(said) == _NAME_LENGTH else ""
