"""Read EDIFACT: interchanges, groups and messages with a verdict on each, and the CONTRL they are owed. Pure."""

from collections.abc import Sequence
from functools import partial
from hashlib import sha256

from msgspec.structs import replace

from tradelane.formats import edifact
from tradelane.model.finding import Finding, Place
from tradelane.partners.edifact_names import names
from tradelane.partners.profile import Profile
from tradelane.runtime.guards.strict import strict_edifact, strict_set
from tradelane.runtime.house import House
from tradelane.runtime.lift import lift_set
from tradelane.runtime.partner_maps import message_map
from tradelane.runtime.reading import Reading, ReadInterchange, ReadSet


def begin_edifact(house: House, profile: Profile, body: bytes) -> Reading:
    """Open the envelopes of *body*; its messages are lifted as the reading advances."""
    decoded = strict_edifact(profile, edifact.decode(body))
    if decoded.refused:
        return Reading([], decoded.findings)
    reading = Reading([], decoded.findings)
    for each in decoded.interchanges:
        content = sha256(body[each.start : each.end]).hexdigest()
        messages = ReadMessages(house, profile, each, content, edifact.answerable(each))
        reading.interchanges.append(messages.found)
        for number, group in enumerate(each.groups):
            reading.rest.extend(partial(messages.take, number, one) for one in group.messages)
            if not group.messages:
                messages.found.faults += messages.empty(group)
        if messages.answered:
            reading.rest.append(messages.report)
    return reading


class ReadMessages:
    """One interchange while its messages are read, and the CONTRL that sums it up.

    *content* is its SHA-256; *answerable*: a CONTRL may answer what it holds.
    """

    def __init__(
        self, house: House, profile: Profile, received: edifact.Interchange, content: str, answerable: bool
    ) -> None:
        self.house, self.profile, self.received = house, profile, received
        self.found = _begun(house, profile, received, content)
        self.refused = self.found.refused
        self.answered = answerable and _report_due(profile, received, self.found.faults)
        self._sum = edifact.Sum(replace(received, findings=self.found.faults, groups=()))
        self._test = profile.test or received.test

    def empty(self, group: edifact.Group) -> tuple[Finding, ...]:
        """Return what is wrong with a group in which there is no message to say it for."""
        return () if self.refused else tuple(group.findings)

    def take(self, number: int, each: edifact.ReceivedMessage) -> int:
        """Read one message of group *number*; of an interchange that is refused it is only counted."""
        group, each = self.received.groups[number], strict_set(self.profile, each)
        if self.refused:
            self._sum.add(each, (), group.refused)
            return 0
        one = ReadSet(each.message.kind, each.message.control, group.control, self.received.control, test=self._test)
        one.findings = tuple(each.findings)
        if group.refused or each.refused:
            one.findings += tuple(group.findings)
        else:
            _lift(self.house, self.profile, each, one)
        self._sum.add(each, one.findings, group.refused)
        self.found.sets.append(one)
        return 1

    def report(self) -> int:
        """Sum the interchange up."""
        self.found.reports.append(self._sum.report())
        return 0


def _begun(house: House, profile: Profile, received: edifact.Interchange, content: str) -> ReadInterchange:
    received = replace(received, findings=tuple(received.findings) + _envelope_faults(house, profile, received))
    return ReadInterchange(
        identity=_identity(received, content),
        content=content,
        control=received.control,
        sender=f"{received.sender.qualifier}:{received.sender.id}",
        receiver=f"{received.receiver.qualifier}:{received.receiver.id}",
        date=received.date,
        time=received.time,
        test=received.test,
        refused=received.refused,
        faults=tuple(received.findings),
        syntax="edifact",
    )


def _report_due(profile: Profile, received: edifact.Interchange, faults: Sequence[Finding]) -> bool:
    """Say whether a CONTRL answers it: asked for, or agreed. Who is not who it says gets none."""
    asked = received.acknowledge or profile.edifact_settings.acknowledge
    return asked and all(one.code != "identity.not-yours" for one in faults)


def _identity(received: edifact.Interchange, content: str) -> str:
    """Return by what it is known if it comes again. Refused whole, it leaves its number free for a better one."""
    if not (received.control and received.sender.id):
        return ""
    sides = (received.sender.qualifier, received.sender.id, received.receiver.qualifier, received.receiver.id)
    known = ("edifact", *sides, received.control, received.date, received.time)
    return _digest(*known, content) if received.refused else _digest(*known)


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


def _lift(house: House, profile: Profile, received: edifact.ReceivedMessage, one: ReadSet) -> None:
    by = message_map(house.registry, profile, one.kind, received.message.version)
    if by is None:
        says = f"Messages of kind {one.kind} are not set up with you."
        fix = "Send a message that is set up, or ask us to set this one up."
        where = Place(start=received.start, segment="UNH", element=2)
        one.findings += (
            Finding(code="edifact.message-not-supported", says=says, fix=fix, where=where, syntax_code="14"),
        )
        return
    lift_set(house, profile, one, received.message, by)
