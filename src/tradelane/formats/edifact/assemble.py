"""Put the envelopes of one interchange together: which message stands in which group, and what each trailer says.

A fault belongs to the smallest envelope it spoils: a wrong UNT refuses one message, a wrong UNE a group, a wrong UNZ
all.
"""

from collections.abc import Iterator, Sequence

from tradelane.formats.edifact import envelope_faults as faults
from tradelane.formats.edifact.charset import Charset, beyond_ascii, charset_of
from tradelane.formats.edifact.content import FAULTS_MAX, LINE_BREAKS, dangling, odd_characters, odd_segments
from tradelane.formats.edifact.envelope import Group, Interchange, Limits, Name, ReceivedMessage
from tradelane.formats.edifact.header import Header, find_header, read_header
from tradelane.formats.edifact.scan import Mark, interchange_end, marks
from tradelane.formats.used import UsedReferences
from tradelane.model.finding import Finding
from tradelane.model.message import Delimiters, SegmentMessage, bare, cut

SPACE = " \t\r\n\x00"
ENDS = ("UNB", "UNA", "UNZ")


def read_interchange(text: str, start: int, limits: Limits) -> Interchange:
    """Read the interchange that starts at *start*; its ``end`` is where the next one may begin."""
    header = read_header(text, start)
    if header.delimiters is None:
        return unreadable(header, start, find_header(text, start + 3))
    # Fewer bytes than segments allowed cannot hold too many: the count is for the few that could.
    if len(text) - start > limits.segments and text.count(header.delimiters.segment, start) > limits.segments:
        end = interchange_end(text, header.end, header.delimiters)
        count = text.count(header.delimiters.segment, start, end)
        if count > limits.segments:
            findings = (*header.findings, faults.too_many(start, end, count, "segments", limits.segments))
            return _interchange(header, start, end, findings)
    return Assembly(text, header, header.delimiters, start, limits).read()


def unreadable(header: Header, start: int, end: int) -> Interchange:
    """Return an interchange of which only the place is known."""
    return _interchange(header, start, end, header.findings)


def _interchange(
    header: Header, start: int, end: int, findings: Sequence[Finding], groups: Sequence[Group] = (), charset: str = ""
) -> Interchange:
    return Interchange(
        syntax=header.say(1),
        version=header.say(1, 2),
        sender=header.name(2),
        receiver=header.name(3),
        date=header.say(4),
        time=header.say(4, 2),
        control=header.say(5),
        application=header.say(7),
        acknowledge=header.say(9) == "1",
        test=header.say(11) == "1",
        decimal=header.decimal,
        charset=charset,
        delimiters=header.delimiters or Delimiters(),
        start=start,
        end=end,
        groups=tuple(groups),
        findings=tuple(findings),
        code=next((f.syntax_code or "18" for f in findings if f.severity == "error"), ""),
    )


class Draft:
    """A group or message whose trailer has not been seen yet; ``large``: its header, where its text was let go.

    ``control`` is empty for a group without UNG.
    """

    def __init__(self, mark: Mark, elements: list[list[str]], control: str) -> None:
        self.mark, self.elements, self.control = mark, elements, control
        self.findings: list[Finding] = []
        self.messages: list[ReceivedMessage] = []
        self.count, self.large = 0, ""
        self.odd: list[Mark] = []

    def say(self, element: int, component: int = 1) -> str:
        """Return a component of the header, trimmed; empty when absent."""
        return _at(self.elements, element, component)


