"""Read a transmission: bytes to documents, a verdict on every set, and what is wrong with the envelopes. Pure."""

import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256

from msgspec.structs import replace

from tradelane import maps
from tradelane.formats import json as json_format
from tradelane.formats import x12
from tradelane.model.document import Document
from tradelane.model.finding import Finding, Place, Unreadable
from tradelane.model.message import TreeMessage
from tradelane.model.syntax_report import SyntaxReport
from tradelane.partners.lookup import belongs, by_party, ours
from tradelane.partners.profile import Profile
from tradelane.runtime.guards.look_alike import look_alikes
from tradelane.runtime.house import House

Rest = deque[Callable[[], int]]


@dataclass
class ReadSet:
    """One transaction set or JSON body: its document, with its canonical JSON, if it could be read; its findings either
    way.
    """

    kind: str
    control: str = ""
    group: str = ""
    interchange: str = ""
    document: Document | None = None
    canonical: bytes = b""
    findings: tuple[Finding, ...] = ()
    map: str = ""
    test: bool = False

    @property
    def refused(self) -> bool:
        """Say whether nothing may come of this set."""
        return self.document is None or any(finding.severity == "error" for finding in self.findings)


@dataclass
class ReadInterchange:
    """One interchange: the identity under which a repeat is known, the reports it is owed, its sets.

    No identity: it was cut before it said its number or its sender, so nothing is known to repeat it.
    """

    identity: str = ""
    content: str = ""
    control: str = ""
    date: str = ""
    time: str = ""
    sets: list[ReadSet] = field(default_factory=list)
    reports: list[SyntaxReport] = field(default_factory=list)
    faults: tuple[Finding, ...] = ()
    test: bool = False
    ta1: x12.Interchange | None = None
    acknowledgements: tuple[x12.Ta1, ...] = ()


@dataclass
class Reading:
    """All that one transmission says, read a stretch at a time so that a large one does not hold up the others.

    ``findings`` are about the whole file; with an error among them nothing of it is processed. ``rest`` is left to
    do: lift a set, or sum a group up in its report.
    """

    interchanges: list[ReadInterchange]
    findings: tuple[Finding, ...] = ()
    rest: Rest = field(default_factory=deque)

    @property
    def refused(self) -> bool:
        """Say whether the whole file is refused."""
        return any(finding.severity == "error" for finding in self.findings)

    @property
    def done(self) -> bool:
        """Say whether all of it is read."""
        return not self.rest

    def advance(self, sets: int) -> None:
        """Read on by so many sets, or to the end."""
        while self.rest and sets > 0:
            sets -= self.rest.popleft()()


def is_x12(body: bytes, media_type: str) -> bool:
    """Say whether *body* claims to be X12 rather than JSON."""
    start = body[:64].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith((b"{", b"[")):
        return False
    return start.startswith(b"ISA") or "json" not in media_type


def read(house: House, profile: Profile, body: bytes, media_type: str) -> Reading:
    """Read everything in *body* as said by *profile*: any bytes give documents or findings, never an exception."""
    reading = begin(house, profile, body, media_type)
    reading.advance(sys.maxsize)
    return reading


def begin(house: House, profile: Profile, body: bytes, media_type: str) -> Reading:
    """Read the envelopes of *body*; its sets are lifted as the reading advances."""
    return _read_x12(house, profile, body) if is_x12(body, media_type) else _read_json(house, profile, body)


def _read_json(house: House, profile: Profile, body: bytes) -> Reading:
    try:
        messages = json_format.decode(body)
    except Unreadable as unreadable:
        return Reading([], unreadable.findings)
    found = ReadInterchange()

    def lift(message: TreeMessage) -> int:
        found.sets.append(_lift_json(house, profile, message))
        return 1

    return Reading([found], rest=deque(partial(lift, message) for message in messages))


def _lift_json(house: House, profile: Profile, message: TreeMessage) -> ReadSet:
    try:
        lifted = maps.lift_json(message)
    except Unreadable as unreadable:
        return ReadSet(message.kind, findings=unreadable.findings, map="json")
    faults = _stranger(house, profile, lifted.document) + look_alikes(lifted.document)
    return ReadSet(
        message.kind,
        document=lifted.document,
        canonical=lifted.canonical,
        findings=lifted.findings + faults,
        map="json",
        test=profile.test,
    )


