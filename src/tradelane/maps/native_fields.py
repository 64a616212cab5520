"""The fields of a plan as words for the compiled core: which text is said where, and how it is written as JSON.

What a plan says that is not known here is never passed over: the whole map is then left to the other paths.
"""

from typing import Any

import msgspec
from msgspec import NODEFAULT, UNSET
from msgspec.structs import FieldInfo, fields

from tradelane.maps.codes import Table
from tradelane.maps.forms import Form
from tradelane.maps.known_forms import FORMS
from tradelane.maps.native_words import Program, Unsupported
from tradelane.maps.path import Filter
from tradelane.maps.plan import Constant, Count, Group, Hop, Record, Rows, Rule, Spot, Texts, Value

DEPTH_MAX, COUNTS_MAX = 12, 8
"""As in compiled/lift.h."""

_CONSTANT, _VALUE, _KEPT, _TEXTS, _GROUP, _ROWS, _SUM = range(7)
_REFUSED, _WRITTEN, _NUMBERED = range(3)
_NO_OTHER, _ONE_WORD, _AROUND = range(3)
_FORMS = {
    "text": 0,
    "code2": 0,
    "code3": 0,
    "code9": 0,
    "number": 1,
    "signed": 2,
    "cents": 3,
    "integer": 4,
    "day": 5,
    "clock": 6,
    "moment": 7,
    "gtin": 8,
    "upc": 8,
    "sscc": 9,
    "plain_sscc": 9,
    "decimal": 10,
    "signed_decimal": 11,
    "dated_day": 12,
    "dated_moment": 13,
    "iso_day": 14,
    "iso_moment": 15,
    "iso_day_clock": 16,
    "xml_number": 17,
    "xml_signed": 18,
}
_AMOUNTS = ("number", "signed", "cents", "decimal", "signed_decimal", "xml_number", "xml_signed")
_OF_PARTS = ("moment", "dated_day", "dated_moment", "iso_day_clock")
_SIGNS = {"": 0, "=": 1, "!=": 2}
_NO_INTEGER = -1


