"""What a read transmission causes: documents for their objects, reports for the sender, a line of history. Pure."""

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

import msgspec
from msgspec.structs import replace

from tradelane.formats import x12
from tradelane.model import registry
from tradelane.model.exchange import (
    InterchangeTaken,
    RecordInterchangeReport,
    RecordTransmission,
    SendDocument,
    SetOutcome,
    TransmissionTaken,
)
from tradelane.model.finding import Finding
from tradelane.model.identity import derived_id, exchange_stream
from tradelane.model.outcome import Outcome
from tradelane.partners.profile import Profile
from tradelane.runtime.guards.strict import strict_file
from tradelane.runtime.handed import Arrived, Asked, ask, ask_document, number_of
from tradelane.runtime.house import House
from tradelane.runtime.read_pieces import Pieces
from tradelane.runtime.reading import LET_GO, Reading, ReadInterchange, ReadSet
from tradelane.runtime.route import Way, route
from tradelane.runtime.send import TA1
from tradelane.runtime.send_content import origin, refusal
from tradelane.store.port import Identity, Item

LARGE_BYTES = 100_000
SETS_PER_STRETCH = 25
LISTED_MAX = 2_000
"""So many sets of a transmission that is read in pieces are listed, and as many more that were not accepted."""


@dataclass
class Caused:
    """What a stretch of a transmission comes to. ``redeliver``: ids of our earlier answers, to be sent as they were."""

    items: list[Asked] = field(default_factory=list)
    identities: list[Identity] = field(default_factory=list)
    redeliver: list[str] = field(default_factory=list)


