"""Say in words what a partner's 997 holds against us.

The codes are X12's (AK304, AK403, AK502, AK905, TA105); the words are ours.
"""

from collections.abc import Iterator

from tradelane.model.finding import Finding, Place
from tradelane.model.syntax_report import ElementFault, SegmentFault, SetReport, SyntaxReport, Verdict

ORDER: tuple[Verdict, ...] = ("accepted", "accepted_with_errors", "partially_accepted", "rejected")

SEGMENT: dict[str, str] = {
    "1": "is not a segment they know",
    "2": "was not expected",
    "3": "must be there and is not",
    "4": "stands in a loop that repeats too often",
    "5": "repeats too often",
    "6": "does not belong to this kind of document",
    "7": "stands in the wrong place",
    "8": "has wrong elements",
}
ELEMENT: dict[str, str] = {
    "1": "must be there and is not",
    "2": "must be there beside another element and is not",
    "3": "is one element too many",
    "4": "is too short",
    "5": "is too long",
    "6": "has a character that is not allowed",
    "7": "has a code they do not take",
    "8": "is not a date",
    "9": "is not a time",
    "10": "must not stand beside another element",
}
SET: dict[str, str] = {
    "1": "They do not take this kind of document.",
    "2": "Its trailer is missing.",
    "3": "Its control numbers do not agree.",
    "4": "Its count of segments is wrong.",
    "5": "It has segments in error.",
    "6": "Its kind is missing or wrong.",
    "7": "Its control number is missing or wrong.",
}
GROUP: dict[str, str] = {
    "1": "They do not take this kind of group.",
    "2": "They do not take this version.",
    "3": "The group's trailer is missing.",
    "4": "The group's control numbers do not agree.",
    "5": "The group's count of documents is wrong.",
    "6": "The group's control number is wrong.",
}
INTERCHANGE: dict[str, str] = {
    "001": "its two control numbers do not agree",
    "002": "they do not take the standard it names",
    "003": "they do not take its version",
    "004": "its segment terminator is none",
    "005": "they do not take the kind of name we go by",
    "006": "they do not know our name in it",
    "007": "they do not take the kind of name they go by",
    "008": "the name it is sent to is not theirs",
    "009": "they do not know who it is sent to",
    "014": "its date is wrong",
    "015": "its time is wrong",
    "017": "its version is wrong",
    "018": "its control number is wrong",
    "019": "they cannot acknowledge it as it asks",
    "020": "they do not take tests there, or nothing but tests",
    "021": "its count of groups is wrong",
    "022": "its last segment is wrong",
    "023": "it ends too early",
    "024": "its content is wrong",
    "025": "they had its control number before",
    "026": "its element separator is wrong",
    "027": "its component separator is wrong",
}
FIX = "Correct the partner's settings or the document, and resend."


def verdict_of(report: SyntaxReport) -> Verdict:
    """Return the worst verdict in the report: we send one document per group, so they all are about it."""
    verdicts: list[Verdict] = [report.verdict, *(said.verdict for said in report.sets)]
    return max(verdicts, key=ORDER.index)


def findings_of(report: SyntaxReport) -> tuple[Finding, ...]:
    """Return everything the report holds against us."""
    return tuple(_all(report))


def interchange_finding(control: str, code: str) -> Finding:
    """Return what a TA1 holds against an interchange of ours."""
    says = f"They refused interchange {control.lstrip('0')}: {INTERCHANGE.get(code, f'code {code}')}."
    return _finding("interchange", code, says, Place(segment="ISA"))


def _all(report: SyntaxReport) -> Iterator[Finding]:
    for code in report.codes:
        yield _finding("group", code, GROUP.get(code, f"The group is refused with code {code}."), Place())
    for said in report.sets:
        for code in said.codes:
            place = Place(transaction=said.control)
            yield _finding("document", code, SET.get(code, f"It is refused with code {code}."), place)
        for segment in said.segments:
            yield from _segment(segment, said)


def _segment(fault: SegmentFault, said: SetReport) -> Iterator[Finding]:
    place = Place(segment=fault.segment, segment_position=fault.position, transaction=said.control)
    if fault.code and not (fault.code == "8" and fault.elements):
        words = SEGMENT.get(fault.code, f"is wrong (code {fault.code})")
        yield _finding("segment", fault.code, f"{fault.segment} {words}.", place)
    for element in fault.elements:
        yield _element(element, fault, said)


def _element(element: ElementFault, fault: SegmentFault, said: SetReport) -> Finding:
    place = Place(
        segment=fault.segment,
        segment_position=fault.position,
        element=element.position,
        component=element.component,
        transaction=said.control,
    )
    words = ELEMENT.get(element.code, f"is wrong (code {element.code})")
    says = f"{fault.segment}{element.position:02d} {words}."
    return _finding("element", element.code, says, place, element.value)


def _finding(level: str, code: str, says: str, where: Place, value: str = "") -> Finding:
    return Finding(code=f"syntax-report.{level}", where=where, says=says, fix=FIX, value=value, syntax_code=code)
