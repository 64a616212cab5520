"""A valid document made from nothing but a map; the same seed gives the same sample. Pure."""

from collections.abc import Iterator, Sequence
from types import UnionType
from typing import Any, Union, get_args, get_origin

import msgspec
from msgspec import Struct
from msgspec.structs import fields

from tradelane.formats.idoc.layouts import LAYOUTS
from tradelane.library.opened import Envelope
from tradelane.library.reading import lift, read
from tradelane.library.sample_values import PLACES, Chance, gtin, plain, text
from tradelane.library.shelf import Shelf
from tradelane.library.writing import file_of, lower
from tradelane.maps import Map
from tradelane.maps.plan import Constant, Group, Record, Rows, Rule, Spot, Texts, Value
from tradelane.model import registry
from tradelane.model.document import Document
from tradelane.model.finding import Finding, Unreadable
from tradelane.model.party import Address, Identifier

ATTEMPTS_MAX = 24
PRUNINGS_MAX = 40
ROWS_MAX = 2
LEFT_OUT = "lower.left-out"
IDOC = "idoc"
ORDINARY = 0.7
"""How often a code is the first of its table, which is the usual one."""
LEVELS = ("shipment", "order", "tare", "pack", "item")
LEVEL_FIELDS = {
    "shipment": (),
    "order": ("order_number", "release", "ordered_on"),
    "tare": ("sscc", "package_type"),
    "pack": ("sscc", "package_type"),
    "item": ("line", "item", "quantity", "description", "lot"),
}
"""What is said at each level of a shipment; everywhere else it would be odd."""


class Sample(Struct, frozen=True, kw_only=True):
    """A document and the file that says it."""

    document: Document
    body: bytes


def sample(map: Map, chance: Chance, envelope: Envelope) -> Sample:
    """Return a document that *map* reads without any remark; raises `Unreadable` when none can be made."""
    wrong: Sequence[Finding] = ()
    for attempt in range(ATTEMPTS_MAX):
        # First with everything that can be said, then with less: some things cannot be said beside each other.
        draft = _Draft(map, chance, richness=1 - attempt / (ATTEMPTS_MAX - 1))
        made = draft.document()
        if made is None:
            continue
        found = _settled(map, made, envelope)
        if isinstance(found, Sample):
            return found
        wrong = wrong or found
    says = f"No sample can be made from {map.name}."
    fix = "Put a real file beside the map instead: tradelane maps test."
    raise Unreadable(Finding(code="sample.impossible", says=says, fix=fix), *wrong)


def _settled(map: Map, document: Document, envelope: Envelope) -> Sample | Sequence[Finding]:
    """Write *document*, leave out what has no place, read it again; return the sample or what stood in its way."""
    for _ in range(PRUNINGS_MAX):
        built = lower(document, map)
        if not built.findings:
            break
        pruned = _without(document, built.findings)
        if pruned is None:
            return built.findings
        document = pruned
    try:
        body = file_of([lower(document, map)], [map], envelope)
    except Unreadable as unreadable:
        return unreadable.findings
    again = read(body, shelf=Shelf(own=(map,)))
    remarked = tuple(finding for finding in again.findings if finding.severity != "note")
    if remarked or len(again.documents) != 1:
        return remarked
    said = again.documents[0]
    built = lower(said, map)
    if built.findings or lift(again.messages[0].message, map).document != said:
        return built.findings
    body = file_of([built], [map], envelope)
    if read(body, shelf=Shelf(own=(map,))).documents != (said,):
        return (Finding(code="sample.not-written-back", says="It does not come back the same.", fix="Say less in it."),)
    return Sample(document=said, body=body)


def _without(document: Document, findings: Sequence[Finding]) -> Document | None:
    """Return *document* without what has no place in the message; None when it can do without none of it."""
    paths = {finding.where.path.removeprefix("$.") for finding in findings if finding.code == LEFT_OUT}
    pruned = document
    # From the end, so that the numbers of what comes before stay what they are.
    for path in sorted(paths, reverse=True):
        tree: Any = msgspec.json.decode(msgspec.json.encode(pruned))
        _remove(tree, path)
        try:
            pruned = registry.read_document(msgspec.json.encode(tree))
        except msgspec.ValidationError:
            continue
    return pruned if pruned != document else None


def _remove(tree: Any, path: str) -> None:
    steps = path.replace("]", "").replace("[", ".").split(".")
    for step in steps[:-1]:
        tree = _below(tree, step)
    if isinstance(tree, dict):
        tree.pop(steps[-1], None)
    elif isinstance(tree, list) and steps[-1].isdigit() and int(steps[-1]) < len(tree):
        del tree[int(steps[-1])]


def _below(tree: Any, step: str) -> Any:
    if isinstance(tree, list):
        return tree[int(step)] if step.isdigit() and int(step) < len(tree) else None
    return tree.get(step) if isinstance(tree, dict) else None


