"""Python source for one plan, made and executed once: it builds the document from placed segments.

Only this module and `generated_places` write code. What goes into the source is our own: names we number ourselves,
the numbers of slots and elements, and field names that were checked to be fields of our structs. Everything else
(tables, forms, classes, codes, defaults) is reached by name through the namespace. No text of a message or of a map
ever becomes source.
"""

from collections.abc import Callable
from contextlib import nullcontext
from decimal import Decimal
from typing import Any

from msgspec import UNSET

from tradelane.maps.codes import Table
from tradelane.maps.finishers import FINISHERS
from tradelane.maps.forms import Form, day, gtin, number
from tradelane.maps.generated_places import PlaceWriter, Remembered
from tradelane.maps.plan import Constant, Group, Hop, Plan, Record, Rows, Rule, Spot, Texts, Value
from tradelane.maps.structure import Loop
from tradelane.maps.totals import agrees, total
from tradelane.model.quantity import ZERO

_QUICK: dict[Any, tuple[str, Any]] = {
    day: ("{known}[{said}]", Remembered(day)),
    number: (
        "{known}({said}) if len({said}) < 8 and {said}.replace('.', '', 1).isdigit() else {form}({said})",
        Decimal,
    ),
    gtin: ("{said}.rjust(14, '0') if len({said}) < 15 and {said}.isdigit() else {form}({said})", gtin),
}
"""Forms whose plain cases are quicker read on the spot than looked up in a large cache, which is far away in memory.

Each with its source, and what is ``known`` there. The text is ASCII; seven digits break neither limit of an amount.
"""


def generate(plan: Plan) -> tuple[Callable[[list[Any], str], Any], bool]:
    """Return the function that builds a document from a placed set, and whether it needs the component separator."""
    body = write_source(plan)
    # The module's docstring says why this is safe: nothing that anybody sends or configures is in the source.
    exec(compile("\n".join(body.lines), "<generated from a map>", "exec"), body.names)  # noqa: S102
    return body.names["build"], body.splits


def write_source(plan: Plan) -> "_Body":
    """Return the source of a plan's function, and the names it will see."""
    body = _Body()
    body.names |= {"agrees": agrees, "total": total}
    with body.block("def build(L0, split):"):
        body.require(plan.places.root, "L0")
        built = body.record(plan.record)
        body.finish(plan, built)
        body.line(f"return {built}")
    return body


class _Body(PlaceWriter):
    """The function that builds one document."""

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

    def record(self, record: Record, rows: str = "") -> str:
        """Write the building of a struct; return its variable. *rows* is the list it will join, if any."""
        paired = [spot for spot in map(_only_spot, record.rules) if spot is not None and spot.pairs]
        if len(paired) > 1 and len({(spot.depth, spot.hops, spot.pairs) for spot in paired}) == 1:
            self.texts(paired)
        return self._made(record, rows)

    def _made(self, record: Record, rows: str = "") -> str:
        given: dict[str, str] = {}
        for rule in record.rules:
            match rule:
                case Value():
                    self._value(rule, given, rows)
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

    def _value(self, rule: Value, given: dict[str, str], rows: str) -> None:
        if rule.sums:
            given[rule.name] = self._sum(rule)
            return
        texts = self._parts(rule)
        said = texts[0]
        reading = self._reading(rule, texts)
        must = rule.required or bool(rule.ordinal) or rule.empty is UNSET
        if rule.ordinal == "quiet":
            self.line(f"if not {said}: {said} = str(len({rows}) + 1)")
        elif must and said not in self._filled:
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
        with self.each(spot):
            inside = Spot(spot.text, max(self.env), (Hop(spot.tag, 0, False),), spot.element)
            said = self.text(inside)
            self.line(f"if {said}: {made} += {self.const(rule.form.read)}({said})")
        self.line(f"{made} = {made} or {self.const(rule.empty)}")
        return made

    def _parts(self, rule: Value) -> list[str]:
        """Write the search for the texts a value is made of; return their variables."""
        first = rule.sources[0]
        if len(rule.sources) == 1 or rule.form.parts == 1:
            return [self._said(rule), *(self.text(spot) for spot in first[1:])]
        # Alternatives of several parts each: the first one whose first part is filled gives all of them.
        made = [self.fresh("v") for _ in range(rule.form.parts)]
        self._choose(rule.sources, made)
        return made

    def _choose(self, sources: tuple[tuple[Spot, ...], ...], made: list[str]) -> None:
        texts = [self.text(spot) for spot in sources[0]]
        texts += ['""'] * (len(made) - len(texts))
        self.line(f"{', '.join(made)} = {', '.join(texts)}")
        if sources[1:]:
            with self.block(f"if not {made[0]}:"):
                self._choose(sources[1:], made)

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
            return texts[0] if rule.form.name == "text" else self._read(rule.form, texts)
        meanings = self.const(rule.table.meanings)
        if rule.table.other is None:
            return f"{meanings}[{texts[0]}]"
        if isinstance(rule.table.other, str) and "{}" in rule.table.other:
            return f"{self.const(Remembered(rule.table.read))}[{texts[0]}]"
        return f"{meanings}.get({texts[0]}, {self.const(rule.table.other)})"

    def _read(self, form: Form, texts: list[str]) -> str:
        read = self.const(form.read)
        if form.read not in _QUICK:
            return f"{read}({', '.join(texts)})"
        written, known = _QUICK[form.read]
        return f"({written.format(said=texts[0], known=self.const(known), form=read)})"

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
            with self.each(rule.each):
                self._gather(rule, listed)
        self.line(f"{made} = tuple({listed})")
        return made

    def _gather(self, rule: Texts, listed: str) -> None:
        for spot in rule.spots:
            said = self.text(spot)
            reading = said if rule.form.name == "text" else f"{self.const(rule.form.read)}({said})"
            self.line(f"if {said}: {listed}.append({reading})")

    def _group(self, rule: Group) -> str:
        optional = rule.empty is not UNSET
        certain = not rule.hollow and not (optional and rule.needs)
        if certain and rule.when is None and rule.scope is None:
            return self.record(rule.record)
        made = self.fresh("g")
        self.line(f"{made} = {self.const(rule.empty) if optional else 'None'}")
        conditions: list[str] = []
        item = ""
        if rule.when is not None:
            conditions.append(f"{self.first(rule.when)} is not None")
        if rule.scope is not None:
            item = self.first(rule.scope)
            conditions.append(f"{item} is not None")
        if not optional:
            for condition in conditions:
                self.line(f"if not ({condition}): raise Refused")
        with self.block(f"if {' and '.join(conditions)}:") if conditions else nullcontext():
            if rule.scope is not None:
                self.env[max(self.env) + 1] = (item, self.is_loop(rule.scope))
                self._sure.add(item)
            if optional and rule.needs is not None:
                needed = self._said(rule.needs)
                with self.block(f"if {needed}:"):
                    self._filled.add(needed)
                    self._built(rule, made)
                self._filled.discard(needed)
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
            around = nullcontext() if variant.within is None else self.each(variant.within)
            with around, self.each(variant.each):
                row = self.record(variant.record, made)
                self.line(f"{made}.append({row})")
        self.line(f"{made} = tuple({made})")
        if rule.above:
            above = self.const(rule.above)
            with self.block(f"for n in {made}:"):
                self.line(f"if not n.parent and n.level in {above}: raise Refused")
        return made


def _only_spot(rule: Rule) -> Spot | None:
    """Return the place a rule reads, if it reads one text of one place."""
    match rule:
        case Value(sums=False, ordinal="", sources=((spot,),)):
            return spot
        case _:
            return None
