"""Read X12: interchanges, groups and sets with a verdict on each, and the answers they are owed. Pure."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from hashlib import sha256

from msgspec.structs import replace

from tradelane.formats import x12
from tradelane.maps.editions import remarked
from tradelane.model.finding import Finding, Place
from tradelane.model.message import SegmentMessage
from tradelane.partners.lookup import belongs, ours
from tradelane.partners.profile import Profile
from tradelane.runtime.guards.strict import strict_set, strict_x12
from tradelane.runtime.house import House
from tradelane.runtime.lift import lift_set
from tradelane.runtime.partner_maps import set_map
from tradelane.runtime.reading import Reading, ReadInterchange, ReadSet

NAMED_MAX = 10_000
"""Of a group with more sets than this its report names only those that are not accepted, and no more than so many."""


def begin_x12(house: House, profile: Profile, body: bytes) -> Reading:
    """Open the envelopes of *body*; its sets are lifted as the reading advances."""
    decoded = strict_x12(profile, x12.decode(body))
    if decoded.refused or not decoded.interchanges:
        return Reading([], decoded.findings or (no_interchange(),))
    reading = Reading([], decoded.findings)
    for each in decoded.interchanges:
        content = sha256(body[each.start : each.end]).hexdigest()
        found, refused = begin_interchange(house, profile, each, content)
        reading.interchanges.append(found)
        if not refused:
            for group in each.groups:
                reading.rest.extend(_group(ReadGroup(house, profile, each, group, found)))
                if not group.sets:
                    found.faults += group.findings  # There is no set to say it for.
    return reading


def no_interchange() -> Finding:
    """Say that there is nothing to read."""
    return Finding(
        code="x12.no-interchange",
        says="There is no ISA segment in it.",
        fix="Send a whole X12 interchange, ISA to IEA.",
    )


def begin_interchange(
    house: House, profile: Profile, received: x12.Interchange, content: str
) -> tuple[ReadInterchange, bool]:
    """Return an interchange none of whose sets is read so far, and whether none may be; *content* is its SHA-256."""
    # What the envelope says and what we hold against it decide together whether it is taken, and answered by a TA1.
    answered = replace(received, findings=tuple(received.findings) + _envelope_faults(house, profile, received))
    found = ReadInterchange(
        identity=_identity(answered, content),
        content=content,
        control=received.control,
        sender=f"{received.sender_qualifier}:{received.sender}",
        receiver=f"{received.receiver_qualifier}:{received.receiver}",
        date=received.date,
        time=received.time,
        test=received.usage == "T",
        refused=answered.refused,
        faults=tuple(answered.findings),
        acknowledgements=received.ta1s,
    )
    if x12.ta1_wanted(answered):
        found.ta1 = received
    return found, answered.refused


def _identity(received: x12.Interchange, content: str) -> str:
    """Return by what it is known if it comes again. Refused whole, it leaves its number free for a better one."""
    if not (received.control and received.sender):
        return ""
    names = (received.sender_qualifier, received.sender, received.receiver_qualifier, received.receiver)
    known = ("interchange", *names, received.control, received.date, received.time)
    return _digest(*known, content) if received.refused else _digest(*known)


def _digest(*parts: str) -> str:
    return sha256("\x1f".join(parts).encode()).hexdigest()


def _envelope_faults(house: House, profile: Profile, received: x12.Interchange) -> tuple[Finding, ...]:
    faults: list[Finding] = []
    if not received.sender.strip():
        return ()  # Cut short before it says who sent it: unreadable, and said so already.
    if not belongs(profile, received.sender_qualifier, received.sender, ""):
        faults.append(_not_yours(f"ISA06 {received.sender_qualifier}:{received.sender}", received, "006"))
    if not ours(house.registry, received.receiver_qualifier, received.receiver):
        says = f"ISA08 {received.receiver_qualifier}:{received.receiver} is nobody here."
        fix = "Correct the receiver of the interchange; nothing of it was routed."
        faults.append(
            Finding(
                code="x12.unknown-receiver",
                says=says,
                fix=fix,
                where=Place(start=received.start, segment="ISA", element=8),
                syntax_code="008",
            )
        )
    return tuple(faults)


def _not_yours(said: str, received: x12.Interchange, code: str) -> Finding:
    return Finding(
        code="identity.not-yours",
        says=f"{said} is not an identity registered for you.",
        fix="Send under your own identity, or ask us to register this one for you.",
        where=Place(start=received.start, segment="ISA" if "ISA" in said else "GS", element=6 if "ISA" in said else 2),
        syntax_code=code,
    )


class ReadGroup:
    """One group while its sets are read, and the report that sums it up.

    ``large``: it has more sets than are kept, so only what is to be said of them is.
    """

    def __init__(
        self,
        house: House,
        profile: Profile,
        received: x12.Interchange,
        group: x12.Group,
        found: ReadInterchange,
        large: bool = False,
    ) -> None:
        self.house, self.profile, self.received, self.group, self.found = house, profile, received, group, found
        self.faults = _group_faults(profile, received, group)
        self.test = profile.test or received.usage == "T"
        self.answered = x12.answerable(group) and profile.x12_settings.acknowledge
        self.large, self.count = large, 0
        self._refusals: dict[str, Sequence[Finding]] = {}
        self._named: list[tuple[x12.ReceivedSet, bool]] = []

    def lift(self, each: x12.ReceivedSet) -> int:
        """Read one set."""
        each = strict_set(self.profile, each)
        one = ReadSet(each.message.kind, each.message.control, self.group.control, self.received.control)
        one.test, one.findings = self.test, tuple(each.findings)
        if not (self.faults or self.group.refused or each.refused):
            _lift(self.house, self.profile, each, one)
            if one.findings or not self.large:
                self._refusals[one.control] = one.findings
        else:
            one.findings += self.faults + tuple(self.group.findings)
        self.count += 1
        if self.large:
            self._name(each, one)
        self.found.sets.append(one)
        return 1

    def _name(self, each: x12.ReceivedSet, one: ReadSet) -> None:
        """Keep what the report says of a set."""
        if self.count == NAMED_MAX + 1:
            self._named = [(kept, remarks) for kept, remarks in self._named if remarks]
        if self.count <= NAMED_MAX or (one.findings and len(self._named) < NAMED_MAX):
            self._named.append((replace(each, message=_headed(each.message)), bool(one.findings)))

    def report(self) -> int:
        """Sum the group up."""
        if self.answered and self.large:
            report = x12.large_report(
                self.group, self.count, [each for each, _ in self._named], self._refusals, self.faults
            )
            self.found.reports.append(report)
        elif self.answered:
            self.found.reports.append(x12.syntax_report(self.group, self._refusals, self.faults))
        return 0


def _headed(message: SegmentMessage) -> SegmentMessage:
    return SegmentMessage(message.kind, message.control, message.version, "", message.delimiters)


def _group(group: ReadGroup) -> Iterator[Callable[[], int]]:
    """Yield what there is to do for a group: each set, and the report that sums it up."""
    for each in group.group.sets:
        yield partial(group.lift, each)
    yield group.report


def _group_faults(profile: Profile, received: x12.Interchange, group: x12.Group) -> tuple[Finding, ...]:
    faults: list[Finding] = []
    if not belongs(profile, received.sender_qualifier, received.sender, group.sender):
        faults.append(_not_yours(f"GS02 {group.sender}", received, "1"))
    taken = profile.x12_settings.takes
    if group.functional_id != "FA" and taken and not group.version.startswith(taken):
        faults.append(
            Finding(
                code="x12.version-not-agreed",
                says=f"GS08 {group.version} is not agreed with you; we take {', '.join(taken)}.",
                fix="Send an agreed version, or ask us to agree on this one.",
                where=Place(start=group.start, segment="GS", element=8),
                syntax_code="2",
            )
        )
    return tuple(faults)


def _lift(house: House, profile: Profile, received: x12.ReceivedSet, one: ReadSet) -> None:
    by = set_map(house.registry, profile, received.message)
    if by is None:
        says = f"Transaction set {one.kind} is not set up with you."
        fix = "Send a set that is set up, or ask us to set this one up."
        one.findings += (
            Finding(
                code="x12.set-not-supported", says=says, fix=fix, where=Place(start=received.start), syntax_code="1"
            ),
        )
        return
    lift_set(house, profile, one, received.message, by, alike=False)
    if one.document is not None:
        one.findings += remarked(by, received.message.version)
