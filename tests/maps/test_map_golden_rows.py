"""Our own tables and what they mean: each ``<kind>_<case>`` in tests/golden/rows means what the ``.json`` beside it
says, is the same as a workbook, and survives being sent on.

``UPDATE_GOLDEN=1`` rewrites the meanings; git shows what changed.
"""

import json
import os
from pathlib import Path

import pytest
from tests.maps.tables import opened, read, written

from tradelane.formats import csv
from tradelane.maps import Map, lift, shipped
from tradelane.model.registry import DOCUMENTS, encode, tag

GOLDEN = Path(__file__).parents[1] / "golden" / "rows"
CASES = sorted(path for path in GOLDEN.iterdir() if path.suffix in (".csv", ".txt"))
SYNTAX = {".csv": "csv", ".txt": "fixed"}


def _map(case: Path) -> Map:
    kind = max((tag(one) for one in DOCUMENTS if case.stem.startswith(tag(one))), key=len)
    return shipped(f"{SYNTAX[case.suffix]}/{kind}")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_a_golden_table_means_what_it_meant(case):
    by = _map(case)
    parts = opened(case.read_bytes(), by, SYNTAX[case.suffix])
    lifted = [lift(part.message, by) for part in parts.documents]
    said = {
        "means": [json.loads(encode(one.document)) for one in lifted],
        "remarks": [str(finding) for finding in (*parts.findings, *(f for one in lifted for f in one.findings))],
    }
    expected = case.with_suffix(".json")
    if os.environ.get("UPDATE_GOLDEN"):
        expected.write_text(json.dumps(said, indent=2, ensure_ascii=False) + "\n", "utf-8")
    assert said == json.loads(expected.read_text("utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_a_golden_table_survives_being_sent_on(case):
    by = _map(case)
    documents = read(case.read_bytes(), by, SYNTAX[case.suffix])
    ways = ("fixed",) if case.suffix == ".txt" else ("csv", "xlsx")
    for syntax in ways:
        assert read(written(documents, by, syntax), by, syntax) == documents


def test_records_are_written_byte_for_byte_as_they_came():
    body = (GOLDEN / "goods_receipt_two_as_records.txt").read_bytes()
    by = shipped("fixed/goods_receipt")
    assert written(read(body, by, "fixed"), by, "fixed") == body


def test_columns_stand_in_the_order_of_the_map():
    case = GOLDEN / "purchase_order_two_orders.csv"
    by = _map(case)
    table = csv.decode(written(read(case.read_bytes(), by, "csv"), by, "csv"))
    assert table.columns[:4] == ("PO Number", "PO Date", "Purpose", "Currency")
    assert [row.node.children[0].value for row in table.rows()] == ["4711", "4711", "4712"]
