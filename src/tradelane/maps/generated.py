"""Python source for one plan, made once and executed once: straight-line code that builds the document from placed segments.

Only this module writes code. What goes into the source is our own: names we number ourselves, the numbers of slots and elements, and
field names that were checked to be fields of our structs. Everything else (tables, forms, classes, codes, defaults) is reached by name
through the namespace. No text of a message or of a map ever becomes source.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from typing import Any

from msgspec import UNSET

from tradelane.maps.codes import Table
from tradelane.maps.exact import agrees, total
from tradelane.maps.finishers import FINISHERS
from tradelane.maps.path import Filter
from tradelane.maps.plan import Constant, Group, Hop, Plan, Record, Rows, Spot, Texts, Value
from tradelane.maps.structure import Loop
from tradelane.model.quantity import ZERO


class Refused(Exception):
    """The fast path will not read this."""


def generate(plan: Plan) -> tuple[Callable[[list[Any], str], Any], bool]:
    """Return the function that builds a document from the placed set and the component separator, and whether it splits components."""
    body = write_source(plan)
    exec(compile("\n".join(body.lines), f"<map {plan.name}>", "exec"), body.names)  # noqa: S102: see the module's docstring
    return body.names["build"], body.splits


def write_source(plan: Plan) -> "_Body":
    """Return the source of a plan's function, and the names it will see."""
    body = _Body()
    with body.block("def build(L0, split):"):
        body.require(plan.places.root, "L0")
        built = body.record(plan.record)
        body.finish(plan, built)
        body.line(f"return {built}")
    return body


def component(text: str, separator: str, number: int) -> str:
    """Return component *number* of an element."""
    pieces = text.split(separator)
    return pieces[number - 1] if number <= len(pieces) else ""


