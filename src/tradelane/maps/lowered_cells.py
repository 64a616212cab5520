"""Where lowering writes, worked out once for a map: which segments there can be, and which elements of them.

A `Cell` stands for one segment (and the loop it opens) of the message to be written: either the one that a path names,
such as the DTM*002 of a line, or any one of the rows that a rule makes. Paths that could mean the same segment share a
cell; paths that never can have cells of their own. A map in which this is not to be told is `Unsupported`: it is
lowered by the exact path, always.
"""

from collections.abc import Iterator
from typing import Any

from tradelane.maps.path import Filter
from tradelane.maps.plan import Group, Hop, Plan, Record, Rows, Spot, Texts, Value, Variant
from tradelane.maps.structure import Loop

Filters = tuple[Filter, ...]


class Unsupported(Exception):
    """The map writes in a way that the fast path does not know."""


class Cell:
    """One segment to be, or any one of the rows of a rule; in the generated code, a set of variables."""

    def __init__(self, number: int, tag: str, loop: Loop | None, row: bool = False) -> None:
        self.var, self.tag, self.loop, self.row = f"m{number}", tag, loop, row
        self.meant: list[Filters] = []
        self.elements: set[int] = set()
        self.written: set[int] = set()
        self.pairs: set[tuple[int, ...]] = set()
        self.inside: dict[str, list[Cell]] = {}
        self.adopter: Cell | None = None
        self.adopted: Cell | None = None

    @property
    def there(self) -> str:
        """Return the variable that says whether it stands; for rows, the list of their segments."""
        return f"{self.var}r" if self.row else f"{self.var}x"

    @property
    def row_at(self) -> str:
        """Return the variable that says which row of its adopted rows it is."""
        return f"{self.var}a"

    def element(self, number: int) -> str:
        """Return the variable of an element."""
        return f"{self.var}_{number}"

    def listed(self, pairs: tuple[int, ...]) -> str:
        """Return the variable of the list of qualifiers and values in a range of pairs."""
        return f"{self.var}p{pairs[0]}"

    def sure(self, filters: Filters) -> bool:
        """Say whether this cell, if it stands, always agrees with *filters*: its marks are all anybody writes there."""
        same = all(one == filters for one in self.meant)
        return same and all(f.sign == "=" and f.element not in self.written for f in filters)

    def singles(self) -> Iterator["Cell"]:
        """Yield this cell and those below it, rows and what is in rows left out."""
        yield self
        for below in self.inside.values():
            for cell in below:
                if not cell.row:
                    yield from cell.singles()

    def listings(self) -> Iterator["Cell"]:
        """Yield the cells of rows directly in this cell."""
        for below in self.inside.values():
            yield from (cell for cell in below if cell.row)


