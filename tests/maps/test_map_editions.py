"""X12 in 005010, and what comes in versions that we have no map for."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.maps.documents import DRAWN
from tests.maps.sets import cut, joined, sent

from tradelane.library.shelf import Shelf
from tradelane.maps import lift, lift_exact, lower, shipped, shipped_names
from tradelane.maps.editions import nearest_x12, of_kind, reading_x12, remarked
from tradelane.model.message import Delimiters, SegmentMessage

NEWER = sorted(name.split("/")[2] for name in shipped_names() if name.startswith("x12/005010/"))
EARLIER = sorted(name.split("/")[2] for name in shipped_names() if name.startswith("x12/003040/"))
MODEST = settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))

# 005010 has no place for what a carrier says of stops and in words, nor for parties where nothing happened.
NARROWER = {
    "214": DRAWN["214"].map(lambda one: one if one.milestones else replace(one, shipper=None, consignee=None)),
    "990": DRAWN["990"].map(lambda answer: replace(answer, stops=(), notes=(), carrier=answer.carrier or "ABCD")),
}


def drawn(kind: str) -> st.SearchStrategy:
    return NARROWER[kind] if kind in NARROWER else DRAWN["997" if kind == "999" else kind]


def test_every_set_of_004010_has_its_005010():
    older = {name.split("/")[2] for name in shipped_names() if name.startswith("x12/004010/")}
    assert older <= set(NEWER)


def test_every_set_of_004010_that_dates_anything_has_its_003040():
    older = {name.split("/")[2] for name in shipped_names() if name.startswith("x12/004010/")}
    assert older - {"997"} == set(EARLIER)


@pytest.mark.parametrize("kind", NEWER)
@MODEST
@given(data=st.data())
def test_lifting_undoes_lowering_in_005010(kind, data):
    document, by = data.draw(drawn(kind)), shipped(f"x12/005010/{kind}")
    built = lower(document, by)
    assert built.findings == ()
    assert built.version == "005010"
    message = sent(built)
    lifted = lift(message, by)
    assert lifted.document == document
    assert lifted == lift_exact(message, by)


def test_a_newer_version_takes_what_would_be_too_long_in_the_older():
    order = lift(cut("850", ORDER), shipped("x12/004010/850")).document
    long = replace(order, references=(replace_value(order.references[0], "R" * 50),))
    assert [f.code for f in lower(long, shipped("x12/004010/850")).findings] == ["lower.too-long"]
    assert lower(long, shipped("x12/005010/850")).findings == ()


ORDER = """
BEG*00*SA*4711**20261120
REF*DP*42
PO1*1*5*EA*2.5**BP*SKU-1
CTT*1
"""


def replace_value(reference, value):
    return type(reference)(reference.kind, value)


@pytest.mark.parametrize(
    ("version", "edition"),
    [
        ("003040", "003040"),
        ("003020", "003040"),
        ("003070", "003040"),
        ("004010", "004010"),
        ("004010VICS", "004010"),
        ("004030", "004010"),
        ("004060", "005010"),
        ("005010X231A1", "005010"),
        ("008010", "005010"),
        ("", "004010"),
        ("rubbish", "005010"),
    ],
)
def test_a_version_without_maps_is_read_by_the_nearest_and_remarked(version, edition):
    assert nearest_x12("850", version) == (f"x12/{edition}/850",)
    by = shipped(f"x12/{edition}/850")
    notes = remarked(by, version)
    assert [f.severity for f in notes] == ([] if version[:6] in ("", edition) else ["note"])
    assert all(edition in f.says and f.fix for f in notes)


@pytest.mark.parametrize("kind", EARLIER)
@MODEST
@given(data=st.data())
def test_before_004010_a_year_has_two_digits(kind, data):
    document, by = data.draw(DRAWN[kind]), shipped(f"x12/003040/{kind}")
    built = lower(document, by)
    assert built.findings == ()
    assert all(len(segment[2]) == 6 for segment in built.segments if segment[0] == "DTM" and segment[2])
    assert lift(sent(built), by).document == document


def test_an_old_order_is_read_by_the_century_it_means():
    order = lift(cut("850", ORDER.replace("20261120", "991120")), shipped("x12/003040/850")).document
    assert str(order.ordered_on) == "1999-11-20"


def test_a_set_that_only_one_edition_has_is_found_in_it():
    assert nearest_x12("999", "005010X231A1") == ("x12/005010/999",)
    assert nearest_x12("999", "004010") == ()
    assert nearest_x12("123", "004010") == ()


def test_a_return_is_a_request_until_somebody_decides():
    asked = ["BGN*13*R-1*20261120", "BLI*BP*SKU-1*2*EA"]
    told = ["BGN*11*RMA-1*20261121***R-1", "RDR*RA*DA", "BLI*BP*SKU-1*2*EA"]
    below = ["BGN*11*RMA-1*20261121***R-1", "BLI*BP*SKU-1*2*EA", "RDR*RD**NR"]
    found = [reading_x12(joined("180", segments)) for segments in (asked, told, below)]
    assert [by.name for by in found] == ["x12/004010/180", "x12/004010/180advice", "x12/004010/180advice"]
    documents = [lift(joined("180", s), by).document for s, by in zip((asked, told, below), found, strict=True)]
    assert [type(d).__name__ for d in documents] == ["ReturnRequest", "ReturnAdvice", "ReturnAdvice"]
    assert (documents[1].decision, documents[2].lines[0].decision) == ("authorised", "denied")
    assert of_kind("x12", "180") == tuple(n for n in shipped_names() if n.startswith("x12/") and "/180" in n)


def test_a_999_says_the_same_as_a_997():
    text = "AK1*PO*12*005010~AK2*850*0001*005010~IK3*N1*5**8~IK4*2*93*5*LONG~IK5*R*5~AK9*R*1*1*0"
    older = text.replace("IK", "AK")
    newer = lift(cut("999", text), shipped("x12/005010/999")).document
    assert newer == lift(cut("997", older), shipped("x12/005010/997")).document
    assert newer.sets[0].segments[0].elements[0].value == "LONG"


def test_any_kind_in_any_version_finds_a_map_or_none():
    for kind in ("850", "180", "", "85", "8500"):
        message = SegmentMessage(kind, "1", "9" * 12, "ST*1~SE*2*1", Delimiters())
        assert reading_x12(message) is None or kind in ("850", "180")


def test_what_is_written_without_naming_a_version_is_what_most_partners_take():
    document = lift(cut("850", ORDER), shipped("x12/004010/850")).document
    assert Shelf().writing("x12", type(document), document).name == "x12/004010/850"
    assert Shelf().writing("x12/005010", type(document), document).name == "x12/005010/850"
    told = joined("180", ["BGN*11*RMA-1*20261121***R-1", "RDR*RA*DA", "BLI*BP*SKU-1*2*EA"])
    assert Shelf().reading(told).name == "x12/004010/180advice"
