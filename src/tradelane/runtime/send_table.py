"""Make the rows of a document of ours by the partner's map of rows: CSV, a workbook or fixed-width records."""

from tradelane import maps
from tradelane.formats import csv, fixed, xlsx
from tradelane.formats.detect import MEDIA_TYPES
from tradelane.formats.table import divide
from tradelane.maps.table import columns
from tradelane.model import registry
from tradelane.model.document import Document
from tradelane.model.finding import Finding, Unreadable
from tradelane.model.message import BuiltMessage
from tradelane.model.table import Layout
from tradelane.partners.profile import Profile
from tradelane.runtime.house import House
from tradelane.runtime.partner_maps import table_map
from tradelane.runtime.read_table import dialect_of, rules_of

MEDIA = {"csv": MEDIA_TYPES["csv"], "xlsx": MEDIA_TYPES["xlsx"], "fixed": "text/plain"}


def draft_rows(house: House, profile: Profile, document: Document, syntax: str) -> BuiltMessage:
    """Return the rows of *document* as this partner reads them; raises `Unreadable` when it cannot be written."""
    kind = registry.tag(type(document))
    by = table_map(house.registry, profile, kind)
    if by is None:
        says = f"There is no map to write a {kind} as rows for {profile.name}."
        fix = f'Add maps/{kind}.toml to the partner\'s folder with `extends = "csv/..."`, or send it as JSON.'
        raise Unreadable(Finding(code="map.missing", says=says, fix=fix))
    message = maps.lower(document, by)
    faults = tuple(finding for finding in message.findings if finding.severity == "error")
    if faults:
        raise Unreadable(*faults)
    rows_bytes(house, profile, message, syntax)  # Only to see that the file can say it.
    return message


def rows_bytes(house: House, profile: Profile, message: BuiltMessage, syntax: str) -> bytes:
    """Return the file that says *message*; raises `Unreadable` with every value that does not fit in it."""
    by = table_map(house.registry, profile, message.kind)
    assert by is not None, "a message was built by a map"
    rules, dialect = rules_of(by), dialect_of(profile, by)
    match syntax:
        case "xlsx":
            return xlsx.encode([message], dialect, columns(by.plan), rules.decimal)
        case "fixed":
            if rules.layout is None:
                says = "The map has no layout of records."
                raise Unreadable(Finding(code="fixed.no-layout", says=says, fix="Give it a [table.layout]."))
            return fixed.encode([message], rules.layout)
        case _:
            return csv.encode([message], dialect, columns(by.plan))


def read_back(house: House, profile: Profile, document: Document, syntax: str) -> Document:
    """Return what a partner's reader would make of *document* written as rows; raises `Unreadable`."""
    message = draft_rows(house, profile, document, syntax)
    by = table_map(house.registry, profile, message.kind)
    assert by is not None, "a message was built by a map"
    rules, dialect, body = rules_of(by), dialect_of(profile, by), rows_bytes(house, profile, message, syntax)
    match syntax:
        case "xlsx":
            table = xlsx.decode(body, dialect, decimal=rules.decimal)
        case "fixed":
            table = fixed.decode(body, rules.layout or Layout(records={}))
        case _:
            table = csv.decode(body, dialect)
    parts = divide(table, by.kind, rules.grouping)
    found = [maps.lift(part.message, by).document for part in parts.documents if not part.refused]
    if parts.refused or len(found) != 1:
        says = f"Written as rows it is read as {len(found)} documents."
        raise Unreadable(*parts.findings, Finding(code="table.not-one", says=says, fix="Correct the map's grouping."))
    return found[0]
