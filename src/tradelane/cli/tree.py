"""A file as a tree on the terminal: its structure, and every problem under what it is about."""

from collections.abc import Iterator, Sequence

from rich.text import Text
from rich.tree import Tree

from tradelane.cli.say import plain
from tradelane.formats.explain import Branch
from tradelane.model.finding import Finding

SEGMENTS_SHOWN_MAX = 500
LABEL_WIDTH = 4
MARKS = {"error": "[red]✗[/]", "warning": "[yellow]![/]", "note": "[dim]·[/]"}


def tree(branch: Branch, full: bool) -> Tree:
    """Return *branch* to print; *full* gives every element a line of its own."""
    grown = Tree(_label(branch), guide_style="dim")
    _grow(grown, branch, full)
    return grown


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
    gap = " " if len(segment.label) >= LABEL_WIDTH and segment.says else ""
    line = Text.from_markup(f"[bold]{plain(segment.label):<{LABEL_WIDTH}}[/]{gap}[dim]{plain(segment.says)}[/]")
    if segment.value:
        line.append_text(Text.from_markup(f" {_value(segment)}"))
    for place, part in enumerate(_elements(segment)):
        line.append("  " if place == 0 else " · ", "dim")
        line.append_text(Text.from_markup(part))
    return line


def _elements(segment: Branch) -> Iterator[str]:
    """Return the elements as people read them; a qualifier stands with the value that it qualifies."""
    kind: Branch | None = None
    for child in segment.children:
        if not child.value and not child.findings:
            continue
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
