"""Compiling: TOML text, and the texts it extends, into a plan. Everything wrong with a map is found at once."""

import tomllib
from collections.abc import Callable
from difflib import get_close_matches
from hashlib import sha256
from typing import Any

import msgspec
from msgspec import Struct

from tradelane.maps.dictionary import Segment, parse_named_segment, parse_segment
from tradelane.maps.finishers import FINISHERS
from tradelane.maps.known_forms import FORMS
from tradelane.maps.named_spots import NAMED, NAMED_FORMS, NamedSpots
from tradelane.maps.path import BadPath, Step, parse_path
from tradelane.maps.plan import Count, Plan
from tradelane.maps.rules import FORM_OF, RuleReader
from tradelane.maps.segment_spots import SegmentSpots
from tradelane.maps.spots import Scope, Spots
from tradelane.maps.structure import BadStructure, Loop, Places, parse_structure
from tradelane.maps.table import read_rules
from tradelane.maps.table_rules import TableRules
from tradelane.maps.tree_spots import TREE_FORMS, TREES, TreeSpots, parse_tree_structure
from tradelane.model.finding import Finding, Place
from tradelane.model.registry import DOCUMENTS, tag

_KEYS = {
    "name",
    "extends",
    "kind",
    "standard",
    "syntax",
    "namespaces",
    "forms",
    "structures",
    "document",
    "structure",
    "ignored",
    "segments",
    "codes",
    "shapes",
    "fields",
    "counts",
    "after",
    "when",
    "table",
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
    digest = sha256()
    return Source(_layered(text, resolve, digest, ()), digest.hexdigest()[:16])


def _layered(text: str, resolve: Callable[[str], str], digest: Any, within: tuple[str, ...]) -> dict[str, Any]:
    """Return what *text* says over what the texts it extends say, of which a later one counts before an earlier."""
    digest.update(text.encode())
    digest.update(b"\x00")
    try:
        layer = tomllib.loads(text)
    except tomllib.TOMLDecodeError as wrong:
        raise BadMap(_finding("map.not-toml", "", str(wrong), "Correct the TOML.")) from wrong
    said = layer.get("extends", [])
    content: dict[str, Any] = {}
    for parent in [said] if isinstance(said, str) else said:
        if parent in within:
            raise BadMap(_finding("map.extends-itself", "extends", f"{parent} extends itself.", "Name another map."))
        try:
            below = resolve(parent)
        except (KeyError, FileNotFoundError) as wrong:
            fix = "Name a shipped map, such as x12/004010/855, or one of the partner's own."
            raise BadMap(_finding("map.unknown-parent", "extends", f"there is no map {parent!r}.", fix)) from wrong
        content = _merge(content, _layered(below, resolve, digest, (*within, parent)))
    return _merge(content, layer)


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
    syntax = content.get("syntax", "x12")
    root = _structure(content, syntax, wrong)
    segments = _segments(content, wrong)
    spots = _spots(content, syntax, segments)
    forms = {**(NAMED_FORMS if syntax in NAMED else TREE_FORMS.get(syntax, {})), **content.get("forms", {})}
    wrong += _bad_forms(forms)
    reader = RuleReader(content.get("codes", {}), content.get("shapes", {}), spots, forms)
    outermost = Scope(root, root.tag, 0, None)
    record = reader.record(document, content.get("fields", {}), outermost, "")
    counts = [_count(reader, where, what, outermost) for where, what in content.get("counts", {}).items()]
    after = tuple(content.get("after", ()))
    wrong += [
        _finding("map.unknown-function", "after", f"there is no function {a!r}.", _did_you_mean(a, FINISHERS))
        for a in after
        if a not in FINISHERS
    ]
    wrong += [_finding(f.code, f.label, f.says, f.fix) for f in reader.faults]
    table = _table(content, forms, wrong)
    when = _when(content, wrong)
    if wrong:
        raise BadMap(*wrong)
    return Plan(
        name=content.get("name", ""),
        version=source.version,
        kind=str(content.get("kind", "")),
        standard=str(content.get("standard", "")),
        document=document,
        record=record,
        places=Places(Loop("ST") if syntax in TREES else root, content.get("ignored", ())),
        syntax=syntax,
        tree=root if syntax in TREES else None,
        segments=segments,
        counts=tuple(c for c in counts if c is not None),
        after=after,
        when=when,
        table=table,
    )


def _when(content: dict[str, Any], wrong: list[Finding]) -> Step | None:
    said = content.get("when", "")
    try:
        return parse_path(said).steps[0] if said else None
    except (BadPath, IndexError, AttributeError):
        wrong.append(_finding("map.bad-path", "when", f"{said!r} is no segment.", "Write one such as RDR[1]."))
        return None


def _spots(content: dict[str, Any], syntax: str, segments: dict[str, Segment]) -> Spots:
    if syntax in TREES:
        return TreeSpots(content.get("namespaces", {}))
    return NamedSpots(segments) if syntax in NAMED else SegmentSpots(segments)


def _structure(content: dict[str, Any], syntax: str, wrong: list[Finding]) -> Loop:
    try:
        if syntax in TREES:
            return parse_tree_structure(content.get("structure", ""), content.get("structures", {}))
        return parse_structure(content.get("structure", ""), "UNH" if syntax in NAMED else "ST")
    except BadStructure as bad:
        raise BadMap(*wrong, _finding("map.bad-structure", "structure", f"{bad}.", "Correct the structure.")) from bad


def _segments(content: dict[str, Any], wrong: list[Finding]) -> dict[str, Segment]:
    segments: dict[str, Segment] = {}
    for name, line in content.get("segments", {}).items():
        try:
            named = content.get("syntax") in NAMED
            segments[name] = parse_named_segment(name, line) if named else parse_segment(name, line)
        except ValueError as bad:
            wrong.append(_finding("map.bad-segment", f"segments.{name}", f"{bad}.", "Correct the line."))
    return segments


def _table(content: dict[str, Any], forms: dict[str, str], wrong: list[Finding]) -> TableRules | None:
    if "table" not in content:
        return None
    try:
        return read_rules(content["table"], "," if forms.get("number", "").startswith("comma") else ".")
    except msgspec.ValidationError as bad:
        wrong.append(_finding("map.bad-table", "table", f"{bad}.", "docs/map-language.md tells what may stand here."))
        return None


def _bad_forms(forms: dict[str, str]) -> list[Finding]:
    kinds = [
        _finding("map.unknown-key", f"forms.{kind}", f"there is no kind {kind!r}.", _did_you_mean(kind, FORM_OF))
        for kind in forms.keys() - FORM_OF.keys()
    ]
    names = [
        _finding("map.unknown-form", f"forms.{kind}", f"there is no form {name!r}.", _did_you_mean(name, FORMS))
        for kind, name in forms.items()
        if name not in FORMS
    ]
    return [*kinds, *names]


def _count(reader: RuleReader, where: str, what: str, outermost: Scope) -> Count | None:
    sums = what.startswith(("sum ", "total "))
    spot = reader.spot(where, outermost, f"counts.{where}")
    if spot is None:
        return None
    path = tuple(what.removeprefix("sum ").removeprefix("total ").split("."))
    return Count(spot=spot, path=path, sums=sums, written=what.startswith("total "))


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
