"""Reading the rules of a map: TOML tables beside the fields of our documents, into the rules of a plan.

Types decide the form.
"""

from collections.abc import Callable, Iterable
from datetime import date, time
from decimal import Decimal
from difflib import get_close_matches
from types import UnionType
from typing import Any, Union, get_args, get_origin

import msgspec
from msgspec import UNSET, Struct
from msgspec.structs import FieldInfo, fields

from tradelane.maps.codes import Table
from tradelane.maps.forms import Form
from tradelane.maps.known_forms import FORMS
from tradelane.maps.path import BadPath
from tradelane.maps.plan import Constant, Group, Record, Rows, Rule, Spot, Texts, Value, Variant
from tradelane.maps.spots import BadPlace, Scope, Spots
from tradelane.model.moment import Moment

_VALUE_KEYS = {
    "from",
    "form",
    "codes",
    "keep",
    "default",
    "required",
    "ordinal",
    "one_way",
    "with",
    "fill",
    "const",
    "each",
    "sum",
    "spare",
    "assume",
}
_INSTEAD = {"ordinal", "assume"}
"""What a field may be that is not said although it is needed."""

_GROUP_KEYS = {"shape", "in", "when", "pairs", "each", "default", "tree", "within", "numbered", "under", "required"}
FORM_KINDS: dict[Any, str] = {
    str: "text",
    Decimal: "number",
    int: "integer",
    date: "day",
    time: "clock",
    Moment: "moment",
}
"""What a map calls the types of plain fields, where it says how each is written unless a rule says otherwise."""

FORM_OF = {kind: kind for kind in FORM_KINDS.values()}


class Fault(Struct, frozen=True):
    """Something wrong with a map, before it is a finding."""

    code: str
    label: str
    says: str
    fix: str


