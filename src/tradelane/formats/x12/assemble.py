"""Put the envelopes of one interchange together: which set stands in which group, and what each trailer says of them.

A fault belongs to the smallest envelope it spoils: a wrong SE refuses one set, a wrong GE a group, a wrong IEA all.
"""

from collections.abc import Sequence
from typing import NamedTuple

from tradelane.formats.used import Used
from tradelane.formats.x12 import envelope_faults as faults
from tradelane.formats.x12.content import FAULTS_MAX, LINE_BREAKS, control_characters, odd_segments
from tradelane.formats.x12.envelope import Group, Interchange, Limits, ReceivedSet, Ta1
from tradelane.formats.x12.header import Header, find_header, read_header
from tradelane.formats.x12.scan import Mark, binary_place, interchange_end, marks
from tradelane.formats.x12.tidy import Tidy
from tradelane.model.finding import Finding
from tradelane.model.message import Delimiters, SegmentMessage

_SPACE = " \t\r\n"


def read_interchange(body: bytes, text: str, start: int, limits: Limits) -> Interchange:
    """Read the interchange whose ISA stands at *start*; its ``end`` is where the next one may begin."""
    header = read_header(text, start)
    if header.delimiters is None:
        return unreadable(header, start, find_header(text, start + 3))
    if (tidy := Tidy(body, text, header, header.delimiters, limits).opened(start)) is not None:
        return tidy
    # Fewer bytes than segments allowed cannot hold too many: the count is for the few that could.
    if len(text) - start > limits.segments and text.count(header.delimiters.segment, start) > limits.segments:
        end = interchange_end(text, header.end, header.delimiters)
        count = text.count(header.delimiters.segment, start, end)
        if count > limits.segments:
            findings = (*header.findings, faults.too_many(start, end, count, "segments", limits.segments))
            return _interchange(header, start, end, header.delimiters, findings)
    return _walked(text, Assembly(Window(text), header, header.delimiters, start, limits))


def _walked(text: str, assembly: "Assembly") -> Interchange:
    """Walk from mark to mark until IEA, the next header, or the end."""
    for mark in marks(text, assembly.last, assembly.delimiters):
        if assembly.too_many:
            return assembly.give_up(interchange_end(text, mark.after, assembly.delimiters))
        if (found := assembly.take(mark)) is not None:
            return found
    end = find_header(text, assembly.last)
    return assembly.close(end, assembly.start + len(text[assembly.start : end].rstrip(_SPACE)), None)


def unreadable(header: Header, start: int, end: int) -> Interchange:
    """Return an interchange of which nothing can be read but, as far as it goes, its header."""
    return _interchange(header, start, end, Delimiters(), header.findings)


def _interchange(
    header: Header,
    start: int,
    end: int,
    delimiters: Delimiters,
    findings: Sequence[Finding],
    groups: Sequence[Group] = (),
    ta1s: Sequence[Ta1] = (),
) -> Interchange:
    isa = header.elements
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
        delimiters=delimiters,
        start=start,
        end=end,
        groups=tuple(groups),
        ta1s=tuple(ta1s),
        findings=tuple(findings),
        code=next((f.syntax_code or "024" for f in findings if f.severity == "error"), "000"),
    )


class Window(NamedTuple):
    """What of a file is in memory: its characters from ``base`` on. Places are counted in the whole file."""

    text: str
    base: int = 0

    def cut(self, start: int, end: int) -> str:
        """Return what stands between two places."""
        return self.text[start - self.base : end - self.base]


class _Draft:
    """A group or set whose trailer has not been seen yet; ``large``: its text was let go."""

    def __init__(self, mark: Mark, elements: list[str]) -> None:
        self.mark, self.elements = mark, elements
        self.findings: list[Finding] = []
        self.sets: list[ReceivedSet] = []
        self.controls, self.count, self.large = Used(), 0, False
        self.odd: list[Mark] = []
        self.binary: list[tuple[int, int]] = []


