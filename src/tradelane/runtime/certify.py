"""Certify a partner: its folder is its own test.

Every sample is read, compared with what it should mean, and written again.

In ``samples/``, ``NAME.edi`` (or another suffix of `SUFFIXES`) is something the partner sends,
``NAME.expected.json`` what it means (one document, or a list of them),
and ``NAME.send.json`` a document that we send to the partner. All of them must survive the way there and back.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, cast

import msgspec
from msgspec import Struct

from tradelane import maps
from tradelane.formats import json as json_format
from tradelane.formats import x12
from tradelane.formats.detect import detect
from tradelane.maps import BadMap
from tradelane.model import registry as tags
from tradelane.model.document import Document
from tradelane.model.finding import Finding, Place, Unreadable
from tradelane.model.message import Delimiters
from tradelane.partners.profile import Profile, Registry, X12Identity
from tradelane.protocols.egress import check_url
from tradelane.runtime.house import House
from tradelane.runtime.partner_maps import writing_set_map
from tradelane.runtime.read import is_edifact, is_x12, read
from tradelane.runtime.read_nodes import is_tree
from tradelane.runtime.read_table import is_rows
from tradelane.runtime.reading import Reading
from tradelane.runtime.send import set_kind
from tradelane.runtime.send_content import syntax_of
from tradelane.runtime.send_edifact import read_back_edifact
from tradelane.runtime.send_nodes import TREES, read_tree_back
from tradelane.runtime.send_table import MEDIA, read_back

EXPECTED, SEND = ".expected.json", ".send.json"
SUFFIXES = (".edi", ".json", ".csv", ".xlsx", ".txt", ".xml", ".idoc")
SAMPLE_BYTES_MAX = 25 * 1024 * 1024
DIFFERENCES_MAX = 20
_AT = datetime(2026, 1, 2, 3, 4, tzinfo=timezone.utc)


class SampleResult(Struct, frozen=True, kw_only=True):
    """What came of one sample.

    ``kind`` is the transaction set or document type; ``settings`` for the profile itself.
    """

    name: str
    kind: str
    findings: tuple[Finding, ...] = ()
    passed: bool = True


class Certificate(Struct, frozen=True, kw_only=True):
    """Whether a partner's settings and samples hold together, both ways."""

    partner: str
    samples: tuple[SampleResult, ...]
    passed: bool


class _Settings(Struct, frozen=True):
    """All that reading needs of a house: a certificate needs no store and no clock."""

    registry: Registry


def certify(registry: Registry, name: str) -> Certificate:
    """Return the certificate of one partner; everything wrong is in it, with what to do."""
    profile = registry.partners.get(name)
    if profile is None:
        known = ", ".join(registry.partners) or "none yet"
        found = _finding("certify.unknown-partner", f"There is no partner {name!r}.", f"Known are: {known}.", name)
        return _certificate(name, [_result("profile.toml", "settings", [found])])
    house = cast(House, _Settings(registry))
    results = [_result("profile.toml", "settings", [*_check_send(profile, registry), *_check_maps(profile, registry)])]
    if not any(_fails(result.findings) for result in results):
        results += [_sample(house, profile, path) for path in _samples(profile)]
    return _certificate(name, results)


def _certificate(name: str, results: Sequence[SampleResult]) -> Certificate:
    return Certificate(partner=name, samples=tuple(results), passed=all(result.passed for result in results))


def _result(name: str, kind: str, findings: Sequence[Finding]) -> SampleResult:
    return SampleResult(name=name, kind=kind, findings=tuple(findings), passed=not _fails(findings))


def _fails(findings: Sequence[Finding]) -> bool:
    return any(finding.severity == "error" for finding in findings)


def _check_send(profile: Profile, registry: Registry) -> tuple[Finding, ...]:
    return check_url(profile.send.url, registry.settings.egress_allow) if profile.send.channel == "http" else ()


def _check_maps(profile: Profile, registry: Registry) -> Iterator[Finding]:
    """Yield what is wrong with the partner's own maps, and say when it has no samples to be tried with."""
    for key, text in registry.overlays.get(profile.name, {}).items():
        try:
            own = maps.load(text)
        except BadMap as bad:
            yield from bad.findings
        else:
            if own.kind != key:
                says = f"The map for {key} reads transaction set {own.kind}."
                yield _finding("certify.other-map", says, "Name the right file in [maps].", f"maps.{key}")
    if not _samples(profile):
        says, fix = "There are no samples to try.", "Put what the partner sends, and what it means, into samples/."
        yield _finding("certify.no-samples", says, fix, "samples")


