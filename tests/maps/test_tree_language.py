"""The language of maps over trees: paths, what is refused in a map, places, and the forms of dates and signs."""

import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tradelane.formats import xml
from tradelane.maps import BadMap, lift, load, lower, provenance
from tradelane.maps.forms import Bad
from tradelane.maps.iso_forms import ISO_FORMS, iso_day, iso_moment
from tradelane.maps.path import BadPath
from tradelane.maps.structure import BadStructure
from tradelane.maps.tree_path import parse_tree_path
from tradelane.maps.tree_spots import parse_tree_structure
from tradelane.model.finding import Unreadable
from tradelane.model.message import Node, NodeMessage
from tradelane.model.party import Party

HEAD = """
syntax = "xml"
standard = "own/1"
kind = "Change"
document = "order_change"
structure = "ID! Date Note Part( Kind ID ) Line( @no ID Qty( @unit! ) Text )"
[fields]
notes = { each = "Note", from = "." }
changed_on = "Date"
sequence = { from = "Date/@seq", default = 0 }
order_number = "ID"
"""
LINES = """
[fields.lines]
each = "Line"
line = "@no"
action = { const = "change" }
quantity = { value = "Qty", unit = { from = "Qty/@unit", default = "C62" } }
description = ["Text", "/Note", "../ID"]
"""


def made(extra: str = LINES):
    return load(HEAD + extra)


def message(body: str) -> NodeMessage:
    (found,) = xml.decode(body.encode()).messages
    return found


def read(body: str, extra: str = LINES):
    return lift(message(body), made(extra)).document


def test_a_path_begins_at_the_row_or_outside_of_it():
    document = read('<Change><ID>7</ID><Date>2026-11-20</Date><Line no="1"><Qty unit="EA">2</Qty></Line></Change>')
    (line,) = document.lines
    assert (line.line, line.quantity.unit, line.description) == ("1", "EA", "7")
    document = read('<Change><ID>7</ID><Date>2026-11-20</Date><Note>n</Note><Line no="1"/></Change>')
    assert (document.lines[0].description, document.lines[0].quantity) == ("n", None)


def test_filters_choose_by_what_a_node_says():
    rules = 'supplier = {{ name = "{}" }}\n'
    body = (
        "<Change><ID>7</ID><Date>2026-11-20</Date><Part><ID>none</ID></Part>"
        "<Part><Kind>A</Kind><ID>first</ID></Part><Part><Kind>B</Kind><ID>second</ID></Part></Change>"
    )
    for path, expected in {
        "Part[Kind=B]/ID": "second",
        "Part[Kind=X|B]/ID": "second",
        "Part[Kind]/ID": "first",
        "Part[Kind!=A|B]/ID": "none",
        "Part[Kind=]/ID": "none",
        "Part[2]/ID": "first",
        "Part[Kind][2]/ID": "second",
        "Part[ID^=sec]/ID": "second",
    }.items():
        assert read(body, rules.format(path)).supplier.name == expected, path


def test_what_a_filter_asks_for_is_written_and_children_come_in_the_order_of_the_structure():
    by = made('supplier = { name = "Part[Kind=S]/ID" }\n' + LINES)
    document = replace(read('<Change><ID>7</ID><Date>2026-11-20</Date><Line no="1"/></Change>'), notes=("a",))
    root = lower(replace(document, supplier=Party(name="x")), by).root
    assert root is not None
    assert [child.name for child in root.children] == ["ID", "Date", "Note", "Part", "Line"]
    assert [(child.name, child.value) for child in root.children[3].children] == [("Kind", "S"), ("ID", "x")]


def test_what_the_standard_asks_for_is_always_written_and_only_remarked_when_missing():
    document = read('<Change><ID>7</ID><Date>2026-11-20</Date><Line no="1"><Qty>2</Qty></Line></Change>')
    root = lower(document, made()).root
    assert root is not None
    assert root.children[-1].children[1].children[0] == Node("@unit", "C62")
    found = lift(message('<Change><ID>7</ID><Date>2026-11-20</Date><Line no="1"><Qty>2</Qty></Line></Change>'), made())
    assert [(one.code, one.severity) for one in found.findings] == [("node.missing", "warning")]


