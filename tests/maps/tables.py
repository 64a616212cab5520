"""Taking documents through files and back: the whole way, as a partner's portal and we do."""

from collections.abc import Sequence

from tradelane.formats import csv, fixed, xlsx
from tradelane.formats.table import Parts, divide
from tradelane.maps import Map, lift, lower
from tradelane.maps.table import columns
from tradelane.model.document import Document
from tradelane.model.table import Dialect


def written(documents: Sequence[Document], by: Map, syntax: str, dialect: Dialect | None = None) -> bytes:
    """Return the file of that syntax that says *documents*."""
    rules = by.plan.table
    assert rules is not None
    built = [lower(document, by) for document in documents]
    assert [message.findings for message in built] == [()] * len(built)
    match syntax:
        case "csv":
            return csv.encode(built, dialect or rules.dialect, columns(by.plan))
        case "xlsx":
            return xlsx.encode(built, dialect or rules.dialect, columns(by.plan), rules.decimal)
        case _:
            assert rules.layout is not None
            return fixed.encode(built, rules.layout)


def opened(body: bytes, by: Map, syntax: str, dialect: Dialect | None = None) -> Parts:
    """Return the documents in a file, not yet lifted."""
    rules = by.plan.table
    assert rules is not None
    match syntax:
        case "csv":
            table = csv.decode(body, dialect or rules.dialect)
        case "xlsx":
            table = xlsx.decode(body, dialect or rules.dialect, decimal=rules.decimal)
        case _:
            assert rules.layout is not None
            table = fixed.decode(body, rules.layout)
    return divide(table, by.kind, rules.grouping)


def read(body: bytes, by: Map, syntax: str, dialect: Dialect | None = None) -> list[Document]:
    """Return the documents in a file."""
    parts = opened(body, by, syntax, dialect)
    assert not parts.refused, parts.findings
    return [lift(part.message, by).document for part in parts.documents]
