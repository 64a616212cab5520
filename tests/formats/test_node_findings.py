"""One folder per diagnostic of XML and IDocs: the smallest file that causes it, and the exact words people read."""

import re
from pathlib import Path

import pytest

import tradelane.formats.idoc as idoc_room
import tradelane.formats.xml as xml_room
from tradelane.formats import idoc, xml

FOLDER = Path(__file__).parents[1] / "findings"
CASES = sorted(path for path in FOLDER.glob("*/smallest.*") if path.suffix in (".xml", ".idoc"))
READERS = {".xml": xml.decode, ".idoc": idoc.decode}

# Said when we write, not when we read; the tests of encoding show them.
OUTBOUND = {"xml.no-tree", "xml.control-character", "xml.name", "idoc.no-tree", "idoc.no-such-field", "idoc.too-long"}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.parent.name)
def test_the_smallest_file_gets_these_words(case: Path):
    found = READERS[case.suffix](case.read_bytes()).findings

    said = [str(finding) for finding in found if finding.code == case.parent.name]

    assert "\n".join(said) + "\n" == (case.parent / "finding.txt").read_text(encoding="utf-8")
    assert said


@pytest.mark.parametrize("room", [xml_room, idoc_room])
def test_every_diagnostic_has_its_folder(room):
    text = "".join(path.read_text("utf-8") for path in sorted(Path(room.__file__).parent.glob("*.py")))
    family = room.__name__.rpartition(".")[2]
    codes = set(re.findall(rf'"({family}\.[a-z-]+|doctype_[a-z]+)"', text))

    assert codes - OUTBOUND == {case.parent.name for case in CASES if case.suffix == f".{family}"}
