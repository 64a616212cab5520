"""Write an EDIFACT interchange: UNA, UNB, numbered messages with their counts; service characters in values are
released.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from msgspec import Struct

from tradelane.formats.edifact.charset import CHARSETS
from tradelane.formats.edifact.envelope import Name
from tradelane.formats.edifact.fault import fault, shown
from tradelane.formats.edifact.header import USUAL
from tradelane.model.finding import Finding, Severity, Unreadable
from tradelane.model.message import BuiltMessage, Delimiters

COMPONENT = "\x1f"
"""Stands between the components of a composite in a `BuiltMessage`, whatever the partner's own separator is."""

_TAG = re.compile(r"[A-Z][A-Z0-9]{2}")
_ENVELOPES = frozenset(("UNA", "UNB", "UNG", "UNH", "UNT", "UNE", "UNZ"))
_CONTROL = re.compile("[\x00-\x1e\x7f]")
_REFERENCE_MAX = 14
_PARTY_MAX = 35
_AGENCY = "UN"


class Envelope(Struct, frozen=True, kw_only=True):
    """What stands around the messages we send.

    ``associations``: the code of the association (EAN008) by kind of message. ``at`` is written as it is.
    """

    sender: Name
    receiver: Name
    syntax: str = "UNOC"
    version: str = "3"
    delimiters: Delimiters = USUAL
    control: int
    at: datetime
    test: bool = False
    acknowledge: bool = False
    application: str = ""
    associations: Mapping[str, str] = {}


def encode(envelope: Envelope, messages: Sequence[BuiltMessage]) -> bytes:
    """Return one interchange that holds *messages*; what cannot be written raises `Unreadable` with every finding."""
    findings = _envelope_faults(envelope)
    findings += [finding for message in messages for finding in faults(message, envelope.delimiters, envelope.syntax)]
    if wrong := [finding for finding in findings if finding.severity == "error"]:
        raise Unreadable(*wrong)
    signs = envelope.delimiters
    lines = [_joined(_unb(envelope), signs)]
    for number, message in enumerate(messages, start=1):
        lines.extend(_message_lines(message, str(number), envelope))
    lines.append(_joined(("UNZ", str(len(messages)), str(envelope.control)), signs))
    text = _advice(envelope) + "".join(line + signs.segment for line in lines)
    return text.encode(_codec(envelope.syntax))


def faults(message: BuiltMessage, delimiters: Delimiters, syntax: str) -> tuple[Finding, ...]:
    """Return what of *message* cannot be written so, and (as warnings) what is changed to be written at all."""
    found: list[Finding] = []
    codec = _codec(syntax)
    for position, segment in enumerate(message.segments, start=2):
        if not _TAG.fullmatch(segment[0]) or segment[0] in _ENVELOPES:
            says = f"{shown(segment[0])!r} cannot be a segment of a message."
            tag = segment[0] or "?"
            found.append(fault("segment-tag", says, "Correct the map.", -1, -1, segment=tag, position=position))
        for number, value in enumerate(segment[1:], start=1):
            found += _value_faults(value, delimiters, codec, segment[0], position, number)
    return tuple(found)


def _value_faults(
    value: str, delimiters: Delimiters, codec: str, tag: str, position: int, number: int
) -> Iterator[Finding]:
    def say(code: str, says: str, fix: str, severity: Severity = "error") -> Finding:
        place = {"segment": tag, "position": position, "element": number}
        return fault(code, says, fix, -1, -1, severity=severity, value=value, **place)

    if _CONTROL.search(value):
        yield say("control-character", "The value holds a control character, which cannot be sent.", "Correct it.")
    try:
        value.encode(codec)
    except UnicodeEncodeError as wrong:
        says = f"{value[wrong.start]!r} is not in the character set agreed with this partner ({codec})."
        yield say("character", says, "Agree another in edifact_settings.syntax, such as UNOW (UTF-8).")
    if not delimiters.release and any(sign in value for sign in _used(delimiters)):
        says = "The value holds a separator and no release character is agreed, so a space is sent instead."
        fix = "Agree a release character, or separators that no value holds."
        yield say("delimiter-in-value", says, fix, "warning")


def _codec(syntax: str) -> str:
    return CHARSETS.get(syntax, "latin-1")


