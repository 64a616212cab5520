"""Write a workbook: one sheet, the names in bold, numbers and dates as such, all other text as text and never run."""

import io
import re
from collections.abc import Sequence
from datetime import date, datetime

from tradelane.formats.table import flat
from tradelane.formats.xlsx.fault import fault
from tradelane.model.finding import Finding, Unreadable
from tradelane.model.message import BuiltMessage, Node
from tradelane.model.table import Dialect

_USUAL = Dialect()
_MADE = datetime(2000, 1, 1)  # noqa: DTZ001 - a workbook has no zone; the same rows always make the same bytes
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,9})?")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
CELL_MAX = 32_767
ROWS_MAX = 1_048_575
FINDINGS_MAX = 100
WIDTH_MAX = 40


def encode(
    messages: Sequence[BuiltMessage],
    dialect: Dialect = _USUAL,
    columns: Sequence[str] = (),
    decimal: str = ".",
) -> bytes:
    """Return a workbook with the rows of *messages*. A cell is a number or a date only where its node says so.

    Raises `Unreadable` when a sheet cannot hold them.
    """
    import xlsxwriter  # Slow to load, and who looks at a file writes no workbook.

    names, rows = flat((message.root for message in messages if message.root is not None), columns or dialect.columns)
    findings = [*_faults(rows)]
    if findings:
        raise Unreadable(*findings)
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": _MADE})
    sheet = book.add_worksheet(_sheet_name(dialect.sheet))
    bold = book.add_format({"bold": True})
    day, text = book.add_format({"num_format": "yyyy-mm-dd"}), book.add_format({"num_format": "@"})
    if not dialect.columns:
        for column, name in enumerate(names):
            sheet.write_string(0, column, name, bold)
        sheet.freeze_panes(1, 0)
    for number, row in enumerate(rows, 0 if dialect.columns else 1):
        for column, cell in enumerate(row):
            match _typed(cell, decimal):
                case float() as amount:
                    sheet.write_number(number, column, amount)
                case datetime() as on:
                    sheet.write_datetime(number, column, on, day)
                case str() as said if said:
                    sheet.write_string(number, column, said, text)
    for column, name in enumerate(names):
        longest = max([len(name), *(len(cell.value) for row in rows[:200] if (cell := row[column]))])
        sheet.set_column(column, column, min(WIDTH_MAX, longest + 2))
    book.close()
    return made.getvalue()


def _typed(cell: Node | None, decimal: str) -> float | datetime | str:
    """Return what a cell is to hold: a number or a day where its node says so and it can be one, else text."""
    if cell is None:
        return ""
    kind = next((child.value for child in cell.children if child.name == "@type"), "")
    plain = cell.value.replace(decimal, ".")
    if kind == "number" and _NUMBER.fullmatch(plain):
        return float(plain)
    day = next((child.value for child in cell.children if child.name == "@day"), cell.value)
    return (kind == "date" and _day(day)) or cell.value


def _day(value: str) -> datetime | None:
    try:
        return datetime.combine(date.fromisoformat(value), datetime.min.time()) if value >= "1900-03-01" else None
    except ValueError:
        return None


def _sheet_name(said: str) -> str:
    return re.sub(r"[\[\]:*?/\\]", " ", said)[:31].strip("' ") or "Sheet1"


def _faults(rows: Sequence[Sequence[Node | None]]) -> list[Finding]:
    found: list[Finding] = []
    if len(rows) > ROWS_MAX:
        found.append(fault("unwritable", f"A sheet holds {ROWS_MAX:,} rows at most.", "Write several files."))
    for number, row in enumerate(rows, 2):
        for cell in row:
            if cell is not None and (len(cell.value) > CELL_MAX or _CONTROL.search(cell.value)):
                says = f"{cell.value[:40]!r} cannot stand in a cell: it is too long or holds a control character."
                found.append(fault("unwritable", says, "Change the value.", f"row {number}, column {cell.name}"))
        if len(found) >= FINDINGS_MAX:
            break
    return found
