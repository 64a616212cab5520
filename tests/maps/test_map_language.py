"""The language of maps.

Overlays, tables, what is refused in a map, where values came from, and the functions a map may name.
"""

import re
from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.maps.sets import cut

from tradelane.maps import BadMap, lift, lift_exact, load, lower, provenance, shipped, shipped_names, shipped_text
from tradelane.maps.forms import FORMS
from tradelane.maps.path import BadPath, parse_path
from tradelane.maps.structure import BadStructure, parse_structure
from tradelane.model.document import Reference
from tradelane.model.quantity import UnitPrice

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
    return sorted((f.code, re.sub("^line [0-9]+(, )?", "", f.where.path)) for f in refused.value.findings)


def test_an_overlay_states_only_what_differs():
    acme = overlay('name = "acme/855"\n[fields]\nsupplier_order_number = "REF*VN/2"\n[codes.unit]\nZE = "EA"\n')
    answer = ANSWER.replace("*60*EA*", "*60*ZE*").replace("PO1*1", "REF*VN*SO-7\nPO1*1")
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


def test_a_row_is_written_with_what_its_place_asks_for_and_only_if_it_would_be_read_again():
    rows = '[fields]\nreferences = { each = "REF*DP", kind = { const = "department" }, value = "REF/2" }\n'
    acme = overlay(rows)
    document = lift(cut("855", ANSWER.replace("PO1*1", "REF*ZZ*9\nREF*DP*42\nPO1*1")), acme).document
    assert document.references == (Reference("department", "42"),)
    built = lower(replace(document, references=(*document.references, Reference("contract", "7"))), acme)
    assert [segment for segment in built.segments if segment[0] == "REF"] == [("REF", "DP", "42")]
    assert [f.where.path for f in built.findings] == ["$.references[1]"]


def test_the_first_of_equals_counts_on_either_path():
    order = """
    BEG*00*SA*1**20261120
    DTM*002*20261201
    DTM*002*20261202
    N1*ST*First
    N1*ST*Second
    PO1*1*1*EA***BP*A*BP*B*IN*C
    PID*F****One
    PID*F****Two
    DTM*010*20261203
    DTM*010*20261204
    """
    message, its_map = cut("850", order), shipped("x12/004010/850")
    document = lift_exact(message, its_map).document
    (line,) = document.lines
    assert (str(document.deliver_on), document.ship_to.name) == ("2026-12-01", "First")
    assert (line.item.buyer_item, line.description, str(line.ship_on)) == ("A", "One", "2026-12-03")
    assert its_map.fast.lift(message) == document


def test_a_version_is_the_fingerprint_of_all_texts_a_map_is_made_of():
    texts = {name: shipped_text(name) for name in ("x12/004010/855", "x12/004010/words")}
    same = load(texts["x12/004010/855"], texts.__getitem__)
    other = load(
        texts["x12/004010/855"],
        {**texts, "x12/004010/words": texts["x12/004010/words"] + "# said otherwise\n"}.__getitem__,
    )
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


def test_a_slip_is_named_with_its_line_in_the_order_of_the_file():
    text = """
[fields]   # theirs
ordr = "BAK/3"

[fields.lines.item]
gtin = { from = "{UK}", form = "gtn" }

[codes.overall]
"AC" = "perhaps"
"""
    with pytest.raises(BadMap) as refused:
        overlay(text)
    places = [f.where.path for f in refused.value.findings]
    assert places == ["line 4, ordr", "line 7, lines.item.gtin", "line 10, codes.overall.AC"]


def test_a_slip_in_a_text_that_is_extended_names_no_line_of_this_one():
    parent = 'extends = "x12/004010/855"\n\n\n[fields]\nordr = "BAK/3"\n'
    with pytest.raises(BadMap) as refused:
        load('extends = "theirs"\n', lambda name: parent if name == "theirs" else shipped_text(name))
    assert [f.where.path for f in refused.value.findings] == ["ordr"]


def test_a_map_that_extends_nothing_we_know_is_refused():
    with pytest.raises(BadMap, match="unknown-parent"):
        load('extends = "x12/004010/../../secret"')


def test_no_text_of_a_map_becomes_code():
    """Codes and defaults reach the generated function by reference, so whatever they hold is only ever a value."""
    evil = "'); raise SystemExit #"
    rule = f'{{ from = "REF[1={evil}]/2", default = "{evil}" }}'
    acme = overlay(f'[fields]\nsource_code = {rule}\noverall = {{ from = "BAK/2", codes = "overall" }}\n')
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
    line = replace(document.lines[0], outcomes=(replace(document.lines[0].outcomes[0], price=UnitPrice(Decimal(9))),))
    built = lower(replace(document, lines=(line,)), shipped("x12/004010/855"))
    assert [(f.code, f.severity, f.where.path) for f in built.findings] == [
        ("lower.left-out", "warning", "$.lines[0].outcomes[0].price")
    ]


def test_a_document_that_cannot_be_sent_says_so():
    document = lift(cut("855", ANSWER), shipped("x12/004010/855")).document
    built = lower(replace(document, order_number="4" * 23), shipped("x12/004010/855"))
    assert [(f.code, f.severity, f.where.segment, f.where.element) for f in built.findings] == [
        ("lower.too-long", "error", "BAK", 3)
    ]


def test_an_answer_that_does_not_know_the_order_date_is_readable_all_the_same():
    document = lift(cut("855", ANSWER), shipped("x12/004010/855")).document
    built = lower(replace(document, ordered_on=None), shipped("x12/004010/855"))
    assert not built.findings
    assert built.segments[0] == ("BAK", "00", "AC", "4711", "20261122", "", "", "", "SO998", "20261122")


@pytest.mark.parametrize("form", FORMS.values(), ids=lambda form: form.name)
def test_the_examples_of_every_form_are_true(form):
    for written, meant in form.examples:
        assert form.read(*(written if form.parts > 1 else (written,))) == meant
        if form.write is not None:
            assert form.write(meant) == written


@given(st.text(max_size=30))
def test_any_text_is_a_path_or_is_refused(text):
    with suppress(BadPath):
        assert parse_path(text).text == text


@given(st.text("AB1!()| ", max_size=30))
def test_any_text_is_a_structure_or_is_refused(text):
    with suppress(BadStructure):
        assert parse_structure(text).tag == "ST"


def test_every_shipped_map_compiles_and_is_cached():
    for name in shipped_names():
        assert shipped(name) is shipped(name)
        assert name.rpartition("/")[2].casefold().startswith(shipped(name).kind.casefold())
