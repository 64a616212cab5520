"""Show an X12 file as a tree a person can read: envelopes, segments and elements with names, and what is wrong."""

from collections.abc import Iterable, Sequence

from msgspec import Struct

from tradelane.formats import names
from tradelane.formats.x12.envelope import Decoded, Group, Interchange, ReceivedSet
from tradelane.model.finding import Finding
from tradelane.model.message import Segment


class Branch(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line of the tree: label (``BEG03``), value as written, what it means, its bytes, its faults, its branches."""

    label: str
    value: str = ""
    says: str = ""
    start: int = -1
    end: int = -1
    findings: tuple[Finding, ...] = ()
    children: tuple["Branch", ...] = ()


def explain(decoded: Decoded) -> Branch:
    """Return the whole file as a tree. Findings stand on the segment or element they name, else on their envelope."""
    count = len(decoded.interchanges)
    return Branch(
        label="file",
        says=f"{count} interchange{'' if count == 1 else 's'}",
        findings=decoded.findings,
        children=tuple(_interchange(interchange) for interchange in decoded.interchanges),
    )


def explain_segment(segment: Segment, findings: Iterable[Finding] = ()) -> Branch:
    """Return one segment with its elements named; *findings* are those that stand on it."""
    here = tuple(findings)
    return Branch(
        label=segment.tag,
        says=names.SEGMENTS.get(segment.tag, ""),
        start=segment.start,
        end=segment.end,
        findings=tuple(finding for finding in here if not finding.where.element),
        children=tuple(_elements(segment, [finding for finding in here if finding.where.element])),
    )


def _interchange(interchange: Interchange) -> Branch:
    sender, receiver = interchange.sender or "?", interchange.receiver or "?"
    test = " (test)" if interchange.usage == "T" else ""
    return Branch(
        label="ISA",
        value=interchange.control,
        says=f"interchange from {sender} to {receiver}, version {interchange.version}{test}",
        start=interchange.start,
        end=interchange.end,
        findings=interchange.findings,
        children=(
            *(
                Branch(
                    label="TA1",
                    value=ta1.control,
                    says=names.TA1.get(ta1.verdict, ""),
                    children=_code("TA105", ta1.code),
                )
                for ta1 in interchange.ta1s
            ),
            *(_group(group) for group in interchange.groups),
        ),
    )


def _code(label: str, code: str) -> tuple[Branch, ...]:
    return (Branch(label=label, value=code),) if code != "000" else ()


def _group(group: Group) -> Branch:
    return Branch(
        label="GS",
        value=group.control,
        says=f"group {group.functional_id} from {group.sender} to {group.receiver}, version {group.version}",
        start=group.start,
        end=group.end,
        findings=group.findings,
        children=tuple(_set(each) for each in group.sets),
    )


def _set(each: ReceivedSet) -> Branch:
    on_segments: dict[int, list[Finding]] = {}
    for finding in each.findings:
        on_segments.setdefault(finding.where.segment_position, []).append(finding)
    return Branch(
        label="ST",
        value=each.message.control,
        says=names.SETS.get(each.message.kind, f"transaction set {each.message.kind}"),
        start=each.start,
        end=each.end,
        findings=tuple(on_segments.pop(0, ())),
        children=tuple(
            explain_segment(segment, on_segments.get(segment.position, ())) for segment in each.message.segments
        ),
    )


def _elements(segment: Segment, findings: Sequence[Finding]) -> Iterable[Branch]:
    place = segment.start + len(segment.tag) + 1
    for number, value in enumerate(segment.elements, start=1):
        label = f"{segment.tag}{number:02d}"
        here = tuple(finding for finding in findings if finding.where.element == number)
        if value or here:
            says = names.element(segment, number)
            yield Branch(label=label, value=value, says=says, start=place, end=place + len(value), findings=here)
        place += len(value) + 1
    beyond = tuple(finding for finding in findings if finding.where.element > len(segment.elements))
    for finding in beyond:
        label = f"{segment.tag}{finding.where.element:02d}"
        yield Branch(label=label, says=names.element(segment, finding.where.element), findings=(finding,))
