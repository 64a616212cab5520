"""Lowering to a tree: what the rules of a map write, in the order of the map's structure."""

from collections.abc import Iterator, Sequence

from tradelane.maps.lowering import Lowering
from tradelane.maps.path import Filter
from tradelane.maps.plan import Constant, Hop, Plan, Spot
from tradelane.maps.structure import Loop
from tradelane.maps.tree_path import SELF
from tradelane.model.document import Document
from tradelane.model.finding import Finding, Place
from tradelane.model.message import BuiltMessage, Node

_ANYTHING = Loop("")


class BuiltNode:
    """A node being written, and what the structure says may stand in it."""

    def __init__(self, name: str, loop: Loop) -> None:
        self.name, self.loop, self.value = name, loop, ""
        self.children: list[BuiltNode] = []

    def text(self, names: Sequence[str]) -> str:
        """Return what is written at the end of *names*, so far."""
        here: BuiltNode | None = self
        for name in names:
            here = next((one for one in here.children if one.name == name), None)
            if here is None:
                return ""
        return here.value

    def is_meant(self, filters: Sequence[Filter]) -> bool:
        """Say whether a reader would find this node by *filters*, as far as it is written."""
        return all(f.admits(self.text(f.inner)) for f in filters if not f.element)

    def mark(self, filters: Sequence[Filter]) -> None:
        """Write the first value each filter asks for, where nothing stands yet."""
        for wanted in filters:
            if wanted.sign == "=" and wanted.values[0] and not self.text(wanted.inner):
                here = self
                for name in wanted.inner:
                    here = here.inner(name) or here.add(name)
                here.value = wanted.values[0]

    def inner(self, name: str) -> "BuiltNode | None":
        """Return the first node of that name in this one."""
        return next((one for one in self.children if one.name == name), None)

    def add(self, name: str) -> "BuiltNode":
        """Add a node to this one."""
        made = BuiltNode(name, self.loop.loops.get(name, _ANYTHING))
        self.children.append(made)
        return made


def write_nodes(document: Document, plan: Plan) -> BuiltMessage:
    """Return the tree that says *document*; what has no place in it is named among the findings."""
    target, root = _Nodes(), BuiltNode(plan.kind, plan.tree or _ANYTHING)
    lowering = Lowering(target)
    lowering.write(document, plan, root)
    target.check(root, f"/{plan.kind}")
    findings = (*_unsaid(document, plan), *lowering.findings, *target.findings)
    return BuiltMessage(plan.kind, plan.standard, root=_finished(root), findings=findings)


def _unsaid(document: Document, plan: Plan) -> Iterator[Finding]:
    """Say what the kind of message cannot be used for: it always says the contrary."""
    for rule in plan.record.rules:
        if isinstance(rule, Constant) and (said := getattr(document, rule.name)) != rule.value:
            says = f"{plan.kind} always says {rule.value}, and the document {said or 'nothing'}."
            where = Place(path=f"$.{rule.name}")
            yield Finding(code="lower.other-kind", says=says, fix="Write it by the map of another kind.", where=where)


def _finished(built: BuiltNode) -> Node:
    """Return a node with its attributes first, then the others in the order of the structure, empty ones left out."""
    order = {name: number for number, name in enumerate(built.loop.order)}
    last = len(order)
    built.children.sort(key=lambda one: -1 if one.name.startswith("@") else order.get(one.name, last))
    children = [_finished(one) for one in built.children]
    return Node(built.name, built.value, [one for one in children if one.value or one.children])