def _samples(profile: Profile) -> list[Path]:
    folder = Path(profile.folder) / "samples"
    if not folder.is_dir():
        return []
    found = [path for path in folder.iterdir() if path.suffix in SUFFIXES and not path.name.startswith(".")]
    return sorted(path for path in found if not path.name.endswith(EXPECTED))


def _sample(house: House, profile: Profile, path: Path) -> SampleResult:
    try:
        kind, findings = _sent(house, profile, path) if path.name.endswith(SEND) else _received(house, profile, path)
    except Unreadable as unreadable:
        kind, findings = "unreadable", list(unreadable.findings)
    except (OSError, msgspec.ValidationError, msgspec.DecodeError, UnicodeDecodeError) as error:
        fix = "Correct the file; expected meanings are canonical JSON, as tradelane translate writes it."
        kind, findings = "unreadable", [_finding("certify.unreadable-sample", f"{error}.", fix, path.name)]
    return _result(path.name, kind, findings)


def _received(house: House, profile: Profile, path: Path) -> tuple[str, list[Finding]]:
    """Read what the partner sends, compare it with what it should mean, write it as the partner would, read again."""
    body = _bytes(path)
    reading = read(house, profile, body, "")
    findings = _all_findings(reading)
    documents = [one.document for place in reading.interchanges for one in place.sets if one.document is not None]
    kinds = [one.kind for place in reading.interchanges for one in place.sets]
    if not documents and not findings:
        findings.append(_finding("certify.empty-sample", "There is no document in it.", "Put one in.", path.name))
    findings += _against_expected(documents, path)
    for document in documents:
        findings += _round(house, profile, document, _syntax(profile, body), theirs=True)
    return ", ".join(dict.fromkeys(kinds)) or "unreadable", findings


def _syntax(profile: Profile, body: bytes) -> str:
    if is_rows(profile, body, ""):
        return detect(body).format.replace("unknown", "fixed")
    if is_tree(profile, body):
        return "xml"
    if is_edifact(body):
        return "edifact"
    return "x12" if is_x12(body, "") else "json"


def _sent(house: House, profile: Profile, path: Path) -> tuple[str, list[Finding]]:
    """Write a document of ours as the partner gets it, and read it as the partner would."""
    document = tags.read_document(_bytes(path))
    tag = tags.tag(type(document))
    syntax = syntax_of(profile, document)
    if syntax is None:
        fix = f'Say by which one it is told, [answers] content = "824" for instance, or take {path.name} away.'
        return tag, [_finding("certify.not-sent", "It takes no application acknowledgement.", fix, path.name)]
    findings = _round(house, profile, document, syntax, theirs=False)
    return (set_kind(profile, document) if syntax == "x12" else tag), findings


def _all_findings(reading: Reading) -> list[Finding]:
    found = list(reading.findings)
    for interchange in reading.interchanges:
        found += interchange.faults
        for one in interchange.sets:
            found += one.findings
    return list(dict.fromkeys(found))


def _against_expected(documents: Sequence[Document], path: Path) -> list[Finding]:
    beside = path.with_name(path.stem + EXPECTED)
    if not beside.exists():
        fix = f"Write {beside.name}: tradelane translate {path.name} shows what we read; look it over."
        return [_finding("certify.no-expectation", "Nobody has said what this sample means.", fix, path.name)]
    wanted = msgspec.json.decode(_bytes(beside))
    wanted = wanted if isinstance(wanted, list) else [wanted]
    expected = [tags.read_document(msgspec.json.encode(one)) for one in wanted]
    if len(expected) != len(documents):
        says = f"{len(expected)} documents were expected and {len(documents)} read."
        return [_finding("certify.other-meaning", says, "Correct the sample, the map or the expectation.", path.name)]
    pairs = zip(expected, documents, strict=True)
    return [found for want, got in pairs for found in _differences(want, got, "It should mean", path.name)]


