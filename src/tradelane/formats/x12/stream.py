"""Open an X12 transmission of any size as its bytes come: what `decode` finds in it, in the memory of one set.

Each envelope comes after what it holds, for only its trailer says whether that may be used. Whoever acts on what a
file says therefore reads it twice: first for the verdicts, then for the sets.
"""

import re
import sys
from collections.abc import Generator, Iterable, Iterator

from msgspec.structs import replace

from tradelane.formats.indentation import Indentation
from tradelane.formats.x12 import file_faults as faults
from tradelane.formats.x12.assemble import Assembly, Window, unreadable
from tradelane.formats.x12.envelope import Group, Interchange, Limits, ReceivedSet
from tradelane.formats.x12.envelope_faults import too_large
from tradelane.formats.x12.header import ISA_LENGTH, LOOSE_LENGTH, find_header, read_header
from tradelane.formats.x12.plain import Plain
from tradelane.formats.x12.scan import Mark, binary_stop, interchange_end, marks
from tradelane.model.finding import Finding
from tradelane.model.message import Delimiters

Event = ReceivedSet | Group | Interchange | Finding
"""A set; then its group, without sets; then its interchange, without groups; or what is wrong with the file itself."""

LARGE = Limits(bytes=8 * 1024**3, sets=10_000_000, segments=10_000_000_000)

_AHEAD = LOOSE_LENGTH + ISA_LENGTH
_SPACES = re.compile(r"[ \t\r\n]*+")
_SPACE, _BLANK, _PADDING = " \t\r\n", " \t\r\n\x0b\x0c", " \t\r\n\x1a\x00"


def events(chunks: Iterable[bytes], limits: Limits = LARGE) -> Iterator[Event]:
    """Yield what stands in the transmission that *chunks* make up, however they are cut."""
    reader = Reader(limits)
    for chunk in chunks:
        yield from reader.feed(chunk)
    yield from reader.end()