class Layout:
    """All cells of a plan. ``touch`` and ``row`` find them again while code is written."""

    def __init__(self, plan: Plan) -> None:
        self._count = 0
        self._rows: dict[int, Cell] = {}
        self.root = self._cell("ST", plan.places.root)
        self._record(plan.record, [self.root])
        for count in plan.counts:
            if count.written:
                raise Unsupported("a sum that is written")
            if not count.sums:
                self._write(count.spot, [self.root])
        self._settle(self.root)

    def touch(self, spot: Spot, env: list[Cell]) -> Cell:
        """Return the cell that *spot* means."""
        here = env[spot.depth]
        for hop in spot.hops:
            here = self.step(here, hop)
        return here

    def step(self, here: Cell, hop: Hop) -> Cell:
        """Return the cell one hop further."""
        if hop.slot:
            here = self._found(here, hop)
        for wanted in hop.filters:
            if wanted.sign == "=" and not all(wanted.values):
                raise Unsupported(f"{hop.tag}: a filter asks for nothing")
            here.elements.add(wanted.element)
        return here

    def row(self, each: Spot, env: list[Cell], key: Variant | Texts) -> Cell:
        """Return the cell of the rows that *key*, a rule, makes at *each*."""
        parent = self.parent(each, env)
        if each.hops[-1].slot == 0:
            return self.step(parent, each.hops[-1])
        cell = self._rows.get(id(key))
        if cell is None:
            cell = self._rows[id(key)] = self._below(parent, each.tag, row=True)
            self.step(cell, Hop(each.tag, 0, False, each.hops[-1].filters))
        return cell

    def parent(self, each: Spot, env: list[Cell]) -> Cell:
        """Return the cell that the rows at *each* stand in."""
        here = env[each.depth]
        for hop in each.hops[:-1]:
            here = self.step(here, hop)
        return here

    # --- finding cells ---------------------------------------------------------------------------------------------

    def _cell(self, tag: str, loop: Loop | None, row: bool = False) -> Cell:
        self._count += 1
        return Cell(self._count, tag, loop, row)

    def _below(self, parent: Cell, tag: str, row: bool = False) -> Cell:
        if parent.loop is None or tag not in parent.loop.areas:
            raise Unsupported(f"{parent.tag} holds no {tag}")
        cell = self._cell(tag, parent.loop.loops.get(tag), row)
        parent.inside.setdefault(tag, []).append(cell)
        return cell

    def _found(self, here: Cell, hop: Hop) -> Cell:
        beside = here.inside.get(hop.tag, [])
        alike = [cell for cell in beside if not cell.row and not _apart(cell, hop.filters)]
        for cell in alike:
            if hop.filters in cell.meant:
                return cell
        if len(alike) > 1:
            raise Unsupported(f"{hop.tag}: one path may mean several segments")
        if alike:
            cell = alike[0]
        else:
            rows = [cell for cell in beside if cell.row]
            cell = self._below(here, hop.tag)
            if len(rows) == 1 and rows[0].adopter is None and _one_value(hop.filters):
                rows[0].adopter, cell.adopted = cell, rows[0]
                rows[0].elements |= {wanted.element for wanted in hop.filters}
        cell.meant.append(hop.filters)
        return cell

    # --- walking the rules -----------------------------------------------------------------------------------------

    def _record(self, record: Record, env: list[Cell]) -> None:
        for rule in record.rules:
            match rule:
                case Value() if not rule.one_way:
                    self._value(rule, env)
                case Texts():
                    inside = env if rule.each is None else [*env, self.row(rule.each, env, rule)]
                    if rule.each is not None and rule.each.hops[-1].slot == 0:
                        raise Unsupported(f"{rule.label}: texts in a segment that stands")
                    self._writes((*rule.spots, *(spot for spot, _ in rule.beside)), inside)
                case Group():
                    if rule.when is not None:
                        self.touch(rule.when, env)
                    self._record(rule.record, env if rule.scope is None else [*env, self.touch(rule.scope, env)])
                case Rows():
                    if any(variant.within or variant.numbered for variant in rule.variants):
                        raise Unsupported(f"{rule.label}: rows that open a loop of their own, or are numbered")
                    tags = [variant.each.tag for variant in rule.variants]
                    if len(set(tags)) < len(tags):
                        raise Unsupported(f"{rule.label}: two kinds of rows in one kind of segment")
                    for variant in rule.variants:
                        self._record(variant.record, [*env, self.row(variant.each, env, variant)])
                case _:
                    pass

    def _value(self, rule: Value, env: list[Cell]) -> None:
        if any(not one.sign for spot, _ in rule.beside for hop in spot.hops for one in hop.filters):
            raise Unsupported(f"{rule.label}: written beside it only where something stands")
        if not rule.sources or not all(rule.sources):
            raise Unsupported(f"{rule.label} has no place")
        plain = [spot for spot, _ in rule.beside] + ([] if rule.fill is None else [rule.fill])
        if any(spot.qualifiers or spot.component for spot in plain):
            raise Unsupported(f"{rule.label}: what stands beside it is no plain element")
        self._writes([spot for source in rule.sources for spot in source], env)
        self._writes(plain, env)

    def _writes(self, spots: Any, env: list[Cell]) -> None:
        for spot in spots:
            self._write(spot, env)

    def _write(self, spot: Spot, env: list[Cell]) -> None:
        cell = self.touch(spot, env)
        if cell is self.root or not spot.element:
            raise Unsupported(f"{spot.text} is no place to write")
        if spot.qualifiers:
            cell.pairs.add(spot.pairs)
        else:
            cell.elements.add(spot.element)
            cell.written.add(spot.element)

    def _settle(self, cell: Cell) -> None:
        """Let adopters take over what their rows write, and refuse what would be ambiguous."""
        for below in cell.inside.values():
            singles = [one for one in below if not one.row]
            marked = {f.element for one in singles for filters in one.meant for f in filters}
            if len(singles) > 1 and any(marked & one.written for one in singles):
                raise Unsupported(f"{cell.tag}: {below[0].tag} is told apart by an element that rules write")
            for one in below:
                self._settle(one)
        if cell.adopter is not None:
            if len(cell.adopter.meant) > 1:
                cell.adopter.adopted = cell.adopter = None
            else:
                cell.adopter.elements |= cell.elements
                cell.adopter.pairs |= cell.pairs
        taken = [n for pairs in cell.pairs for n in range(pairs[0], pairs[-1] + 2)]
        if len(taken) > len(set(taken)) or cell.elements & set(taken):
            raise Unsupported(f"{cell.tag}: pairs and elements overlap")


def _one_value(filters: Filters) -> bool:
    return bool(filters) and all(f.sign == "=" and len(f.values) == 1 for f in filters)


def _apart(cell: Cell, filters: Filters) -> bool:
    """Say whether what is made for *cell* never agrees with *filters*, nor the other way round."""
    return all(_never(made, filters) and _never(filters, made) for made in cell.meant)


def _never(made: Filters, filters: Filters) -> bool:
    """Say whether a segment made for *made* disagrees with *filters* from the start."""
    return any(
        one.sign == "=" and one.element == other.element and not other.admits(one.values[0])
        for one in made
        for other in filters
    )
