"""Look at a file without a server: what is in it, what is wrong with it, what it means."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import msgspec
from cyclopts import Parameter
from msgspec.structs import replace
from rich.text import Text
from rich.tree import Tree

from tradelane import maps
from tradelane.cli.meaning import meaning
from tradelane.cli.options import Json
from tradelane.cli.say import Trouble, as_json, err, out, plain
from tradelane.formats import json as json_format
from tradelane.formats import x12
from tradelane.formats.explain import Branch, explain
from tradelane.formats.x12.envelope import Decoded, Group, Interchange, ReceivedSet
from tradelane.model.document import Document
from tradelane.model.finding import Finding, Unreadable
from tradelane.runtime.read import is_x12

FILE_BYTES_MAX = 25 * 1024 * 1024
SEGMENTS_SHOWN_MAX = 500
MARKS = {"error": "[red]✗[/]", "warning": "[yellow]![/]", "note": "[dim]·[/]"}
File = Annotated[Path, Parameter(help="An X12 or JSON file.")]
Full = Annotated[bool, Parameter(help="Every element on a line of its own, and every segment of a long file.")]


def inspect(file: File, /, *, full: Full = False, json: Json = False) -> None:
    """Show what is in an X12 or JSON file as a tree, with every problem where it stands, and what it means."""
    body = _bytes(file)
    branch, documents, findings = _look(body)
    if json:
        as_json({"tree": branch, "findings": findings, "documents": documents})
    else:
        if branch is not None:
            out.print(_tree(branch, full))
            out.print()
        for document in documents:
            out.print(meaning(document))
            out.print()
        _say(findings)
    if any(finding.severity == "error" for finding in findings):
        sys.exit(1)


def translate(file: File, /) -> None:
    """Write the documents in an X12 or JSON file as canonical JSON, one a line; problems go to the error stream."""
    _, documents, findings = _look(_bytes(file))
    for document in documents:
        sys.stdout.write(msgspec.json.encode(document).decode() + "\n")
    for finding in findings:
        err.print(f"{MARKS[finding.severity]} {plain(str(finding))}", soft_wrap=True)
    if any(finding.severity == "error" for finding in findings):
        sys.exit(1)


def _bytes(file: Path) -> bytes:
    try:
        if file.stat().st_size > FILE_BYTES_MAX:
            raise Trouble(f"{file} is larger than {FILE_BYTES_MAX // 1024 // 1024} MB; look at a part of it.")
        return file.read_bytes()
    except OSError as error:
        raise Trouble(f"{file} cannot be read: {error.strerror}.") from None


# --- reading --------------------------------------------------------------------------------------------------------


def _look(body: bytes) -> tuple[Branch | None, list[Document], tuple[Finding, ...]]:
    """Return the file's tree (JSON has none), the documents in it, and everything wrong with it."""
    documents: list[Document] = []
    if is_x12(body, ""):
        decoded = _with_meaning(x12.decode(body), documents)
        return explain(decoded), documents, decoded.all_findings
    findings: list[Finding] = []
    try:
        for message in json_format.decode(body):
            lifted = maps.lift_json(message)
            documents.append(lifted.document)
            findings += lifted.findings
    except Unreadable as unreadable:
        findings += unreadable.findings
    return None, documents, tuple(findings)


def _with_meaning(decoded: Decoded, documents: list[Document]) -> Decoded:
    """Read every readable set into *documents*; what is wrong with its meaning joins what is wrong with its syntax."""
    readable = {id(each) for _, _, each in decoded.accepted}

    def read(each: ReceivedSet) -> ReceivedSet:
        if id(each) not in readable:
            return each
        return replace(each, findings=(*each.findings, *_read(each, documents)))

    def group(each: Group) -> Group:
        return replace(each, sets=tuple(map(read, each.sets)))

    def interchange(each: Interchange) -> Interchange:
        return replace(each, groups=tuple(map(group, each.groups)))

    return replace(decoded, interchanges=tuple(map(interchange, decoded.interchanges)))


def _read(each: ReceivedSet, documents: list[Document]) -> tuple[Finding, ...]:
    kind = each.message.kind
    if (name := f"x12/004010/{kind}") not in maps.shipped_names():
        says = f"We ship no map for transaction set {kind}; its segments are shown, not its meaning."
        fix = "Write one in a partner's folder."
        return (Finding(code="map.missing", says=says, fix=fix, severity="note"),)
    try:
        lifted = maps.lift(each.message, maps.shipped(name))
    except Unreadable as unreadable:
        return unreadable.findings
    documents.append(lifted.document)
    return lifted.findings


