"""Code tables: a partner's codes and our words, read both ways."""

from typing import Any

from msgspec import Struct


class Table(Struct, frozen=True):
    """A code table. Several codes may mean one word of ours; the first that does is the one we write.

    ``other`` is what a code not listed means: a word of ours, or a text with ``{}`` in which the code itself stands;
    None refuses it. ``peers`` are other tables by which the same code is read: only together do they tell which code
    we would write.
    """

    name: str
    meanings: dict[str, Any]
    other: Any = None
    peers: tuple["Table", ...] = ()

    def read(self, code: str) -> Any:
        """Return what *code* means; raises KeyError when it means nothing."""
        if code in self.meanings:
            return self.meanings[code]
        if self.other is None:
            raise KeyError(code)
        return self.other.replace("{}", code) if isinstance(self.other, str) else self.other

    def raw(self, code: str) -> str:
        """Return *code* where it says more than our words do: where it is not the code we would write for them."""
        if code in self.meanings:
            ours = next(one for one in self.meanings if self._meant(one) == self._meant(code))
            return "" if ours == code else code
        return "" if isinstance(self.other, str) and "{}" in self.other else code

    def _meant(self, code: str) -> tuple[Any, ...]:
        return self.meanings[code], *(peer.read(code) for peer in self.peers)

    def codes(self, word: Any, raw: str = "") -> list[str]:
        """Return every code that means *word*, the one to write first.

        *raw*, the partner's own code, goes before all if it fits.
        """
        found = [code for code, meaning in self.meanings.items() if meaning == word]
        if isinstance(self.other, str) and "{}" in self.other and isinstance(word, str):
            before, _, after = self.other.partition("{}")
            if word.startswith(before) and word.endswith(after) and len(word) > len(before) + len(after):
                found.append(word[len(before) : len(word) - len(after)])
        if raw and self._means(raw, word):
            found.insert(0, raw)
        return found

    def _means(self, code: str, word: Any) -> bool:
        try:
            return self.read(code) == word
        except KeyError:
            return False
