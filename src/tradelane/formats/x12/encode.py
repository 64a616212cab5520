"""Write an X12 interchange: fixed-width ISA, one group, numbered sets with their counts."""

import re
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from operator import itemgetter
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from tradelane.formats.x12.envelope import Ta1
from tradelane.formats.x12.fault import fault, shown
from tradelane.formats.x12.functional import functional_id
from tradelane.formats.x12.scanner import scanner
from tradelane.model.finding import Finding, Severity, Unreadable
from tradelane.model.message import BuiltMessage, Delimiters

COMPONENT = "\x1f"
"""Stands between the components of a composite in a `BuiltMessage`, whatever the partner's own separator is."""
REPEAT = "\x1e"
"""Stands between repeated values in a `BuiltMessage`."""

_TAG = re.compile(r"[A-Z][A-Z0-9]{1,2}")
_ENVELOPES = frozenset(("ISA", "GS", "ST", "SE", "GE", "IEA", "TA1", "BIN", "BDS"))
_NO_REPETITION = "U"
_REPETITION = "^"
_FIRST_WITH_REPETITION = "00402"
_CONTROL_MAX = 999_999_999


class Envelope(Struct, frozen=True, kw_only=True):
    """What stands around the sets we send. Empty group codes (GS02, GS03) mean the ids; ``at`` is written as it is."""

    sender_qualifier: str
    sender: str
    receiver_qualifier: str
    receiver: str
    sender_group: str = ""
    receiver_group: str = ""
    version: str = "004010"
    delimiters: Delimiters = Delimiters()
    usage: Literal["P", "T"] = "P"
    interchange: int
    group: int = 0
    at: datetime
    acknowledge: bool = False


def encode(envelope: Envelope, messages: Sequence[BuiltMessage], *, cleaned: bool = False) -> bytes:
    """Return one interchange with one group holding *messages*, which are all of one functional id.

    Values are cleaned first (see `clean`), unless they were *cleaned* already, with the delimiters of this envelope;
    what cannot be written at all raises `Unreadable` with every finding.
    """
    kinds = {functional_id(message.kind) for message in messages}
    assert len(kinds) == 1, f"one group holds sets of one functional id, not {sorted(kinds)}"
    delimiters = declared(envelope.delimiters, envelope.version)
    found, sets = _envelope_faults(envelope, delimiters), list[bytes]()
    for number, message in enumerate(messages, start=1):
        text = _text(message, delimiters) if cleaned else _clean_text(message, delimiters)
        if text is None:
            message, faults = _cleaned(message, delimiters)
            found.extend(fault for fault in faults if fault.severity == "error")
            text = _text(message, delimiters)
        control, count = f"{number:04d}", str(len(message.segments) + 2)
        sets += (
            _joined([("ST", message.kind, control)], delimiters),
            text,
            _joined([("SE", count, control)], delimiters),
        )
    _refuse(found)
    head = [_isa(envelope, delimiters), _gs(envelope, kinds.pop())]
    tail = [("GE", str(len(messages)), str(envelope.group)), _iea(envelope, 1)]
    return b"".join((_joined(head, delimiters), *sets, _joined(tail, delimiters)))


def encode_ta1(envelope: Envelope, answer: Ta1) -> bytes:
    """Return an interchange that holds nothing but the answer to one of the partner's interchanges."""
    delimiters = declared(envelope.delimiters, envelope.version)
    _refuse(_envelope_faults(envelope, delimiters))
    ta1 = ("TA1", answer.control, answer.date, answer.time, answer.verdict, answer.code)
    return _joined([_isa(envelope, delimiters), ta1, _iea(envelope, 0)], delimiters)


def clean(message: BuiltMessage, delimiters: Delimiters) -> tuple[BuiltMessage, tuple[Finding, ...]]:
    """Make values writable: X12 has no escape, so a delimiter inside a value becomes a space, with a warning.

    A control character or an impossible segment id is an error; trailing spaces mean nothing in X12 and go.
    """
    return (message, ()) if _clean_text(message, delimiters) is not None else _cleaned(message, delimiters)


