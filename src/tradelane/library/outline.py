"""A file as a tree, for syntaxes that have no words of their own for it: messages, segments or nodes, values."""

from collections.abc import Iterable, Iterator, Sequence

from tradelane.formats.explain import Branch
from tradelane.library.edifact_words import SEGMENTS
from tradelane.library.opened import Piece
from tradelane.model.finding import Finding
from tradelane.model.message import Node, NodeMessage, Segment, SegmentMessage, bare, cut
from tradelane.views.glossary import counted


def outline(pieces: Sequence[Piece], outer: Sequence[Finding], findings: Sequence[tuple[Finding, ...]]) -> Branch:
    """Return the tree of a file; a finding stands on the innermost segment or node that it lies in."""
    children = (_message(piece, here) for piece, here in zip(pieces, findings, strict=True))
    return Branch(label="file", says=counted(len(pieces), "message"), findings=tuple(outer), children=tuple(children))


def is_plain(node: Node) -> bool:
    """Say whether a node holds a text and no other nodes but its attributes."""
    return all(child.name.startswith("@") for child in node.children)


def _message(piece: Piece, findings: tuple[Finding, ...]) -> Branch:
    message = piece.message
    ends = f"from {piece.sender} to {piece.receiver}" if piece.sender else ""
    if isinstance(message, SegmentMessage):
        known = {segment.position for segment in message.segments}
        children = tuple(_segment(segment, message, findings) for segment in message.segments)
        here = tuple(one for one in findings if one.where.segment_position not in known)
    elif isinstance(message, NodeMessage):
        children = _nodes(message.root, list(findings))
        here = tuple(one for one in findings if one.where.start < 0 and not one.where.path)
    else:
        children, here = (), findings
    return Branch(
        label=message.kind,
        value=message.control,
        says=ends,
        start=piece.start,
        end=piece.end,
        findings=here,
        children=children,
    )


def _segment(segment: Segment, message: SegmentMessage, findings: Iterable[Finding]) -> Branch:
    here = [one for one in findings if one.where.segment_position == segment.position]
    return Branch(
        label=segment.tag,
        says=SEGMENTS.get(segment.tag, ""),
        start=segment.start,
        end=segment.end,
        findings=tuple(one for one in here if not one.where.element),
        children=tuple(_elements(segment, message, [one for one in here if one.where.element])),
    )


def _elements(segment: Segment, message: SegmentMessage, findings: Sequence[Finding]) -> Iterator[Branch]:
    """Yield every filled component, ``LIN/3/1`` being component 1 of element 3, with its bytes."""
    signs = message.delimiters
    place = segment.start + len(segment.tag) + len(signs.element)
    for number, element in enumerate(segment.elements, 1):
        here = tuple(one for one in findings if one.where.element == number)
        pieces, at = cut(element, signs.component, signs.release), place
        for component, piece in enumerate(pieces, 1):
            if piece or (here and component == 1):
                label = f"{segment.tag}/{number}/{component}" if len(pieces) > 1 else f"{segment.tag}/{number}"
                value = bare(piece, signs.release)
                yield Branch(label=label, value=value, start=at, end=at + len(piece), findings=here)
                here = ()
            at += len(piece) + len(signs.component)
        place += len(element) + len(signs.element)


def _nodes(root: Node, findings: list[Finding]) -> tuple[Branch, ...]:
    """Return the outermost node; of rows, which repeat there what stands in the first of them, only the rows."""
    rows = [child for child in root.children if not is_plain(child)]
    if root.value or not rows or len(rows) == len(root.children) or not _repeats(root, rows[0]):
        return (_node(root, findings),)
    return tuple(_node(row, findings) for row in rows)


def _repeats(root: Node, row: Node) -> bool:
    cells = {(child.name, child.start, child.where) for child in row.children}
    return all((child.name, child.start, child.where) in cells for child in root.children if not child.children)


def _node(node: Node, findings: list[Finding]) -> Branch:
    children = tuple(_node(child, findings) for child in node.children)
    mine = [one for one in findings if _is_about(one, node)]
    for one in mine:
        findings.remove(one)
    return Branch(
        label=node.name,
        value=node.value,
        says="" if node.start >= 0 or is_plain(node) else node.where,
        start=node.start,
        end=node.end,
        findings=tuple(mine),
        children=children,
    )


def _is_about(finding: Finding, node: Node) -> bool:
    place = finding.where
    if place.start >= 0 and node.start >= 0:
        return node.start <= place.start < max(node.end, node.start + 1)
    return bool(place.path) and place.path == node.where
