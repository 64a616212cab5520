"""Read EDIFACT in pieces: how it is written, the verdicts on its envelopes, the sums of its interchanges, the messages.

Each is a pass; a message is lifted in the last one only, for only the end of an envelope says whether it may be used.
"""

from collections.abc import Iterable
from functools import partial
from typing import Literal

from msgspec.structs import replace

from tradelane.formats import edifact
from tradelane.partners.profile import Profile
from tradelane.runtime.content_sums import ContentSums
from tradelane.runtime.guards.strict import strict_edifact
from tradelane.runtime.house import House
from tradelane.runtime.read_edifact import ReadMessages
from tradelane.runtime.reading import Reading


class EdifactPasses:
    """Four passes over the pieces of one transmission; the first ends as soon as it knows."""

    def __init__(self, house: House, profile: Profile, reading: Reading, size: int) -> None:
        self.house, self.profile, self.reading = house, profile, reading
        self._limits = edifact.Limits() if size <= edifact.Limits().bytes else edifact.LARGE
        self.time: Literal["lines", "verdicts", "sums", "messages"] = "lines"
        self._lines, self._messages = edifact.Lines(), list[ReadMessages]()
        self._survey = edifact.Survey(self._lines)
        self._surveyed = edifact.Surveyed(self._lines, edifact.Decoded())
        self._sums, self._places = ContentSums(()), edifact.Places(self._surveyed)
        self._ordinal = 0

    def take(self, piece: bytes) -> bool:
        """Take the next piece; say whether this pass needs no more."""
        match self.time:
            case "lines":
                self._lines.feed(piece)
                return self._lines.decided
            case "verdicts":
                self._survey.feed(piece)
            case "sums":
                self._sums.take(piece)
            case "messages":
                self._take(self._places.feed(piece))
        return False

    def end(self) -> bool:
        """End this pass; say whether another is due."""
        match self.time:
            case "lines":
                self._lines.end()
                self._survey, self.time = edifact.Survey(self._lines, self._limits), "verdicts"
                return True
            case "verdicts":
                return self._judge()
            case "sums":
                self._begin()
                return True
            case "messages":
                self._take(self._places.end())
                self._report(len(self._messages))
                return False

    def _judge(self) -> bool:
        surveyed = self._survey.end()
        surveyed = self._surveyed = replace(surveyed, file=strict_edifact(self.profile, surveyed.file))
        self.reading.findings = surveyed.file.findings
        self._sums, self.time = ContentSums(surveyed.file.interchanges), "sums"
        return not surveyed.file.refused

    def _begin(self) -> None:
        surveyed, digests = self._surveyed, self._sums.digests
        for ordinal, each in enumerate(surveyed.file.interchanges):
            answerable = bool(each.control and each.sender.id) and ordinal not in surveyed.reports
            read = ReadMessages(self.house, self.profile, each, digests[ordinal], answerable)
            for number, group in enumerate(each.groups):
                if (ordinal, number) in surveyed.empty:
                    read.found.faults += read.empty(group)
            self._messages.append(read)
            self.reading.interchanges.append(read.found)
        self._places, self.time = edifact.Places(surveyed, self._limits), "messages"

    def _take(self, found: Iterable[tuple[edifact.Interchange, edifact.Group, edifact.ReceivedMessage]]) -> None:
        for _, _, each in found:
            self._report(self._places.interchange)
            read = self._messages[self._places.interchange]
            self.reading.rest.append(partial(read.take, self._places.group, each))

    def _report(self, before: int) -> None:
        """Have the interchanges before this one summed up: all their messages are on their way."""
        for read in self._messages[self._ordinal : before]:
            if read.answered:
                self.reading.rest.append(read.report)
        self._ordinal = max(self._ordinal, before)