def _round(house: House, profile: Profile, document: Document, syntax: str, *, theirs: bool) -> list[Finding]:
    """Return what is lost or changed when *document* is written and read again."""
    if syntax == "json":
        body = json_format.encode([maps.lower_json(document)])
        again = maps.lift_json(json_format.decode(body)[0]).document
        return _differences(document, again, "Written and read again it should stay", "JSON")
    if syntax in TREES:
        again = read_tree_back(house, profile, document)
        return _differences(document, again, "Written and read again it should stay", syntax)
    if syntax == "edifact":
        again = read_back_edifact(house, profile, document)
        return _differences(document, again, "Written and read again it should stay", syntax)
    if syntax in MEDIA:
        again = read_back(house, profile, document, syntax)
        return _differences(document, again, "Written and read again it should stay", syntax)
    kind = set_kind(profile, document)
    by = writing_set_map(house.registry, profile, document, kind) if kind else None
    if by is None:
        fix = "Write a map in the partner's folder, or send JSON."
        return [_finding("map.missing", f"There is no map for transaction set {kind}.", fix, kind)]
    delimiters = _delimiters(profile)
    message, warnings = x12.clean(maps.lower(document, by), delimiters)
    findings = [*message.findings, *warnings]
    if _fails(findings):
        return findings
    body = x12.encode(_envelope(house.registry, profile, by.standard, theirs), [message])
    decoded = x12.decode(body)
    findings += decoded.all_findings
    for _, _, received in decoded.accepted:
        again = maps.lift(received.message, by).document
        findings += _differences(document, again, "Written and read again it should stay", kind)
    return findings


def _delimiters(profile: Profile) -> Delimiters:
    said = profile.x12_settings
    return Delimiters(segment=said.segment, element=said.element, component=said.component)


def _envelope(registry: Registry, profile: Profile, version: str, theirs: bool) -> x12.Envelope:
    us, them = registry.settings.company.x12, profile.x12
    sender, receiver = (them, us) if theirs else (us, them)
    return x12.Envelope(
        sender_qualifier=sender.qualifier,
        sender=sender.id,
        receiver_qualifier=receiver.qualifier,
        receiver=receiver.id,
        sender_group=_group(sender),
        receiver_group=_group(receiver),
        version=version,
        delimiters=_delimiters(profile),
        usage=profile.x12_settings.usage,
        interchange=1,
        group=1,
        at=_AT,
    )


def _group(identity: X12Identity) -> str:
    return identity.group or identity.id


def _differences(wanted: Document, got: Document, says: str, place: str) -> list[Finding]:
    """Return one finding for each value that differs, by its path; the first few, if there are many."""
    if wanted == got:
        return []
    left, right = _plain(wanted), _plain(got)
    found = [
        _finding(
            "certify.other-meaning", f"{says} {_shown(a)} at {path}, and is {_shown(b)}.", _FIX, f"{place}: {path}"
        )
        for path, a, b in _compare(left, right, "$")
    ]
    return found[:DIFFERENCES_MAX] or [_finding("certify.other-meaning", f"{says} {wanted}.", _FIX, place)]


_FIX = "Correct the sample, the map or the expectation, whichever is wrong."
_ABSENT = object()


def _plain(document: Document) -> Any:
    return msgspec.to_builtins(document, builtin_types=(type(_AT), type(_AT.date())))


def _compare(a: Any, b: Any, path: str) -> Iterator[tuple[str, Any, Any]]:
    if isinstance(a, dict) and isinstance(b, dict):
        for key in dict.fromkeys([*a, *b]):
            yield from _compare(a.get(key, _ABSENT), b.get(key, _ABSENT), f"{path}.{key}")
    elif isinstance(a, list | tuple) and isinstance(b, list | tuple) and len(a) == len(b):
        for number, (left, right) in enumerate(zip(a, b, strict=True)):
            yield from _compare(left, right, f"{path}[{number}]")
    elif a != b:
        yield path, a, b


def _shown(value: Any) -> str:
    return "absent" if value is _ABSENT else repr(value)[:120]


def _bytes(path: Path) -> bytes:
    if path.stat().st_size > SAMPLE_BYTES_MAX:
        raise OSError(f"{path.name} has more than {SAMPLE_BYTES_MAX} bytes")
    return path.read_bytes()


def _finding(code: str, says: str, fix: str, path: str) -> Finding:
    return Finding(code=code, says=says, fix=fix, where=Place(path=path))