class _Draft:
    """One attempt at a document: of what may be left out, so much (``richness``, 0 to 1) is said."""

    def __init__(self, map: Map, chance: Chance, richness: float) -> None:
        self.map, self.chance, self.richness = map, chance, richness

    def document(self) -> Document | None:
        """Return the document; None when something it must say cannot be made up."""
        return self._record(self.map.plan.record)

    def _record(self, record: Record, only: Sequence[str] = (), place: int = 0) -> Any:
        kinds = {field.name: _without_none(field.type) for field in fields(record.shape)}
        needed = {field.name for field in fields(record.shape) if field.required}
        given: dict[str, Any] = {}
        for rule in record.rules:
            must = rule.name in needed or (isinstance(rule, Value) and rule.required)
            wanted = must or (self._say() and (not only or rule.name in only))
            if rule.name in given or not wanted:
                continue
            value = self._rule(rule, kinds[rule.name], place)
            if value is not None:
                given[rule.name] = value
        if record.shape is Identifier:
            given["value"] = self._identifier(str(given.get("scheme", "")))
        if record.shape is Address:
            # A city, its region and its postal code belong together.
            where = dict(zip(("city", "region", "postal_code"), self.chance.choice(PLACES), strict=True))
            given |= {name: said for name, said in where.items() if name in given}
        return record.shape(**given) if needed <= given.keys() else None

    def _say(self) -> bool:
        return self.chance.random() <= self.richness

    def _rule(self, rule: Rule, kind: Any, place: int) -> Any:
        match rule:
            case Constant():
                return rule.value
            case Value():
                return self._value(rule, kind, place)
            case Texts():
                return (text(rule.name, self._limit(rule.spots[0]) if rule.spots else 0, self.chance),)
            case Group():
                return self._record(rule.record)
            case Rows():
                return self._rows(rule)

    def _value(self, rule: Value, kind: Any, place: int) -> Any:
        if rule.ordinal or rule.name in ("line", "id") or (rule.name == "number" and rule.label.startswith("lines.")):
            return str(place + 1)
        if rule.one_way and not rule.required:
            return None
        if rule.table is not None:
            words = [word for word in dict.fromkeys(rule.table.meanings.values()) if word not in (None, "")]
            return self._word(rule, words) if words else None
        limit = self._limit(rule.sources[0][0]) if rule.sources and rule.sources[0] else 0
        return plain(rule.name, kind, limit, self.chance, rule.form.name)

    def _word(self, rule: Value, words: Sequence[Any]) -> Any:
        """Return one of our words: a unit of weight for a weight, else mostly the usual one."""
        if rule.name == "unit" and "LBR" in words and any(said in rule.label for said in ("weight", "volume")):
            return "LBR"
        return words[0] if self.chance.random() < ORDINARY else self.chance.choice(words)

    def _limit(self, spot: Spot) -> int:
        """Return how many characters the standard, or the layout of the record, allows there; 0 for any number."""
        tag = spot.hops[-1].tag if spot.hops else ""
        if self.map.plan.table is not None and (layout := self.map.plan.table.layout) is not None:
            lengths = [one.length for record in layout.records.values() for one in record.fields if one.name == tag]
            return min(lengths, default=0)
        if self.map.plan.syntax == IDOC:
            return min((end - start for one in LAYOUTS.values() for name, start, end in one if name == tag), default=0)
        facts = self.map.plan.segments.get(tag)
        element = spot.pairs[0] + 1 if spot.pairs else spot.element
        return facts.lengths[element - 1] if facts and 0 < element <= len(facts.lengths) else 0

    def _identifier(self, scheme: str) -> str:
        digits = {"gln": 13, "duns": 9, "duns4": 13}.get(scheme, 0)
        if scheme == "gln":
            return gtin(self.chance, 13)
        return str(self.chance.randint(10 ** (digits - 1), 10**digits - 1)) if digits else text("p", 12, self.chance)

    def _rows(self, rule: Rows) -> tuple[Any, ...]:
        shape = rule.variants[0].record.shape
        if {"level", "parent", "id"} <= {field.name for field in fields(shape)}:
            return tuple(self._tree(rule))
        rows: list[Any] = []
        for variant in rule.variants:
            for _ in range(self.chance.randint(1, ROWS_MAX) if rule.name == "lines" else 1):
                row = self._record(variant.record, place=len(rows))
                rows += () if row is None else (row,)
        return tuple(rows)

    def _tree(self, rule: Rows) -> Iterator[Any]:
        """Yield a shipment: the levels the map knows, each under the one before, and two items in the innermost."""
        above: list[str] = []
        levels = [level for level in LEVELS if any(_has_level(variant.record, level) for variant in rule.variants)]
        for place, level in enumerate([*levels, *levels[-1:]]):
            record = next(variant.record for variant in rule.variants if _has_level(variant.record, level))
            # Where there is but one level, it says what elsewhere the others say.
            only = ("level", "id", "parent", *LEVEL_FIELDS[level]) if len(levels) > 1 else ()
            node = self._record(record, only, place)
            if node is not None:
                parent = above[min(place, len(levels) - 1) - 1] if place and len(levels) > 1 else ""
                yield msgspec.structs.replace(node, level=level, id=str(place + 1), parent=parent)
            above.append(str(place + 1))


def _has_level(record: Record, level: str) -> bool:
    for rule in record.rules:
        match rule:
            case Constant(name="level", value=value):
                return value == level
            case Value(name="level", table=table) if table is not None:
                return level in table.meanings.values()
    return False


def _without_none(kind: Any) -> Any:
    if get_origin(kind) in (Union, UnionType):
        return next(arg for arg in get_args(kind) if arg is not type(None))
    return kind
