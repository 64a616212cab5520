"""Read rows in pieces: how they are written, what is wrong with them, their documents one after the other."""

from collections.abc import Sequence
from functools import partial

from tradelane.formats.table import Part
from tradelane.library.rows_in_passes import RowPasses
from tradelane.maps import Map
from tradelane.model.finding import Finding, Unreadable
from tradelane.partners.profile import Profile
from tradelane.runtime.house import House
from tradelane.runtime.read_table import (
    agreed,
    by_columns,
    dialect_of,
    in_records,
    lift_part,
    not_agreed,
    records_by,
    rules_of,
)
from tradelane.runtime.reading import Reading, ReadInterchange


class TablePasses:
    """The passes over the pieces of one transmission that begins with *head*."""

    def __init__(self, house: House, profile: Profile, head: bytes, media_type: str, reading: Reading) -> None:
        self.house, self.profile, self.reading = house, profile, reading
        self._known, self._found = agreed(house, profile), ReadInterchange()
        self._passes: RowPasses | None = None
        try:
            self._passes = self._begun(head, media_type)
        except Unreadable as unreadable:
            reading.findings = unreadable.findings

    def take(self, piece: bytes) -> bool:
        """Take the next piece; say whether this pass needs no more."""
        if self._passes is None:
            return True
        over = self._passes.take(piece)
        self._hand_over(self._passes)
        return over

    def end(self) -> bool:
        """End this pass; say whether another is due."""
        if self._passes is None:
            return False
        again = self._passes.end()
        self.reading.findings = self._passes.findings
        if self._passes.time == "documents" and not self.reading.interchanges and not self._passes.refused:
            self.reading.interchanges.append(self._found)
        self._hand_over(self._passes)
        return again

    def _begun(self, head: bytes, media_type: str) -> RowPasses:
        if not self._known:
            raise Unreadable(not_agreed())
        if records := in_records(head, media_type, self._known):
            _, by, _ = records_by(head, records)
            return RowPasses(dialect_of(self.profile, by), rules_of(by).layout, lambda _: (by, by.kind, ()))
        return RowPasses(dialect_of(self.profile, self._known[0]), None, self._choose)

    def _choose(self, present: Sequence[str]) -> tuple[Map, str, tuple[Finding, ...]]:
        by, missing = by_columns(present, self._known)
        return by, by.kind, missing

    def _hand_over(self, passes: RowPasses) -> None:
        while passes.parts:
            self.reading.rest.append(partial(self._lift, passes.parts.popleft(), passes.map or self._known[0]))

    def _lift(self, part: Part, by: Map) -> int:
        self._found.sets.append(lift_part(self.house, self.profile, part, by))
        return 1
