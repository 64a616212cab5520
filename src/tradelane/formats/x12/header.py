"""Read an ISA segment: fixed width, and the one place where an interchange says which characters it separates with."""

import re
from functools import lru_cache

from msgspec import Struct
from msgspec.structs import replace

from tradelane.formats.x12.fault import fault, shown
from tradelane.model.finding import Finding
from tradelane.model.message import Delimiters

ISA_LENGTH = 106
_WIDTHS = (3, 2, 10, 2, 10, 2, 15, 2, 15, 6, 4, 1, 5, 9, 1, 1, 1)
_SEPARATORS = (3, 6, 17, 20, 31, 34, 50, 53, 69, 76, 81, 83, 89, 99, 101, 103)
_SHAPE = re.compile(r"ISA(.)..\1.{10}\1..\1.{10}\1..\1.{15}\1..\1.{15}\1.{6}\1.{4}\1.\1.{5}\1.{9}\1.\1.\1..", re.DOTALL)
LOOSE_LENGTH = 400
_FIRST_WITH_REPETITION = "00402"
_DATE = re.compile(r"[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])")
_TIME = re.compile(r"([01][0-9]|2[0-3])[0-5][0-9]")
_BROKEN_UP = re.compile(r"[\r\n]|[^A-Za-z0-9 ] *GS\Z")
_CONTROL = re.compile(r"[0-9]{9}")
_PADDING = re.compile(r" +(?=[\r\n])")


class Header(Struct, frozen=True, kw_only=True):
    """An ISA as read: its elements trimmed, the place of its terminator. No ``delimiters``: nothing can be read on."""

    elements: tuple[str, ...] = ("",) * 16
    delimiters: Delimiters | None = None
    end: int = 0
    findings: tuple[Finding, ...] = ()


def find_header(text: str, start: int) -> int:
    """Return where the next ISA of the right width stands at or after *start*; the text's end if there is none."""
    place = text.find("ISA", start)
    while place >= 0:
        if _is_header(text, place):
            return place
        place = text.find("ISA", place + 3)
    return len(text)


def read_header(text: str, start: int) -> Header:
    """Read the ISA at *start*. One of the wrong width is read as far as it goes, so that people can see it."""
    separator = text[start + 3 : start + 4]
    if separator and not can_separate(separator):
        fault = _bad_delimiter(start + 3, separator, "element separator", "026")
        return Header(elements=_by_width(text, start, separator), end=start + 3, findings=(fault,))
    if _is_header(text, start):
        elements = text[start + 4 : start + 103].split(separator)
        end, padded = _past_padding(text, start, start + 105)
        read = _judge([*elements, text[start + 104]], separator, text[end], start, start + 105, padded)
        return replace(read, end=end)
    return _read_loosely(text, start, separator)


def _is_header(text: str, place: int) -> bool:
    found = _SHAPE.match(text, place)
    return found is not None and can_separate(found[1]) and text.count(found[1], place, place + 104) == 16


def _by_width(text: str, start: int, separator: str) -> tuple[str, ...]:
    """Cut an ISA at its fixed places, so that its sender can be told that what separates there cannot separate."""
    if any(text[start + place : start + place + 1] != separator for place in _SEPARATORS):
        return ("",) * 16
    ends = (*_SEPARATORS[1:], 105)
    return tuple(text[start + a + 1 : start + b].strip() for a, b in zip(_SEPARATORS, ends, strict=True))


def can_separate(character: str) -> bool:
    """Say whether *character* can be a delimiter that is no line break."""
    return not character.isalnum() and (not character.isspace() or character in "\x1c\x1d\x1e\x1f")


def _can_terminate(character: str) -> bool:
    # 0x85 is the line break of mainframes.
    return character in "\r\n\x85" or can_separate(character)


def _read_loosely(text: str, start: int, separator: str) -> Header:
    parts = text[start : start + LOOSE_LENGTH].split(separator, 16) if separator else [text[start:]]
    if len(parts) < 17 or len(parts[16]) < 2 or any(map(_BROKEN_UP.search, parts[:16])):
        return Header(end=start + 3, findings=(_not_an_isa(text, start),))
    narrow = start + sum(map(len, parts[:16])) + 17
    end, padded = _past_padding(text, start, narrow)
    found = [_wrong_width(parts, start, narrow), *padded]
    return replace(_judge([*parts[1:16], parts[16][0]], separator, text[end], start, narrow, found), end=end)


def _past_padding(text: str, start: int, place: int) -> tuple[int, list[Finding]]:
    """Return where the terminator stands: files padded to a record length have blanks before the line break it is."""
    padding = _PADDING.match(text, place, place + LOOSE_LENGTH)
    if padding is None:
        return place, []
    says = "Blanks stand behind the interchange header; the line break behind them ends the segments."
    fix = "Send the segment terminator right behind ISA16."
    found = fault("isa-width", says, fix, place, padding.end(), syntax="004", severity="warning", segment="ISA")
    return padding.end(), [found]


