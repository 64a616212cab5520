"""Paths into a tree: names from node to node, whatever the tree is written in.

cac:OrderLine/cbc:ID                a node in a node, by name, seen from what the rule stands in
cbc:Quantity/@unitCode              an attribute
/cbc:ID                             seen from the outermost node
../cbc:ID                           seen from what surrounds the row or table that the rule stands in
.                                   the text of the row itself; ``.[cbc:ID]`` the row, if it says that
lines/*/qty                         of each of the lines (``lines/qty`` says the same)
cac:Party[cbc:ID/@schemeID=GLN|A]   one that says GLN or A there; ``!=`` neither; ``[cbc:ID]`` one where it is filled;
                                    ``[cbc:ID=]`` one where it is not, ``[.^=urn:]`` one that begins so
street[2]                           the second of them
column("PO Number")                 a name that is no plain word, such as the heading of a column
"""

import re

from msgspec import Struct

from tradelane.maps.path import BadPath, Filter, Sign

EACH, SELF = "*", "."

_NAME = re.compile(r'column\("([^"]+)"\)|((?:\{[^{}\s]*\})?[^\s/\[\]{}()"=!|*]+)|(\*)')
_SIGNS: dict[str, Sign] = {"=": "=", "!=": "!=", "^=": "^=", "": ""}
_FILTER = re.compile(r"\[(?:(\d+)|(\.|[^\[\]=!^]+?)(?:([!^]?=)([^\[\]]*))?)\]")


class TreeStep(Struct, frozen=True):
    """One node by name and by what it says."""

    name: str
    filters: tuple[Filter, ...] = ()


class TreePath(Struct, frozen=True):
    """Names to go by: from the outermost node, or from what is *up* steps further out than here."""

    text: str
    steps: tuple[TreeStep, ...]
    absolute: bool = False
    up: int = 0


def parse_tree_path(text: str) -> TreePath:
    """Return the path that *text* says."""
    rest, absolute, up = text.strip(), False, 0
    if rest.startswith("/"):
        rest, absolute = rest[1:], True
    while rest == ".." or rest.startswith("../"):
        rest, up = rest[3:], up + 1
    if rest == ".":
        rest = ""
    elif not rest and not up and not absolute:
        raise BadPath(f"{text!r} is no path")
    return TreePath(text, tuple(_steps(rest, text)), absolute, up)


def names(text: str) -> tuple[str, ...]:
    """Return the plain names of a path without filters."""
    return tuple(step.name for step in parse_tree_path(text).steps)


def _steps(rest: str, text: str) -> list[TreeStep]:
    steps: list[TreeStep] = []
    while rest:
        found = _NAME.match(rest)
        if found is None:
            raise BadPath(f"{text!r} is no path: write names with / between them, such as cac:OrderLine/cbc:ID")
        rest = rest[found.end() :]
        filters: list[Filter] = []
        while inside := _FILTER.match(rest):
            filters.append(_filter(*inside.groups()))
            rest = rest[inside.end() :]
        name = found.group(1) or found.group(2) or EACH
        if name == "..":
            raise BadPath(f"{text!r} is no path: what surrounds is named first, as in ../cbc:ID")
        # What stands many times stands many times by its name, so after a name "each of them" adds nothing.
        if name != EACH or not steps:
            steps.append(TreeStep(name, tuple(filters)))
        if rest and (not rest.startswith("/") or len(rest) == 1):
            raise BadPath(f"{text!r} is no path: {rest!r} cannot stand there")
        rest = rest[1:]
    return steps


def _filter(number: str | None, inner: str | None, sign: str | None, values: str | None) -> Filter:
    if number is not None:
        return Filter(int(number), "")
    said: Sign = _SIGNS[sign or ""]
    return Filter(0, said, tuple((values or "").split("|")) if sign else (), names(inner or "."))
