"""Open an EDIFACT transmission of any size as its bytes come: what `decode` finds in it, in the memory of one message.

It is read three times: to see how it is written (`Lines`), for the verdicts on its envelopes (`Survey`), which come
after what they hold, and for its messages, whose character set only the end of an interchange tells.
"""

import re
from collections.abc import Generator, Iterator, Sequence

from msgspec.structs import replace

from tradelane.formats.edifact import envelope_faults
from tradelane.formats.edifact import file_faults as faults
from tradelane.formats.edifact.assemble import ENDS, SPACE, unreadable
from tradelane.formats.edifact.charset import Charset
from tradelane.formats.edifact.charsets import Charsets
from tradelane.formats.edifact.envelope import Group, Interchange, Limits, ReceivedMessage
from tradelane.formats.edifact.header import find_header, read_header, released, starts
from tradelane.formats.edifact.passing import Passing, Window, members
from tradelane.formats.edifact.plain import BYTE_ORDER_MARK, Lines, Plain
from tradelane.formats.edifact.scan import Mark, interchange_end, marks
from tradelane.formats.indentation import Indentation
from tradelane.model.finding import Finding
from tradelane.model.message import Delimiters

Event = ReceivedMessage | Group | Interchange | Finding
"""A message; then its group, without messages; then its interchange, without groups; or what is wrong with the file."""

LARGE = Limits(bytes=8 * 1024**3, messages=10_000_000, segments=10_000_000_000)

_HEAD = 2200
_HEADER_SIGNS, _ADVICE_SIGNS = 14, 11
_SPACES = re.compile(r"[ \t\r\n]*+")
_ADVICE = re.compile(r"UNA.{6}[ \r\n\t]*+", re.DOTALL)
_FILLS = {"\x1a": (" \t\r\n\x1a", faults.end_of_file), "\x00": (" \t\r\n\x00", faults.padding)}


