"""The page about real documents says what is so: where they are, they are counted again, and nothing got worse."""

from pathlib import Path

import pytest
from scripts.corpora import FIGURES, Count, measure, page, read_counts, written
from tests.rules.sources import ROOT

CORPORA = ROOT.parent / "shared" / "corpora"
COUNTS = ROOT / "docs" / "reference" / "corpora.json"

here = pytest.mark.skipif(
    not (CORPORA / "MANIFEST.tsv").exists(), reason="the corpora of real documents are not here (../shared/corpora)"
)


@here
def test_counted_again_no_format_is_worse_than_the_page_says():
    said, found = read_counts(COUNTS), measure(CORPORA)
    assert said.keys() == found.keys()
    for name, now in found.items():
        then = said[name]
        assert (now.files, now.clean, now.defective) == (then.files, then.clean, then.defective), name
        for better in ("decoded", "named", "mapped", "lifted"):
            assert getattr(now, better) >= getattr(then, better), f"{name}: {better}; count again with: make corpora"


def test_of_real_documents_with_a_map_nineteen_in_twenty_come_to_a_document():
    counts = read_counts(COUNTS).values()
    documents = sum(one.mapped - one.forms for one in counts)
    assert sum(one.lifted for one in counts) >= 0.95 * documents


@pytest.mark.parametrize(
    ("text", "form"), [("MOA+77:X'", True), ("PRI+CAL:X:::1'", True), ("MOA+77:12'", False), ("NAD+MS+X'", False)]
)
def test_a_form_has_the_letter_x_for_a_figure(text: str, form: bool):
    assert bool(FIGURES.search(text)) is form


def test_what_is_counted_adds_up():
    for name, one in read_counts(COUNTS).items():
        assert one.files == one.clean + one.defective, name
        assert one.decoded <= one.clean, name
        assert one.named <= one.defective, name
        assert one.messages == one.mapped + sum(one.unmapped.values()), name
        assert one.lifted + one.forms <= one.mapped, name


def test_counts_are_kept_as_they_are_written(tmp_path: Path):
    file = tmp_path / "counts.json"
    file.write_text(written(read_counts(COUNTS)), "utf-8")
    assert file.read_bytes() == COUNTS.read_bytes()


def test_the_page_names_the_first_errors_and_how_many_more_there_are():
    why = {f"code-{number}": 9 - number for number in range(6)}
    said = page({"x": Count(files=3, clean=2, decoded=1, messages=2, mapped=3, forms=1, lifted=1, why=why)})
    assert "| x | 3 | 1 of 2 |  | 2 | 3 | 1 | 1 of 2 | code-0 9, code-1 8, code-2 7, code-3 6 and 2 more |  |" in said
