"""One folder per diagnostic of EDIFACT: the smallest file that causes it, and the exact words people read."""

import re
from pathlib import Path

import pytest

import tradelane.formats.edifact as room
from tradelane.formats import edifact

FOLDERS = sorted((Path(__file__).parents[1] / "findings").glob("edifact.*"))
SOURCES = sorted(Path(room.__file__).parent.glob("*.py"))

# Said when we write, not when we read; the tests of `encode` show it.
OUTBOUND = {"edifact.delimiter-in-value"}
TIGHT = edifact.Limits(segment_bytes=200)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_the_smallest_file_gets_these_words(folder: Path):
    body = (folder / "smallest.edi").read_bytes()

    said = [str(finding) for finding in edifact.decode(body, TIGHT).all_findings if finding.code == folder.name]

    assert "\n".join(said) + "\n" == (folder / "finding.txt").read_text(encoding="utf-8")
    assert said


def test_every_diagnostic_has_its_folder():
    text = "".join(source.read_text(encoding="utf-8") for source in SOURCES)
    literal = re.findall(r"(?:fault|say|_in_message)\(\s*(?:message, )?\"([a-z][a-z0-9-]+)\"", text)
    built = {f"{tag}-{what}" for tag in ("unt", "une", "unz") for what in ("missing", "reference", "count")}
    codes = {
        f"edifact.{code}" for code in {*literal, *built, "unb-date", "unb-time", "line-break", "control-character"}
    }

    assert codes - OUTBOUND == {folder.name for folder in FOLDERS}
