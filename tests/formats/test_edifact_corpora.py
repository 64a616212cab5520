"""Real files nobody here wrote: none crashes us, good ones are read, each defect that others found in them is named."""

import csv
import re
from pathlib import Path

import pytest

from tradelane.formats import edifact, tradacoms

CORPORA = Path(__file__).parents[2] / ".." / "shared" / "corpora"

# Which of our findings names which defect of the manifest.
NAMES = {
    "UNT-count-wrong": {"edifact.unt-count"},
    "UNT-ref-mismatch": {"edifact.unt-reference"},
    "UNZ-count-wrong": {"edifact.unz-count", "edifact.no-message"},
    "UNZ-ref-mismatch": {"edifact.unz-reference"},
    "UNB-missing": {"edifact.unb-missing"},
    "missing-UNT": {"edifact.unt-missing"},
    "missing-UNZ": {"edifact.unz-missing"},
    "UNT-without-UNH": {"edifact.stray-trailer", "edifact.stray-segment"},
    "bad-tag": {"edifact.segment-tag", "edifact.stray-segment", "edifact.garbage"},
    "trailing-data": {"edifact.garbage", "edifact.unz-missing", "edifact.unt-missing", "edifact.line-terminator"},
    "bom": {"edifact.byte-order-mark"},
}
HIDING = {"edifact.garbage", "edifact.stray-segment"}
"""After text that belongs to no interchange, or to no message, what else is wrong is no longer told one by one."""
TOLERATED = {
    # A tag of two letters and a digit is a tag.
    "edifact.AutoEndSegmentGroups.edi": {"bad-tag"},
    # Its segments end with line breaks; read so, nothing is missing at its end.
    "edifact.D01B.IFCSUM.NewLines.EDI": {"missing-UNZ"},
}
# Listed as clean, although its first UNB says nothing, and UNZ closes that one.
NOT_CLEAN = {"Apperak edi_out_issue235.edi"}


def files(form: str) -> list[dict[str, str]]:
    if not (CORPORA / "MANIFEST.tsv").exists():
        return []
    with (CORPORA / "MANIFEST.tsv").open(newline="", encoding="utf-8") as table:
        return [row for row in csv.DictReader(table, delimiter="\t") if row["format"] == form]


FILES = files("edifact")
needs_corpora = pytest.mark.skipif(not FILES, reason="the corpora of real documents are not here (../shared/corpora)")


def body_of(row: dict[str, str]) -> bytes:
    return (CORPORA / row["path"]).read_bytes()


def unnamed_defects(row: dict[str, str]) -> list[tuple[str, str]]:
    """Return the defects the manifest lists for a file that none of our findings names."""
    found = {finding.code for finding in edifact.decode(body_of(row)).all_findings}
    listed = {name for name in NAMES if re.search(rf"[(,]{re.escape(name)}\b", row["validity"])}
    assert listed, row["validity"]
    expected = listed - TOLERATED.get(Path(row["path"]).name, set())
    return [] if found & HIDING else [(row["path"], name) for name in expected if not found & NAMES[name]]


@needs_corpora
def test_every_real_file_is_read_or_refused_with_exact_places():
    for row in FILES:
        body = body_of(row)
        decoded = edifact.decode(body)
        edifact.identities(body)
        assert decoded.interchanges or decoded.refused, row["path"]
        for interchange in decoded.interchanges:
            for segment in (s for g in interchange.groups for e in g.messages for s in e.message.segments):
                written = interchange.delimiters.element.join((segment.tag, *segment.elements))
                assert body[segment.start : segment.end] == written.encode("latin-1"), row["path"]


@needs_corpora
def test_real_files_without_defects_have_no_errors():
    clean = [row for row in FILES if row["validity"] == "valid-envelope" and Path(row["path"]).name not in NOT_CLEAN]

    errors = {
        row["path"]: [str(f) for f in edifact.decode(body_of(row)).all_findings if f.severity == "error"]
        for row in clean
    }

    assert len(clean) > 100
    assert {path: found for path, found in errors.items() if found} == {}


@needs_corpora
def test_every_defect_others_found_is_named():
    broken = [row for row in FILES if row["validity"].startswith("envelope-defect")]
    unnamed = [missed for row in broken for missed in unnamed_defects(row)]

    assert len(broken) > 100
    assert unnamed == []


@needs_corpora
def test_real_tradacoms_files_are_read():
    rows = files("tradacoms")
    read = {row["path"]: tradacoms.decode(body_of(row)) for row in rows}

    assert len(rows) == 8
    assert [len(one.messages) for path, one in read.items() if "wrong-segment-tag" not in path] == [3, 4, 4, 3, 4, 4, 4]
