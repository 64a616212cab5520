"""The explaining path of trees: the nodes of a message as rules see them, whatever they were written in."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from msgspec import Struct

from tradelane.maps import tree_words
from tradelane.maps.codes import Table
from tradelane.maps.forms import Bad
from tradelane.maps.lifting import Explained, Lifting
from tradelane.maps.path import Filter
from tradelane.maps.plan import Group, Plan, Spot
from tradelane.maps.structure import Loop
from tradelane.maps.tree_path import SELF
from tradelane.model.finding import Finding, Place
from tradelane.model.message import Node, NodeMessage

INDEXED_FROM = 8
"""Nodes with more children than this get an index by name, so that no message takes longer than its length."""

_READ_AS = {"xlsx": "csv"}
"""Rows are read by one map whichever file they stand in."""

Chain = tuple[Node, ...]
"""A node with those it stands in, outermost first: an occurrence."""


class SaidNode(Struct, frozen=True):
    """A text as the sender wrote it, and the node it stands in."""

    text: str
    chain: Chain


def explain_tree(message: NodeMessage, plan: Plan, faults: Iterable[Finding] = (), *, traced: bool = True) -> Explained:
    """Return the document that *message* says; raises `Unreadable` with everything that is wrong.

    *faults* are known to be wrong already and join what is found here.
    """
    source = Nodes()
    lifting = Lifting(source, traced=traced)
    if plan.tree is None or _READ_AS.get(message.syntax, message.syntax) != plan.syntax or message.kind != plan.kind:
        lifting.say(tree_words.other_kind(message, plan))
        lifting.refuse_bad()
    root = (message.root,)
    if plan.tree is not None:
        lifting.say(*_absent(plan.tree, root, source))
    lifting.say(*faults)
    return lifting.finish(plan, root)


def _absent(loop: Loop, chain: Chain, source: "Nodes") -> Iterator[Finding]:
    """Remark which nodes the standard asks for and did not come; what the document cannot do without, its rules ask."""
    for name in loop.required:
        if not source.children(chain[-1], name):
            yield tree_words.node_missing(source.where(chain), name, "warning")
    for name, inner in loop.loops.items():
        for child in source.children(chain[-1], name):
            yield from _absent(inner, (*chain, child), source)


def _by_name(node: Node) -> dict[str, list[Node]]:
    """Return the children of a node by their names, which in a row of a table are all different."""
    index = {child.name: [child] for child in node.children}
    if len(index) < len(node.children):
        index = {name: [] for name in index}
        for child in node.children:
            index[child.name].append(child)
    return index


class Nodes:
    """The nodes of one message, as the rules of a map see them; an occurrence is a node with those it stands in."""

    def __init__(self) -> None:
        self._names: dict[int, dict[str, list[Node]]] = {}
        self._found: dict[tuple[int, int], list[Chain]] = {}
        self._said: dict[tuple[int, int], SaidNode | None] = {}

    def all(self, spot: Spot, env: list[Chain]) -> list[Chain]:
        """Return the nodes that *spot* means; what every row asks of what surrounds it is looked up once."""
        chain = env[spot.depth]
        if spot.depth == len(env) - 1:
            return self._reached(spot, chain)
        key = id(spot), id(chain[-1])
        if key not in self._found:
            self._found[key] = self._reached(spot, chain)
        return self._found[key]

    def first(self, spot: Spot, env: list[Chain]) -> Chain | None:
        """Return the first of them."""
        return next(iter(self.all(spot, env)), None)

    def said(self, spot: Spot, env: list[Chain]) -> SaidNode | None:
        """Return the text of the first that is filled; what every row asks of what surrounds it is read once."""
        if spot.depth == len(env) - 1:
            return self._filled(spot, env)
        key = id(spot), id(env[spot.depth][-1])
        if key not in self._said:
            self._said[key] = self._filled(spot, env)
        return self._said[key]

    def said_at(self, spot: Spot, occurrence: Chain) -> SaidNode | None:
        """Return the text of one of `all`; blanks around it mean nothing."""
        text = occurrence[-1].value.strip()
        return SaidNode(text, occurrence) if text else None

    def children(self, node: Node, name: str) -> Sequence[Node]:
        """Return the children called *name*."""
        if len(node.children) <= INDEXED_FROM:
            return [child for child in node.children if child.name == name]
        index = self._names.get(id(node))
        if index is None:
            index = self._names[id(node)] = _by_name(node)
        return index.get(name, ())

    def _filled(self, spot: Spot, env: list[Chain]) -> SaidNode | None:
        return next((said for chain in self.all(spot, env) if (said := self.said_at(spot, chain))), None)

    def _reached(self, spot: Spot, chain: Chain) -> list[Chain]:
        here = [chain]
        for hop in spot.hops:
            found = here
            if hop.tag != SELF:
                found = [(*one, child) for one in here for child in self.children(one[-1], hop.tag)]
            for wanted in hop.filters:
                found = self._kept(wanted, found)
            here = found
        return here

    def _kept(self, wanted: Filter, found: list[Chain]) -> list[Chain]:
        if wanted.element:
            return found[wanted.element - 1 : wanted.element]
        return [chain for chain in found if wanted.admits(self._text(chain[-1], wanted.inner))]

    def _text(self, node: Node, names: tuple[str, ...]) -> str:
        here: Node | None = node
        for name in names:
            here = next(iter(self.children(here, name)), None)
            if here is None:
                return ""
        return here.value.strip()

    # --- findings --------------------------------------------------------------------------------------------------

    def where(self, chain: Chain) -> Place:
        """Return the place of a node."""
        node = chain[-1]
        return Place(start=node.start, end=node.end, path=node.where or self._path(chain))

    def place(self, said: SaidNode) -> Place:
        """Return where a text stands."""
        return self.where(said.chain)

    def bad_text(self, said: SaidNode, wrong: Bad) -> Finding:
        """A text cannot be read."""
        return tree_words.bad_value(self.place(said), wrong.code, wrong.says, wrong.fix, said.text)

    def bad_code(self, said: SaidNode, table: Table | None) -> Finding:
        """A code is not in its table."""
        return tree_words.bad_code(self.place(said), said.text, table)

    def absent(self, spot: Spot, env: list[Chain]) -> Finding:
        """A text that must be there is not: perhaps its node is, and is empty."""
        found = self.first(spot, env)
        if found is not None:
            return tree_words.empty(self.where(found), spot.text)
        return tree_words.node_missing(self.where(env[spot.depth]), spot.text)

    def absent_group(self, group: Group, env: list[Chain]) -> Finding:
        """The node a group is about is not there."""
        wanted = group.scope or group.when
        return tree_words.node_missing(self.where(env[-1]), wanted.text if wanted else group.name)

    def numbered(self, occurrence: Chain, number: int) -> Finding:
        """A row has no number of its own."""
        return tree_words.numbered(self.where(occurrence), number)

    def unhung(self, occurrence: Chain, node: str, parent: str) -> Finding:
        """A node of a ship notice names no parent."""
        return tree_words.unhung(self.where(occurrence), node, parent)

    def count_differs(self, said: SaidNode, actual: str, what: str) -> Finding:
        """A control total is not what was counted."""
        return tree_words.count_differs(self.place(said), said.text, actual, what)

    def _path(self, chain: Chain) -> str:
        """Return the way to a node, numbered where it has brothers of its name."""
        steps = [chain[0].name]
        for above, node in pairwise(chain):
            brothers = self.children(above, node.name)
            number = next((n for n, one in enumerate(brothers, 1) if one is node), 1)
            steps.append(f"{node.name}[{number}]" if len(brothers) > 1 else node.name)
        return "/" + "/".join(steps)
