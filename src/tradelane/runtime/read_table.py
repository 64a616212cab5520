"""Read rows: CSV, a workbook or fixed-width records, as agreed with the partner, one document after the other. Pure."""

from collections import deque
from collections.abc import Sequence

from tradelane.formats import csv, fixed, xlsx
from tradelane.formats.detect import detect, of_media_type
from tradelane.formats.table import Part, Table, divide
from tradelane.maps import Map
from tradelane.maps.table import columns, missing_columns
from tradelane.maps.table_rules import TableRules
from tradelane.model.finding import Finding, Place, Unreadable
from tradelane.model.table import Dialect
from tradelane.partners.profile import Profile
from tradelane.runtime.house import House
from tradelane.runtime.lift import lift_set
from tradelane.runtime.partner_maps import table_map
from tradelane.runtime.reading import Reading, ReadInterchange, ReadSet

ROWS = ("csv", "xlsx")
_NO_RULES = TableRules()


def is_rows(profile: Profile, body: bytes, media_type: str) -> bool:
    """Say whether *body* is rows: it looks so, is sent as such, or looks like nothing where rows are agreed."""
    named = of_media_type(media_type)
    if not profile.tables.takes and named not in ROWS:
        return False
    found = detect(body).format
    return found in ROWS or named in ROWS or found == "unknown"


def begin_table(house: House, profile: Profile, body: bytes, media_type: str = "") -> Reading:
    """Tell the rows of *body* apart; the documents they make are lifted as the reading advances."""
    known = agreed(house, profile)
    if not known:
        return Reading([], (not_agreed(),))
    try:
        table, by, missing = _fitting(body, media_type, profile, known)
    except Unreadable as unreadable:
        return Reading([], unreadable.findings)
    if missing:
        return Reading([], (*table.findings, *missing))
    parts = divide(table, by.kind, rules_of(by).grouping)
    if parts.refused:
        return Reading([], parts.findings)
    found, rest = ReadInterchange(), iter(parts.documents)
    reading = Reading([found], parts.findings)

    def lift() -> int:
        part = next(rest, None)
        if part is None:
            return 0
        found.sets.append(lift_part(house, profile, part, by))
        reading.rest.append(lift)
        return 1

    reading.rest = deque([lift])
    return reading


def agreed(house: House, profile: Profile) -> list[Map]:
    """Return the maps of the rows that a partner may send."""
    return [one for kind in profile.tables.takes if (one := table_map(house.registry, profile, kind)) is not None]


def rules_of(by: Map) -> TableRules:
    """Return what a map says of its rows."""
    return by.plan.table or _NO_RULES


def dialect_of(profile: Profile, by: Map) -> Dialect:
    """Return how a partner's tables are written: as agreed with it, or as the map says."""
    return profile.tables.dialect or rules_of(by).dialect


def _fitting(
    body: bytes, media_type: str, profile: Profile, known: Sequence[Map]
) -> tuple[Table, Map, tuple[Finding, ...]]:
    """Return the rows, the map whose columns they have, and which columns it misses all the same.

    Raises `Unreadable` when the rows cannot be told apart.
    """
    found = detect(body).format
    if fixed_maps := in_records(body, media_type, known):
        return records_by(body, fixed_maps)
    first, decimal = known[0], rules_of(known[0]).decimal
    dialect = dialect_of(profile, first)
    table = xlsx.decode(body, dialect, decimal=decimal) if found == "xlsx" else csv.decode(body, dialect)
    by, lacks = by_columns(table.columns, known)
    return table, by, lacks


def in_records(head: bytes, media_type: str, known: Sequence[Map]) -> list[Map]:
    """Return the maps with a layout by which what begins so may be read; none for rows of cells."""
    fixed_maps = [by for by in known if rules_of(by).layout is not None]
    rows = detect(head).format in ROWS or of_media_type(media_type) in ROWS
    return [] if rows else fixed_maps


def by_columns(present: Sequence[str], known: Sequence[Map]) -> tuple[Map, tuple[Finding, ...]]:
    """Return the map whose columns are there, or most of them, and what it misses."""
    rows = [by for by in known if rules_of(by).layout is None]
    missing = [(by, missing_columns(by.plan, present)) for by in rows or known]
    return min(missing, key=lambda one: (len(one[1]) > 0, -_shared(one[0], present), len(one[1])))


def records_by(body: bytes, known: Sequence[Map]) -> tuple[Table, Map, tuple[Finding, ...]]:
    """Return the records by the first layout that knows how the file begins."""
    tables = [(_decoded(body, by), by) for by in known]
    table, by = next((one for one in tables if one[0].size and one[0].at(0).whole), tables[0])
    return table, by, ()


def _decoded(body: bytes, by: Map) -> Table:
    layout = rules_of(by).layout
    assert layout is not None, "only maps with a layout are asked"
    return fixed.decode(body, layout)


def _shared(by: Map, present: Sequence[str]) -> int:
    return len({*columns(by.plan)} & {*present})


def lift_part(house: House, profile: Profile, part: Part, by: Map) -> ReadSet:
    """Return what one document of a table comes to."""
    one = ReadSet(by.kind, findings=part.findings, map=f"{by.name}@{by.version}", test=profile.test)
    return one if part.refused else lift_set(house, profile, one, part.message, by)


def not_agreed() -> Finding:
    """Say that rows are not set up."""
    says = "Tables (CSV, XLSX, fixed-width) are not set up with you."
    fix = "Send what is set up, or ask us to set this up: [tables] takes."
    return Finding(code="table.not-agreed", says=says, fix=fix, where=Place(path="the file"))
