"""Python source for one plan, made and executed once: it lowers a document to segments.

Only this module, `lowered_segments` and `lowered_source` write this code. As for lifting, what goes into the source is
our own: variables we number ourselves, numbers of elements, and names that were checked to be fields of our structs.
Tables, forms, codes, tags and defaults are reached by name through the namespace. No text of a document or of a map
becomes source.
"""

from collections.abc import Callable
from contextlib import nullcontext
from functools import lru_cache
from typing import Any, Literal, get_args, get_origin

from msgspec import UNSET
from msgspec.structs import fields

from tradelane.maps.forms import write_day
from tradelane.maps.lowered_cells import Cell, Unsupported
from tradelane.maps.lowered_segments import Env, SegmentWriter
from tradelane.maps.lowering import ranked
from tradelane.maps.plan import Constant, Group, Plan, Record, Rows, Spot, Texts, Value
from tradelane.maps.totals import total

CACHE_MAX = 1 << 12
DAY_LENGTH = 8


def generate_lowering(plan: Plan) -> Callable[[Any], tuple[tuple[str, ...], ...]] | None:
    """Return the function that lowers a document, raising Unsure at what it will not; None for a map beyond it."""
    try:
        source = write_lowering(plan)
    except Unsupported:
        return None
    # The module's docstring says why this is safe: nothing that anybody sends or configures is in the source.
    exec(compile("\n".join(source.lines), "<generated from a map>", "exec"), source.names)  # noqa: S102
    return source.names["lower"]


def write_lowering(plan: Plan) -> "_Body":
    """Return the source of a plan's lowering, and the names it will see; raises Unsupported."""
    body = _Body(plan)
    body.names["total"] = total
    body.line("def lower(document):")
    body.indent += 1
    body.line("out = []")
    root = body.layout.root
    body.declare(root)
    mark = body.open_fills()
    body.record(plan.record, "document", [root])
    body.close_fills(mark)
    for count in plan.counts:
        if not count.sums:
            said = body.fresh("t")
            body.line(f"{said} = str(total(document, {body.const(count.path)}, False))")
            body.place(count.spot, said, [root])
    body.assemble(root, "out")
    body.line("return tuple(out)")
    return body


