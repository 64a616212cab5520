"""Rows read as their bytes come say what the same rows say when they are held, however the bytes are cut."""

from collections.abc import Callable
from itertools import accumulate

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec.structs import asdict

from tradelane.formats import csv, fixed, fixed_stream
from tradelane.formats.csv.stream import Blocks, Writing
from tradelane.formats.table import Limits, Table, divide
from tradelane.formats.table_stream import Documents, Seen, Survey
from tradelane.model.finding import Finding, Unreadable
from tradelane.model.table import Dialect, Field, Grouping, Layout, RecordLayout

LAYOUT = Layout(
    records={
        "head": RecordLayout(sign="H", fields=(Field(name="no", at=2, length=4),)),
        "line": RecordLayout(sign="L", under="head", fields=(Field(name="item", at=2, length=6),)),
    }
)
UNBROKEN = Layout(records=LAYOUT.records, line_end="")
GROUPINGS = (
    *(Grouping(group=("a",), accept=accept) for accept in ("file", "document", "row")),
    *(Grouping(), Grouping(group=("a", "b"), nest={"n": ("b",)}), Grouping(group=("no",)), Grouping(opens="head")),
)
DIALECTS = (
    *(Dialect(), Dialect(delimiter=";"), Dialect(encoding="cp1252", skip=1), Dialect(columns=("a", "b"), quote="'")),
    *(Dialect(encoding="utf-16"), Dialect(records={"H": ("k", "no"), "L": ("k", "item", "a")}), Dialect(quote="")),
)
PIECES = (
    *("a,b\n", "1,2\n", "1,3\r\n", "2,x\n", '"', '1,"q""q\n,"\n', ",", "\n", "\r", "x", "é", ";", "sep=;\n", "'"),
    *("H,1\n", "L,1,2\n", "3," + "y" * 50 + "\n", ",\n", "\x00", "1;2\n", "\x1a"),
)
RECORDS = ("H0001", "H0002", "Litem01", "Lit\x01m02", "X", "H1", "\n", "\r\n", " ", "\x1a")
Said = tuple[tuple[Finding, ...], list[dict]]


def cut(body: bytes, sizes: list[int]) -> list[bytes]:
    sizes = sizes * (len(body) // max(sum(sizes), 1) + 1)
    places = [0, *(place for place in accumulate(sizes) if place < len(body))]
    return [body[a:b] for a, b in zip(places, [*places[1:], len(body)], strict=True)]


def flat(message) -> dict:
    return {"kind": message.kind, "syntax": message.syntax, "root": message.root}


def held(table: Table, grouping: Grouping) -> Said:
    parts = divide(table, "orders", grouping)
    return parts.findings, [] if parts.refused else [
        asdict(part) | {"message": flat(part.message)} for part in parts.documents
    ]


def passed(blocks, chunks: list[bytes], grouping: Grouping, findings=()) -> tuple[Said, Survey]:
    survey, seen = Survey(grouping), blocks()
    for table in (*(one for chunk in chunks for one in seen.feed(chunk)), *seen.end()):
        survey.take(table)
    about_all = survey.end(findings)
    if any(one.severity == "error" for one in about_all):
        return (about_all, []), survey
    documents, again = Documents("orders", survey), blocks()
    tables = (*(one for chunk in chunks for one in again.feed(chunk)), *again.end())
    parts = [*(part for table in tables for part in documents.take(table)), *documents.end()]
    return (about_all, [asdict(part) | {"message": flat(part.message)} for part in parts]), survey


def said_or_refused(read: Callable[[], tuple[Said, Survey | None]]) -> tuple[Said, Survey | None]:
    try:
        return read()
    except Unreadable as unreadable:
        return (unreadable.findings, []), None


def passed_csv(chunks: list[bytes], dialect: Dialect, grouping: Grouping) -> tuple[Said, Survey]:
    writing = Writing(dialect)
    for chunk in chunks:
        writing.feed(chunk)
    said = writing.end()
    return passed(lambda: Blocks(said, dialect), chunks, grouping, said.findings)


def alike(found: tuple[Said, Survey | None], expected: Said) -> None:
    """Compare; where documents do not stand together, only those that do, for the others are refused."""
    (about_all, documents), survey = found
    assert about_all == expected[0]
    torn = [one for one in documents if any(each.code == "table.key-returns" for each in one["findings"])]
    assert bool(torn) == bool(survey and survey.returns and documents)
    whole = [one for one in documents if one not in torn]
    assert whole == expected[1] if not torn else all(one in expected[1] for one in whole)
    assert sum(one["rows"] for one in documents) == sum(one["rows"] for one in expected[1])


def same_csv(body: bytes, sizes: list[int], dialect: Dialect, grouping: Grouping) -> None:
    expected, _ = said_or_refused(lambda: (held(csv.decode(body, dialect), grouping), None))
    alike(said_or_refused(lambda: passed_csv(cut(body, sizes), dialect, grouping)), expected)


@settings(max_examples=600, deadline=None)
@given(
    st.lists(st.sampled_from(PIECES), max_size=25),
    st.sampled_from(["utf-8", "latin-1", "utf-16", "utf-16-le", "utf-8-sig"]),
    st.lists(st.integers(1, 40), min_size=1, max_size=5),
    st.sampled_from(DIALECTS),
    st.sampled_from(GROUPINGS),
)
@example(["a,b\n", '1,"q""q\n,"\n'], "utf-8", [1], Dialect(), GROUPINGS[1])
@example(["a,b\n", "1,é\n"], "utf-16", [1], Dialect(encoding="utf-16"), GROUPINGS[1])
def test_csv_is_read_alike(pieces: list[str], codec: str, sizes: list[int], dialect: Dialect, grouping: Grouping):
    same_csv("".join(pieces).encode(codec, "replace"), sizes, dialect, grouping)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=60), st.lists(st.integers(1, 9), min_size=1, max_size=4), st.sampled_from(DIALECTS))
