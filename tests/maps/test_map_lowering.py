"""The laws of the fast way down: it says what the exact path says, and it is really taken."""

from datetime import date
from decimal import Decimal
from functools import cache

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.maps.documents import DRAWN

from tradelane.maps import load, lower, shipped
from tradelane.maps.lower import write
from tradelane.model.document import Document
from tradelane.model.moment import Moment
from tradelane.model.ship_notice import ShipNode, ShipNotice

KINDS = sorted(DRAWN)
ONLY_EXACTLY = {"204", "210", "214", "820", "830", "852", "861", "862", "940", "943", "945", "990"}
"""Sets whose maps ask for what only the exact way down can do: rows that open a loop of their own, sums that are
written, alternatives of several parts, elements beside those that stand."""
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
MODEST = settings(max_examples=40, deadline=None, suppress_health_check=SLOW)
ODD_TEXTS = ["", " ", "A" * 90, "x12:", "x12:Q1", "PO", "purchase_order", "shipment", "S", "IS", "UK", "é\x1f"]
ODD_NUMBERS = [Decimal(0), Decimal("0.001"), Decimal("-3"), Decimal("1E+3"), Decimal("123456789012345678.123456")]


def _map(kind: str):
    return shipped(f"x12/004010/{kind}")


@pytest.mark.parametrize("kind", KINDS)
@MODEST
@given(data=st.data())
def test_the_fast_way_down_is_taken_and_says_the_same(kind, data):
    """Without this, a fast path that refuses everything would agree with the exact path by never being asked."""
    document = data.draw(DRAWN[kind])
    exact = write(document, _map(kind).plan)
    quick = _map(kind).fast_lowering.lower(document)
    assert (quick is None) == (kind in ONLY_EXACTLY)
    assert quick in (None, exact)


@pytest.mark.parametrize("kind", KINDS)
@MODEST
@given(data=st.data())
def test_odd_documents_are_lowered_the_same_either_way(kind, data):
    """Values of any document, changed to what has no code, no place or no room, doubled or dropped."""
    document = _oddly(data.draw(DRAWN[kind]), data)
    exact = write(document, _map(kind).plan)
    quick = _map(kind).fast_lowering.lower(document)
    if quick is not None:
        assert quick == exact
    assert lower(document, _map(kind)) == exact


OVERLAYS = {
    "a reference said beside the listed ones": ("855", '[fields]\nsupplier_order_number = "REF*VN/2"'),
    "a listed reference that is also a field": ("855", '[fields]\nnumber = "REF*CT/2"\nsource_code = "REF*DP/3"'),
    "a field with a place that pairs may take": (
        "855",
        '[fields.lines.item]\ngtin = ["{UP}", "{EN}", "PO1/6..25{UP}"]',
    ),
    "dates at whichever place is free": ("855", '[fields]\nship_on = ["DTM*068/2", "DTM*067/2", "DTM*010/2"]'),
    "the same segment by any date": ("850", '[fields]\nship_on = "DTM*010|002/2"\ndeliver_on = "DTM*002/2"'),
    "any party for want of another": ("850", '[fields.bill_to]\nshape = "party"\nin = "N1"'),
    "two kinds of rows in one kind of segment": (
        "810",
        '[[fields.charges]]\neach = "SAC*A"\nkind = { const = "allowance" }\namount = "SAC/5"\n'
        '[[fields.charges]]\neach = "SAC*C"\nkind = { const = "charge" }\namount = "SAC/5"',
    ),
    "a place filled from within a row": ("944", '[fields.lines.rejected]\nfrom = "W13/1"\nfill = "W17/6"'),
    "texts at several elements": ("850", '[fields.notes]\neach = "MSG"\nfrom = ["MSG/1", "MSG/2"]'),
    "a carrier by any name": ("856", '[fields]\ncarrier_name = "HL[3=S]/TD5[4]/5"'),
    "a hostile text": ("855", '[fields]\nnumber = "REF[4=\'); raise SystemExit #]/2"'),
}


@pytest.mark.parametrize("name", OVERLAYS)
@MODEST
@given(data=st.data())
def test_a_partners_map_is_lowered_the_same_either_way(name, data):
    kind, text = OVERLAYS[name]
    theirs = _loaded(kind, text)
    document = data.draw(DRAWN[kind])
    for oddly in (False, True):
        document = _oddly(document, data) if oddly else document
        exact = write(document, theirs.plan)
        assert lower(document, theirs) == exact


@cache
def _loaded(kind: str, text: str):
    return load(f'extends = "x12/004010/{kind}"\n{text}\n')


def _oddly(document: Document, data: st.DataObject) -> Document:
    """Return the document with one to three of its values changed, wherever they stand."""
    for _ in range(data.draw(st.integers(1, 3))):
        document = _changed(document, data)
    return document


def _changed(value, data: st.DataObject):
    if isinstance(value, msgspec.Struct):
        name = data.draw(st.sampled_from(value.__struct_fields__))
        return msgspec.structs.replace(value, **{name: _changed(getattr(value, name), data)})
    if isinstance(value, tuple) and value:
        at = data.draw(st.integers(0, len(value) - 1))
        match data.draw(st.sampled_from(["change", "change", "double", "drop"])):
            case "double":
                return (*value, value[at])
            case "drop":
                return (*value[:at], *value[at + 1 :])
            case _:
                return (*value[:at], _changed(value[at], data), *value[at + 1 :])
    match value:
        case bool():
            return not value
        case str():
            return data.draw(st.sampled_from(ODD_TEXTS))
        case Decimal():
            return data.draw(st.sampled_from(ODD_NUMBERS))
        case int():
            return data.draw(st.sampled_from([0, 1, 10**9]))
        case date():
            return date(999, 1, 1)
    return value


@pytest.mark.parametrize("second", [False, True])
def test_a_shipment_node_that_says_more_is_lowered_the_same_either_way(second):
    """Rules of the header write into the HL of level S, which a row has made: what the row said must not be lost."""
    shipment = ShipNode(id="1", level="shipment", description="Everything", lot="L1")
    notice = ShipNotice(
        number="SN-1",
        noticed=Moment(on=date(2026, 3, 2)),
        nodes=(shipment, msgspec.structs.replace(shipment, id="2")) if second else (shipment,),
        carrier_name="Slow Boat",
        bill_of_lading="B1",
    )
    assert lower(notice, _map("856")) == write(notice, _map("856").plan)