class RuleReader:
    """Reads the tables of one map, keeping all faults."""

    def __init__(self, codes: dict[str, Any], shapes: dict[str, Any], spots: Spots, forms: dict[str, str]) -> None:
        self.codes, self.shapes, self.spots = codes, shapes, spots
        self.forms = {**FORM_OF, **forms}
        self.faults: list[Fault] = []

    # --- structs ---------------------------------------------------------------------------------------------------

    def record(self, shape: type[Any], table: dict[str, Any], scope: Scope, label: str) -> Record:
        """Return the rules for the fields of *shape* that *table* states."""
        known = {field.name: field for field in fields(shape)}
        kept = {rule["keep"] for rule in table.values() if isinstance(rule, dict) and "keep" in rule}
        rules: list[Rule] = []
        for name, said in table.items():
            if name in _GROUP_KEYS and name not in known:
                continue
            if said is False:
                continue  # A rule of the map this one extends, that this one does without.
            if name not in known:
                self._fault("map.unknown-field", _join(label, name), f"{shape.__name__} has no field {name!r}.", known)
            else:
                rules += self._rule(known[name], said, scope, _join(label, name))
        stated = {rule.name for rule in rules} | kept
        for field in known.values():
            if field.required and field.name not in stated:
                self._fault(
                    "map.missing-field", _join(label, field.name), f"{shape.__name__} needs {field.name!r}.", ()
                )
        return Record(shape=shape, rules=tuple(_introduced(rule, rules) for rule in rules))

    def _rule(self, field: FieldInfo, said: Any, scope: Scope, label: str) -> list[Rule]:
        inner = _without_none(field.type)
        many = get_origin(inner) is tuple
        item = get_args(inner)[0] if many else inner
        if many and item is str:
            return _some(self._texts(field, said, scope, label))
        if many:
            return _some(self._rows(field, item, said, scope, label))
        if isinstance(item, type) and issubclass(item, Struct) and item is not Moment:
            return _some(self._group(field, item, said, scope, label))
        if isinstance(said, dict) and "const" in said:
            return [Constant(name=field.name, value=self._converted(said["const"], field.type, label))]
        return _some(self._value(field, inner, said, scope, label))

    def _group(self, field: FieldInfo, shape: type[Any], said: Any, scope: Scope, label: str) -> Rule | None:
        if not isinstance(said, dict):
            return self._fault("map.not-a-table", label, f"{field.name!r} is made of fields: write a table.", ())
        table = self._shaped(said, label)
        named = said.get("in", [])
        places = [self.spot(one, scope, label) for one in ([named] if isinstance(named, str) else named)]
        where = places[0] if places else None
        when = self.spot(said["when"], scope, label) if "when" in said else None
        inside = scope if where is None else self.spots.entered(where, scope)
        if "pairs" in said:
            inside = self._with_pairs(inside, said["pairs"], label)
        record = self.record(shape, table, inside, label)
        empty: Any = UNSET if field.required or said.get("required") else _default(field)
        instead: Any = UNSET
        if said.get("default") == "empty":
            empty = shape()
        elif "default" in said:
            instead = self._converted(said["default"], shape, f"{label}.default")
        needs = next((rule for rule in record.rules if isinstance(rule, Value) and rule.required), None)
        hollow = empty is None and needs is None and (where is None or self.spots.hollow)
        return Group(
            name=field.name,
            label=label,
            record=record,
            scope=where,
            others=tuple(one for one in places[1:] if one is not None),
            when=when,
            needs=needs,
            hollow=hollow,
            empty=empty,
            instead=instead,
        )

    def _rows(self, field: FieldInfo, shape: type[Any], said: Any, scope: Scope, label: str) -> Rule | None:
        variants: list[Variant] = []
        above: dict[str, tuple[str, ...]] = {}
        for one in said if isinstance(said, list) else [said]:
            table = self._shaped(one, label)
            within = self.spot(table["within"], scope, f"{label}.within") if "within" in table else None
            around = scope if within is None else self.spots.entered(within, scope)
            each = self.spot(table.get("each", ""), around, f"{label}.each")
            if each is None:
                continue
            inside = self.spots.entered(each, around)
            numbered = self.spot(table["numbered"], inside, f"{label}.numbered") if "numbered" in table else None
            if "pairs" in table:
                inside = self._with_pairs(inside, table["pairs"], label)
            record = self.record(shape, table, inside, label)
            under = _under(table.get("under", ""), record)
            variants.append(Variant(each=each, record=record, within=within, numbered=numbered, under=under))
            above = {level: tuple(levels) for level, levels in table.get("tree", {}).items()}
        return Rows(name=field.name, label=label, variants=tuple(variants), required=field.required, above=above)

    def _shaped(self, said: dict[str, Any], label: str) -> dict[str, Any]:
        name = said.get("shape")
        if name is None:
            return said
        if name not in self.shapes:
            self._fault("map.unknown-shape", label, f"there is no shape {name!r}.", self.shapes)
            return said
        return {**self.shapes[name], **said}

    # --- plain fields ----------------------------------------------------------------------------------------------

    def _value(self, field: FieldInfo, kind: Any, said: Any, scope: Scope, label: str) -> Rule | None:
        table: dict[str, Any] = said if isinstance(said, dict) else {"from": said}
        self._check_keys(table, label)
        form = self._form(kind, table, label)
        paths = table.get("from", [])
        paths = [paths] if isinstance(paths, str) else paths
        # A form of several parts takes all the paths together; else, or where they are lists, they are alternatives.
        together = form.parts > 1 and not form.follows and not any(isinstance(path, list) for path in paths)
        sources = tuple(
            tuple(spot for path in one if (spot := self.spot(path, scope, label)) is not None)
            for one in ([paths] if together else [path if isinstance(path, list) else [path] for path in paths])
        )
        sources = tuple(_followed(source) if form.follows else source for source in sources if source)
        default = self._converted(table["default"], field.type, label) if "default" in table else UNSET
        assumed = self._converted(table["assume"], field.type, label) if "assume" in table else UNSET
        must = field.required or assumed is not UNSET
        empty = default if default is not UNSET else (UNSET if must else _default(field))
        return Value(
            name=field.name,
            label=label,
            sources=sources,
            form=form,
            table=self._table(table["codes"], kind, label, empty) if "codes" in table else None,
            keep=table.get("keep", ""),
            empty=empty,
            required=table.get("required", field.required and default is UNSET and table.keys().isdisjoint(_INSTEAD)),
            ordinal=table.get("ordinal", ""),
            one_way=table.get("one_way", False),
            sums=table.get("sum", False),
            fill=self.spot(table["fill"], scope, label) if "fill" in table else None,
            beside=self._beside(table, scope, label),
            spare=table.get("spare", False),
            assumed=assumed,
        )

    def _texts(self, field: FieldInfo, said: Any, scope: Scope, label: str) -> Rule | None:
        table: dict[str, Any] = said if isinstance(said, dict) else {"from": said}
        each = self.spot(table["each"], scope, label) if "each" in table else None
        inside = scope if each is None else self.spots.entered(each, scope)
        paths = table.get("from", [])
        spots: list[Spot] = []
        for path in [paths] if isinstance(paths, str) else paths:
            spots += self._spread(path, inside, label)
        form = self._form(str, table, label)
        return Texts(
            name=field.name,
            label=label,
            spots=tuple(spots),
            each=each,
            form=form,
            beside=self._beside(table, inside, label),
        )

    def _beside(self, table: dict[str, Any], scope: Scope, label: str) -> tuple[tuple[Spot, str], ...]:
        pairs = ((self.spot(path, scope, f"{label}.with"), text) for path, text in table.get("with", {}).items())
        return tuple((spot, text) for spot, text in pairs if spot is not None)

    def _form(self, kind: Any, table: dict[str, Any], label: str) -> Form:
        name = table.get("form") or self.forms.get(FORM_KINDS.get(kind, ""), "text")
        if name not in FORMS:
            self._fault("map.unknown-form", label, f"there is no form {name!r}.", FORMS)
            return FORMS["text"]
        if "codes" not in table and kind not in FORM_KINDS:
            self._fault("map.codes-missing", label, "this field takes only words of ours: give `codes`.", ())
        return FORMS[name]

    def _table(self, named: Any, kind: Any, label: str, empty: Any) -> Table:
        name = named if isinstance(named, str) else label
        rows = self.codes.get(named) if isinstance(named, str) else named
        if rows is None:
            self._fault("map.unknown-table", label, f"there is no table [codes.{named}].", self.codes)
            return Table(name, {})
        words = {code: self._converted(word, kind, f"codes.{name}.{code}") for code, word in rows.items()}
        # JSON leaves out a field's default, which msgspec knows by identity: so a word equal to it becomes it.
        words = {code: empty if word == empty else word for code, word in words.items()}
        other = words.pop("other", None)
        return Table(name, words, other)

    def _converted(self, word: Any, kind: Any, label: str) -> Any:
        try:
            return msgspec.convert(word, kind)
        except msgspec.ValidationError as wrong:
            self._fault("map.bad-word", label, f"{word!r} will not do: {wrong}.", ())
            return word

    def _check_keys(self, table: dict[str, Any], label: str) -> None:
        for key in table.keys() - _VALUE_KEYS:
            self._fault("map.unknown-key", label, f"a rule has no key {key!r}.", _VALUE_KEYS)

    # --- places ----------------------------------------------------------------------------------------------------

    def spot(self, text: Any, scope: Scope, label: str) -> Spot | None:
        """Return the place that *text* says, seen from *scope*; None, and a fault, when there is no such place."""
        return next(iter(self._placed(self.spots.spots, text, scope, label)), None)

    def _spread(self, text: Any, scope: Scope, label: str) -> list[Spot]:
        return self._placed(self.spots.spread, text, scope, label)

    def _placed(self, find: Callable[[str, Scope], list[Spot]], text: Any, scope: Scope, label: str) -> list[Spot]:
        try:
            return find(text, scope)
        except BadPlace as wrong:
            self._fault(wrong.code, label, wrong.says, ())
        except (BadPath, AttributeError, TypeError):
            self._fault("map.bad-path", label, f"{text!r} is no path.", ())
        return []

    def _with_pairs(self, scope: Scope, text: Any, label: str) -> Scope:
        try:
            return self.spots.paired(scope, text)
        except (BadPath, AttributeError, TypeError):
            self._fault("map.bad-path", label, f"{text!r} is no path.", ())
            return scope

    def _fault(self, code: str, label: str, says: str, known: Iterable[str]) -> None:
        wanted = label.rsplit(".", 1)[-1]
        near = get_close_matches(wanted, list(known), 1)
        fix = f"Did you mean {near[0]!r}?" if near else self.spots.advice
        self.faults.append(Fault(code, label, says, fix))


