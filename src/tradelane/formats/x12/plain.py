"""From the bytes of a file to one byte for each character that counts, without the line breaks of fixed records.

How a file is written shows at its beginning, so it is made plain as it comes, and read whole or in pieces alike. Places
in what follows are those of the plain bytes.
"""

from collections.abc import Sequence

from tradelane.formats.narrow import Narrow
from tradelane.formats.x12 import file_faults as faults
from tradelane.formats.x12.header import ISA_LENGTH, can_separate, find_header
from tradelane.model.finding import Finding

_WRAPPED_MIN, _WRAPPED_MAX = 40, 2048
_LOOK = 2 * _WRAPPED_MAX + ISA_LENGTH
"""So many plain bytes tell whether a file is cut into records: two of them, and a header."""

_BREAKS = b"\r\n"
_LEAD = 0xC2
"""From here on a byte may begin a character of several in UTF-8."""


def plain(body: bytes) -> tuple[bytes, list[Finding]]:
    """Return the whole file made plain; note what was done."""
    if body.startswith(b"ISA") and _width(body[:_LOOK]) == 0 and not _wide_terminator(body):
        return body, []
    turned = Plain()
    body = turned.feed(body) + turned.end()
    return body, [*turned.findings]


class Plain:
    """Makes a file plain as its bytes come; ``findings`` are complete once anything was returned."""

    def __init__(self) -> None:
        self._narrow = Narrow("I", (faults.EBCDIC,), faults.EBCDIC_CODEC)
        self._head, self._begun = b"", False
        self._records: Records | None = None
        self._signs: Signs | None = None

    @property
    def findings(self) -> Sequence[Finding]:
        """What is odd about how it is written."""
        found = [faults.wide()] if self._narrow.wide else []
        found += [faults.ebcdic()] if self._narrow.ebcdic else []
        found += [faults.wide_terminator(self._signs.wide)] if self._signs is not None else []
        return [*found, *([faults.wrapped()] if self._records is not None else [])]

    def feed(self, chunk: bytes) -> bytes:
        """Return what these bytes say; nothing until it shows how the file is written."""
        return self._joined(self._narrow.feed(chunk), False)

    def end(self) -> bytes:
        """Return what is left: there are no more bytes."""
        return self._joined(self._narrow.end(), True)

    def _joined(self, chunk: bytes, ended: bool) -> bytes:
        if not self._begun:
            self._head += chunk
            if not ended and len(self._head) < _LOOK:
                return b""
            chunk, self._head, self._begun = self._head, b"", True
            terminator = _wide_terminator(chunk)
            self._signs = Signs(terminator, chunk) if terminator else None
            width = 0 if terminator else _width(chunk[:_LOOK])
            self._records = Records(width) if width else None
        if self._signs is not None:
            return self._signs.narrowed(chunk) + (self._signs.end() if ended else b"")
        if self._records is None:
            return chunk
        return self._records.joined(chunk) + (self._records.end() if ended else b"")


class Signs:
    """Writes one byte where the several of a terminator stand, *wide*: one that *head* does not use."""

    def __init__(self, wide: bytes, head: bytes) -> None:
        self.wide, self._rest = wide, b""
        self._sign = next((sign for sign in (b"\x1e", b"\x1d", b"\x1c") if sign not in head), b"\x1f")

    def narrowed(self, chunk: bytes) -> bytes:
        """Return what these bytes say, but for a terminator that they may have begun."""
        text = self._rest + chunk
        begun = next((n for n in range(len(self.wide) - 1, 0, -1) if text.endswith(self.wide[:n])), 0)
        text, self._rest = text[: len(text) - begun], text[len(text) - begun :]
        return text.replace(self.wide, self._sign)

    def end(self) -> bytes:
        """Return what was begun and is no terminator."""
        return self._rest


class Records:
    """Joins records of one width; where a line is not as wide as the others, it and what follows stay as they are."""

    def __init__(self, width: int) -> None:
        self._width, self._rest, self._over = width, b"", False

    def joined(self, chunk: bytes) -> bytes:
        """Return the records complete with these bytes."""
        if self._over:
            return chunk
        text, self._rest = self._rest + chunk, b""
        width, place, found = self._width, 0, list[bytes]()
        while place + width + len(_BREAKS) <= len(text):
            after = place + width
            step = 2 if text.startswith(_BREAKS, after) else 1 if text.startswith(b"\n", after) else 0
            if not step or b"\n" in text[place:after]:
                self._over = True
                return b"".join(found) + text[place:]
            found.append(text[place:after])
            place = after + step
        self._rest = text[place:]
        return b"".join(found)

    def end(self) -> bytes:
        """Return the last record, which may be shorter."""
        return self._rest if len(self._rest) <= self._width or self._over else self._rest.rstrip(_BREAKS)


def _wide_terminator(head: bytes) -> bytes:
    """Return the several bytes that end the ISA of *head*, where they are one character in UTF-8; else nothing."""
    end = ISA_LENGTH - 1
    if not head.startswith(b"ISA") or head[end : end + 1] < bytes([_LEAD]):
        return b""
    sign = head[end : end + 4].decode("utf-8", "ignore")[:1]
    wide = sign.encode()
    fits = len(wide) > 1 and head.startswith(wide, end) and can_separate(sign)
    return wide if fits and find_header(head[:ISA_LENGTH].decode("latin-1"), 0) == 0 else b""


def _width(head: bytes) -> int:
    """Return the width of the records that *head* shows a file to be cut into; 0 for a file with lines of its own.

    Either a line break stands within its ISA, which has no place for one, or its first two lines are of one width and
    end within a segment.
    """
    width = _line(head, 0)
    if not _WRAPPED_MIN <= width <= _WRAPPED_MAX or not head.startswith(b"ISA"):
        return 0
    if width == ISA_LENGTH - 1 and find_header(head[:ISA_LENGTH].decode("latin-1"), 0) == 0:
        return 0  # The line break is the terminator.
    second = head.find(b"\n") + 1
    if width >= ISA_LENGTH - 1 and _line(head, second) != width:
        return 0  # As in nearly every file: each segment stands on a line of its own.
    joined = Records(width).joined(head[: 2 * (width + len(_BREAKS)) + ISA_LENGTH])
    text = joined.decode("latin-1")
    if len(joined) < ISA_LENGTH or find_header(text, 0) != 0 or not can_separate(text[ISA_LENGTH - 1]):
        return 0
    if width < ISA_LENGTH - 1:
        return width
    sign = text[ISA_LENGTH - 1].encode("latin-1")
    ends = (head[:width].rstrip().endswith(sign), head[second : second + width].rstrip().endswith(sign))
    return 0 if all(ends) else width


def _line(head: bytes, at: int) -> int:
    """Return the width of the line at *at*, without its break; below 0 where it does not end."""
    end = head.find(b"\n", at)
    return end - at - head.startswith(_BREAKS, end - 1) if end > at else -1