class Reader:
    """One transmission on its way in: give it the bytes in turn, and say when that was all.

    *lines* has looked at it. Without *charsets* they are found out (``charsets``), and no text is judged by them.
    """

    def __init__(self, lines: Lines, charsets: Sequence[Charset] | None = None, limits: Limits = LARGE) -> None:
        self._lines, self._limits, self._ended = lines, limits, False
        self._plain, self._window, self._place = Plain(lines), Window(""), 0
        self._known, self.charsets = charsets, Charsets()
        self._interchanges, self.too_many, self._held = 0, False, 0
        self._indentation = Indentation()
        self._steps = self._read()

    def feed(self, chunk: bytes) -> Iterator[Event]:
        """Yield what is complete with these bytes; take all of it before you give the next."""
        self._more_text(self._plain.feed(chunk))
        return self._next()

    def end(self) -> Iterator[Event]:
        """Yield what is left: there are no more bytes."""
        self._ended = True
        self._more_text(self._plain.end())
        yield from self._next()
        if self._interchanges and self._indentation.place >= 0:
            yield faults.indentation(self._indentation.place)
        self._let_go(self._window.size)
        self.charsets.close()

    def _next(self) -> Iterator[Event]:
        for event in self._steps:
            if event is None:
                return
            yield event

    # --- the file: steps yield None where they need more bytes; places are counted from its start ---------------------
    def _read(self) -> Iterator[Event | None]:
        if self._lines.size > self._limits.bytes:
            yield faults.too_large(self._lines.size, self._limits.bytes)
            return
        if self._lines.empty:
            yield faults.empty(self._lines.size)
            return
        yield from self._look_ahead()
        yield from self._plain.findings
        if self._text.startswith(BYTE_ORDER_MARK.decode("latin-1")):
            self._place = len(BYTE_ORDER_MARK)
            yield faults.byte_order_mark()
        begin = self._place
        yield from self._pass_space()
        if self._place > begin:
            yield faults.leading_space(begin, self._place)
        yield from self._look_ahead()
        if not starts(self._text, self._here, bare=True):
            yield from self._strange(first=True)
        while self._place < self._size:
            yield from self._one()

    def _one(self) -> Iterator[Event | None]:
        """Read one interchange and what fills the file up after it, or what stands where one should."""
        yield from self._look_ahead()
        if not starts(self._text, self._here, bare=not self._interchanges):
            yield from self._strange()
        elif self._interchanges == self._limits.interchanges:
            yield from self._too_many()
        else:
            self._interchanges += 1
            yield from self._interchange()
            yield from self._fill(self._place)

    def _fill(self, before: int) -> Iterator[Event | None]:
        """Step over white space after an interchange, and over what old systems fill files up with."""
        yield from self._pass_space()
        signs, says = _FILLS.get(self._text[self._here : self._here + 1], ("", faults.padding))
        if not signs:
            return
        start = self._place
        head = yield from self._head()
        if (yield from self._seek(signs)) and self._place == self._size:
            yield says(before, self._size)
        else:
            yield faults.garbage(head, start, self._place, self._place == self._size)

    def _strange(self, first: bool = False) -> Iterator[Event | None]:
        """Name what stands at this place and belongs to no interchange; *first*: nothing was read before."""
        start = self._place
        head = yield from self._head()
        yield from self._seek()
        last = self._place == self._size
        if first and last:
            yield faults.no_interchange(head, start, self._place)
        else:
            yield faults.garbage(head, start, self._place, last)

    def _too_many(self) -> Iterator[Event | None]:
        start, self.too_many = self._place, True
        while not self._ended:
            self._place = self._size
            yield from self._more()
        self._place = self._size
        yield faults.too_many(start, self._size, self._limits)

    # --- one interchange ----------------------------------------------------------------------------------------------
    def _interchange(self) -> Iterator[Event | None]:
        start = self._place
        self._let_go(start)
        if find_header(self._text, 0) == 0:
            self.charsets.close()
        header = read_header(self._text, 0)
        findings = tuple(_moved(finding, start) for finding in header.findings)
        header = replace(header, end=header.end + start, findings=findings)
        if header.delimiters is None:
            self.charsets.none()
            self._place = start + 3
            yield from self._seek()
            yield unreadable(header, start, self._place)
            return
        self.charsets.begin(header.say(1), start)
        charset = None if self._known is None else self._known[self._interchanges - 1]
        assembly = Passing(self._window, header, header.delimiters, start, self._limits, charset)
        self._place, closed = header.end, None
        while closed is None:
            closed = yield from self._stretch(assembly)
        for group in closed.groups:
            yield from members(group)
        yield replace(closed, groups=())
        self._place = closed.end

    def _stretch(self, assembly: Passing) -> Generator[Event | None, None, Interchange | None]:
        """Read on through what is in memory; return the interchange where it ends in it, else ask for more."""
        assembly.window, text, known = self._window, self._text, self._here
        for mark in marks(text, known, assembly.delimiters, headless=assembly.headless):
            if not self._certain(mark, known, assembly.headless):
                known = mark.after
                break
            if assembly.too_many and mark.tag not in ENDS:
                yield from self._pass_by(mark.after, assembly.delimiters)
                return assembly.give_up(self._place)
            if (closed := assembly.take(_shifted(mark, self._window.base))) is not None:
                return closed
            yield from assembly.complete()
            known = mark.end
        else:
            if self._ended or find_header(text, known + assembly.headless) < len(text):
                return self._cut_short(assembly, known)
            known = _last_end(text, known, self._hold, assembly.delimiters)
        self._place = self._window.base + known
        return (yield from self._make_room(assembly))

    def _certain(self, mark: Mark, known: int, headless: bool) -> bool:
        """Say whether bytes that are still to come cannot make another mark of this one."""
        if self._ended or (mark.whole and mark.end < self._hold):
            return True
        return not mark.whole and find_header(self._text, known + headless) < len(self._text)

    def _cut_short(self, assembly: Passing, known: int) -> Interchange:
        """Close an interchange that has no UNZ: at the next header, or with the file."""
        window = self._window
        end = find_header(window.text, known + assembly.headless)
        inner = len(window.text[:end].rstrip(SPACE))
        return assembly.close(window.base + end, window.base + inner if inner else window.written, None)

    def _make_room(self, assembly: Passing) -> Generator[None, None, Interchange | None]:
        """Let go what is read, and ask for more; what keeps growing without an end is refused."""
        most, begun = self._limits.message_bytes, assembly.message
        if begun is not None and not begun.large and self._size - assembly.needed > most:
            assembly.let_go()
        to = self._place if begun is not None and begun.large else min(assembly.needed, self._place)
        assembly.measure(to)
        self._let_go(to)
        if len(self._text) > most:
            start = self._window.base
            yield from self._pass_by(self._here, assembly.delimiters)
            return assembly.give_up(self._place, envelope_faults.too_long(start, self._place, most))
        yield None
        return None

    def _pass_by(self, known: int, delimiters: Delimiters) -> Iterator[None]:
        """Go on to the end of an interchange that is refused."""
        while True:
            end = interchange_end(self._text, known, delimiters)
            if self._ended or end < self._hold:
                self._place = self._window.base + end
                return
            known = max(known, self._text.rfind(delimiters.segment, known))
            if len(self._text) - known > self._limits.message_bytes:
                known = len(self._text) - _HEADER_SIGNS
            self._place = self._window.base + known
            yield from self._more()
            known = self._here

    # --- the text in memory -------------------------------------------------------------------------------------------
    @property
    def _text(self) -> str:
        return self._window.text

    @property
    def _here(self) -> int:
        return self._place - self._window.base

    @property
    def _size(self) -> int:
        return self._window.size

    def _more_text(self, more: bytes) -> None:
        if more:
            text = more.decode("latin-1")
            self._indentation.look(text)
            self._window = self._window._replace(text=self._window.text + text)
            self._held = self._window.base + _hold(self._window.text)

    @property
    def _hold(self) -> int:
        """The first place in memory at which a header may begin that is not all there yet."""
        return max(0, self._held - self._window.base)

    def _let_go(self, to: int) -> None:
        if self._known is None:
            self.charsets.take(self._text[: to - self._window.base], self._window.base)
        self._window = self._window.from_(to)

    def _more(self) -> Iterator[None]:
        """Let go what stands before this place, and ask for more."""
        self._let_go(self._place)
        yield None

    def _look_ahead(self) -> Iterator[None]:
        """See to it that enough follows this place to read a header by, if the file has so much."""
        while not self._ended:
            advice = _ADVICE.match(self._text, self._here)
            enough = (advice.end() if advice else self._here) + _HEAD
            if enough <= len(self._text) or len(self._text) > self._limits.message_bytes:
                return
            yield from self._more()

    def _head(self) -> Generator[None, None, str]:
        """Return how the text at this place begins."""
        while not self._ended and len(self._text) - self._here < faults.SHOWN:
            yield from self._more()
        return self._text[self._here : self._here + faults.SHOWN]

    def _pass_space(self) -> Iterator[None]:
        while True:
            found = _SPACES.match(self._text, self._here)
            self._place = self._window.base + found.end() if found else self._place
            if self._ended or self._place < self._size:
                return
            yield from self._more()

    def _seek(self, signs: str = "") -> Generator[None, None, bool]:
        """Go on to the next header, or to the end; return whether nothing but *signs* was passed."""
        only = bool(signs)
        while True:
            known = self._here
            found = find_header(self._text, known)
            here = found < len(self._text) or self._ended
            to = found if here else max(known, self._hold)
            only = only and not self._text[known:to].strip(signs)
            self._place = self._window.base + to
            if here:
                return only
            yield from self._more()


def _last_end(text: str, known: int, bound: int, delimiters: Delimiters) -> int:
    """Return the last place before *bound* where a segment ends for sure; *known* is such a place."""
    found = text.rfind(delimiters.segment, known + 1, bound)
    while found > known and released(text, found, known, delimiters.release):
        found = text.rfind(delimiters.segment, known + 1, found)
    return max(known, found)


def _hold(text: str) -> int:
    most = max(0, len(text) - _HEADER_SIGNS)
    advice = text.find("UNA", max(0, len(text.rstrip(" \t\r\n")) - _ADVICE_SIGNS), most)
    return advice if advice >= 0 else most


def _shifted(mark: Mark, by: int) -> Mark:
    return Mark(mark.tag, mark.after + by, mark.start + by, mark.end + by, mark.whole)


def _moved(finding: Finding, by: int) -> Finding:
    where = finding.where
    return replace(finding, where=replace(where, start=where.start + by, end=where.end + by)) if by else finding