class FieldWriter:
    """Writes records into a program, and knows which of their fields the control totals count."""

    def __init__(self, program: Program, counts: tuple[Count, ...]) -> None:
        self._program = program
        self._counts = {count.path: (number, count.sums) for number, count in enumerate(counts, 1)}
        if len(self._counts) != len(counts) or len(counts) > COUNTS_MAX:
            raise Unsupported("control totals")

    def record(self, record: Record, path: tuple[str, ...] = (), depth: int = 0, *, is_row: bool = False) -> int:
        """Return the place of a record: the text it opens with, then its fields in the order of the struct.

        *path* leads to it in the document; *depth* is how many loops its rules are inside of.
        """
        only(record, "shape", "rules")
        if depth >= DEPTH_MAX - 1:
            raise Unsupported("rows in rows too deep")
        config = record.shape.__struct_config__
        if config.array_like:
            raise Unsupported("a struct that is written as an array")
        opening = "{"
        if config.tag is not None:
            opening += f"{_json(config.tag_field)}:{_json(config.tag)}"
        made: dict[str, int] = {}
        known = {field.name: _Field(record.shape, field) for field in fields(record.shape)}
        for rule in record.rules:
            for name, place in self._rule(rule, known, (*path, rule.name), depth, is_row):
                if made.setdefault(name, place) != place:
                    raise Unsupported("two rules for one field")
        for name, field in known.items():
            if name not in made and (said := field.member(field.default)):
                made[name] = self._program.block(_CONSTANT, *self._program.text(said))
        ordered = [made[name] for name in known if name in made]
        return self._program.block(*self._program.text(opening), len(ordered), *ordered)

    def spot(self, spot: Spot | None) -> int:
        """Return the place of a spot; 0 for none."""
        if spot is None:
            return 0
        only(spot, "text", "depth", "hops", "element", "component", "pairs", "qualifiers", "composite")
        pairs = self._program.listed(spot.pairs) if spot.qualifiers else 0
        qualifiers = self._program.texts(spot.qualifiers) if spot.qualifiers else 0
        hops = [word for hop in spot.hops for word in self._hop(hop)]
        composite = int(spot.composite)
        return self._program.block(
            spot.depth, spot.element, spot.component, pairs, qualifiers, composite, len(spot.hops), *hops
        )

    def _hop(self, hop: Hop) -> list[int]:
        only(hop, "tag", "slot", "opens", "filters")
        words: list[int] = []
        for wanted in hop.filters:
            only(wanted, "element", "component", "sign", "values")
            words += [wanted.element, wanted.component, sign(wanted), self._program.texts(wanted.values)]
        return [hop.slot, 3 + len(words), len(hop.filters), *words]

    # --- rules -----------------------------------------------------------------------------------------------------

    def _rule(
        self, rule: Rule, known: dict[str, "_Field"], path: tuple[str, ...], depth: int, is_row: bool
    ) -> list[tuple[str, int]]:
        field = known[rule.name]
        match rule:
            case Value() if rule.sums:
                return [(rule.name, self._sum(rule, field))]
            case Value():
                made = [(rule.name, self._value(rule, field, path, is_row))]
                if rule.keep and rule.table is not None:
                    made.append((rule.keep, self._kept(rule, rule.table, known[rule.keep])))
                return made
            case Constant():
                only(rule, "name", "value")
                return [(rule.name, self._program.block(_CONSTANT, *self._program.text(field.member(rule.value))))]
            case Texts():
                return [(rule.name, self._texts(rule, field))]
            case Group():
                return [(rule.name, self._group(rule, field, path, depth))]
            case Rows():
                return [(rule.name, self._rows(rule, field, path, depth))]
            case _:
                raise Unsupported(f"a rule of kind {type(rule).__name__}")

    def _value(self, rule: Value, field: "_Field", path: tuple[str, ...], is_row: bool) -> int:
        only(
            rule, "name", "label", "sources", "form", "table", "keep", "shared", "empty", "required", "ordinal",
            "one_way", "fill", "beside", "spare", "assumed",
        )  # fmt: skip
        form = _form(rule.form)
        if isinstance(field.default, str) and field.default and (rule.table is None or _around(rule.table)):
            raise Unsupported("a text that may be its field's default by chance")
        absent, empty = _WRITTEN, b""
        if rule.ordinal == "quiet":
            absent = _NUMBERED
            if not is_row or rule.table is not None or rule.form.name != "text":
                raise Unsupported("a number of a row that is not in a row")
        elif rule.ordinal or rule.required or rule.empty is UNSET:
            absent = _REFUSED
        else:
            empty = field.member(rule.empty)
        return self._program.block(
            _VALUE,
            *self._program.text(field.key),
            self._sources(rule),
            form,
            0 if rule.table is None else self._table(rule.table, field),
            absent,
            *self._program.text(empty),
            _default_integer(rule, field),
            self._total(rule, path),
            self._parts(rule),
        )

    def _sources(self, rule: Value) -> int:
        if rule.form.parts > 1 and (rule.form.name not in _OF_PARTS or rule.table is not None):
            raise Unsupported("a value of several parts")
        return self._program.listed([self.spot(source[0]) for source in rule.sources])

    def _parts(self, rule: Value) -> int:
        """Return the place of what goes with each source, where there is any: the spots of its time and its zone, or of
        the code of its format.
        """
        if rule.form.parts == 1:
            return 0
        parts = [(*map(self.spot, source[1:]), 0, 0)[:2] for source in rule.sources]
        return self._program.listed((spot for pair in parts for spot in pair), width=2)

    def _total(self, rule: Value, path: tuple[str, ...]) -> int:
        number, sums = self._counts.pop(path, (0, True))
        if number and (not sums or rule.table is not None or rule.form.name not in _AMOUNTS or rule.empty):
            raise Unsupported("a control total of what is no amount")
        return number

    def _kept(self, rule: Value, table: Table, field: "_Field") -> int:
        if field.default != "":
            raise Unsupported("a code kept in a field that is never empty")
        return self._program.block(
            _KEPT, *self._program.text(field.key), self._sources(rule), self._table(table, field)
        )

    def _table(self, table: Table, field: "_Field") -> int:
        only(table, "name", "meanings", "other", "peers")
        other, word, after, is_open = _NO_OTHER, b"", b"", 0
        if _around(table):
            before, _, behind = str(table.other).partition("{}")
            other, word, after = _AROUND, _json(before)[:-1].encode(), _json(behind)[1:].encode()
        elif table.other is not None:
            other, word, is_open = _ONE_WORD, field.word(table.other), 1
        rows: list[int] = []
        for code in sorted(filter(None, table.meanings), key=lambda code: (len(code.encode()), code.encode())):
            word_at = self._program.text(field.word(table.meanings[code]))
            rows += [*self._program.text(code), *word_at, int(table.raw(code) != "")]
        return self._program.block(
            other, *self._program.text(word), *self._program.text(after), is_open, len(rows) // 5, *rows
        )

    def _texts(self, rule: Texts, field: "_Field") -> int:
        only(rule, "name", "label", "spots", "each", "form", "beside")
        return self._program.block(
            _TEXTS,
            *self._program.text(field.key),
            self.spot(rule.each),
            self._program.listed([self.spot(spot) for spot in rule.spots]),
            _form(rule.form, one_part=True),
            *self._program.text(field.member(())),
        )

    def _group(self, rule: Group, field: "_Field", path: tuple[str, ...], depth: int) -> int:
        only(rule, "name", "label", "record", "scope", "others", "when", "needs", "hollow", "empty", "instead")
        optional = rule.empty is not UNSET
        if rule.hollow and not _shows_what_it_holds(rule.record):
            raise Unsupported("a struct that may be empty without looking so")
        return self._program.block(
            _GROUP,
            *self._program.text(field.key),
            self.spot(rule.when),
            self._program.listed(map(self.spot, (rule.scope, *rule.others))) if rule.scope is not None else 0,
            self._sources(rule.needs) if optional and rule.needs is not None else 0,
            int(rule.hollow),
            _WRITTEN if optional else _REFUSED,
            *self._program.text(field.member(rule.empty) if optional else b""),
            self.record(rule.record, path, depth + (rule.scope is not None)),
        )

    def _rows(self, rule: Rows, field: "_Field", path: tuple[str, ...], depth: int) -> int:
        only(rule, "name", "label", "variants", "required", "above")
        number, sums = self._counts.pop(path, (0, False))
        if number and sums:
            raise Unsupported("a sum of rows")
        if len(rule.variants) > 1 and any(count[: len(path)] == path for count in self._counts):
            raise Unsupported("a control total over rows of several kinds")
        words: list[int] = []
        for variant in rule.variants:
            only(variant, "each", "record", "within", "numbered", "under")
            tree = self._tree(variant.record, rule.above) if rule.above else 0
            words += [self.spot(variant.within), self.spot(variant.each)]
            below = depth + 1 + (variant.within is not None)
            words += [self.record(variant.record, path, below, is_row=True), tree]
        empty = self._program.text(field.member(()))
        variants = self._program.listed(words, width=4)
        return self._program.block(_ROWS, *self._program.text(field.key), variants, *empty, number)

    def _tree(self, record: Record, above: dict[str, tuple[str, ...]]) -> int:
        values = {rule.name: rule for rule in record.rules if isinstance(rule, Value)}
        parent, level = values.get("parent"), values.get("level")
        if parent is None or level is None or level.table is None or parent.form.name != "text" or parent.empty:
            raise Unsupported("a tree that is not hung by texts")
        if level.table.other in above or (isinstance(level.empty, str) and level.empty in above):
            raise Unsupported("a tree whose levels may go without saying")
        codes = self._program.texts(code for code, word in level.table.meanings.items() if word in above)
        return self._program.block(self._sources(parent), self._sources(level), codes)

    def _sum(self, rule: Value, field: "_Field") -> int:
        spot = rule.sources[0][0]
        plain = not (spot.qualifiers or rule.table or rule.ordinal or rule.empty is UNSET)
        if not plain or rule.form.name not in _AMOUNTS:
            raise Unsupported("a sum of what is no amount")
        return self._program.block(
            _SUM,
            *self._program.text(field.key),
            self.spot(spot),
            spot.element,
            spot.component,
            _form(rule.form),
            *self._program.text(field.member(rule.empty)),
        )

    def check_totals(self) -> None:
        """Refuse a plan of whose control totals one was never met among the fields."""
        if self._counts:
            raise Unsupported("a control total of nothing that is written")


