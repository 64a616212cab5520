"""Python source for one plan, made once and executed once: straight-line code that builds the document from placed segments.

Only this module writes code. What goes into the source is our own: names we number ourselves, the numbers of slots and elements, and
field names that were checked to be fields of our structs. Everything else (tables, forms, classes, codes, defaults) is reached by name
through the namespace. No text of a message or of a map ever becomes source.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from msgspec import UNSET

from tradelane.maps.codes import Table
from tradelane.maps.exact import agrees, total
from tradelane.maps.finishers import FINISHERS
from tradelane.maps.path import Filter
from tradelane.maps.plan import Constant, Group, Plan, Record, Rows, Spot, Texts, Value
from tradelane.maps.structure import Loop


class Refused(Exception):
    """The fast path will not read this."""


def generate(plan: Plan) -> tuple[Callable[[list[Any], str], Any], bool]:
    """Return the function that builds a document from the placed set and the component separator, and whether it splits components."""
    source = _Source()
    name = source.function("build", plan.record, {0: ("L0", True)}, plan)
    code = "\n".join(source.lines)
    exec(compile(code, f"<map {plan.name}>", "exec"), source.names)  # noqa: S102: see the module's docstring
    return source.names[name], source.splits


def component(text: str, separator: str, number: int) -> str:
    """Return component *number* of an element."""
    pieces = text.split(separator)
    return pieces[number - 1] if number <= len(pieces) else ""


class _Source:
    """The growing source: finished functions, and the namespace they will see."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.names: dict[str, Any] = {"Refused": Refused, "agrees": agrees, "total": total, "component": component}
        self.splits = False
        self._known: dict[int, str] = {}
        self._functions = 0

    def const(self, value: Any) -> str:
        """Return the name by which generated code reaches *value*."""
        if value is None or value == "" or value == ():
            return repr(value)
        name = self._known.get(id(value))
        if name is None:
            name = self._known[id(value)] = f"C{len(self._known)}"
            self.names[name] = value
        return name

    def function(self, name: str, record: Record, env: dict[int, tuple[str, bool]], plan: Plan | None = None) -> str:
        """Write the function that builds *record*; the outermost one also checks what must come, totals, and finishes."""
        self._functions += 1
        name = f"{name}{self._functions}"
        body = _Body(self, env)
        if plan is not None:
            body.require(plan.places.root, "L0")
        built = body.record(record)
        if plan is not None:
            body.finish(plan, built)
        body.line(f"return {built}")
        arguments = ", ".join([*(var for _, (var, _) in sorted(env.items())), "split"])
        self.lines += [f"def {name}({arguments}):", *body.lines]
        return name


