"""The laws of rows in files: decode undoes encode, any bytes are read or refused, every cell's bytes are its own."""

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st
from tests.formats.table_bytes import built, rows_of, workbook

from tradelane.formats import csv, fixed, xlsx
from tradelane.formats.table import Limits, Table, divide
from tradelane.model.finding import Unreadable
from tradelane.model.table import Dialect, Field, Grouping, Layout, RecordLayout

MODEST = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
FEW = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))

# Everything but control characters and what a spreadsheet would run: those are refused, or written otherwise.
values = st.text(st.characters(min_codepoint=32, max_codepoint=0x2FFF, exclude_characters="\x7f"), max_size=12).filter(
    lambda said: not said.startswith(("=", "+", "-", "@"))
) | st.sampled_from(['"', '""', 'a"b', ",", ";", "\n", "a\r\nb", " a ", "'", "007", "|"])
plain_values = st.text("abcXYZ0123456789 .,;\"'|éß€", max_size=10)
names = st.lists(st.text("abcdefgh", min_size=1, max_size=5), min_size=1, max_size=5, unique=True)
dialects = st.builds(
    Dialect,
    delimiter=st.sampled_from([",", ";", "\t", "|"]),
    quote=st.sampled_from(['"', "'"]),
    encoding=st.sampled_from(["", "utf-8", "utf-16"]),
    line_end=st.sampled_from(["\r\n", "\n"]),
)


@st.composite
def tables(draw, cell=values):
    """Names of columns and rows of cells; a row of nothing would be no row."""
    columns = draw(names)
    row = st.tuples(*(cell for _ in columns)).filter(lambda cells: any(one.strip() for one in cells))
    return columns, draw(st.lists(row, min_size=1, max_size=5))


@MODEST
@given(table=tables(), dialect=dialects)
def test_csv_decoding_undoes_encoding(table, dialect):
    columns, rows = table
    body = csv.encode([built(columns, rows)], dialect)
    again = csv.decode(body, dialect)
    assert again.columns == tuple(columns)
    assert rows_of(again) == [list(row) for row in rows]
    assert [row.findings for row in again.rows()] == [()] * len(rows)
    for cell in (cell for row in again.rows() for cell in row.node.children):
        assert cell.value in _meant(body[cell.start : cell.end], dialect)


def _meant(said: bytes, dialect: Dialect) -> tuple[str, str]:
    """Return what some bytes of a file say, as they are and with doubled quotes taken for one."""
    text = said.decode("utf-16-le" if dialect.encoding == "utf-16" else "utf-8")
    return text, text.replace(dialect.quote * 2, dialect.quote)


@FEW
@given(table=tables())
def test_xlsx_decoding_undoes_encoding(table):
    columns, rows = table
    again = xlsx.decode(xlsx.encode([built(columns, rows)]))
    assert again.columns == tuple(columns)
    assert rows_of(again) == [list(row) for row in rows]


LAYOUT = Layout(
    records={
        "head": RecordLayout(sign="H", fields=(Field(name="a", at=2, length=12),)),
        "line": RecordLayout(
            sign="L",
            fields=(Field(name="b", at=3, length=12), Field(name="n", at=15, length=5, align="right", fill="0")),
        ),
    },
    encoding="cp1252",
)


@MODEST
@given(
    data=st.lists(st.tuples(plain_values.map(str.strip), st.integers(0, 99999)), min_size=1, max_size=5),
    line_end=st.sampled_from(["\r\n", "\n", ""]),
)
def test_fixed_width_decoding_undoes_encoding(data, line_end):
    layout = Layout(records=LAYOUT.records, encoding=LAYOUT.encoding, line_end=line_end)
    message = built(("b", "n"), [(text, str(number)) for text, number in data])
    assert message.root is not None
    for node in message.root.children:
        node.name = "line"
    table = fixed.decode(fixed.encode([message], layout), layout)
    assert rows_of(table) == [[text, str(number)] for text, number in data]


def _opened(decode, *more) -> Table | None:
    try:
        return decode(*more)
    except Unreadable as refused:
        findings = refused.findings
    assert findings
    assert all(finding.code and finding.says and finding.fix for finding in findings)
    return None


junk = st.binary(max_size=300) | st.text("a1,;\t|\"\r\n'\x00é", max_size=200).map(str.encode)


