"""Real files nobody here wrote: none crashes us, good ones are read, each defect that others found in them is named."""

import csv
import re
from pathlib import Path

import pytest

from tradelane.formats import x12
from tradelane.formats.explain import explain
from tradelane.formats.x12.plain import plain

CORPORA = Path(__file__).parents[2] / ".." / "shared" / "corpora"
OURS = {"850", "855", "856", "860", "810", "944", "997"}

# Which of our findings names which defect of the manifest. An unreadable header hides what comes after it.
NAMES = {
    "ISA-not-106": {"x12.isa-width", "x12.isa-truncated"},
    "ISA-bad-width": {"x12.isa-width", "x12.isa-truncated"},
    "SE-count-wrong": {"x12.se-count"},
    "SE-control-mismatch": {"x12.se-control"},
    "GE-count-wrong": {"x12.ge-count"},
    "GE-control-mismatch": {"x12.ge-control"},
    "IEA-count-wrong": {"x12.iea-count", "x12.stray-segment"},
    "IEA-control-mismatch": {"x12.iea-control"},
    "missing-SE": {"x12.se-missing"},
    "missing-GE": {"x12.ge-missing"},
    "missing-IEA": {"x12.iea-missing"},
    "no-ISA": {"x12.no-interchange"},
    "trailing-data-after-IEA": {"x12.garbage"},
    "lower-case-tags": {"x12.segment-id"},
    "odd-terminator": {"x12.delimiter"},
    "bad-tag": {"x12.segment-id", "x12.stray-segment"},
}
# Lines of one width cut values in two, which others took for defects of the envelopes.
HIDING = {"x12.isa-truncated", "x12.delimiter", "x12.wrapped"}
# A TA1 that its sender counts as a group: we read it so, and see no defect.
TOLERATED = {"x12_interchange_ack.txt": {"IEA-count-wrong"}}


def files() -> list[dict[str, str]]:
    if not (CORPORA / "MANIFEST.tsv").exists():
        return []
    with (CORPORA / "MANIFEST.tsv").open(newline="", encoding="utf-8") as table:
        rows = csv.DictReader(table, delimiter="\t")
        return [row for row in rows if row["format"].startswith("x12")]


FILES = files()
needs_corpora = pytest.mark.skipif(not FILES, reason="the corpora of real documents are not here (../shared/corpora)")


def body_of(row: dict[str, str]) -> bytes:
    return (CORPORA / row["path"]).read_bytes()


def unnamed_defects(row: dict[str, str]) -> list[tuple[str, str]]:
    """Return the defects the manifest lists for a file that none of our findings names."""
    found = {finding.code for finding in x12.decode(body_of(row)).all_findings}
    listed = {name for name in NAMES if re.search(rf"[(,]{re.escape(name)}\b", row["validity"])}
    assert listed, row["validity"]
    expected = listed - TOLERATED.get(Path(row["path"]).name, set())
    return [] if found & HIDING else [(row["path"], name) for name in expected if not found & NAMES[name]]


@needs_corpora
def test_every_real_file_is_read_or_refused_with_exact_places():
    for row in FILES:
        decoded = x12.decode(body_of(row))
        body, _ = plain(body_of(row))  # Places are counted there.
        explain(decoded)
        assert decoded.interchanges or decoded.refused, row["path"]
        for interchange in decoded.interchanges:
            for segment in (s for g in interchange.groups for e in g.sets for s in e.message.segments):
                written = interchange.delimiters.element.join((segment.tag, *segment.elements))
                assert body[segment.start : segment.end] == written.encode("latin-1"), row["path"]


@needs_corpora
def test_real_files_of_our_documents_without_defects_have_no_errors():
    clean = [
        row
        for row in FILES
        if row["validity"].startswith("valid-envelope") and row["doc_type"] in OURS and "no-ISA" not in row["features"]
    ]

    errors = {
        row["path"]: [str(f) for f in x12.decode(body_of(row)).all_findings if f.severity == "error"] for row in clean
    }

    assert len(clean) > 30
    assert {path: found for path, found in errors.items() if found} == {}


@needs_corpora
def test_every_defect_others_found_is_named():
    broken = [row for row in FILES if row["validity"].startswith("envelope-defect")]
    unnamed = [missed for row in broken for missed in unnamed_defects(row)]

    assert len(broken) > 100
    assert unnamed == []
