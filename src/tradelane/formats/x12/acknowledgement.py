"""Say to the sender what could be read: a 997's content for a group, a TA1 for an interchange. Never more."""

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from tradelane.formats.set_report import accepted, distinct, set_report, worst_of
from tradelane.formats.x12.envelope import Group, Interchange, ReceivedSet, Ta1
from tradelane.model.finding import Finding
from tradelane.model.syntax_report import SetReport, SyntaxReport, Verdict

_ACKNOWLEDGEMENTS = "FA"
_HAS_ELEMENT_ERRORS = "8"
_SEGMENTS_IN_ERROR = "5"
_WISHES_TA1 = ("1", "3")
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
    rejected = group.refused or worst_of(findings) == "error"
    sets = tuple(_set_report(each, refusals.get(each.message.control, ()), rejected) for each in group.sets)
    taken = sum(report.verdict != "rejected" for report in sets)
    said = [finding for finding in (*group.findings, *findings) if finding.severity != "note"]
    return SyntaxReport(
        functional_id=group.functional_id,
        group=group.control,
        verdict="rejected" if rejected else _group_verdict(sets, taken, bool(said)),
        included=group.included if group.included >= 0 else len(sets),
        received=len(sets),
        accepted=taken,
        sets=sets,
        codes=distinct(finding.syntax_code for finding in said),
    )


def large_report(
    group: Group,
    received: int,
    named: Sequence[ReceivedSet],
    refusals: Mapping[str, Sequence[Finding]] = _NOTHING,
    findings: Sequence[Finding] = (),
) -> SyntaxReport:
    """Build the report on a group of *received* sets that were let go: it lists only those *named*, and counts all.

    As `syntax_report`, which lists every set; a set that is not listed is accepted, unless the whole group is not.
    """
    report = syntax_report(replace(group, sets=tuple(named)), refusals, findings)
    refused = group.refused or worst_of(findings) == "error"
    accepted_sets = 0 if refused else received - len(named) + report.accepted
    verdict = report.verdict
    if not refused and report.accepted < len(named) and accepted_sets:
        verdict = "partially_accepted"
    included = group.included if group.included >= 0 else received
    return replace(report, verdict=verdict, included=included, received=received, accepted=accepted_sets)


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
    codes = [*each.codes, *(f.syntax_code for f in lifted if not f.where.segment and f.severity != "note")]
    return set_report(
        each.message.kind,
        each.message.control,
        # Whoever lifts may hand the findings of the envelope back with its own: each counts once.
        dict.fromkeys((*each.findings, *lifted)),
        codes,
        rejected=group_rejected,
        in_segments=_SEGMENTS_IN_ERROR,
        in_elements=_HAS_ELEMENT_ERRORS,
    )


def _group_verdict(sets: Sequence[SetReport], taken: int, warned: bool) -> Verdict:
    if taken < len(sets):
        return "partially_accepted" if taken else "rejected"
    return accepted(warned or any(report.verdict == "accepted_with_errors" for report in sets))
