"""Read a CSV file of any size as its bytes come: first how it is written (`Writing`), then its rows (`Blocks`)."""

import codecs
from codecs import IncrementalDecoder, getincrementaldecoder
from collections.abc import Iterator

from msgspec.structs import replace

from tradelane.formats.csv import scan, spelling
from tradelane.formats.csv.decode import Reader
from tradelane.formats.csv.fault import fault
from tradelane.formats.csv.spelling import SAMPLE_BYTES, Spelling
from tradelane.formats.table import Limits, Table
from tradelane.model.finding import Unreadable
from tradelane.model.table import Dialect

LARGE = Limits(bytes=8 * 1024**3, rows=1_000_000_000)
_HEAD_BYTES = 2 * SAMPLE_BYTES
_USUAL = Dialect()
_WIDE = "utf-16"


class Writing:
    """How a file is written, found out while its bytes pass: all of it may have to, for one byte can decide."""

    def __init__(self, dialect: Dialect = _USUAL) -> None:
        self._dialect, self._size, self._begin = dialect, 0, b""
        self._blank, self._newline, self._return = True, False, False
        self._ascii, self._windows = True, True
        self._utf8: IncrementalDecoder | None = getincrementaldecoder("utf-8")("strict")
        self._wide = _Wide() if dialect.encoding == _WIDE else None
        self._head = b""

    @property
    def decided(self) -> bool:
        """Say whether more bytes change nothing."""
        declared = self._dialect.encoding not in ("", _WIDE) and self._newline and not self._blank
        return declared and len(self._head) >= _HEAD_BYTES

    def feed(self, chunk: bytes) -> None:
        """Look at the next bytes; raises `Unreadable` when they are not what is declared."""
        self._size += len(chunk)
        self._begin = (self._begin + chunk)[:4] if len(self._begin) < 4 else self._begin
        self._blank = self._blank and not chunk.strip(spelling.BLANK)
        self._look(chunk if self._wide is None else self._wide.feed(chunk))

    def end(self) -> Spelling:
        """Return how it is written; raises `Unreadable` when that cannot be told."""
        if self._blank:
            raise Unreadable(spelling.empty(self._size))
        if self._wide is not None:
            self._look(self._wide.end())
        elif (wrong := spelling.undeclared_wide(self._begin)) is not None:
            raise Unreadable(wrong)
        mark = self._head.startswith(spelling.MARK) and self._wide is None
        codec, findings = self._codec(mark)
        written = Spelling(
            text=self._head,
            begin=len(spelling.MARK) if mark else 0,
            codec=codec,
            delimiter=b"",
            quote=self._dialect.quote.encode(),
            line_end=b"\r" if self._return and not self._newline else b"\n",
            unit=self._wide.unit if self._wide else "",
            mark=self._wide.mark if self._wide else 0,
            findings=findings,
        )
        return spelling.with_signs(written, self._dialect)

    def _codec(self, mark: bool) -> tuple[str, tuple]:
        if self._wide is not None:
            return "utf-8", ()
        if self._dialect.encoding:
            return self._dialect.encoding, ()
        if mark or self._ascii or self._is_utf8(b"", final=True):
            return "utf-8", ()
        codec, finding = spelling.assumed(self._windows)
        return codec, (finding,)

    def _look(self, text: bytes) -> None:
        self._head += text[: max(0, _HEAD_BYTES - len(self._head))]
        self._newline = self._newline or b"\n" in text
        self._return = self._return or b"\r" in text
        if text.isascii() and (self._utf8 is None or not self._utf8.getstate()[0]):
            return
        self._ascii = False
        self._is_utf8(text, final=False)
        self._windows = self._windows and not text.translate(None, spelling.CP1252)

    def _is_utf8(self, text: bytes, final: bool) -> bool:
        if self._utf8 is not None:
            try:
                self._utf8.decode(text, final=final)
            except UnicodeDecodeError:
                self._utf8 = None
        return self._utf8 is not None


