"""The syntaxes a file may be written in: how each is opened and written. One line in `SYNTAXES` adds one."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from tradelane.formats import json as json_format
from tradelane.formats import x12
from tradelane.formats.explain import Branch, explain
from tradelane.formats.x12.envelope import Decoded, Group, Interchange, ReceivedSet
from tradelane.model.finding import Finding, Unreadable
from tradelane.model.message import BuiltMessage, Delimiters, Message

Outline = Callable[[Sequence[tuple[Finding, ...]]], Branch | None]
"""Draws a file as a tree, given what is wrong with each of its messages in turn."""


class Piece(Struct, frozen=True, kw_only=True):
    """One message in a file, the bytes it takes, who says it to whom, and what is wrong with its syntax.

    ``readable`` is false when it, or an envelope around it, is so wrong that nothing may be made of it.
    """

    message: Message
    start: int = -1
    end: int = -1
    sender: str = ""
    receiver: str = ""
    findings: tuple[Finding, ...] = ()
    readable: bool = True


class Opened(Struct, frozen=True, kw_only=True):
    """A file with its envelopes open; ``findings`` are about the file and the envelopes, outermost first."""

    pieces: tuple[Piece, ...] = ()
    findings: tuple[Finding, ...] = ()
    outline: Outline


class Envelope(Struct, frozen=True, kw_only=True):
    """What stands around the messages we write; ids are ``qualifier:id``, or the id alone."""

    sender: str = "ZZ:SENDER"
    receiver: str = "ZZ:RECEIVER"
    control: int = 1
    test: bool = False
    at: datetime


class Syntax(Struct, frozen=True, kw_only=True):
    """One syntax: what people call it, how it is opened, how built messages become one file."""

    title: str
    open: Callable[[bytes], Opened]
    write: Callable[[Sequence[BuiltMessage], Envelope], bytes]


def no_outline(_: Sequence[tuple[Finding, ...]]) -> None:
    """Draw nothing: the syntax has no structure that people would not see in the meaning."""


# --- X12 ------------------------------------------------------------------------------------------------------------


def _open_x12(body: bytes) -> Opened:
    decoded = x12.decode(body)
    readable = {id(each) for _, _, each in decoded.accepted}
    outer = [*decoded.findings]
    pieces: list[Piece] = []
    for interchange, group in _groups(decoded):
        outer += interchange.findings if group is None else group.findings
        pieces += [] if group is None else [_set(interchange, each, id(each) in readable) for each in group.sets]

    def outline(findings: Sequence[tuple[Finding, ...]]) -> Branch:
        return explain(_with(decoded, iter(findings)))

    return Opened(pieces=tuple(pieces), findings=tuple(outer), outline=outline)


def _groups(decoded: Decoded) -> Iterator[tuple[Interchange, Group | None]]:
    """Yield every interchange, alone first and then with each of its groups."""
    for interchange in decoded.interchanges:
        yield interchange, None
        for group in interchange.groups:
            yield interchange, group


def _set(interchange: Interchange, each: ReceivedSet, readable: bool) -> Piece:
    return Piece(
        message=each.message,
        start=each.start,
        end=each.end,
        sender=f"{interchange.sender_qualifier}:{interchange.sender}",
        receiver=f"{interchange.receiver_qualifier}:{interchange.receiver}",
        findings=each.findings,
        readable=readable,
    )


def _with(decoded: Decoded, findings: Iterator[tuple[Finding, ...]]) -> Decoded:
    """Put what is wrong with each set, its meaning included, where the set stands."""

    def group(each: Group) -> Group:
        return replace(each, sets=tuple(replace(one, findings=next(findings)) for one in each.sets))

    def interchange(each: Interchange) -> Interchange:
        return replace(each, groups=tuple(map(group, each.groups)))

    return replace(decoded, interchanges=tuple(map(interchange, decoded.interchanges)))


def _write_x12(messages: Sequence[BuiltMessage], envelope: Envelope) -> bytes:
    """Write an interchange for each kind of group the messages need."""
    kinds = dict.fromkeys((x12.functional_id(message.kind), message.version) for message in messages)
    bodies: list[bytes] = []
    for number, (kind, version) in enumerate(kinds):
        inside = [one for one in messages if (x12.functional_id(one.kind), one.version) == (kind, version)]
        bodies.append(x12.encode(_isa(envelope, version, envelope.control + number), inside))
    return b"".join(bodies)


def _isa(envelope: Envelope, version: str, control: int) -> x12.Envelope:
    sender, receiver = _identity(envelope.sender), _identity(envelope.receiver)
    return x12.Envelope(
        sender_qualifier=sender[0],
        sender=sender[1],
        receiver_qualifier=receiver[0],
        receiver=receiver[1],
        version=version or "004010",
        delimiters=Delimiters(segment="~", element="*", component=">"),
        usage="T" if envelope.test else "P",
        interchange=control,
        group=control,
        at=envelope.at,
    )


def _identity(said: str) -> tuple[str, str]:
    qualifier, colon, id = said.partition(":")
    return (qualifier, id) if colon else ("ZZ", said)


# --- our own JSON ---------------------------------------------------------------------------------------------------


def _open_json(body: bytes) -> Opened:
    try:
        messages = json_format.decode(body)
    except Unreadable as unreadable:
        return Opened(findings=unreadable.findings, outline=no_outline)
    return Opened(pieces=tuple(Piece(message=message) for message in messages), outline=no_outline)


def _write_json(messages: Sequence[BuiltMessage], _: Envelope) -> bytes:
    return json_format.encode(messages) + b"\n"


SYNTAXES: dict[str, Syntax] = {
    "x12": Syntax(title="X12", open=_open_x12, write=_write_x12),
    "json": Syntax(title="JSON", open=_open_json, write=_write_json),
}


def detect(body: bytes, file_name: str = "") -> str:
    """Return which of `SYNTAXES` a file is written in, by how it begins."""
    start = body[:64].lstrip(b"\xef\xbb\xbf \t\r\n")
    return "json" if start.startswith((b"{", b"[")) or (not start and file_name.endswith(".json")) else "x12"
