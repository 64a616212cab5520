"""Write documents in any syntax we have a map for; what has no place there is said. Pure."""

from collections.abc import Iterator, Sequence

from msgspec import Struct

from tradelane import maps
from tradelane.library.compare import Difference, compare, pair
from tradelane.library.opened import Envelope
from tradelane.library.reading import read
from tradelane.library.shelf import Shelf, syntax_of
from tradelane.library.syntax import SYNTAXES
from tradelane.maps import Map
from tradelane.model.document import Document
from tradelane.model.finding import Finding, Place, Unreadable
from tradelane.model.message import BuiltMessage

JSON = "json"


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
    used = [None if target == JSON else shelf.writing(target, type(document)) for document in documents]
    built = [lower(document, map) for document, map in zip(documents, used, strict=True)]
    findings = tuple(
        _placed(finding, number, len(built)) for number, one in enumerate(built) for finding in one.findings
    )
    if any(finding.severity == "error" for finding in findings):
        raise Unreadable(*findings)
    body = file_of(built, used, envelope)
    lost = () if target == JSON else tuple(_lost(documents, used, body, findings))
    return Written(body=body, maps=tuple(used), findings=(*findings, *lost))


def lower(document: Document, map: Map | None) -> BuiltMessage:
    """Return the message that says *document* by *map*; without one, in our own JSON."""
    return maps.lower_json(document) if map is None else maps.lower(document, map)


def file_of(built: Sequence[BuiltMessage], used: Sequence[Map | None], envelope: Envelope) -> bytes:
    """Return the file that *built* messages make; *used* are the maps they were built by."""
    bodies: list[bytes] = []
    syntaxes = [JSON if map is None else syntax_of(map) for map in used]
    for syntax in dict.fromkeys(syntaxes):
        known = SYNTAXES.get(syntax)
        if known is None or known.write is None:
            says = f"We do not write {known.title if known else syntax}."
            raise Unreadable(Finding(code="translate.not-written", says=says, fix="Choose another syntax with --to."))
        bodies.append(known.write([one for one, its in zip(built, syntaxes, strict=True) if its == syntax], envelope))
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
            if not difference.path.startswith(said or ("$",)):
                yield _difference(difference)


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
