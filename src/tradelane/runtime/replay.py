"""What a replay would come to: archived bytes read again with today's maps and settings, beside what stands.

Reads, and writes nothing. Reading is paced, so that live work has the processor.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import msgspec

from tradelane.model import registry
from tradelane.model.command import Defer
from tradelane.model.exchange import SetOutcome
from tradelane.model.identity import case_stream, derived_id, exchange_stream, partition, stream_kind
from tradelane.model.replay import ReplayedDocument, Verdict
from tradelane.partners.profile import Profile
from tradelane.runtime import receive
from tradelane.runtime.guards import dedupe
from tradelane.runtime.handed import Asked
from tradelane.runtime.house import House
from tradelane.runtime.read import read
from tradelane.runtime.read_kept import named as named_place
from tradelane.runtime.read_kept import read_pieces_again, size_of
from tradelane.runtime.reading import LET_GO, Reading, ReadInterchange, ReadSet
from tradelane.runtime.walk import book
from tradelane.store.port import Archived, Identity, Kept
from tradelane.views import document
from tradelane.views.document import DocumentRow
from tradelane.views.glossary import document_words, in_sentence, problems, says, state_words

IDLE_FOR_EACH_SECOND = 2.0
"""Reading takes at most a third of a processor."""
IDLE_SECONDS_MAX = 0.5
EVENTS_SAID = 3
SETS_HELD_MAX = 2_000
TOO_MANY = "It holds {:,} documents more, too many to look at at once. Name those you mean by their numbers."

_NO_EFFECT = ("", "parked", "conflicted")

SAYS: dict[Verdict, str] = {
    "standing": "Already had it, nothing would be done.",
    "waiting": "It is on its way already, nothing would be done.",
    "test": "It is a test and has no effect.",
    "conflict": "The same number stands with other content: a conflict would be opened for a person.",
}


@dataclass
class Planned:
    """One document as planned: what to tell of it, what brings it to its object, which cases would be over then."""

    told: ReplayedDocument
    asked: Asked | None = None
    ends: tuple[str, ...] = ()
    group: str = ""
    rejected_then: bool = False


@dataclass
class Plan:
    """All documents of one transmission, and the new acknowledgements owed if those that are new are carried out.

    ``size``: how many bytes were read for it.
    """

    archived: Archived
    size: int = 0
    documents: list[Planned] = field(default_factory=list)
    answers: list[tuple[str, Asked]] = field(default_factory=list)


async def plan(house: House, kept: Kept, items: frozenset[str] | None = None) -> Plan:
    """Return what replaying one transmission comes to, as things stand now; *items*: the documents that are meant."""
    archived = kept.archived
    planned, profile = Plan(archived), house.registry.partners.get(archived.partner)
    if profile is None:
        why = f"{archived.partner} has no settings here any more. Add the partner, then replay."
        planned.documents.append(Planned(_told(archived, "unreadable", why)))
        return planned
    reading = await (_in_pieces(house, planned, kept, items) if kept.pieces else _paced(house, planned, kept))
    if reading.refused:
        why = f"Still unreadable: {problems(reading.findings)}"
        planned.documents.append(Planned(_told(archived, "unreadable", why, findings=reading.findings)))
        return planned
    standing = await _standing(house, profile, reading)
    for ordinal, each in enumerate(reading.interchanges):
        await _interchange(house, profile, planned, ordinal, each, standing)
    left = sum(one is LET_GO for each in reading.interchanges for one in each.sets)
    if left:
        planned.answers = []  # A group is acknowledged as a whole, and not all of it was looked at.
        if items is None:
            planned.documents.append(Planned(_told(archived, "unreadable", TOO_MANY.format(left))))
    return planned


def chosen(planned: Plan, items: frozenset[str] | None, document_type: str) -> list[Planned]:
    """Return those documents that are asked for: all, or the ones named by their ids, or those of a type."""
    return [
        each
        for each in planned.documents
        if (items is None or each.told.item in items or not each.told.item)
        and (not document_type or each.told.document_type == document_type)
    ]


def owed(planned: Plan, taken: Sequence[Planned]) -> list[Asked]:
    """Return the acknowledgements that are due once *taken* are taken: of groups with a set that was refused then.

    A group is acknowledged as a whole, so not while another set of it could be taken and is not.
    """
    new = {each.group for each in taken if each.told.verdict == "new" and each.rejected_then}
    left = {each.group for each in planned.documents if each.told.verdict == "new" and each not in taken}
    return [answer for group, answer in planned.answers if group in new - left]


# --- reading


async def _in_pieces(house: House, planned: Plan, kept: Kept, items: frozenset[str] | None) -> Reading:
    """Read what is too large to hold; only the documents that are meant are held, or the first where all are."""
    held = 0

    def wanted(ordinal: int, _: ReadInterchange, place: int) -> bool:
        nonlocal held
        held += 1
        if items is None:
            return held <= SETS_HELD_MAX
        return named_place(kept, ordinal, place) in items

    planned.size = await size_of(house.store, kept)
    profile = house.registry.partners[kept.archived.partner]
    return await read_pieces_again(house, profile, kept, planned.size, wanted)


async def _paced(house: House, planned: Plan, kept: Kept) -> Reading:
    profile = house.registry.partners[kept.archived.partner]
    loop = asyncio.get_running_loop()
    archived = await house.store.archive(kept.archived.id)
    body = archived.body if archived is not None else b""
    planned.size = len(body)
    began = loop.time()
    reading = await asyncio.to_thread(read, house, profile, body, kept.archived.media_type)
    await asyncio.sleep(min((loop.time() - began) * IDLE_FOR_EACH_SECOND, IDLE_SECONDS_MAX))
    return reading


async def _standing(house: House, profile: Profile, reading: Reading) -> Mapping[str, Identity]:
    part = partition(exchange_stream(profile.name), house.store.partitions)
    return await house.store.identities([(part, each.identity) for each in reading.interchanges if each.identity])


async def _interchange(
    house: House,
    profile: Profile,
    planned: Plan,
    ordinal: int,
    each: ReadInterchange,
    standing: Mapping[str, Identity],
) -> None:
    archived = planned.archived
    known, key = standing.get(each.identity), f"{archived.id}.{ordinal}"
    if known is not None and known.content_sha256 != each.content:
        why = f"Refused then and now: control number {each.control} was used before with other content."
        planned.documents.append(Planned(_told(archived, "unreadable", why)))
        return
    # A copy of an interchange is that interchange: its documents are known by the ids the first one gave them.
    key = known.item if known is not None else key
    if not each.sets:
        if not each.faults:
            return  # Only acknowledgements of envelopes: there is nothing in it to be taken.
        why = f"Still unreadable: {problems(each.faults)}"
        planned.documents.append(Planned(_told(archived, "unreadable", why, findings=each.faults)))
        return
    sets = {derived_id(key, place): one for place, one in enumerate(each.sets) if one is not LET_GO}
    rows = await _rows(house, [*sets])
    read_sets = [receive.received(house, profile, one, id) for id, one in sets.items()]
    known_documents = await _identities(house, [asked for _, asked in read_sets if asked is not None])
    for (outcome, asked), (id, one) in zip(read_sets, sets.items(), strict=True):
        told = _judged(archived, one, outcome, asked, known_documents, rows.get(id))
        if told.verdict == "new" and asked is not None:
            told = msgspec.structs.replace(told, says=f"{told.says} {await _foreseen(house, asked)}")
        row, group = rows.get(id), _answered(key, each, one.group)
        ends = _ends(row, archived.partner, told) if told.verdict == "new" else ()
        rejected_then = row is None or row.read == "rejected"
        planned.documents.append(Planned(told, asked, ends, group, rejected_then))
    for report in each.reports:
        digest = sha256(registry.encode(report)).hexdigest()[:16]
        kind = registry.tag(type(report))
        id = derived_id(key, "997", report.group, digest)
        answer = receive.acknowledgement(
            house, profile, id, kind, report.group, report, test=each.test, syntax=each.syntax
        )
        planned.answers.append((_answered(key, each, report.group), answer))


def _answered(key: str, each: ReadInterchange, group: str) -> str:
    """Return what one acknowledgement speaks of: a group in X12, the whole interchange in EDIFACT."""
    return f"{key}/{group}" if each.syntax == "x12" else key


async def _rows(house: House, ids: Sequence[str]) -> dict[str, DocumentRow]:
    found = await house.store.view_keys(document.NAME, ids)
    return {key: msgspec.json.decode(row.body, type=DocumentRow) for key, row in found.items()}


async def _identities(house: House, asked: Sequence[Asked]) -> Mapping[str, Identity]:
    wanted = [(one.item.part, one.handed.identity) for one in asked]
    wanted += [(one.item.part, dedupe.conflict(one.handed)) for one in asked]
    return await house.store.identities(wanted) if wanted else {}


# --- judging


def _judged(
    archived: Archived,
    one: ReadSet,
    outcome: SetOutcome,
    asked: Asked | None,
    standing: Mapping[str, Identity],
    row: DocumentRow | None,
) -> ReplayedDocument:
    about = {"item": outcome.item, "document_type": outcome.document_type, "number": outcome.number}
    about["stream"] = stream = outcome.stream
    if (one.test and not one.refused) or (row is not None and row.test):
        return _told(archived, "test", SAYS["test"], **about)
    if asked is None:
        why = f"Still unreadable: {problems(outcome.findings)}"
        return _told(archived, "unreadable", why, findings=outcome.findings, **about)
    handed = asked.handed
    known = standing.get(handed.identity)
    if known is not None and known.content_sha256 == handed.content:
        return _told(archived, "standing", _stood(row), **about)
    if known is not None:
        asked_before = dedupe.conflict(handed) in standing
        why = "In conflict since then, nothing would be done; a person decides." if asked_before else SAYS["conflict"]
        return _told(archived, "standing" if asked_before else "conflict", why, **about)
    if row is not None and (row.effect == "deferred" or _in_progress(row, stream, handed.number)):
        return _told(archived, "waiting", SAYS["waiting"], **about)
    if row is not None and (row.effect not in _NO_EFFECT or _read_otherwise(row, stream)):
        then = f"{in_sentence(row.document_type)} {row.number}"
        now = f"{in_sentence(handed.document_type)} {handed.number}"
        why = f"It was taken as {then} then and reads as {now} today: nothing would be done; a person decides."
        return _told(archived, "otherwise", why, **about)
    return _told(archived, "new", f"{_failed(row)} then, would be taken now:", **about)


def _in_progress(row: DocumentRow, stream: str, number: str) -> bool:
    """Say whether it was handed to its object, and the object has not spoken yet."""
    return row.read == "accepted" and not row.effect and (row.about, row.number) == (stream, number)


def _read_otherwise(row: DocumentRow, stream: str) -> bool:
    return row.read == "accepted" and not row.effect and row.about != stream


def _stood(row: DocumentRow | None) -> str:
    if row is not None and row.effect == "rejected":
        return "It was decided on and sent back; nothing would be done. Ask for a corrected one."
    return SAYS["standing"]


def _failed(row: DocumentRow | None) -> str:
    return f"{state_words(row.state)}" if row is not None and row.state else "Not read"


def _ends(row: DocumentRow | None, partner: str, told: ReplayedDocument) -> tuple[str, ...]:
    """Return the cases that are about a document's failing, which its effect would end."""
    ends = [case_stream(kind, told.stream, told.item) for kind in ("ORPHAN_DOCUMENT", "POISON_MESSAGE")]
    if row is not None:
        line = f"{row.transmission}/{row.index}"
        ends += [case_stream(kind, exchange_stream(partner), line) for kind in ("SCHEMA_ERROR", "MAPPING_ERROR")]
    return tuple(ends)


async def _foreseen(house: House, asked: Asked) -> str:
    """Return what its object would decide as it stands now."""
    stream, now = asked.item.stream, house.now()
    kind = house.kinds[stream_kind(stream)]
    found = (await house.store.streams([stream])).get(stream)
    known = await book(house, stream, found, now) if found else kind.new(stream)
    decided = kind.decider.decide(asked.command, known.state, house.context(known.partner or asked.item.owner, now))
    if isinstance(decided, Defer):
        return f"it would wait. {decided.finding.says}"
    told = [says(event) for event in decided[:EVENTS_SAID]]
    more = [f"and {len(decided) - EVENTS_SAID} more"] if len(decided) > EVENTS_SAID else []
    return "; ".join([*told, *more]) + "." if told else "it changes nothing."


def _told(archived: Archived, verdict: Verdict, why: str, **about: Any) -> ReplayedDocument:
    return ReplayedDocument(transmission=archived.id, partner=archived.partner, verdict=verdict, says=why, **about)


def named(told: ReplayedDocument) -> str:
    """Return what people call a document of a replay."""
    return f"{document_words(told.document_type)} {told.number}".strip() if told.document_type else "Transmission"
