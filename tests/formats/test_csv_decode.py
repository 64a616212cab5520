"""Reading CSV: cells where they stand and as they stand, nothing ever in the wrong column, every fault named."""

import pytest

from tradelane.formats import csv
from tradelane.formats.table import Limits, Parts, cell, divide
from tradelane.model.finding import Unreadable
from tradelane.model.table import Dialect, Grouping

ORDERS = b"PO,Line,Qty\r\n4711,1,5\r\n4711,2,7\r\n4712,1,9\r\n"
DECLARED = Dialect(delimiter=",")


def _rows(body: bytes, dialect: Dialect = DECLARED) -> list[list[str]]:
    """Return the values of every row; a row whose cells cannot be told apart is empty."""
    return [[each.value for each in row.node.children] for row in csv.decode(body, dialect).rows()]


def _codes(body: bytes, dialect: Dialect = DECLARED, limits: Limits | None = None) -> list[str]:
    try:
        table = csv.decode(body, dialect, limits or Limits())
    except Unreadable as refused:
        return [finding.code for finding in refused.findings]
    return [f.code for f in table.findings] + [f.code for row in table.rows() for f in row.findings]


def _said(parts: Parts) -> list[list[str]]:
    return [[f"{cell(row, 'PO')}/{cell(row, 'Line')}" for row in _lines(part)] for part in parts.documents]


def _lines(part) -> list:
    return [node for node in part.message.root.children if node.name == "row"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", "^"])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_any_delimiter_and_any_line_end_are_read_alike(delimiter, end):
    text = end.join(
        delimiter.join(row) for row in (["PO", "Qty"], ["1", "5,0" if delimiter != "," else "5"], ["2", ""])
    )
    dialect = Dialect(delimiter=delimiter)
    assert _rows(text.encode(), dialect) == _rows(text.replace(end, "\n").encode(), dialect)
    assert len(_rows(text.encode(), dialect)) == 2


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_a_delimiter_that_nobody_declared_is_found_and_said(delimiter):
    body = ORDERS.replace(b",", delimiter.encode())
    table = csv.decode(body)
    assert table.columns == ("PO", "Line", "Qty")
    assert [finding.code for finding in table.findings] == ["csv.delimiter-assumed"]


def test_an_unclear_delimiter_is_refused_rather_than_guessed():
    assert _codes(b"a;b,c\n1;2,3\n", Dialect()) == ["csv.delimiter-unclear"]


def test_the_line_excel_writes_about_its_delimiter_counts():
    assert csv.decode(b"sep=;\r\nPO;Qty\r\n1;5\r\n").columns == ("PO", "Qty")


def test_quotes_hold_delimiters_line_breaks_and_themselves():
    body = b'PO,Note\r\n1,"a, ""b""\r\nc"\r\n2,5" pipe\r\n'
    assert _rows(body) == [["1", 'a, "b"\r\nc'], ["2", '5" pipe']]


def test_values_stay_as_they_were_written():
    body = b"SKU,Qty,Note\n00123, 5 ,=cmd|'/c calc'!A1\n1E5,007,\t=1+1\n"
    assert _rows(body) == [["00123", " 5 ", "=cmd|'/c calc'!A1"], ["1E5", "007", "\t=1+1"]]


@pytest.mark.parametrize(
    ("encoding", "declared", "remarks"),
    [
        ("utf-8", "", []),
        ("utf-8-sig", "", []),
        ("utf-8-sig", "utf-8", []),
        ("cp1252", "", ["csv.encoding-assumed"]),
        ("cp1252", "cp1252", []),
        ("latin-1", "latin-1", []),
        ("utf-16", "utf-16", []),
        ("utf-16-le", "utf-16", []),
        ("utf-16", "", ["csv.encoding"]),
    ],
)
def test_an_encoding_is_declared_or_found_and_utf_16_only_when_declared(encoding, declared, remarks):
    body = "Größe,Menge\r\nä,ß\r\n".encode(encoding)
    dialect = Dialect(delimiter=",", encoding=declared)
    assert _codes(body, dialect) == remarks
    if remarks != ["csv.encoding"]:
        assert csv.decode(body, dialect).columns == ("Größe", "Menge")
        assert _rows(body, dialect) == [["ä", "ß"]]


def test_bytes_of_another_encoding_than_the_declared_spoil_their_row_only():
    body = b"PO,Name\n1,M\xfcller\n2,Meier\n"
    table = csv.decode(body, Dialect(delimiter=",", encoding="utf-8"))
    assert [[f.code for f in row.findings] for row in table.rows()] == [["csv.encoding"], []]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (b"1,2,3", "csv.column-count"),
        (b"1", "csv.column-count"),
        (b"1;2", "csv.mixed-delimiter"),
        (b'1,"2', "csv.unclosed-quote"),
        (b'"1"x,2', "csv.quote-inside"),
        (b"1,2\r3", "csv.bare-carriage-return"),
        (b"1,2\x003", "csv.control-character"),
        (b"1," + b"9" * 100_001, "csv.limit"),
        (b"1," + b"9" * 1_000_001, "csv.limit"),
    ],
)
def test_a_bad_row_is_named_by_its_number_and_no_cell_slips(row, code):
    body = b"PO,Qty\n7,8\n" + row + b"\n"
    good, bad = csv.decode(body, DECLARED).rows()
    assert [each.value for each in good.node.children] == ["7", "8"]
    assert [finding.code for finding in bad.findings] == [code]
    assert str(bad.findings[0].where).startswith("row 3")
    assert body[bad.findings[0].where.start : bad.findings[0].where.end].strip(b"\r\n")


