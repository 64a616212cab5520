"""Damaging sets as partners, lines and attackers do: any number of them, by chance, the same for the same seed."""

from random import Random

from tradelane.model.message import SegmentMessage

JUNK = (
    "", " ", "-", "-5", ".", "5.", ".5", "0", "00", "000.000", "-0", "-0.00", "1.123456", "1.1234567", "1.123456789",
    "1.1234567891", "1E5", "1,5", "9" * 18, "9" * 19, "0" * 30 + "1", "9" * 300, '"', "\\", '1/2" pipe \\ 3', "a>b",
    ">", "\xc3\xa9", "\xe9",
    "\xff\xfe", "20260230", "20240229", "20250229", "18991231", "22000101", "2560", "1425", "142530", "14253050",
    "14253000", "EA ", "EA", "XX", "\x00", "\x07", "\x7f", "\n", "\r\n", "~", "*", "~~", "~\n", "~ ", "~\r\n\t",
    "UT", "ES", "S", "O", "T", "P", "I", "BP", "IN", "UP", "VN", "012345678905", "0" * 20, "00340123450000000018",
    "?", "??", "?+", "?:", "?'", "? ", "?\n", "?x", "a?+b:c??d", ":", "::", "a:b:c:d:e:f:g", "1,50", "1.5,0", "5:EN",
    "5:SA:::9", "137:20261120:102", "2:202611201425:203", "2:202611201425?+01?:00:303", "2:20261120142530-0530:304",
    "2:20261120:203", "2:2026112014:102", "37:2026112020261127:718", "2:261120:101", "2:202647:616", "2:20261120:",
    "2::102", "21:1,5:PCE", "21:-5", "AAA:1.25::NTP:100", "+", "'", "'\n", "\x1c", "\x1f", "UNS+S", "UNT+9+1",
    "002", "010", "IS", "IP", "ZZ", "x" * 81, "CTT*1", "SE*1*0001", "ST*850*0001", "HL*1**S", "N1*BY*a*92*b",
)  # fmt: skip


def damaged(message: SegmentMessage, chance: Random) -> SegmentMessage:
    """Return *message* with one to three things wrong with it, or merely unusual."""
    text = message.text
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        text = chance.choice((_element, _element, _element, _segments, _characters))(text, message, chance)
    charset = message.charset
    return SegmentMessage(
        message.kind, message.control, message.version, text, message.delimiters, message.offset, charset=charset
    )


def _element(text: str, message: SegmentMessage, chance: Random) -> str:
    """Replace or lengthen an element, or add some."""
    end, separator = message.delimiters.segment, message.delimiters.element
    segments = text.split(end)
    at = chance.randrange(len(segments))
    elements = segments[at].split(separator)
    number = chance.randrange(len(elements))
    match chance.randrange(4):
        case 0:
            elements[number] += chance.choice(JUNK)
        case 1:
            elements += [chance.choice(JUNK)] * chance.randrange(1, 30)
        case _:
            elements[number] = chance.choice(JUNK)
    segments[at] = separator.join(elements)
    return end.join(segments)


def _segments(text: str, message: SegmentMessage, chance: Random) -> str:
    """Lose, double or move a segment."""
    segments = text.split(message.delimiters.segment)
    at, other = chance.randrange(len(segments)), chance.randrange(len(segments))
    match chance.randrange(3):
        case 0:
            del segments[at]
        case 1:
            segments.insert(at, segments[other])
        case _:
            segments[at], segments[other] = segments[other], segments[at]
    return message.delimiters.segment.join(segments)


def _characters(text: str, message: SegmentMessage, chance: Random) -> str:
    """Lose, replace or add a few characters anywhere."""
    at = chance.randrange(len(text) + 1)
    added = chance.choice(("", chr(chance.randrange(256)), chance.choice(JUNK)))
    return text[:at] + added + text[at + chance.choice((0, 1, 1, 40)) :]
