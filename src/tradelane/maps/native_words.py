"""The program of the compiled core while it is being written: words of 32 bits in blocks, then the texts they name."""

from array import array
from collections.abc import Iterable


class Unsupported(Exception):
    """The compiled core cannot do what a plan says: the map is read by the other paths alone."""


class Program:
    """Words and texts. A block's place is the number of its first word; no block stands at 0, which says "none"."""

    def __init__(self, head: int) -> None:
        self.words = array("i", bytes(4 * head))
        self._blocks: dict[tuple[int, ...], int] = {}
        self._texts: dict[bytes, int] = {}
        self._pool = bytearray()

    def block(self, *words: int) -> int:
        """Append *words*, unless they stand there already; return their place. A small program stays near at hand."""
        place = self._blocks.setdefault(words, len(self.words))
        if place == len(self.words):
            try:
                self.words.extend(words)
            except OverflowError:
                raise Unsupported("a number beyond 32 bits") from None
        return place

    def listed(self, items: Iterable[int], width: int = 1) -> int:
        """Append a block of how many *items* there are (each of *width* words), then the items."""
        words = list(items)
        return self.block(len(words) // width, *words)

    def text(self, text: str | bytes) -> tuple[int, int]:
        """Return where *text* stands among the texts, and its length in bytes."""
        raw = text.encode() if isinstance(text, str) else text
        if raw not in self._texts:
            self._texts[raw] = len(self._pool)
            self._pool += raw
        return self._texts[raw], len(raw)

    def texts(self, texts: Iterable[str]) -> int:
        """Append a block of texts: how many, then where each stands."""
        return self.listed((word for one in texts for word in self.text(one)), width=2)

    def finished(self, head: Iterable[int]) -> bytes:
        """Return the program; it begins with the number of its words, then with *head*."""
        for number, word in enumerate((len(self.words), *head)):
            self.words[number] = word
        return self.words.tobytes() + bytes(self._pool)
