"""Open an interchange in which nothing is wrong, as is the rule, without looking for what might be.

Anything out of order, however small, makes it give up without a word; `assemble` then opens the interchange again and
says what is wrong. Whatever is opened here, it would open too, with no findings; a property test holds both to that.
"""

import re
from functools import lru_cache

from tradelane.formats.x12 import envelope_faults as faults
from tradelane.formats.x12.envelope import Group, Interchange, Limits, ReceivedSet
from tradelane.formats.x12.header import Header, find_header
from tradelane.formats.x12.scan import Mark
from tradelane.model.finding import Finding
from tradelane.model.message import Delimiters, SegmentMessage

FORMAT = 1
"""What the compiled scanner is asked, as in compiled/scan.c: one compiled before it changed is not used."""

try:
    from tradelane.formats.x12 import _scan
except ImportError:
    core = None
else:
    core = _scan if _scan.FORMAT == FORMAT else None

_ENVELOPES = "ISA|GS|ST|SE|GE|IEA|TA1|BIN|BDS"


class _Untidy(Exception):
    """Something is not as it should be."""


class Tidy:
    """One interchange being opened; ``place`` is the terminator up to which it has been read."""

    def __init__(self, body: bytes, text: str, header: Header, delimiters: Delimiters, limits: Limits) -> None:
        self.body, self.text, self.header, self.delimiters, self.limits = body, text, header, delimiters, limits
        self.place, self.sets, self.segments = header.end, 0, 1
        self._envelope = _envelope_pattern(delimiters.segment, delimiters.element)

    def opened(self, start: int) -> Interchange | None:
        """Return the interchange whose ISA stands at *start*, or None when somebody should look at it."""
        if self.header.findings:
            return None
        try:
            return self._read(start)
        except _Untidy:
            return None

    def _read(self, start: int) -> Interchange:
        groups: list[Group] = []
        isa = self.header.elements
        mark, elements = self._next()
        while mark.tag == "GS":
            groups.append(self._group(mark, elements))
            mark, elements = self._next()
        self._insist(mark.tag == "IEA" and len({group.control for group in groups}) == len(groups))
        self._insist(not faults.controls("IEA", isa[12], faults.at(elements, 2), mark, ""))
        self._count(mark, elements, len(groups))
        self._insist(self.segments <= self.limits.segments and self.sets <= self.limits.sets)
        return Interchange(
            sender_qualifier=isa[4],
            sender=isa[5],
            receiver_qualifier=isa[6],
            receiver=isa[7],
            date=isa[8],
            time=isa[9],
            version=isa[11],
            control=isa[12],
            acknowledge=isa[13],
            usage=isa[14],
            delimiters=self.delimiters,
            start=start,
            end=mark.end + 1,
            groups=tuple(groups),
        )

    def _group(self, opener: Mark, gs: list[str]) -> Group:
        self._insist(not faults.group_header(gs, opener, repeated=False))
        functional, version, control = faults.at(gs, 1), faults.at(gs, 8), faults.at(gs, 6)
        sets: list[ReceivedSet] = []
        mark, elements = self._next()
        while mark.tag == "ST":
            sets.append(self._set(mark, elements, functional, version))
            mark, elements = self._next()
        self._insist(mark.tag == "GE" and len({each.message.control for each in sets}) == len(sets))
        self._insist(not faults.controls("GE", control, faults.at(elements, 2), mark, ""))
        self._count(mark, elements, len(sets))
        return Group(
            functional_id=functional,
            sender=faults.at(gs, 2),
            receiver=faults.at(gs, 3),
            date=faults.at(gs, 4),
            time=faults.at(gs, 5),
            control=control,
            version=version,
            included=len(sets),
            start=opener.start,
            end=mark.end,
            sets=tuple(sets),
        )

    def _set(self, opener: Mark, st: list[str], functional: str, version: str) -> ReceivedSet:
        self._insist(not faults.set_header(st, opener, functional, repeated=False))
        inner = self._pass_over()
        mark, elements = self._next()
        self._insist(mark.tag == "SE" and inner < self.limits.set_segments)
        kind, control = faults.at(st, 1), faults.at(st, 2)
        self._insist(not faults.controls("SE", control, faults.at(elements, 2), mark, ""))
        self._count(mark, elements, inner + 2)
        self.segments += inner
        self.sets += 1
        start, end = opener.start, mark.end
        message = SegmentMessage(kind, control, version, self.text[start:end], self.delimiters, start)
        return ReceivedSet(message=message, start=start, end=end)

    def _count(self, mark: Mark, elements: list[str], counted: int) -> None:
        self._insist(not faults.counts(mark.tag, faults.at(elements, 1), counted, "", mark, ""))

    def _next(self) -> tuple[Mark, list[str]]:
        """Return the envelope segment that follows, and its elements, the tag first."""
        found = self._envelope.match(self.text, self.place)
        if found is None or found.end() - self.place > self.limits.segment_bytes or "ISA" in found[0]:
            raise _Untidy
        mark = Mark(found[1], self.place, found.start(1), found.end())
        self.place = found.end()
        self.segments += 1
        return mark, self.text[mark.start : mark.end].split(self.delimiters.element)

    def _pass_over(self) -> int:
        """Step over the plain segments that follow; return how many."""
        terminator, separator, most = self.delimiters.segment, self.delimiters.element, self.limits.segment_bytes
        if core is not None:
            place, count = core.pass_over(self.body, self.place, ord(terminator), ord(separator), most)
        else:
            place, count = pass_over(self.text, self.place, terminator, separator, most)
        if place < 0:
            raise _Untidy
        self.place = place
        return count

    def _insist(self, tidy: bool) -> None:
        if not tidy:
            raise _Untidy


def pass_over(text: str, place: int, terminator: str, separator: str, most: int) -> tuple[int, int]:
    """Return the terminator after the plain segments behind the one at *place*, and their number; -1 if one is untidy.

    What the compiled scanner does, where there is none.
    """
    found = _plain_pattern(terminator, separator).match(text, place)
    end = found.end() if found else place
    if end - place > most or find_header(text, place) < end or not text.startswith(terminator, end):
        return -1, 0
    return end, text.count(terminator, place, end)


@lru_cache(maxsize=256)
def _envelope_pattern(terminator: str, separator: str) -> re.Pattern[str]:
    t, e, space, signs = _written(terminator, separator)
    return re.compile(f"{t}[{space}]*+(GS|ST|SE|GE|IEA){e}[{signs}]*+(?={t})")


@lru_cache(maxsize=256)
def _plain_pattern(terminator: str, separator: str) -> re.Pattern[str]:
    t, e, _, signs = _written(terminator, separator)
    line = {"\r": "\n?+", "\n": ""}.get(terminator, "(?:\r?+\n)?+")
    tag = f"(?!(?:{_ENVELOPES}){e})[A-Z][A-Z0-9]{{1,2}}+"
    ending = "\r?+" if terminator == "\n" else ""
    return re.compile(f"(?:{t}{line}[ \t]*+{tag}(?:{e}[{signs}]*+)?+{ending}(?={t}))*+")


def _written(terminator: str, separator: str) -> tuple[str, str, str, str]:
    """Return, for a pattern: the two signs, the white space that is none of them, and what a segment is made of."""
    space = "".join(c for c in " \t\r\n" if c not in (terminator, separator))
    plain = (chr(c) for c in range(0x20, 0x100) if c != 0x7F)
    signs = "".join(re.escape(c) for c in {*plain, separator} - {terminator})
    return re.escape(terminator), re.escape(separator), space, signs
