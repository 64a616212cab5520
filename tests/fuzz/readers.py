"""What reads bytes that others wrote, each with all that is done with what was read: nothing may raise, or take long.

The fuzzer drives these, and the ordinary tests drive them over what the fuzzer once found.
"""

import resource
from collections.abc import Callable, Iterable
from time import process_time

from tests.fuzz.workbook import workbook

from tradelane import maps
from tradelane.formats import csv, edifact, fixed, idoc, tradacoms, x12, xlsx, xml
from tradelane.formats import json as json_format
from tradelane.formats.detect import detect
from tradelane.formats.explain import explain
from tradelane.formats.table import Table, divide
from tradelane.library import read
from tradelane.maps import BadMap
from tradelane.model.finding import Finding, Unreadable
from tradelane.model.table import Dialect, Field, Grouping, Layout, RecordLayout

SECONDS, SECONDS_PER_BYTE = 0.5, 2e-6
"""Promise P25, and half a second for what is imported and compiled on the way."""
MEMORY_KB = 256 * 1024
SLACK = 5
"""Watched code is that much slower."""

_LAYOUT = Layout(
    records={
        "order": RecordLayout(
            sign="H", fields=(Field(name="number", at=2, length=8), Field(name="day", at=10, length=8))
        ),
        "line": RecordLayout(sign="L", under="order", fields=(Field(name="item", at=2, length=6),)),
    },
    line_end="\n",
)


class Exceeded(Exception):
    """A reader took more time or memory than it is allowed."""


def bounded(reader: Callable[[bytes], None], body: bytes, slack: float = 1.0) -> None:
    """Run *reader* over *body*; raises `Exceeded` where it breaks promise P25."""
    started, before = process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    reader(body)
    spent = process_time() - started
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    if grown > MEMORY_KB:
        raise Exceeded(f"{grown // 1024} MB for {len(body):,} bytes")
    if spent > (SECONDS + SECONDS_PER_BYTE * len(body)) * slack:
        raise Exceeded(f"{spent:.2f} s for {len(body):,} bytes")


def _x12(body: bytes) -> None:
    decoded = x12.decode(body)
    x12.identities(body)
    explain(decoded)
    _said(decoded.all_findings, len(body))
    for interchange in decoded.interchanges:
        x12.ta1(interchange)
        for group in filter(x12.answerable, interchange.groups):
            x12.syntax_report(group)
    # Read as it comes it says the same, wherever it is cut; the places follow from the bytes, so that finds repeat.
    size = sum(body) % 997 + 1
    surveyed = x12.survey(x12.events(body[place : place + size] for place in range(0, len(body), size)))
    assert [str(one) for one in surveyed.findings] == [str(one) for one in decoded.findings]
    for one, other in zip(surveyed.interchanges, decoded.interchanges, strict=True):
        assert (one.findings, one.code, one.end) == (other.findings, other.code, other.end)
        assert [group.findings for group in one.groups] == [group.findings for group in other.groups]


def _edifact(body: bytes) -> None:
    decoded = edifact.decode(body)
    edifact.identities(body)
    for finding in decoded.all_findings:
        str(finding)
    for interchange in decoded.interchanges:
        for group in interchange.groups:
            for each in group.messages:
                assert sum(1 for _ in each.message.segments) >= 1


def _tradacoms(body: bytes) -> None:
    decoded = tradacoms.decode(body)
    for each in decoded.messages:
        assert sum(1 for _ in each.message.segments) >= 1
    _said(decoded.all_findings, len(body))


def _csv(body: bytes) -> None:
    # The first byte chooses how the file is said to be written, so that every way is tried.
    ways = (
        Dialect(),
        Dialect(delimiter=";", encoding="cp1252"),
        Dialect(quote="'", skip=1),
        Dialect(columns=("a", "b")),
    )
    _table(lambda: csv.decode(body[1:], ways[body[0] % len(ways)] if body else ways[0]))


def _xlsx(body: bytes) -> None:
    _table(lambda: xlsx.decode(body, Dialect(formulas=True)))


def _sheet(body: bytes) -> None:
    """Read bytes as the sheet of an otherwise good workbook."""
    _table(lambda: xlsx.decode(workbook(body), Dialect(formulas=True)))


def _fixed(body: bytes) -> None:
    _table(lambda: fixed.decode(body, _LAYOUT))


def _table(decode: Callable[[], Table]) -> None:
    try:
        table = decode()
    except Unreadable as unreadable:
        _said(unreadable.findings)
        return
    parts = divide(
        table, "Order", Grouping(group=table.columns[:1]) if table.syntax != "fixed" else Grouping(opens="order")
    )
    _said(parts.findings)
    for part in parts.documents:
        _said(part.findings)


def _idoc(body: bytes) -> None:
    decoded = idoc.decode(body)
    _said(decoded.findings, len(body))
    assert decoded.refused or decoded.messages
    waiting = [message.root for message in decoded.messages]
    while waiting:
        node = waiting.pop()
        assert 0 <= node.start <= node.end <= len(body), node.name
        waiting += node.children


def _xml(body: bytes) -> None:
    decoded = xml.decode(body)
    _said(decoded.findings)
    for message in decoded.messages:
        assert message.root.name


def _json(body: bytes) -> None:
    try:
        for message in json_format.decode(body):
            maps.lift_json(message)
    except Unreadable as unreadable:
        _said(unreadable.findings)


def _detect(body: bytes) -> None:
    # The first byte chooses a name for the file, so that what its ending says is tried as well.
    names = ("", "orders.csv", "orders.XLSX", "x" * 200 + ".tsv")
    found = detect(body[1:], names[body[0] % len(names)] if body else "")
    assert found.format
    assert found.why
    assert len(found.why) < 500
    found.why.encode()  # Whatever of the file it quotes can be shown.


def _maps(body: bytes) -> None:
    try:
        maps.load(body.decode("utf-8", "replace"))
    except BadMap as bad:
        _said(bad.findings)


def _library(body: bytes) -> None:
    """Whatever it is: detected, opened, lifted, drawn as a tree."""
    found = read(body)
    _said(found.findings)
    found.tree()


def _said(findings: Iterable[Finding], size: int = -1) -> None:
    """Insist that every finding says where, what and what to do, and that its place is in the file."""
    for finding in findings:
        assert finding.code
        assert finding.says
        assert size < 0 or finding.where.end <= size, finding
        str(finding)


READERS: dict[str, Callable[[bytes], None]] = {
    "x12": _x12,
    "edifact": _edifact,
    "tradacoms": _tradacoms,
    "csv": _csv,
    "xlsx": _xlsx,
    "sheet": _sheet,
    "fixed": _fixed,
    "idoc": _idoc,
    "xml": _xml,
    "json": _json,
    "detect": _detect,
    "maps": _maps,
    "library": _library,
}
