"""Read how an interchange begins: UNA, which says by what characters it separates, and UNB, which says who writes to
whom. Both may be missing or odd, and are read where what is meant is certain.
"""

import re

from msgspec import Struct
from msgspec.structs import replace

from tradelane.formats.edifact.envelope import Name
from tradelane.formats.edifact.fault import fault, shown
from tradelane.model.finding import Finding
from tradelane.model.message import Delimiters, bare, cut

USUAL = Delimiters(segment="'", element="+", component=":", repetition="", release="?")
"""What separates where no UNA says otherwise."""

UNPRINTABLE = Delimiters(segment="\x1c", element="\x1d", component="\x1f", repetition="", release="")
"""The information separators that UNOB allows instead."""

_HEADER = re.compile(r"UNA.{6}[ \r\n\t]*+UNB|UNB[^A-Za-z0-9 ?][A-Z]{4}[^A-Za-z0-9 ?][0-9]", re.DOTALL)
_OPENING = re.compile(r"[ \r\n\t]*+(UN[BGH])")
_SHORT_ADVICE = re.compile(r"UNA([^A-Za-z0-9\s]{4}[^A-Za-z0-9])[\r\n\t ]*+(?=UN[BGH])")
_LINES = re.compile(r"\r?\n[ \t]*+UN[GH][^A-Za-z0-9]")
_BARE = re.compile(r"UN[GH][^A-Za-z0-9 ]")
_DATE = re.compile(r"(20)?[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])")
_TIME = re.compile(r"([01][0-9]|2[0-3])[0-5][0-9]([0-5][0-9])?")
_HEAD_MAX = 2000
_ADVICE = 9
_VERSIONS = ("1", "2", "3", "4")


class Header(Struct, frozen=True, kw_only=True):
    """A beginning as read: the elements of UNB, each cut in components; the place of its terminator.

    No ``delimiters``: nothing can be read on. ``missing``: there is no UNB, and the first message starts at ``end``.
    """

    elements: tuple[tuple[str, ...], ...] = ()
    delimiters: Delimiters | None = None
    decimal: str = "."
    end: int = 0
    missing: bool = False
    findings: tuple[Finding, ...] = ()

    def say(self, element: int, component: int = 1) -> str:
        """Return a component of UNB, trimmed; empty when absent."""
        pieces = self.elements[element - 1] if element <= len(self.elements) else ()
        return pieces[component - 1].strip() if component <= len(pieces) else ""

    def name(self, element: int) -> Name:
        """Return the sender (2) or the receiver (3)."""
        return Name(self.say(element), self.say(element, 2))


def find_header(text: str, start: int) -> int:
    """Return where the next interchange starts at or after *start*; the text's end if there is none."""
    found = _HEADER.search(text, start)
    return found.start() if found else len(text)


def starts(text: str, place: int, *, bare: bool) -> bool:
    """Say whether an interchange starts at *place*; *bare*: it may also be a message that lacks its UNB."""
    if text.startswith(("UNA", "UNB"), place):
        return True
    return bare and _BARE.match(text, place) is not None


def read_header(text: str, start: int) -> Header:
    """Read the UNA and UNB at *start*."""
    delimiters, decimal, place, findings = USUAL, ".", start, list[Finding]()
    if text.startswith("UNA", start):
        delimiters, decimal, place, findings = _advice(text, start)
    elif text.startswith("UNB", start):
        delimiters = _assumed(text, start)
    if delimiters is None:
        return Header(end=start + 3, findings=tuple(findings))
    opening = _OPENING.match(text, place)
    if opening is None or not text.startswith(delimiters.element, opening.end()):
        return Header(end=start + 3, findings=(*findings, _odd_separator(text, start)))
    place = opening.start(1)
    delimiters, lines = _lines(text, place, delimiters)
    findings += lines
    if opening[1] != "UNB":
        says = "The interchange header UNB is missing: nothing says who sends this, to whom, under which number."
        wrong = fault("unb-missing", says, "Send whole interchanges, UNB to UNZ.", place, place, severity="warning")
        return Header(delimiters=delimiters, decimal=decimal, end=place, missing=True, findings=(*findings, wrong))
    return _judge(text, place, delimiters, decimal, findings)


def segment_end(text: str, start: int, bound: int, delimiters: Delimiters) -> int:
    """Return where the segment at *start* ends: at the next terminator that is not released; -1 if there is none."""
    sign, release = delimiters.segment, delimiters.release
    end = text.find(sign, start, bound)
    while end >= 0 and release and released(text, end, start, release):
        end = text.find(sign, end + 1, bound)
    return end


def released(text: str, place: int, start: int, release: str) -> bool:
    """Say whether the character at *place* has lost its meaning to a release character before it."""
    if not release or place <= start or text[place - 1] != release:
        return False
    first = place - 1
    while first > start and text[first - 1] == release:
        first -= 1
    return (place - first) % 2 == 1