@dataclass
class Receiving:
    """A transmission on its way in. It goes in stretches, so that a large one yields to the others between steps.

    After a crash it is read again from the start: `sets_done` of its sets were handed over by then and are not again.
    ``known``: interchanges that came before, each with the key of the first; empty where its bytes differ.
    """

    house: House
    item: Item
    arrived: Arrived
    reading: Reading
    outcomes: list[SetOutcome] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    repeats: str = ""
    begun: set[int] = field(default_factory=set)
    known: dict[int, str] = field(default_factory=dict)
    mine: dict[str, Identity] = field(default_factory=dict)
    handed: dict[int, int] = field(default_factory=dict)
    count: int = 0
    pieces: Pieces | None = None
    unlisted: int = 0

    def __post_init__(self) -> None:
        self.profile = self.house.registry.partners[self.arrived.partner]
        self.advance(self.arrived.sets_done)

    async def fill(self) -> None:
        """Read on in the archive, if it is too large to hold."""
        if self.pieces is not None:
            await self.pieces.fill()

    def advance(self, least: int = 0) -> None:
        """Read the next stretch: all of a small transmission, some sets of a large one."""
        small = self.arrived.size <= LARGE_BYTES
        self.reading.advance(sys.maxsize if small else max(SETS_PER_STRETCH, least))

    def stretch(self, standing: Mapping[str, Identity], now: datetime) -> Caused:
        """Return what the sets read since the last stretch come to; *standing* holds the interchanges we know."""
        caused = Caused()
        self.reading.findings = strict_file(self.profile, self.reading.findings)
        if not self.reading.refused:
            for ordinal, each in enumerate(self.reading.interchanges):
                if ordinal not in self.begun:
                    self._begin(ordinal, each, standing, now, caused)
                self._hand_over(ordinal, each, caused)
        if self.reading.done:
            self._end(caused)
        return caused

    def _begin(
        self, ordinal: int, read: ReadInterchange, standing: Mapping[str, Identity], now: datetime, caused: Caused
    ) -> None:
        self.begun.add(ordinal)
        key = self._key(ordinal)
        known = self.mine.get(read.identity) or standing.get(read.identity)
        if known is not None and known.item != key:
            self._repeated(ordinal, read, known, caused)
            return
        if read.identity:
            identity = Identity(
                part=self.item.part, digest=read.identity, content_sha256=read.content, at=now, item=key
            )
            self.mine[read.identity] = identity
            caused.identities.append(identity)
        self.findings.extend(read.faults)

    def _repeated(self, ordinal: int, read: ReadInterchange, known: Identity, caused: Caused) -> None:
        if known.content_sha256 == read.content:
            self.known[ordinal] = known.item
            first = known.item.partition(".")[0]
            self.repeats = self.repeats if first == self.item.id else first
            return
        self.known[ordinal] = ""
        says = f"Interchange control number {read.control} was used before with other content."
        fix = "Send it again under a new control number if it is new; it has not been processed."
        code = "025" if read.syntax == "x12" else "26"
        self.findings.append(Finding(code=f"{read.syntax}.control-number-reused", says=says, fix=fix, syntax_code=code))
        if read.syntax == "edifact":
            return  # Its CONTRL says so, when all of it is read.
        answer = x12.Ta1(control=read.control, date=read.date, time=read.time, verdict="R", code="025")
        id = derived_id(self._key(ordinal), TA1)
        caused.items.append(acknowledgement(self.house, self.profile, id, TA1, read.control, answer, read.test))

    def _refuse_reused(self, ordinal: int, read: ReadInterchange, caused: Caused) -> None:
        """Say by a CONTRL that a reference stands for another interchange; only where one is due at all."""
        for report in read.reports:
            refusal = replace(report, verdict="rejected", codes=("26",), accepted=0, sets=())
            id, kind = derived_id(self._key(ordinal), "997", report.group), registry.tag(type(report))
            answer = acknowledgement(
                self.house, self.profile, id, kind, report.group, refusal, test=read.test, syntax=read.syntax
            )
            caused.items.append(answer)

    def _hand_over(self, ordinal: int, read: ReadInterchange, caused: Caused) -> None:
        first = self.handed.get(ordinal, 0)
        for place in range(first, len(read.sets)):
            if ordinal not in self.known:
                id = derived_id(self._key(ordinal), place)
                outcome, item = received(self.house, self.profile, read.sets[place], id)
                self._list(outcome)
                if self.count >= self.arrived.sets_done:
                    answer = self._refused(read, place, id, outcome)
                    caused.items.extend(one for one in (item, answer) if one is not None)
            self.count += 1
            if self.pieces is not None:
                read.sets[place] = LET_GO
        self.handed[ordinal] = len(read.sets)

    def _refused(self, read: ReadInterchange, place: int, id: str, outcome: SetOutcome) -> Asked | None:
        """Return the answer to a document that was not taken, if its sender takes one and hears it no other way."""
        if outcome.outcome is not Outcome.REJECTED or outcome.test:
            return None
        return refusal(
            self.house, self.profile, read, read.sets[place], id, datetime.fromisoformat(self.arrived.received_at)
        )

    def _list(self, outcome: SetOutcome) -> None:
        """Note what became of a set; of a very large transmission the first ones, and those that need somebody."""
        needed = outcome.outcome is not Outcome.ACCEPTED
        if self.pieces is None or len(self.outcomes) < (2 if needed else 1) * LISTED_MAX:
            self.outcomes.append(outcome)
        else:
            self.unlisted += 1

    def _end(self, caused: Caused) -> None:
        if not self.reading.refused:
            for ordinal, each in enumerate(self.reading.interchanges):
                self._answers(ordinal, each, caused)
        self.findings[:0] = [*self.reading.findings, *self._unlisted()]
        taken = TransmissionTaken(
            transmission=self.arrived.archive,
            sha256=self.arrived.sha256,
            size=self.arrived.size,
            channel=self.arrived.channel,
            received_at=datetime.fromisoformat(self.arrived.received_at),
            outcome=self._outcome(),
            file_name=self.arrived.file_name,
            transport_id=self.arrived.transport_id,
            sets=tuple(self.outcomes),
            findings=tuple(self.findings),
            repeats=self.repeats,
            interchanges=tuple(self._new_interchanges()),
        )
        stream, count = exchange_stream(self.profile.name), self.house.store.partitions
        id = derived_id(self.item.id, "taken")
        caused.items.insert(0, ask(id, stream, RecordTransmission(taken=taken), self.profile.name, count))

    def _new_interchanges(self) -> Iterator[InterchangeTaken]:
        for ordinal, each in enumerate(self.reading.interchanges):
            if each.identity and _theirs(each) and ordinal not in self.known and not self.reading.refused:
                yield InterchangeTaken(each.sender, each.receiver, each.control, each.refused)

    def _unlisted(self) -> Iterator[Finding]:
        if self.unlisted:
            says = f"It holds {self.count:,} sets, too many to list: {self.unlisted:,} are not, though they were read."
            yield Finding(code="transmission.not-listed", says=says, fix="Look for their documents.", severity="note")

    def _answers(self, ordinal: int, read: ReadInterchange, caused: Caused) -> None:
        if ordinal in self.known:
            if first := self.known[ordinal]:
                caused.redeliver.extend(derived_id(first, "997", report.group) for report in read.reports)
                caused.redeliver.extend([derived_id(first, TA1)] if _ta1_due(read) else [])
            elif read.syntax == "edifact":
                self._refuse_reused(ordinal, read, caused)
            return
        key = self._key(ordinal)
        for report in read.reports:
            id, kind = derived_id(key, "997", report.group), registry.tag(type(report))
            answer = acknowledgement(
                self.house, self.profile, id, kind, report.group, report, test=read.test, syntax=read.syntax
            )
            caused.items.append(answer)
        if read.ta1 is not None and _ta1_due(read):
            id, answer = derived_id(key, TA1), x12.ta1(read.ta1, _code(read))
            caused.items.append(acknowledgement(self.house, self.profile, id, TA1, read.control, answer, read.test))
        for place, ta1 in enumerate(read.acknowledgements if _theirs(read) else ()):
            command = RecordInterchangeReport(control=ta1.control, verdict=ta1.verdict, code=ta1.code)
            id, count = derived_id(key, "theirs", TA1, place), self.house.store.partitions
            caused.items.append(ask(id, exchange_stream(self.profile.name), command, self.profile.name, count))

    def _key(self, ordinal: int) -> str:
        return f"{self.item.id}.{ordinal}"

    def _outcome(self) -> Outcome:
        outcomes = {one.outcome for one in self.outcomes}
        wrong = any(finding.severity == "error" for finding in self.findings)
        if self.reading.refused or (not outcomes and wrong):
            return Outcome.REJECTED
        if Outcome.PARKED in outcomes:
            return Outcome.PARKED
        return Outcome.REJECTED if outcomes == {Outcome.REJECTED} else Outcome.ACCEPTED


