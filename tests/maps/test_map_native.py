"""The compiled core says what the explaining path says, byte for byte, or nothing; and it does not keep silent."""

from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.maps.damage import damaged
from tests.maps.documents import DRAWN
from tests.maps.hostile_sets import golden_cases
from tests.maps.sets import cut, joined, sent

from tradelane.formats import x12
from tradelane.maps import Lifted, Map, compiled, lift, lift_exact, load, lower, shipped, shipped_names, shipped_text
from tradelane.maps.native import Native
from tradelane.maps.native_words import Unsupported
from tradelane.model.finding import Unreadable
from tradelane.model.message import Delimiters, SegmentMessage
from tradelane.model.registry import encode, read_document

pytestmark = pytest.mark.skipif(not compiled(), reason="no compiled core: no C compiler when Tradelane was installed")

KINDS = sorted(DRAWN)
MODEST = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
GOLDEN = golden_cases()
CORPORA = Path(__file__).parents[2].parent / "shared" / "corpora"

BEYOND_IT = {
    "longitude": ("x12/004010/214", "x12/005010/214"),
    "years of two digits": tuple(name for name in shipped_names() if name.startswith("x12/003040/")),
}
"""What shipped maps ask that the compiled core cannot do, and which; the fast path reads them."""


def _map(kind: str) -> Map:
    return shipped(f"x12/004010/{kind}")


def _native(its_map: Map) -> Native:
    assert its_map.native is not None, f"{its_map.name} asks more of the compiled core than it can do"
    return its_map.native


def _exact(message: SegmentMessage, its_map: Map) -> Lifted | tuple:
    try:
        return lift_exact(message, its_map)
    except Unreadable as refused:
        return refused.findings


def _agrees(message: SegmentMessage, its_map: Map) -> bool:
    """Hold both paths together, in what is taken and in what is not; say whether the compiled one took the set."""
    taken = _native(its_map).lift(message)
    exact = _exact(message, its_map)
    if taken is None:
        in_order = isinstance(exact, Lifted) and not exact.findings
        assert not in_order or _is_unusual(message), "what is in order was refused"
        return False
    document, canonical = taken
    assert exact == Lifted(document, canonical)
    assert canonical == encode(document)
    assert repr(read_document(canonical)) == repr(document)
    return True


def _is_unusual(message: SegmentMessage) -> bool:
    """Say whether a set is left to the explaining path although nothing is wrong with it."""
    try:
        message.text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return True
    return not message.text.startswith("ST" + message.delimiters.element)


def _golden(case: Path) -> SegmentMessage:
    lines = [line for line in case.read_text("utf-8").splitlines() if not line.startswith("#")]
    return cut(case.stem.partition("_")[0], "\n".join(lines))


def test_every_shipped_x12_map_can_be_compiled():
    x12_maps = {name for name in shipped_names() if shipped(name).plan.syntax == "x12"}
    beyond = {name for name in x12_maps if shipped(name).native is None}
    named = {name for names in BEYOND_IT.values() for name in names}
    assert beyond <= named, "teach the compiled core what these maps ask, or list them with the reason"
    assert len(x12_maps) > 2 * len(beyond)


@pytest.mark.parametrize("kind", KINDS)
@MODEST
@given(data=st.data())
def test_what_we_would_send_is_taken_if_it_is_in_order_and_means_the_same(kind, data):
    its_map = _map(kind)
    if its_map.native is None:
        return
    _agrees(sent(lower(data.draw(DRAWN[kind]), its_map)), its_map)


@pytest.mark.parametrize("case", GOLDEN, ids=lambda case: case.stem)
def test_golden_sets_are_taken_unless_something_is_remarked(case):
    message = _golden(case)
    its_map = _map(message.kind)
    if its_map.native is None:
        return
    exact = _exact(message, its_map)
    assert _agrees(message, its_map) == (isinstance(exact, Lifted) and not exact.findings)