# --- showing --------------------------------------------------------------------------------------------------------


def _tree(branch: Branch, full: bool) -> Tree:
    tree = Tree(_label(branch), guide_style="dim")
    _grow(tree, branch, full)
    return tree


def _grow(tree: Tree, branch: Branch, full: bool) -> None:
    here, below = _placed(branch)
    for finding in here:
        tree.add(_wrong(finding))
    shown = branch.children if full else branch.children[:SEGMENTS_SHOWN_MAX]
    for child in shown:
        if full or not _is_segment(child):
            grown = tree.add(_label(child))
            for finding in below.get(child.label, ()):
                grown.add(_wrong(finding))
            _grow(grown, child, full)
        else:
            _grow_segment(tree, child, below.get(child.label, ()))
    if len(shown) < len(branch.children):
        tree.add(f"[dim]... {len(branch.children) - len(shown)} more; --full shows them[/]")


def _placed(branch: Branch) -> tuple[list[Finding], dict[str, list[Finding]]]:
    """Return what stands on the branch itself, and what belongs to the one segment below it that it names (SE01)."""
    labels = [child.label for child in branch.children if _is_segment(child)]
    here: list[Finding] = []
    below: dict[str, list[Finding]] = {}
    for finding in branch.findings:
        tag = finding.where.segment
        (below.setdefault(tag, []) if labels.count(tag) == 1 else here).append(finding)
    return here, below


def _grow_segment(tree: Tree, segment: Branch, more: Sequence[Finding]) -> None:
    """Add a segment as one line, and below it what is wrong with it and with its elements."""
    grown = tree.add(_segment(segment))
    inside = (finding for child in segment.children for finding in child.findings)
    for finding in (*segment.findings, *inside, *more):
        grown.add(_wrong(finding))


def _is_segment(branch: Branch) -> bool:
    """Say whether a branch is a segment within a set: its branches are elements, which have none of their own."""
    return branch.label not in ("file", "ISA", "GS", "TA1") and not any(child.children for child in branch.children)


def _segment(segment: Branch) -> Text:
    line = Text.from_markup(f"[bold]{plain(segment.label):<4}[/][dim]{plain(segment.says)}[/]")
    for place, part in enumerate(_elements(segment)):
        line.append("  " if place == 0 else " · ", "dim")
        line.append_text(Text.from_markup(part))
    return line


def _elements(segment: Branch) -> Iterator[str]:
    """Return the elements as people read them; a qualifier stands with the value that it qualifies."""
    kind: Branch | None = None
    for child in segment.children:
        if kind is not None and kind.says == f"{child.says} kind":
            yield f"[dim]{plain(child.says)}[/] {_value(kind)} {_value(child)}"
            kind = None
            continue
        if kind is not None:
            yield f"[dim]{plain(kind.says)}[/] {_value(kind)}"
        kind = child if child.says.endswith(" kind") else None
        if kind is None:
            yield f"[dim]{plain(child.says or child.label)}[/] {_value(child)}"
    if kind is not None:
        yield f"[dim]{plain(kind.says)}[/] {_value(kind)}"


def _value(element: Branch) -> str:
    return f"[red]{plain(element.value)}[/]" if element.findings else plain(element.value)


def _label(branch: Branch) -> str:
    value = f" {plain(branch.value)}" if branch.value else ""
    said = f"  [dim]{plain(branch.says)}[/]" if branch.says else ""
    return f"[bold]{plain(branch.label)}[/]{value}{said}"


def _wrong(finding: Finding) -> str:
    where = plain(_place(finding))
    return f"{MARKS[finding.severity]} {where}{plain(finding.says)} {plain(finding.fix)}"


def _place(finding: Finding) -> str:
    """Return which element or field of the segment is meant; which segment, is seen."""
    place = finding.where
    if place.element:
        component = f"-{place.component}" if place.component else ""
        return f"{place.segment}{place.element:02d}{component}: "
    return f"{place.path}: " if place.path else ""


def _say(findings: tuple[Finding, ...]) -> None:
    wrong = [finding for finding in findings if finding.severity != "note"]
    if not wrong:
        out.print("[green]✓[/] No problems found.")
    for finding in findings:
        out.print(f"{MARKS[finding.severity]} {plain(str(finding))}", soft_wrap=True)
