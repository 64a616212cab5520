"""Read a workbook: its one sheet becomes rows of named cells, each text as it stands, numbers and dates plainly.

A cell that is a number and no text carries ``@type``, so that a map can refuse it where text is agreed: what a
spreadsheet took for a number has lost its zeros.
"""

import datetime
import io
import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

import python_calamine as calamine

from tradelane.formats.table import ROW, Limits, Row, Table, named
from tradelane.formats.xlsx.fault import fault
from tradelane.formats.xlsx.package import PackageLimits, checked
from tradelane.formats.xlsx.sheet import Survey, letters, sheet_parts, spot, text_bytes
from tradelane.model.finding import Finding, Place, Unreadable
from tradelane.model.message import Node
from tradelane.model.table import Dialect

_USUAL, _LIMITS, _PACKAGE = Dialect(), Limits(), PackageLimits()
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
DIGITS = 15
"""So many digits of a number a spreadsheet keeps."""


def decode(
    body: bytes,
    dialect: Dialect = _USUAL,
    limits: Limits = _LIMITS,
    package: PackageLimits = _PACKAGE,
    decimal: str = ".",
) -> Table:
    """Return the rows of one sheet; *decimal* is how numbers are to be written. Raises `Unreadable`."""
    surveys: dict[str, Survey] = {}
    parts = checked(body, package, lambda name, piece: surveys.setdefault(name, Survey(package)).see(piece))
    for one in surveys.values():
        one.see(b"", last=True)
    if sum(one.count for one in surveys.values()) > package.cells:
        raise Unreadable(fault("limit", f"It holds more than {package.cells:,} cells.", "Send it in smaller files."))
    paths = sheet_parts(parts)
    book = _asked(lambda: calamine.CalamineWorkbook.from_filelike(io.BytesIO(body)))
    name, findings = _chosen(book, dialect)
    survey = surveys.get(paths.get(name, ""))
    if survey is None:
        raise Unreadable(fault("no-sheet", f"The sheet {name!r} holds no cells we can read.", "Save it anew."))
    if text_bytes(survey, _shared(surveys)) > package.text_bytes:
        raise Unreadable(fault("limit", f"The texts of {name!r} come to too much.", "Send it in smaller files."))
    values = _asked(lambda: book.get_sheet_by_name(name).to_python(skip_empty_area=False))
    reader = _Reader(name, values, survey, dialect, limits, decimal)
    first = dialect.skip
    if not dialect.columns:
        reader.columns, first = reader.names(first), first + 1
    else:
        reader.columns = dialect.columns
    reader.first = first
    return Table("xlsx", tuple(reader.columns), max(0, len(reader.places) - first), reader.row, findings)


def _shared(surveys: dict[str, Survey]) -> Survey | None:
    return next((one for name, one in surveys.items() if name.lower() == "xl/sharedstrings.xml"), None)


def _chosen(book: "calamine.CalamineWorkbook", dialect: Dialect) -> tuple[str, list[Finding]]:
    """Return the sheet to read: the declared one, or the first that can be seen."""
    known = [each for each in book.sheets_metadata if each.typ == calamine.SheetTypeEnum.WorkSheet]
    if dialect.sheet:
        if dialect.sheet not in [each.name for each in known]:
            shown = ", ".join(repr(each.name) for each in known[:20])
            says = f"There is no sheet {dialect.sheet!r}."
            raise Unreadable(fault("no-sheet", says, f"Name it so; the file has {shown}."))
        return dialect.sheet, []
    seen = [each.name for each in known if each.visible == calamine.SheetVisibleEnum.Visible]
    if not seen:
        raise Unreadable(fault("no-sheet", "There is no sheet that can be seen.", "Send the rows in a visible sheet."))
    if len(seen) == 1:
        return seen[0], []
    says = f"The sheet was not declared; of {len(seen)} sheets the first, {seen[0]!r}, was read."
    return seen[0], [fault("sheet-assumed", says, "Declare the sheet with us.", severity="warning")]


def _asked(question: Callable[[], Any]) -> Any:
    """Ask the reader of workbooks; whatever it stumbles over, these bytes are no workbook we take."""
    try:
        return question()
    except Unreadable:
        raise
    except BaseException as wrong:
        # A panic of the reader is no Exception; but what comes from outside (an interrupt, no memory) is no answer.
        if not isinstance(wrong, Exception) and type(wrong).__name__ != "PanicException":
            raise
        says = "The workbook cannot be read; a part of it is broken."
        raise Unreadable(fault("not-xlsx", says, "Save it anew as XLSX.")) from None