class Reader:
    """One transmission on its way in: give it the bytes in turn, and say when that was all."""

    def __init__(self, limits: Limits = LARGE) -> None:
        self._limits, self._ended = limits, False
        self._text, self._base, self._place = "", 0, 0
        self._written = 0  # Where the last character ends that was let go and is no white space.
        self._blank, self._padding = True, ""
        self._interchanges, self._plain, self._indentation = 0, Plain(), Indentation()
        self._notes: list[Finding] = []
        self._steps = self._read()

    def feed(self, chunk: bytes) -> Iterator[Event]:
        """Yield what is complete with these bytes; take all of it before you give the next."""
        self._take(self._plain.feed(chunk))
        if self._size > self._limits.bytes:
            self._steps = iter((faults.too_large(self._size, self._limits.bytes),))
            self._text, self._limits = "", replace(self._limits, bytes=sys.maxsize)
        return self._next()

    def end(self) -> Iterator[Event]:
        """Yield what is left: there are no more bytes."""
        self._ended = True
        self._take(self._plain.end())
        yield from self._next()
        if self._interchanges and self._indentation.place >= 0:
            yield faults.indentation(self._indentation.place)

    def _take(self, more: bytes) -> None:
        text = more.decode("latin-1")
        self._text += text
        self._indentation.look(text)

    def _next(self) -> Iterator[Event]:
        for event in self._steps:
            if event is None:
                return
            yield event

    # --- the file: steps yield None where they need more bytes; places are counted from its start ---------------------
    def _read(self) -> Iterator[Event | None]:
        yield from self._look_ahead()
        head = self._text[:3].encode("latin-1")
        self._notes = [*self._plain.findings]
        if head == faults.BYTE_ORDER_MARK:
            self._notes.append(faults.byte_order_mark())
            self._place, self._blank = 3, False
        begin = self._place
        yield from self._pass_space()
        if self._place > begin:
            self._notes.append(faults.leading_space(begin, self._place))
        while self._place < self._size:
            yield from self._one()
        if not self._interchanges and self._blank:
            yield faults.empty(self._size)
        elif self._notes:
            yield from self._said()
            yield faults.no_interchange("", self._place, self._place)

    def _one(self) -> Iterator[Event | None]:
        """Read one interchange and the white space after it, or what stands where one should."""
        end = self._place
        if not self._text.startswith("ISA", end - self._base):
            yield from self._strange(end)
        elif self._interchanges == self._limits.interchanges:
            yield from self._too_many(end)
        else:
            yield from self._said()
            self._interchanges += 1
            yield from self._interchange()
            end = self._place
            yield from self._pass_space()
            if self._text.startswith(("\x1a", "\x00"), self._place - self._base):
                self._padding = self._text[self._place - self._base]
                yield from self._strange(end)
                self._padding = ""
        yield from self._look_ahead()

    def _said(self) -> Iterator[Finding]:
        yield from self._notes
        self._notes = []

    def _strange(self, before: int) -> Iterator[Event | None]:
        """Name what stands at this place and belongs to no interchange; the last one ends at *before*."""
        yield from self._look_ahead()
        start = self._place
        head = self._text[start - self._base : start - self._base + faults.SHOWN]
        yield from self._seek()
        last = self._place == self._size
        if last and self._padding:
            yield faults.filled_up(self._padding, before, self._place)
        elif last and not self._interchanges:
            if not self._blank:
                yield from self._said()
                yield faults.no_interchange(head, start, self._place)
        else:
            yield from self._said()
            yield faults.garbage(head, start, self._place, last)

    def _too_many(self, start: int) -> Iterator[Event | None]:
        while not self._ended:
            self._place = self._size
            yield from self._more()
        self._place = self._size
        yield faults.too_many(start, self._size, self._limits)

    # --- one interchange ----------------------------------------------------------------------------------------------
    def _interchange(self) -> Iterator[Event | None]:
        start, base = self._place, self._base
        header = read_header(self._text, start - base)
        findings = tuple(_moved(finding, base) for finding in header.findings)
        header = replace(header, end=header.end + base, findings=findings)
        if header.delimiters is None:
            self._place = start + len("ISA")
            yield from self._seek()
            yield unreadable(header, start, self._place)
            return
        self._place = header.end
        assembly = Assembly(Window(self._text, base), header, header.delimiters, start, self._limits)
        closed = None
        while closed is None:
            closed = yield from self._stretch(assembly)
        for group in closed.groups:
            yield from _members(group)
        yield replace(closed, groups=())
        self._place = closed.end

    def _stretch(self, assembly: Assembly) -> Generator[Event | None, None, Interchange | None]:
        """Read on through what is in memory; return the interchange where it ends in it, else ask for more."""
        assembly.window, sign = Window(self._text, self._base), assembly.delimiters.segment
        known = self._place - self._base
        for mark in marks(self._text, known, assembly.delimiters):
            if not self._certain(mark, assembly.delimiters):
                known = self._before(mark.after + 1, known, sign)
                break
            if assembly.too_many:
                yield from self._pass_by(mark.after, assembly.delimiters)
                return assembly.give_up(self._place)
            if (closed := assembly.take(_shifted(mark, self._base))) is not None:
                return closed
            yield from _complete(assembly)
            known = mark.end
        else:
            if self._ended or find_header(self._text, known) < len(self._text):
                return self._cut_short(assembly, known)
            known = self._before(len(self._text), known, sign)
        self._place = self._base + known
        return (yield from self._make_room(assembly))

    def _certain(self, mark: Mark, delimiters: Delimiters) -> bool:
        """Say whether bytes that are still to come cannot make another mark of this one."""
        text, size = self._text, len(self._text)
        if self._ended:
            return True
        if mark.tag in ("BIN", "BDS") and not mark.whole:
            stop = binary_stop(text, mark.start, delimiters)
            if stop + ISA_LENGTH > size and stop - mark.start <= self._limits.set_bytes:
                return False
        if mark.end + ISA_LENGTH > size:
            return False
        return text.startswith(delimiters.segment, mark.end) or find_header(text, mark.after) < size

    def _before(self, end: int, known: int, sign: str) -> int:
        """Return the last terminator before *end* behind which no header can begin of which more is still to come."""
        return max(known, self._text.rfind(sign, known, max(known, min(end, len(self._text) - ISA_LENGTH))))

    def _cut_short(self, assembly: Assembly, known: int) -> Interchange:
        """Close an interchange that has no IEA: at the next header, or with the file."""
        end = find_header(self._text, known)
        inner = len(self._text[:end].rstrip(_SPACE))
        return assembly.close(self._base + end, self._base + inner if inner else self._written, None)

    def _make_room(self, assembly: Assembly) -> Generator[None, None, Interchange | None]:
        """Let go what is read, and ask for more; what keeps growing without an end is refused."""
        most, begun = self._limits.set_bytes, assembly.set
        if begun is not None and self._size - assembly.needed > most:
            assembly.let_go()
        to = self._place if begun is not None and begun.large else min(assembly.needed, self._place)
        assembly.measure(to)
        self._let_go(to)
        if len(self._text) > most:
            start = self._base
            yield from self._pass_by(self._place - self._base, assembly.delimiters)
            return assembly.give_up(self._place, too_large(start, self._place, most))
        yield None
        return None

    def _pass_by(self, known: int, delimiters: Delimiters) -> Iterator[None]:
        """Go on to the end of an interchange that is refused."""
        while True:
            end = interchange_end(self._text, known, delimiters)
            if self._ended or end + ISA_LENGTH <= len(self._text):
                self._place = self._base + end
                return
            known = max(known, self._text.rfind(delimiters.segment, known))
            if len(self._text) - known > self._limits.set_bytes:
                known = len(self._text) - ISA_LENGTH
            self._place = self._base + known
            yield from self._more()
            known = self._place - self._base

    # --- the bytes in memory ------------------------------------------------------------------------------------------
    @property
    def _size(self) -> int:
        return self._base + len(self._text)

    def _let_go(self, to: int) -> None:
        if written := len(self._text[: to - self._base].rstrip(_SPACE)):
            self._written = self._base + written
        self._text, self._base = self._text[to - self._base :], to

    def _more(self) -> Iterator[None]:
        """Let go what stands before this place, and ask for more."""
        self._let_go(self._place)
        yield None

    def _look_ahead(self) -> Iterator[None]:
        """See to it that enough follows this place to know a header by, if the file has so much."""
        while not self._ended and self._size - self._place < _AHEAD:
            yield from self._more()

    def _pass_space(self) -> Iterator[None]:
        while True:
            found = _SPACES.match(self._text, self._place - self._base)
            self._place = self._base + found.end() if found else self._place
            if self._ended or self._place < self._size:
                return
            yield from self._more()

    def _seek(self) -> Iterator[None]:
        """Go on to the next header, or to the end; note whether nothing but blanks or padding was passed."""
        while True:
            known = self._place - self._base
            found = find_header(self._text, known)
            here = found < len(self._text) or self._ended
            to = found if here else max(known, len(self._text) - ISA_LENGTH + 1)
            passed = self._text[known:to]
            self._blank = self._blank and not passed.strip(_BLANK)
            self._padding = "" if passed.strip(_PADDING) else self._padding
            self._place = self._base + to
            if here:
                return
            yield from self._more()


def _complete(assembly: Assembly) -> Iterator[Event]:
    """Take away the groups and sets that are closed."""
    for group in assembly.groups:
        yield from _members(group)
    assembly.groups.clear()
    if assembly.group is not None:
        yield from assembly.group.sets
        assembly.group.sets.clear()


def _members(group: Group) -> Iterator[Event]:
    yield from group.sets
    yield replace(group, sets=())


def _shifted(mark: Mark, by: int) -> Mark:
    return Mark(mark.tag, mark.after + by, mark.start + by, mark.end + by, mark.whole)


def _moved(finding: Finding, by: int) -> Finding:
    where = finding.where
    return replace(finding, where=replace(where, start=where.start + by, end=where.end + by)) if by else finding
