"""Open an interchange in which nothing is wrong, as is the rule, without looking for what might be.

Anything out of order, however small, makes it give up without a word; `assemble` then opens the interchange again and
says what is wrong. Whatever is opened here, it would open too, with no findings; a property test holds both to that.
"""

import re
from functools import lru_cache

from tradelane.formats.x12.envelope import Group, Interchange, Limits, ReceivedSet
from tradelane.formats.x12.functional import functional_id
from tradelane.formats.x12.header import Header, find_header
from tradelane.formats.x12.scanner import scanner
from tradelane.model.message import Delimiters, SegmentMessage

_GROUP_CONTROL = re.compile(r"[0-9]{1,9}")
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
        while (found := self._next())["gs"]:
            groups.append(self._group(found))
        _insist(found["trailer"] == "IEA" and found["closed"] == isa[12] and int(found["count"]) == len(groups))
        _insist(len({group.control for group in groups}) == len(groups))
        _insist(self.segments <= self.limits.segments and self.sets <= self.limits.sets)
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
            end=self.place + 1,
            groups=tuple(groups),
        )

    def _group(self, opener: re.Match[str]) -> Group:
        start = opener.start("gs") - 3
        gs = [element.strip() for element in opener["gs"].split(self.delimiters.element)]
        _insist(len(gs) == 8 and _GROUP_CONTROL.fullmatch(gs[5]) is not None and gs[7] != "")
        sets: list[ReceivedSet] = []
        while (found := self._next())["kind"]:
            sets.append(self._set(found, gs[0], gs[7]))
        _insist(found["trailer"] == "GE" and found["closed"] == gs[5] and int(found["count"]) == len(sets))
        _insist(len({each.message.control for each in sets}) == len(sets))
        return Group(
            functional_id=gs[0],
            sender=gs[1],
            receiver=gs[2],
            date=gs[3],
            time=gs[4],
            control=gs[5],
            version=gs[7],
            included=len(sets),
            start=start,
            end=self.place,
            sets=tuple(sets),
        )

    def _set(self, opener: re.Match[str], functional: str, version: str) -> ReceivedSet:
        start, kind, control = opener.start("kind") - 3, opener["kind"], opener["control"]
        _insist(functional_id(kind) in ("", functional) or not functional)
        inner = self._pass_over()
        found = self._next()
        _insist(found["trailer"] == "SE" and found["closed"] == control and int(found["count"]) == inner + 2)
        _insist(inner < self.limits.set_segments)
        self.segments += inner
        self.sets += 1
        end = self.place
        message = SegmentMessage(kind, control, version, self.text[start:end], self.delimiters, start)
        return ReceivedSet(message=message, start=start, end=end)

    def _next(self) -> re.Match[str]:
        """Return the envelope segment that follows."""
        found = self._envelope.match(self.text, self.place)
        if found is None or found.end() - self.place > self.limits.segment_bytes or "ISA" in found[0]:
            raise _Untidy
        self.place = found.end()
        self.segments += 1
        return found

    def _pass_over(self) -> int:
        """Step over the plain segments that follow; return how many."""
        terminator, separator, most = self.delimiters.segment, self.delimiters.element, self.limits.segment_bytes
        if scanner is not None:
            place, count = scanner.pass_over(self.body, self.place, ord(terminator), ord(separator), most)
        else:
            place, count = pass_over(self.text, self.place, terminator, separator, most)
        if place < 0:
            raise _Untidy
        self.place = place
        return count


def _insist(tidy: bool) -> None:
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
    value = f"(?:(?![{t}{e}])[!-~])"
    opens = f"ST{e}(?P<kind>[0-9A-Z]{{3}}){e}(?P<control>{value}{{1,9}}+)(?:{e}[{signs}]*+)?+|GS{e}(?P<gs>[{signs}]*+)"
    closes = f"(?P<trailer>SE|GE|IEA){e}(?P<count>[0-9]{{1,10}}+){e}(?P<closed>{value}{{1,9}}+)"
    return re.compile(f"{t}[{space}]*+(?:{opens}|{closes})(?={t})")


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
