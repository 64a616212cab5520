"""Write documents in any syntax we have a map for; what has no place there is said. Pure."""

from collections.abc import Iterator, Sequence
from typing import Any

from msgspec import Struct

from tradelane import maps
from tradelane.library.compare import Difference, compare, pair
from tradelane.library.opened import Envelope
from tradelane.library.reading import read
from tradelane.library.shelf import Shelf
from tradelane.library.syntax import SYNTAXES
from tradelane.maps import Map
from tradelane.model.document import Document
from tradelane.model.finding import Finding, Place, Unreadable
from tradelane.model.message import BuiltMessage

JSON = "json"
TABLES = ("csv", "xlsx")
"""Syntaxes of rows, which share their maps."""


class Written(Struct, frozen=True, kw_only=True):
    """A file we wrote: its bytes, the maps by which each document was written, and what found no place in it."""

    body: bytes
    maps: tuple[Map | None, ...] = ()
    findings: tuple[Finding, ...] = ()


def write(documents: Sequence[Document], target: str, envelope: Envelope, *, shelf: Shelf | None = None) -> Written:
    """Return *documents* as *target*: ``json``, a family (``x12``), or a map's name (``x12/850``, ``x12/004010/850``).

    Raises `Unreadable` with every finding when something the target must hold is not in a document.
    """
    shelf = shelf or Shelf()
    used = [None if target == JSON else shelf.writing(target, type(document), document) for document in documents]
    built = [lower(document, map) for document, map in zip(documents, used, strict=True)]
    findings = tuple(
        _placed(finding, number, len(built)) for number, one in enumerate(built) for finding in one.findings
    )
    if any(finding.severity == "error" for finding in findings):
        raise Unreadable(*findings)
    body = file_of(built, used, envelope, _table(target))
    lost = () if target == JSON else tuple(_lost(documents, used, body, findings))
    return Written(body=body, maps=tuple(used), findings=(*findings, *lost))


def lower(document: Document, map: Map | None) -> BuiltMessage:
    """Return the message that says *document* by *map*; without one, in our own JSON."""
    return maps.lower_json(document) if map is None else maps.lower(document, map)


def file_of(built: Sequence[BuiltMessage], used: Sequence[Map | None], envelope: Envelope, syntax: str = "") -> bytes:
    """Return the file that *built* messages make; *used* are the maps they were built by.

    *syntax* is the one to write, where a map can be written in several.
    """
    files: dict[tuple[str, str], list[tuple[BuiltMessage, Map | None]]] = {}
    for message, map in zip(built, used, strict=True):
        its = syntax or (JSON if map is None else map.plan.syntax)
        # Rows of one map make a table; rows of two make none.
        table = map.name if map is not None and map.plan.table is not None else ""
        files.setdefault((its, table), []).append((message, map))
    bodies: list[bytes] = []
    for (its, _), inside in files.items():
        known = SYNTAXES.get(its)
        if known is None or known.write is None:
            says = f"We do not write {known.title if known else its}."
            raise Unreadable(Finding(code="translate.not-written", says=says, fix="Choose another syntax with --to."))
        bodies.append(known.write([message for message, _ in inside], envelope, inside[0][1]))
    return b"".join(bodies)


def _lost(
    documents: Sequence[Document], used: Sequence[Map | None], body: bytes, known: Sequence[Finding]
) -> Iterator[Finding]:
    """Read what was written as its receiver will, and say what no longer stands in it."""
    again = read(body, shelf=Shelf(own=tuple(map for map in used if map is not None)))
    yield from (finding for finding in again.findings if finding.severity == "error")
    said = tuple(finding.where.path.rpartition("$.")[2] for finding in known)
    for before, after in pair(documents, again.documents):
        if before is None or after is None:
            continue
        for difference in compare(before, after):
            if not _is_said(difference.path, said, before, after):
                yield _difference(difference)


def _is_said(path: str, said: Sequence[str], before: Document, after: Document) -> bool:
    """Say whether what differs at *path* is known: it, what it stands in, or each item that its list lost."""
    if any(path == one or path.startswith((f"{one}.", f"{one}[")) for one in said if one):
        return True
    left, right = _value(before, path), _value(after, path)
    if not isinstance(left, tuple) or not isinstance(right, tuple) or any(item not in left for item in right):
        return False
    lost = [f"{path}[{place}]" for place, item in enumerate(left) if item not in right]
    return bool(lost) and all(one in said for one in lost)


def _value(document: Document, path: str) -> Any:
    found: Any = document
    for step in path.replace("]", "").replace("[", ".").split("."):
        if isinstance(found, tuple):
            found = found[int(step)] if int(step) < len(found) else None
        else:
            found = getattr(found, step, None)
    return found


def _difference(found: Difference) -> Finding:
    says = f"{found.where} {found.before or 'nothing'} is read back as {found.after}."
    if not found.after:
        says = f"{found.where} {found.before} has no place in it."
    return Finding(
        code="translate.lost",
        says=says,
        fix="Add a rule to a map of your own if it matters.",
        severity="warning",
        where=Place(path=f"$.{found.path}"),
        value=found.before[:80],
    )


def _placed(finding: Finding, number: int, count: int) -> Finding:
    """Say which document is meant, when there are several."""
    if count == 1 or finding.where.path.startswith("document "):
        return finding
    where = Place(path=f"document {number + 1}: {finding.where}")
    return Finding(
        code=finding.code,
        says=finding.says,
        fix=finding.fix,
        where=where,
        severity=finding.severity,
        value=finding.value,
    )


def _table(target: str) -> str:
    family = target.partition("/")[0].casefold()
    return family if family in TABLES else ""