class _Reader:
    """One sheet, its cells loaded, its rows made when asked for."""

    def __init__(
        self, name: str, values: list[list[Any]], survey: Survey, dialect: Dialect, limits: Limits, decimal: str
    ) -> None:
        self.name, self.values, self.survey = name, values, survey
        self.formulas, self.limits, self.decimal = dialect.formulas, limits, decimal
        self.places = [place for place, row in enumerate(values) if any(value != "" for value in row)]
        self.columns: Sequence[str] = ()
        self.first = 0
        if len(self.places) > limits.rows:
            says = f"The sheet holds more than {limits.rows:,} rows."
            raise Unreadable(fault("limit", says, "Send it in smaller files."))

    def names(self, first: int) -> tuple[str, ...]:
        """Return the names of the columns as row *first* of the sheet gives them."""
        if first >= len(self.places):
            says, fix = "There is no row that names the columns.", "Send the names of the columns as the first row."
            raise Unreadable(fault("no-names", says, fix, f"sheet {self.name}"))
        place = self.places[first]
        row = [said_as(value, self.decimal)[0].strip() for value in self.values[place]]
        while row and not row[-1]:
            row.pop()
        where = f"sheet {self.name}, row {place + 1}"
        faults = [*named(row, "xlsx", where, Place())]
        if len(row) > self.limits.columns:
            says = f"It names {len(row):,} columns; we take {self.limits.columns:,}."
            faults.append(fault("limit", says, "Send fewer columns.", where))
        if faults:
            raise Unreadable(*faults)
        return tuple(row)

    def row(self, number: int) -> Row:
        """Return row *number* of those below the names."""
        place = self.places[number + self.first]
        values = self.values[place]
        node = Node(ROW, where=f"sheet {self.name}, row {place + 1}")
        findings: list[Finding] = []
        for column, value in enumerate(values, 1):
            name = self.columns[column - 1] if column <= len(self.columns) else ""
            where = f"sheet {self.name}, cell {letters(column)}{place + 1}"
            text, kind = said_as(value, self.decimal)
            wrong = self._fault(text, name, where, spot(place + 1, column))
            if wrong is not None:
                findings.append(wrong)
            if name:
                cell = Node(name, text, where=f"{where} ({name})")
                if kind:
                    cell.children = [Node("@type", kind)]
                node.children.append(cell)
        return Row(place + 1, node, tuple(findings))

    def _fault(self, text: str, name: str, where: str, at: int) -> Finding | None:
        if at in self.survey.errors:
            return fault("error-value", "The cell shows an error of the spreadsheet.", "Correct the cell.", where)
        if at in self.survey.formulas and not self.formulas:
            says = "The cell holds a formula; we take values only."
            return fault("formula", says, "Paste the values, or agree with us that formulas may stand.", where)
        if text and not name:
            return fault("column-unnamed", f"{text[:40]!r} stands under no name.", "Name every column.", where)
        if len(text) > self.limits.cell_bytes:
            return fault("limit", f"The cell holds {len(text):,} characters.", "Shorten it.", where)
        if _CONTROL.search(text):
            return fault("control-character", "It holds a control character.", "Send printable characters.", where)
        return None


def said_as(value: Any, decimal: str = ".") -> tuple[str, str]:
    """Return a cell's value as text, and what it is when it is no text: a number, a date, a time, a truth.

    >>> said_as("00123"), said_as(12.5, ","), said_as(datetime.date(2026, 11, 20))
    (('00123', ''), ('12,5', 'number'), ('2026-11-20', 'date'))
    """
    match value:
        case str():
            return value, ""
        case bool():
            return str(value).upper(), "boolean"
        case float() | int():
            return _plain(value).replace(".", decimal), "number"
        case datetime.datetime():
            midnight = value.time() == datetime.time()
            return (value.date().isoformat() if midnight else value.isoformat(timespec="seconds")), "date"
        case datetime.date():
            return value.isoformat(), "date"
        case datetime.time():
            return value.isoformat(timespec="seconds"), "time"
        case datetime.timedelta():
            return str(value), "time"
        case _:
            return str(value), "other"


def _plain(value: float) -> str:
    """Write a number without exponent, with the digits that a spreadsheet shows."""
    text = format(Decimal(format(value, f".{DIGITS}g")), "f")
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"
