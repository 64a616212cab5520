"""Read an X12 transmission that is too large to hold, some pieces of it at a time; in between the lane serves others.

It goes through the archive three times: for the verdicts on the envelopes, for the bytes of each interchange, by which
a repeat is known, and for the sets.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from typing import Literal

from tradelane.formats import x12
from tradelane.partners.profile import Profile
from tradelane.runtime.handed import Arrived
from tradelane.runtime.house import House
from tradelane.runtime.read_x12 import ReadGroup, begin_interchange, no_interchange
from tradelane.runtime.reading import Reading

PIECES_PER_STRETCH = 4
SETS_AT_HAND = 200


@dataclass
class Pieces:
    """How far it is read. What is at hand stands in ``reading``, as for any other transmission."""

    house: House
    profile: Profile
    part: int
    arrived: Arrived
    reading: Reading = field(default_factory=lambda: Reading([], open=True))
    time: Literal["verdicts", "sums", "sets"] = "verdicts"
    next: int = 0

    def __post_init__(self) -> None:
        self._reader, self._survey = x12.Reader(), x12.Survey()
        self._surveyed = x12.Decoded()
        self._sums, self._base = [sha256()], 0
        self._places = x12.Places(self._surveyed)
        self._refused: list[bool] = []
        self._group: ReadGroup | None = None

    async def fill(self) -> None:
        """Read on in the archive until enough is at hand for a stretch, or a stretch's worth of pieces is read."""
        for _ in range(PIECES_PER_STRETCH):
            if not self.reading.open or len(self.reading.rest) >= SETS_AT_HAND:
                return
            found = await self.house.store.pieces(self.part, self.arrived.archive, self.next, 1)
            self.next += 1
            match self.time:
                case "verdicts":
                    self._look(found)
                case "sums":
                    self._sum(found)
                case "sets":
                    self._take(found)

    def _events(self, found: list[bytes]) -> Iterable[x12.Event]:
        return self._reader.feed(found[0]) if found else self._reader.end()

    def _look(self, found: list[bytes]) -> None:
        for event in self._events(found):
            self._survey.take(event)
        if found:
            return
        surveyed = self._surveyed = self._survey.done()
        self.reading.findings = surveyed.findings
        if surveyed.refused or not surveyed.interchanges:
            self.reading.findings = surveyed.findings or (no_interchange(),)
            self.reading.open = False
            return
        self._sums = [sha256() for _ in surveyed.interchanges]
        self.time, self.next = "sums", 0

    def _sum(self, found: list[bytes]) -> None:
        if found:
            piece, base = found[0], self._base
            for each, sum in zip(self._surveyed.interchanges, self._sums, strict=True):
                if each.start < base + len(piece) and each.end > base:
                    sum.update(piece[max(each.start - base, 0) : each.end - base])
            self._base += len(piece)
            return
        for each, sum in zip(self._surveyed.interchanges, self._sums, strict=True):
            begun, refused = begin_interchange(self.house, self.profile, each, sum.hexdigest())
            self.reading.interchanges.append(begun)
            self._refused.append(refused)
        self._reader, self._places = x12.Reader(), x12.Places(self._surveyed)
        self.time, self.next = "sets", 0

    def _take(self, found: list[bytes]) -> None:
        for event in self._events(found):
            ordinal = self._places.interchange
            placed = self._places.take(event)
            if placed is not None and not self._refused[ordinal]:
                self._lift(ordinal, *placed)
            elif isinstance(event, x12.Group) and self._group is not None:
                self.reading.rest.append(self._group.report)
                self._group = None
        self.reading.open = bool(found)

    def _lift(self, ordinal: int, interchange: x12.Interchange, group: x12.Group, each: x12.ReceivedSet) -> None:
        begun = self.reading.interchanges[ordinal]
        if self._group is None:
            self._group = ReadGroup(self.house, self.profile, interchange, group, begun, large=True)
        self.reading.rest.append(partial(self._group.lift, each))
