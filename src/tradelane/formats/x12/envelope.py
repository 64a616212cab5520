"""What an X12 file holds once its envelopes are open: interchanges (ISA to IEA), groups (GS to GE), sets (ST to SE)."""

from collections.abc import Iterator

from msgspec import Struct

from tradelane.model.finding import Finding
from tradelane.model.message import Delimiters, SegmentMessage


class Limits(Struct, frozen=True, kw_only=True):
    """How much one transmission may hold. More is refused with ``x12.limit`` before any set is handed on.

    ``set_segments`` and ``set_bytes``: one set is read in one go, so what is larger would cost everybody time and
    memory; it is refused alone.
    """

    bytes: int = 25 * 1024 * 1024
    segment_bytes: int = 100_000
    segments: int = 1_000_000
    set_segments: int = 50_000
    set_bytes: int = 25 * 1024 * 1024
    sets: int = 100_000
    groups: int = 100_000
    interchanges: int = 10_000


class ReceivedSet(Struct, frozen=True, kw_only=True):
    """One transaction set as it arrived. ``codes`` are what a 997 says of it in AK502 and after."""

    message: SegmentMessage
    start: int
    end: int
    findings: tuple[Finding, ...] = ()
    codes: tuple[str, ...] = ()

    @property
    def refused(self) -> bool:
        """Whether this set, and only this set, must not be processed."""
        return _has_error(self.findings)


class Group(Struct, frozen=True, kw_only=True):
    """One functional group. ``included`` is what GE01 claims (-1: no GE01); ``codes`` are AK905 and after."""

    functional_id: str = ""
    sender: str = ""
    receiver: str = ""
    date: str = ""
    time: str = ""
    control: str = ""
    version: str = ""
    included: int = -1
    start: int = 0
    end: int = 0
    sets: tuple[ReceivedSet, ...] = ()
    findings: tuple[Finding, ...] = ()
    codes: tuple[str, ...] = ()

    @property
    def refused(self) -> bool:
        """Whether the group, with all its sets, must not be processed."""
        return _has_error(self.findings)


class Ta1(Struct, frozen=True, kw_only=True):
    """An interchange acknowledgement: the answer to ISA13 ``control`` of that moment. ``verdict`` is A, E or R."""

    control: str
    date: str
    time: str
    verdict: str
    code: str = "000"


class Interchange(Struct, frozen=True, kw_only=True):
    """One interchange, its ISA fields trimmed; ``code`` is what a TA1 says of it (TA105), "000" if nothing is wrong."""

    sender_qualifier: str = ""
    sender: str = ""
    receiver_qualifier: str = ""
    receiver: str = ""
    date: str = ""
    time: str = ""
    version: str = ""
    control: str = ""
    acknowledge: str = ""
    usage: str = ""
    delimiters: Delimiters = Delimiters()
    start: int = 0
    end: int = 0
    groups: tuple[Group, ...] = ()
    ta1s: tuple[Ta1, ...] = ()
    findings: tuple[Finding, ...] = ()
    code: str = "000"

    @property
    def refused(self) -> bool:
        """Whether the interchange must not be processed. Its groups are listed all the same, for people to look at."""
        return _has_error(self.findings)


class Decoded(Struct, frozen=True, kw_only=True):
    """One X12 transmission, opened. ``findings`` are those of the file itself, outside any interchange."""

    interchanges: tuple[Interchange, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def refused(self) -> bool:
        """Whether nothing of the whole file may be processed."""
        return _has_error(self.findings)

    @property
    def accepted(self) -> Iterator[tuple[Interchange, Group, ReceivedSet]]:
        """The sets that may be processed, each with the envelopes around it."""
        if self.refused:
            return
        for interchange in self.interchanges:
            if interchange.refused:
                continue
            for group in interchange.groups:
                if not group.refused:
                    yield from ((interchange, group, each) for each in group.sets if not each.refused)

    @property
    def all_findings(self) -> tuple[Finding, ...]:
        """Everything wrong anywhere in the file, outermost first."""
        found = list(self.findings)
        for interchange in self.interchanges:
            found.extend(interchange.findings)
            for group in interchange.groups:
                found.extend(group.findings)
                found.extend(finding for each in group.sets for finding in each.findings)
        return tuple(found)


def _has_error(findings: tuple[Finding, ...]) -> bool:
    return any(finding.severity == "error" for finding in findings)
