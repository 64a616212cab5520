"""Try a map on a sample: is it read, does it mean what somebody said it means, does it come back? Pure."""

from collections.abc import Iterator, Sequence

import msgspec
from msgspec import Struct

from tradelane.library.compare import Difference, compare, pair
from tradelane.library.opened import Envelope
from tradelane.library.reading import ReadFile, read
from tradelane.library.shelf import Shelf
from tradelane.library.writing import file_of, lower
from tradelane.maps import Map
from tradelane.model import registry
from tradelane.model.document import Document
from tradelane.model.finding import Finding, Place, Unreadable


class Trial(Struct, frozen=True, kw_only=True):
    """What came of one sample; ``documents`` are what it means by the map."""

    name: str
    documents: tuple[Document, ...]
    findings: tuple[Finding, ...]

    @property
    def passed(self) -> bool:
        """Say whether nothing speaks against the map."""
        return not any(finding.severity == "error" for finding in self.findings)


def trial(map: Map, name: str, body: bytes, expected: bytes | None, envelope: Envelope) -> Trial:
    """Return what came of reading *body*, called *name*; *expected* is the canonical JSON of what it should mean."""
    found = read(body, file_name=name, shelf=Shelf(own=(map,)))
    findings = [*found.findings, *_not_its_own(found, map)]
    if expected is None:
        says = "Nobody has said what this sample means."
        fix = "Look over what we read; `--accept` keeps it as the expectation."
        findings.append(Finding(code="trial.no-expectation", says=says, fix=fix, where=Place(path=name)))
    else:
        findings += _against(found.documents, expected, name)
    findings += _back(found.documents, map, name, envelope)
    return Trial(name=name, documents=found.documents, findings=tuple(findings))


def _not_its_own(found: ReadFile, map: Map) -> Iterator[Finding]:
    """Say when the sample is nothing that the map reads: passing it would prove nothing."""
    if not any(each.map is not None and each.map.name == map.name for each in found.messages):
        kinds = ", ".join(dict.fromkeys(each.message.kind for each in found.messages)) or "no message"
        says = f"There is nothing in it for this map, which reads {map.kind}: {kinds}."
        yield Finding(code="trial.other-kind", says=says, fix="Take a sample of that kind, or another map.")


def _against(documents: Sequence[Document], expected: bytes, name: str) -> Iterator[Finding]:
    try:
        wanted = _expected(expected)
    except (msgspec.ValidationError, msgspec.DecodeError) as wrong:
        says = f"The expectation is no document of ours: {wrong}."
        yield _wrong("trial.bad-expectation", says, "Correct it, or write it anew with `--accept`.", name)
        return
    for want, got in pair(wanted, documents):
        if want is None or got is None:
            says = "A document was expected and not read." if got is None else "A document was read and not expected."
            yield _wrong("trial.other-meaning", says, "Correct the map, or the expectation.", name)
            continue
        for difference in compare(want, got):
            says = f"It should mean {_said(difference, difference.before)}, and means {difference.after or 'nothing'}."
            fix = "Correct the map, or the expectation."
            yield _wrong("trial.other-meaning", says, fix, f"$.{difference.path}")


def _expected(text: bytes) -> list[Document]:
    said = msgspec.json.decode(text)
    return [registry.read_document(msgspec.json.encode(one)) for one in (said if isinstance(said, list) else [said])]


def _said(difference: Difference, value: str) -> str:
    return f"{difference.where} {value or 'nothing'}"


def _back(documents: Sequence[Document], map: Map, name: str, envelope: Envelope) -> Iterator[Finding]:
    """Write what was read and read it again: what does not come back is a warning, as some rules only read."""
    mine = [document for document in documents if isinstance(document, map.document)]
    if not mine:
        return
    built = [lower(document, map) for document in mine]
    try:
        body = file_of(built, [map] * len(built), envelope)
    except Unreadable as unreadable:
        yield from unreadable.findings
        return
    again = read(body, file_name=name, shelf=Shelf(own=(map,)))
    yield from (finding for finding in again.findings if finding.severity == "error")
    for before, after in pair(mine, again.documents):
        for difference in compare(before, after) if before is not None and after is not None else ():
            says = f"{_said(difference, difference.before)} is lost when it is written and read again."
            if difference.after:
                says = f"{difference} when it is written and read again."
            yield Finding(
                code="trial.not-written-back",
                severity="warning",
                says=says,
                fix="Give the rule a place to write to, or say `one_way = true`.",
                where=Place(path=f"$.{difference.path}"),
            )


def _wrong(code: str, says: str, fix: str, path: str) -> Finding:
    return Finding(code=code, says=says, fix=fix, where=Place(path=path))
