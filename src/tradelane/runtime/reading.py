"""What reading a transmission gives, whatever its syntax: interchanges, their sets, a verdict on each. Plain values."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from tradelane.formats import x12
from tradelane.model.document import Document
from tradelane.model.finding import Finding
from tradelane.model.syntax_report import SyntaxReport

Rest = deque[Callable[[], int]]


@dataclass
class ReadSet:
    """One transaction set or JSON body: its document, with its canonical JSON, if it could be read; its findings either
    way.
    """

    kind: str
    control: str = ""
    group: str = ""
    interchange: str = ""
    document: Document | None = None
    canonical: bytes = b""
    findings: tuple[Finding, ...] = ()
    map: str = ""
    test: bool = False

    @property
    def refused(self) -> bool:
        """Say whether nothing may come of this set."""
        return self.document is None or any(finding.severity == "error" for finding in self.findings)


LET_GO = ReadSet("")
"""Stands for a set that is not kept: it was handed over, or nobody asks for it."""


@dataclass
class ReadInterchange:
    """One interchange: the identity under which a repeat is known, the reports it is owed, its sets.

    ``sender`` and ``receiver``, as qualifier:id, are those whose control numbers it counts on.

    No identity: it was cut before it said its number or its sender, so nothing is known to repeat it. ``refused``:
    nothing of it is taken, and its number may come again with what was meant.
    """

    identity: str = ""
    content: str = ""
    control: str = ""
    sender: str = ""
    receiver: str = ""
    date: str = ""
    time: str = ""
    sets: list[ReadSet] = field(default_factory=list)
    reports: list[SyntaxReport] = field(default_factory=list)
    faults: tuple[Finding, ...] = ()
    test: bool = False
    syntax: Literal["x12", "edifact"] = "x12"
    refused: bool = False
    ta1: x12.Interchange | None = None
    acknowledgements: tuple[x12.Ta1, ...] = ()


@dataclass
class Reading:
    """All that one transmission says, read a stretch at a time so that a large one does not hold up the others.

    ``findings`` are about the whole file; with an error among them nothing of it is processed. ``rest`` is left to
    do: lift a set, or sum a group up in its report. ``open``: more of it is still in the archive.
    """

    interchanges: list[ReadInterchange]
    findings: tuple[Finding, ...] = ()
    rest: Rest = field(default_factory=deque)
    open: bool = False

    @property
    def refused(self) -> bool:
        """Say whether the whole file is refused."""
        return any(finding.severity == "error" for finding in self.findings)

    @property
    def done(self) -> bool:
        """Say whether all of it is read."""
        return not self.rest and not self.open

    def advance(self, sets: int) -> None:
        """Read on by so many sets, or to the end."""
        while self.rest and sets > 0:
            sets -= self.rest.popleft()()