class _Body(SegmentWriter):
    """The function that lowers one document."""

    def __init__(self, plan: Plan) -> None:
        super().__init__(plan)
        self._written_day = lru_cache(CACHE_MAX)(write_day)

    # --- rules -----------------------------------------------------------------------------------------------------

    def record(self, record: Record, owner: str, env: Env) -> None:
        """Write the writing of every field of *owner* that *record* has a rule for."""
        for rule in record.rules:
            match rule:
                case Value() if not rule.one_way:
                    self._value(rule, owner, env, record)
                case Texts():
                    self._texts(rule, self._attribute(owner, record, rule.name), env)
                case Group():
                    self._group(rule, self._attribute(owner, record, rule.name), env)
                case Rows():
                    self._rows(rule, self._attribute(owner, record, rule.name), env)
                case _:
                    pass

    def _attribute(self, owner: str, record: Record, name: str) -> str:
        if name not in record.shape.__struct_fields__:
            raise Unsupported(f"{record.shape.__name__} has no field {name!r}")
        return f"{owner}.{name}"

    def _value(self, rule: Value, owner: str, env: Env, record: Record) -> None:
        said = self.fresh("v")
        self.line(f"{said} = {self._attribute(owner, record, rule.name)}")
        with self.block(f"if {said}:" if _textual(record, rule.name) else f"if {said} is not None:"):
            raw = self._attribute(owner, record, rule.keep) if rule.keep else "''"
            texts = self._written(rule, record, owner, said, raw) if rule.fill is not None else []
            if rule.fill is not None and rule.form.write:
                self.fills.append((rule.fill, filled := self.fresh("f"), env))
                self.line(f"{filled} = {texts[0]}[0]" if rule.table else f"{filled} = {texts[0]}")
            if _unset(rule.empty):
                self._say(rule, texts or self._written(rule, record, owner, said, raw), env)
                return
            with self.block(f"if {self._worth_saying(rule, said, raw, env)}:"):
                self._say(rule, texts or self._written(rule, record, owner, said, raw), env)

    def _worth_saying(self, rule: Value, said: str, raw: str, env: Env) -> str:
        """Return the condition that a value must be written though it may go without saying (`lower._needless`)."""
        conditions = [f"{said} != {self.const(rule.empty)}"]
        spot = rule.sources[0][0]
        facts = self.plan.segments.get(spot.tag)
        if rule.keep:
            conditions.append(raw)
        if facts is not None and spot.element and spot.component < 2 and facts.required[spot.element - 1]:
            conditions.append("True" if spot.tag in self.plan.places.root.required else self.stands(spot, env))
        return " or ".join(one for one in conditions if one != "False")

    def _written(self, rule: Value, record: Record, owner: str, said: str, raw: str) -> list[str]:
        """Write the making of the texts; return their variables. With a table it is one: all codes that would do."""
        made = self.fresh("t")
        if rule.table is not None:
            peers = _peers(rule, record) if rule.shared else []
            values = "".join(f", {self._attribute(owner, record, peer.name)}" for peer in peers)
            self.line(f"{made} = {self.const(_coder(rule, peers))}({said}, {raw}{values})")
            unless = f" and {said} != {self.const(rule.empty)}" if _codeless(rule) else ""
            self.refuse_if(f"not {made}{unless}")
            return [made]
        if rule.form.parts > 1:
            parts = [f"{made}{n}" for n in range(rule.form.parts)]
            self.line(f"{', '.join(parts)} = {self.const(rule.form.write)}({said})")
            return parts
        self.line(f"{made} = {self._text(rule, said)}")
        return [made]

    def _text(self, rule: Value | Texts, said: str) -> str:
        if rule.form.name == "text" or rule.form.write is None:
            return said if isinstance(rule, Texts) or rule.form.name == "text" else f"str({said})"
        write = self._written_day if rule.form.write is write_day else rule.form.write
        return f"{self.const(write)}({said})"

    def _say(self, rule: Value, texts: list[str], env: Env) -> None:
        if rule.table is not None:
            with self.block(f"if {texts[0]}:") if _codeless(rule) else nullcontext():
                self._say_code(rule, texts[0], env)
        elif rule.form.parts > 1:
            self._say_parts(rule, texts, env)
        else:
            longest = DAY_LENGTH if rule.form.write is write_day else 0
            self._say_at_first(rule, texts[0], env, longest)

    def _say_at_first(self, rule: Value, text: str, env: Env, longest: int) -> None:
        """Write a text at the first of the rule's places that is free."""
        cases: list[tuple[str, Callable[[], None]]] = []
        for source in rule.sources:
            condition = self.free(source[0], text, env)
            if len(rule.sources) > 1:
                spot = source[0]
                limit = self.length(spot.tag, spot.pairs[0] + 1 if spot.qualifiers else spot.element)
                if limit and not 0 < longest <= limit:
                    condition = f"len({text}) <= {limit}" + ("" if condition == "True" else f" and {condition}")
            cases.append((condition, lambda spot=source[0]: self._placed(rule, [(spot, text)], env, longest)))
        self.choose(cases)

    def _say_code(self, rule: Value, codes: str, env: Env) -> None:
        """Write the first of *codes*, or where a code stands that is one of them, leave that."""
        spot, text = rule.sources[0][0], self.fresh("t")
        longest = max((len(code) for code in rule.table.meanings), default=0) if rule.table else 0
        if rule.keep or (rule.table is not None and isinstance(rule.table.other, str)):
            longest = 0
        self.line(f"{text} = {codes}[0]")
        if len(rule.sources) == 1 and not spot.qualifiers and not spot.component and len(spot.hops) == 1:
            there = self.layout.touch(spot, env).element(spot.element)
            if self.state.get(there) != "":
                self.line(f"if {there} and {there} in {codes}: {text} = {there}")
        elif self.free(spot, text, env) != self.reach(spot, env):
            # Another code, or another place, might do: that is the exact path's to try.
            self.refuse_if(f"len({codes}) > 1 and not ({self.free(spot, text, env)})")
        self._say_at_first(rule, text, env, longest)

    def _say_parts(self, rule: Value, texts: list[str], env: Env) -> None:
        source = rule.sources[0]
        if len(rule.sources) > 1 or len({spot.element for spot in source}) < len(source):
            raise Unsupported(f"{rule.label}: parts in several places")
        for text in texts[len(source) :]:
            self.refuse_if(text)
        for spot, text in zip(source, texts, strict=False):
            free = self.free(spot, text, env)
            self.refuse_if("False" if free == "True" else f"{text} and not ({free})")
        self._placed(rule, list(zip(source, texts, strict=False)), env, 0)

    def _placed(self, rule: Value, where: list[tuple[Spot, str]], env: Env, longest: int) -> None:
        (spot, text), *rest = where
        self.place(spot, text, env, longest)
        for spot, text in rest:
            with self.block(f"if {text}:"):
                self.place(spot, text, env)
        self._beside(rule, env)

    def _beside(self, rule: Value | Texts, env: Env) -> None:
        for spot, text in rule.beside:
            self.put_blank(self.enter(spot, env), spot.element, text)

    def _texts(self, rule: Texts, said: str, env: Env) -> None:
        size = len(rule.spots)
        if rule.each is None:
            listed = self.fresh("v")
            self.line(f"{listed} = {said}")
            with self.block(f"if {listed}:"):
                self.refuse_if(f"len({listed}) > {size}")
                self._place_all(rule, listed, "", env)
                self._beside(rule, env)
            return
        listed, start = self.fresh("v"), self.fresh("n")
        cell = self.layout.row(rule.each, env, rule)
        self.line(f"{listed} = {said}")
        with self.loop(f"for {start} in range(0, len({listed}), {size}):"):
            self._new(rule.each, env, cell)
            self._place_all(rule, listed, start, [*env, cell])
            self._beside(rule, [*env, cell])
            self.mark(cell, rule.each.hops[-1].filters)
            self._close_row(rule.each, env, cell)

    def _place_all(self, rule: Texts, listed: str, start: str, env: Env) -> None:
        for n, spot in enumerate(rule.spots):
            at = f"{start} + {n}" if start else str(n)
            with self.block(f"if len({listed}) > {at} and {listed}[{at}]:"):
                text = self.fresh("t")
                self.line(f"{text} = {self._text(rule, f'{listed}[{at}]')}")
                self.refuse_if(f"not {text}")
                self.place(spot, text, env)

    def _group(self, rule: Group, said: str, env: Env) -> None:
        made = self.fresh("g")
        self.line(f"{made} = {said}")
        conditions = [f"{made} is not None"]
        if rule.empty is not UNSET and rule.empty is not None:
            blank = rule.record.shape() if rule.scope is not None else rule.empty
            if blank == rule.empty:
                conditions.append(f"{made} != {self.const(blank)}")
        with self.block(f"if {' and '.join(conditions)}:"):
            if rule.when is not None:
                reached = self.reach(rule.when, env)
                self.refuse_if("False" if reached == "True" else f"not ({reached})")
            inside = env if rule.scope is None else [*env, self.enter(rule.scope, env)]
            self.record(rule.record, made, inside)

    # --- rows ------------------------------------------------------------------------------------------------------

    def _rows(self, rule: Rows, said: str, env: Env) -> None:
        row = self.fresh("r")
        stays = any(variant.each.hops[-1].slot == 0 for variant in rule.variants)
        if stays:
            self.refuse_if(f"len({said}) > 1")
        with self.loop(f"for {row} in {said}:"):
            cases: list[tuple[str, Callable[[], None]]] = []
            for variant in rule.variants:
                takes = self._takes(variant.record, row)
                cases.append((takes, lambda variant=variant: self._row(variant, row, env)))
            self.choose(cases)

    def _takes(self, record: Record, row: str) -> str:
        """Return the condition that a row is for this variant (`lower._takes`)."""
        conditions: list[str] = []
        for rule in record.rules:
            if isinstance(rule, Constant):
                conditions.append(f"{self._attribute(row, record, rule.name)} == {self.const(rule.value)}")
            if isinstance(rule, Value) and rule.table and not rule.one_way:
                said = self._attribute(row, record, rule.name)
                conditions.append(f"{self.const(_sayable(rule))}({said})")
        return " and ".join(conditions) or "True"

    def _row(self, variant: Any, row: str, env: Env) -> None:
        cell = self.layout.row(variant.each, env, variant)
        self._new(variant.each, env, cell)
        mark = self.open_fills()
        self.record(variant.record, row, [*env, cell])
        filters = variant.each.hops[-1].filters
        self.mark(cell, filters)
        for one in filters:
            variable = cell.element(one.element)
            self.refuse_if(
                f"{variable} {'not ' if one.sign == '=' else ''}in {self.const(one.values)}"
                if one.sign
                else f"not {variable}"
            )
        self.close_fills(mark)
        if variant.each.hops[-1].slot:
            self._close_row(variant.each, env, cell)

    def _new(self, each: Spot, env: Env, cell: Cell) -> None:
        """Write the start of a row: what it stands in must be there, and its variables are blank."""
        here = env[each.depth]
        for hop in each.hops[:-1]:
            above, here = here, self.layout.step(here, hop)
            if hop.slot:
                there = self.stands(Spot(each.text, 0, (hop,)), [above])
                self.refuse_if("False" if there == "True" else f"not ({there})")
            else:
                suits = self.suits(here, hop.filters)
                self.refuse_if("False" if suits == "True" else f"not ({suits})")
        if each.hops[-1].slot:
            beside = here.inside[each.tag]
            later = [c.there for c in beside[beside.index(cell) + 1 :] if self.state.get(c.there) is not False]
            adopter = cell.adopter.there if cell.adopter else ""
            self.refuse_if(" or ".join(one for one in later if one != adopter) or "False")
            self.declare(cell)

    def _close_row(self, each: Spot, env: Env, cell: Cell) -> None:
        """Write the row's segments out; or, if later rules will write on in this very row, put it aside for them."""
        adopter = cell.adopter
        if adopter is None:
            self.assemble(cell, cell.there)
            return
        with self.block(f"if not {adopter.there} and {self.agrees(cell, adopter.meant[0])}:"):
            inner = [one.there for below in cell.inside.values() for one in below]
            self.refuse_if(" or ".join(inner) or "False")
            self.line(f"{adopter.there} = True")
            self.line(f"{adopter.row_at} = len({cell.there})")
            for number in sorted(cell.elements):
                self.line(f"{adopter.element(number)} = {cell.element(number)}")
            for pairs in sorted(cell.pairs):
                self.line(f"{adopter.listed(pairs)} = {cell.listed(pairs)}")
        self.line("else:")
        self.indent += 1
        self.assemble(cell, cell.there)
        self.indent -= 1


