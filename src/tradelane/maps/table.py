"""What a map over rows says beside its fields: how rows become documents, and what the columns must be like.

Checked before and while a document is read: columns that must be there, values that must agree among the rows of one
document, texts that a spreadsheet has taken for numbers.
"""

import re
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from typing import Any

import msgspec
from msgspec import UNSET, Struct

from tradelane.maps.plan import Group, Plan, Record, Rows, Spot, Texts, Value
from tradelane.maps.table_rules import TableRules
from tradelane.model.finding import Finding, Place
from tradelane.model.message import Node

_SCIENTIFIC = re.compile(r"[0-9]+[.,]?[0-9]*[eE]\+[0-9]+")
DIFFERENCES_MAX = 100


class Column(Struct, frozen=True):
    """A column that a rule reads: in which kind of node (the outermost has no name), and by which rule."""

    level: str
    name: str
    rule: Value | Texts
    needed: bool = False


def columns(plan: Plan) -> tuple[str, ...]:
    """Return the columns in the order they are written: as the map lists them, or as its rules come."""
    rules = plan.table
    if rules is not None and rules.columns:
        return rules.columns
    return tuple(dict.fromkeys(column.name for column in read_columns(plan.record, ("",))))


def missing_columns(plan: Plan, present: Sequence[str]) -> tuple[Finding, ...]:
    """Say which columns the map cannot do without and *present* does not name."""
    rules = plan.table or TableRules()
    wanted: dict[str, tuple[str, ...]] = {name: (name,) for name in rules.group}
    for column in read_columns(plan.record, ("",)):
        if column.needed and isinstance(column.rule, Value):
            names = tuple(source[0].hops[-1].tag for source in column.rule.sources)
            wanted.setdefault(names[0], names)
    return tuple(_missing(names, present) for names in wanted.values() if not set(names) & set(present))


def table_faults(plan: Plan, root: Node) -> Iterator[Finding]:
    """Yield what is wrong with the cells of one document before any of its rules is asked."""
    rules = plan.table
    if rules is None:
        return
    read = {(column.level, column.name) for column in read_columns(plan.record, ("",))}
    if not rules.opens:
        yield from _differing(root, "", read)
    yield from _mangled(root, frozenset(rules.text))


def read_columns(record: Record, levels: tuple[str, ...], needed: bool = True) -> Iterator[Column]:
    """Yield every column that the rules of *record* read; *levels* names what they stand in, outermost first."""
    for rule in record.rules:
        match rule:
            case Value():
                must = needed and not rule.ordinal and (rule.required or rule.empty is UNSET)
                for source in rule.sources:
                    for spot in source:
                        yield from _column(spot, levels, rule, must)
            case Texts():
                inside = levels if rule.each is None else (*levels, rule.each.hops[-1].tag)
                for spot in rule.spots:
                    yield from _column(spot, inside, rule, False)
            case Group():
                inside = levels if rule.scope is None else (*levels, rule.scope.hops[-1].tag)
                yield from read_columns(rule.record, inside, needed and rule.empty is UNSET)
            case Rows():
                for variant in rule.variants:
                    around = (variant.within, variant.each) if variant.within else (variant.each,)
                    inside = (*levels, *(spot.hops[-1].tag if spot.hops else "" for spot in around))
                    # Rows that are told by what stands in them need not be there, so nothing in them must be.
                    told = any(hop.filters for spot in around for hop in spot.hops)
                    yield from read_columns(variant.record, inside, needed and not told)
            case _:
                pass


def _column(spot: Spot, levels: tuple[str, ...], rule: Value | Texts, needed: bool) -> Iterator[Column]:
    if len(spot.hops) == 1 and spot.depth < len(levels):
        yield Column(levels[spot.depth], spot.hops[0].tag, rule, needed)
    elif not spot.hops and 0 < spot.depth < len(levels):
        # The text of what the rule stands in: a row for every filled cell of a column.
        yield Column(levels[spot.depth - 1], levels[spot.depth], rule)


def _missing(names: tuple[str, ...], present: Sequence[str]) -> Finding:
    near = get_close_matches(names[0].casefold(), [name.casefold() for name in present], 1)
    meant = next((name for name in present if near and name.casefold() == near[0]), "")
    shown = " or ".join(repr(name) for name in names)
    fix = f"Is {meant!r} meant? Name it {names[0]!r}." if meant else f"Send the column {names[0]!r}."
    where = Place(path="the names of the columns")
    return Finding(code="table.column-missing", says=f"There is no column {shown}.", fix=fix, where=where)


def _differing(node: Node, level: str, read: set[tuple[str, str]]) -> Iterator[Finding]:
    """Yield cells that contradict the first row of what they stand in; an empty one says nothing."""
    first = {child.name: child for child in node.children if (level, child.name) in read and child.value.strip()}
    told = 0
    for row in _innermost(node):
        for cell in row.children:
            above = first.get(cell.name)
            if above is None or not cell.value.strip() or cell.value.strip() == above.value.strip():
                continue
            told += 1
            if told <= DIFFERENCES_MAX:
                says = (
                    f"It says {cell.value[:40]!r}, and {above.where} says {above.value[:40]!r} for the same document."
                )
                fix = "Send the same in every row of a document, or give each its own number."
                where = Place(start=cell.start, end=cell.end, path=cell.where)
                yield Finding(code="table.rows-differ", says=says, fix=fix, where=where, value=cell.value[:80])
    for child in node.children:
        if _holds_rows(child):
            yield from _differing(child, child.name, read)


def _innermost(node: Node) -> Iterator[Node]:
    inner = [child for child in node.children if child.children and _holds_cells(child)]
    for child in inner:
        if _holds_rows(child):
            yield from _innermost(child)
        else:
            yield child


def _holds_cells(node: Node) -> bool:
    return any(not child.name.startswith("@") for child in node.children)


def _holds_rows(node: Node) -> bool:
    return any(child.children and _holds_cells(child) for child in node.children)


def _mangled(node: Node, text: frozenset[str]) -> Iterator[Finding]:
    """Yield cells of text columns that a spreadsheet took for something else: their zeros or letters are lost."""
    for row in _innermost(node):
        for cell in row.children:
            if cell.name not in text:
                continue
            kind = ""
            if cell.children:
                kind = next((child.value for child in cell.children if child.name == "@type"), "")
            if kind or _SCIENTIFIC.fullmatch(cell.value.strip()):
                says = f"{cell.value[:40]!r} is a {kind or 'rounded number'}, and {cell.name} is agreed to be text."
                fix = "Format the column as text before filling it in; a spreadsheet drops zeros and rounds numbers."
                where = Place(start=cell.start, end=cell.end, path=cell.where)
                yield Finding(code="table.not-text", says=says, fix=fix, where=where, value=cell.value[:80])


def read_rules(table: Any, decimal: str) -> TableRules:
    """Return what ``[table]`` of a map says; raises `msgspec.ValidationError` when it cannot be meant."""
    return msgspec.structs.replace(msgspec.convert(table, TableRules), decimal=decimal)
