"""What maps find in rows: the smallest file that causes it, and the exact words people read; rows taken one by one."""

from pathlib import Path

import pytest
from tests.maps.tables import opened

from tradelane.formats import csv
from tradelane.maps import BadMap, lift, load, provenance, shipped
from tradelane.maps.table import missing_columns
from tradelane.model.finding import Finding, Unreadable
from tradelane.model.table import Dialect

FINDINGS = Path(__file__).parents[1] / "findings"
COMMA = Dialect(delimiter=",")


def _findings(body: bytes) -> list[Finding]:
    by = shipped("csv/order_response")
    found = [*missing_columns(by.plan, csv.decode(body, COMMA).columns)]
    for part in opened(body, by, "csv", COMMA).documents:
        try:
            found += lift(part.message, by).findings
        except Unreadable as refused:
            found += refused.findings
    return found


@pytest.mark.parametrize("code", ["table.column-missing", "table.rows-differ", "table.not-text"])
def test_the_smallest_file_gets_these_words(code):
    said = [str(one) for one in _findings((FINDINGS / code / "smallest.csv").read_bytes()) if one.code == code]
    assert "\n".join(said) + "\n" == (FINDINGS / code / "finding.txt").read_text(encoding="utf-8")
    assert said


STOCK = "As Of,Item,Description,On Hand,Unit\n"


def _stock(*rows: str):
    by = shipped("csv/inventory_report")
    [part] = opened((STOCK + "\n".join(rows)).encode(), by, "csv", COMMA).documents
    return lift(part.message, by)


def test_where_rows_count_alone_the_bad_ones_are_left_out_and_named():
    lifted = _stock("2026-03-02,A,x,5,EA", "2026-03-02,B,x,five,EA", "2026-03-02,C,x,7,EA")
    assert [line.item.buyer_item for line in lifted.document.lines] == ["A", "C"]
    assert [(f.code, str(f.where), f.severity) for f in lifted.findings] == [
        ("value.bad-character", "row 3, column On Hand", "warning"),
        ("table.rows-left-out", "the document", "warning"),
    ]
    assert lifted.findings[-1].says == "1 of 3 rows are left out: row 3."


def test_where_no_row_is_good_the_document_is_refused():
    with pytest.raises(Unreadable) as refused:
        _stock("2026-03-02,A,x,five,EA", "2026-03-02,B,x,six,EA")
    assert [str(finding.where) for finding in refused.value.findings] == [
        "row 2, column On Hand",
        "row 3, column On Hand",
    ]


def test_the_first_row_is_no_better_than_the_others():
    lifted = _stock("2026-03-02,A,x,five,EA", "2026-03-02,B,x,6,EA")
    assert [line.item.buyer_item for line in lifted.document.lines] == ["B"]


def test_every_value_comes_from_its_own_bytes():
    body = (STOCK + '2026-03-02,A,"x, ""y""",5,EA\n').encode()
    by = shipped("csv/inventory_report")
    [part] = opened(body, by, "csv", COMMA).documents
    for path, raw in {"lines[0].description": b'x, ""y""', "lines[0].figures[0].quantity.value": b"5"}.items():
        origin = provenance(part.message, by, path)
        assert origin is not None
        assert body[origin.where.start : origin.where.end] == raw
        assert origin.where.path.startswith("row 2, column ")


def test_a_row_that_says_nothing_of_the_whole_contradicts_nobody():
    body = b"PO Number,Response Date,PO Line,Status\n4711,2026-03-02,1,ACCEPTED\n4711,,2,ACCEPTED\n"
    assert _findings(body) == []


def test_an_unknown_key_of_a_table_is_refused():
    with pytest.raises(BadMap) as refused:
        load('extends = "csv/order_response"\n[table]\ngroups = ["PO Number"]')
    assert [finding.code for finding in refused.value.findings] == ["map.bad-table"]


@pytest.mark.parametrize(
    ("number", "written", "meant"),
    [
        ("comma_number", "1.234,50", "1234.50"),
        ("comma_number", "1234,5", "1234.5"),
        ("point_number", "1,234.50", "1234.50"),
        ("number", "1234.50", "1234.50"),
    ],
)
def test_numbers_are_read_by_declaration(number, written, meant):
    by = load(f'extends = "csv/order_response"\n[forms]\nnumber = "{number}"')
    assert _quantity(by, written) == meant


@pytest.mark.parametrize(
    ("number", "written"),
    [
        ("comma_number", "1,234.50"),
        ("comma_number", "1.23"),
        ("point_number", "1.234,50"),
        ("number", "1,5"),
        ("comma_number", "٣"),
        ("point_number", "²"),
        ("number", "1E5"),
        ("comma_number", "-1"),
        ("point_number", "."),
    ],
)
def test_a_number_of_another_form_is_refused_and_not_guessed(number, written):
    by = load(f'extends = "csv/order_response"\n[forms]\nnumber = "{number}"')
    with pytest.raises(Unreadable) as refused:
        _quantity(by, written)
    assert [str(finding.where) for finding in refused.value.findings] == ["row 2, column Quantity"]


def _quantity(by, written: str) -> str:
    body = f'PO Number,Response Date,PO Line,Quantity,Unit\n4711,2026-03-02,1,"{written}",EA\n'.encode()
    [part] = opened(body, by, "csv", COMMA).documents
    return str(lift(part.message, by).document.lines[0].quantity.value)


@pytest.mark.parametrize(
    ("form", "good", "bad"),
    [
        ("dmy", ["20.11.2026", "20/11/2026", "2026-11-20"], ["11.20.2026", "20.11.26", "20.11/2026", "٢٠.11.2026"]),
        ("mdy", ["11/20/2026", "2026-11-20"], ["20/11/2026", "11/20/26"]),
        ("iso_day", ["2026-11-20"], ["20.11.2026", "11/20/2026"]),
        ("serial_day", ["46346", "2026-11-20"], ["60", "99999", "4e4"]),
    ],
)
def test_days_are_read_by_declaration_and_never_guessed(form, good, bad):
    by = load(f'extends = "csv/order_response"\n[forms]\nday = "{form}"')
    assert {_day(by, said) for said in good} == {"2026-11-20"}
    for said in bad:
        with pytest.raises(Unreadable):
            _day(by, said)


def _day(by, said: str) -> str:
    [part] = opened(f"PO Number,Response Date\n4711,{said}\n".encode(), by, "csv", COMMA).documents
    return str(lift(part.message, by).document.responded_on)