def test_after_an_unclosed_quote_nothing_is_guessed():
    """What follows may be inside the quote or not; who went on reading could take a half row for a whole one."""
    table = csv.decode(b'PO,Qty\n1,"2\n3,4\n5,6\n', DECLARED)
    [row] = table.rows()
    assert not row.whole
    assert "so 2 more lines are not read" in row.findings[0].says


def test_after_a_misplaced_quote_reading_goes_on_with_the_next_line():
    assert _rows(b'PO,Qty\n1,"2"3\n4,5\n') == [[], ["4", "5"]]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "csv.empty"),
        (b"\xef\xbb\xbf\r\n\r\n", "csv.empty"),
        (b"PO,Qty,PO\n1,2,3\n", "csv.column-twice"),
        (b'PO,"Qty\n1,2\n', "csv.unclosed-quote"),
        (b"P\xffO,Qty\n1,2\n", "csv.encoding"),
    ],
)
def test_a_file_whose_columns_cannot_be_told_is_refused(body, code):
    assert code in _codes(body, Dialect(delimiter=",", encoding="utf-8"))


def test_a_value_under_no_name_is_not_lost_silently():
    assert _codes(b"PO,,\n1,,\n") == []
    assert _codes(b"PO,,\n1,x,\n") == ["csv.column-unnamed"]


def test_rows_count_as_a_spreadsheet_counts_them():
    body = b'PO,Qty\n\n1,"2\n2"\n,,\n\n3,x\n'
    table = csv.decode(body.replace(b",,", b","), DECLARED)
    assert [row.number for row in table.rows()] == [3, 6]
    assert [row.node.where for row in table.rows()] == ["row 3", "row 6"]


def test_a_file_without_names_has_them_declared():
    dialect = Dialect(delimiter=",", columns=("PO", "Qty"))
    assert [cell(row.node, "Qty") for row in csv.decode(b"1,5\n2,6\n", dialect).rows()] == ["5", "6"]


def test_lines_before_the_names_are_passed_over_when_declared():
    assert csv.decode(b"Report of Monday\n\nPO,Qty\n1,5\n", Dialect(delimiter=",", skip=1)).columns == ("PO", "Qty")


def test_rows_of_several_kinds_are_told_apart_by_their_first_cell():
    dialect = Dialect(delimiter=",", records={"H": ("kind", "PO"), "D": ("kind", "Item", "Qty")})
    table = csv.decode(b"H,1\nD,a,5\nD,b,6\nH,2\nD,c,7\nX,1\n", dialect)
    *rows, unknown = table.rows()
    assert [(row.node.name, row.node.children[-1].value) for row in rows] == [
        ("H", "1"), ("D", "5"), ("D", "6"), ("H", "2"), ("D", "7"),
    ]  # fmt: skip
    assert unknown.findings[0].code == "csv.unknown-record"
    parts = divide(csv.decode(b"H,1\nD,a,5\nH,2\nD,c,7\n", dialect), "orders", Grouping(opens="H"))
    assert [[node.name for node in part.message.root.children] for part in parts.documents] == [["H", "D"], ["H", "D"]]


