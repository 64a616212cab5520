"""The sentences about envelopes: trailers that disagree with headers, numbers used twice, text that belongs nowhere."""

import re

from tradelane.formats.x12.fault import fault, shown
from tradelane.formats.x12.functional import functional_id
from tradelane.formats.x12.scan import Mark
from tradelane.model.finding import Finding, Severity

_COUNT = re.compile(r"[0-9]{1,10}")
_GROUP_CONTROL = re.compile(r"[0-9]{1,9}")
_SET_KIND = re.compile(r"[0-9A-Z]{3}")
_SET_CONTROL_MAX = 9
_CONTROL_SEGMENTS = ("ISB", "ISE", "ISX", "TA3")


def at(elements: list[str], number: int) -> str:
    """Return element *number* of a segment split with its tag first, trimmed; empty when absent."""
    return elements[number].strip() if number < len(elements) else ""


def too_many(start: int, end: int, count: int, what: str, most: int) -> Finding:
    """Say that a limit is passed; nothing of the interchange is opened then."""
    says = f"The interchange holds {count:,} {what}; we take {most:,}."
    return fault("limit", says, "Send it in smaller interchanges.", start, end, syntax="024")


def too_long(start: int, end: int, most: int) -> Finding:
    """Say that one segment is longer than any real one."""
    says = f"A segment is longer than {most:,} bytes."
    return fault("limit", says, "Check that every segment ends with its terminator.", start, end, syntax="024")


def set_too_long(start: int, end: int, count: int, most: int, transaction: str) -> Finding:
    """Say that one set holds more segments than we read in one go; its neighbours are not refused for it."""
    says = f"The transaction set holds {count:,} segments; we take {most:,}."
    return fault("limit", says, "Send it as several documents.", start, end, transaction=transaction)


def too_large(start: int, end: int, most: int) -> Finding:
    """Say that no envelope opens or closes in so many bytes that the rest of the interchange is not looked at."""
    says = f"More than {most:,} bytes stand between two envelopes."
    return fault("limit", says, "Check that the file is whole, and send it again.", start, end, syntax="024")


def set_too_large(start: int, end: int, most: int, transaction: str) -> Finding:
    """Say that one set holds more bytes than we keep in memory; its neighbours are not refused for it."""
    says = f"The transaction set holds {end - start:,} bytes; we take {most:,}."
    return fault("limit", says, "Send it as several documents.", start, end, transaction=transaction)


def missing(tag: str, opener: str, control: str, place: int, syntax: str) -> Finding:
    """Say that an envelope (SE, GE or IEA) does not close."""
    says = f"The trailer {tag} for {opener} {shown(control)} is missing; what should come before it may be lost."
    fix = "Send it again, whole."
    transaction = control if tag == "SE" else ""
    return fault(f"{tag.lower()}-missing", says, fix, place, place, syntax=syntax, segment=tag, transaction=transaction)


def stray(start: int, end: int, raw: str, inside_group: bool) -> Finding:
    """Say that text stands between envelopes, where none may."""
    if not raw.strip():
        says, fix = "Two segment terminators follow each other with nothing between.", "Leave empty segments out."
        return fault("segment-empty", says, fix, start, end, severity="warning")
    if not inside_group and raw.strip()[:3] in _CONTROL_SEGMENTS:
        says = f"The interchange control segment {raw.strip()[:3]} is not read."
        fix = "Nothing, unless you rely on it: then agree it with us."
        return fault("control-segment", says, fix, start, end, severity="warning", value=raw)
    where = "between the transaction sets of a group" if inside_group else "between functional groups"
    says = f"Text stands {where}, where only envelopes may."
    fix = "Send it inside a transaction set, or leave it out."
    return fault("stray-segment", says, fix, start, end, syntax="" if inside_group else "024", value=raw)


def no_group(mark: Mark) -> Finding:
    """Say that a set stands outside any group: nothing says which version of the standard it follows."""
    says = "A transaction set starts outside any functional group."
    return fault("gs-missing", says, "Put it between GS and GE.", mark.start, mark.end, syntax="024", segment="ST")


