"""In which character set each interchange of a large file is written: known once all of its text has passed."""

from codecs import IncrementalDecoder, getincrementaldecoder
from collections import deque

from tradelane.formats.edifact.charset import CHARSETS, Charset, beyond_ascii, charset_of

_OPEN_MAX = 8
_BEYOND = "\xff"


class Charsets:
    """What the interchanges of a file are written in, in turn, with the place of the first character beyond ASCII.

    The text of an interchange is what stands before the next header, as for `charset_of`.
    """

    def __init__(self) -> None:
        self.found: list[tuple[Charset, int]] = []
        self._open: deque[_Passed] = deque()

    def begin(self, syntax: str, start: int) -> None:
        """Note that an interchange in *syntax* begins."""
        passed = _Passed(len(self.found), syntax, start)
        self.found.append((Charset(CHARSETS.get(syntax, ""), ""), -1))
        self._open.append(passed)
        if len(self._open) > _OPEN_MAX:  # So many beginnings one within the other are no interchanges.
            self._close(self._open.popleft())

    def none(self) -> None:
        """Note that an interchange begins of which nothing can be read."""
        self.found.append((Charset("", ""), -1))

    def take(self, text: str, base: int) -> None:
        """Look at text that passes, which begins at *base*."""
        plain = text.isascii()
        for passed in self._open:
            passed.take(text, base, plain)

    def close(self) -> None:
        """End all that is open: the next header begins, or the file is over."""
        while self._open:
            self._close(self._open.popleft())

    def _close(self, passed: "_Passed") -> None:
        self.found[passed.ordinal] = (passed.charset(), passed.beyond)


class _Passed:
    """One interchange: whether its text is ASCII, and if not, whether it is UTF-8 throughout."""

    def __init__(self, ordinal: int, syntax: str, start: int) -> None:
        self.ordinal, self.beyond = ordinal, -1
        self._syntax, self._start = syntax, start
        self._decoder: IncrementalDecoder | None = getincrementaldecoder("utf-8")("strict")

    def take(self, text: str, base: int, plain: bool) -> None:
        cut = max(0, self._start - base)
        if cut >= len(text) or (plain and (self._decoder is None or not self._decoder.getstate()[0])):
            return
        text = text[cut:]
        if self.beyond < 0 and (found := beyond_ascii(text)) >= 0:
            self.beyond = base + cut + found
        self._decode(text.encode("latin-1"), final=False)

    def charset(self) -> Charset:
        self._decode(b"", final=True)
        if self.beyond < 0:
            return charset_of(self._syntax, "")
        return Charset(CHARSETS.get(self._syntax, ""), "utf-8") if self._decoder else charset_of(self._syntax, _BEYOND)

    def _decode(self, text: bytes, final: bool) -> None:
        if self._decoder is not None:
            try:
                self._decoder.decode(text, final=final)
            except UnicodeDecodeError:
                self._decoder = None
