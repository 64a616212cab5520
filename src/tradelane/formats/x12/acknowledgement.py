"""Say to the sender what could be read: a 997's content for a group, a TA1 for an interchange. Never more."""

from collections.abc import Iterable, Mapping, Sequence

from tradelane.formats.x12.envelope import Group, Interchange, ReceivedSet, Ta1
from tradelane.model.finding import Finding
from tradelane.model.syntax_report import ElementFault, SegmentFault, SetReport, SyntaxReport, Verdict

_ACKNOWLEDGEMENTS = "FA"
_HAS_ELEMENT_ERRORS = "8"
_SEGMENTS_IN_ERROR = "5"
_WISHES_TA1 = ("1", "3")
_CODES_MAX = 5
_VALUE_MAX = 99
_NOTHING: Mapping[str, Sequence[Finding]] = {}


def answerable(group: Group) -> bool:
    """Whether a 997 may answer this group: not one of 997s, or two machines would thank each other forever."""
    return group.functional_id != _ACKNOWLEDGEMENTS and not any(
        each.message.kind in ("997", "999") for each in group.sets
    )


def syntax_report(
    group: Group, refusals: Mapping[str, Sequence[Finding]] = _NOTHING, findings: Sequence[Finding] = ()
) -> SyntaxReport:
    """Build the report on one received group.

    *refusals*: what lifting each set found, by set control number; errors reject it, warnings accept it with errors.
    *findings*: what else is wrong with the group, e.g. a version nobody agreed; ``syntax_code`` is AK905 then.
    """
    assert answerable(group), "a syntax report is never answered with another"
    rejected = group.refused or _worst(findings) == "error"
    sets = tuple(_set_report(each, refusals.get(each.message.control, ()), rejected) for each in group.sets)
    accepted = sum(report.verdict != "rejected" for report in sets)
    said = [finding for finding in (*group.findings, *findings) if finding.severity != "note"]
    return SyntaxReport(
        functional_id=group.functional_id,
        group=group.control,
        verdict="rejected" if rejected else _group_verdict(sets, accepted, bool(said)),
        included=group.included if group.included >= 0 else len(sets),
        received=len(sets),
        accepted=accepted,
        sets=sets,
        codes=_codes(finding.syntax_code for finding in said),
    )


def ta1(interchange: Interchange, code: str = "") -> Ta1:
    """Build the answer to an interchange; *code* (TA105) is what decoding found when none is given."""
    code = code or interchange.code
    warned = any(finding.severity == "warning" and finding.syntax_code for finding in interchange.findings)
    verdict = "R" if code != "000" else "E" if warned else "A"
    if verdict == "E":
        code = next(f.syntax_code for f in interchange.findings if f.severity == "warning" and f.syntax_code)
    return Ta1(control=interchange.control, date=interchange.date, time=interchange.time, verdict=verdict, code=code)


def ta1_wanted(interchange: Interchange) -> bool:
    """Whether a TA1 goes back: its sender asks for one (ISA14), or nothing else tells of a refusal. Never for a TA1."""
    if interchange.ta1s and not interchange.groups:
        return False
    known = bool(interchange.control and interchange.sender)
    return known and (interchange.refused or interchange.acknowledge in _WISHES_TA1)


def _set_report(each: ReceivedSet, lifted: Sequence[Finding], group_rejected: bool) -> SetReport:
    # Whoever lifts may hand the findings of the envelope back with its own: each counts once.
    findings = tuple(dict.fromkeys((*each.findings, *lifted)))
    worst = _worst(findings)
    segments = _segment_faults(findings)
    codes = [*each.codes, *(f.syntax_code for f in lifted if not f.where.segment and f.severity != "note")]
    if segments or (worst == "error" and not any(codes)):
        codes.append(_SEGMENTS_IN_ERROR)
    return SetReport(
        kind=each.message.kind,
        control=each.message.control,
        verdict="rejected" if group_rejected or worst == "error" else _accepted(worst == "warning"),
        codes=_codes(codes),
        segments=segments,
    )


def _accepted(with_errors: bool) -> Verdict:
    return "accepted_with_errors" if with_errors else "accepted"


def _group_verdict(sets: Sequence[SetReport], accepted: int, warned: bool) -> Verdict:
    if accepted < len(sets):
        return "partially_accepted" if accepted else "rejected"
    return _accepted(warned or any(report.verdict == "accepted_with_errors" for report in sets))


def _worst(findings: Iterable[Finding]) -> str:
    severities = {finding.severity for finding in findings}
    return next((severity for severity in ("error", "warning") if severity in severities), "")


def _codes(codes: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(code for code in codes if code))[:_CODES_MAX]


def _segment_faults(findings: Iterable[Finding]) -> tuple[SegmentFault, ...]:
    """Group findings by the segment they stand on (AK3), its bad elements below it (AK4), in the order of the set."""
    places: dict[tuple[int, str], list[Finding]] = {}
    for finding in findings:
        if finding.where.segment_position and finding.severity != "note":
            places.setdefault((finding.where.segment_position, finding.where.segment), []).append(finding)
    return tuple(_segment_fault(segment, position, found) for (position, segment), found in sorted(places.items()))


def _segment_fault(segment: str, position: int, found: Sequence[Finding]) -> SegmentFault:
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
    code = _HAS_ELEMENT_ERRORS if elements else next((f.syntax_code for f in found if f.syntax_code), "")
    return SegmentFault(segment=segment, position=position, code=code, elements=elements)


def _copy(value: str) -> str:
    """Return the bad value for AK404; one with characters that cannot be sent is left out."""
    return value[:_VALUE_MAX] if value.isascii() and value.isprintable() else ""
