"""The sentences about envelopes: trailers that disagree with headers, references used twice, text that belongs
nowhere.
"""

import re

from tradelane.formats.edifact.charset import Charset
from tradelane.formats.edifact.fault import fault, shown
from tradelane.formats.edifact.scan import Mark
from tradelane.model.finding import Finding

_COUNT = re.compile(r"[0-9]{1,10}")
_KIND = re.compile(r"[A-Z][A-Z0-9]{2,5}")


def too_many(start: int, end: int, count: int, what: str, most: int) -> Finding:
    """Say that a limit is passed; nothing of the interchange is opened then."""
    says = f"The interchange holds {count:,} {what}; we take {most:,}."
    return fault("limit", says, "Send it in smaller interchanges.", start, end, syntax="18")


def too_long(start: int, end: int, most: int) -> Finding:
    """Say that one segment is longer than any real one."""
    says = f"A segment is longer than {most:,} bytes."
    return fault("limit", says, "Check that every segment ends with its terminator.", start, end, syntax="18")


def message_too_long(start: int, end: int, count: int, most: int, transaction: str) -> Finding:
    """Say that one message holds more segments than we read in one go; its neighbours are not refused for it."""
    says = f"The message holds {count:,} segments; we take {most:,}."
    return fault("limit", says, "Send it as several documents.", start, end, syntax="18", transaction=transaction)


def message_too_large(start: int, end: int, most: int, transaction: str) -> Finding:
    """Say that one message is larger than we read in one go; its neighbours are not refused for it."""
    says = f"The message is larger than {most:,} bytes."
    return fault("limit", says, "Send it as several documents.", start, end, syntax="18", transaction=transaction)


def missing(tag: str, opener: str, control: str, place: int) -> Finding:
    """Say that an envelope (UNT, UNE or UNZ) does not close."""
    says = f"The trailer {tag} for {opener} {shown(control)} is missing; what should come before it may be lost."
    transaction = control if tag == "UNT" else ""
    return fault(
        f"{tag.lower()}-missing",
        says,
        "Send it again, whole.",
        place,
        place,
        syntax="13",
        segment=tag,
        transaction=transaction,
    )


def reference(tag: str, opened: str, closed: str, mark: Mark, element: int = 2) -> list[Finding]:
    """Compare the reference in a trailer with the one in its header."""
    if opened == closed:
        return []
    says = f"{tag} closes {shown(closed)!r}, but {shown(opened)!r} was opened."
    fix = "Repeat the reference of the header in the trailer."
    return [
        fault(
            f"{tag.lower()}-reference",
            says,
            fix,
            mark.start,
            mark.end,
            syntax="28",
            segment=tag,
            element=element,
            value=closed,
            transaction=opened if tag == "UNT" else "",
        )
    ]


def count(tag: str, said: str, counted: int, what: str, mark: Mark, control: str = "") -> list[Finding]:
    """Compare the count in a trailer with what came."""
    if _COUNT.fullmatch(said) and int(said) == counted:
        return []
    says = f"The trailer says {shown(said) or 'no number of'} {what}; we count {counted:,}."
    fix = "Count them again, or send what is missing."
    return [
        fault(
            f"{tag.lower()}-count",
            says,
            fix,
            mark.start,
            mark.end,
            syntax="29",
            segment=tag,
            element=1,
            value=said,
            transaction=control,
        )
    ]


def stray(start: int, end: int, raw: str, tag: str) -> Finding:
    """Say that text stands between envelopes, where none may."""
    if not raw.strip():
        says, fix = "Two segment terminators follow each other with nothing between.", "Leave empty segments out."
        return fault("segment-empty", says, fix, start, end, severity="warning")
    if tag in ("UNT", "UNE"):
        opener = {"UNT": "UNH", "UNE": "UNG"}[tag]
        says = f"{tag} closes what no {opener} opened; what should come before it may be lost."
        return fault("stray-trailer", says, "Send it again, whole.", start, end, syntax="13", segment=tag, value=raw)
    says = "Text stands between messages, where only envelopes may."
    fix = "Send it inside a message, or leave it out."
    return fault("stray-segment", says, fix, start, end, syntax="15", value=raw)


def nothing(mark: Mark) -> Finding:
    """Say that an interchange is empty."""
    says, fix = "The interchange holds no message.", "Send it with its messages, or not at all."
    return fault("no-message", says, fix, mark.start, mark.end, severity="warning", segment="UNZ", element=1)


def mixed(mark: Mark) -> Finding:
    """Say that some messages stand in groups and some do not."""
    says = "Some messages of the interchange stand in groups and some do not."
    fix = "Put all of them in groups, or none."
    return fault("mixed-groups", says, fix, mark.start, mark.end, syntax="30", severity="warning", segment=mark.tag)


def group_header(control: str, mark: Mark, *, repeated: bool) -> list[Finding]:
    """Check UNG: a reference, and one that is new in this interchange."""
    if not control:
        says, fix = "The group has no reference.", "Number every group in UNG 0048."
        return [fault("ung-reference", says, fix, mark.start, mark.end, syntax="13", segment="UNG", element=5)]
    if not repeated:
        return []
    says = f"Group reference {shown(control)} was used before in this interchange."
    fix = "Give every group of an interchange a reference of its own."
    return [fault("group-repeated", says, fix, mark.start, mark.end, syntax="26", segment="UNG", element=5)]


def message_header(kind: str, version: str, control: str, mark: Mark, *, repeated: bool) -> list[Finding]:
    """Check UNH: a kind and a version, and a reference that is new in this interchange."""
    found: list[Finding] = []

    def say(code: str, says: str, fix: str, element: int, syntax: str, value: str, *, warns: bool = False) -> None:
        found.append(
            fault(
                code,
                says,
                fix,
                mark.start,
                mark.end,
                syntax=syntax,
                severity="warning" if warns else "error",
                segment="UNH",
                element=element,
                value=value,
                transaction=control,
            )
        )

    if not _KIND.fullmatch(kind):
        says = f"{shown(kind)!r} names no kind of message."
        say("message-kind", says, "Send its six letters in UNH 0065, such as ORDERS.", 2, "12", kind)
    elif not version:
        says = "The message does not say which directory it follows."
        say("message-version", says, "Send version and release in UNH, such as D:96A.", 2, "13", "", warns=True)
    if not control:
        say("message-reference", "The message has no reference.", "Number every message in UNH 0062.", 1, "13", "")
    elif repeated:
        says = f"Message reference {shown(control)} was used before in this interchange."
        fix = "Give every message of an interchange a reference of its own."
        say("message-repeated", says, fix, 1, "26", control)
    return found


def unterminated(tag: str, mark: Mark) -> Finding:
    """Say that the last segment lacks its terminator: harmless when nothing else is missing."""
    says, fix = f"The last segment, {tag}, has no terminator.", "End every segment with its terminator."
    return fault("terminator-missing", says, fix, mark.start, mark.end, severity="warning", segment=tag)


def release(place: int) -> Finding:
    """Say that a release character stands where there is nothing for it to release."""
    says = "A release character ends the text: what it should release is missing, or lost its meaning by it."
    fix = "Write a release character only before one of the service characters; send the file again, whole."
    return fault("release", says, fix, place, place + 1, syntax="21")


def character_set(syntax: str, charset: Charset, place: int) -> Finding:
    """Say that the text is written in another character set than its header declares."""
    says = f"The interchange declares {syntax} ({charset.declared}) and is written in UTF-8; it is read as UTF-8."
    fix = "Declare UNOW, or write what you declare."
    return fault("character-set", says, fix, place, place + 1, severity="warning", segment="UNB", element=1)
