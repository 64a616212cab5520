"""The verbs of the room: lift a message to a document, lower a document to a message, say where a value came from."""

from msgspec import Struct

from tradelane.maps.canonical_json import read_tree, write_tree
from tradelane.maps.exact import explain
from tradelane.maps.finishers import UNDONE
from tradelane.maps.lifting import Explained
from tradelane.maps.lower import write
from tradelane.maps.map import Map
from tradelane.maps.named_spots import NAMED
from tradelane.maps.native import Native
from tradelane.maps.table_lift import explain_table, write_table
from tradelane.maps.tree import explain_tree
from tradelane.maps.tree_lower import write_nodes
from tradelane.model.document import Document
from tradelane.model.finding import Finding, Place
from tradelane.model.message import BuiltMessage, NodeMessage, SegmentMessage, TreeMessage
from tradelane.model.registry import encode


class Lifted(Struct, frozen=True):
    """A document, its canonical JSON, and what was remarked while reading it (warnings only)."""

    document: Document
    canonical: bytes
    findings: tuple[Finding, ...] = ()


class Origin(Struct, frozen=True):
    """Where a value of a document came from.

    The text as written, the rule that read it, the bytes, the map and its version.
    """

    path: str
    value: str
    rule: str
    where: Place
    map: str
    version: str


def lift(message: SegmentMessage | NodeMessage, map: Map) -> Lifted:
    """Return the document that *message* says; raises `Unreadable` with every finding.

    The compiled path, or the fast one, reads what is in order; anything else is read again by the exact path, which
    finds the words for it.
    """
    taken = _compiled(message, map)
    if taken is not None:
        return Lifted(*taken)
    if map.native is not None or isinstance(message, NodeMessage) or map.plan.syntax in NAMED:
        return lift_exact(message, map)
    document = map.fast.lift(message)
    return Lifted(document, encode(document)) if document is not None else lift_exact(message, map)


def lift_exact(message: SegmentMessage | NodeMessage, map: Map) -> Lifted:
    """Return the same by the exact path alone."""
    explained = _explained(message, map, traced=False)
    return Lifted(explained.document, encode(explained.document), explained.findings)


def lower(document: Document, map: Map) -> BuiltMessage:
    """Return the message that says *document*. What has no place in it is named in its findings.

    An error there forbids sending.
    """
    for name in reversed(map.plan.after):
        document = UNDONE.get(name, _same)(document)
    if map.plan.table is not None:
        return write_table(document, map.plan)
    if map.plan.tree is not None:
        return write_nodes(document, map.plan)
    if map.plan.syntax in NAMED:
        return write(document, map.plan)
    return map.fast_lowering.lower(document) or write(document, map.plan)


def provenance(message: SegmentMessage | NodeMessage, map: Map, path: str) -> Origin | None:
    """Say where the value at *path* (such as ``lines[0].quantity.value``) came from; None when it is not said.

    Recomputed, not stored.
    """
    return origins(message, map).get(path.removeprefix("$").removeprefix("."))


def origins(message: SegmentMessage | NodeMessage, map: Map) -> dict[str, Origin]:
    """Say where every value came from, by its path; raises `Unreadable` when the message cannot be read."""
    explained = _explained(message, map, traced=True)
    found: dict[str, Origin] = {}
    for path, trace in explained.origins.items():
        where = explained.source.place(trace.said) if trace.said else Place(path=path)
        found[path] = Origin(path, trace.said.text if trace.said else "", trace.rule, where, map.name, map.version)
    return found


def lift_json(message: TreeMessage) -> Lifted:
    """Return the document that canonical JSON says; raises `Unreadable` with every finding, each with its JSON path."""
    document = read_tree(message)
    return Lifted(document, encode(document))


def lower_json(document: Document) -> BuiltMessage:
    """Return the canonical JSON of *document*."""
    return write_tree(document)


def _compiled(message: SegmentMessage | NodeMessage, map: Map) -> tuple[Document, bytes] | None:
    native = map.native
    if isinstance(native, Native):
        return native.lift(message) if isinstance(message, SegmentMessage) else None
    return native.lift(message) if native is not None and isinstance(message, NodeMessage) else None


def _explained(message: SegmentMessage | NodeMessage, map: Map, *, traced: bool) -> Explained:
    if not isinstance(message, NodeMessage):
        return explain(message, map.plan, traced=traced, silences=map.silences)
    if map.plan.table is None:
        return explain_tree(message, map.plan, traced=traced)
    return explain_table(message, map.plan, traced=traced)


def _same(document: Document) -> Document:
    return document