def _followed(source: tuple[Spot, ...]) -> tuple[Spot, ...]:
    """Return a place with the one right behind it."""
    first = source[0]
    return (first, msgspec.structs.replace(first, component=first.component + 1)) if len(source) == 1 else source


def _under(name: str, record: Record) -> tuple[str, Spot] | None:
    """Return the field by which a row finds the loop it belongs in, and where that loop says it."""
    found = (rule.sources[0][0] for rule in record.rules if isinstance(rule, Value) and rule.name == name)
    return next(((name, spot) for spot in found), None)


def _introduced(rule: Rule, rules: list[Rule]) -> Rule:
    """Tell a table of the other tables that read the same code."""
    if not isinstance(rule, Value) or rule.table is None:
        return rule
    others = (r for r in rules if isinstance(r, Value) and r is not rule and r.sources == rule.sources)
    peers = tuple(r.table for r in others if r.table is not None)
    if not peers:
        return rule
    return msgspec.structs.replace(rule, table=msgspec.structs.replace(rule.table, peers=peers), shared=True)


def _without_none(kind: Any) -> Any:
    if get_origin(kind) in (Union, UnionType):
        rest = [arg for arg in get_args(kind) if arg is not type(None)]
        return rest[0] if len(rest) == 1 else kind
    return kind


def _default(field: FieldInfo) -> Any:
    if field.default is not msgspec.NODEFAULT or field.default_factory is msgspec.NODEFAULT:
        return field.default
    return field.default_factory()


def _some(rule: Any) -> list[Any]:
    return [] if rule is None else [rule]


def _join(label: str, name: str) -> str:
    return f"{label}.{name}" if label else name
