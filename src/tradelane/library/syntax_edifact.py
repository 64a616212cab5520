"""EDIFACT files for the one reader and the one writer of the library."""

from collections.abc import Iterator, Sequence
from functools import partial

from tradelane.formats import edifact
from tradelane.formats.edifact.envelope import Decoded, Group, Interchange, Name, ReceivedMessage
from tradelane.library.opened import Envelope, Opened, Piece, identity
from tradelane.library.outline import outline
from tradelane.maps import Map
from tradelane.model.finding import Finding
from tradelane.model.message import BuiltMessage

QUALIFIERS = {"ZZ": "ZZZ", "01": "1", "": "ZZZ"}
"""What X12 writes before an id, as EDIFACT writes it (data element 0007)."""


def open_edifact(body: bytes, _: Sequence[Map]) -> Opened:
    """Open the interchanges of *body*."""
    decoded = edifact.decode(body)
    readable = {id(each) for _, _, each in decoded.accepted}
    pieces = tuple(
        received_message(interchange, each, id(each) in readable)
        for interchange, group in _groups(decoded)
        for each in group.messages
    )
    findings = tuple(_outer(decoded))
    return Opened(pieces=pieces, findings=findings, outline=partial(outline, pieces, findings))


def _groups(decoded: Decoded) -> Iterator[tuple[Interchange, Group]]:
    for interchange in decoded.interchanges:
        yield from ((interchange, group) for group in interchange.groups)


def _outer(decoded: Decoded) -> Iterator[Finding]:
    yield from decoded.findings
    for interchange in decoded.interchanges:
        yield from interchange.findings
        for group in interchange.groups:
            yield from group.findings


def received_message(interchange: Interchange, each: ReceivedMessage, readable: bool) -> Piece:
    """Return a message of *interchange* as one message of a file."""
    return Piece(
        message=each.message,
        start=each.start,
        end=each.end,
        sender=_said(interchange.sender),
        receiver=_said(interchange.receiver),
        findings=each.findings,
        readable=readable,
    )


def _said(name: Name) -> str:
    return f"{name.qualifier}:{name.id}" if name.id else ""


def write_edifact(messages: Sequence[BuiltMessage], envelope: Envelope, _: Map | None) -> bytes:
    """Write one interchange of *messages*, in ISO 8859-1 (UNOC), or in UTF-8 (UNOW) where that cannot say it."""
    said = "".join(value for message in messages for segment in message.segments for value in segment)
    around = edifact.Envelope(
        sender=_name(envelope.sender),
        receiver=_name(envelope.receiver),
        syntax="UNOC" if all(ord(c) < 256 for c in said) else "UNOW",
        version="3" if all(ord(c) < 256 for c in said) else "4",
        control=envelope.control,
        at=envelope.at,
        test=envelope.test,
    )
    return edifact.encode(around, messages)


def _name(said: str) -> Name:
    qualifier, id = identity(said)
    return Name(id=id, qualifier=QUALIFIERS.get(qualifier, qualifier))
