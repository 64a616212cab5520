"""What a map says, for people who will never read its text: which value stands where, what it means, what must come."""

from collections.abc import Iterator, Sequence
from typing import Any, Literal

from msgspec import UNSET, Struct

from tradelane.formats import names
from tradelane.library.compare import ROWS
from tradelane.library.wording import label
from tradelane.maps import Map
from tradelane.maps.codes import Table
from tradelane.maps.plan import Constant, Group, Record, Rows, Spot, Texts, Value
from tradelane.maps.structure import Loop

FORM_WORDS = {
    "text": "",
    "number": "number",
    "signed": "number, may be below zero",
    "cents": "amount in hundredths, no decimal point",
    "integer": "whole number",
    "day": "date, CCYYMMDD",
    "clock": "time, HHMM or HHMMSS",
    "moment": "date, time, zone",
    "gtin": "GTIN, 8 to 14 digits",
    "upc": "UPC or EAN",
    "sscc": "SSCC, 18 digits",
}


class Line(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One value: our field, what people call it, where it stands, and how it is to be read."""

    field: str
    called: str
    places: tuple[str, ...] = ()
    must: Literal["", "yes", "with the others"] = ""
    form: str = ""
    codes: str = ""
    default: str = ""
    note: str = ""


class Section(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Values that belong together: the heading of the document, a party, each of its lines."""

    title: str
    field: str = ""
    stands_at: str = ""
    repeats: bool = False
    lines: tuple[Line, ...] = ()


class Codes(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One code table: their codes and our words; ``other`` is what any other code means."""

    name: str
    meanings: tuple[tuple[str, str], ...]
    other: str = ""


class Part(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One segment (or node) of the message: how deep, whether it must come, whether it opens a loop, its elements."""

    tag: str
    called: str = ""
    depth: int = 0
    must: bool = False
    loop: bool = False
    elements: tuple[str, ...] = ()


class Guide(Struct, frozen=True, kw_only=True):
    """A map, readable. ``document`` is what people call the document it is about."""

    name: str
    version: str
    syntax: str
    kind: str
    standard: str
    document: str
    sections: tuple[Section, ...]
    codes: tuple[Codes, ...]
    parts: tuple[Part, ...]
    counts: tuple[tuple[str, str], ...] = ()


def guide(map: Map) -> Guide:
    """Return the guide to *map*, made from its rules alone."""
    plan = map.plan
    tables: dict[str, Table] = {}
    sections = tuple(_sections(plan.record, "", "The document", "", tables))
    root = plan.tree or plan.places.root
    return Guide(
        name=map.name,
        version=map.version,
        syntax=plan.syntax,
        kind=map.kind,
        standard=map.standard,
        document=str(map.document.__struct_config__.tag),
        sections=sections,
        codes=tuple(_codes(table) for table in tables.values()),
        parts=tuple(_parts(root, map, 0)),
        counts=tuple((count.spot.text, _counted(count.path, count.sums)) for count in plan.counts),
    )


def _counted(path: Sequence[str], sums: bool) -> str:
    said = " ".join(label(name) for name in path)
    return f"the sum of {said}" if sums else f"how many {said} there are"


def _sections(
    record: Record, field: str, title: str, stands_at: str, tables: dict[str, Table], repeats: bool = False
) -> Iterator[Section]:
    """Yield what stands in the record itself, then each list in it; a small struct belongs to its own lines."""
    lines = tuple(_lines(record, field, "", "", tables))
    if lines:
        yield Section(title=title, field=field, stands_at=stands_at, repeats=repeats, lines=lines)
    for rule in record.rules:
        match rule:
            case Rows():
                here = f"{field}.{rule.name}".removeprefix(".")
                for variant in rule.variants:
                    called = f"Each {ROWS.get(rule.name, label(rule.name).removesuffix('s'))}"
                    yield from _sections(variant.record, here, called, variant.each.text, tables, repeats=True)
            case Group():
                yield from _inner_rows(rule, f"{field}.{rule.name}".removeprefix("."), tables)
            case _:
                pass


def _inner_rows(group: Group, field: str, tables: dict[str, Table]) -> Iterator[Section]:
    """Yield the lists inside a struct, such as the identifiers of a party."""
    for rule in group.record.rules:
        if isinstance(rule, Rows):
            for variant in rule.variants:
                title = f"Each {label(rule.name).removesuffix('s')} of the {label(group.name)}"
                here = f"{field}.{rule.name}"
                yield from _sections(variant.record, here, title, variant.each.text, tables, repeats=True)


def _lines(
    record: Record, field: str, called: str, scope: str, tables: dict[str, Table], optional: bool = False
) -> Iterator[Line]:
    for rule in record.rules:
        here = f"{field}.{rule.name}".removeprefix(".")
        # The quantity's value is the quantity to people, and a price's amount the price.
        name = called if called and rule.name in ("value", "amount") else f"{called} {label(rule.name)}".strip()
        match rule:
            case Value():
                yield _value(rule, here, name, scope, tables, optional)
            case Constant():
                yield Line(field=here, called=name, note=f"always {rule.value}")
            case Texts():
                each = f" in each {rule.each.text}" if rule.each else ""
                yield Line(field=here, called=name, places=_places(rule.spots, scope), note=f"any number{each}")
            case Group():
                inside = rule.scope.text if rule.scope else scope
                yield from _lines(rule.record, here, name, inside, tables, optional or rule.empty is not UNSET)
            case Rows():
                pass


def _value(rule: Value, field: str, name: str, scope: str, tables: dict[str, Table], optional: bool) -> Line:
    if rule.table is not None:
        tables.setdefault(rule.table.name, rule.table)
    several = len(rule.sources) == 1 and len(rule.sources[0]) > 1
    spots = rule.sources[0] if several else [source[0] for source in rule.sources if source]
    notes = [
        "read, never written" if rule.one_way else "",
        "all of them added up" if rule.sums else "",
        "without it, the place in the list" if rule.ordinal else "",
        "" if rule.assumed is UNSET else f"without it we take {rule.assumed}, with a warning",
        f"their own code is kept as {label(rule.keep)}" if rule.keep else "",
    ]
    return Line(
        field=field,
        called=name,
        places=_places(spots, scope),
        must="" if not rule.required else "with the others" if optional else "yes",
        form="" if rule.table else FORM_WORDS.get(rule.form.name, rule.form.name),
        codes=rule.table.name if rule.table else "",
        default=_said(rule.empty),
        note="; ".join(filter(None, notes)),
    )


def _places(spots: Sequence[Spot], scope: str) -> tuple[str, ...]:
    return tuple(f"{spot.text} in {scope}" if scope else spot.text for spot in spots)


def _said(value: Any) -> str:
    return "" if value is UNSET or value in (None, "", ()) or isinstance(value, Struct) else str(value)


def _codes(table: Table) -> Codes:
    meanings = tuple((code, str(word).replace("_", " ")) for code, word in table.meanings.items())
    other = table.other
    said = "" if other is None else "the code itself" if "{}" in str(other) else str(other).replace("_", " ")
    return Codes(name=table.name, meanings=meanings, other=said)


def _parts(loop: Loop, map: Map, depth: int) -> Iterator[Part]:
    for tag in loop.order:
        facts = map.plan.segments.get(tag)
        yield Part(
            tag=tag,
            called=names.SEGMENTS.get(tag, "") if map.plan.syntax == "x12" else "",
            depth=depth,
            must=tag in loop.required,
            loop=tag in loop.loops,
            elements=tuple(
                f"{length or 'any'}{' must' if must else ''}"
                for length, must in zip(facts.lengths, facts.required, strict=True)
            )
            if facts
            else (),
        )
        if tag in loop.loops:
            yield from _parts(loop.loops[tag], map, depth + 1)
