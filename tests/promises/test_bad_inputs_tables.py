"""Bad tables, numbers 108 to 117 of the list: sent through the door by a supplier with spreadsheets, worked by the
worker.

Quarantine means: taken and kept as it came, no effect, a person asked with code and place.
"""

import io
import zipfile

import pytest
import xlsxwriter
from msgspec.structs import replace
from tests.api.doors import Doors, open_doors
from tests.promises.answers import cases, history, taken
from tests.runtime.bench_house import json_of, order

from tradelane import maps
from tradelane.formats import csv, xlsx
from tradelane.model.message import BuiltMessage, Node
from tradelane.model.outcome import Outcome
from tradelane.partners.profile import SendSettings, TableSettings

pytestmark = pytest.mark.anyio

NAMES = ("PO Number", "Response Date", "PO Line", "Item", "Quantity", "Unit", "Status", "Confirmed Quantity", "Reason")
GOOD = ("4711", "2026-03-02", "1", "SKU-1", "10", "EA", "ACCEPTED", "10", "")
CSV = {"content-type": "text/csv"}
XLSX = {"content-type": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


@pytest.fixture
async def doors(tmp_path) -> Doors:
    """A house with order 4711, of which the supplier answers by spreadsheet."""
    made = await open_doors(tmp_path)
    agree(made, TableSettings(takes=("order_response", "inventory_report")))
    await made.send("erp", json_of(order("4711")))
    return made


def agree(doors: Doors, tables: TableSettings, **more) -> None:
    house = doors.bench.app.house
    partners = dict(house.registry.partners)
    partners["acme"] = replace(partners["acme"], tables=tables, **more)
    house.registry = replace(house.registry, partners=partners)


def sheet(*rows: tuple[str, ...], names: tuple[str, ...] = NAMES) -> bytes:
    """Return a CSV file."""
    return "".join(",".join(row) + "\r\n" for row in (names, *rows)).encode()


def swapped(name: str, value: str) -> tuple[str, ...]:
    """Return the good row with one cell changed."""
    return tuple(value if one == name else cell for one, cell in zip(NAMES, GOOD, strict=True))


def workbook(fill, *, names: tuple[str, ...] = NAMES) -> bytes:
    """Return a workbook whose second row *fill* writes."""
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made, {"in_memory": True})
    page = book.add_worksheet("Orders")
    for column, name in enumerate(names):
        page.write_string(0, column, name)
    for column, value in enumerate(GOOD):
        page.write_string(1, column, value)
    fill(book, page)
    book.close()
    return made.getvalue()


def plain(book, page) -> None:
    """Change nothing."""


def repacked(body: bytes, *more: tuple[str, bytes]) -> bytes:
    """Return a workbook with more entries in its zip."""
    made = io.BytesIO(body)
    with zipfile.ZipFile(made, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, content in more:
            archive.writestr(name, content)
    return made.getvalue()


async def refused(doors: Doors, body: bytes, code: str, headers: dict[str, str]) -> str:
    """Hold that *body* was accepted and kept, had no effect, and that a person is asked; return what is said of it."""
    heard = await doors.send("acme", body, headers=headers)
    assert heard.status == 202
    archived = await doors.bench.store.archive(heard.json["id"])
    assert archived is not None
    assert archived.body == body
    said = await taken(doors, "acme")
    found = [finding for each in said.sets for finding in each.findings] + list(said.findings)
    named = [finding for finding in found if finding.code == code]
    assert named, f"{code} is not among {[finding.code for finding in found]}"
    assert all(finding.fix for finding in found)
    asked = [finding["code"] for row in await cases(doors) for finding in row.get("findings", ())]
    assert code in asked, f"nobody is asked about {code}: {asked}"
    assert "OrderResponded" not in await history(doors)
    return str(named[0])


async def accepted(doors: Doors, body: bytes, headers: dict[str, str]) -> None:
    """Hold that the answer in *body* reached its order."""
    heard = await doors.send("acme", body, headers=headers)
    assert heard.status == 202
    said = await taken(doors, "acme")
    assert [each.outcome for each in said.sets] == [Outcome.ACCEPTED], said
    assert "OrderResponded" in await history(doors)


@pytest.mark.parametrize(("body", "kind"), [(sheet(GOOD), CSV), (workbook(plain), XLSX)], ids=["csv", "xlsx"])
async def test_a_good_table_has_its_effect(doors, body, kind):
    """Without this, a house that refuses every table would pass all that follows."""
    await accepted(doors, body, kind)


async def test_rows_that_nobody_agreed_on_are_refused(doors):
    agree(doors, TableSettings())
    await refused(doors, sheet(GOOD), "table.not-agreed", CSV)


async def test_orders_go_out_as_the_rows_they_are_read_by(doors):
    agree(doors, TableSettings(), send=SendSettings(channel="http", syntax="csv", url="http://acme"))
    await doors.send("erp", json_of(order("4712")))
    [delivery] = [one for one in doors.bench.channels["acme"].taken if one.media_type == "text/csv"]
    assert delivery.file_name.endswith(".csv")
    table = csv.decode(delivery.body)
    assert {"PO Number", "PO Line", "Quantity"} <= {*table.columns}


# --- 108 to 113: what cells and workbooks hide


@pytest.mark.parametrize("value", ["=cmd|'/c calc'!A1", "@SUM(1)", "\t=1+1", "+1-1", "-2+3"])
async def test_108_a_formula_is_kept_as_it_came_and_harmless_when_written(doors, value):
    body = sheet(swapped("Reason", value))
    await accepted(doors, body, CSV)
    [event] = [
        one for one in await doors.bench.history("purchase_order/4711") if type(one).__name__ == "OrderResponded"
    ]
    assert event.response.lines[0].outcomes[0].reason == value.strip()
    by = maps.shipped("csv/order_response")
    lowered = maps.lower(event.response, by)
    assert f"'{value.strip()}".encode() in csv.encode([lowered])
    [row] = [row for row in xlsx.decode(xlsx.encode([lowered])).rows()]  # A formula would be refused here.
    assert value.strip() in [cell.value for cell in row.node.children]


async def test_109_a_small_zip_with_very_many_cells_is_refused_before_it_is_loaded(doors):
    def fill(book, page) -> None:
        for row in range(2, 60_000):
            page.write_row(row, 0, GOOD)

    assert "we take 500,000 cells" in await refused(doors, workbook(fill), "xlsx.limit", XLSX)


async def test_109_one_far_away_cell_does_not_make_a_large_sheet(doors):
    body = workbook(lambda book, page: page.write_string(1_048_575, 16_383, "x"))
    await refused(doors, body, "xlsx.limit", XLSX)


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ([(f"xl/x{n}.xml", b"") for n in range(10_000)], "xlsx.limit"),
        ([("../../etc/cron.d/x", b"x")], "xlsx.path"),
        ([("/etc/passwd", b"x")], "xlsx.path"),
        ([("xl/media/a.png", b"PK\x03\x04nested")], "xlsx.active-content"),
        ([("xl/big.xml", b"0" * 30_000_000)], "xlsx.limit"),
    ],
    ids=["entries", "dots", "absolute", "nested", "bomb"],
)
async def test_110_a_zip_that_is_more_than_a_workbook_is_refused(doors, more, code):
    await refused(doors, repacked(workbook(plain), *more), code, XLSX)