class _Body:
    """The function being written. ``env``: per depth, the variable of the occurrence, and whether it is a loop's or a segment.

    Loops are written out where they stand, and searches as loops with a break: in Python 3.11 a comprehension is a call.
    """

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.names: dict[str, Any] = {"Refused": Refused, "agrees": agrees, "total": total, "component": component, "NOTHING": {}}
        self.splits = False
        self.env = {0: ("L0", True)}
        self._indent, self._count = 0, 0
        self._constants: dict[int, str] = {}
        self._found: dict[Any, str] = {}
        self._sure = {"L0"}

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

    # --- the whole set ---------------------------------------------------------------------------------------------

    def require(self, loop: Loop, var: str) -> None:
        """Refuse a loop without what must come in it."""
        for tag in loop.required:
            self.line(f"if {var}[{loop.slots[tag]}] is None: raise Refused")
        for tag, inner in loop.loops.items():
            if tag in loop.slots and any(one.required for one in inner.walk()):
                item = self.fresh("i")
                with self.block(f"for {item} in {var}[{loop.slots[tag]}] or ():"):
                    self.line("pass")
                    self.require(inner, item)

    def finish(self, plan: Plan, built: str) -> None:
        """Refuse totals that differ, and let the finishers at the document."""
        for count in plan.counts:
            said = self.text(count.spot)
            path = self.const(count.path)
            self.line(f"if {said} and not agrees({said}, total({built}, {path}, {count.sums})): raise Refused")
        for name in plan.after:
            self.line(f"{built} = {self.const(FINISHERS[name])}({built})")

    # --- rules -----------------------------------------------------------------------------------------------------

    def record(self, record: Record) -> str:
        """Write the building of a struct; return its variable."""
        given: dict[str, str] = {}
        for rule in record.rules:
            match rule:
                case Value():
                    self._value(rule, given)
                case Constant():
                    given[rule.name] = self.const(rule.value)
                case Texts():
                    given[rule.name] = self._texts(rule)
                case Group():
                    given[rule.name] = self._group(rule)
                case Rows():
                    given[rule.name] = self._rows(rule)
        built = self.fresh("d")
        self.line(f"{built} = {self.const(record.shape)}({', '.join(f'{name}={var}' for name, var in given.items())})")
        return built

    def _value(self, rule: Value, given: dict[str, str]) -> None:
        if rule.sums:
            given[rule.name] = self._sum(rule)
            return
        said = self._said(rule)
        texts = [said, *(self.text(spot) for spot in rule.sources[0][1:])]
        reading = self._reading(rule, texts)
        must = rule.required or rule.ordinal or rule.empty is UNSET
        if must:
            self.line(f"if not {said}: raise Refused")
        if reading == said and (must or rule.empty == ""):
            given[rule.name] = said
        else:
            given[rule.name] = self.fresh("w")
            self.line(f"{given[rule.name]} = {reading}" + ("" if must else f" if {said} else {self.const(rule.empty)}"))
        if rule.keep and rule.table:
            given[rule.keep] = self.fresh("k")
            self.line(f"{given[rule.keep]} = {self._raw(rule.table, said)}")

    def _sum(self, rule: Value) -> str:
        spot, made = rule.sources[0][0], self.fresh("w")
        self.line(f"{made} = {self.const(ZERO)}")
        with self._each(spot):
            inside = Spot(spot.text, max(self.env), (Hop(spot.tag, 0, False),), spot.element)
            said = self.text(inside)
            self.line(f"if {said}: {made} += {self.const(rule.form.read)}({said})")
        return made

    def _said(self, rule: Value) -> str:
        """Write the search for the first source that says anything; return the variable of its text."""
        key = ("said", rule.label)
        if key in self._found:
            return self._found[key]
        said = self.text(rule.sources[0][0])
        if len(rule.sources) > 1:
            chosen = self.fresh("v")
            self.line(f"{chosen} = {said}")
            for source in rule.sources[1:]:
                with self.block(f"if not {chosen}:"):
                    self.line(f"{chosen} = {self.text(source[0])}")
            said = chosen
        self._found[key] = said
        return said

    def _reading(self, rule: Value, texts: list[str]) -> str:
        if rule.table is None:
            return texts[0] if rule.form.name == "text" else f"{self.const(rule.form.read)}({', '.join(texts)})"
        meanings = self.const(rule.table.meanings)
        if rule.table.other is None:
            return f"{meanings}[{texts[0]}]"
        if isinstance(rule.table.other, str) and "{}" in rule.table.other:
            return f"({meanings}.get({texts[0]}) or {self.const(rule.table)}.read({texts[0]}))"
        return f"{meanings}.get({texts[0]}, {self.const(rule.table.other)})"

    def _raw(self, table: Table, said: str) -> str:
        raws = {code: table.raw(code) for code in ("", *table.meanings)} | {"": ""}
        open_table = table.other is not None and not (isinstance(table.other, str) and "{}" in table.other)
        return f"{self.const(raws)}.get({said}, {said if open_table else repr('')})"

    def _texts(self, rule: Texts) -> str:
        listed, made = self.fresh("l"), self.fresh("t")
        self.line(f"{listed} = []")
        if rule.each is None:
            self._gather(rule, listed)
        else:
            with self._each(rule.each):
                self._gather(rule, listed)
        self.line(f"{made} = tuple({listed})")
        return made

    def _gather(self, rule: Texts, listed: str) -> None:
        for spot in rule.spots:
            said = self.text(spot)
            reading = said if rule.form.name == "text" else f"{self.const(rule.form.read)}({said})"
            self.line(f"if {said}: {listed}.append({reading})")

    def _group(self, rule: Group) -> str:
        made = self.fresh("g")
        optional = rule.empty is not UNSET
        self.line(f"{made} = {self.const(rule.empty) if optional else 'None'}")
        conditions: list[str] = []
        item = ""
        if rule.when is not None:
            conditions.append(f"{self._first(rule.when)} is not None")
        if rule.scope is not None:
            item = self._first(rule.scope)
            conditions.append(f"{item} is not None")
        if not optional:
            for condition in conditions:
                self.line(f"if not ({condition}): raise Refused")
        with self.block(f"if {' and '.join(conditions)}:") if conditions else nullcontext():
            if rule.scope is not None:
                self.env[max(self.env) + 1] = (item, self._is_loop(rule.scope))
                self._sure.add(item)
            if optional and rule.needs is not None:
                with self.block(f"if {self._said(rule.needs)}:"):
                    self._built(rule, made)
            else:
                self._built(rule, made)
        return made

    def _built(self, rule: Group, made: str) -> None:
        self.line(f"{made} = {self.record(rule.record)}")
        if rule.hollow:
            self.line(f"if {made} == {self.const(rule.record.shape())}: {made} = {self.const(rule.empty)}")

    def _rows(self, rule: Rows) -> str:
        made = self.fresh("r")
        self.line(f"{made} = []")
        for variant in rule.variants:
            with self._each(variant.each):
                row = self.record(variant.record)
                self.line(f"{made}.append({row})")
        self.line(f"{made} = tuple({made})")
        if rule.above:
            above = self.const(rule.above)
            with self.block(f"for n in {made}:"):
                self.line(f"if not n.parent and n.level in {above}: raise Refused")
        return made

    @contextmanager
    def _each(self, spot: Spot) -> Iterator[None]:
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
        key = (spot.depth, spot.hops, spot.element, spot.component, spot.pairs, spot.qualifiers)
        if key not in self._found:
            segment = self._segment(spot)
            element = self._element(spot, segment)
            said = self.fresh("v")
            self.line(f"{said} = {element}" if segment in self._sure else f"{said} = {element} if {segment} is not None else ''")
            self._found[key] = said
        return self._found[key]

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
        found = self._first(spot)
        if self._is_loop(spot):
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

    def _is_loop(self, spot: Spot) -> bool:
        """Say whether what *spot* means is a loop's occurrence, whose item 0 is the segment, or a segment itself."""
        return spot.hops[-1].opens or (spot.hops[-1].slot == 0 and self.env[spot.depth][1])

    def _first(self, spot: Spot) -> str:
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
        """Return the variable of a dictionary of the occurrences in a slot by one element; the first of equals counts."""
        hop = spot.hops[0]
        key = ("index", spot.depth, hop.slot, hop.filters[0].element)
        if key not in self._found:
            slot, index = self._slot(spot), self.fresh("q")
            element = f"y[0].e{hop.filters[0].element}" if hop.opens else f"y.e{hop.filters[0].element}"
            self.line(f"{index} = NOTHING")
            with self.block(f"if {slot}:"):
                self.line(f"{index} = {{}}")
                self.line(f"for y in reversed({slot}): {index}[{element}] = y")
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


def _dictionary(segment: str, pairs: tuple[int, ...]) -> str:
    # The first of two equal qualifiers counts, so it is put in last.
    return "{" + ", ".join(f"{segment}.e{n}: {segment}.e{n + 1}" for n in reversed(pairs)) + "}"


def _by_code(hop: Hop) -> bool:
    return len(hop.filters) == 1 and hop.filters[0].sign == "=" and len(hop.filters[0].values) == 1
