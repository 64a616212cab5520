"""Read a transmission that is too large to hold, some pieces of it at a time; in between the lane serves others.

It goes through the archive several times, as its syntax needs: nothing of it is used before all of it was looked at.
"""

from dataclasses import dataclass, field
from typing import Protocol

from tradelane.partners.profile import Profile
from tradelane.runtime.handed import Arrived
from tradelane.runtime.house import House
from tradelane.runtime.read import is_edifact
from tradelane.runtime.read_edifact_pieces import EdifactPasses
from tradelane.runtime.read_table import is_rows
from tradelane.runtime.read_table_pieces import TablePasses
from tradelane.runtime.read_x12_pieces import X12Passes
from tradelane.runtime.reading import Reading

PIECES_PER_STRETCH = 4
SETS_AT_HAND = 200
HELD_BYTES_MAX = 4 * 1024 * 1024
"""What is larger than this is read in pieces where that can be: held and opened at once it takes 25 times its size."""

_ZIP, _BEFORE_ISA = b"PK\x03\x04", b"\xef\xbb\xbf \t\r\n"


class Passes(Protocol):
    """What one syntax does with the pieces of a transmission, pass after pass. What is read stands in its `Reading`."""

    def take(self, piece: bytes) -> bool:
        """Take the next piece; say whether this pass needs no more."""
        ...

    def end(self) -> bool:
        """End this pass; say whether another is due."""
        ...


def passes(house: House, profile: Profile, head: bytes, arrived: Arrived, reading: Reading) -> Passes:
    """Return how the transmission that begins with *head* is read into *reading*: as `read.begin` would."""
    media_type = arrived.media_type
    if is_rows(profile, head, media_type):
        return TablePasses(house, profile, head, media_type, reading)
    kind = EdifactPasses if is_edifact(head) else X12Passes
    return kind(house, profile, reading, arrived.size)


def readable_in_pieces(profile: Profile, head: bytes, media_type: str) -> bool:
    """Say whether what begins with *head* need not be held to be read: X12, EDIFACT, and rows that are text."""
    if is_rows(profile, head, media_type):
        return not head.startswith(_ZIP)
    return is_edifact(head) or head.lstrip(_BEFORE_ISA).startswith(b"ISA")


@dataclass
class Pieces:
    """How far it is read. What is at hand stands in ``reading``, as for any other transmission."""

    house: House
    profile: Profile
    part: int
    arrived: Arrived
    reading: Reading = field(default_factory=lambda: Reading([], open=True))
    next: int = 0
    passes: Passes | None = None

    async def fill(self) -> None:
        """Read on in the archive until enough is at hand for a stretch, or a stretch's worth of pieces is read."""
        for _ in range(PIECES_PER_STRETCH):
            if not self.reading.open or len(self.reading.rest) >= SETS_AT_HAND:
                return
            found = await self.house.store.pieces(self.part, self.arrived.archive, self.next, 1)
            self.next += 1
            if self.passes is None:
                head = found[0] if found else b""
                self.passes = passes(self.house, self.profile, head, self.arrived, self.reading)
            if not found or self.passes.take(found[0]):
                self.reading.open = self.passes.end()
                self.next = 0