def _cleaned(message: BuiltMessage, delimiters: Delimiters) -> tuple[BuiltMessage, tuple[Finding, ...]]:
    findings: list[Finding] = []
    segments = tuple(
        _clean_segment(segment, position, delimiters, findings)
        for position, segment in enumerate(message.segments, start=2)
    )
    return replace(message, segments=segments), tuple(findings)


def _text(message: BuiltMessage, delimiters: Delimiters) -> bytes:
    return _joined(message.segments, delimiters)


def _clean_text(message: BuiltMessage, delimiters: Delimiters) -> bytes | None:
    """Return the segments of *message* as they will be sent, or None if something needs cleaning, which is rare."""
    text = _text(message, delimiters)
    end, separator = delimiters.segment.encode(), delimiters.element.encode()
    if scanner is not None and len(end) == len(separator) == 1:
        pieces = scanner.clean_pieces(text, end[0], separator[0], _awkward_bytes(delimiters))
        return text if pieces == sum(map(len, message.segments)) else None
    return text if is_clean(text, message.segments, delimiters) else None


def is_clean(text: bytes, segments: Sequence[tuple[str, ...]], delimiters: Delimiters) -> bool:
    """Say whether no value of *segments* needs cleaning; *text* is what they are when joined.

    It holds as many awkward characters as there are pieces, each ending one: any more are in a value. Looking for
    bytes is several times quicker than looking for characters.
    """
    return (
        len(text) - len(text.translate(None, _awkward_bytes(delimiters))) == sum(map(len, segments))
        and f" {delimiters.element}".encode() not in text
        and f" {delimiters.segment}".encode() not in text
        and all(map(itemgetter(-1), segments))
        and all(map(_is_tag, {segment[0] for segment in segments}))
    )


@lru_cache(maxsize=256)
def _awkward_bytes(delimiters: Delimiters) -> bytes:
    controls = bytes(character for character in range(0x80) if character < 0x20 or character == 0x7F)
    return controls + "".join(_used(delimiters)).encode()


@lru_cache(maxsize=1024)
def _is_tag(tag: str) -> bool:
    return _TAG.fullmatch(tag) is not None and tag not in _ENVELOPES


def _clean_segment(
    segment: tuple[str, ...], position: int, delimiters: Delimiters, findings: list[Finding]
) -> tuple[str, ...]:
    tag = segment[0]
    if not _is_tag(tag):
        says = f"{shown(tag)!r} cannot be a segment of a transaction set."
        findings.append(fault("segment-id", says, "Correct the map.", -1, -1, segment=tag or "?", position=position))
    awkward = _awkward(delimiters)
    values = [tag]
    for number, value in enumerate(segment[1:], start=1):
        if awkward.search(value):
            value, faults = _clean_value(value, delimiters, tag, position, number)
            findings.extend(faults)
        values.append(value.rstrip(" "))
    while len(values) > 1 and not values[-1]:
        values.pop()
    return tuple(values)


@lru_cache(maxsize=256)
def _awkward(delimiters: Delimiters) -> re.Pattern[str]:
    return re.compile(f"[\x00-\x1f\x7f{re.escape(''.join(_used(delimiters)))}]")


def _used(delimiters: Delimiters) -> tuple[str, ...]:
    used = (delimiters.segment, delimiters.element, delimiters.component, delimiters.repetition)
    return tuple(character for character in used if character)


def _clean_value(value: str, delimiters: Delimiters, tag: str, position: int, number: int) -> tuple[str, list[Finding]]:
    """Return the value as it can be written, and what had to be changed or cannot be written."""
    found: list[Finding] = []

    def say(code: str, says: str, fix: str, severity: Severity) -> None:
        found.append(
            fault(
                code, says, fix, -1, -1, severity=severity, value=value, segment=tag, position=position, element=number
            )
        )

    bare = value.replace(COMPONENT, "").replace(REPEAT, "")
    if any(character < " " or character == "\x7f" for character in bare):
        say("control-character", "The value holds a control character, which X12 cannot carry.", "Correct it.", "error")
    if REPEAT in value and not delimiters.repetition:
        says = "The value repeats, and this partner's version of X12 has no repetition separator."
        say("no-repetition", says, "Send it once, or agree a version from 004020 on.", "error")
    if any(character in bare for character in _used(delimiters)):
        says = "The value holds a delimiter; X12 has no escape for it, so a space is sent instead."
        say("delimiter-in-value", says, "Agree delimiters with the partner that no value holds.", "warning")
        value = value.translate({ord(character): " " for character in _used(delimiters)})
    return value.replace(COMPONENT, delimiters.component).replace(REPEAT, delimiters.repetition), found


