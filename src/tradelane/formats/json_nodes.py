"""JSON of others as trees of nodes: events of goods and ships, tracking answers of carriers. Read, not written.

A member is a node; an array stands as its items, each by the member's name. Numbers stay as they were written but for
exponents, null is left out.
"""

from decimal import Decimal
from typing import Any

from tradelane.formats.json import plain
from tradelane.formats.json_kinds import kind_of
from tradelane.formats.nodes import DecodedNodes, fault
from tradelane.model.finding import Unreadable
from tradelane.model.message import Node, NodeMessage

ITEM = "*"
"""What an item is called that stands in an array of its own, and no member names."""


def decode(body: bytes) -> DecodedNodes:
    """Return the one message in *body*: any bytes are read, or refused with findings."""
    try:
        tree, whole = plain(body)
    except Unreadable as unreadable:
        return DecodedNodes(findings=unreadable.findings)
    if not isinstance(tree, (dict, list)):
        says = "It is a single value, not an object or a list of objects."
        return DecodedNodes(findings=(fault("json.shape", says, "Send an object.", path="$"),))
    version, kind, steps, inner = kind_of(tree)
    root = Node(".".join(("$", *steps)), "", _children(inner), len(body) - len(whole), len(body))
    return DecodedNodes((NodeMessage("json", kind, root, version),))


def _children(tree: Any) -> list[Node]:
    if isinstance(tree, list):
        return [_node(ITEM, one) for one in tree if one is not None]
    return [
        _node(name, one)
        for name, value in tree.items()
        for one in (value if isinstance(value, list) else (value,))
        if one is not None
    ]


def _node(name: str, value: Any) -> Node:
    # As deep as `plain` lets JSON nest, which Python's own recursion bears easily.
    return Node(name, "", _children(value)) if isinstance(value, (dict, list)) else Node(name, _text(value))


def _text(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case Decimal():
            return f"{value:f}"
        case _:
            return str(value)
