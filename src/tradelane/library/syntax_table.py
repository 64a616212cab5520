"""Files of rows (CSV, XLSX) for the one reader and the one writer of the library.

Rows say nothing of what they are: the map is found by the names of the columns.
"""

from collections.abc import Callable, Sequence
from functools import partial

from tradelane import maps
from tradelane.formats import csv, fixed, xlsx
from tradelane.formats.table import Part, Table, divide
from tradelane.library.opened import Envelope, Opened, Piece, no_outline
from tradelane.library.outline import outline
from tradelane.maps import Map
from tradelane.maps.table import columns, missing_columns
from tradelane.maps.table_rules import TableRules
from tradelane.model.finding import Finding, Place, Unreadable
from tradelane.model.message import BuiltMessage
from tradelane.model.table import Grouping

Decode = Callable[[bytes, TableRules], Table]
UNKNOWN = "table"
_NO_RULES = TableRules()


def opening_rows(decode: Decode) -> Callable[[bytes, Sequence[Map]], Opened]:
    """Return how to open a file of rows that *decode* tells apart."""

    def open_rows(body: bytes, own: Sequence[Map]) -> Opened:
        mine = [map for map in own if map.plan.table is not None]
        try:
            table = decode(body, rules_of(mine[0] if mine else None))
        except Unreadable as unreadable:
            return Opened(findings=unreadable.findings, outline=no_outline)
        map, missing = fitting(table.columns, mine)
        parts = divide(table, map.kind if map else UNKNOWN, rules_of(map).grouping if map else Grouping())
        documents = tuple(parts.documents) if not parts.refused else ()
        readable = not any(one.severity == "error" for one in missing)
        pieces = tuple(part_piece(part, map, readable) for part in documents)
        findings = (*parts.findings, *missing)
        return Opened(pieces=pieces, findings=findings, outline=partial(outline, pieces, findings))

    return open_rows


def part_piece(part: Part, map: Map | None, readable: bool) -> Piece:
    """Return one document of a table as one message of a file."""
    return Piece(
        message=part.message,
        map=map,
        start=part.start,
        end=part.end,
        findings=part.findings,
        readable=readable and not part.refused,
    )


def decode_csv(body: bytes, rules: TableRules) -> Table:
    """Tell rows and cells of a CSV file apart, as *rules* say it is written."""
    return csv.decode(body, rules.dialect)


def decode_xlsx(body: bytes, rules: TableRules) -> Table:
    """Tell rows and cells of a sheet apart."""
    return xlsx.decode(body, rules.dialect, decimal=rules.decimal)


def decode_fixed(body: bytes, rules: TableRules) -> Table:
    """Tell the records of a fixed-width file apart, by the layout that a map of one's own must give."""
    if rules.layout is None:
        says = "Where the fields of a fixed-width file stand, only its map can say."
        raise Unreadable(Finding(code="fixed.no-layout", says=says, fix="Name a map with a [table.layout]."))
    return fixed.decode(body, rules.layout)


def write_csv(messages: Sequence[BuiltMessage], _: Envelope, map: Map | None) -> bytes:
    """Write the rows of *messages* under one line of names."""
    return csv.encode(messages, rules_of(map).dialect, columns(map.plan) if map else ())


def write_xlsx(messages: Sequence[BuiltMessage], _: Envelope, map: Map | None) -> bytes:
    """Write the rows of *messages* into one sheet."""
    rules = rules_of(map)
    return xlsx.encode(messages, rules.dialect, columns(map.plan) if map else (), rules.decimal)


def write_fixed(messages: Sequence[BuiltMessage], _: Envelope, map: Map | None) -> bytes:
    """Write the records of *messages* by the layout of their map."""
    layout = rules_of(map).layout
    if layout is None:
        says = "The map has no layout of records."
        raise Unreadable(Finding(code="fixed.no-layout", says=says, fix="Give it a [table.layout]."))
    return fixed.encode(messages, layout)


def rules_of(map: Map | None) -> TableRules:
    """Return what a map says of its rows."""
    return (map.plan.table if map is not None else None) or _NO_RULES


def fitting(present: Sequence[str], mine: Sequence[Map]) -> tuple[Map | None, tuple[Finding, ...]]:
    """Return the map that reads most of the columns, and what it misses: one's own if named, else a shipped one."""
    candidates = mine or [maps.shipped(name) for name in maps.shipped_names() if name.startswith("csv/")]
    best = max(candidates, key=partial(_fit, present), default=None)
    if best is None:
        return None, ()
    missing = missing_columns(best.plan, present)
    if mine or not missing:
        return best, missing
    return None, (_nearest(best, missing),) if _fit(present, best)[1] >= len(present) / 2 else ()


def _fit(present: Sequence[str], map: Map) -> tuple[bool, int]:
    shared = len({*columns(map.plan)} & {*present})
    return not missing_columns(map.plan, present), shared


def _nearest(map: Map, missing: Sequence[Finding]) -> Finding:
    """Say which map nearly reads a table, and what it would need."""
    lacks = " ".join(f"{one.says} {one.fix}" for one in missing)
    return Finding(
        code="table.nearly",
        says=f"The columns are nearly those of {map.name}. {lacks}",
        fix=f"Or start a map of your own that extends it: tradelane maps new NAME FILE --extends {map.name}",
        severity="note",
        where=Place(path="the names of the columns"),
        value=map.name,
    )
