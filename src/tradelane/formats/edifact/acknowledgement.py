"""Say to the sender what could be read: a CONTRL's content for an interchange. Never more."""

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from tradelane.formats.edifact.envelope import Interchange, ReceivedMessage
from tradelane.formats.set_report import accepted, distinct, set_report, worst_of
from tradelane.model.finding import Finding
from tradelane.model.message import SegmentMessage
from tradelane.model.syntax_report import SetReport, SyntaxReport

_NOTHING: Mapping[str, Sequence[Finding]] = {}
_UNSPECIFIED = "18"
NAMED_MAX = 10_000
"""Of an interchange with more messages than this only those are named that are not accepted."""

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
    summed = Sum(interchange, findings)
    for group in interchange.groups:
        for each in group.messages:
            summed.add(each, refusals.get(each.message.control, ()), group.refused)
    return summed.report()


class Sum:
    """What one interchange comes to, a message after the other; its groups need not be at hand."""

    def __init__(self, interchange: Interchange, findings: Sequence[Finding] = ()) -> None:
        self._said = [finding for finding in (*interchange.findings, *findings) if finding.severity != "note"]
        self._control, self._rejected = interchange.control, worst_of(self._said) == "error"
        self._sets, self._count, self._accepted = list[SetReport](), 0, 0

    def add(self, each: ReceivedMessage, lifted: Sequence[Finding], refused: bool) -> None:
        """Add a message and what lifting it found; *refused*: its group is."""
        report = _message_report(each, lifted, self._rejected or refused)
        self._count += 1
        self._accepted += report.verdict != "rejected"
        if self._count == NAMED_MAX + 1:
            self._sets = [one for one in self._sets if one.verdict == "rejected"]
        if self._count <= NAMED_MAX or (report.verdict == "rejected" and len(self._sets) < NAMED_MAX):
            self._sets.append(report)

    def report(self) -> SyntaxReport:
        """Return the report; a message of very many that is not named in it has the verdict of the interchange."""
        verdict = "partially_accepted" if self._accepted < self._count else accepted(False)
        return SyntaxReport(
            functional_id="",
            group=self._control,
            verdict="rejected" if self._rejected else verdict,
            included=self._count,
            received=self._count,
            accepted=self._accepted,
            sets=tuple(self._sets),
            codes=distinct(f.syntax_code or _UNSPECIFIED for f in self._said if f.severity == "error")[:1],
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