def test_any_bytes_are_read_alike(body: bytes, sizes: list[int], dialect: Dialect):
    same_csv(b"a,b\r\n" + body, sizes, dialect, Grouping())


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.sampled_from(RECORDS), max_size=30),
    st.lists(st.integers(1, 30), min_size=1, max_size=4),
    st.sampled_from([LAYOUT, UNBROKEN]),
    st.sampled_from(GROUPINGS),
)
def test_records_are_read_alike(pieces: list[str], sizes: list[int], layout: Layout, grouping: Grouping):
    body = "".join(pieces).encode("latin-1")
    expected, _ = said_or_refused(lambda: (held(fixed.decode(body, layout), grouping), None))
    chunks = cut(body, sizes)
    alike(said_or_refused(lambda: passed(lambda: fixed_stream.Blocks(layout), chunks, grouping)), expected)


def test_a_document_whose_rows_come_again_later_is_refused_wherever_they_stand():
    body = b"a,b\n1,x\n1,y\n2,x\n1,z\n3,x\n"
    said = Writing()
    said.feed(body)
    written = said.end()
    (_, parts), survey = passed(lambda: Blocks(written), [body], Grouping(group=("a",)))

    assert survey.returns == {("1",)}
    codes = [(part["rows"], [one.code for one in part["findings"]]) for part in parts]
    assert codes == [(2, ["table.key-returns"]), (1, []), (1, ["table.key-returns"]), (1, [])]
    assert "sort" in parts[0]["findings"][0].fix.lower()


def test_rows_that_never_end_are_refused_with_their_place():
    said = Writing(Dialect(delimiter=","))
    said.feed(b"a,b\n")
    blocks = Blocks(said.end(), limits=Limits(row_bytes=100))
    assert len([*blocks.feed(b"a,b\n1,2\n1,2\n1,2\n")]) == 1
    with pytest.raises(Unreadable) as raised:
        for _ in range(9):
            assert len([*blocks.feed(b'"' + b"x" * 99)]) <= 1
    assert [(one.code, one.where.path) for one in raised.value.findings] == [("csv.limit", "row 5")]


@given(st.lists(st.integers(0, 60), max_size=200))
def test_seen_knows_what_came_before(numbers: list[int]):
    seen, plain = Seen(fresh=5), set[int]()
    for number in numbers:
        assert seen.add((str(number),)) == (number not in plain)
        plain.add(number)