@pytest.mark.parametrize("case", GOLDEN, ids=lambda case: case.stem)
def test_damaged_golden_sets_are_read_alike_or_left_to_the_explaining_path(case):
    message, chance = _golden(case), Random(case.stem)
    its_map = _map(message.kind)
    if its_map.native is None:
        return
    taken = sum(_agrees(damaged(message, chance), its_map) for _ in range(300))
    if _agrees(message, its_map):
        assert 20 < taken < 280, "damage that always or never matters tests nothing"


@pytest.mark.parametrize("kind", KINDS)
@MODEST
@given(data=st.data())
def test_any_segments_in_any_order_are_read_alike(kind, data):
    its_map = _map(kind)
    if its_map.native is None:
        return
    element = st.text(st.characters(max_codepoint=255), max_size=6) | st.sampled_from(
        ["20261120", "12", "00", "EA", "BY", "1", "S", "", "", "ZZ"]
    )
    segment = st.builds(
        lambda tag, elements: "*".join([tag, *elements]),
        st.sampled_from(sorted(its_map.plan.places.known)),
        st.lists(element, max_size=8),
    )
    _agrees(joined(kind, data.draw(st.lists(segment, max_size=12))), its_map)


@pytest.mark.parametrize("line", ["", "\n", "\r\n", " ", "\r\n\t "])
@pytest.mark.parametrize("terminator", ["~", "\n", "\r", "'", "\x1c"])
def test_layout_does_not_matter_when_compiled(terminator, line):
    message = _golden(next(case for case in GOLDEN if case.stem.startswith("850")))
    text = (message.text + "~").replace("~", terminator + line)
    assert _agrees(SegmentMessage("850", "0001", "004010", text, Delimiters(terminator)), _map("850"))


@pytest.mark.skipif(not (CORPORA / "MANIFEST.tsv").exists(), reason="../shared/corpora is not on this machine")
def test_real_sets_are_read_alike_and_most_that_are_in_order_are_taken():
    chance, taken, seen = Random(4010), 0, 0
    for row in (CORPORA / "MANIFEST.tsv").read_text("utf-8").splitlines()[1:]:
        path, *_, form, _kinds, _version, _bytes, _validity, _features = row.split("\t")
        if form != "x12":
            continue
        for interchange in x12.decode((CORPORA / path).read_bytes()).interchanges:
            for message in (each.message for group in interchange.groups for each in group.sets):
                if message.kind in KINDS and _map(message.kind).native is not None and len(message.text) < 20_000:
                    seen += 1
                    taken += _agrees(message, _map(message.kind))
                    _agrees(damaged(message, chance), _map(message.kind))
    assert seen > 80
    assert taken > seen // 3


def test_a_map_that_asks_more_is_left_to_the_fast_path():
    """A partner may state anything the language has; what the core has not is never passed over."""
    theirs = 'extends = "x12/004010/856"\n[fields.nodes.tree]\nitem = ["pack"]\n[codes.level]\nother = "item"'
    its_map = load(theirs, shipped_text)
    assert its_map.native is None
    message = _golden(next(case for case in GOLDEN if case.stem == "856_pallet_under_order"))
    assert lift(message, its_map).document == lift_exact(message, its_map).document


def test_a_table_with_a_word_for_all_other_codes_keeps_the_code():
    text = "BEG*00*XX*45**20261120~PO1*1*2*EA*3*PE*BP*A"
    document, canonical = _native(_map("850")).lift(cut("850", text)) or (None, b"")
    assert document is not None
    assert document.source_code == "XX"  # type: ignore[attr-defined]
    assert b'"order_type":"other","source_code":"XX"' in canonical


def test_a_control_total_is_compared_exactly():
    lines = "PO1*1*999999999999999999*EA*1**BP*A~PO1*2*0.000000001*EA*1**BP*B"
    for total, agrees in (("999999999999999999.000000001", True), ("2", False), ("1000000000000000000", False)):
        message = cut("850", f"BEG*00*SA*45**20261120~{lines}~CTT*2*{total}")
        assert _agrees(message, _map("850")) is (agrees and len(total) <= 18)


def test_a_number_of_decimals_too_many_is_beyond_the_program():
    with pytest.raises(Unsupported):
        from tradelane.maps.native_words import Program

        Program(1).block(2**31)