def _textual(record: Record, name: str) -> bool:
    """Say whether a field holds texts only, so that what is false is what is not said."""
    kind = next(field.type for field in fields(record.shape) if field.name == name)
    return all(
        one is str
        or one is type(None)
        or (get_origin(one) is Literal and all(isinstance(w, str) for w in get_args(one)))
        for one in (get_args(kind) if get_origin(kind) not in (None, Literal) else (kind,))
    )


def _codeless(rule: Value) -> bool:
    """Say whether the word that goes without saying has no code of its own, so that not to write it is no loss."""
    plain = rule.fill is None and rule.table is not None and not _unset(rule.empty)
    return plain and rule.table is not None and rule.empty not in rule.table.meanings.values()


def _unset(empty: Any) -> bool:
    """Say whether a field with this default needs no comparing with it: to be absent is all there is to it."""
    return empty is UNSET or empty is None or empty == ""


def _peers(rule: Value, record: Record) -> list[Value]:
    """Return the rules that read the same code, this one among them."""
    return [
        one
        for one in record.rules
        if isinstance(one, Value) and one.table and one.sources and one.sources[0] == rule.sources[0]
    ]


def _coder(rule: Value, peers: list[Value]) -> Callable[..., tuple[str, ...]]:
    """Return the function that says which codes will do for a word, the best first; remembered, for it is pure."""
    table = rule.table
    if table is None or "" in table.meanings:
        raise Unsupported(f"{rule.label}: an empty code")
    tables = [peer.table for peer in peers]

    @lru_cache(CACHE_MAX)
    def codes(word: Any, raw: str, *others: Any) -> tuple[str, ...]:
        return tuple(ranked(table, word, raw, list(zip(tables, others, strict=True))))

    return codes


def _sayable(rule: Value) -> Callable[[Any], bool]:
    """Return the function that says whether a word has a code, or need not be said."""

    @lru_cache(CACHE_MAX)
    def sayable(word: Any) -> bool:
        return word is None or word == "" or word == rule.empty or bool(rule.table and rule.table.codes(word))

    return sayable
