"""The left side of the page: the file as sent, line by line, its values marked, each problem under its line."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from html import escape
from itertools import pairwise

from msgspec import Struct

from tradelane.library import ReadFile
from tradelane.library.outline import is_plain
from tradelane.library.where import Where
from tradelane.model.finding import Finding
from tradelane.model.message import Delimiters, Node, NodeMessage, SegmentMessage, cut

LINES_MAX = 5_000
TONES = {"error": "bad", "warning": "warn", "note": "muted"}


class Line(Struct, frozen=True):
    """One line of the file, a segment where it has segments: its number, its bytes."""

    number: int
    start: int
    end: int


class Mark(Struct, frozen=True):
    """Bytes that say something: by number the values read from them, or how bad what stands there is."""

    start: int
    end: int
    value: int = -1
    severity: str = ""


def raw_lines(found: ReadFile, wheres: Sequence[Where], findings: Sequence[Finding]) -> Iterator[str]:
    """Yield the lines of the file as HTML; *wheres* are the values in the order the other side numbers them."""
    if found.syntax == "xlsx":
        yield from _sheet(found, wheres)
        return
    lines = list(_lines(found))
    marks = [Mark(one.place.start, one.place.end, value=n) for n, one in enumerate(wheres) if one.place.start >= 0]
    marks += [Mark(one.where.start, one.where.end, severity=one.severity) for one in findings]
    starts = [line.start for line in lines]
    by_line: dict[int, list[Mark]] = {}
    for mark in marks:
        for number in range(_line_of(starts, mark.start), _line_of(starts, max(mark.start, mark.end - 1)) + 1):
            by_line.setdefault(number, []).append(mark)
    notes: dict[int, list[Finding]] = {}
    for one in findings:
        notes.setdefault(_line_of(starts, one.where.start), []).append(one)
    signs = _signs(found)
    for number, line in enumerate(lines[:LINES_MAX]):
        yield _line(found.body, line, by_line.get(number, ()), notes.get(number, ()), signs)
    if len(lines) > LINES_MAX:
        yield f'<p class="more">{len(lines) - LINES_MAX:,} more lines are not shown.</p>'
        yield from (note(one) for number, here in notes.items() if number >= LINES_MAX for one in here)


def note(finding: Finding) -> str:
    """Return one problem with its place and what to do."""
    kind = "note-" if finding.severity == "note" else finding.severity
    return (
        f'<div class="note {kind}" tabindex="-1">{escape(str(finding.where))}: {escape(finding.says)} '
        f"{escape(finding.fix)} <code>{escape(finding.code)}</code></div>"
    )


def icon(name: str) -> str:
    """Return one of the page's own signs."""
    return f'<svg class="i" aria-hidden="true"><use href="#{name}"/></svg>'


def _sheet(found: ReadFile, wheres: Sequence[Where]) -> Iterator[str]:
    """Yield the rows of a workbook, whose bytes say nothing to anybody: each filled cell, linked by its address."""
    at: dict[str, list[int]] = {}
    for number, one in enumerate(wheres):
        at.setdefault(one.place.path, []).append(number)
    roots = (each.message.root for each in found.messages if isinstance(each.message, NodeMessage))
    rows = [row for root in roots for row in root.children if not is_plain(row)]
    for number, row in enumerate(rows[:LINES_MAX], 1):
        cells = " <i>|</i> ".join(_cell(cell, at) for cell in row.children if cell.value)
        numbered = f'<span class="no">{number}</span><span class="g"></span>'
        yield f'<div class="ln">{numbered}<span class="sg">{cells}</span></div>'
    if len(rows) > LINES_MAX:
        yield f'<p class="more">{len(rows) - LINES_MAX:,} more rows are not shown.</p>'


def _cell(cell: Node, at: dict[str, list[int]]) -> str:
    name, values = escape(cell.name), " ".join(map(str, at.get(cell.where, ())))
    said = (
        f'<span class="v" tabindex="0" data-v="{values}">{escape(cell.value)}</span>' if values else escape(cell.value)
    )
    return f"<b>{name}</b> {said}"


def _signs(found: ReadFile) -> Delimiters | None:
    """Return the delimiters of a file of segments."""
    messages = (each.message for each in found.messages)
    return next((one.delimiters for one in messages if isinstance(one, SegmentMessage)), None)


def _lines(found: ReadFile) -> Iterator[Line]:
    signs = _signs(found)
    text = found.body.decode("latin-1")
    segment, release = (signs.segment, signs.release) if signs else ("\n", "")
    place, number = 0, 0
    for piece in cut(text, segment, release):
        end = min(place + len(piece) + len(segment), len(text))
        start = place + len(piece) - len(piece.lstrip("\r\n"))
        if start < end:
            number += 1
            yield Line(number, start, end)
        place = end


def _line_of(starts: Sequence[int], place: int) -> int:
    return max(0, bisect_right(starts, place) - 1)


def _line(body: bytes, line: Line, marks: Sequence[Mark], notes: Sequence[Finding], signs: Delimiters | None) -> str:
    worst = next((level for level in ("error", "warning", "note") if any(n.severity == level for n in notes)), "")
    gutter = (
        f'<span class="{"bad" if worst == "error" else "warn" if worst == "warning" else "muted"}">{icon(worst)}</span>'
    )
    cells = "".join(_cells(body, line, marks, signs))
    return (
        f'<div class="ln"><span class="no">{line.number}</span><span class="g">{gutter}</span>'
        f'<span class="sg">{cells}</span></div>{"".join(map(note, notes))}'
    )


def _cells(body: bytes, line: Line, marks: Sequence[Mark], signs: Delimiters | None) -> Iterator[str]:
    """Cut a line wherever a mark begins or ends, so that marks may lie within and across each other."""
    stops = {line.start, line.end, *(_within(line, place) for mark in marks for place in (mark.start, mark.end))}
    for start, end in pairwise(sorted(stops)):
        here = [mark for mark in marks if mark.start <= start and end <= mark.end]
        values = [mark.value for mark in here if mark.value >= 0]
        shown = _text(body[start:end], signs if not values else None, opens=start == line.start)
        level = next((level for level in ("error", "warning") if any(m.severity == level for m in here)), "")
        # A finding about a whole line is said below it; only one about a part of it is marked in it.
        wrong = "" if not level or (start == line.start and not values) else " pb" if level == "error" else " pw"
        if values:
            yield f'<span class="v{wrong}" tabindex="0" data-v="{" ".join(map(str, values))}">{shown}</span>'
        else:
            yield f'<span class="{wrong.strip()}">{shown}</span>' if wrong else shown


def _within(line: Line, place: int) -> int:
    return min(max(place, line.start), line.end)


def _text(raw: bytes, signs: Delimiters | None, *, opens: bool) -> str:
    """Return bytes to read: what cannot be printed as a dot; the tag of a segment strong, its separators faint."""
    said = "".join(c if c.isprintable() or c in "\t" else "·" for c in raw.rstrip(b"\r\n").decode("utf-8", "replace"))
    if signs is None:
        return escape(said)
    tag, found, rest = said.partition(signs.element) if opens else ("", "", said)
    strong = f"<b>{escape(tag)}</b>{_faint(found, signs)}" if opens else ""
    return strong + _faint(rest, signs)


def _faint(said: str, signs: Delimiters) -> str:
    faint = {signs.element, signs.segment}
    return "".join(f"<i>{escape(c)}</i>" if c in faint else escape(c) for c in said)
