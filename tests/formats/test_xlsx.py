"""Workbooks: text stays text, numbers and days are said plainly, and nothing that acts is opened."""

import io
import struct
import time
import tracemalloc
import zipfile
from datetime import date, datetime
from datetime import time as clock

import pytest
import xlsxwriter
from tests.formats.table_bytes import built, rows_of, workbook

from tradelane.formats import xlsx
from tradelane.formats.table import Limits
from tradelane.model.finding import Unreadable
from tradelane.model.message import BuiltMessage, Node
from tradelane.model.table import Dialect


def _codes(body: bytes, dialect: Dialect | None = None, **more) -> list[str]:
    try:
        table = xlsx.decode(body, dialect or Dialect(), **more)
    except Unreadable as refused:
        return [finding.code for finding in refused.findings]
    return [f.code for f in table.findings] + [f.code for row in table.rows() for f in row.findings]


def _typed(*values: object) -> bytes:
    """Return a workbook with one row of values, as a spreadsheet types them."""
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made, {"in_memory": True})
    page = book.add_worksheet("Orders")
    day, hour = book.add_format({"num_format": "yyyy-mm-dd hh:mm"}), book.add_format({"num_format": "hh:mm"})
    for column, value in enumerate(values):
        page.write_string(0, column, f"c{column}")
        match value:
            case datetime() | date():
                page.write_datetime(1, column, value, day)
            case clock():
                page.write_datetime(1, column, value, hour)
            case str():
                page.write_string(1, column, value)
            case _:
                page.write(1, column, value)
    book.close()
    return made.getvalue()


