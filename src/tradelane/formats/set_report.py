"""The verdict on one transaction set or message, from what was found in it: what a 997 or a CONTRL says of it."""

from collections.abc import Iterable, Sequence

from tradelane.model.finding import Finding
from tradelane.model.syntax_report import ElementFault, SegmentFault, SetReport, Verdict

_CODES_MAX = 5
_VALUE_MAX = 99


def set_report(
    kind: str,
    control: str,
    findings: Iterable[Finding],
    codes: Iterable[str],
    *,
    rejected: bool,
    in_segments: str,
    in_elements: str,
) -> SetReport:
    """Return the verdict. *codes*: those of the whole set; *in_segments* is the code that says its segments are at
    fault, *in_elements* that a segment's elements are.
    """
    findings = tuple(findings)
    worst = worst_of(findings)
    segments = _segment_faults(findings, in_elements)
    said = list(codes)
    if in_segments and (segments or (worst == "error" and not any(said))):
        said.append(in_segments)
    return SetReport(
        kind=kind,
        control=control,
        verdict="rejected" if rejected or worst == "error" else accepted(worst == "warning"),
        codes=distinct(said),
        segments=segments,
    )


def accepted(with_errors: bool) -> Verdict:
    """Return the verdict on what is taken."""
    return "accepted_with_errors" if with_errors else "accepted"


def worst_of(findings: Iterable[Finding]) -> str:
    """Return the worst severity among *findings*, notes apart; empty when there is none."""
    severities = {finding.severity for finding in findings}
    return next((severity for severity in ("error", "warning") if severity in severities), "")


def distinct(codes: Iterable[str]) -> tuple[str, ...]:
    """Return the first few codes, each once."""
    return tuple(dict.fromkeys(code for code in codes if code))[:_CODES_MAX]


def _segment_faults(findings: Iterable[Finding], in_elements: str) -> tuple[SegmentFault, ...]:
    """Group findings by the segment they stand on, its bad elements below it, in the order of the set."""
    places: dict[tuple[int, str], list[Finding]] = {}
    for finding in findings:
        if finding.where.segment_position and finding.severity != "note":
            places.setdefault((finding.where.segment_position, finding.where.segment), []).append(finding)
    return tuple(
        _segment_fault(segment, position, found, in_elements) for (position, segment), found in sorted(places.items())
    )


def _segment_fault(segment: str, position: int, found: Sequence[Finding], in_elements: str) -> SegmentFault:
    elements = tuple(
        ElementFault(
            position=finding.where.element,
            component=finding.where.component,
            code=finding.syntax_code,
            value=_copy(finding.value),
        )
        for finding in found
        if finding.where.element
    )
    code = in_elements if elements else next((f.syntax_code for f in found if f.syntax_code), "")
    return SegmentFault(segment=segment, position=position, code=code, elements=elements)


def _copy(value: str) -> str:
    """Return the bad value for AK404; one with characters that cannot be sent is left out."""
    return value[:_VALUE_MAX] if value.isascii() and value.isprintable() else ""