def _judge(text: str, place: int, delimiters: Delimiters, decimal: str, findings: list[Finding]) -> Header:
    end = segment_end(text, place, min(len(text), place + _HEAD_MAX), delimiters)
    if end < 0:
        end = min(len(text), place + _HEAD_MAX)
        says = "The interchange header UNB is cut short or never ends."
        fix = "Send the whole file again."
        wrong = fault("unb-truncated", says, fix, place, end, syntax="13", segment="UNB", value=text[place:end])
        return Header(end=place + 3, findings=(*findings, wrong))
    release = delimiters.release
    pieces = cut(text[place:end].rstrip("\r\n "), delimiters.element, release)[1:]
    elements = tuple(
        tuple(bare(part, release) for part in cut(piece, delimiters.component, release)) for piece in pieces
    )
    header = Header(elements=elements, delimiters=delimiters, decimal=decimal, end=end)
    if header.say(1, 2) == "4" and not delimiters.repetition:
        repetition = text[place - 2] if _has_advice(text, place) else "*"
        used = delimiters.segment + delimiters.element + delimiters.component + release
        if not repetition.isalnum() and not repetition.isspace() and repetition not in used:
            header = replace(header, delimiters=replace(delimiters, repetition=repetition))
    return replace(header, findings=(*findings, *_value_faults(header, place, end)))


def _has_advice(text: str, place: int) -> bool:
    return text[max(0, place - _ADVICE) : place].startswith("UNA")


def _value_faults(header: Header, start: int, end: int) -> list[Finding]:
    """Check what somebody downstream relies on: the syntax version, both names, the reference, the moment."""
    found: list[Finding] = []

    def say(code: str, says: str, fix: str, element: int, syntax: str, value: str, *, warns: bool = False) -> None:
        severity = "warning" if warns else "error"
        wrong = fault(
            code, says, fix, start, end, syntax=syntax, severity=severity, value=value, segment="UNB", element=element
        )
        found.append(wrong)

    version = header.say(1, 2)
    if version not in _VERSIONS:
        says = f"The syntax version {shown(version)!r} is none of 1, 2, 3 and 4."
        say("unb-syntax", says, "Send the version of ISO 9735 you write, for instance UNOC:3.", 1, "2", version)
    for element, who in ((2, "sender"), (3, "receiver")):
        if not header.say(element):
            say("unb-party", f"The {who} of the interchange is not named.", "Name it in UNB.", element, "13", "")
    if not header.say(5):
        says = "The interchange has no reference, so nobody can answer to it or tell it from another."
        say("unb-reference", says, "Number every interchange in UNB 0020.", 5, "13", "")
    for component, pattern, what in ((1, _DATE, "date"), (2, _TIME, "time")):
        said = header.say(4, component)
        if not pattern.fullmatch(said):
            says = f"The interchange {what} {shown(said)!r} does not exist."
            say(f"unb-{what}", says, f"Send the {what} on which it was made.", 4, "12", said, warns=True)
    return found


def _assumed(text: str, start: int) -> Delimiters:
    """Return what separates where no UNA says: the usual characters, or those that UNOB has for machines."""
    return UNPRINTABLE if text.startswith(UNPRINTABLE.element, start + 3) else USUAL


def _advice(text: str, start: int) -> tuple[Delimiters | None, str, int, list[Finding]]:
    """Read UNA; return what separates, the decimal mark, where the next segment may start, and what is odd."""
    signs, place, findings = text[start + 3 : start + _ADVICE], start + _ADVICE, list[Finding]()
    if len(signs) < 6 or _OPENING.match(text, place) is None or (signs[5] in "\r\n" and signs[4] == "'"):
        short = _SHORT_ADVICE.match(text, start)
        if short is None:
            return None, ".", place, [_bad_advice(text, start, "is cut short or not followed by UNB")]
        signs, place = short[1][:4] + " " + short[1][4], short.end()
        says = "The service string advice UNA is one character short: the reserved blank is missing."
        findings.append(
            fault("una-short", says, "Send UNA and six characters.", start, place, severity="warning", segment="UNA")
        )
    component, element, decimal, release, _, segment = signs
    release = "" if release == " " else release
    used = component + element + release + segment
    if len(set(used)) < len(used) or any(c.isalnum() or c == " " for c in used) or component in "\r\n":
        wrong = _bad_advice(text, start, "names a letter, a digit, a blank, or one character twice")
        return None, ".", place, [*findings, wrong]
    return Delimiters(segment, element, component, "", release), decimal, place, findings


def _lines(text: str, place: int, delimiters: Delimiters) -> tuple[Delimiters, list[Finding]]:
    """Tell a file that ends its segments with line breaks instead of what it declares or the standard assumes."""
    found = _LINES.search(text, place, place + _HEAD_MAX)
    if found is None or delimiters.segment in "\r\n":
        return delimiters, []
    if segment_end(text, place, found.start() + 1, delimiters) >= 0:
        return delimiters, []
    says = f"Segments end with a line break instead of {delimiters.segment!r}."
    fix = f"End every segment with {delimiters.segment!r}."
    at = found.start()
    wrong = fault("line-terminator", says, fix, at, at + 1, severity="warning", syntax="22")
    return replace(delimiters, segment="\n"), [wrong]


def _bad_advice(text: str, start: int, says: str) -> Finding:
    end = min(start + _ADVICE, len(text))
    fix = "Send UNA and six different characters, such as UNA:+.? ', or leave it out."
    says = f"The service string advice UNA {says}."
    return fault("una", says, fix, start, end, syntax="22", segment="UNA", value=text[start:end])


def _odd_separator(text: str, start: int) -> Finding:
    says = "What separates the elements of UNB is not what UNA declares, nor +."
    fix = "Declare your separators in UNA, or use the usual ones."
    end = min(start + 20, len(text))
    return fault("separator", says, fix, start, end, syntax="22", segment="UNB", value=text[start:end])
