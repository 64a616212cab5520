"""X12 files for the one reader and the one writer of the library."""

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from tradelane.formats import x12
from tradelane.formats.explain import Branch, explain
from tradelane.formats.x12.envelope import Decoded, Group, Interchange, ReceivedSet
from tradelane.library.opened import Envelope, Opened, Piece, identity
from tradelane.maps import Map
from tradelane.model.finding import Finding
from tradelane.model.message import BuiltMessage, Delimiters

QUALIFIERS = {"ZZZ": "ZZ", "1": "01"}
"""What EDIFACT writes beside an id, as X12 writes it."""


def open_x12(body: bytes, _: Sequence[Map]) -> Opened:
    """Open the interchanges of *body*."""
    decoded = x12.decode(body)
    readable = {id(each) for _, _, each in decoded.accepted}
    outer = [*decoded.findings]
    pieces: list[Piece] = []
    for interchange, group in _groups(decoded):
        outer += interchange.findings if group is None else group.findings
        inside = () if group is None else group.sets
        pieces += [received_piece(interchange, each, id(each) in readable) for each in inside]

    def outline(findings: Sequence[tuple[Finding, ...]]) -> Branch:
        return explain(_with(decoded, iter(findings)))

    return Opened(pieces=tuple(pieces), findings=tuple(outer), outline=outline)


def _groups(decoded: Decoded) -> Iterator[tuple[Interchange, Group | None]]:
    """Yield every interchange, alone first and then with each of its groups."""
    for interchange in decoded.interchanges:
        yield interchange, None
        for group in interchange.groups:
            yield interchange, group


def received_piece(interchange: Interchange, each: ReceivedSet, readable: bool) -> Piece:
    """Return a set of *interchange* as one message of a file."""
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


def write_x12(messages: Sequence[BuiltMessage], envelope: Envelope, _: Map | None) -> bytes:
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
    """Return ISA05 and ISA06; a kind of id that X12 has no two letters for is by mutual agreement."""
    qualifier, id = identity(said)
    qualifier = QUALIFIERS.get(qualifier, qualifier)
    return (qualifier if len(qualifier) == 2 else "ZZ"), id