def _used(delimiters: Delimiters) -> str:
    return delimiters.segment + delimiters.element + delimiters.component + delimiters.repetition + delimiters.release


def _envelope_faults(envelope: Envelope) -> list[Finding]:
    """Check what the profile and the numbering say: names that fit, separators that separate."""
    found: list[Finding] = []
    signs = envelope.delimiters
    used = _used(signs)
    odd = any(sign.isalnum() or sign == " " or not sign.isascii() for sign in used)
    if len(set(used)) < len(used) or odd or not (signs.segment and signs.element and signs.component):
        says = "The separators of the profile are not different characters other than letters, digits and blanks."
        fix = "Correct edifact_settings in the partner's profile."
        found.append(fault("separator", says, fix, -1, -1, segment="UNA"))
    for name, party in (("sender", envelope.sender), ("receiver", envelope.receiver)):
        if not party.id or len(party.id) > _PARTY_MAX or len(party.qualifier) > 4 or not party.id.isprintable():
            says = f"The {name} {shown(party.id)!r} is empty or longer than {_PARTY_MAX} characters."
            found.append(
                fault("unb-party", says, "Correct the EDIFACT identity in the profile.", -1, -1, segment="UNB")
            )
    if not 0 <= envelope.control < 10**_REFERENCE_MAX:
        says = f"The interchange reference {envelope.control} has more than {_REFERENCE_MAX} digits or is negative."
        found.append(fault("unb-reference", says, "Start again at 1.", -1, -1, segment="UNB"))
    return found


def _advice(envelope: Envelope) -> str:
    """Return UNA; the characters of machines (UNOB) are known without."""
    signs = envelope.delimiters
    if signs.element == "\x1d":
        return ""
    reserved = signs.repetition or " "
    return f"UNA{signs.component}{signs.element}.{signs.release or ' '}{reserved}{signs.segment}"


def _unb(envelope: Envelope) -> tuple[str, ...]:
    day = f"{envelope.at:%Y%m%d}" if envelope.version == "4" else f"{envelope.at:%y%m%d}"
    return (
        "UNB",
        envelope.syntax + COMPONENT + envelope.version,
        _named(envelope.sender),
        _named(envelope.receiver),
        f"{day}{COMPONENT}{envelope.at:%H%M}",
        str(envelope.control),
        "",
        envelope.application,
        "",
        "1" if envelope.acknowledge else "",
        "",
        "1" if envelope.test else "",
    )


def _named(party: Name) -> str:
    return party.id + (COMPONENT + party.qualifier if party.qualifier else "")


def _message_lines(message: BuiltMessage, control: str, envelope: Envelope) -> Iterator[str]:
    signs = envelope.delimiters
    association = envelope.associations.get(message.kind, "")
    kind = [message.kind, message.version[:1], message.version[1:], _AGENCY]
    yield _joined(("UNH", control, COMPONENT.join([*kind, association] if association else kind)), signs)
    for segment in message.segments:
        yield _joined(_addressed(segment, envelope) if message.kind == "CONTRL" else segment, signs)
    yield _joined(("UNT", str(len(message.segments) + 2), control), signs)


def _addressed(segment: tuple[str, ...], envelope: Envelope) -> tuple[str, ...]:
    """Say whose interchange a CONTRL answers: that of whoever receives it, sent to us."""
    if segment[0] != "UCI":
        return segment
    tag, control, sender, receiver, *rest = (*segment, "", "", "")[: max(len(segment), 4)]
    return (tag, control, sender or _named(envelope.receiver), receiver or _named(envelope.sender), *rest)


def _joined(segment: Sequence[str], delimiters: Delimiters) -> str:
    """Return a segment as written: service characters released, what is empty at the end left out."""
    values = [_written(value, delimiters) for value in segment]
    while len(values) > 1 and not values[-1]:
        values.pop()
    return delimiters.element.join(values)


def _written(value: str, delimiters: Delimiters) -> str:
    components = [_released(one, delimiters) for one in value.split(COMPONENT)] if value else []
    while components and not components[-1]:
        components.pop()
    return delimiters.component.join(components)


def _released(value: str, delimiters: Delimiters) -> str:
    used = _used(delimiters)
    if not any(sign in value for sign in used):
        return value.rstrip(" ")
    instead = {ord(sign): delimiters.release + sign if delimiters.release else " " for sign in used}
    return value.rstrip(" ").translate(instead)
