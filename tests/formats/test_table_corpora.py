"""Real tables nobody here wrote: every file decodes or is refused by name, every row is counted."""

from pathlib import Path

import pytest

from tradelane.formats import csv, fixed
from tradelane.formats.table import Table, divide
from tradelane.model.finding import Unreadable
from tradelane.model.table import Dialect, Field, Grouping, Layout, RecordLayout

PORTAL = Path(__file__).parents[3] / "shared" / "corpora" / "csv_portal"
FILES = sorted(path for path in PORTAL.rglob("*") if path.suffix in (".csv", ".txt", ".edi"))
SAMPLES = PORTAL / "jf-tech__omniparser/extensions/omniv21/samples"

here = pytest.mark.skipif(not FILES, reason="the real documents (../shared/corpora) are not here")


def _counted(table: Table, accept) -> tuple[int, int]:
    """Return how many rows are in documents, and how many are named as left out."""
    parts = divide(table, "table", Grouping(accept=accept))
    return sum(part.rows for part in parts.documents), sum(
        int(finding.says.split()[0]) for finding in parts.findings if finding.code == "table.rows-left-out"
    )


@here
@pytest.mark.parametrize("path", FILES, ids=lambda path: "/".join(path.parts[-2:]))
def test_a_real_table_is_decoded_or_refused_by_name_and_every_row_is_counted(path):
    body = path.read_bytes()
    try:
        table = csv.decode(body)
    except Unreadable as refused:
        table, codes = None, {finding.code.partition(".")[0] for finding in refused.findings}
    if table is None:
        assert codes == {"csv"}
        return
    for row in table.rows():
        assert row.findings or [cell.name for cell in row.node.children] == [name for name in table.columns if name]
        assert body[row.node.start : row.node.end].strip()
    taken, left = _counted(table, "row")
    assert taken + left == table.size


@here
def test_rows_of_two_kinds_are_read_once_declared():
    records = {
        "H": ("kind", "batch", "date", "time"),
        "D": ("kind", "batch", "parcel", "note", "postcode", "office", "status"),
    }
    table = csv.decode((SAMPLES / "csv2/4_nested.input.csv").read_bytes(), Dialect(delimiter=",", records=records))
    parts = divide(table, "batches", Grouping(opens="H"))
    assert not parts.refused
    assert [part.rows for part in parts.documents] == [3, 3]


@here
def test_a_quote_that_means_nothing_is_read_once_declared():
    dialect = Dialect(delimiter="|", quote="")
    table = csv.decode((SAMPLES / "csv2/1_single_row.input.csv").read_bytes(), dialect)
    assert [row.whole for row in table.rows()] == [True, False, True, True]


PEOPLE = Layout(
    records={
        "person": RecordLayout(
            fields=(
                Field(name="first", at=1, length=20),
                Field(name="last", at=21, length=20),
                Field(name="gender", at=41, length=7),
                Field(name="age", at=48, length=2),
                Field(name="country", at=50, length=2),
            )
        )
    }
)


@here
def test_real_fixed_width_records_are_read_and_written_back():
    body = (PORTAL / "smooks__smooks-examples/fixed-length-to-java/input-message.txt").read_bytes()
    table = fixed.decode(body, PEOPLE)
    rows = [*table.rows()]
    assert [row.node.children[1].value for row in rows] == ["moulliard", "dewil", "moulliard"]
    assert [row.findings for row in rows] == [(), (), ()]


@here
def test_the_records_of_a_music_rights_file_hang_in_each_other():
    """HDR GRH NWR SPU ...: each kind by its sign, of many lengths; those not described are named by their line."""
    body = (SAMPLES / "fixedlength2/4_nested.input.txt").read_bytes()
    layout = Layout(
        records={
            "work": RecordLayout(sign="NWR", length=260, fields=(Field(name="title", at=20, length=60),)),
            "publisher": RecordLayout(
                sign="SPU", length=182, under="work", fields=(Field(name="name", at=31, length=45),)
            ),
        }
    )
    table = fixed.decode(body, layout)
    assert table.size == sum(1 for line in body.splitlines() if line.strip())
    codes = {finding.code for row in table.rows() for finding in row.findings}
    assert codes <= {"fixed.unknown-record", "fixed.length"}
    assert "fixed.unknown-record" in codes