class _Nodes:
    """The nodes of one message being written."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self._taken: set[tuple[int, int]] = set()

    def place(self, spot: Spot, text: str, env: list[BuiltNode]) -> None:
        """Write *text* at *spot*, making the nodes that lead there."""
        if text:
            self.found(spot, env).value = text

    def fill(self, spot: Spot, text: str, env: list[BuiltNode]) -> None:
        """Write *text* at *spot* if nothing stands there."""
        node = self.found(spot, env)
        node.value = node.value or text

    def free(self, spot: Spot, text: str, env: list[BuiltNode]) -> bool:
        """Say whether *text* may be written at *spot*: nothing else stands there or forbids it."""
        here = _reached(env[spot.depth], spot.hops)
        return here is None or here.value in ("", text)

    def room(self, spot: Spot) -> int:
        """Say that nobody measures: a tree has room, and what is too long for a record its format refuses."""
        return 0

    def idle(self, spot: Spot, env: list[BuiltNode]) -> bool:
        """Say whether nothing need stand at *spot*: the structure does not ask for it in what is there."""
        loop, must = env[spot.depth].loop, bool(spot.hops)
        for number, hop in enumerate(spot.hops, 1):
            there = _reached(env[spot.depth], spot.hops[:number]) is not None
            must = (
                hop.tag in loop.required if number == len(spot.hops) else must and (there or hop.tag in loop.required)
            )
            loop = loop.loops.get(hop.tag, _ANYTHING)
            if not must:
                return True
        return not spot.hops

    def found(self, spot: Spot, env: list[BuiltNode]) -> BuiltNode:
        """Return the node *spot* means, made if need be, with what its filters ask for written in it."""
        return _made(env[spot.depth], spot.hops)

    def reachable(self, spot: Spot, env: list[BuiltNode]) -> bool:
        """Say whether the node *spot* means is there or could be made: in a tree another always can."""
        return True

    def stands(self, spot: Spot, env: list[BuiltNode]) -> bool:
        """Say whether what the node *spot* means would stand in is there."""
        return _reached(env[spot.depth], spot.hops[:-1]) is not None

    def new(self, each: Spot, env: list[BuiltNode]) -> BuiltNode | None:
        """Return a fresh node for one more row, in the one that holds the others; a node itself is but one row."""
        if not each.hops or each.hops[-1].tag == SELF:
            here = _made(env[each.depth], each.hops[:-1])
            taken = (id(here), id(each)) in self._taken
            self._taken.add((id(here), id(each)))
            return None if taken else here
        return _made(env[each.depth], each.hops[:-1]).add(each.hops[-1].tag)

    def holder(self, within: Spot, spot: Spot, text: str, env: list[BuiltNode]) -> BuiltNode | None:
        """Return the one among *within* that says *text* at *spot*, else a fresh one that the row makes say it."""
        above = _reached(env[within.depth], within.hops[:-1])
        for one in _like(above, within.hops[-1]) if above is not None else ():
            there = _reached(one, spot.hops)
            if there is not None and there.value == text:
                return one
        return self.new(within, env)

    def settle(self, made: BuiltNode, each: Spot, env: list[BuiltNode]) -> bool:
        """Finish a row with what its place asks for; one that would not be read as a row is taken back."""
        filters = each.hops[-1].filters if each.hops else ()
        made.mark(filters)
        if made.is_meant(filters):
            return True
        above = _made(env[each.depth], each.hops[:-1])
        above.children = [one for one in above.children if one is not made]
        return False

    def check(self, built: BuiltNode, path: str) -> None:
        """Say what the structure demands and the document does not give."""
        for name in built.loop.required:
            if not any(one.name == name and (one.value or one.children) for one in built.children):
                self.findings.append(
                    Finding(
                        code="lower.missing",
                        says="the document gives nothing for it.",
                        fix="Fill the document.",
                        where=Place(path=f"{path}/{name}"),
                    )
                )
        for one in built.children:
            self.check(one, f"{path}/{one.name}")


def _made(here: BuiltNode, hops: Sequence[Hop]) -> BuiltNode:
    for hop in hops:
        there = here if hop.tag == SELF else _at(here, hop)
        for _ in range(0 if there else _number(hop) - len(_like(here, hop))):
            there = here.add(hop.tag)
            there.mark(hop.filters)
        here = there or here
    return here


def _reached(here: BuiltNode, hops: Sequence[Hop]) -> BuiltNode | None:
    for hop in hops:
        there = _at(here, hop)
        if there is None:
            return None
        here = there
    return here


def _at(here: BuiltNode, hop: Hop) -> BuiltNode | None:
    """Return the node a hop leads to, as it would be found when read; None when it is not there."""
    found, number = _like(here, hop), _number(hop)
    return found[number - 1] if number <= len(found) else None


def _like(here: BuiltNode, hop: Hop) -> list[BuiltNode]:
    if hop.tag == SELF:
        return [here] if here.is_meant(hop.filters) else []
    return [one for one in here.children if one.name == hop.tag and one.is_meant(hop.filters)]


def _number(hop: Hop) -> int:
    return next((one.element for one in hop.filters if one.element), 1)