@MODEST
@example(body=b"\x80\n\xc2\x80", dialect=Dialect(line_end="\r\n"), accept="file")
@example(body=b'!\r ""', dialect=Dialect(), accept="file")
@given(body=junk, dialect=dialects | st.just(Dialect()), accept=st.sampled_from(["file", "document", "row"]))
def test_any_bytes_are_read_as_csv_or_refused(body, dialect, accept):
    table = _opened(csv.decode, body, dialect)
    if table is None:
        return
    for row in table.rows():
        assert not row.whole or len(row.node.children) == len([name for name in table.columns if name]) or row.findings
        for cell in row.node.children:
            said = body[cell.start : cell.end]
            assert 0 <= cell.start <= cell.end <= len(body)
            if dialect.encoding != "utf-16" and not row.findings:
                quoted = bool(dialect.quote) and body[: cell.start].endswith(dialect.quote.encode())
                assert _unquoted(said, _codec(body, dialect), dialect.quote if quoted else "") == cell.value
    parts = divide(table, "x", Grouping(group=table.columns[:1], accept=accept))
    for part in parts.documents:
        assert part.rows >= 1


def _codec(body: bytes, dialect: Dialect) -> str:
    """The first that reads the whole file, not the cell alone: a cell of Windows-1252 may look like UTF-8."""
    for encoding in (dialect.encoding,) if dialect.encoding else ("utf-8", "cp1252"):
        try:
            body.decode(encoding)
        except UnicodeDecodeError:
            continue
        return encoding
    return "latin-1"


def _unquoted(said: bytes, codec: str, quote: str) -> str:
    """What a cell says: a doubled quote is one in quotes, and two outside of them."""
    text = said.decode(codec)
    return text.replace(quote * 2, quote) if quote else text


@MODEST
@given(body=st.binary(max_size=300) | st.text("HLab01 \r\n\x00", max_size=200).map(str.encode), narrow=st.booleans())
def test_any_bytes_are_read_as_fixed_width_or_refused(body, narrow):
    layout = Layout(records=LAYOUT.records, line_end="" if narrow else "\n")
    table = _opened(fixed.decode, body, layout)
    for row in table.rows() if table else ():
        assert row.whole or row.findings
        for cell in row.node.children:
            assert body[cell.start : cell.end].decode("latin-1").strip(" 0") in ("", cell.value.strip("0"))


WHOLE = workbook([("a", "b"), ("1", "2"), ("3", "4")], More=[("c",), ("5",)])


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_any_bytes_are_read_as_a_workbook_or_refused(data):
    body = bytearray(WHOLE)
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(body) - 1))
        match data.draw(st.sampled_from(["set", "cut", "double"])):
            case "set":
                body[place] = data.draw(st.integers(0, 255))
            case "cut":
                del body[place : place + data.draw(st.integers(1, 40))]
            case _:
                body[place:place] = body[place : place + data.draw(st.integers(1, 40))]
        assume(body)
    table = _opened(xlsx.decode, bytes(body))
    for row in table.rows() if table else ():
        assert row.number


@FEW
@given(body=st.binary(max_size=200).map(lambda noise: b"PK\x03\x04" + noise))
def test_any_bytes_after_the_mark_of_a_zip_are_refused(body):
    assert _opened(xlsx.decode, body) is None


@MODEST
@given(table=tables(), dialect=dialects, grouped=st.booleans())
def test_every_row_is_in_exactly_one_document(table, dialect, grouped):
    columns, rows = table
    opened = csv.decode(csv.encode([built(columns, rows)], dialect), dialect)
    parts = divide(opened, "x", Grouping(group=tuple(columns[:1]) if grouped else (), accept="row"))
    left = sum(not row[0] for row in rows) if grouped else 0
    assert sum(part.rows for part in parts.documents) == len(rows) - left


@pytest.mark.parametrize("limit", [1, 3, 10])
def test_no_more_rows_are_looked_at_than_the_limit(limit):
    with pytest.raises(Unreadable) as refused:
        csv.decode(b"a\n" + b"1\n" * 20, Dialect(delimiter=","), Limits(rows=limit))
    assert [finding.code for finding in refused.value.findings] == ["csv.limit"]
