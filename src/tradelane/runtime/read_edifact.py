"""Read EDIFACT: interchanges, groups and messages with a verdict on each, and the CONTRL they are owed. Pure."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from hashlib import sha256

from msgspec.structs import replace

from tradelane import maps
from tradelane.formats import edifact
from tradelane.model.finding import Finding, Place, Unreadable
from tradelane.partners.edifact_names import names
from tradelane.partners.profile import Profile
from tradelane.runtime.guards.stranger import strangers
from tradelane.runtime.house import House
from tradelane.runtime.reading import Reading, ReadInterchange, ReadSet, Rest


def begin_edifact(house: House, profile: Profile, body: bytes) -> Reading:
    """Open the envelopes of *body*; its messages are lifted as the reading advances."""
    decoded = edifact.decode(body)
    if decoded.refused:
        return Reading([], decoded.findings)
    reading = Reading([], decoded.findings)
    for each in decoded.interchanges:
        reading.interchanges.append(_interchange(house, profile, body, each, reading.rest))
    return reading


def _interchange(
    house: House, profile: Profile, body: bytes, received: edifact.Interchange, rest: Rest
) -> ReadInterchange:
    sides = (received.sender.qualifier, received.sender.id, received.receiver.qualifier, received.receiver.id)
    named = received.control and received.sender.id
    found = ReadInterchange(
        identity=_digest("edifact", *sides, received.control, received.date, received.time) if named else "",
        content=sha256(body[received.start : received.end]).hexdigest(),
        control=received.control,
        sender=f"{received.sender.qualifier}:{received.sender.id}",
        receiver=f"{received.receiver.qualifier}:{received.receiver.id}",
        date=received.date,
        time=received.time,
        test=received.test,
        faults=tuple(received.findings) + _envelope_faults(house, profile, received),
        syntax="edifact",
    )
    answered = replace(received, findings=found.faults)
    refusals: dict[str, Sequence[Finding]] = {}
    if not answered.refused:
        for group in received.groups:
            rest.extend(_group(house, profile, received, group, found, refusals))
    if _report_due(profile, received, found.faults):
        rest.append(lambda: _report(answered, refusals, found))
    return found


def _report_due(profile: Profile, received: edifact.Interchange, faults: Sequence[Finding]) -> bool:
    """Say whether a CONTRL answers it: asked for, or agreed. Who is not who it says gets none."""
    asked = received.acknowledge or profile.edifact_settings.acknowledge
    return asked and edifact.answerable(received) and all(one.code != "identity.not-yours" for one in faults)


def _report(received: edifact.Interchange, refusals: dict[str, Sequence[Finding]], found: ReadInterchange) -> int:
    found.reports.append(edifact.syntax_report(received, refusals))
    return 0


def _digest(*parts: str) -> str:
    return sha256("\x1f".join(parts).encode()).hexdigest()


def _envelope_faults(house: House, profile: Profile, received: edifact.Interchange) -> tuple[Finding, ...]:
    faults: list[Finding] = []
    sender, receiver = received.sender, received.receiver
    if sender.id and not names(profile.edifact, sender.id, sender.qualifier):
        faults.append(
            Finding(
                code="identity.not-yours",
                says=f"The sender {_said(sender)} of the interchange is not an identity registered for you.",
                fix="Send under your own identity, or ask us to register this one for you.",
                where=Place(start=received.start, segment="UNB", element=2),
                syntax_code="23",
            )
        )
    if receiver.id and not names(house.registry.settings.company.edifact, receiver.id, receiver.qualifier):
        faults.append(
            Finding(
                code="edifact.unknown-receiver",
                says=f"The receiver {_said(receiver)} of the interchange is nobody here.",
                fix="Correct the receiver of the interchange; nothing of it was routed.",
                where=Place(start=received.start, segment="UNB", element=3),
                syntax_code="7",
            )
        )
    return tuple(faults)


def _said(name: edifact.Name) -> str:
    return f"{name.id}:{name.qualifier}" if name.qualifier else name.id


def _group(
    house: House,
    profile: Profile,
    received: edifact.Interchange,
    group: edifact.Group,
    found: ReadInterchange,
    refusals: dict[str, Sequence[Finding]],
) -> Iterator[Callable[[], int]]:
    test = profile.test or received.test

    def lift(each: edifact.ReceivedMessage) -> int:
        one = ReadSet(each.message.kind, each.message.control, group.control, received.control, test=test)
        one.findings = tuple(each.findings)
        if group.refused or each.refused:
            one.findings += tuple(group.findings)
        else:
            _lift(house, profile, each, one)
        refusals[one.control] = one.findings
        found.sets.append(one)
        return 1

    for each in group.messages:
        yield partial(lift, each)
    if not group.messages:
        found.faults += group.findings  # There is no message to say it for.


def _lift(house: House, profile: Profile, received: edifact.ReceivedMessage, one: ReadSet) -> None:
    by = house.message_map(profile, one.kind, received.message.version)
    if by is None:
        says = f"Messages of kind {one.kind} are not set up with you."
        fix = "Send a message that is set up, or ask us to set this one up."
        where = Place(start=received.start, segment="UNH", element=2)
        one.findings += (
            Finding(code="edifact.message-not-supported", says=says, fix=fix, where=where, syntax_code="14"),
        )
        return
    one.map = f"{by.name}@{by.version}"
    try:
        lifted = maps.lift(received.message, by)
    except Unreadable as unreadable:
        one.findings += unreadable.findings
        return
    one.document, one.canonical = lifted.document, lifted.canonical
    one.findings += lifted.findings + strangers(house, profile, lifted.document)
