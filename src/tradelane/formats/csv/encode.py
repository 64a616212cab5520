"""Write a CSV file: the declared dialect, quotes only where they are needed, and nothing a spreadsheet would run."""

import re
from collections.abc import Sequence

from tradelane.formats.csv.fault import fault
from tradelane.formats.table import flat
from tradelane.model.finding import Finding, Unreadable
from tradelane.model.message import BuiltMessage
from tradelane.model.table import Dialect

_USUAL = Dialect()
_RUNNABLE = ("=", "+", "-", "@", "\t", "\r", "\x00")
_NUMBER = re.compile(r"-?[0-9]{1,40}(?:[.,][0-9]{1,40})?")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
FINDINGS_MAX = 100


def encode(messages: Sequence[BuiltMessage], dialect: Dialect = _USUAL, columns: Sequence[str] = ()) -> bytes:
    """Return the rows of *messages* under one line of names; raises `Unreadable` when the dialect cannot say them."""
    names, rows = flat((message.root for message in messages if message.root is not None), columns or dialect.columns)
    writer = _Writer(dialect)
    lines = [] if dialect.columns else [writer.line(names, "the names")]
    for number, row in enumerate(rows, len(lines) + 1):
        lines.append(writer.line([harmless(cell.value) if cell else "" for cell in row], f"row {number}"))
    if writer.findings:
        raise Unreadable(*writer.findings)
    encoding = dialect.encoding or "utf-8"
    text = "".join(line + dialect.line_end for line in lines)
    return text.encode(encoding)


def harmless(value: str) -> str:
    """Return *value* so that no spreadsheet takes it for a formula; a plain number stays one.

    >>> harmless("=1+1"), harmless("-5"), harmless("00123")
    ("'=1+1", '-5', '00123')
    """
    return "'" + value if value.startswith(_RUNNABLE) and not _NUMBER.fullmatch(value) else value


class _Writer:
    """One file being written, with what could not be."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self.delimiter = dialect.delimiter or ","
        self.findings: list[Finding] = []

    def line(self, values: Sequence[str], where: str) -> str:
        """Return one row, without its end."""
        cells = [self._cell(value, where) for value in values]
        # A row of one empty cell would be an empty line, which nobody counts as a row.
        return self.dialect.quote * 2 if cells == [""] else self.delimiter.join(cells)

    def _cell(self, value: str, where: str) -> str:
        if _CONTROL.search(value):
            self._unwritable(value, where, "it holds a control character")
        try:
            value.encode(self.dialect.encoding or "utf-8")
        except UnicodeEncodeError as wrong:
            self._unwritable(value, where, f"{value[wrong.start]!r} is not in {self.dialect.encoding or 'utf-8'}")
        quote = self.dialect.quote
        needs = any(sign in value for sign in (self.delimiter, "\r", "\n")) or (quote and value.startswith(quote))
        if not needs and value == value.strip():
            return value
        if not quote:
            if needs:
                self._unwritable(value, where, "it holds a delimiter or a line break, and the dialect has no quotes")
            return value
        return quote + value.replace(quote, quote * 2) + quote

    def _unwritable(self, value: str, where: str, why: str) -> None:
        if len(self.findings) < FINDINGS_MAX:
            says = f"{value[:40]!r} cannot be written: {why}."
            self.findings.append(fault("unwritable", says, "Change the value, or agree on another dialect.", where))
