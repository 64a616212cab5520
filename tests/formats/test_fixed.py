"""Fixed-width records: every field where the layout says, a slip of one byte never read past."""

import pytest

from tradelane.formats import fixed
from tradelane.formats.table import Limits, divide
from tradelane.model.finding import Unreadable
from tradelane.model.message import BuiltMessage, Node
from tradelane.model.table import Field, Grouping, Layout, RecordLayout

LAYOUT = Layout(
    records={
        "order": RecordLayout(sign="H", fields=(Field(name="number", at=2, length=6),)),
        "line": RecordLayout(
            sign="L",
            fields=(
                Field(name="item", at=2, length=8),
                Field(name="quantity", at=10, length=5, align="right", fill="0"),
            ),
        ),
        "note": RecordLayout(sign="N", under="line", fields=(Field(name="text", at=2, length=5),)),
    }
)
BODY = b"H4711  \r\nLSKU-1   00010\r\nNfirst\r\nL00123   00000\r\nH4712  \r\nLSKU-2        \r\n"


def _rows(body: bytes, layout: Layout = LAYOUT) -> list[tuple[str, list[str], list[str]]]:
    found = fixed.decode(body, layout).rows()
    return [(r.node.name, [cell.value for cell in r.node.children], [f.code for f in r.findings]) for r in found]


def test_fields_are_cut_where_the_layout_says_and_lose_what_fills_them_up():
    assert _rows(BODY) == [
        ("order", ["4711"], []),
        ("line", ["SKU-1", "10"], []),
        ("note", ["first"], []),
        ("line", ["00123", "0"], []),
        ("order", ["4712"], []),
        ("line", ["SKU-2", ""], []),
    ]


def test_records_make_documents_and_hang_where_they_belong():
    parts = divide(fixed.decode(BODY, LAYOUT), "orders", Grouping(opens="order"))
    assert [[node.name for node in part.message.root.children] for part in parts.documents] == [
        ["order", "line", "line"],
        ["order", "line"],
    ]
    first = next(iter(parts.documents), None) or next(
        iter(divide(fixed.decode(BODY, LAYOUT), "orders", Grouping(opens="order")).documents)
    )
    assert [child.name for child in first.message.root.children[1].children] == ["item", "quantity", "note"]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b"LSKU-1   0001", "fixed.length"),
        (b"LSKU-1   000100", "fixed.length"),
        (b"XSKU-1   00010", "fixed.unknown-record"),
        (b"LSKU\x07\x01   00010", "fixed.control-character"),
    ],
)
def test_a_bad_record_is_named_by_its_line(line, code):
    body = b"H4711  \r\n" + line + b"\r\nLSKU-2   00010\r\n"
    _, bad, good = fixed.decode(body, LAYOUT).rows()
    assert [finding.code for finding in bad.findings] == [code]
    assert str(bad.findings[0].where).startswith("line 2")
    assert good.findings == ()


def test_bytes_of_another_encoding_are_named():
    layout = Layout(records=LAYOUT.records, encoding="ascii")
    assert _rows(b"LSKU-\xe9   00010\n", layout)[0][2] == ["fixed.encoding"]


def test_records_before_the_first_header_belong_to_no_document():
    parts = divide(fixed.decode(b"LSKU-1   00010\r\n" + BODY, LAYOUT), "orders", Grouping(opens="order"))
    assert parts.refused
    assert [finding.code for finding in parts.findings] == ["table.no-document"]


def test_records_without_line_ends_follow_each_other():
    layout = Layout(records=LAYOUT.records, line_end="")
    assert [row[0] for row in _rows(BODY.replace(b"\r\n", b""), layout)] == [row[0] for row in _rows(BODY)]


def test_without_line_ends_nothing_is_guessed_after_an_unknown_record():
    layout = Layout(records=LAYOUT.records, line_end="")
    assert [row[2] for row in _rows(b"H4711  X" + b"LSKU-1   00010", layout)] == [[], ["fixed.unknown-record"]]


@pytest.mark.parametrize("body", [b"", b" \r\n", b"\x1a"])
def test_nothing_is_refused_as_empty(body):
    with pytest.raises(Unreadable) as refused:
        fixed.decode(body, LAYOUT)
    assert [finding.code for finding in refused.value.findings] == ["fixed.empty"]


@pytest.mark.parametrize("limits", [Limits(bytes=10), Limits(rows=2)])
def test_more_than_the_limits_is_refused(limits):
    with pytest.raises(Unreadable) as refused:
        fixed.decode(BODY, LAYOUT, limits)
    assert [finding.code for finding in refused.value.findings] == ["fixed.limit"]


def _line(**cells: str) -> BuiltMessage:
    return BuiltMessage(
        "orders", root=Node("orders", children=[Node("line", children=[Node(*c) for c in cells.items()])])
    )


def test_values_are_padded_to_their_fields():
    assert fixed.encode([_line(item="SKU-1", quantity="10")], LAYOUT) == b"LSKU-1   00010\r\n"
    assert fixed.encode([_line(item="SKU-1")], LAYOUT) == b"LSKU-1        \r\n"


@pytest.mark.parametrize(
    "cells",
    [
        {"item": "SKU-12345"},
        {"quantity": "100000"},
        {"quantity": "007"},
        {"item": " SKU"},
        {"item": "SKU\n1"},
        {"item": "Ω"},
        {"colour": "red"},
    ],
    ids=lambda cells: next(iter(cells.values())),
)
def test_what_would_be_cut_or_read_otherwise_is_refused_and_named(cells):
    with pytest.raises(Unreadable) as refused:
        fixed.encode([_line(**cells)], LAYOUT)
    assert [finding.code for finding in refused.value.findings] == ["fixed.unwritable"]
    assert str(refused.value.findings[0].where).startswith("line 1")
