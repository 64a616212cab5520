"""Compiling: TOML text, and the texts it extends, into a plan. Everything wrong with a map is found at once."""

import tomllib
from collections.abc import Callable
from difflib import get_close_matches
from hashlib import sha256
from typing import Any

from msgspec import Struct

from tradelane.maps.dictionary import parse_segment
from tradelane.maps.finishers import FINISHERS
from tradelane.maps.plan import Count, Plan
from tradelane.maps.rules import RuleReader, Scope
from tradelane.maps.structure import BadStructure, Places, parse_structure
from tradelane.model.finding import Finding, Place
from tradelane.model.registry import DOCUMENTS, tag

_KEYS = {
    "name",
    "extends",
    "kind",
    "standard",
    "document",
    "structure",
    "ignored",
    "segments",
    "codes",
    "shapes",
    "fields",
    "counts",
    "after",
}


class BadMap(ValueError):
    """A map's text is wrong. Carries every finding."""

    def __init__(self, *findings: Finding) -> None:
        super().__init__("; ".join(str(f) for f in findings))
        self.findings = findings


class Source(Struct, frozen=True):
    """A map's merged content and the fingerprint of every text in it."""

    content: dict[str, Any]
    version: str


def read_source(text: str, resolve: Callable[[str], str]) -> Source:
    """Return what *text* and the texts it extends say together.

    What the outer states replaces what the inner stated.
    """
    layers: list[dict[str, Any]] = []
    digest = sha256()
    seen: set[str] = set()
    while True:
        digest.update(text.encode())
        digest.update(b"\x00")
        try:
            layer = tomllib.loads(text)
        except tomllib.TOMLDecodeError as wrong:
            raise BadMap(_finding("map.not-toml", "", str(wrong), "Correct the TOML.")) from wrong
        layers.append(layer)
        parent = layer.get("extends", "")
        if not parent:
            break
        if parent in seen:
            raise BadMap(_finding("map.extends-itself", "extends", f"{parent} extends itself.", "Name another map."))
        seen.add(parent)
        try:
            text = resolve(parent)
        except (KeyError, FileNotFoundError) as wrong:
            fix = "Name a shipped map, such as x12/004010/855, or one of the partner's own."
            raise BadMap(_finding("map.unknown-parent", "extends", f"there is no map {parent!r}.", fix)) from wrong
    content: dict[str, Any] = {}
    for layer in reversed(layers):
        content = _merge(content, layer)
    return Source(content, digest.hexdigest()[:16])


def compile_map(source: Source) -> Plan:
    """Return the plan of a map; raises `BadMap` with all that is wrong."""
    content, wrong = source.content, []
    wrong += [
        _finding("map.unknown-key", key, f"a map has no key {key!r}.", _did_you_mean(key, _KEYS))
        for key in content.keys() - _KEYS
    ]
    document = next((kind for kind in DOCUMENTS if tag(kind) == content.get("document")), None)
    if document is None:
        known = ", ".join(tag(kind) for kind in DOCUMENTS)
        raise BadMap(
            *wrong,
            _finding(
                "map.unknown-document",
                "document",
                f"there is no document {content.get('document')!r}.",
                f"One of {known}.",
            ),
        )
    try:
        root = parse_structure(content.get("structure", ""))
    except BadStructure as bad:
        raise BadMap(*wrong, _finding("map.bad-structure", "structure", f"{bad}.", "Correct the structure.")) from bad
    segments = {}
    for name, line in content.get("segments", {}).items():
        try:
            segments[name] = parse_segment(name, line)
        except ValueError as bad:
            wrong.append(_finding("map.bad-segment", f"segments.{name}", f"{bad}.", "Correct the line."))
    reader = RuleReader(content.get("codes", {}), content.get("shapes", {}), segments)
    outermost = Scope(root, "ST", 0, None)
    record = reader.record(document, content.get("fields", {}), outermost, "")
    counts = [_count(reader, where, what, outermost) for where, what in content.get("counts", {}).items()]
    after = tuple(content.get("after", ()))
    wrong += [
        _finding("map.unknown-function", "after", f"there is no function {a!r}.", _did_you_mean(a, FINISHERS))
        for a in after
        if a not in FINISHERS
    ]
    wrong += [_finding(f.code, f.label, f.says, f.fix) for f in reader.faults]
    if wrong:
        raise BadMap(*wrong)
    return Plan(
        name=content.get("name", ""),
        version=source.version,
        kind=str(content.get("kind", "")),
        standard=str(content.get("standard", "")),
        document=document,
        record=record,
        places=Places(root, content.get("ignored", ())),
        segments=segments,
        counts=tuple(c for c in counts if c is not None),
        after=after,
    )


def _count(reader: RuleReader, where: str, what: str, outermost: Scope) -> Count | None:
    sums = what.startswith("sum ")
    spot = reader.spot(where, outermost, f"counts.{where}")
    return None if spot is None else Count(spot=spot, path=tuple(what.removeprefix("sum ").split(".")), sums=sums)


def _merge(inner: dict[str, Any], outer: dict[str, Any]) -> dict[str, Any]:
    merged = dict(inner)
    for key, value in outer.items():
        below = inner.get(key)
        # A rule is replaced whole, for half of an old rule and half of a new one would say what nobody meant.
        whole = isinstance(value, dict) and isinstance(below, dict) and not _is_rule(value)
        merged[key] = _merge(below, value) if whole else value  # pyright: ignore[reportArgumentType]
    return merged


def _is_rule(table: dict[str, Any]) -> bool:
    return "from" in table or "const" in table


def _did_you_mean(word: str, known: Any) -> str:
    near = get_close_matches(word, list(known), 1)
    return f"Did you mean {near[0]!r}?" if near else f"Known are {', '.join(sorted(known))}."


def _finding(code: str, label: str, says: str, fix: str) -> Finding:
    return Finding(code=code, says=f"{label}: {says}" if label else says, fix=fix, where=Place(path=label))
