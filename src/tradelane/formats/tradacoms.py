"""TRADACOMS, the older syntax of British retail, for reading only: STX to END around messages MHD to MTR.

Tags end with ``=``, elements with ``+``, components with ``:``; ``?`` releases. A file may hold batches (BAT to EOB).
"""

import re
from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from tradelane.formats.fault import fault as named_fault
from tradelane.formats.fault import shown
from tradelane.model.finding import Finding
from tradelane.model.message import Delimiters, SegmentMessage, bare, cut

DELIMITERS = Delimiters(segment="'", element="+", component=":", repetition="", release="?")
MESSAGES_MAX = 100_000
BYTES_MAX = 25 * 1024 * 1024

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_TAG = re.compile(r"[A-Z]{3}\Z")
_ENVELOPES = ("STX", "BAT", "EOB", "END")
_SPACE = " \t\r\n\x00\x1a"


class Received(Struct, frozen=True, kw_only=True):
    """One message as it arrived: MHD to MTR."""

    message: SegmentMessage
    start: int
    end: int
    findings: tuple[Finding, ...] = ()

    @property
    def refused(self) -> bool:
        """Whether this message, and only this one, must not be processed."""
        return any(finding.severity == "error" for finding in self.findings)


class File(Struct, frozen=True, kw_only=True):
    """One transmission: who sends to whom under which reference (STX), its messages, what is wrong with it."""

    sender: str = ""
    receiver: str = ""
    reference: str = ""
    messages: tuple[Received, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def refused(self) -> bool:
        """Whether nothing of the file may be processed."""
        return any(finding.severity == "error" for finding in self.findings)

    @property
    def all_findings(self) -> tuple[Finding, ...]:
        """Everything wrong anywhere in the file, outermost first."""
        return (*self.findings, *(finding for each in self.messages for finding in each.findings))


class _Cut(Struct, frozen=True):
    """A segment as cut from the file: its tag, where it starts and ends, whether a terminator ends it."""

    tag: str
    start: int
    end: int
    whole: bool = True


def decode(body: bytes) -> File:
    """Open *body*. Never raises: whatever cannot be read is named by a finding."""
    if len(body) > BYTES_MAX:
        says = f"The file holds {len(body):,} bytes; we take {BYTES_MAX:,}."
        return File(findings=(_fault("limit", says, "Send it in smaller files.", 0, len(body)),))
    text = body.decode("latin-1")
    start = len(_BYTE_ORDER_MARK) if body.startswith(_BYTE_ORDER_MARK) else 0
    segments = list(_segments(text, start))
    if not segments or segments[0].tag != "STX":
        says, fix = "The file does not start with STX.", "Send TRADACOMS with its STX and END."
        return File(findings=(_fault("no-transmission", says, fix, start, len(text), value=text[start : start + 60]),))
    return _Reader(text, segments).read()


def _fault(code: str, says: str, fix: str, start: int, end: int, **place: Any) -> Finding:
    return named_fault(f"tradacoms.{code}", says, fix, start, end, **place)


def _segments(text: str, place: int) -> Iterator[_Cut]:
    for piece in cut(text[place:], DELIMITERS.segment, DELIMITERS.release):
        written = piece.strip(_SPACE)
        if written:
            start = place + len(piece) - len(piece.lstrip(_SPACE))
            end = start + len(written)
            yield _Cut(written.partition("=")[0], start, end, place + len(piece) < len(text))
        place += len(piece) + 1


class _Reader:
    """One transmission while its messages are put together."""

    def __init__(self, text: str, segments: list[_Cut]) -> None:
        self.text, self.segments = text, segments
        self.findings: list[Finding] = []
        self.messages: list[Received] = []

    def read(self) -> File:
        """Walk over the segments; what stands outside every message but is no envelope is named."""
        inside: list[_Cut] = []
        for one in self.segments:
            if one.tag == "MHD" and inside:
                self._close(inside, None)
                inside = [one]
            elif one.tag == "MHD":
                inside = [one]
            elif one.tag == "MTR" and inside:
                self._close([*inside, one], one)
                inside = []
            elif inside and one.tag not in _ENVELOPES:
                inside.append(one)
            elif one.tag not in _ENVELOPES:
                says = "A segment stands outside every message."
                self._say("stray-segment", says, "Send it inside MHD and MTR, or leave it out.", one)
            if len(self.messages) > MESSAGES_MAX:
                self._say("limit", f"The file holds more than {MESSAGES_MAX:,} messages.", "Send fewer.", one)
                break
        if inside:
            self._close(inside, None)
        self._check_end()
        return File(
            sender=self._element(self.segments[0], 2),
            receiver=self._element(self.segments[0], 3),
            reference=self._element(self.segments[0], 5),
            messages=tuple(self.messages),
            findings=tuple(self.findings),
        )

    def _check_end(self) -> None:
        last = self.segments[-1]
        if last.tag != "END":
            says = "The trailer END is missing; what should come before it may be lost."
            self.findings.append(_fault("end-missing", says, "Send it again, whole.", last.end, last.end))
            return
        said = self._element(last, 1)
        if said != str(len(self.messages)) and said.lstrip("0") != str(len(self.messages)):
            says = f"END says {shown(said) or 'nothing'}; we count {len(self.messages)} messages."
            self._say("end-count", says, "Count them again, or send what is missing.", last)

    def _close(self, inside: list[_Cut], trailer: _Cut | None) -> None:
        header, last = inside[0], inside[-1]
        control = self._element(header, 1)
        kind, version = self._element(header, 2), self._element(header, 2, 2)
        found = list(self._odd(inside, control))
        if trailer is None:
            says = f"The trailer MTR of message {shown(control)} is missing; part of it may be lost."
            found.append(_fault("mtr-missing", says, "Send it again, whole.", last.end, last.end, transaction=control))
        elif (said := self._element(trailer, 1)).lstrip("0") != str(len(inside)):
            says = f"MTR says {shown(said) or 'nothing'}; we count {len(inside)} segments (MHD and MTR included)."
            fix = "Count them again, or send what is missing."
            found.append(_fault("mtr-count", says, fix, trailer.start, trailer.end, segment="MTR", transaction=control))
        message = SegmentMessage(kind, control, version, self._plain(inside), DELIMITERS, header.start)
        self.messages.append(Received(message=message, start=header.start, end=last.end, findings=tuple(found)))

    def _plain(self, inside: list[_Cut]) -> str:
        """Return the text of a message with its tags ended as in every other syntax, by the element separator."""
        pieces, place = list[str](), inside[0].start
        for one in inside:
            sign = self.text.find("=", one.start, one.end)
            if sign >= 0:
                pieces += (self.text[place:sign], DELIMITERS.element)
                place = sign + 1
        return "".join([*pieces, self.text[place : inside[-1].end]])

    def _odd(self, inside: list[_Cut], control: str) -> Iterator[Finding]:
        for position, one in enumerate(inside, start=1):
            if not _TAG.fullmatch(one.tag):
                says = f"{shown(one.tag[:20])!r} is no segment: it does not start with three capitals and =."
                fix = "Remove it or send the segment that was meant."
                place = {"segment": shown(one.tag[:3]), "position": position, "transaction": control}
                yield _fault("segment-tag", says, fix, one.start, one.end, **place)

    def _element(self, one: _Cut, number: int, component: int = 1) -> str:
        content = self.text[one.start : one.end].partition("=")[2]
        pieces = cut(content, DELIMITERS.element, DELIMITERS.release)
        parts = cut(pieces[number - 1], DELIMITERS.component, DELIMITERS.release) if number <= len(pieces) else []
        return bare(parts[component - 1], DELIMITERS.release).strip() if component <= len(parts) else ""

    def _say(self, code: str, says: str, fix: str, one: _Cut) -> None:
        value = self.text[one.start : one.end]
        self.findings.append(_fault(code, says, fix, one.start, one.end, segment=shown(one.tag[:3]), value=value))