class Assembly:
    """One interchange while it is read: the envelopes open now, and all that is closed already.

    Whoever reads a file a stretch at a time takes closed sets and groups away and moves the window, but not past
    `needed`.
    """

    def __init__(self, window: Window, header: Header, delimiters: Delimiters, start: int, limits: Limits) -> None:
        self.window, self.header, self.delimiters = window, header, delimiters
        self.start, self.limits = start, limits
        self.findings, self.groups, self.ta1s = list(header.findings), list[Group](), list[Ta1]()
        self.controls, self.count = Used(), 0
        self.group: _Draft | None = None
        self.set: _Draft | None = None
        self.binary: list[tuple[int, int]] = []
        self.last = header.end
        self.sets = 0
        self._measured, self._too_long = start, list[Finding]()
        self._counted, self._segments = start, 0

    @property
    def too_many(self) -> bool:
        """Whether it holds more than we take."""
        return self.sets > self.limits.sets or self.count > self.limits.groups

    @property
    def needed(self) -> int:
        """The place from which on the text is looked at again."""
        return self.set.mark.after if self.set is not None and not self.set.large else self.last

    def let_go(self) -> None:
        """Refuse the open set, alone, for its size: its text need not be kept."""
        if self.set is not None:
            self.set.large, self.set.odd, self.set.binary = True, [], []

    def take(self, mark: Mark) -> Interchange | None:
        """Go on to *mark*; return the interchange when it ends there."""
        if mark.tag == "ISA":
            return self.close(mark.start, mark.after, None)
        if mark.tag == "IEA":
            self._look_between(mark)
            return self.close(mark.end + mark.whole, mark.after, mark)
        self._take(mark)
        return None

    def _take(self, mark: Mark) -> None:
        inside = self.set
        self._look_between(mark)
        match mark.tag:
            case "GS":
                self._close_group(mark.after, None)
                self._open_group(mark)
            case "ST":
                self._open_set(mark)
            case "SE" if inside is not None:
                self._close_set(mark.end, mark)
            case "GE" if self.group is not None:
                self._close_group(mark.end, mark)
            case "BIN" | "BDS" if inside is not None and mark.whole:
                base = self.window.base
                begin = base + binary_place(self.window.text, mark.start - base, self.delimiters.element)
                if not inside.large:
                    inside.binary.append((begin - inside.mark.start, mark.end - inside.mark.start))
                self.binary.append((mark.start, mark.end))
            case "TA1" if inside is None and self.group is None:
                self._take_ta1(mark)
            case "TA1" if inside is not None:
                pass  # Inside a set its map knows best that it does not belong there.
            case _ if inside is not None and inside.large:
                pass  # It is refused already.
            case _ if inside is not None:
                inside.odd.append(mark)
            case _:
                self._add_stray(mark.start, mark.end)
        self.last = mark.end

    def _look_between(self, mark: Mark) -> None:
        if self.set is None and mark.after != self.last:
            self._add_stray(self.last + 1, mark.after)

    def _add_stray(self, start: int, end: int) -> None:
        if self.delimiters.segment in LINE_BREAKS and not self.window.cut(start, end).strip():
            return
        found = self.findings if self.group is None else self.group.findings
        if len(found) < FAULTS_MAX:
            found.append(faults.stray(start, end, self.window.cut(start, end), self.group is not None))

    def _elements(self, mark: Mark) -> list[str]:
        return self.window.cut(mark.start, mark.end).split(self.delimiters.element)

    def _open_group(self, mark: Mark) -> None:
        self.group = _Draft(mark, self._elements(mark))
        control = faults.at(self.group.elements, 6)
        self.group.findings.extend(faults.group_header(self.group.elements, mark, control in self.controls))
        self.controls.add(control)

    def _open_set(self, mark: Mark) -> None:
        self._close_set(mark.after, None)
        if self.group is None:
            self.findings.append(faults.no_group(mark))
            self.group = _Draft(mark, [])
        self.set = _Draft(mark, self._elements(mark))
        self.sets += 1

    def _close_set(self, end: int, trailer: Mark | None) -> None:
        """Cut the open set, if any, out of the text, and judge its header, its trailer and what is no segment in it."""
        draft, group = self.set, self.group
        self.set = None
        if draft is None or group is None:
            return
        kind, control = faults.at(draft.elements, 1), faults.at(draft.elements, 2)
        found = faults.set_header(draft.elements, draft.mark, faults.at(group.elements, 1), control in group.controls)
        group.controls.add(control)
        group.count += 1
        start = draft.mark.start
        message = SegmentMessage(
            kind,
            control,
            faults.at(group.elements, 8),
            self.delimiters.element.join(draft.elements) if draft.large else self.window.cut(start, end),
            self.delimiters,
            start,
            tuple(draft.binary),
        )
        if trailer is None:
            found.append(faults.missing("SE", "ST", control, end, "2"))
        elif not draft.large:
            found.extend(self._judge_trailer(message, draft, trailer))
        if draft.large:
            found.append(faults.set_too_large(start, end, self.limits.set_bytes, control))
        elif (count := message.text.count(self.delimiters.segment)) > self.limits.set_segments:
            found.append(faults.set_too_long(start, end, count, self.limits.set_segments, control))
        codes = tuple(dict.fromkeys(f.syntax_code for f in found if f.severity == "error" and f.syntax_code))
        found.extend(odd_segments(message, draft.odd))
        found.extend(control_characters(message, message.text.encode("latin-1")))
        group.sets.append(ReceivedSet(message=message, start=start, end=end, findings=tuple(found), codes=codes))

    def _judge_trailer(self, message: SegmentMessage, draft: _Draft, trailer: Mark) -> list[Finding]:
        elements = self._elements(trailer)
        if draft.odd or draft.binary:
            counted = len(message.segments)
        else:
            counted = message.text.count(self.delimiters.segment) + 1
        found = faults.controls("SE", message.control, faults.at(elements, 2), trailer, "3")
        said = faults.at(elements, 1)
        return found + faults.counts(
            "SE", said, counted, "segments (ST and SE included)", trailer, "4", message.control
        )

    def _close_group(self, end: int, trailer: Mark | None) -> None:
        self._close_set(trailer.after if trailer else end, None)
        draft, self.group = self.group, None
        if draft is None:
            return
        gs, found, included = draft.elements, draft.findings, -1
        control = faults.at(gs, 6)
        if trailer is None:
            found.append(faults.missing("GE", "GS", control, end, "3"))
        else:
            elements = self._elements(trailer)
            included = faults.number_of(faults.at(elements, 1))
            found.extend(faults.controls("GE", control, faults.at(elements, 2), trailer, "4"))
            found.extend(faults.counts("GE", faults.at(elements, 1), draft.count, "transaction sets", trailer, "5"))
        self.count += 1
        self.groups.append(
            Group(
                functional_id=faults.at(gs, 1),
                sender=faults.at(gs, 2),
                receiver=faults.at(gs, 3),
                date=faults.at(gs, 4),
                time=faults.at(gs, 5),
                control=control,
                version=faults.at(gs, 8),
                included=included,
                start=draft.mark.start,
                end=end,
                sets=tuple(draft.sets),
                findings=tuple(found),
                codes=tuple(dict.fromkeys(f.syntax_code for f in found if f.severity == "error" and f.syntax_code)),
            )
        )

    def _take_ta1(self, mark: Mark) -> None:
        ta1 = self._elements(mark)
        control, date, time, verdict, code = (faults.at(ta1, number) for number in range(1, 6))
        self.ta1s.append(Ta1(control=control, date=date, time=time, verdict=verdict, code=code or "000"))

    def close(self, end: int, inner_end: int, trailer: Mark | None) -> Interchange:
        """Return the interchange, which ends at *end*; what was open in it ends at *inner_end* if not at a trailer."""
        self._close_group(inner_end, None)
        control = self.header.elements[12]
        if trailer is None:
            self.findings.append(faults.missing("IEA", "ISA", control, inner_end, "023"))
        else:
            elements = self._elements(trailer)
            said = faults.at(elements, 1)
            # A TA1 travels without a group; some senders count it as one.
            counted = 1 if self.ta1s and not self.count and said == "1" else self.count
            self.findings.extend(faults.controls("IEA", control, faults.at(elements, 2), trailer, "001"))
            self.findings.extend(faults.counts("IEA", said, counted, "functional groups", trailer, "021"))
            if not trailer.whole:
                self.findings.append(faults.unterminated("IEA", trailer))
        self.measure(end, ended=True)
        if (count := self._segments) > self.limits.segments:
            self.findings = [*self.header.findings]
            return self.give_up(end, faults.too_many(self.start, end, count, "segments", self.limits.segments))
        return _interchange(
            self.header, self.start, end, self.delimiters, (*self.findings, *self._too_long), self.groups, self.ta1s
        )

    def measure(self, end: int, ended: bool = False) -> None:
        """Look on for a segment over the limit; what as a whole fits holds none. Binary data has its own length.

        The text may be let go up to *end*, a terminator; or, where it has *ended*, the end of all.
        """
        most, place, sign = self.limits.segment_bytes, self._measured, self.delimiters.segment
        self._segments += self.window.cut(self._counted, end).count(sign)
        self._counted = end
        if self._too_long or (ended and end - place <= most and not self.binary):
            return
        passed = [each for each in self.binary if each[1] <= end]
        for begin, stop in (*passed, (end, end)):
            for piece in self.window.cut(place, begin).split(sign):
                if len(piece) > most:
                    self._too_long = [faults.too_long(place, place + len(piece), most)]
                    return
                place += len(piece) + 1
            place = stop + 1
        self.binary, self._measured = self.binary[len(passed) :], place

    def give_up(self, end: int, why: Finding | None = None) -> Interchange:
        """Return the interchange, refused because it holds too much; it ends at *end*."""
        most = self.limits.sets
        self.findings.append(why or faults.too_many(self.start, end, self.sets, "transaction sets and more", most))
        return _interchange(self.header, self.start, end, self.delimiters, self.findings)
