"""What an EDIFACT file holds once its envelopes are open: interchanges (UNB to UNZ), groups (UNG to UNE), messages
(UNH to UNT).
"""

from collections.abc import Iterator

from msgspec import Struct

from tradelane.model.finding import Finding
from tradelane.model.message import Delimiters, SegmentMessage


class Limits(Struct, frozen=True, kw_only=True):
    """How much one transmission may hold. More is refused with ``edifact.limit`` before any message is handed on.

    ``message_segments`` and ``message_bytes``: one message is read in one go, so what is larger would cost everybody
    time and memory; it is refused alone.
    """

    bytes: int = 25 * 1024 * 1024
    segment_bytes: int = 100_000
    segments: int = 1_000_000
    message_segments: int = 50_000
    message_bytes: int = 25 * 1024 * 1024
    messages: int = 100_000
    interchanges: int = 10_000


class Name(Struct, frozen=True, gc=False):
    """One side of an interchange: its id (0004 or 0010) and what kind of id that is (0007: 14 GLN, 1 DUNS, ...)."""

    id: str = ""
    qualifier: str = ""


class ReceivedMessage(Struct, frozen=True, kw_only=True, gc=False):
    """One message as it arrived. ``codes`` are what a CONTRL says of it in UCM 0085."""

    message: SegmentMessage
    start: int
    end: int
    findings: tuple[Finding, ...] = ()
    codes: tuple[str, ...] = ()

    @property
    def refused(self) -> bool:
        """Whether this message, and only this one, must not be processed."""
        return _has_error(self.findings)


class Group(Struct, frozen=True, kw_only=True, gc=False):
    """Messages in one group (UNG to UNE); one without ``control`` holds those that stand in the interchange itself.

    ``included`` is what UNE claims (-1: there is no UNE).
    """

    kind: str = ""
    sender: Name = Name()
    receiver: Name = Name()
    control: str = ""
    version: str = ""
    included: int = -1
    start: int = 0
    end: int = 0
    messages: tuple[ReceivedMessage, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def refused(self) -> bool:
        """Whether the group, with all its messages, must not be processed."""
        return _has_error(self.findings)


class Interchange(Struct, frozen=True, kw_only=True):
    """One interchange. ``syntax`` and ``version`` are UNB 0001 and 0002, ``decimal`` the mark that UNA declares.

    ``acknowledge``: its sender asks for a CONTRL (0031). ``code`` is what that says of it (0085); empty if nothing is
    wrong with it.
    """

    syntax: str = ""
    version: str = ""
    sender: Name = Name()
    receiver: Name = Name()
    date: str = ""
    time: str = ""
    control: str = ""
    application: str = ""
    acknowledge: bool = False
    test: bool = False
    decimal: str = "."
    charset: str = ""
    delimiters: Delimiters = Delimiters()
    start: int = 0
    end: int = 0
    groups: tuple[Group, ...] = ()
    findings: tuple[Finding, ...] = ()
    code: str = ""

    @property
    def refused(self) -> bool:
        """Whether the interchange must not be processed. Its messages are listed all the same, for people to see."""
        return _has_error(self.findings)


class Decoded(Struct, frozen=True, kw_only=True):
    """One EDIFACT transmission, opened. ``findings`` are those of the file itself, outside any interchange."""

    interchanges: tuple[Interchange, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def refused(self) -> bool:
        """Whether nothing of the whole file may be processed."""
        return _has_error(self.findings)

    @property
    def accepted(self) -> Iterator[tuple[Interchange, Group, ReceivedMessage]]:
        """The messages that may be processed, each with the envelopes around it."""
        if self.refused:
            return
        for interchange in self.interchanges:
            if interchange.refused:
                continue
            for group in interchange.groups:
                if not group.refused:
                    yield from ((interchange, group, each) for each in group.messages if not each.refused)

    @property
    def all_findings(self) -> tuple[Finding, ...]:
        """Everything wrong anywhere in the file, outermost first."""
        found = list(self.findings)
        for interchange in self.interchanges:
            found.extend(interchange.findings)
            for group in interchange.groups:
                found.extend(group.findings)
                found.extend(finding for each in group.messages for finding in each.findings)
        return tuple(found)


def _has_error(findings: tuple[Finding, ...]) -> bool:
    return any(finding.severity == "error" for finding in findings)