def received(house: House, profile: Profile, one: ReadSet, id: str) -> tuple[SetOutcome, Asked | None]:
    """Return what became of one set, and the item that brings its document to its object if it comes to that."""
    document, findings = one.document, one.findings
    outcome, stream, item = Outcome.REJECTED, "", None
    if document is not None and not one.refused:
        way = route(document, profile, house.registry)
        if isinstance(way, Way):
            stream, outcome = way.stream, Outcome.ACCEPTED
            if not one.test:
                count = house.store.partitions
                item = ask_document(id, stream, way.command, document, one.canonical, profile.name, count)
                if came := origin(profile, one, id):
                    item = replace(item, handed=replace(item.handed, origin=came))
        else:
            findings, outcome = findings + way, Outcome.PARKED
    told = SetOutcome(
        document_type=registry.tag(type(document)) if document else one.kind,
        number=number_of(document) if document else "",
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
    return told, item


def acknowledgement(
    house: House,
    profile: Profile,
    id: str,
    kind: str,
    number: str,
    answer: object,
    test: bool,
    syntax: Literal["x12", "edifact"] = "x12",
) -> Asked:
    """Return what sends a 997, a TA1 or a CONTRL back to *profile*, once for its *id*."""
    body = msgspec.json.encode(answer).decode()
    command = SendDocument(
        document_id=id,
        document_type=kind,
        number=number,
        body=body,
        about="",
        syntax=syntax,
        test=test,
        fetch_within_hours=profile.fetch_within_hours,
    )
    return ask(id, exchange_stream(profile.name), command, profile.name, house.store.partitions)


def _code(read: ReadInterchange) -> str:
    return next(
        (fault.syntax_code for fault in read.faults if fault.severity == "error" and len(fault.syntax_code) == 3), ""
    )


def _ta1_due(read: ReadInterchange) -> bool:
    """Say whether a TA1 answers it. Who is not who it says gets none: it would go to somebody else."""
    return read.ta1 is not None and _theirs(read)


def _theirs(read: ReadInterchange) -> bool:
    """Say whether it is from whom it says."""
    return all(fault.code != "identity.not-yours" for fault in read.faults)