# --- documents --------------------------------------------------------------------------------------------------


def test_rows_alike_in_the_key_columns_make_one_document_wherever_they_stand():
    body = ORDERS + b"4711,3,2\r\n"
    parts = divide(csv.decode(body, DECLARED), "orders", Grouping(group=("PO",)))
    assert _said(parts) == [["4711/1", "4711/2", "4711/3"], ["4712/1"]]


def test_the_first_row_of_a_document_speaks_for_the_whole():
    part, *_ = divide(csv.decode(ORDERS, DECLARED), "orders", Grouping(group=("PO",))).documents
    assert [(node.name, node.value) for node in part.message.root.children if node.name != "row"] == [
        ("PO", "4711"), ("Line", "1"), ("Qty", "5"),
    ]  # fmt: skip


def test_rows_nest_where_they_are_alike():
    body = b"PO,Line,Date\n1,1,a\n1,1,b\n1,2,c\n"
    part, *_ = divide(csv.decode(body, DECLARED), "orders", Grouping(group=("PO",), nest={"line": ("Line",)})).documents
    lines = [node for node in part.message.root.children if node.name == "line"]
    assert [[cell(row, "Date") for row in line.children if row.name == "row"] for line in lines] == [["a", "b"], ["c"]]


BAD = b"PO,Line,Qty\r\n1,1,5\r\n2,1\r\n3,1,\x07\r\n"


def test_a_bad_row_spoils_all_or_its_document_or_only_itself_as_declared():
    def taken(body: bytes, accept) -> tuple[bool, list[str], list[bool]]:
        parts = divide(csv.decode(body, DECLARED), "orders", Grouping(group=("PO",), accept=accept))
        return parts.refused, [f.code for f in parts.findings], [part.refused for part in parts.documents]

    whole = BAD.replace(b"2,1\r\n", b"2,1,4\r\n")
    assert taken(whole, "file")[:2] == (True, ["csv.control-character"])
    assert taken(whole, "document") == (False, [], [False, False, True])
    assert taken(whole, "row") == (False, ["csv.control-character", "table.rows-left-out"], [False, False])
    # Nobody knows which document a row belongs to whose cells cannot be told apart: it spoils the file.
    assert taken(BAD, "document")[:2] == (True, ["csv.column-count", "csv.control-character"])
    refused, codes, documents = taken(BAD, "row")
    assert (refused, codes[-1], documents) == (False, "table.rows-left-out", [False])


def test_rows_left_out_are_told_by_their_numbers():
    parts = divide(csv.decode(BAD, DECLARED), "orders", Grouping(accept="row"))
    assert parts.findings[-1].says == "2 rows are left out: 3, 4."
    assert {finding.severity for finding in parts.findings} == {"warning"}


def test_a_row_without_its_key_belongs_to_no_document():
    parts = divide(csv.decode(b"PO,Qty\n1,5\n,6\n", DECLARED), "orders", Grouping(group=("PO",)))
    assert parts.refused
    assert [(finding.code, str(finding.where)) for finding in parts.findings] == [("table.no-key", "row 3")]


def test_a_file_of_names_alone_says_so():
    parts = divide(csv.decode(b"PO,Qty\n", DECLARED), "orders")
    assert [finding.code for finding in parts.findings] == ["table.no-rows"]


def test_a_document_too_large_to_be_read_at_once_is_refused_alone():
    body = b"PO,Qty\n" + b"1,5\n" * 100 + b"2,6\n"
    limits = Limits(document_cells=50)
    parts = divide(csv.decode(body, DECLARED), "orders", Grouping(group=("PO",)), limits)
    assert [part.refused for part in parts.documents] == [True, False]


@pytest.mark.parametrize(
    "limits", [Limits(bytes=10), Limits(rows=1), Limits(columns=2), Limits(cell_bytes=1), Limits(row_bytes=5)]
)
def test_more_than_the_limits_is_refused(limits):
    assert "csv.limit" in _codes(b"PO,Line,Qty\n11,22,33\n11,22,33\n", DECLARED, limits)