class Assembly:
    """One interchange while it is read: the envelopes open now, and all that is closed already.

    Whoever reads a file as it comes takes closed messages and groups away, and says what of the text is still there.
    """

    def __init__(self, text: str, header: Header, delimiters: Delimiters, start: int, limits: Limits) -> None:
        self.text, self.header, self.delimiters = text, header, delimiters
        self.start, self.limits = start, limits
        self.findings, self.groups = list(header.findings), list[Group]()
        self.controls, self.references = UsedReferences(), UsedReferences()
        self.group: Draft | None = None
        self.message: Draft | None = None
        self.charset = Charset("", "")
        self.last = header.end
        self.count, self.grouped = 0, 0

    def read(self) -> Interchange:
        """Walk from mark to mark until UNZ, the next header, or the end."""
        bound = find_header(self.text, self.header.end + (1 if self.header.missing else 0))
        self.charset = charset_of(self.header.say(1), self.text[self.start : bound])
        for mark in marks(self.text, self.header.end, self.delimiters, headless=self.header.missing):
            if self.too_many and mark.tag not in ENDS:
                return self.give_up(interchange_end(self.text, mark.after, self.delimiters))
            if (found := self.take(mark)) is not None:
                return found
        return self.close(bound, self.start + len(self.text[self.start : bound].rstrip(SPACE)), None)

    @property
    def too_many(self) -> bool:
        """Whether it holds more than we take."""
        return self.count > self.limits.messages

    def cut(self, start: int, end: int) -> str:
        """Return what stands between two places."""
        return self.text[start:end]

    def take(self, mark: Mark) -> Interchange | None:
        """Go on to *mark*; return the interchange when it ends there."""
        if mark.tag in ("UNB", "UNA"):
            return self.close(mark.start, mark.after, None)
        if mark.tag == "UNZ":
            self._look_between(mark)
            return self.close(mark.end + mark.whole, mark.after, mark)
        self._take(mark)
        return None

    def _take(self, mark: Mark) -> None:
        inside = self.message
        self._look_between(mark)
        match mark.tag:
            case "UNG":
                self._close_group(mark.after, None)
                self._open_group(mark)
            case "UNH":
                self._open_message(mark)
            case "UNT" if inside is not None:
                self._close_message(mark.end, mark)
            case "UNE" if self.group is not None and self.group.control:
                self._close_group(mark.end, mark)
            case _ if inside is not None and inside.large:
                pass  # It is refused already.
            case _ if inside is not None:
                inside.odd.append(mark)
            case _:
                self._add_stray(mark.start, mark.end, mark.tag)
        self.last = mark.end

    def _look_between(self, mark: Mark) -> None:
        if self.message is None and mark.after > self.last:
            self._add_stray(self.last + 1, mark.after, "")

    def _add_stray(self, start: int, end: int, tag: str) -> None:
        if self.delimiters.segment in LINE_BREAKS and not self.cut(start, end).strip():
            return
        found = self.findings if self.group is None else self.group.findings
        if len(found) < FAULTS_MAX:
            found.append(faults.stray(start, end, self.cut(start, end), tag))

    def _elements(self, mark: Mark) -> list[list[str]]:
        signs = self.delimiters
        pieces = cut(self.cut(mark.start, mark.end), signs.element, signs.release)
        return [[bare(one, signs.release) for one in cut(piece, signs.component, signs.release)] for piece in pieces]

    def _open_group(self, mark: Mark) -> None:
        elements = self._elements(mark)
        control = _at(elements, 5)
        self.group = Draft(mark, elements, control or "?")
        self.grouped += 1
        self.group.findings.extend(faults.group_header(control, mark, repeated=control in self.controls))
        self.controls.add(control)

    def _open_message(self, mark: Mark) -> None:
        self._close_message(mark.after, None)
        if self.group is None:
            self.group = Draft(mark, [], "")
            if self.grouped:
                self.findings.append(faults.mixed(mark))
        elements = self._elements(mark)
        self.message = Draft(mark, elements, _at(elements, 1))
        self.count += 1

    def _close_message(self, end: int, trailer: Mark | None) -> None:
        """Cut the open message, if any, out of the text, and judge its header, its trailer, and what it holds."""
        draft, group = self.message, self.group
        self.message = None
        if draft is None or group is None:
            return
        control, kind, start = draft.control, draft.say(2), draft.mark.start
        version = draft.say(2, 2) + draft.say(2, 3)
        key = f"{group.control}/{control}"
        found = faults.message_header(kind, version, control, draft.mark, repeated=key in self.references)
        self.references.add(key)
        message = SegmentMessage(
            kind,
            control,
            version,
            draft.large or self.cut(start, end),
            self.delimiters,
            start,
            association=draft.say(2, 5),
            charset=self.charset.name,
        )
        if trailer is None:
            found.append(faults.missing("UNT", "UNH", control, end))
        elif not draft.large:
            found.extend(self._judge_trailer(message, draft, trailer))
        if draft.large:
            found.append(faults.message_too_large(start, end, self.limits.message_bytes, control))
        elif (count := message.text.count(self.delimiters.segment)) > self.limits.message_segments:
            found.append(faults.message_too_long(start, end, count, self.limits.message_segments, control))
        codes = tuple(dict.fromkeys(f.syntax_code for f in found if f.severity == "error" and f.syntax_code))
        found.extend(self._content_faults(message, draft.odd))
        group.count += 1
        group.messages.append(
            ReceivedMessage(message=message, start=start, end=end, findings=tuple(found), codes=codes)
        )

    def _content_faults(self, message: SegmentMessage, odd: list[Mark]) -> Iterator[Finding]:
        yield from odd_segments(message, odd)
        yield from odd_characters(message, self.charset)

    def _judge_trailer(self, message: SegmentMessage, draft: Draft, trailer: Mark) -> list[Finding]:
        elements = self._elements(trailer)
        release = self.delimiters.release
        if draft.odd or (release and release in message.text):
            counted = len(message.segments)
        else:
            counted = message.text.count(self.delimiters.segment) + 1
        found = faults.reference("UNT", message.control, _at(elements, 2), trailer)
        what = "segments (UNH and UNT included)"
        return found + faults.count("UNT", _at(elements, 1), counted, what, trailer, message.control)

    def _close_group(self, end: int, trailer: Mark | None) -> None:
        self._close_message(trailer.after if trailer else end, None)
        draft, self.group = self.group, None
        if draft is None:
            return
        found, included = draft.findings, -1
        if draft.control and trailer is None:
            found.append(faults.missing("UNE", "UNG", draft.control, end))
        elif trailer is not None:
            elements = self._elements(trailer)
            said = _at(elements, 1)
            included = int(said) if said.isascii() and said.isdigit() and len(said) < 10 else -1
            found.extend(faults.reference("UNE", draft.say(5), _at(elements, 2), trailer))
            found.extend(faults.count("UNE", said, draft.count, "messages", trailer))
        self.groups.append(
            Group(
                kind=draft.say(1),
                sender=Name(draft.say(2), draft.say(2, 2)),
                receiver=Name(draft.say(3), draft.say(3, 2)),
                control=draft.say(5),
                version=draft.say(7) + draft.say(7, 2),
                included=included,
                start=draft.mark.start,
                end=end,
                messages=tuple(draft.messages),
                findings=tuple(found),
            )
        )

    def close(self, end: int, inner_end: int, trailer: Mark | None) -> Interchange:
        """Return the interchange, which ends at *end*; what was open in it ends at *inner_end* if not at a trailer."""
        self._close_group(inner_end, None)
        control = self.header.say(5)
        if trailer is not None:
            elements = self._elements(trailer)
            counted, what = (self.grouped, "groups") if self.grouped else (self.count, "messages")
            self.findings.extend(faults.reference("UNZ", control, _at(elements, 2), trailer))
            self.findings.extend(faults.count("UNZ", _at(elements, 1), counted, what, trailer))
            if not self.count:
                self.findings.append(faults.nothing(trailer))
            if not trailer.whole:
                self.findings.append(faults.unterminated("UNZ", trailer))
        elif not self.header.missing:
            self.findings.append(faults.missing("UNZ", "UNB", control, inner_end))
        self.findings.extend(self._text_faults(trailer.end if trailer else inner_end, end))
        return _interchange(self.header, self.start, end, self.findings, self.groups, self.charset.name)

    def _text_faults(self, last: int, end: int) -> list[Finding]:
        """Say what only all of its text tells; its last segment ends at *last*."""
        place = dangling(self.text, self.start, last, self.delimiters)
        released = [faults.release(place)] if place >= 0 else []
        return [*released, *self._too_long(end), *self._charset_faults(end)]

    def _charset_faults(self, end: int) -> list[Finding]:
        declared, name = self.charset.declared, self.charset.name
        if not declared or name == declared:
            return []
        place = self.start + beyond_ascii(self.text[self.start : end])
        return [faults.character_set(self.header.say(1), self.charset, place)] if place >= self.start else []

    def _too_long(self, end: int) -> list[Finding]:
        """Look for a segment over the limit; what as a whole fits holds none."""
        most, place = self.limits.segment_bytes, self.start
        if end - self.start <= most:
            return []
        for piece in self.text[place:end].split(self.delimiters.segment):
            if len(piece) > most:
                return [faults.too_long(place, place + len(piece), most)]
            place += len(piece) + 1
        return []

    def give_up(self, end: int, why: Finding | None = None) -> Interchange:
        """Return the interchange, refused because it holds too much; it ends at *end*."""
        most = self.limits.messages
        self.findings.append(why or faults.too_many(self.start, end, self.count, "messages and more", most))
        return _interchange(self.header, self.start, end, self.findings)


def _at(elements: list[list[str]], number: int, component: int = 1) -> str:
    """Return a component of a segment cut with its tag first, trimmed; empty when absent."""
    pieces = elements[number] if number < len(elements) else []
    return pieces[component - 1].strip() if component <= len(pieces) else ""
