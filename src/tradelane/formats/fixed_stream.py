"""Read fixed-width records of any size as their bytes come, a table for each stretch of them."""

from collections.abc import Iterator

from tradelane.formats.fixed import BLANK, Records, empty
from tradelane.formats.table import Limits, Table
from tradelane.model.finding import Finding, Place, Unreadable
from tradelane.model.table import Layout

LARGE = Limits(bytes=8 * 1024**3, rows=1_000_000_000)


class Blocks:
    """The records of a file in *layout*; raises `Unreadable` where one never ends, or when there is none."""

    def __init__(self, layout: Layout, limits: Limits = LARGE) -> None:
        self._layout, self._limits = layout, limits
        self._text, self._base, self._number, self._blank = b"", 0, 1, True

    def feed(self, chunk: bytes) -> Iterator[Table]:
        """Yield the records that are complete with these bytes."""
        self._text += chunk
        self._blank = self._blank and not chunk.strip(BLANK)
        return self._block(ended=False)

    def end(self) -> Iterator[Table]:
        """Yield what is left."""
        if self._blank:
            raise Unreadable(empty())
        return self._block(ended=True)

    def _block(self, ended: bool) -> Iterator[Table]:
        records = Records(self._text, self._layout, self._limits, self._base, self._number, ended)
        if len(self._text) - records.rest > 4 * self._limits.row_bytes:
            raise Unreadable(self._endless(records))
        self._text = self._text[records.rest :]
        self._base, self._number = self._base + records.rest, self._number + records.lines
        if records.starts:
            yield records.table()

    def _endless(self, records: Records) -> Finding:
        says = f"The record that begins here has no end within {4 * self._limits.row_bytes:,} bytes."
        where = Place(start=self._base + records.rest, path=f"line {self._number + records.lines}")
        return Finding(code="fixed.limit", says=says, fix="Check it against the layout of its records.", where=where)
