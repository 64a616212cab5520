"""Every value leads back to the bytes it was read from, exactly."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.rules.sources import ROOT

from tradelane import maps
from tradelane.library import read
from tradelane.library.json_places import places
from tradelane.library.where import every, normal, where
from tradelane.model.finding import Unreadable

SAMPLES = ROOT / "src/tradelane/partners/templates"
FILES = sorted(path for path in SAMPLES.glob("*/samples/*.edi"))
ANSWER = SAMPLES / "x12-supplier/samples/855-partial.edi"

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
plain = texts | st.integers() | st.booleans() | st.none()
trees = st.dictionaries(
    st.text("abc_", min_size=1, max_size=3),
    st.recursive(
        plain,
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.text("xyz", min_size=1, max_size=2), inner, max_size=3)
        ),
    ),
    max_size=4,
)


def leaves(tree, path=""):
    if isinstance(tree, dict):
        for key, value in tree.items():
            yield from leaves(value, f"{path}.{key}".removeprefix("."))
    elif isinstance(tree, list):
        for place, value in enumerate(tree):
            yield from leaves(value, f"{path}[{place}]")
    else:
        yield path, tree


@given(trees, st.sampled_from([None, 0, 2]))
def test_every_value_of_a_json_text_is_found_at_its_bytes(tree, indent):
    body = json.dumps(tree, indent=indent).encode()
    found = places(body)
    assert set(found) == {path for path, _ in leaves(tree)}
    for path, value in leaves(tree):
        written = body[found[path].start : found[path].end].decode()
        assert json.loads(f'"{written}"' if isinstance(value, str) else written) == value


@given(st.lists(trees, min_size=1, max_size=3), st.data())
def test_of_several_documents_in_a_json_text_the_right_one_is_looked_at(listed, data):
    at = data.draw(st.integers(0, len(listed) - 1))
    body = json.dumps(listed).encode()
    for path, value in leaves(listed[at]):
        start, end = places(body, at)[path]
        written = body[start:end].decode()
        assert json.loads(f'"{written}"' if isinstance(value, str) else written) == value


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_what_is_shown_under_the_caret_is_what_was_written(path):
    file = read(path.read_bytes())
    found = [one for each in file.messages for one in every(file, each)]
    assert found
    for one in found:
        if one.place.start >= 0:
            assert file.body[one.place.start : one.place.end].decode().rstrip() == one.written
            assert one.excerpt[one.caret : one.caret + one.width].rstrip() == one.written
            assert one.map in maps.shipped_names()


def test_a_value_leads_to_its_segment_and_its_rule():
    (found,) = where(read(ANSWER.read_bytes()), "lines[1].item.supplier_item")
    assert (found.value, str(found.place)) == ("V-77", "segment 9 PO109")
    assert found.rule == "lines.item.supplier_item = PO1/6..25{VN|VP|VC|SK|VA}"
    assert found.excerpt[found.caret :].startswith("V-77")


def test_a_path_above_values_gives_all_of_them():
    found = where(read(ANSWER.read_bytes()), "lines[0].quantity")
    assert [(one.path, one.value) for one in found] == [
        ("lines[0].quantity.value", "100"),
        ("lines[0].quantity.unit", "EA"),
    ]


@pytest.mark.parametrize("said", ["$.lines[0].item", "lines.0.item", ".lines[0].item", " lines[0].item "])
def test_a_path_may_be_written_as_people_write_paths(said):
    assert normal(said) == "lines[0].item"


def test_a_path_that_leads_nowhere_says_what_was_meant():
    with pytest.raises(Unreadable, match=r"Did you mean .*lines\[1\]\.quantity\.value"):
        where(read(ANSWER.read_bytes()), "lines[1].quantity.valu")
    with pytest.raises(Unreadable, match="There is no document 2 in it; we read 1"):
        where(read(ANSWER.read_bytes()), "lines", 2)


def test_a_moment_leads_to_its_date_as_one_value():
    (notice,) = [path for path in FILES if path.name.startswith("856") and "x12-supplier" in str(path)][:1]
    (found,) = where(read(notice.read_bytes()), "noticed")
    assert found.place.segment == "BSN"