def _refuse(findings: list[Finding]) -> None:
    if findings:
        raise Unreadable(*findings)


def declared(delimiters: Delimiters, version: str) -> Delimiters:
    """Return the delimiters as ISA will declare them: from 00402 on it must name a repetition separator."""
    if _isa_version(version) < _FIRST_WITH_REPETITION:
        return replace(delimiters, repetition="")
    return delimiters if delimiters.repetition else replace(delimiters, repetition=_REPETITION)


def _envelope_faults(envelope: Envelope, delimiters: Delimiters) -> list[Finding]:
    """Check what the profile and the numbering say: ids that fit, separators that separate, numbers in range."""
    found: list[Finding] = []
    used = _used(delimiters)
    if len(set(used)) < len(used) or any(len(c) != 1 or c.isalnum() or c == " " or not c.isascii() for c in used):
        says = "The delimiters of the profile are not different single characters other than letters, digits and space."
        found.append(fault("delimiter", says, "Correct x12_settings in the partner's profile.", -1, -1, segment="ISA"))
    for name, value, most in (
        ("sender qualifier", envelope.sender_qualifier, 2),
        ("sender id", envelope.sender, 15),
        ("sender group code", envelope.sender_group, 15),
        ("receiver qualifier", envelope.receiver_qualifier, 2),
        ("receiver id", envelope.receiver, 15),
        ("receiver group code", envelope.receiver_group, 15),
        ("version", envelope.version, 12),
    ):
        if len(value) > most or not value.isprintable() or not value.isascii() or any(c in value for c in used):
            says = f"The {name} {shown(value)!r} is longer than {most} characters or holds one that cannot be sent."
            found.append(fault("isa-value", says, "Correct the X12 identity in the profile.", -1, -1, segment="ISA"))
    for name, number in (("interchange", envelope.interchange), ("group", envelope.group)):
        if not 0 <= number <= _CONTROL_MAX:
            says = f"The {name} control number {number} has more than nine digits or is negative."
            found.append(fault("isa-control", says, "Start again at 1.", -1, -1, segment="ISA"))
    return found


def _isa_version(version: str) -> str:
    return version[:5].ljust(5, "0")


def _isa(envelope: Envelope, delimiters: Delimiters) -> tuple[str, ...]:
    return (
        "ISA",
        "00",
        " " * 10,
        "00",
        " " * 10,
        envelope.sender_qualifier.ljust(2),
        envelope.sender.ljust(15),
        envelope.receiver_qualifier.ljust(2),
        envelope.receiver.ljust(15),
        f"{envelope.at:%y%m%d}",
        f"{envelope.at:%H%M}",
        delimiters.repetition or _NO_REPETITION,
        _isa_version(envelope.version),
        f"{envelope.interchange:09d}",
        "1" if envelope.acknowledge else "0",
        envelope.usage,
        delimiters.component,
    )


def _gs(envelope: Envelope, functional: str) -> tuple[str, ...]:
    return (
        "GS",
        functional,
        envelope.sender_group or envelope.sender,
        envelope.receiver_group or envelope.receiver,
        f"{envelope.at:%Y%m%d}",
        f"{envelope.at:%H%M}",
        str(envelope.group),
        "X",
        envelope.version,
    )


def _iea(envelope: Envelope, groups: int) -> tuple[str, ...]:
    return ("IEA", str(groups), f"{envelope.interchange:09d}")


def _joined(segments: Sequence[tuple[str, ...]], delimiters: Delimiters) -> bytes:
    end, join = delimiters.segment, delimiters.element.join
    return (end.join([join(segment) for segment in segments]) + end if segments else "").encode()
