"""Source for finding places.

Straight-line code that walks from a loop's occurrence to a segment, an element, a pair. See `generated`.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Any

from tradelane.maps.path import Filter
from tradelane.maps.plan import Hop, Spot

REMEMBERED_MAX = 4096


class Refused(Exception):
    """The fast path will not read this."""


def component(text: str, separator: str, number: int) -> str:
    """Return component *number* of an element."""
    pieces = text.split(separator)
    return pieces[number - 1] if number <= len(pieces) else ""


class Remembered(dict[Any, Any]):
    """What was made of texts that come again and again, by those texts. It forgets all when full, so it stays small."""

    def __init__(self, make: Callable[..., Any]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, said: Any) -> Any:
        made = self._make(said)
        if len(self) >= REMEMBERED_MAX:
            self.clear()
        self[said] = made
        return made


def choose(wishes: tuple[tuple[str, ...], ...], qualifiers: tuple[str, ...]) -> tuple[int, ...]:
    """Return, for each list of wanted qualifiers, which of *qualifiers* serves it best: its place, or their number."""
    places = {one: place for place, one in reversed(list(enumerate(qualifiers)))}
    return tuple(next((places[one] for one in wanted if one in places), len(qualifiers)) for wanted in wishes)


class PlaceWriter:
    """A function being written. ``env``: per depth, the variable of the occurrence, and whether it is a loop's or a
    segment.

    Loops are written out where they stand, and searches as loops with a break: in Python 3.11 a comprehension is a
    call.
    """

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.names: dict[str, Any] = {"Refused": Refused, "component": component, "NOTHING": {}}
        self.splits = False
        self.env = {0: ("L0", True)}
        self._indent, self._count = 0, 0
        self._constants: dict[int, str] = {}
        self._found: dict[Any, str] = {}
        self._sure = {"L0"}
        self._filled: set[str] = set()

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
        self.lines.append("    " * self._indent + text)

    def fresh(self, letter: str) -> str:
        """Return a new variable name."""
        self._count += 1
        return f"{letter}{self._count}_"

    @contextmanager
    def block(self, head: str) -> Iterator[None]:
        """Write an indented block; what is found in it is forgotten after it, for it may not have run."""
        self.line(head)
        self._indent += 1
        before, env, sure = dict(self._found), dict(self.env), set(self._sure)
        yield
        self._found, self.env, self._sure = before, env, sure
        self._indent -= 1

    @contextmanager
    def each(self, spot: Spot) -> Iterator[None]:
        """Write a loop over all occurrences *spot* means; within it the innermost depth is the one at hand."""
        depth = max(self.env) + 1
        with ExitStack() as stack:
            item, is_loop = self._loops(spot, stack)
            self.env[depth] = (item, is_loop)
            self._sure.add(item)
            yield

    def _loops(self, spot: Spot, stack: ExitStack) -> tuple[str, bool]:
        var, is_loop = self.env[spot.depth]
        for hop in spot.hops:
            if hop.slot:
                item = self.fresh("y")
                stack.enter_context(self.block(f"for {item} in {var}[{hop.slot}] or ():"))
                var, is_loop = item, hop.opens
            opener = f"{var}[0]" if is_loop else var
            wanted = " and ".join(self._condition(one, opener) for one in hop.filters)
            if wanted:
                stack.enter_context(self.block(f"if {wanted}:"))
        return var, is_loop

    # --- places ----------------------------------------------------------------------------------------------------

    def text(self, spot: Spot) -> str:
        """Write the reading of the text at *spot* ('' when there is none); return its variable."""
        key = _key(spot)
        if key not in self._found:
            said = self._found[key] = self.fresh("v")
            if self._in_opener(spot):
                segment = self._opener_of(spot)
                wanted = " and ".join(self._condition(one, segment) for one in spot.hops[0].filters)
                self.line(f"{said} = {self._element(spot, segment)} if {wanted} else ''")
            else:
                segment = self._segment(spot)
                element = self._element(spot, segment)
                unsure = "" if segment in self._sure else f" if {segment} is not None else ''"
                self.line(f"{said} = {element}{unsure}")
        return self._found[key]

    def texts(self, spots: list[Spot]) -> None:
        """Write the reading of several qualifiers of the same pairs at once: partners say them in the same way always.

        Which pair serves which wish is remembered by the qualifiers. A pair without a value, or one too many, is for
        the dictionary.
        """
        segment, pairs = self._segment(spots[0]), spots[0].pairs
        few, rest = pairs[:3], pairs[3:]
        if segment not in self._sure:
            return
        keys = [self.fresh("c") for _ in few]
        values = [self.fresh("u") for _ in few]
        for n, key, value in zip(few, keys, values, strict=True):
            self.line(f"{key} = {segment}.e{n}; {value} = {segment}.e{n + 1}")
        found = [self.fresh("v") for _ in spots]
        chosen = [self.fresh("n") for _ in spots]
        wishes = Remembered(partial(choose, tuple(spot.qualifiers for spot in spots)))
        plain = [f"({value} or not {key})" for key, value in zip(keys, values, strict=True)]
        others = [f"not {segment}.e{n}" for n in rest]
        with self.block(f"if {' and '.join(plain + others)}:"):
            self.line(f"{', '.join(chosen)}, = {self.const(wishes)}[{', '.join(keys)},]")
            said = self.fresh("w")
            self.line(f"{said} = ({', '.join(values)}, '')")
            for one, n in zip(found, chosen, strict=True):
                self.line(f"{one} = {said}[{n}]")
        with self.block("else:"):
            for one, spot in zip(found, spots, strict=True):
                self.line(f"{one} = {self._element(spot, segment)}")
        self._found |= {_key(spot): one for spot, one in zip(spots, found, strict=True)}

    def _in_opener(self, spot: Spot) -> bool:
        """Say whether *spot* is in the segment at hand itself, if that is of the right kind."""
        hop = spot.hops[0]
        plain = len(spot.hops) == 1 and hop.slot == 0 and bool(hop.filters) and not spot.qualifiers
        return plain and ("first", spot.depth, spot.hops) not in self._found and self._opener_of(spot) in self._sure

    def _element(self, spot: Spot, segment: str) -> str:
        if spot.qualifiers:
            pairs = self._pairs(spot, segment)
            return "(" + " or ".join(f"{pairs}.get({self.const(q)}, '')" for q in spot.qualifiers) + ")"
        if spot.component:
            self.splits = True
            return f"component({segment}.e{spot.element}, split, {spot.component})"
        return f"{segment}.e{spot.element}"

    def _pairs(self, spot: Spot, segment: str) -> str:
        key = ("pairs", segment, spot.pairs)
        if key not in self._found:
            pairs = self.fresh("p")
            few, rest = spot.pairs[:3], spot.pairs[3:]
            self.line(f"{pairs} = {_dictionary(segment, few)} if {segment} is not None else NOTHING")
            if rest:
                with self.block(f"if {pairs} and ({' or '.join(f'{segment}.e{n}' for n in rest)}):"):
                    self.line(f"{pairs} = {_dictionary(segment, spot.pairs)}")
            self._found[key] = pairs
        return self._found[key]

    def _segment(self, spot: Spot) -> str:
        found = self.first(spot)
        if self.is_loop(spot):
            key = ("opener", found)
            if key not in self._found:
                opener = self.fresh("s")
                if found in self._sure:
                    self._sure.add(opener)
                    self.line(f"{opener} = {found}[0]")
                else:
                    self.line(f"{opener} = {found}[0] if {found} is not None else None")
                self._found[key] = opener
            return self._found[key]
        return found

    def is_loop(self, spot: Spot) -> bool:
        """Say whether what *spot* means is a loop's occurrence, whose item 0 is the segment, or a segment itself."""
        return spot.hops[-1].opens or (spot.hops[-1].slot == 0 and self.env[spot.depth][1])

    def first(self, spot: Spot) -> str:
        """Write the search for the first occurrence *spot* means; return its variable (None when there is none)."""
        key = ("first", spot.depth, spot.hops)
        if key not in self._found:
            found = self.fresh("x")
            hop, var = spot.hops[0], self.env[spot.depth][0]
            one = len(spot.hops) == 1
            if one and hop.slot == 0 and not hop.filters:
                found = var
            elif one and hop.slot == 0:
                wanted = " and ".join(self._condition(f, self._opener_of(spot)) for f in hop.filters)
                self.line(f"{found} = {var} if {wanted} else None")
            elif one and not hop.filters:
                slot = self._slot(spot)
                self.line(f"{found} = {slot}[0] if {slot} else None")
            elif one and _by_code(hop):
                self.line(f"{found} = {self._index(spot)}.get({self.const(hop.filters[0].values[0])})")
            else:
                self._search(spot, found)
            self._found[key] = found
        return self._found[key]

    def _opener_of(self, spot: Spot) -> str:
        return self._segment(Spot(spot.text, spot.depth, (Hop(spot.tag, 0, False),)))

    def _slot(self, spot: Spot) -> str:
        """Return the variable of the list in the first slot that *spot* passes."""
        key = ("slot", spot.depth, spot.hops[0].slot)
        if key not in self._found:
            slot = self.fresh("b")
            self.line(f"{slot} = {self.env[spot.depth][0]}[{spot.hops[0].slot}]")
            self._found[key] = slot
        return self._found[key]

    def _index(self, spot: Spot) -> str:
        """Return the variable of a dictionary of the occurrences in a slot by one element.

        The first of equals counts.
        """
        hop = spot.hops[0]
        key = ("index", spot.depth, hop.slot, hop.filters[0].element)
        if key not in self._found:
            slot, index = self._slot(spot), self.fresh("q")
            element = f"y[0].e{hop.filters[0].element}" if hop.opens else f"y.e{hop.filters[0].element}"
            self.line(f"{index} = NOTHING")
            with self.block(f"if {slot}:"):
                self.line(f"y = {slot}[0]")
                self.line(f"{index} = {{{element}: y}}")
                with self.block(f"if len({slot}) > 1:"):
                    self.line(f"for y in {slot}: {index}.setdefault({element}, y)")
            self._found[key] = index
        return self._found[key]

    def _search(self, spot: Spot, found: str) -> None:
        """Write the search for the first occurrence by loops."""
        self.line(f"{found} = None")
        with ExitStack() as stack:
            item, _ = self._loops(spot, stack)
            if len(spot.hops) == 1:
                self.line(f"{found} = {item}")
                self.line("break")
            else:
                self.line(f"if {found} is None: {found} = {item}")

    def _condition(self, wanted: Filter, segment: str) -> str:
        element = f"{segment}.e{wanted.element}"
        match wanted.sign:
            case "=" if len(wanted.values) == 1:
                return f"{element} == {self.const(wanted.values[0])}"
            case "=":
                return f"{element} in {self.const(wanted.values)}"
            case "!=":
                return f"{element} not in {self.const(wanted.values)}"
            case _:
                return element


def _key(spot: Spot) -> tuple[Any, ...]:
    return spot.depth, spot.hops, spot.element, spot.component, spot.pairs, spot.qualifiers


def _dictionary(segment: str, pairs: tuple[int, ...]) -> str:
    # The first of two equal qualifiers counts, so it is put in last.
    return "{" + ", ".join(f"{segment}.e{n}: {segment}.e{n + 1}" for n in reversed(pairs)) + "}"


def _by_code(hop: Hop) -> bool:
    return len(hop.filters) == 1 and hop.filters[0].sign == "=" and len(hop.filters[0].values) == 1
