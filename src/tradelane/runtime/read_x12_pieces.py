"""Read X12 in pieces: for the verdicts on the envelopes, for the bytes of each interchange, and for the sets."""

from collections.abc import Iterable
from functools import partial
from typing import Literal

from tradelane.formats import x12
from tradelane.partners.profile import Profile
from tradelane.runtime.content_sums import ContentSums
from tradelane.runtime.guards.strict import strict_x12
from tradelane.runtime.house import House
from tradelane.runtime.read_x12 import ReadGroup, begin_interchange, no_interchange
from tradelane.runtime.reading import Reading


class X12Passes:
    """Three passes over the pieces of one transmission."""

    def __init__(self, house: House, profile: Profile, reading: Reading, size: int) -> None:
        self.house, self.profile, self.reading = house, profile, reading
        self._limits = x12.Limits() if size <= x12.Limits().bytes else x12.LARGE
        self.time: Literal["verdicts", "sums", "sets"] = "verdicts"
        self._reader, self._survey, self._surveyed = x12.Reader(self._limits), x12.Survey(), x12.Decoded()
        self._sums, self._places = ContentSums(()), x12.Places(self._surveyed)
        self._refused: list[bool] = []
        self._group: ReadGroup | None = None

    def take(self, piece: bytes) -> bool:
        """Take the next piece; say whether this pass needs no more."""
        if self.time == "sums":
            self._sums.take(piece)
        else:
            self._read(self._reader.feed(piece))
        return False

    def end(self) -> bool:
        """End this pass; say whether another is due."""
        if self.time != "sums":
            self._read(self._reader.end())
        match self.time:
            case "verdicts":
                return self._judge()
            case "sums":
                self._begin()
                return True
            case "sets":
                return False

    def _read(self, events: Iterable[x12.Event]) -> None:
        if self.time == "sets":
            self._take(events)
            return
        for event in events:
            self._survey.take(event)

    def _judge(self) -> bool:
        surveyed = self._surveyed = strict_x12(self.profile, self._survey.done())
        self.reading.findings = surveyed.findings
        if surveyed.refused or not surveyed.interchanges:
            self.reading.findings = surveyed.findings or (no_interchange(),)
            return False
        self._sums, self.time = ContentSums(surveyed.interchanges), "sums"
        return True

    def _begin(self) -> None:
        for ordinal, digest in enumerate(self._sums.digests):
            each = self._surveyed.interchanges[ordinal]
            begun, refused = begin_interchange(self.house, self.profile, each, digest)
            self.reading.interchanges.append(begun)
            self._refused.append(refused)
            for number, group in () if refused else enumerate(each.groups):
                if (ordinal, number) in self._survey.empty:
                    begun.faults += group.findings  # There is no set to say it for.
        self._reader, self._places = x12.Reader(self._limits), x12.Places(self._surveyed)
        self.time = "sets"

    def _take(self, events: Iterable[x12.Event]) -> None:
        for event in events:
            ordinal = self._places.interchange
            placed = self._places.take(event)
            if placed is not None and not self._refused[ordinal]:
                self._lift(ordinal, *placed)
            elif isinstance(event, x12.Group) and self._group is not None:
                self.reading.rest.append(self._group.report)
                self._group = None

    def _lift(self, ordinal: int, interchange: x12.Interchange, group: x12.Group, each: x12.ReceivedSet) -> None:
        begun = self.reading.interchanges[ordinal]
        if self._group is None:
            self._group = ReadGroup(self.house, self.profile, interchange, group, begun, large=True)
        self.reading.rest.append(partial(self._group.lift, each))
