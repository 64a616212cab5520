"""A map makes documents that it reads without a remark, and that come back from wherever they are translated to."""

from datetime import datetime
from functools import cache
from random import Random

import pytest

from tradelane import maps
from tradelane.library import Envelope, Shelf, compare, read, write
from tradelane.library.sample import Sample, sample
from tradelane.library.shelf import writers
from tradelane.maps import lift_exact, lower
from tradelane.model.finding import Unreadable

AT = Envelope(at=datetime(2026, 11, 2, 9, 30))
READ_ONLY = ("carrier/", "gs1/", "dcsa/", "epcis/2.0/event", "epcis/2.0/EPCISQueryDocument", "otm/")
"""What others tell and we never do: nothing is written in these."""
NAMES = [name for name in maps.shipped_names() if not name.startswith(READ_ONLY)]


@cache
def made(name: str, seed: int = 1) -> Sample:
    return sample(maps.shipped(name), Random(seed), AT)


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_of_a_shipped_map_is_read_without_a_remark(name):
    its_map = maps.shipped(name)
    found = read(made(name).body, shelf=Shelf(own=(its_map,)))
    assert found.documents == (made(name).document,)
    assert not [one for one in found.findings if one.severity != "note"]
    assert lift_exact(found.messages[0].message, its_map).findings == ()
    assert lower(made(name).document, its_map).findings == ()


@pytest.mark.parametrize("name", NAMES[:: max(1, len(NAMES) // 12)])
def test_the_same_seed_makes_the_same_sample_and_another_seed_another(name):
    again = sample(maps.shipped(name), Random(1), AT)
    assert again == made(name)
    assert any(made(name, seed) != again for seed in (2, 3, 4))


JSON = [name for name in maps.shipped_names() if maps.shipped(name).plan.syntax == "json" and name not in NAMES]


@pytest.mark.parametrize("name", JSON)
def test_a_map_that_only_reads_says_so_instead_of_making_a_sample(name):
    with pytest.raises(Unreadable, match="No sample can be made"):
        made(name)


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_says_enough_to_be_one(name):
    """A sample that said only what it must would prove little."""
    said = made(name).document
    filled = [name for name in said.__struct_fields__ if getattr(said, name) not in (None, "", ())]
    assert len(filled) >= min(3, len(said.__struct_fields__))


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_translated_to_our_json_and_back_is_the_same_document(name):
    document = made(name).document
    through = read(write((document,), "json", AT).body).documents
    assert through == (document,)
    back = write(through, name, AT, shelf=Shelf(own=(maps.shipped(name),)))
    assert back.findings == ()
    assert read(back.body, shelf=Shelf(own=(maps.shipped(name),))).documents == (document,)


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("x12/004010/")])
def test_what_a_translation_loses_is_said_and_nothing_else_is_lost(name):
    """To every other form of the same document: what comes back differs just where the findings say."""
    document = made(name).document
    for other in writers(type(document)):
        try:
            written = write((document,), other, AT, shelf=Shelf(own=(maps.shipped(other),)))
        except Unreadable:
            continue
        again = read(written.body, shelf=Shelf(own=(maps.shipped(other),))).documents
        said = [one.where.path.removeprefix("$.") for one in written.findings]
        for one in again:
            for difference in compare(document, one):
                assert any(difference.path.startswith(path) or path.startswith(difference.path) for path in said)