class _Field:
    """A field of a struct as it stands in canonical JSON, which leaves out what is the very default of its field."""

    def __init__(self, shape: type[Any], field: FieldInfo) -> None:
        if field.default_factory is not NODEFAULT:
            raise Unsupported("a default that is made anew")
        self.default = field.default
        self.key = f",{_json(field.encode_name)}:".encode()
        self._leaves_out = shape.__struct_config__.omit_defaults

    def word(self, value: Any) -> bytes:
        """Return *value* as JSON, or nothing where it is left out."""
        if value is NODEFAULT or (self._leaves_out and value is self.default):
            return b""
        return msgspec.json.encode(value)

    def member(self, value: Any) -> bytes:
        """Return the member that says *value*, or nothing where it is left out."""
        word = self.word(value)
        return self.key + word if word else b""


def only(rule: Any, *known: str) -> None:
    """Refuse what says more than is known here."""
    for field in fields(rule):
        if field.name not in known and getattr(rule, field.name) != field.default:
            raise Unsupported(f"{type(rule).__name__}.{field.name}")


def _form(form: Form, *, one_part: bool = False) -> int:
    if FORMS.get(form.name) is not form or form.name not in _FORMS or (one_part and form.parts > 1):
        raise Unsupported(f"the form {form.name}")
    return _FORMS[form.name]


def sign(wanted: Filter) -> int:
    """Return the number of a filter's sign."""
    if wanted.sign not in _SIGNS:
        raise Unsupported(f"the sign {wanted.sign}")
    return _SIGNS[wanted.sign]


def _around(table: Table) -> bool:
    return isinstance(table.other, str) and "{}" in table.other


def _default_integer(rule: Value, field: _Field) -> int:
    if rule.form.name != "integer" or not isinstance(field.default, int):
        return _NO_INTEGER
    # Python keeps one object for each small number, so a number read is the very default.
    if not 0 <= field.default <= 256:
        raise Unsupported("a large number as default")
    return field.default if field.word(field.default) == b"" else _NO_INTEGER


def _shows_what_it_holds(record: Record) -> bool:
    """Say whether such a struct, holding anything, is written with something in it."""
    if record.shape.__struct_config__.tag is not None or not record.shape.__struct_config__.omit_defaults:
        return False
    for rule in record.rules:
        match rule:
            case Value(sums=False) if rule.empty in ("", None) and not rule.ordinal:
                pass
            case Texts() | Rows():
                pass
            case Group() if rule.empty is None:
                pass
            case _:
                return False
    return True


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()
