"""Places in trees: paths of names, checked against the structure of the map where it states one.

The structure of a tree is written as that of segments is, in the order its nodes are to be written:

    cbc:ID! cac:OrderReference( cbc:ID! ) cac:BuyerCustomerParty( cac:Party( [party] ) )

``[party]`` stands for the text of that name under ``[structures]``. Attributes need not be listed, nor what belongs to
a namespace without a usual prefix: extensions stand anywhere, and are written last.
"""

import re
from collections.abc import Mapping

from msgspec.structs import replace

from tradelane.maps.path import BadPath, Filter
from tradelane.maps.plan import Hop, Spot
from tradelane.maps.spots import BadPlace, Scope
from tradelane.maps.structure import BadStructure, Loop
from tradelane.maps.tree_path import EACH, SELF, TreeStep, parse_tree_path

TREES = frozenset({"xml", "json", "idoc", "csv", "xlsx", "fixed"})

_ISO = {"day": "iso_day", "clock": "iso_clock", "moment": "iso_moment"}
TREE_FORMS: dict[str, dict[str, str]] = {"xml": _ISO, "json": _ISO}
"""How a syntax writes plain values, where neither the map nor the rule says otherwise."""

_NESTED_MAX = 8
_SIZE_MAX = 100_000
_TOKEN = re.compile(r'(?:column\("([^"]+)"\)|((?:\{[^{}\s]*\})?[^\s/\[\]{}()"!|]+))(!?)(\()?|(\))')
_PART = re.compile(r"\[(\w+)\]")


class TreeSpots:
    """Resolves the paths of a map over nodes; ``namespaces``: which prefix in it is which usual one."""

    advice = "docs/map-language.md tells what may stand here."
    hollow = True

    def __init__(self, namespaces: Mapping[str, str]) -> None:
        self._prefixes = namespaces

    def spots(self, text: str, scope: Scope) -> list[Spot]:
        """Return the one place that *text* says, seen from *scope*."""
        path = parse_tree_path(text)
        at = scope
        while at.outer is not None and (path.absolute or scope.depth - at.depth < path.up):
            at = at.outer
        if path.up > scope.depth:
            raise BadPlace("map.no-such-place", f"{text!r}: nothing surrounds this.")
        hops = tuple(Hop(self._named(s.name), 0, True, tuple(map(self._filter, s.filters))) for s in path.steps)
        self._check(text, at.loop, path.steps, hops)
        return [Spot(text, at.depth, hops)]

    def spread(self, text: str, scope: Scope) -> list[Spot]:
        """Return the one place, for no path into a tree says several."""
        return self.spots(text, scope)

    def entered(self, spot: Spot, scope: Scope) -> Scope:
        """Return the scope of the node at *spot*."""
        at = scope
        while at.outer is not None and at.depth != spot.depth:
            at = at.outer
        loop, tag = at.loop, at.tag
        for hop in (one for one in spot.hops if one.tag != SELF):
            loop, tag = (loop.loops.get(hop.tag) if loop is not None else None), hop.tag
        return Scope(loop, tag, scope.depth + 1, scope)

    def paired(self, scope: Scope, text: str) -> Scope:
        """Refuse: only segments have qualifier-value pairs."""
        raise BadPath(f"{text!r}: a tree has no pairs")

    def _check(self, text: str, loop: Loop | None, steps: tuple[TreeStep, ...], hops: tuple[Hop, ...]) -> None:
        for hop in hops:
            if loop is None or not loop.areas or hop.tag.startswith(("@", "{")) or hop.tag == EACH:
                return
            if hop.tag == SELF:
                continue
            if hop.tag not in loop.areas:
                raise BadPlace("map.no-such-place", f"{text!r}: the structure has no {hop.tag} there.")
            loop = loop.loops.get(hop.tag)

    def _filter(self, one: Filter) -> Filter:
        return replace(one, inner=tuple(map(self._named, one.inner)))

    def _named(self, name: str) -> str:
        """Return a name with the prefix that decoding gives it."""
        mark, bare = ("@", name[1:]) if name.startswith("@") else ("", name)
        prefix, colon, local = bare.partition(":")
        if not colon or bare.startswith("{") or prefix not in self._prefixes:
            return name
        usual = self._prefixes[prefix]
        return f"{mark}{usual}:{local}" if usual.isalnum() else f"{mark}{{{usual}}}{local}"


def parse_tree_structure(text: str, parts: Mapping[str, str]) -> Loop:
    """Return the outermost node that *text* describes, with *parts* put in for their names."""
    root = here = Loop("/")
    place, whole = 0, _joined(text, parts)
    for found in _TOKEN.finditer(whole):
        if whole[place : found.start()].strip():
            raise BadStructure(f"cannot read {whole[place : found.start()].strip()!r} in the structure")
        place = found.end()
        column, name, must, opens, closes = found.groups()
        if closes:
            if here.parent is None:
                raise BadStructure("a ')' in the structure has no partner")
            here = here.parent
        else:
            here = _enter(here, column or name, bool(must), bool(opens))
    if here is not root or whole[place:].strip():
        raise BadStructure("the structure ends inside a node")
    return root


def _enter(here: Loop, name: str, must: bool, opens: bool) -> Loop:
    if name in here.areas:
        raise BadStructure(f"{name} stands twice in {here.tag}")
    here.order.append(name)
    here.areas[name] = 0
    if must:
        here.required.append(name)
    if not opens:
        return here
    here.loops[name] = Loop(name, here)
    return here.loops[name]


def _joined(text: str, parts: Mapping[str, str]) -> str:
    """Return *text* with every part in it put in, and what stands in those; what never ends is refused."""

    def part(found: re.Match[str]) -> str:
        if found[1] not in parts:
            raise BadStructure(f"there is no [structures] text {found[1]!r}")
        return parts[found[1]]

    for _ in range(_NESTED_MAX):
        text = re.sub(r"#[^\n]*", "", text)
        if _PART.search(text) is None:
            return text
        if len(text) > _SIZE_MAX:
            break
        text = _PART.sub(part, text)
    raise BadStructure("the structure takes itself in without end")
