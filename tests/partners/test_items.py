"""What the house knows of its items is read from a file like the rest of its settings, or all that is wrong is said."""

from decimal import Decimal

import pytest

from tradelane.model.finding import Unreadable
from tradelane.model.party import ItemIds
from tradelane.partners.create import init
from tradelane.partners.folder import load


@pytest.fixture
def root(tmp_path):
    init(tmp_path)
    return tmp_path


def written(root, text):
    (root / "items.csv").write_bytes(text if isinstance(text, bytes) else text.encode())
    return load(root)


def test_items_are_found_by_the_buyers_number_or_the_gtin(root):
    text = "item,gtin,weight_kg,lot_tracked,shelf_life_days\nA-1,4006381333931,0.5,yes,30\n\nA-2,,,,\n"
    items = written(root, text).items
    assert len(items) == 2
    known = items.of(ItemIds(buyer_item="A-1"))
    assert known is not None
    assert known is items.of(ItemIds(gtin="04006381333931"))
    assert (known.weight_kg, known.lot_tracked, known.hazardous, known.shelf_life_days) == (
        Decimal("0.5"),
        True,
        False,
        30,
    )
    assert items.of(ItemIds(buyer_item="B")) is None
    assert items.of(None) is None


def test_no_file_is_no_knowledge_and_the_file_is_part_of_the_version(root):
    before = load(root)
    assert len(before.items) == 0
    assert written(root, "item\nA\n").version != before.version


def test_a_spreadsheets_file_with_semicolons_is_read(root):
    items = written(root, b"\xef\xbb\xbfItem;Case_Factor\r\nA;12\r\n").items
    assert items.of(ItemIds(buyer_item="A")).case_factor == 12


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ("", "no-item-column", "line 1"),
        ("item,weigth_kg\nA,1\n", "unknown-column", "line 1"),
        ("item,item\nA,A\n", "column-twice", "line 1"),
        ("item,weight_kg\nA,heavy\n", "bad-value", "line 2"),
        ("item,weight_kg\nA,-1\n", "bad-value", "line 2"),
        ("item,weight_kg\nA,NaN\n", "bad-value", "line 2"),
        ("item,shelf_life_days\nA,1.5\n", "bad-value", "line 2"),
        ("item,lot_tracked\nA,perhaps\n", "bad-value", "line 2"),
        ("item,gtin\nA,123456789012345\n", "bad-value", "line 2"),
        ("item\nA\nA\n", "item-twice", "line 3"),
        ("item,unit\n,EA\n", "no-item", "line 2"),
        (b"item\n\xff\n", "not-text", ""),
        ('item\n"A\n', "not-csv", ""),
    ],
)
def test_what_is_wrong_is_said_with_its_line(root, text, code, place):
    with pytest.raises(Unreadable) as refused:
        written(root, text)
    (finding,) = refused.value.findings
    assert finding.code == f"items.{code}"
    assert finding.where.path == f"items.csv{': ' + place if place else ''}"
    assert finding.fix
