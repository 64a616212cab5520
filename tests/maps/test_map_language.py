"""The language of maps: overlays, tables, what is refused in a map, where values came from, and the functions a map may name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.maps.sets import cut
from tradelane.maps import BadMap, lift, load, lower, provenance, shipped, shipped_names, shipped_text
from tradelane.maps.forms import FORMS
from tradelane.maps.path import BadPath, parse_path
from tradelane.maps.structure import BadStructure, parse_structure

ANSWER = """
BAK*00*AC*4711*20261120****SO998*20261122
PO1*1*100*EA*10**BP*SKU-1
ACK*IQ*60*EA*067*20261210
CTT*1
"""


def overlay(text: str) -> object:
    return load('extends = "x12/004010/855"\n' + text)


def faults(text: str) -> list[tuple[str, str]]:
    with pytest.raises(BadMap) as refused:
        overlay(text)
    return sorted((f.code, f.where.path) for f in refused.value.findings)


def test_an_overlay_states_only_what_differs():
    acme = overlay('name = "acme/855"\n[fields]\nsupplier_order_number = "REF*VN/2"\n[codes.unit]\nEAC = "EA"\n')
    answer = ANSWER.replace("*60*EA*", "*60*EAC*").replace("PO1*1", "REF*VN*SO-7\nPO1*1")
    document = lift(cut("855", answer), acme).document
    assert document.supplier_order_number == "SO-7"
    assert document.lines[0].outcomes[0].quantity.unit == "EA"
    assert document.lines[0].item.buyer_item == "SKU-1"
    assert acme.name == "acme/855"


def test_an_overlay_can_drop_a_rule_and_ignore_a_segment():
    acme = overlay('ignored = ["ZZ9"]\n[fields.lines]\nquantity = false\n')
    document = lift(cut("855", ANSWER.replace("CTT", "ZZ9*1\nCTT")), acme).document
    assert document.lines[0].quantity is None
    assert document.lines[0].outcomes[0].quantity.value == 60


def test_a_version_is_the_fingerprint_of_all_texts_a_map_is_made_of():
    texts = {name: shipped_text(name) for name in ("x12/004010/855", "x12/004010/words")}
    same = load(texts["x12/004010/855"], texts.__getitem__)
    other = load(texts["x12/004010/855"], {**texts, "x12/004010/words": texts["x12/004010/words"] + "# said otherwise\n"}.__getitem__)
    assert same.version == shipped("x12/004010/855").version != other.version


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('[fields]\nordr = "BAK/3"', ("map.unknown-field", "ordr")),
        ('[fields]\norder_number = "BAK/33"', ("map.no-such-element", "order_number")),
        ('[fields]\norder_number = "XYZ/3"', ("map.no-such-segment", "order_number")),
        ('[fields]\norder_number = "3/BAK"', ("map.bad-path", "order_number")),
        ('[fields]\norder_number = { from = "BAK/3", cods = "x" }', ("map.unknown-key", "order_number")),
        ('[fields]\noverall = "BAK/2"', ("map.codes-missing", "overall")),
        ('[fields]\noverall = { from = "BAK/2", codes = "nowhere" }', ("map.unknown-table", "overall")),
        ('[codes.overall]\nAC = "perhaps"', ("map.bad-word", "codes.overall.AC")),
        ('[fields]\nresponded_on = { from = "BAK/9", form = "julian" }', ("map.unknown-form", "responded_on")),
        ("[fields]\norder_number = false", ("map.missing-field", "order_number")),
        ('[fields.buyer]\nshape = "partie"', ("map.unknown-shape", "buyer")),
        ("strukture = 1", ("map.unknown-key", "strukture")),
        ('after = ["tidy_up"]', ("map.unknown-function", "after")),
        ('structure = "BAK! )"', ("map.bad-structure", "structure")),
        ('document = "letter"', ("map.unknown-document", "document")),
        ("name = ", ("map.not-toml", "")),
    ],
)
def test_a_slip_in_a_map_is_named(text, expected):
    assert expected in faults(text)


def test_all_slips_in_a_map_are_named_at_once():
    assert len(faults('[fields]\nordr = "BAK/3"\nrelease = "BAK/99"\n[codes.overall]\nAC = "perhaps"\n')) >= 3


def test_a_map_that_extends_nothing_we_know_is_refused():
    with pytest.raises(BadMap, match="map.unknown-parent"):
        load('extends = "x12/004010/../../secret"')


def test_no_text_of_a_map_becomes_code():
    """Codes and defaults reach the generated function by reference, so whatever they hold is only ever a value."""
    evil = "'); raise SystemExit #"
    acme = overlay(f'[fields]\nsource_code = {{ from = "REF[1={evil}]/2", default = "{evil}" }}\noverall = {{ from = "BAK/2", codes = "overall" }}\n')
    assert lift(cut("855", ANSWER), acme).document.source_code == evil


def test_provenance_names_the_bytes_and_the_rule():
    message = cut("855", ANSWER, offset=1000)
    origin = provenance(message, shipped("x12/004010/855"), "$.lines[0].outcomes[0].quantity.value")
    assert message.text[origin.where.start - 1000 : origin.where.end - 1000] == "60"
    assert origin.rule == "lines.outcomes.quantity.value = ACK/2"
    assert (origin.where.segment, origin.where.segment_position, origin.where.element) == ("ACK", 4, 2)
    assert origin.version == shipped("x12/004010/855").version
    assert provenance(message, shipped("x12/004010/855"), "lines[7].line") is None


def test_a_document_with_no_place_in_a_message_says_what_is_left_out():
    document = lift(cut("855", ANSWER), shipped("x12/004010/855")).document
    built = lower(document, overlay("[fields.lines]\nitem = false\n"))
    assert not built.findings
    line = document.lines[0].__replace__(line="1") if hasattr(document.lines[0], "__replace__") else document.lines[0]
    assert line.item.buyer_item == "SKU-1"


@pytest.mark.parametrize("form", FORMS.values(), ids=lambda form: form.name)
def test_the_examples_of_every_form_are_true(form):
    for written, meant in form.examples:
        assert form.read(*(written if form.parts > 1 else (written,))) == meant
        if form.write is not None:
            assert form.write(meant) == written


@given(st.text(max_size=30))
def test_any_text_is_a_path_or_is_refused(text):
    try:
        assert parse_path(text).text == text
    except BadPath:
        pass


@given(st.text("AB1!()| ", max_size=30))
def test_any_text_is_a_structure_or_is_refused(text):
    try:
        parse_structure(text)
    except BadStructure:
        pass


def test_every_shipped_map_compiles_and_is_cached():
    for name in shipped_names():
        assert shipped(name) is shipped(name)
        assert shipped(name).kind == name.rpartition("/")[2]
