"""From the bytes of a file to one byte for each ASCII character, without the layout of fixed records.

All at once (`plain`), or as they come: `Lines` looks whether a file is cut into records, `Plain` then makes it plain.
"""

from tradelane.formats.edifact import file_faults as faults
from tradelane.formats.narrow import Narrow
from tradelane.model.finding import Finding

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
LINE_BYTES_MAX = 1024 * 1024
"""A record longer than this, or as much white space inside of records, is looked at no further in a large file."""

_EBCDIC = (b"\xe4\xd5\xc1", b"\xe4\xd5\xc2")
_WRAPPED_MIN = 40
_LINES_MIN = 3
_FILL = b"\r\n\x00 "


def plain(body: bytes) -> tuple[bytes, list[Finding]]:
    """Return the whole file made plain; note what was done."""
    narrow = _narrow()
    body = narrow.feed(body) + narrow.end()
    joined = _unwrapped(body)
    if joined is not None:
        return joined, [*_noted(narrow), faults.wrapped()]
    return body, _noted(narrow)


def _unwrapped(body: bytes) -> bytes | None:
    """Return the file without its line breaks if they cut it in records of one width, whatever stands there."""
    width = body.find(b"\n")
    if width < _WRAPPED_MIN or body.count(b"\n") < _LINES_MIN - 1:
        return None
    lines = body.rstrip(_FILL).replace(b"\r\n", b"\n").split(b"\n")
    width = len(lines[0])
    if len(lines) < _LINES_MIN or any(len(line) != width for line in lines[:-1]) or len(lines[-1]) > width:
        return None
    return None if all(line.rstrip().endswith(b"'") for line in lines) else b"".join(lines)


def _narrow() -> Narrow:
    return Narrow("U", _EBCDIC, "cp500")


def _noted(narrow: Narrow) -> list[Finding]:
    """Return how the file was written, where that is odd."""
    return [*([faults.wide()] if narrow.wide else []), *([faults.ebcdic()] if narrow.ebcdic else [])]


class Lines:
    """Looks whether a file is cut into records of one width, and whether anything is in it at all.

    ``decided``: more bytes change nothing. ``ends``: how many plain bytes a file of records has, its filling left out.
    """

    def __init__(self) -> None:
        self._narrow, self._blank = _narrow(), True
        self._alike, self._closed = True, True
        self._count, self._width, self._rest = 0, -1, b""
        self._filling, self._filled, self._much = b"", 0, False
        self.size, self.ends, self.wrapped = 0, 0, False

    @property
    def decided(self) -> bool:
        """Say whether all is known."""
        return not self._alike and not self._blank

    @property
    def empty(self) -> bool:
        """Say whether nothing but white space came."""
        return self._blank

    def feed(self, chunk: bytes) -> None:
        """Look at the next bytes."""
        self.size += len(chunk)
        self._blank = self._blank and not chunk.strip(b" \t\r\n\x00")
        self._look(self._narrow.feed(chunk))

    def end(self) -> None:
        """Judge: there are no more bytes."""
        self._look(self._narrow.end())
        closed = self._closed and self._rest.rstrip().endswith(b"'")
        enough = self._count >= _LINES_MIN - 1 and len(self._rest) <= self._width
        self.wrapped = self._alike and enough and not closed

    def _look(self, chunk: bytes) -> None:
        if not self._alike or not chunk:
            return
        written = chunk.rstrip(_FILL)
        if not written:
            self._fill(chunk)
            return
        text = self._rest + self._filling + written
        self.ends += self._filled + len(written)
        self._alike = not self._much
        self._filling, self._filled = b"", 0
        self._fill(chunk[len(written) :])
        self._compare(text)

    def _fill(self, more: bytes) -> None:
        self._filled += len(more)
        if self._filled <= LINE_BYTES_MAX:
            self._filling += more
        else:
            self._much = True

    def _compare(self, text: bytes) -> None:
        if self._width < 0 and 0 <= text.find(b"\n") < _WRAPPED_MIN:
            self._alike = False
        *lines, self._rest = text.replace(b"\r\n", b"\n").split(b"\n")
        if lines and self._width < 0:
            self._width = len(lines[0])
        self._count += len(lines)
        self._alike = self._alike and all(len(line) == self._width for line in lines)
        self._alike = self._alike and len(self._rest) <= (LINE_BYTES_MAX if self._width < 0 else self._width + 1)
        self._closed = self._closed and all(line.rstrip().endswith(b"'") for line in lines)


class Plain:
    """Makes a file plain as its bytes come; *lines* has looked at all of it before."""

    def __init__(self, lines: Lines) -> None:
        self._narrow, self._lines, self._left, self._held = _narrow(), lines, lines.ends, b""

    @property
    def findings(self) -> list[Finding]:
        """What was odd about it, once its beginning is known."""
        return [*_noted(self._narrow), *([faults.wrapped()] if self._lines.wrapped else [])]

    def feed(self, chunk: bytes) -> bytes:
        """Return what these bytes say."""
        return self._joined(self._narrow.feed(chunk))

    def end(self) -> bytes:
        """Return what is left."""
        return self._joined(self._narrow.end()) + self._held

    def _joined(self, chunk: bytes) -> bytes:
        if not self._lines.wrapped:
            return chunk
        text = self._held + chunk[: self._left]
        self._left -= min(len(chunk), self._left)
        self._held = b"\r" if text.endswith(b"\r") else b""
        return text[: len(text) - len(self._held)].replace(b"\r\n", b"").replace(b"\n", b"")
