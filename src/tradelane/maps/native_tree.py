"""The program by which the compiled core reads a tree: the places of its rules, put in slots as those of segments are.

What a rule reads by a way of names is read by a way of slots: each node that any rule reads, or that the standard asks
for, has a slot in the one it stands in, and its text is its only element.
"""

from collections.abc import Iterable
from typing import Any

from msgspec.structs import replace

from tradelane.maps.native_fields import FieldWriter, only, sign
from tradelane.maps.native_words import Program, Unsupported
from tradelane.maps.path import Filter
from tradelane.maps.plan import Group, Hop, Plan, Record, Rows, Rule, Spot, Texts, Value, Variant
from tradelane.maps.structure import KEEP, OPEN, Loop
from tradelane.maps.tree_path import EACH, SELF

SYNTAX = 2
"""As NODES in compiled/lift.h."""

TREES = frozenset(("xml",))
"""The syntaxes whose reader hands nodes on in rows of numbers."""


class _Slotted(Filter, frozen=True):
    """A filter that knows by which slots its names lead."""

    slots: tuple[int, ...] = ()


class TreeFieldWriter(FieldWriter):
    """Writes records whose places are slots of nodes."""

    def _hop(self, hop: Hop) -> list[int]:
        only(hop, "tag", "slot", "opens", "filters")
        words: list[int] = []
        for wanted in hop.filters:
            assert isinstance(wanted, _Slotted), "places were put in slots"
            values = self._program.texts(wanted.values)
            words += [1, self._program.listed(wanted.slots), sign(wanted), values]
        return [hop.slot, 3 + len(words), len(hop.filters), *words]


class TreePlaces:
    """The nodes that are read or asked for, as loops with slots; see `structure.Loop`."""

    def __init__(self, plan: Plan) -> None:
        assert plan.tree is not None, "a plan of nodes"
        self.root = Loop("/")
        self._ask(plan.tree, self.root)
        self.record = self._record(plan.record, [self.root])
        self.loops = list(self.root.walk())
        self.names = {name: n for n, name in enumerate(sorted({n for loop in self.loops for n in loop.slots}), 1)}

    def moves(self, program: Program) -> int:
        """Return the place of the placing table: by loop and name, where the move stands that fills a slot."""
        numbers = {id(loop): n for n, loop in enumerate(self.loops)}
        table: list[int] = []
        for loop in self.loops:
            row = [0] * (len(self.names) + 1)
            for name, slot in loop.slots.items():
                inner = loop.loops.get(name)
                opens = inner is not None and bool(inner.slots)
                size, state = (len(inner.slots) + 1, numbers[id(inner)]) if inner is not None and opens else (0, 0)
                row[self.names[name]] = program.block(0, slot, OPEN if opens else KEEP, size, state)
            table += row
        return program.block(*table)

    def _ask(self, told: Loop, here: Loop) -> None:
        """Make slots for what the standard asks for, and for what leads there."""
        for name in told.required:
            here.claim(name)
            here.required.append(name)
        for name, inner in told.loops.items():
            if any(one.required for one in inner.walk()):
                self._ask(inner, _entered(here, name))

    def _record(self, record: Record, scopes: list[Loop]) -> Record:
        return replace(record, rules=tuple(self._rule(rule, scopes) for rule in record.rules))

    def _rule(self, rule: Rule, scopes: list[Loop]) -> Rule:
        match rule:
            case Value():
                return self._value(rule, scopes)
            case Texts():
                inside = scopes if rule.each is None else [*scopes, self._reached(rule.each, scopes)]
                each = None if rule.each is None else self._spot(rule.each, scopes)
                return replace(rule, each=each, spots=self._spots(rule.spots, inside))
            case Group():
                return self._group(rule, scopes)
            case Rows():
                return replace(rule, variants=tuple(self._variant(one, scopes) for one in rule.variants))
            case _:
                return rule

    def _value(self, rule: Value, scopes: list[Loop]) -> Value:
        if rule.sums:
            raise Unsupported("a sum in a tree")
        return replace(rule, sources=tuple(self._spots(source, scopes) for source in rule.sources))

    def _group(self, rule: Group, scopes: list[Loop]) -> Group:
        if rule.others:
            raise Unsupported("a struct that may stand in several nodes")
        inside = scopes if rule.scope is None else [*scopes, self._reached(rule.scope, scopes)]
        found: dict[str, Any] = {
            "when": None if rule.when is None else self._spot(rule.when, scopes),
            "scope": None if rule.scope is None else self._spot(rule.scope, scopes),
            "needs": None if rule.needs is None else self._value(rule.needs, inside),
        }
        return replace(rule, record=self._record(rule.record, inside), **found)

    def _variant(self, one: Variant, scopes: list[Loop]) -> Variant:
        within = None if one.within is None else self._spot(one.within, scopes)
        around = scopes if one.within is None else [*scopes, self._reached(one.within, scopes)]
        inside = [*around, self._reached(one.each, around)]
        return replace(one, within=within, each=self._spot(one.each, around), record=self._record(one.record, inside))

    def _reached(self, spot: Spot, scopes: list[Loop]) -> Loop:
        here = scopes[spot.depth]
        for hop in spot.hops:
            here = here if hop.tag == SELF else _entered(here, hop.tag)
        return here

    def _spots(self, spots: Iterable[Spot], scopes: list[Loop]) -> tuple[Spot, ...]:
        return tuple(self._spot(spot, scopes) for spot in spots)

    def _spot(self, spot: Spot, scopes: list[Loop]) -> Spot:
        here, hops = scopes[spot.depth], list[Hop]()
        for hop in spot.hops:
            if hop.tag == EACH:
                raise Unsupported("a node of any name")
            slot = 0
            if hop.tag != SELF:
                slot, here = here.claim(hop.tag), _entered(here, hop.tag)
            hops.append(Hop(hop.tag, slot, True, tuple(_slotted(one, here) for one in hop.filters)))
        return replace(spot, hops=tuple(hops), element=1)


def _entered(here: Loop, name: str) -> Loop:
    """Return the node of that name in *here*, with a slot."""
    here.claim(name)
    return here.loops.setdefault(name, Loop(name, here))


def _slotted(one: Filter, here: Loop) -> Filter:
    if one.element:
        raise Unsupported("a node by its number")
    slots: list[int] = []
    for name in one.inner:
        slots.append(here.claim(name))
        here = _entered(here, name)
    return _Slotted(0, one.sign, one.values, one.inner, 0, tuple(slots))