class _Body:
    """One function being written. ``env``: per depth, the variable of the occurrence, and whether it is a loop's or a segment."""

    def __init__(self, source: _Source, env: dict[int, tuple[str, bool]]) -> None:
        self.source, self.env = source, dict(env)
        self.lines: list[str] = []
        self._indent, self._count = 1, 0
        self._found: dict[Any, str] = {}

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
        before, env = dict(self._found), dict(self.env)
        yield
        self._found, self.env = before, env
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
            path = self.source.const(count.path)
            self.line(f"if {said} and not agrees({said}, total({built}, {path}, {count.sums})): raise Refused")
        for name in plan.after:
            self.line(f"{built} = {self.source.const(FINISHERS[name])}({built})")

    # --- rules -----------------------------------------------------------------------------------------------------

    def record(self, record: Record) -> str:
        """Write the building of a struct; return its variable."""
        given: dict[str, str] = {}
        for rule in record.rules:
            match rule:
                case Value():
                    self._value(rule, given)
                case Constant():
                    given[rule.name] = self.source.const(rule.value)
                case Texts():
                    given[rule.name] = self._texts(rule)
                case Group():
                    given[rule.name] = self._group(rule)
                case Rows():
                    given[rule.name] = self._rows(rule)
        built = self.fresh("d")
        self.line(f"{built} = {self.source.const(record.shape)}({', '.join(f'{name}={var}' for name, var in given.items())})")
        return built

    def _value(self, rule: Value, given: dict[str, str]) -> None:
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
            self.line(f"{given[rule.name]} = {reading}" + ("" if must else f" if {said} else {self.source.const(rule.empty)}"))
        if rule.keep and rule.table:
            given[rule.keep] = self.fresh("k")
            self.line(f"{given[rule.keep]} = {self._raw(rule.table, said)}")

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
            return texts[0] if rule.form.name == "text" else f"{self.source.const(rule.form.read)}({', '.join(texts)})"
        meanings = self.source.const(rule.table.meanings)
        if rule.table.other is None:
            return f"{meanings}[{texts[0]}]"
        if isinstance(rule.table.other, str) and "{}" in rule.table.other:
            return f"{self.source.const(rule.table)}.read({texts[0]})"
        return f"{meanings}.get({texts[0]}, {self.source.const(rule.table.other)})"

    def _raw(self, table: Table, said: str) -> str:
        raws = {code: table.raw(code) for code in ("", *table.meanings)} | {"": ""}
        open_table = table.other is not None and not (isinstance(table.other, str) and "{}" in table.other)
        return f"{self.source.const(raws)}.get({said}, {said if open_table else repr('')})"

    def _texts(self, rule: Texts) -> str:
        listed, made = self.fresh("l"), self.fresh("t")
        self.line(f"{listed} = []")
        if rule.each is None:
            self._gather(rule, listed)
        else:
            item = self.fresh("o")
            with self.block(f"for {item} in {self._all(rule.each)}:"):
                self.env[max(self.env) + 1] = (item, self._is_loop(rule.each))
                self._gather(rule, listed)
        self.line(f"{made} = tuple({listed})")
        return made

    def _gather(self, rule: Texts, listed: str) -> None:
        for spot in rule.spots:
            said = self.text(spot)
            reading = said if rule.form.name == "text" else f"{self.source.const(rule.form.read)}({said})"
            self.line(f"if {said}: {listed}.append({reading})")

    def _group(self, rule: Group) -> str:
        made = self.fresh("g")
        optional = rule.empty is not UNSET
        self.line(f"{made} = {self.source.const(rule.empty) if optional else 'None'}")
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
        with self.block(f"if {' and '.join(conditions) or 'True'}:"):
            if rule.scope is not None:
                self.env[max(self.env) + 1] = (item, self._is_loop(rule.scope))
            if optional and rule.needs is not None:
                with self.block(f"if {self._said(rule.needs)}:"):
                    self._built(rule, made)
            else:
                self._built(rule, made)
        return made

    def _built(self, rule: Group, made: str) -> None:
        self.line(f"{made} = {self.record(rule.record)}")
        if rule.hollow:
            self.line(f"if {made} == {self.source.const(rule.record.shape())}: {made} = {self.source.const(rule.empty)}")

    def _rows(self, rule: Rows) -> str:
        made = self.fresh("r")
        lists: list[str] = []
        for variant in rule.variants:
            item = f"L{max(self.env) + 1}"
            env = {**self.env, max(self.env) + 1: (item, self._is_loop(variant.each))}
            named = self.source.function("row", variant.record, {d: (f"L{d}", loop) for d, (_, loop) in env.items()})
            arguments = ", ".join([*(var for _, (var, _) in sorted(env.items())), "split"])
            lists.append(f"[{named}({arguments}) for {item} in {self._all(variant.each)}]")
        self.line(f"{made} = tuple({' + '.join(lists) or '()'})")
        if rule.above:
            above = self.source.const(rule.above)
            with self.block(f"for n in {made}:"):
                self.line(f"if not n.parent and n.level in {above}: raise Refused")
        return made

    # --- places ----------------------------------------------------------------------------------------------------

    def text(self, spot: Spot) -> str:
        """Write the reading of the text at *spot* ('' when there is none); return its variable."""
        key = (spot.depth, spot.hops, spot.element, spot.component, spot.pairs, spot.qualifiers)
        if key not in self._found:
            segment = self._segment(spot)
            said = self.fresh("v")
            self.line(f"{said} = {self._element(spot, segment)} if {segment} is not None else ''")
            self._found[key] = said
        return self._found[key]

    def _element(self, spot: Spot, segment: str) -> str:
        if spot.qualifiers:
            pairs = self._pairs(spot, segment)
            return "(" + " or ".join(f"{pairs}.get({self.source.const(q)}, '')" for q in spot.qualifiers) + ")"
        if spot.component:
            self.source.splits = True
            return f"component({segment}.e{spot.element}, split, {spot.component})"
        return f"{segment}.e{spot.element}"

    def _pairs(self, spot: Spot, segment: str) -> str:
        key = ("pairs", segment, spot.pairs)
        if key not in self._found:
            pairs = self.fresh("p")
            # The first of two equal qualifiers counts, so it is put in last.
            items = ", ".join(f"{segment}.e{n}: {segment}.e{n + 1}" for n in reversed(spot.pairs))
            self.line(f"{pairs} = {{{items}}} if {segment} is not None else {{}}")
            self._found[key] = pairs
        return self._found[key]

    def _segment(self, spot: Spot) -> str:
        found = self._first(spot)
        if self._is_loop(spot):
            key = ("opener", found)
            if key not in self._found:
                opener = self.fresh("s")
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
            only = len(spot.hops) == 1 and not spot.hops[0].filters
            var = self.env[spot.depth][0]
            if only and spot.hops[0].slot == 0:
                found = var
            elif only:
                slot = f"{var}[{spot.hops[0].slot}]"
                self.line(f"{found} = {slot}[0] if {slot} else None")
            else:
                self.line(f"{found} = next(iter({self._all(spot)}), None)")
            self._found[key] = found
        return self._found[key]

    def _all(self, spot: Spot) -> str:
        """Return an expression for all occurrences *spot* means."""
        var, is_loop = self.env[spot.depth]
        if len(spot.hops) == 1 and spot.hops[0].slot and not spot.hops[0].filters:
            return f"({var}[{spot.hops[0].slot}] or ())"
        clauses: list[str] = []
        for hop in spot.hops:
            item = self.fresh("y")
            clauses.append(f"for {item} in ({var},)" if hop.slot == 0 else f"for {item} in {var}[{hop.slot}] or ()")
            opener = f"{item}[0]" if hop.opens or (hop.slot == 0 and is_loop) else item
            clauses += [f"if {self._condition(wanted, opener)}" for wanted in hop.filters]
            var = item
        return f"[{var} {' '.join(clauses)}]"

    def _condition(self, wanted: Filter, segment: str) -> str:
        element = f"{segment}.e{wanted.element}"
        match wanted.sign:
            case "=" if len(wanted.values) == 1:
                return f"{element} == {self.source.const(wanted.values[0])}"
            case "=":
                return f"{element} in {self.source.const(wanted.values)}"
            case "!=":
                return f"{element} not in {self.source.const(wanted.values)}"
            case _:
                return element
