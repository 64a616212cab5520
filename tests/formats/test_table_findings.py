"""One folder per diagnostic of rows: the smallest file that causes it, and the exact words people read.

``said.toml`` beside it holds what has to be declared for it: a dialect, a grouping, a layout, limits.
"""

import re
import tomllib
from pathlib import Path
from typing import Any

import msgspec
import pytest

import tradelane.formats as room
from tradelane.formats import csv, fixed, xlsx
from tradelane.formats.table import Limits, Parts, Table, divide
from tradelane.formats.table_stream import Documents, Survey
from tradelane.model.finding import Finding, Unreadable
from tradelane.model.table import Dialect, Grouping, Layout

FINDINGS = Path(__file__).parents[1] / "findings"
FORMATS = ("csv", "fixed", "xlsx", "table")
FOLDERS = sorted(folder for kind in FORMATS for folder in FINDINGS.glob(f"{kind}.*"))
SOURCES = [
    *(Path(room.__file__).parent / "csv").glob("*.py"),
    *(Path(room.__file__).parent / "xlsx").glob("*.py"),
    Path(room.__file__).parent / "fixed.py",
    Path(room.__file__).parent / "table.py",
    Path(room.__file__).parent / "table_stream.py",
]

# Said when we write, not when we read; the tests of `encode` show them.
OUTBOUND = {"csv.unwritable", "fixed.unwritable", "xlsx.unwritable"}
# Said of columns and cells by the maps; tests/maps/test_map_tables.py has these.
BY_MAPS = {"table.column-missing", "table.rows-differ", "table.not-text"}
TIGHT = Limits(cell_bytes=40)


def _table(file: Path, said: dict[str, Any]) -> Table:
    body = file.read_bytes()
    dialect = msgspec.convert(said.get("dialect", {}), Dialect)
    limits = msgspec.convert(said["limits"], Limits) if "limits" in said else TIGHT
    match file.suffix:
        case ".csv":
            return csv.decode(body, dialect, limits)
        case ".xlsx":
            return xlsx.decode(body, dialect, limits)
        case _:
            return fixed.decode(body, msgspec.convert(said["layout"], Layout), limits)


def _findings(folder: Path) -> list[Finding]:
    [file] = folder.glob("smallest.*")
    declared = folder / "said.toml"
    said = tomllib.loads(declared.read_text("utf-8")) if declared.exists() else {}
    try:
        table = _table(file, said)
    except Unreadable as refused:
        return [*refused.findings]
    limits = msgspec.convert(said["limits"], Limits) if "limits" in said else TIGHT
    grouping = msgspec.convert(said.get("grouping", {}), Grouping)
    if said.get("passes"):
        survey = Survey(grouping, limits)
        survey.take(table)
        about_all, passing = survey.end(), Documents("x", survey, limits)
        parts = Parts((*passing.take(table), *passing.end()), about_all)
    else:
        parts = divide(table, "x", grouping, limits)
    documents = () if parts.refused else parts.documents
    return [*parts.findings, *(finding for part in documents for finding in part.findings)]


@pytest.mark.parametrize("folder", [one for one in FOLDERS if one.name not in BY_MAPS], ids=lambda folder: folder.name)
def test_the_smallest_file_gets_these_words(folder: Path):
    said = [str(finding) for finding in _findings(folder) if finding.code == folder.name]

    assert "\n".join(said) + "\n" == (folder / "finding.txt").read_text(encoding="utf-8")
    assert said


def test_every_diagnostic_has_its_folder():
    codes: set[str] = set()
    for source in SOURCES:
        kind = source.parent.name if source.parent.name in FORMATS else source.stem.partition("_")[0]
        text = source.read_text(encoding="utf-8")
        codes |= {f"{kind}.{code}" for code in re.findall(r"(?:fault|_finding)\(\s*\"([a-z][a-z-]+)\"", text)}
    named = {f"{kind}.{code}" for kind in ("csv", "xlsx") for code in ("column-twice", "no-names")}
    named |= {"csv.column-count", "csv.mixed-delimiter"}

    assert (codes | named) - OUTBOUND == {folder.name for folder in FOLDERS} - BY_MAPS
