"""On which line of a map's text a finding stands, so that nobody has to search for it."""

import re
from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from tradelane.model.finding import Finding, Place

_TABLE = re.compile(r"\s*\[\[?\s*([^\]]+?)\s*\]\]?\s*(?:#.*)?")
_KEY = re.compile(r"\s*((?:[\w-]+|\"[^\"]*\"|'[^']*')(?:\s*\.\s*(?:[\w-]+|\"[^\"]*\"|'[^']*'))*)\s*=")
_PART = re.compile(r"\"([^\"]*)\"|'([^']*)'|([\w-]+)")
_AT_LINE = re.compile(r"\(at line (\d+), column \d+\)")
_FIELDS = "fields"


def placed(text: str, findings: Iterable[Finding]) -> list[Finding]:
    """Return *findings* with the lines of *text* they are about, in its order.

    What is about a map that this one extends comes first and as it is.
    """
    found = [(_line(text, finding), finding) for finding in findings]
    return [_on(line, finding) for line, finding in sorted(found, key=lambda one: one[0])]


def _line(text: str, finding: Finding) -> int:
    label = finding.where.path
    found = _AT_LINE.search(finding.says) if not label else None
    return int(found[1]) if found else line_of(text, label)


def _on(line: int, finding: Finding) -> Finding:
    label = finding.where.path
    if not line:
        return finding
    # The place names the key now, so the sentence need not.
    says = finding.says.removeprefix(f"{label}: ") if label else finding.says
    return replace(finding, where=Place(path=f"line {line}, {label}".removesuffix(", ")), says=says)


def line_of(text: str, label: str) -> int:
    r"""Return the line that states *label* (``lines.item.gtin``, ``codes.unit.EA``), or what it is part of; 0: none.

    >>> line_of('kind = "855"\n[fields.lines]\nprice = { amount = "PO1/4" }\n', "lines.price.amount")
    3
    """
    if not label:
        return 0
    wanted = _parts(label)
    best, found = 0, 0
    for number, path in _stated(text):
        for said in (wanted, (_FIELDS, *wanted)):
            if path == said[: len(path)] and len(path) - len(said) + len(wanted) > best:
                best, found = len(path) - len(said) + len(wanted), number
    return found


def _stated(text: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Yield every table and key with its line. What looks like one inside a long text does no harm: it is not asked."""
    table: tuple[str, ...] = ()
    for number, line in enumerate(text.splitlines(), 1):
        if head := _TABLE.fullmatch(line):
            table = _parts(head[1])
            yield number, table
        elif key := _KEY.match(line):
            yield number, (*table, *_parts(key[1]))


def _parts(dotted: str) -> tuple[str, ...]:
    return tuple("".join(found) for found in _PART.findall(dotted))
