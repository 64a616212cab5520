"""The SHA-256 of each interchange of a transmission, by which a repeat is known, while its pieces pass."""

from collections.abc import Sequence
from hashlib import sha256
from typing import Protocol


class Spans(Protocol):
    """What begins and ends somewhere in a transmission."""

    @property
    def start(self) -> int:
        """Its first byte."""
        ...

    @property
    def end(self) -> int:
        """The byte after its last."""
        ...


class ContentSums:
    """The sums of *spans*, which stand one after the other."""

    def __init__(self, spans: Sequence[Spans]) -> None:
        self._spans, self._sums, self._base, self._first = spans, [sha256() for _ in spans], 0, 0

    def take(self, piece: bytes) -> None:
        """Add the next piece."""
        base, after = self._base, self._base + len(piece)
        while self._first < len(self._spans) and self._spans[self._first].end <= base:
            self._first += 1
        for place in range(self._first, len(self._spans)):
            each = self._spans[place]
            if each.start >= after:
                break
            self._sums[place].update(piece[max(each.start - base, 0) : max(each.end - base, 0)])
        self._base = after

    @property
    def digests(self) -> list[str]:
        """The sums in hexadecimal."""
        return [one.hexdigest() for one in self._sums]
