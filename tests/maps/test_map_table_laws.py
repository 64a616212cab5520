"""The laws of every map of rows: lifting undoes lowering, through CSV and workbooks, in any dialect."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.maps.table_documents import DRAWN
from tests.maps.tables import read, written

from tradelane.maps import load, shipped
from tradelane.maps.packed_items import packed_items, unpacked_items
from tradelane.model.ship_notice import items
from tradelane.model.table import Dialect

KINDS = sorted(DRAWN)
MODEST = settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
KEYS = {
    "purchase_order": "number",
    "order_response": "order_number",
    "ship_notice": "number",
    "inventory_report": "as_of",
    "goods_receipt": "number",
    "invoice": "number",
    "transport_status": "number",
}


def _apart(documents: list, kind: str) -> list:
    """Keep documents that rows tell apart; a notice gets the tree that rows make of it."""
    told = [*{getattr(one, KEYS[kind]): one for one in documents}.values()]
    return [packed_items(unpacked_items(one)) if kind == "ship_notice" else one for one in told]


@pytest.mark.parametrize("syntax", ["csv", "xlsx"])
@pytest.mark.parametrize("kind", KINDS)
@MODEST
@given(data=st.data())
def test_lifting_undoes_lowering(kind, syntax, data):
    by = shipped(f"csv/{kind}")
    documents = _apart(data.draw(st.lists(DRAWN[kind], min_size=1, max_size=3)), kind)
    again = read(written(documents, by, syntax), by, syntax)
    assert again == documents


@pytest.mark.parametrize(
    "dialect",
    [
        Dialect(delimiter=";", encoding="cp1252", line_end="\n"),
        Dialect(delimiter="\t", encoding="utf-16"),
        Dialect(delimiter="|", quote="'"),
    ],
    ids=["german", "wide", "bars"],
)
@MODEST
@given(data=st.data())
def test_the_dialect_does_not_matter(dialect, data):
    by = shipped("csv/purchase_order")
    documents = _apart([data.draw(DRAWN["purchase_order"])], "purchase_order")
    assert read(written(documents, by, "csv", dialect), by, "csv", dialect) == documents


FORMS = """
extends = "csv/{kind}"
[forms]
number = "{number}"
day = "{day}"
"""


@pytest.mark.parametrize("syntax", ["csv", "xlsx"])
@pytest.mark.parametrize(
    ("number", "day"), [("comma_number", "dmy"), ("point_number", "mdy"), ("comma_signed", "serial_day")]
)
@MODEST
@given(data=st.data())
def test_the_forms_of_numbers_and_days_do_not_matter(number, day, syntax, data):
    by = load(FORMS.format(kind="purchase_order", number=number, day=day))
    documents = _apart([data.draw(DRAWN["purchase_order"])], "purchase_order")
    assert read(written(documents, by, syntax), by, syntax) == documents


@MODEST
@given(notice=DRAWN["ship_notice"])
def test_a_notice_written_in_rows_ships_what_it_shipped(notice):
    """Rows name the innermost container only; what is in which order and container stays true."""
    tree = packed_items(unpacked_items(notice))
    shipped_now = [(item.order_number, item.path, str(item.quantity)) for item in items(tree)]
    assert sorted(shipped_now) == sorted(
        (node.order_number, (node.sscc,) if node.sscc else (), str(node.quantity))
        for node in notice.nodes
        if node.quantity is not None and node.order_number
    )
    assert packed_items(tree) == tree