def controls(tag: str, header: str, trailer: str, mark: Mark, syntax: str) -> list[Finding]:
    """Compare a trailer's control number with its header's; a number merely written otherwise is a warning."""
    if header == trailer:
        return []
    same = tag != "SE" and _COUNT.fullmatch(header) and _COUNT.fullmatch(trailer) and int(header) == int(trailer)
    says = f"The header says control number {shown(header)!r}, the trailer {shown(trailer)!r}."
    fix = "Send the same number in both, written alike."
    transaction = header if tag == "SE" else ""
    return [
        fault(
            f"{tag.lower()}-control",
            says,
            fix,
            mark.start,
            mark.end,
            syntax=syntax,
            severity="warning" if same else "error",
            value=trailer,
            segment=tag,
            element=2,
            transaction=transaction,
        )
    ]


def counts(
    tag: str, said: str, counted: int, what: str, mark: Mark, syntax: str, transaction: str = ""
) -> list[Finding]:
    """Compare what a trailer counts (SE01, GE01, IEA01) with what is there."""
    if _COUNT.fullmatch(said) and int(said) == counted:
        return []
    says = f"The trailer says {shown(said) or 'no number of'} {what}; we count {counted}."
    fix = "Count them again, or send what is missing."
    return [
        fault(
            f"{tag.lower()}-count",
            says,
            fix,
            mark.start,
            mark.end,
            syntax=syntax,
            value=said,
            segment=tag,
            element=1,
            transaction=transaction,
        )
    ]


def number_of(said: str) -> int:
    """Return a count as a number; -1 when it is none."""
    return int(said) if _COUNT.fullmatch(said) else -1


def group_header(elements: list[str], mark: Mark, repeated: bool) -> list[Finding]:
    """Check GS: a control number that is a number and new in this interchange, and a version."""
    found: list[Finding] = []
    control = at(elements, 6)
    if not _GROUP_CONTROL.fullmatch(control):
        says, fix = (
            f"The group control number {shown(control)!r} is no number of one to nine digits.",
            "Number the group.",
        )
        found.append(fault("gs-control", says, fix, mark.start, mark.end, syntax="6", segment="GS", element=6))
    elif repeated:
        says = f"Group control number {control} was used before in this interchange."
        fix = "Give every group of an interchange a number of its own."
        found.append(fault("group-repeated", says, fix, mark.start, mark.end, syntax="19", segment="GS", element=6))
    if not at(elements, 8):
        says, fix = "The group does not say its version.", "Send the version in GS08, for instance 004010."
        found.append(fault("gs-version", says, fix, mark.start, mark.end, syntax="2", segment="GS", element=8))
    return found


def set_header(elements: list[str], mark: Mark, group: str, repeated: bool) -> list[Finding]:
    """Check ST: a kind that belongs in this group, and a control number that is new in it."""
    found: list[Finding] = []
    kind, control = at(elements, 1), at(elements, 2)
    expected = functional_id(kind)

    def say(code: str, says: str, fix: str, element: int, syntax: str, severity: Severity = "error") -> None:
        found.append(
            fault(
                code,
                says,
                fix,
                mark.start,
                mark.end,
                syntax=syntax,
                severity=severity,
                segment="ST",
                element=element,
                transaction=control,
            )
        )

    if not _SET_KIND.fullmatch(kind):
        say("set-kind", f"{shown(kind)!r} names no kind of transaction set.", "Send its three digits in ST01.", 1, "6")
    elif expected and group and group != expected:
        says = f"A transaction set {kind} stands in a group {shown(group)}; it belongs in {expected}."
        say("set-in-wrong-group", says, f"Send it in a group with GS01 {expected}.", 1, "6", "warning")
    if not control or len(control) > _SET_CONTROL_MAX:
        says = f"The set control number {shown(control)!r} is missing or longer than nine characters."
        say("set-control", says, "Number every transaction set of the group.", 2, "7")
    elif repeated:
        says = f"Set control number {shown(control)} was used before in this group."
        say("set-repeated", says, "Give every transaction set of a group a number of its own.", 2, "7")
    return found


def unterminated(tag: str, mark: Mark) -> Finding:
    """Say that the last segment lacks its terminator: harmless when nothing else is missing."""
    says, fix = f"The last segment, {tag}, has no terminator.", "End every segment with its terminator."
    return fault("terminator-missing", says, fix, mark.start, mark.end, severity="warning", segment=tag)
