"""JSON of others as trees of nodes: events of goods and ships, tracking answers of carriers. Read, not written.

A member is a node; an array stands as its items, each by the member's name. Numbers stay as they were written but for
exponents, null is left out.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from tradelane.formats.json import plain
from tradelane.formats.json_kinds import kind_of
from tradelane.formats.json_values import value_ranges
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
    version, kind, steps, _ = kind_of(tree)
    root = Node("$", "", _children(tree, value_ranges(body)), len(body) - len(whole), len(body))
    for step in steps:
        root = next(one for one in root.children if one.name == step)
    root.name = ".".join(("$", *steps))
    return DecodedNodes((NodeMessage("json", kind, root, version),))


def _children(tree: Any, ranges: Iterator[tuple[int, int]]) -> list[Node]:
    """Return the nodes in an object or a list; every plain value takes the next of *ranges*, null too."""
    if isinstance(tree, list):
        named = ((ITEM, one) for one in tree)
    else:
        named = (
            (name, one) for name, value in tree.items() for one in (value if isinstance(value, list) else (value,))
        )
    return [node for name, one in named if (node := _node(name, one, ranges)) is not None]


def _node(name: str, value: Any, ranges: Iterator[tuple[int, int]]) -> Node | None:
    # As deep as `plain` lets JSON nest, which Python's own recursion bears easily.
    if isinstance(value, (dict, list)):
        inner = _children(value, ranges)
        placed = [one for one in inner if one.start >= 0]
        return Node(name, "", inner, placed[0].start if placed else -1, placed[-1].end if placed else -1)
    start, end = next(ranges)
    return None if value is None else Node(name, _text(value), [], start, end)


def _text(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case Decimal():
            return f"{value:f}"
        case _:
            return str(value)