def _judge(elements: list[str], separator: str, terminator: str, start: int, end: int, found: list[Finding]) -> Header:
    component, said = elements[15], elements[10]
    repetition = said if elements[11] >= _FIRST_WITH_REPETITION else ""
    delimiters = _in_order(terminator, separator, component, repetition)
    if delimiters is None:
        delimiters, wrong = _judge_signs(terminator, separator, component, repetition, end)
        found.extend(wrong)
    found.extend(_value_faults(elements, start, end))
    trimmed = tuple([element.strip() for element in elements])
    return Header(elements=trimmed, delimiters=delimiters, end=end, findings=tuple(found))


@lru_cache(maxsize=256)
def _in_order(terminator: str, separator: str, component: str, repetition: str) -> Delimiters | None:
    """Return the delimiters that are usual with a partner, if they are all that they should be."""
    delimiters, wrong = _judge_signs(terminator, separator, component, repetition, 0)
    return None if wrong else delimiters


def _judge_signs(
    terminator: str, separator: str, component: str, repetition: str, end: int
) -> tuple[Delimiters | None, list[Finding]]:
    """Return the delimiters, if they can separate anything, and what is wrong with them."""
    found: list[Finding] = []
    if not can_separate(component) or component == separator:
        found.append(_bad_delimiter(end - 1, component, "component separator", "027"))
    if not _can_terminate(terminator) or terminator in (separator, component):
        found.append(_bad_delimiter(end, terminator, "segment terminator", "004"))
    readable = not found
    if repetition and (not can_separate(repetition) or repetition in (separator, component, terminator)):
        found.append(_no_repetition(repetition, end - 23))
        repetition = ""
    return Delimiters(terminator, separator, component, repetition) if readable else None, found


def _value_faults(elements: list[str], start: int, end: int) -> list[Finding]:
    """Check the ISA elements that somebody downstream relies on: the control number, the test flag, the moment."""
    found: list[Finding] = []
    if not _CONTROL.fullmatch(elements[12]):
        says = f"The interchange control number {shown(elements[12])!r} is not nine digits."
        fix = "Number the interchange with nine digits, zeros in front."
        found.append(fault("isa-control", says, fix, start, end, syntax="018", segment="ISA", element=13))
    if elements[14] not in ("P", "T", "I"):
        says = f"The usage indicator {shown(elements[14])!r} says neither production (P) nor test (T)."
        fix = "Send P or T; we will not guess whether this is a test."
        found.append(fault("isa-usage", says, fix, start, end, syntax="020", segment="ISA", element=15))
    for number, pattern, name, syntax in ((9, _DATE, "date", "014"), (10, _TIME, "time", "015")):
        if not pattern.fullmatch(elements[number - 1]):
            says = f"The interchange {name} {shown(elements[number - 1])!r} does not exist."
            fix = f"Send the {name} on which the interchange was made."
            found.append(
                fault(
                    f"isa-{name}",
                    says,
                    fix,
                    start,
                    end,
                    syntax=syntax,
                    severity="warning",
                    segment="ISA",
                    element=number,
                )
            )
    return found


def _wrong_width(parts: list[str], start: int, end: int) -> Finding:
    wrong = [f"ISA{n:02d}" for n in range(1, 16) if len(parts[n]) != _WIDTHS[n]]
    says = (
        f"The interchange header is {end - start + 1} bytes instead of 106: {', '.join(wrong)} not of the fixed width."
    )
    fix = "Pad every ISA element with spaces to its fixed width and send the file again."
    return fault("isa-width", says, fix, start, end, syntax="023", segment="ISA")


def _not_an_isa(text: str, start: int) -> Finding:
    says = "The interchange header is cut short or broken up: 106 bytes with 16 elements on one line are expected."
    fix = "Send the whole file again."
    end = min(start + ISA_LENGTH, len(text))
    return fault("isa-truncated", says, fix, start, end, syntax="023", segment="ISA", value=text[start:end])


def _bad_delimiter(place: int, character: str, name: str, syntax: str) -> Finding:
    says = f"The {name} {shown(character)!r} is a letter, a digit, a space, or already used for something else."
    fix = f"Use a {name} that never occurs in the values, such as * > or ~."
    return fault("delimiter", says, fix, place, place + 1, syntax=syntax, segment="ISA", value=character)


def _no_repetition(character: str, place: int) -> Finding:
    says = f"The repetition separator {shown(character)!r} cannot separate anything; repeated values are read as one."
    fix = "Use a character that never occurs in the values, such as ^."
    return fault(
        "repetition-separator", says, fix, place, place + 1, syntax="026", severity="warning", segment="ISA", element=11
    )
