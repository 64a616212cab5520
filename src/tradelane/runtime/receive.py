"""What a read transmission causes: documents for their objects, reports for the sender, a line of history. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from tradelane.formats import x12
from tradelane.model import registry
from tradelane.model.case import OpenCase
from tradelane.model.exchange import RecordTransmission, SendDocument, SetOutcome, TransmissionTaken
from tradelane.model.finding import Finding
from tradelane.model.identity import derived_id, exchange_stream
from tradelane.model.outcome import Outcome
from tradelane.partners.profile import Profile
from tradelane.runtime.handed import Arrived, command_item, document_item, number_of
from tradelane.runtime.house import House
from tradelane.runtime.read import Reading, ReadInterchange, ReadSet
from tradelane.runtime.route import route
from tradelane.runtime.send import TA1
from tradelane.store.port import Identity, Item


@dataclass
class Caused:
    """What a transmission comes to. ``redeliver``: ids of our earlier answers, to be sent again as they were."""

    items: list[Item] = field(default_factory=list)
    cases: list[OpenCase] = field(default_factory=list)
    identities: list[Identity] = field(default_factory=list)
    redeliver: list[str] = field(default_factory=list)
    sets: list[SetOutcome] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    repeats: str = ""


def cause(
    house: House, item: Item, arrived: Arrived, reading: Reading, standing: Mapping[str, Identity], now: datetime
) -> Caused:
    """Return everything *reading* comes to; *standing* holds the interchanges we know already, by identity."""
    profile = house.registry.partners[arrived.partner]
    caused = Caused(findings=list(reading.findings))
    if not reading.refused:
        for ordinal, each in enumerate(reading.interchanges):
            _interchange(house, profile, item, each, f"{item.id}.{ordinal}", standing, now, caused)
    outcome = _outcome(reading, caused)
    taken = TransmissionTaken(
        transmission=arrived.archive,
        sha256=arrived.sha256,
        size=arrived.size,
        channel=arrived.channel,
        received_at=datetime.fromisoformat(arrived.received_at),
        outcome=outcome,
        file_name=arrived.file_name,
        transport_id=arrived.transport_id,
        sets=tuple(caused.sets),
        findings=tuple(caused.findings),
        repeats=caused.repeats,
    )
    stream = exchange_stream(profile.name)
    done = command_item(
        derived_id(item.id, "taken"), stream, RecordTransmission(taken=taken), profile.name, house.store.partitions
    )
    caused.items.insert(0, done)
    return caused


def _interchange(
    house: House,
    profile: Profile,
    item: Item,
    read: ReadInterchange,
    key: str,
    standing: Mapping[str, Identity],
    now: datetime,
    caused: Caused,
) -> None:
    known = standing.get(read.identity) if read.identity else None
    if known is not None and known.item != item.id:
        _known(house, profile, item, read, key, known, caused)
        return
    if read.identity:
        caused.identities.append(
            Identity(part=item.part, digest=read.identity, content_sha256=read.content, at=now, item=item.id)
        )
    caused.findings.extend(read.faults)
    for ordinal, one in enumerate(read.sets):
        _set(house, profile, one, derived_id(key, ordinal), caused)
    for report in read.reports:
        caused.items.append(
            _reply(
                house, profile, derived_id(key, "997", report.group), registry.tag(type(report)), report.group, report
            )
        )
    if read.ta1 is not None and not _stranger(read):
        caused.items.append(
            _reply(house, profile, derived_id(key, TA1), TA1, read.control, x12.ta1(read.ta1, _code(read)))
        )
    caused.cases.extend(_ta1_cases(profile, read))


def _known(
    house: House, profile: Profile, item: Item, read: ReadInterchange, key: str, known: Identity, caused: Caused
) -> None:
    if known.content_sha256 == read.content:
        caused.repeats = known.item
        first = f"{known.item}.{key.rsplit('.', 1)[1]}"
        caused.redeliver.extend(derived_id(first, "997", report.group) for report in read.reports)
        return
    fault = Finding(
        code="x12.control-number-reused",
        says=f"Interchange control number {read.control} was used before with other content.",
        fix="Send it again under a new control number if it is new; it has not been processed.",
        syntax_code="025",
    )
    caused.findings.append(fault)
    if read.ta1 is not None or read.sets:
        answer = x12.Ta1(control=read.control, date="", time="", verdict="R", code="025")
        caused.items.append(_reply(house, profile, derived_id(key, TA1), TA1, read.control, answer))


def _set(house: House, profile: Profile, one: ReadSet, id: str, caused: Caused) -> None:
    document, findings = one.document, one.findings
    kind = registry.tag(type(document)) if document else one.kind
    outcome, stream = Outcome.REJECTED, ""
    if document is not None and not one.refused:
        way = route(document, profile, house.registry)
        if isinstance(way[0], str):
            stream, command = way[0], way[1]
            outcome = Outcome.ACCEPTED
            if not one.test:
                assert not isinstance(command, (str, Finding))
                caused.items.append(document_item(id, stream, command, document, profile.name, house.store.partitions))
        else:
            findings += tuple(fault for fault in way if isinstance(fault, Finding))
            outcome = Outcome.PARKED
    number = number_of(document) if document else ""
    caused.sets.append(
        SetOutcome(
            document_type=kind,
            number=number,
            outcome=outcome,
            stream=stream,
            item=id,
            kind=one.kind,
            control=one.control,
            group=one.group,
            interchange=one.interchange,
            map=one.map,
            test=one.test,
            findings=findings,
        )
    )


def _reply(house: House, profile: Profile, id: str, kind: str, number: str, answer: object) -> Item:
    body = msgspec.json.encode(answer).decode()
    command = SendDocument(document_id=id, document_type=kind, number=number, body=body, about="", syntax="x12")
    return command_item(id, exchange_stream(profile.name), command, profile.name, house.store.partitions)


def _code(read: ReadInterchange) -> str:
    return next(
        (fault.syntax_code for fault in read.faults if fault.severity == "error" and len(fault.syntax_code) == 3), ""
    )


def _stranger(read: ReadInterchange) -> bool:
    return any(fault.code == "identity.not-yours" for fault in read.faults)


def _ta1_cases(profile: Profile, read: ReadInterchange) -> Iterator[OpenCase]:
    for answer in read.acknowledgements:
        if answer.verdict == "R":
            yield OpenCase(
                kind="REJECTED_SYNTAX",
                about=exchange_stream(profile.name),
                line=f"interchange {answer.control}",
                says=f"{profile.title or profile.name} refused our interchange {answer.control} (TA1 {answer.code}).",
                role="integration",
                partner=profile.name,
                severity="S2",
                actions=("fix the settings", "send again"),
            )


def _outcome(reading: Reading, caused: Caused) -> Outcome:
    outcomes = {one.outcome for one in caused.sets}
    if reading.refused or (not outcomes and any(finding.severity == "error" for finding in caused.findings)):
        return Outcome.REJECTED
    if Outcome.PARKED in outcomes:
        return Outcome.PARKED
    return Outcome.REJECTED if outcomes == {Outcome.REJECTED} else Outcome.ACCEPTED
