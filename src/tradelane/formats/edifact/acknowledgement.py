"""Say to the sender what could be read: a CONTRL's content for an interchange. Never more."""

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from tradelane.formats.edifact.envelope import Interchange, ReceivedMessage
from tradelane.formats.set_report import accepted, distinct, set_report, worst_of
from tradelane.model.finding import Finding
from tradelane.model.message import SegmentMessage
from tradelane.model.syntax_report import SetReport, SyntaxReport, Verdict

_NOTHING: Mapping[str, Sequence[Finding]] = {}
_UNSPECIFIED = "18"

_CODES = {
    "segment.missing": "13",
    "segment.unexpected": "15",
    "segment.unknown": "15",
    "element.missing": "13",
    "element.too-many": "16",
    "element.too-long": "39",
    "element.bad-character": "37",
    "element.bad-code": "12",
    "element.bad-date": "12",
    "element.bad-time": "12",
    "map.other-set": "14",
}
"""What CONTRL (0085) calls what reading a message finds. The formats' own findings bring their codes along."""


def answerable(interchange: Interchange) -> bool:
    """Whether a CONTRL may answer: not one with CONTRLs in it, or two machines would thank each other forever."""
    messages = [each for group in interchange.groups for each in group.messages]
    named = bool(interchange.control and interchange.sender.id)
    return named and not any(each.message.kind == "CONTRL" for each in messages)


def syntax_report(
    interchange: Interchange, refusals: Mapping[str, Sequence[Finding]] = _NOTHING, findings: Sequence[Finding] = ()
) -> SyntaxReport:
    """Build the report on one received interchange.

    *refusals*: what lifting each message found, by message reference; errors reject it, warnings accept it with
    errors. *findings*: what else is wrong with the interchange, e.g. a sender who is somebody else.
    """
    assert answerable(interchange), "a syntax report is never answered with another"
    said = [finding for finding in (*interchange.findings, *findings) if finding.severity != "note"]
    rejected = worst_of(said) == "error"
    sets = tuple(
        _message_report(each, refusals.get(each.message.control, ()), rejected or group.refused)
        for group in interchange.groups
        for each in group.messages
    )
    taken = sum(report.verdict != "rejected" for report in sets)
    return SyntaxReport(
        functional_id="",
        group=interchange.control,
        verdict="rejected" if rejected else _verdict(sets, taken),
        included=len(sets),
        received=len(sets),
        accepted=taken,
        sets=sets,
        codes=distinct(f.syntax_code or _UNSPECIFIED for f in said if f.severity == "error")[:1],
    )


def _message_report(each: ReceivedMessage, lifted: Sequence[Finding], rejected: bool) -> SetReport:
    found = tuple(
        replace(finding, syntax_code=_CODES.get(finding.code, finding.syntax_code or _UNSPECIFIED))
        for finding in dict.fromkeys((*each.findings, *lifted))
        if finding.severity == "error"
    )
    codes = [finding.syntax_code for finding in found if not finding.where.segment_position]
    report = set_report(
        _named(each.message), each.message.control, found, codes, rejected=rejected, in_segments="", in_elements=""
    )
    # CONTRL says where a segment stands, not what it is called, and copies no values.
    segments = tuple(
        replace(one, segment="", elements=tuple(replace(fault, value="") for fault in one.elements))
        for one in report.segments
    )
    return replace(report, codes=report.codes[:1], segments=segments)


def _named(message: SegmentMessage) -> str:
    """Return what UNH says a message is, all in one: ORDERS:D:96A:UN:EAN008."""
    parts = (message.kind, message.version[:1], message.version[1:], "UN", message.association)
    return ":".join(parts).rstrip(":")


def _verdict(sets: Sequence[SetReport], taken: int) -> Verdict:
    return "partially_accepted" if taken < len(sets) else accepted(False)
