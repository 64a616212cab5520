"""A file on one page for a browser: as sent, beside what it means, each value linked to where it comes from.

The page holds everything it needs: nothing is fetched, nothing leaves the machine.
"""

from collections.abc import Iterator, Sequence
from html import escape
from importlib.resources import files

from tradelane.formats.explain import Branch
from tradelane.library import ReadFile, ReadMessage
from tradelane.library.page_meaning import Meant, Unread, meaning_rows, unread_rows
from tradelane.library.page_raw import icon, note, raw_lines
from tradelane.library.syntax import title
from tradelane.library.where import Where, every
from tradelane.model.finding import Finding
from tradelane.views.glossary import counted

VALUES_MAX = 20_000
"""So many values are linked; a browser would choke on more."""


def page(found: ReadFile, name: str) -> str:
    """Return the page about a file called *name*."""
    meant, left = _meant(found)
    placed = [finding for finding in found.findings if finding.where.start >= 0]
    more = f'<p class="more">{counted(left, "more message")} not shown; cut the file to see them.</p>' if left else ""
    parts = {
        "title": escape(name),
        "heading": f"What does {escape(name)} say?",
        "sentence": escape(_sentence(found)),
        "pills": _pills(found.findings),
        "facts": escape(f"{title(found.syntax)} · {len(found.body):,} bytes"),
        "keys": "<kbd>n</kbd> next problem&ensp;" if any(one.severity != "note" for one in found.findings) else "",
        "top": _top([finding for finding in found.findings if finding.where.start < 0]),
        "raw": "".join(raw_lines(found, [one for each in meant for one in each.wheres], placed)),
        "meaning": "".join(row for each in meant for row in _rows(each)),
        "more": more,
    }
    text = files("tradelane.library").joinpath("page.html").read_text("utf-8")
    # One pass, so that what a partner wrote is never looked through for our own marks.
    pieces = text.split("{{")
    return pieces[0] + "".join(parts[key] + rest for key, _, rest in (piece.partition("}}") for piece in pieces[1:]))


def _meant(found: ReadFile) -> tuple[list[Meant | Unread], int]:
    """Return what each message says with where it stands, numbered through, and how many messages were left out."""
    shown: list[Meant | Unread] = []
    outlines = _outlines(found)
    count = 0
    for read in found.messages:
        if count > VALUES_MAX:
            break
        if read.document is None:
            outline = outlines.get((read.piece.start, read.piece.end))
            shown.append(Unread(read=read, outline=outline, first=count))
        else:
            shown.append(Meant(document=read.document, wheres=_shown(found, read), first=count))
        count += len(shown[-1].wheres)
    return shown, len(found.messages) - len(shown)


def _shown(found: ReadFile, read: ReadMessage) -> tuple[Where, ...]:
    """Return where the values come from that people see; their own codes stand at the same bytes as our words."""
    return tuple(one for one in every(found, read) if not one.path.endswith("source_code"))


def _outlines(found: ReadFile) -> dict[tuple[int, int], Branch]:
    """Return the structure of every message by its bytes, if any is needed: the file's own tree knows it."""
    if all(read.document is not None for read in found.messages):
        return {}
    waiting = [tree] if (tree := found.tree()) is not None else []
    known: dict[tuple[int, int], Branch] = {}
    for branch in waiting:
        known.setdefault((branch.start, branch.end), branch)
        waiting += branch.children
    return known


def _rows(meant: Meant | Unread) -> Iterator[str]:
    return meaning_rows(meant) if isinstance(meant, Meant) else unread_rows(meant)


def _sentence(found: ReadFile) -> str:
    errors = sum(finding.severity == "error" for finding in found.findings)
    warnings = sum(finding.severity == "warning" for finding in found.findings)
    said = [f"{counted(len(found.documents), 'document')} read"]
    said += [f"{counted(errors, 'problem')} to correct"] if errors else []
    said += [f"{counted(warnings, 'thing')} to look at"] if warnings else []
    from_to = next((each.piece for each in found.messages if each.piece.sender), None)
    ends = f", from {from_to.sender.partition(':')[2]} to {from_to.receiver.partition(':')[2]}" if from_to else ""
    return f"{', '.join(said)}{ends}."


def _pills(findings: Sequence[Finding]) -> str:
    errors = sum(finding.severity == "error" for finding in findings)
    warnings = sum(finding.severity == "warning" for finding in findings)
    pills = f'<span class="pill bad">{icon("error")}{counted(errors, "problem")}</span>' if errors else ""
    pills += f'<span class="pill warn">{icon("warning")}{counted(warnings, "warning")}</span>' if warnings else ""
    return pills or f'<span class="pill ok">{icon("ok")}No problems found</span>'


def _top(findings: Sequence[Finding]) -> str:
    """Return what is wrong with the file as a whole, or at a place that has no bytes."""
    return f'<div class="top">{"".join(map(note, findings))}</div>' if findings else ""