async def test_110_a_zip_that_lies_about_sizes_is_refused(doors):
    body = bytearray(workbook(plain))
    place = body.rfind(b"PK\x01\x02")
    size = int.from_bytes(body[place + 24 : place + 28], "little")
    body[place + 24 : place + 28] = (size - 1).to_bytes(4, "little")
    await refused(doors, bytes(body), "xlsx.zip", XLSX)


async def test_110_a_link_in_a_zip_is_refused(doors):
    made = io.BytesIO(workbook(plain))
    with zipfile.ZipFile(made, "a") as archive:
        entry = zipfile.ZipInfo("xl/link")
        entry.external_attr = 0o120777 << 16
        archive.writestr(entry, "/etc/passwd")
    await refused(doors, made.getvalue(), "xlsx.path", XLSX)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("xl/vbaProject.bin", b"x"),
        ("xl/externalLinks/externalLink1.xml", b"<externalLink><ddeLink/></externalLink>"),
        ("xl/embeddings/oleObject1.bin", b"x"),
        ("xl/activeX/activeX1.xml", b"<a/>"),
        ("xl/connections.xml", b"<connections/>"),
        ("xl/x.xml", b"<worksheet><ddeLink/></worksheet>"),
        ("xl/worksheets/_rels/sheet1.xml.rels", b'<Relationship Id="r" Target="http://x/" TargetMode="External"/>'),
    ],
)
async def test_111_what_acts_or_reaches_out_is_refused(doors, name, content):
    await refused(doors, repacked(workbook(plain), (name, content)), "xlsx.active-content", XLSX)


async def test_112_a_formula_counts_only_where_agreed(doors):
    body = workbook(lambda book, page: page.write_formula(1, 7, "=5+5", None, 10))
    assert "cell H2" in await refused(doors, body, "xlsx.formula", XLSX)
    dialect = maps.shipped("csv/order_response").plan.table.dialect
    agree(doors, TableSettings(takes=("order_response",), dialect=replace(dialect, formulas=True)))
    await doors.send("acme", body + b"", headers={**XLSX, "idempotency-key": "again"})
    assert "OrderResponded" in await history(doors)


async def test_113_a_number_where_text_is_agreed_is_refused_and_text_keeps_its_zeros(doors):
    body = workbook(lambda book, page: page.write_number(1, 3, 123))
    assert "cell D2" in await refused(doors, body, "table.not-text", XLSX)
    row = swapped("Item", "00123")
    by = maps.shipped("csv/order_response")
    [cell] = [cell for row in csv.decode(sheet(row)).rows() for cell in row.node.children if cell.name == "Item"]
    assert cell.value == "00123"
    built = [BuiltMessage(by.kind, root=Node(by.kind, children=[Node("Item", "00123")]))]
    [row] = [*xlsx.decode(xlsx.encode(built)).rows()]
    assert [(cell.value, cell.children) for cell in row.node.children] == [("00123", [])]