def _edited(body: bytes, name: str, old: str, new: str) -> bytes:
    """Return a workbook with one part of it changed."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(body)) as old_zip, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new_zip:
        for entry in old_zip.namelist():
            text = old_zip.read(entry)
            if entry == name:
                assert old.encode() in text, text[:400]
                text = text.replace(old.encode(), new.encode(), 1)
            new_zip.writestr(entry, text)
    return made.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


def test_text_stays_text_and_what_is_typed_says_so():
    moments = date(2026, 11, 20), datetime(2026, 11, 20, 14, 25), clock(9, 5)
    [row] = xlsx.decode(_typed("00123", 12.5, 1234567890123, 0.1 + 0.2, *moments, True)).rows()
    assert [(cell.value, cell.children[0].value if cell.children else "") for cell in row.node.children] == [
        ("00123", ""),
        ("12.5", "number"),
        ("1234567890123", "number"),
        ("0.3", "number"),
        ("2026-11-20", "date"),
        ("2026-11-20T14:25:00", "date"),
        ("09:05:00", "time"),
        ("TRUE", "boolean"),
    ]


def test_numbers_are_said_with_the_sign_the_map_reads():
    [row] = xlsx.decode(_typed(1234.5), decimal=",").rows()
    assert row.node.children[0].value == "1234,5"


def test_a_cell_is_named_as_people_name_it():
    [row] = xlsx.decode(workbook([("PO", "Qty"), ("1", "5")])).rows()
    assert [cell.where for cell in row.node.children] == ["sheet Orders, cell A2 (PO)", "sheet Orders, cell B2 (Qty)"]


def test_the_declared_sheet_is_read_and_another_one_is_an_assumption():
    body = workbook([("PO",), ("1",)], Stock=[("Item",), ("2",)])
    assert xlsx.decode(body, Dialect(sheet="Stock")).columns == ("Item",)
    assert _codes(body) == ["xlsx.sheet-assumed"]
    assert _codes(body, Dialect(sheet="Prices")) == ["xlsx.no-sheet"]


def test_hidden_sheets_are_no_choice():
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made, {"in_memory": True})
    for name in ("Shown", "Notes"):
        book.add_worksheet(name).write_string(0, 0, name)
    book.get_worksheet_by_name("Notes").hide()
    book.close()
    assert _codes(made.getvalue()) == []


def test_a_cell_of_an_error_is_named():
    body = _edited(_typed("x", 5), SHEET, '<c r="B2"><v>5</v></c>', '<c r="B2" t="e"><v>#N/A</v></c>')
    assert _codes(body) == ["xlsx.error-value"]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('<c r="B2"><v>5</v></c>', '<c r="B2"><f>2+3</f><v>5</v></c>', "xlsx.formula"),
        ('<c r="B2"><v>5</v></c>', '<c a=">" r="B2"><f>2+3</f><v>5</v></c>', "xlsx.formula"),
        ('<c r="B2"><v>5</v></c>', "<c r='B2' t='n' ><v>5</v><f >2+3</f></c>", "xlsx.formula"),
        ('<c r="B2"><v>5</v></c>', '<c r="XFD1048576"><v>5</v></c>', "xlsx.limit"),
        ('<c r="B2"><v>5</v></c>', '<c x=">" r="XFD1048576"><v>5</v></c>', "xlsx.limit"),
        ('<c r="B2"><v>5</v></c>', '<c r="&#66;2"><v>5</v></c>', "xlsx.not-xlsx"),
        ('<c r="B2"><v>5</v></c>', '</row><row r="1048576"><c><v>5</v></c>', "xlsx.limit"),
        ("<worksheet", "<!DOCTYPE x [<!ENTITY e 'x'>]><worksheet", "xlsx.doctype"),
        ('encoding="UTF-8"', 'encoding="UTF-16"', "xlsx.not-xlsx"),
    ],
)
def test_a_worksheet_is_what_it_looks_like_or_refused(old, new, code):
    """Whatever a reader could find in it, the look before has found first."""
    assert code in _codes(_edited(_typed("x", 5), SHEET, old, new))


def _patched(body: bytes, name: str, at: int, size: int, value: int) -> bytes:
    """Return a zip whose directory says something else of the entry *name*."""
    place = body.rfind(name.encode()) - 46
    assert body[place : place + 4] == b"PK\x01\x02"
    return body[: place + at] + value.to_bytes(size, "little") + body[place + at + size :]


def _plain_zip(**entries: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in entries.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return made.getvalue()


@pytest.mark.parametrize(
    ("at", "size", "value"), [(24, 4, 60_000), (24, 4, 1), (16, 4, 1)], ids=["more", "less", "crc"]
)
def test_an_entry_that_is_not_what_the_directory_says_is_refused(at, size, value):
    body = _patched(workbook([("a",), ("1",)]), "xl/styles.xml", at, size, value)
    assert _codes(body) == ["xlsx.zip"]


def _in_zip64(body: bytes, **said: int) -> bytes:
    """Return a zip whose directory ends in the form for large files, as some programs write it around small ones."""
    _, disk, first, here, count, size, offset, _ = struct.unpack("<4s4H2LH", body[-22:])
    end = len(body) - 22
    whole = {"length": 44, "disk": disk, "first": first, "here": here, "count": count, "size": size, "offset": offset}
    whole |= {name: value for name, value in said.items() if name in whole}
    large = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", whole.pop("length"), 45, 45, *whole.values())
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, said.get("at", end), 1)
    short = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 0xFFFF, said.get("short", 0xFFFF), 0xFFFFFFFF, 0xFFFFFFFF, 0)
    return body[:end] + large + locator + short


def test_a_workbook_in_a_zip_for_large_files_is_read_as_any_other():
    body = workbook([["PO Number", "Quantity"], ["4711", "3"]])
    assert rows_of(xlsx.decode(_in_zip64(body))) == rows_of(xlsx.decode(body))


@pytest.mark.parametrize("said", [{"at": 7}, {"count": 1}, {"short": 3}, {"offset": 9}, {"length": 90}, {"disk": 1}])
def test_a_directory_for_large_files_that_lies_is_refused(said):
    body = workbook([["PO Number", "Quantity"], ["4711", "3"]])
    assert _codes(_in_zip64(body, **said)) == ["xlsx.zip"]


def test_an_entry_inside_another_is_refused():
    """So a small zip could unpack to a large one: every entry once more in each that holds it."""
    inner = _plain_zip(inner=b"x" * 50)
    body = _plain_zip(outer=b"_" * 10 + inner[: inner.find(b"PK\x01\x02")], inner=b"x" * 50)
    assert _codes(body) == ["xlsx.not-xlsx"]
    place = body.find(b"_" * 10) + 10
    assert _codes(_patched(body, "inner", 42, 4, place)) == ["xlsx.zip"]


def test_two_sheets_of_one_name_are_refused():
    body = workbook([("PO",), ("1",)], Stock=[("Item",), ("2",)])
    assert "xlsx.not-xlsx" in _codes(_edited(body, "xl/workbook.xml", 'name="Stock"', 'name="Orders"'))


def test_one_long_text_shown_very_often_is_refused_before_it_is_loaded():
    body = workbook([("a",), *[("x" * 30_000,)] * 2_000])
    tracemalloc.start()
    assert _codes(body) == ["xlsx.limit"]
    assert tracemalloc.get_traced_memory()[1] < 64 * 1024 * 1024
    tracemalloc.stop()


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "xlsx.not-xlsx"),
        (b"PO,Qty\n1,2\n", "xlsx.not-xlsx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600, "xlsx.not-xlsx"),
        (workbook([("a", "a"), ("1", "2")]), "xlsx.column-twice"),
        (workbook([]), "xlsx.no-names"),
        (workbook([("a", ""), ("1", "x")]), "xlsx.column-unnamed"),
    ],
)
def test_what_cannot_be_read_is_refused_by_name(body, code):
    assert _codes(body) == [code]


@pytest.mark.parametrize("limits", [Limits(rows=1), Limits(columns=1), Limits(cell_bytes=1)])
def test_more_than_the_limits_is_refused(limits):
    assert "xlsx.limit" in _codes(workbook([("aa", "bb"), ("11", "22"), ("11", "22")]), limits=limits)


def test_a_large_workbook_takes_no_more_than_its_size_allows():
    body = workbook([("a", "b", "c", "d")] + [(f"SKU-{n}", str(n), "EA", f"text {n % 997}") for n in range(20_000)])
    begun = time.process_time()
    assert sum(1 for _ in xlsx.decode(body).rows()) == 20_000
    assert time.process_time() - begun < 2 * max(1, len(body) / 2**20) + 2


# --- writing ----------------------------------------------------------------------------------------------------


def test_cells_are_typed_only_where_their_node_says_so():
    number, day = [Node("@type", "number")], [Node("@type", "date"), Node("@day", "2026-11-20")]
    cells = [Node("Item", "00123"), Node("Qty", "6,5", number), Node("Day", "20.11.2026", day), Node("Note", "=1+1")]
    message = BuiltMessage("orders", root=Node("orders", children=[Node("row", children=cells)]))
    [row] = xlsx.decode(xlsx.encode([message], decimal=","), decimal=",").rows()
    assert [(cell.value, cell.children[0].value if cell.children else "") for cell in row.node.children] == [
        ("00123", ""), ("6,5", "number"), ("2026-11-20", "date"), ("=1+1", ""),
    ]  # fmt: skip


def test_the_same_rows_make_the_same_bytes():
    assert xlsx.encode([built(("a",), [("1",)])]) == xlsx.encode([built(("a",), [("1",)])])


@pytest.mark.parametrize("value", ["x" * 32_768, "a\x07b"])
def test_what_no_cell_can_hold_is_refused_by_its_place(value):
    with pytest.raises(Unreadable) as refused:
        xlsx.encode([built(("a",), [("1",), (value,)])])
    assert [(f.code, str(f.where)) for f in refused.value.findings] == [("xlsx.unwritable", "row 3, column a")]


def test_what_is_written_is_read_back():
    rows = [["1", "a"], ["", "b"], ["3", " c "]]
    assert rows_of(xlsx.decode(xlsx.encode([built(("x", "y"), rows)]))) == rows
