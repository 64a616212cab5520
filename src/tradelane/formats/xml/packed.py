"""XML that is plainly in order, read by the compiled core into rows of numbers instead of a tree of objects.

It takes less than `formats/xml/parse.py` and says nothing of what it does not take; what it takes, that parser reads
alike, and makes the tree when anybody asks for it. Without a compiler there is only that parser.
"""

import re
from typing import NamedTuple

from tradelane.formats.xml.names import OUTERMOST, Context, Unbound
from tradelane.model.message import PackedNodes

try:
    from tradelane.formats.xml import _nodes
except ImportError:
    read_nodes = None
else:
    read_nodes = _nodes.read_nodes

_DECLARATION = re.compile(
    rb"""<\?xml version=["']1\.0["'](?: encoding=["'](?:UTF|utf)-8["'])?(?: standalone=["'](?:yes|no)["'])?\s*\?>"""
)
_JUDGED = frozenset(("xi:include", "ds:Signature"))
"""What nobody may pass over in silence."""


class Packed(NamedTuple):
    """The name of the root, the namespace it belongs to, and all nodes."""

    name: str
    uri: str
    nodes: PackedNodes


def packed(body: bytes) -> Packed | None:
    """Return the nodes of *body*; None when the other parser should look."""
    declared = _DECLARATION.match(body)
    begin = declared.end() if declared else 0
    inner = body[begin:]
    if read_nodes is None or not body.startswith(b"<") or not _is_utf_8(inner):
        return None
    found = read_nodes(inner)
    if found is None:
        return None
    written, rows, texts, start, end = found
    nodes = PackedNodes(names=written, rows=rows, texts=texts, start=begin + start, end=begin + end)
    context = OUTERMOST.within(dict(_prefixes(nodes)))
    try:
        names = tuple(_usual(one, context) for one in written)
    except Unbound:
        return None
    # Two names written apart that mean one thing are rare, and an attribute may stand but once.
    if len(set(names)) < len(names) or not _JUDGED.isdisjoint(names):
        return None
    root = nodes.root
    nodes = PackedNodes(names=names, rows=rows, texts=texts, start=begin + start, end=begin + end)
    return Packed(nodes.root, context.uri(root), nodes)


def _prefixes(nodes: PackedNodes) -> list[tuple[str, str]]:
    declared = [name for name in nodes.names if _declares(name)]
    return [(name.partition(":")[2], nodes.said(name)) for name in declared]


def _usual(written: str, context: Context) -> str:
    """Return the usual name of an element, or of an attribute, which has "@" before it."""
    if _declares(written):
        return written
    return context.attribute(written[1:]) if written.startswith("@") else context.element(written)


def _declares(name: str) -> bool:
    return name == "@xmlns" or name.startswith("@xmlns:")


def _is_utf_8(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True