def test_everything_wrong_is_said_with_its_path_and_its_bytes():
    lines = '<Line no="1"><Qty unit="EA">-1</Qty></Line><Line no="2"><Qty unit="EA">x</Qty></Line>'
    body = f"<Change><ID/><Date>2026-13-20</Date>{lines}</Change>"
    with pytest.raises(Unreadable) as refused:
        lift(message(body), made())
    said = {one.where.path: body[one.where.start : one.where.end] for one in refused.value.findings}
    assert said == {
        "/Change/ID": "<ID/>",
        "/Change/Date": "<Date>2026-13-20</Date>",
        "/Change/Line[1]/Qty": '<Qty unit="EA">-1</Qty>',
        "/Change/Line[2]/Qty": '<Qty unit="EA">x</Qty>',
    }


def test_a_value_leads_back_to_its_bytes_and_its_rule():
    body = '<Change><ID>7</ID><Date>2026-11-20</Date><Line no="1"><Qty unit="EA">2</Qty></Line></Change>'
    origin = provenance(message(body), made(), "lines[0].quantity.unit")
    assert origin is not None
    assert body[origin.where.start : origin.where.end] == "EA"
    assert (origin.rule, origin.value) == ("lines.quantity.unit = Qty/@unit", "EA")


@pytest.mark.parametrize(
    ("extra", "expected"),
    [
        ('release = "Nowhere"', "map.no-such-place"),
        ('release = "Line/Nowhere"', "map.no-such-place"),
        ('release = "Line["', "map.bad-path"),
        ('release = "../ID"', "map.no-such-place"),
        ('buyer = { name = "ID", pairs = "ID" }', "map.bad-path"),
        ('release = "ID"\n[forms]\nday = "nonsense"', "map.unknown-form"),
        ('release = "ID"\n[forms]\nweek = "iso_day"', "map.unknown-key"),
    ],
)
def test_a_slip_in_a_map_is_named(extra, expected):
    with pytest.raises(BadMap) as refused:
        made(extra)
    assert expected in {finding.code for finding in refused.value.findings}


@given(st.text('ab:@/.*[]=!^"()1|{} ', max_size=30))
def test_any_text_is_a_path_or_is_refused(text):
    with suppress(BadPath):
        assert parse_tree_path(text).text == text


@given(st.text("ab:!()[] ", max_size=30), st.dictionaries(st.text("ab", max_size=2), st.text("ab[]() ", max_size=8)))
def test_any_text_is_a_structure_or_is_refused(text, parts):
    with suppress(BadStructure):
        assert parse_tree_structure(text, parts).parent is None


@pytest.mark.parametrize("form", ISO_FORMS, ids=lambda form: form.name)
def test_every_form_does_what_its_examples_say(form):
    for written, value in form.examples:
        parts = written if isinstance(written, tuple) else (written,)
        assert form.read(*parts) == value
        assert form.write is None or form.write(value) == written


@given(st.text("0123456789-:TZ+. ", max_size=30))
def test_any_text_is_a_moment_or_is_refused(text):
    for read_form in (iso_day, iso_moment):
        with suppress(Bad):
            read_form(text)


def test_rows_that_look_outward_cost_no_more_than_their_number():
    """Every line asks what surrounds it for the same: a sender must not make that quadratic."""
    many = 4000
    lines = "".join(f'<Line no="{n}"/>' for n in range(many))
    body = f"<Change><Date>2026-11-20</Date>{lines}<ID>7</ID>{'<Note/>' * many}</Change>"
    started = time.process_time()
    document = read(body)
    assert len(document.lines) == many
    assert time.process_time() - started < 2