@pytest.mark.parametrize("value", ["1.23E+05", "1E+12"])
async def test_113_a_number_rounded_by_a_spreadsheet_is_refused_as_an_item(doors, value):
    await refused(doors, sheet(swapped("Item", value)), "table.not-text", CSV)


# --- 114 to 117: rows and columns


async def test_114_columns_are_found_by_name_wherever_they_stand(doors):
    order_of = [8, 3, 1, 0, 2, 7, 6, 5, 4]
    names = tuple(NAMES[n] for n in order_of)
    await accepted(doors, sheet(tuple(GOOD[n] for n in order_of), names=names), CSV)


async def test_114_a_missing_or_renamed_column_is_named(doors):
    names = tuple("PO number" if name == "PO Number" else name for name in NAMES)
    said = await refused(doors, sheet(GOOD, names=names), "table.column-missing", CSV)
    assert "There is no column 'PO Number'. Is 'PO number' meant?" in said


async def test_114_a_column_that_stands_twice_is_named(doors):
    names = tuple("Quantity" if name == "Confirmed Quantity" else name for name in NAMES)
    assert "'Quantity'" in await refused(doors, sheet(GOOD, names=names), "csv.column-twice", CSV)


@pytest.mark.parametrize(
    ("bad", "code", "encoding"),
    [
        (b'4711,2026-03-02,1,"SKU-1,10,EA,ACCEPTED,10,\r\n', "csv.unclosed-quote", ""),
        (b"4711,2026-03-02,1,SKU\r1,10,EA,ACCEPTED,10,\r\n", "csv.bare-carriage-return", ""),
        (b"4711,2026-03-02,1,SKU-1,10,EA,ACCEPTED,10," + b"x" * 10_000_000 + b"\r\n", "csv.limit", ""),
        (b"4711;2026-03-02;1;SKU-1;10;EA;ACCEPTED;10;\r\n", "csv.mixed-delimiter", ""),
        (b"4711,2026-03-02,1,SKU-1,10,EA,ACCEPTED,10,f\xfcr\r\n", "csv.encoding", "utf-8"),
    ],
    ids=["quote", "cr", "field", "delimiter", "encoding"],
)
async def test_115_a_row_that_cannot_be_read_for_certain_is_refused_and_shifts_nothing(doors, bad, code, encoding):
    dialect = replace(maps.shipped("csv/order_response").plan.table.dialect, delimiter=",", encoding=encoding)
    agree(doors, TableSettings(takes=("order_response",), dialect=dialect))
    assert "row 3" in await refused(doors, sheet(GOOD) + bad, code, CSV)


async def test_115_utf_16_is_read_only_when_declared(doors):
    body = sheet(GOOD).decode().encode("utf-16")
    heard = await doors.send("acme", body, headers=CSV)
    assert heard.status == 415
    dialect = replace(maps.shipped("csv/order_response").plan.table.dialect, encoding="utf-16")
    assert csv.decode(body, dialect).columns == NAMES


STOCK = ("As Of", "Item", "Description", "On Hand", "Unit")


async def test_116_half_the_rows_bad_falls_as_the_map_says_and_numbers_the_rows(doors):
    """An answer falls with a bad row of its order; of a stock list only the row falls."""
    body = sheet(GOOD, swapped("Confirmed Quantity", "ten"))
    assert "row 3, column Confirmed Quantity" in await refused(doors, body, "value.bad-character", CSV)
    rows = [("2026-03-02", f"SKU-{n}", "x", "5" if n % 2 else "٣", "EA") for n in range(6)]
    await doors.send("acme", sheet(*rows, names=STOCK), headers=CSV)
    said = await taken(doors, "acme")
    [one] = said.sets
    left = [finding.says for finding in one.findings if finding.code == "table.rows-left-out"]
    assert left == ["3 of 6 rows are left out: row 2, row 4, row 6."]
    assert not any(finding.severity == "error" for finding in one.findings)


async def test_117_a_fixed_width_line_one_byte_short_is_refused_by_its_number(doors):
    by = maps.shipped("fixed/goods_receipt")
    body = (
        b"RH R-1      20260302  SN-88       \r\n"
        b"RL 00014711      1     SKU-1               0000010EA\r\n"
        b"RL 00024711      2     SKU-2               000004EA\r\n"
    )
    overlay = {"acme": {"goods_receipt": 'extends = "fixed/goods_receipt"'}}
    house = doors.bench.app.house
    house.registry = replace(house.registry, overlays=overlay)
    agree(doors, TableSettings(takes=("goods_receipt",)))
    assert by.kind == "goods_receipt"
    assert "line 3" in await refused(doors, body, "fixed.length", {"content-type": "text/plain"})