class Blocks:
    """The rows of a file that is written as *said*, a table for each stretch of them; ``columns`` once they are known.

    Raises `Unreadable` when the names of the columns will not do, or where a row never ends.
    """

    def __init__(self, said: Spelling, dialect: Dialect = _USUAL, limits: Limits = LARGE) -> None:
        self._said, self._dialect, self._limits = said, dialect, limits
        self._begin, self._base, self._number = said.begin, said.mark, 1
        self._text, self._wide = b"", _Wide() if said.unit else None
        self.columns = dialect.columns or max(dialect.records.values(), key=len, default=())
        self._named = bool(self.columns)
        self._skip = dialect.skip

    def feed(self, chunk: bytes) -> Iterator[Table]:
        """Yield the rows that are complete with these bytes."""
        self._text += chunk if self._wide is None else self._wide.feed(chunk)
        return self._block(ended=False)

    def end(self) -> Iterator[Table]:
        """Yield what is left."""
        self._text += b"" if self._wide is None else self._wide.end()
        yield from self._block(ended=True)
        if not self._named:
            said = replace(self._said, text=b"", begin=0)
            Reader(said, scan.rows(said, self._limits.rows), self._limits).names(0)

    def _block(self, ended: bool) -> Iterator[Table]:
        text, begin = self._text, self._begin
        if len(text) < begin:
            return
        said = replace(self._said, text=text, begin=begin, mark=self._base, findings=())
        found = scan.rows(said, self._limits.rows, self._number, ended)
        rest = found.rest
        if len(text) - rest > 4 * self._limits.row_bytes:
            at = self._base + rest
            says = f"The row that begins here is longer than {self._limits.row_bytes:,} bytes, if it ends at all."
            fix = "Is a quote missing somewhere? Send shorter rows."
            raise Unreadable(fault("limit", says, fix, f"row {self._number + found.lines}", (at, at)))
        self._text, self._begin, self._number = text[rest:], 0, self._number + found.lines
        self._base += self._length(text[:rest])
        yield from self._table(Reader(said, found, self._limits), len(found.starts))

    def _table(self, reader: Reader, size: int) -> Iterator[Table]:
        first = min(self._skip, size)
        self._skip -= first
        if not self._named and first < size:
            self.columns, self._named = reader.names(first), True
            first += 1
        if first < size:
            reader.columns, reader.records, reader.first = self.columns, self._dialect.records, first
            yield Table("csv", tuple(self.columns), size - first, reader.row, quick=reader.quick)

    def _length(self, text: bytes) -> int:
        return len(text.decode("utf-8", "replace").encode(self._said.unit)) if self._said.unit else len(text)


class _Wide:
    """Makes UTF-8 of UTF-16 as it comes; raises `Unreadable` where it is none."""

    def __init__(self) -> None:
        self.unit, self.mark = "", 0
        self._head, self._passed = b"", 0
        self._decoder: IncrementalDecoder | None = None

    def feed(self, chunk: bytes, final: bool = False) -> bytes:
        if self._decoder is None:
            self._head += chunk
            if len(self._head) < 2 and not final:
                return b""
            self.unit = "utf-16-be" if self._head.startswith(codecs.BOM_UTF16_BE) else "utf-16-le"
            self.mark = 2 if self._head.startswith(spelling.WIDE_MARKS) else 0
            self._decoder, self._passed = getincrementaldecoder(self.unit)("strict"), self.mark
            chunk = self._head[self.mark :]
        held = len(self._decoder.getstate()[0])
        try:
            text = self._decoder.decode(chunk, final=final).encode("utf-8")
        except UnicodeError as wrong:
            at = wrong.start if isinstance(wrong, UnicodeDecodeError) else 0
            raise Unreadable(spelling.no_wide(self._passed - held + at)) from None
        self._passed += len(chunk)
        return text

    def end(self) -> bytes:
        return self.feed(b"", final=True)
