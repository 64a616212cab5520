"""Source for writing places: straight-line code over variables, one for every element that a map may write.

It does what `lower.Built` does, where the answer is sure; wherever a finding would be due, or the exact path would do
something rare, it says ``raise Unsure``. See `generated_lower`.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from tradelane.maps.lowered_cells import Cell, Filters, Layout, Unsupported
from tradelane.maps.path import Filter
from tradelane.maps.plan import Plan, Spot

FULL = object()
"""What is known of a variable that holds a text, whichever."""

State = dict[str, Any]
"""What is known of variables: "" (nothing written), a constant, FULL; for what may stand or not, False or True."""


class Unsure(Exception):
    """The fast path will not write this."""


def with_component(element: str, number: int, text: str) -> str:
    """Return *element* with *text* as its component *number*."""
    pieces = element.split("\x1f")
    pieces += [""] * (number - len(pieces))
    pieces[number - 1] = text
    return "\x1f".join(pieces)


class CellWriter:
    """A function being written, and what is known of its variables at this point of it."""

    def __init__(self, plan: Plan) -> None:
        self.plan, self.layout = plan, Layout(plan)
        self.lines: list[str] = []
        self.names: dict[str, Any] = {"Unsure": Unsure, "with_component": with_component}
        self.state: State = {}
        self.indent, self._count = 0, 0
        self._constants: dict[int, str] = {}

    # --- lines and what is known -----------------------------------------------------------------------------------

    def const(self, value: Any) -> str:
        """Return the name by which generated code reaches *value*."""
        if value is None or value == "" or value == ():
            return repr(value)
        name = self._constants.get(id(value))
        if name is None:
            name = self._constants[id(value)] = f"C{len(self._constants)}"
            self.names[name] = value
        return name

    def line(self, text: str) -> None:
        """Write one line."""
        self.lines.append("    " * self.indent + text)

    def fresh(self, letter: str) -> str:
        """Return a new variable name."""
        self._count += 1
        return f"{letter}{self._count}_"

    @contextmanager
    def block(self, head: str) -> Iterator[None]:
        """Write an indented block that may not run: afterwards only what is true either way is known."""
        self.line(head)
        before = dict(self.state)
        with self._indented():
            yield
        self.state = _either(before, self.state)

    @contextmanager
    def _indented(self) -> Iterator[None]:
        self.indent += 1
        before = len(self.lines)
        yield
        if len(self.lines) == before:
            self.line("pass")
        self.indent -= 1

    @contextmanager
    def loop(self, head: str) -> Iterator[None]:
        """Write a loop: nothing known before it is known in it, for an earlier round may have changed it."""
        self.state = {}
        with self.block(head):
            yield
        self.state = {}

    def choose(self, cases: list[tuple[str, Callable[[], None]]]) -> None:
        """Write the first of *cases* whose condition holds; Unsure if none does."""
        before, after = dict(self.state), list[State]()
        word = "if"
        for condition, write in cases:
            if condition == "False":
                continue
            self.state = dict(before)
            if condition == "True" and word == "if":
                write()
                return
            self.line(f"{word} {condition}:" if condition != "True" else "else:")
            with self._indented():
                write()
            after.append(self.state)
            word = "elif"
            if condition == "True":
                break
        else:
            self.line("else: raise Unsure" if after else "raise Unsure")
        self.state = before if not after else after[0]
        for other in after[1:]:
            self.state = _either(self.state, other)

    def refuse_if(self, condition: str) -> None:
        """Write that the fast path stops when *condition* holds."""
        if condition == "True":
            self.line("raise Unsure")
        elif condition != "False":
            self.line(f"if {condition}: raise Unsure")

    def declare(self, cell: Cell) -> None:
        """Write the blank variables of a cell and of what is in it."""
        texts, flags, lists = list[str](), list[str](), list[tuple[str, Any]]()
        for one in cell.singles():
            texts += [one.element(number) for number in sorted(one.elements)]
            flags.append(one.there) if one is not cell else None
            lists += [(one.listed(pairs), (0, frozenset())) for pairs in sorted(one.pairs)]
            lists += [(row.there, False) for row in one.listings()]
            if one.adopted is not None:
                self.line(f"{one.row_at} = 0")
        for variables, blank, known in ((texts, "''", ""), (flags, "False", False)):
            if variables:
                self.line(f"{' = '.join(variables)} = {blank}")
            self.state |= dict.fromkeys(variables, known)
        for variable, known in lists:
            self.line(f"{variable} = []")
            self.state[variable] = known

    # --- conditions ------------------------------------------------------------------------------------------------

    def suits(self, cell: Cell, filters: Filters) -> str:
        """Return the condition that what is written, or may still be, agrees with *filters*."""
        return conjunction([self._admits(cell, one, blank=True) for one in filters])

    def agrees(self, cell: Cell, filters: Filters) -> str:
        """Return the condition that a segment is the one meant: it says what *filters* ask for."""
        return conjunction([self._admits(cell, one, blank=False) for one in filters])

    def _admits(self, cell: Cell, wanted: Filter, blank: bool) -> str:
        variable = cell.element(wanted.element)
        known = self.state.get(variable)
        if known == "":
            return str(blank)
        if isinstance(known, str):
            return str(wanted.admits(known))
        match wanted.sign:
            case "=":
                says = f"{variable} in {self.const(wanted.values)}"
            case "!=":
                says = f"{variable} not in {self.const(wanted.values)}"
            case _:
                return "True" if blank or known is FULL else variable
        if known is FULL:
            return says
        return f"(not {variable} or {says})" if blank else f"({variable} and {says})"

    def reach(self, spot: Spot, env: list[Cell]) -> str:
        """Return the condition that nothing forbids to write at *spot*: the segments it starts from agree."""
        here, conditions = env[spot.depth], list[str]()
        for hop in spot.hops:
            here = self.layout.step(here, hop)
            if not hop.slot:
                conditions.append(self.suits(here, hop.filters))
        return conjunction(conditions)

    def free(self, spot: Spot, text: str, env: list[Cell]) -> str:
        """Return the condition that *text*, a variable, may be written at *spot*."""
        here, meant = env[spot.depth], list[str]()
        for hop in spot.hops:
            here = self.layout.step(here, hop)
            if hop.slot and not here.sure(hop.filters):
                meant.append(self.agrees(here, hop.filters))
        if spot.qualifiers:
            listed = here.listed(spot.pairs)
            most, said = self.state.get(listed, (len(spot.pairs), None))
            self.refuse_if(
                "False"
                if said is not None and spot.qualifiers[0] not in said
                else f"{self.const(spot.qualifiers[0])} in {listed}"
            )
            room = "True" if most < len(spot.pairs) else f"len({listed}) < {2 * len(spot.pairs)}"
        elif spot.component:
            room = "True"
        else:
            variable = here.element(spot.element)
            room = "True" if self.state.get(variable) == "" else f"(not {variable} or {variable} == {text})"
        other = conjunction(meant)
        if room != "True" and other != "True":
            room = "True" if other == "False" else f"(not ({other}) or {room})"
        return conjunction([self.reach(spot, env), room])

    def stands(self, spot: Spot, env: list[Cell]) -> str:
        """Return the condition that the segment of *spot* has been written."""
        here, conditions = env[spot.depth], list[str]()
        for hop in spot.hops:
            above, here = here, self.layout.step(here, hop)
            if not hop.slot:
                continue
            there = self.state.get(here.there)
            for row in above.inside[hop.tag]:
                if row.row and self.state.get(row.there) is not False and there is not True:
                    self.refuse_if(f"{row.there} and not {here.there}")
            conditions.append(here.there if there is None else str(there))
            conditions.append("True" if here.sure(hop.filters) else self.agrees(here, hop.filters))
        return conjunction(conditions)

    # --- writing ---------------------------------------------------------------------------------------------------

    def enter(self, spot: Spot, env: list[Cell]) -> Cell:
        """Write the making of the segments that lead to *spot*, where they do not stand yet."""
        here = env[spot.depth]
        for hop in spot.hops:
            above, here = here, self.layout.step(here, hop)
            if hop.slot:
                self._make(above, here, hop.filters)
            self.mark(here, hop.filters)
        return here

    def _make(self, above: Cell, here: Cell, filters: Filters) -> None:
        there = self.state.get(here.there)
        if there is not False and not here.sure(filters):
            other = self.agrees(here, filters)
            if other != "True":
                self.refuse_if(f"{here.there} and not ({other})")
        if there is True:
            return
        # Segments of one tag come in the order they were made in; and a row may be the very segment that is meant.
        beside = above.inside[here.tag]
        before = [c for n, c in enumerate(beside) if c is not here and (c.row or n > beside.index(here))]
        maybe = [c.there for c in before if self.state.get(c.there) is not False]
        if maybe:
            self.refuse_if(f"not {here.there} and ({' or '.join(maybe)})")
        self.line(f"{here.there} = True")
        self.state[here.there] = True

    def mark(self, cell: Cell, filters: Filters) -> None:
        """Write the first value that each filter asks for, where nothing stands yet."""
        for wanted in filters:
            if wanted.sign == "=":
                self.put_blank(cell, wanted.element, wanted.values[0])

    def put_blank(self, cell: Cell, element: int, text: str) -> None:
        """Write a constant where nothing stands yet."""
        longest = self.length(cell.tag, element)
        if not text or 0 < longest < len(text):
            raise Unsupported(f"{cell.tag}{element:02d}: {text!r} cannot stand there")
        variable = cell.element(element)
        known = self.state.get(variable)
        if known == "":
            self.line(f"{variable} = {self.const(text)}")
            self.state[variable] = text
        elif known is None:
            self.line(f"if not {variable}: {variable} = {self.const(text)}")
            self.state[variable] = FULL

    def place(self, spot: Spot, text: str, env: list[Cell], longest: int = 0) -> None:
        """Write *text*, a variable that is not empty, at *spot*; it is known to have at most *longest* characters."""
        cell = self.enter(spot, env)
        element = spot.pairs[0] + 1 if spot.qualifiers else spot.element
        limits = [self.length(cell.tag, n + 1) for n in spot.pairs] or [self.length(cell.tag, element)]
        limit = min((one for one in limits if one), default=0)
        variable = cell.element(spot.element)
        if spot.qualifiers:
            self._pair(cell, spot, text)
            variable = text
        elif spot.component:
            self.line(f"{variable} = with_component({variable}, {spot.component}, {text})")
            self.state[variable], longest = FULL, 0
        else:
            self.line(f"{variable} = {text}")
            self.state[variable] = FULL
        if limit and not 0 < longest <= limit:
            self.refuse_if(f"len({variable}) > {limit}")

    def _pair(self, cell: Cell, spot: Spot, text: str) -> None:
        listed, qualifier = cell.listed(spot.pairs), spot.qualifiers[0]
        if any(0 < self.length(cell.tag, n) < len(qualifier) for n in spot.pairs):
            raise Unsupported(f"{spot.text}: {qualifier} is too long")
        self.line(f"{listed} += ({self.const(qualifier)}, {text})")
        known = self.state.get(listed)
        if known is not None:
            self.state[listed] = (known[0] + 1, known[1] | {qualifier})

    def length(self, tag: str, element: int) -> int:
        """Return the greatest length of an element; 0 when it is not measured."""
        facts = self.plan.segments.get(tag)
        return 0 if facts is None else facts.lengths[element - 1]


def conjunction(conditions: list[str]) -> str:
    """Return the condition that all *conditions* hold."""
    if "False" in conditions:
        return "False"
    return " and ".join(one for one in conditions if one != "True") or "True"


def _either(one: State, other: State) -> State:
    """Return what is known when one of two ways was taken."""
    found: State = {}
    for variable in one.keys() & other.keys():
        here, there = one[variable], other[variable]
        if isinstance(here, tuple):
            found[variable] = (max(here[0], there[0]), here[1] | there[1])
        elif here is there or here == there:
            found[variable] = here
        elif here and there and not isinstance(here, bool):
            found[variable] = FULL
    return found