def _stranger(house: House, profile: Profile, document: Document) -> tuple[Finding, ...]:
    """Say when the party a document names as its sender is another partner of ours (P23)."""
    said = {"supplier": "supplier", "warehouse": "warehouse"}.get(profile.role)
    party = getattr(document, said, None) if said else None
    named = by_party(house.registry, party) if party else None
    if named is None or named.name == profile.name:
        return ()
    return (
        Finding(
            code="identity.not-yours",
            says=f"It names {named.title or named.name} as its {said}, but {profile.title or profile.name} sent it.",
            fix="Send only documents of your own, or ask us to register this identifier for you.",
            where=Place(path=f"$.{said}"),
        ),
    )


def _read_x12(house: House, profile: Profile, body: bytes) -> Reading:
    decoded = x12.decode(body)
    if decoded.refused or not decoded.interchanges:
        return Reading([], decoded.findings or (_no_interchange(),))
    reading = Reading([], decoded.findings)
    for each in decoded.interchanges:
        reading.interchanges.append(_interchange(house, profile, body, each, reading.rest))
    return reading


def _no_interchange() -> Finding:
    return Finding(
        code="x12.no-interchange",
        says="There is no ISA segment in it.",
        fix="Send a whole X12 interchange, ISA to IEA.",
    )


def _interchange(house: House, profile: Profile, body: bytes, received: x12.Interchange, rest: Rest) -> ReadInterchange:
    names = (received.sender_qualifier, received.sender, received.receiver_qualifier, received.receiver)
    named = received.control and received.sender
    found = ReadInterchange(
        identity=_digest("interchange", *names, received.control, received.date, received.time) if named else "",
        content=sha256(body[received.start : received.end]).hexdigest(),
        control=received.control,
        date=received.date,
        time=received.time,
        test=received.usage == "T",
        faults=tuple(received.findings) + _envelope_faults(house, profile, received),
        acknowledgements=received.ta1s,
    )
    # What the envelope says and what we hold against it decide together whether a TA1 can and must go back.
    answered = replace(received, findings=found.faults)
    if x12.ta1_wanted(answered):
        found.ta1 = received
    if answered.refused:
        return found
    for group in received.groups:
        rest.extend(_group(house, profile, received, group, found))
        if not group.sets:
            found.faults += group.findings  # There is no set to say it for.
    return found


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


def _group(
    house: House, profile: Profile, received: x12.Interchange, group: x12.Group, found: ReadInterchange
) -> Iterator[Callable[[], int]]:
    """Yield what there is to do for a group: each set, and the report that sums it up."""
    faults = _group_faults(profile, received, group)
    refusals: dict[str, Sequence[Finding]] = {}
    test = profile.test or received.usage == "T"

    def lift(each: x12.ReceivedSet) -> int:
        one = ReadSet(each.message.kind, each.message.control, group.control, received.control, test=test)
        one.findings = tuple(each.findings)
        if not (faults or group.refused or each.refused):
            _lift(house, profile, each, one)
            refusals[one.control] = one.findings
        else:
            one.findings += faults + tuple(group.findings)
        found.sets.append(one)
        return 1

    def report() -> int:
        found.reports.append(x12.syntax_report(group, refusals, faults))
        return 0

    for each in group.sets:
        yield partial(lift, each)
    if x12.answerable(group) and profile.x12_settings.acknowledge:
        yield report


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
    by = house.map_for(profile, one.kind, received.message.version)
    if by is None:
        says = f"Transaction set {one.kind} is not set up with you."
        fix = "Send a set that is set up, or ask us to set this one up."
        one.findings += (
            Finding(
                code="x12.set-not-supported", says=says, fix=fix, where=Place(start=received.start), syntax_code="1"
            ),
        )
        return
    one.map = f"{by.name}@{by.version}"
    try:
        lifted = maps.lift(received.message, by)
    except Unreadable as unreadable:
        one.findings += unreadable.findings
        return
    one.document, one.canonical = lifted.document, lifted.canonical
    one.findings += lifted.findings + _stranger(house, profile, lifted.document)
