"""Walk work through the rooms: load what it needs, let the object decide, gather what follows.

Reads the store, writes nothing.
"""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from random import Random

from msgspec import structs

from tradelane.model import registry
from tradelane.model.case import OpenCase
from tradelane.model.command import Command, Defer
from tradelane.model.event import Event
from tradelane.model.exchange import SendDocument
from tradelane.model.finding import Unreadable
from tradelane.model.identity import partition, stream_kind
from tradelane.model.purchase_order import ChangeOrder
from tradelane.model.repeat import DocumentConflicted, DocumentDeferred, DocumentParked, DocumentRepeated
from tradelane.model.request import FireTimer, TimerFired
from tradelane.runtime import again, read, receive, send
from tradelane.runtime.batch import Batch, Work
from tradelane.runtime.guards import dedupe, stranger
from tradelane.runtime.handed import Handed, arrived, handed
from tradelane.runtime.house import House
from tradelane.runtime.looked_up import LOOKED_UP, looked_up
from tradelane.runtime.read_pieces import Pieces
from tradelane.runtime.rooms import Book
from tradelane.store.port import Identity, Item, Pending, StreamState

ATTEMPTS_MAX = 5
RETRY_SECONDS = 0.2
FOREVER = timedelta(days=3650)


class Stuck(Exception):
    """Handling one item failed: our own fault. The batch is made again without it."""

    def __init__(self, item: Item, why: BaseException) -> None:
        super().__init__(f"{item.kind} {item.id} on {item.stream}: {type(why).__name__}: {why}")
        self.item = item


async def walk(batch: Batch, held: Mapping[str, str]) -> None:
    """Handle everything in the batch's queue, and what it causes, until nothing is left.

    *held*: ids to set aside, and why.
    """
    while batch.queue:
        await _prepare(batch, held)
        for _ in range(len(batch.queue)):
            work = batch.queue.popleft()
            batch.handling = work.item
            try:
                if work.item.id in held:
                    set_aside(batch, work, held[work.item.id])
                elif work.item.kind == "transmission":
                    _receive(batch, work)
                else:
                    _command(batch, work)
            except Exception as why:
                raise Stuck(work.item, why) from why


# --- loading


async def _prepare(batch: Batch, held: Mapping[str, str]) -> None:
    await _read_transmissions(batch, held)
    digests: dict[str, int] = {}
    streams: set[str] = set()
    for work in batch.queue:
        streams.add(work.item.stream)
        if work.item.kind == "command":
            work.handed = work.handed or handed(work.item)
            if work.handed.document_type in LOOKED_UP:
                work.asked = await looked_up(batch.house, work.item, work.handed, work.asked)
            if work.handed.identity:
                digests[work.handed.identity] = work.item.part
                if work.handed.again:
                    digests[dedupe.conflict(work.handed)] = work.item.part
        elif work.receiving is not None:
            interchanges = work.receiving.reading.interchanges
            digests.update({each.identity: work.item.part for each in interchanges if each.identity})
    missing = [stream for stream in streams if stream not in batch.books]
    unasked = [(part, digest) for digest, part in digests.items() if digest not in batch.asked]
    await asyncio.gather(_load_books(batch, missing), _load_identities(batch, unasked))


async def _read_transmissions(batch: Batch, held: Mapping[str, str]) -> None:
    unread = (work for work in batch.queue if work.item.kind == "transmission" and work.receiving is None)
    fresh = [work for work in unread if work.item.id not in held]
    for work in batch.queue:
        if work.receiving is not None and not work.receiving.reading.done:
            await work.receiving.fill()
            work.receiving.advance()
    house = batch.house
    wanted = {found.archive: work.item.part for work in fresh if not (found := arrived(work.item)).pieces}
    bodies = {id: body for id in wanted if (body := house.recent.pop(id, None)) is not None}
    absent = [(part, id) for id, part in wanted.items() if id not in bodies]
    if absent:
        bodies |= await house.store.bodies(absent)
    for work in fresh:
        found = arrived(work.item)
        try:
            partner = house.registry.partners[found.partner]  # Its folder may be gone: then this waits, nothing else.
            pieces = Pieces(house, partner, work.item.part, found) if found.pieces else None
            reading = pieces.reading if pieces else read.begin(house, partner, bodies[found.archive], found.media_type)
            work.receiving = receive.Receiving(house, work.item, found, reading, pieces=pieces)
        except Exception as why:
            raise Stuck(work.item, why) from why


async def _load_books(batch: Batch, streams: list[str]) -> None:
    if not streams:
        return
    found = await batch.house.store.streams(streams)
    for stream in streams:
        state = found.get(stream)
        batch.books[stream] = (
            await book(batch.house, stream, state, batch.now) if state else batch.kind(stream).new(stream)
        )


async def book(house: House, stream: str, state: StreamState, now: datetime) -> Book:
    """Return a stream as it stands: its kept state and the events since; all its events when the fold has changed."""
    kind = house.kinds[stream_kind(stream)]
    tail = state.tail
    if state.state and state.fold == kind.fold:
        found = kind.decode(stream, state.version, state.state, now)
    else:
        found = kind.new(stream)
        if state.version:
            tail = tuple(await house.store.history(stream))
    for row in tail:
        kind.evolve(found, registry.read_event(row.body, row.form), row.at)
        found.kept_at = found.kept_at or row.at
    return found


async def _load_identities(batch: Batch, digests: list[tuple[int, str]]) -> None:
    if digests:
        batch.standing.update(await batch.house.store.identities(digests))
        batch.asked.update(digest for _, digest in digests)


# --- handling


def _receive(batch: Batch, work: Work) -> None:
    assert work.receiving is not None
    caused = work.receiving.stretch(batch.standing, batch.now)
    for identity in caused.identities:
        _stand(batch, identity)
    for item in caused.items:
        batch.hand(item)
    for id in caused.redeliver:
        batch.keep_pending(_again(work.item, id, batch.now))
    if not work.receiving.reading.done:
        _yield(batch, work, work.receiving)
    elif work.answers:
        again.reread(batch, work)
    batch.finish(work)


def _yield(batch: Batch, work: Work, receiving: receive.Receiving) -> None:
    """Let others have a turn: how far a large transmission has come is written down, the rest waits."""
    # One in pieces is read again after a crash from its start: what it had handed over before stays handed over.
    done = max(receiving.count, receiving.arrived.sets_done)
    rest = structs.replace(receiving.arrived, sets_done=done)
    work.item = structs.replace(work.item, body=registry.encode(rest))
    work.pending = _pending(work.item, "fair", batch.now)
    batch.keep_pending(work.pending)
    batch.continued.append(work)


def _again(item: Item, id: str, now: datetime) -> Pending:
    return Pending(part=item.part, id=id, why="delivery", kind="", stream=item.stream, owner=item.owner, due=now)


def _stand(batch: Batch, identity: Identity) -> None:
    batch.identities[identity.digest] = identity
    batch.standing[identity.digest] = identity


def _command(batch: Batch, work: Work) -> None:
    item, body, happened = work.item, work.handed or handed(work.item), len(batch.journal)
    verdict, first = dedupe.judge(item, body, batch.standing)
    if verdict == "first":
        _decide(batch, work, body)
    elif verdict == "done":
        batch.finish(work)
    elif verdict == "repeated":
        named = {"document_type": body.document_type, "number": body.number, "partner": body.partner}
        batch.record(item.stream, DocumentRepeated(**named, item=item.id, first=first), item.id)
        batch.finish(work)
    else:
        _conflict(batch, work, body, first)
    if work.answers:
        again.answer(batch, work, body, batch.journal[happened:])


def _conflict(batch: Batch, work: Work, body: Handed, first: str) -> None:
    item, named = work.item, body.document_type.replace("_", " ")
    event = DocumentConflicted(
        document_type=body.document_type, number=body.number, partner=body.partner, item=item.id, first=first
    )
    batch.record(item.stream, event, item.id, body.origin)
    digest = dedupe.conflict(body)
    _stand(batch, Identity(part=item.part, digest=digest, content_sha256=body.content, at=batch.now, item=item.id))
    batch.open_case(
        OpenCase(
            kind="DOCUMENT_CONFLICT",
            about=item.stream,
            line=item.id,
            says=f"{body.partner} sent {named} {body.number} again with other content; the first one stands.",
            role="integration",
            partner=body.partner,
            severity="S3",
            actions=("compare the two", "ask the partner which one holds"),
            evidence=item.id,
        )
    )
    batch.finish(work)


def _decide(batch: Batch, work: Work, body: Handed) -> None:
    item = work.item
    command = work.asked.command if work.asked else registry.read_command(bytes(body.command))
    if isinstance(command, SendDocument) and _unsendable(batch, item, command):
        batch.finish(work)
        return
    found = batch.books[item.stream]
    partner = found.partner or getattr(command, "supplier", "") or getattr(command, "partner", "") or body.partner
    context = batch.house.context(partner, batch.now, body.origin)
    decided = batch.kind(item.stream).decider.decide(command, found.state, context)
    if isinstance(decided, Defer):
        if decided.stranger:
            decided = stranger.not_there(batch.house, batch.kind(item.stream), command, decided, batch.now)
        _defer(batch, work, body, decided)
        return
    if body.identity:
        stands = Identity(part=item.part, digest=body.identity, content_sha256=body.content, at=batch.now, item=item.id)
        _stand(batch, stands)
    events: list[Event] = [*_fired(command), *decided]
    for event in events:
        batch.record(item.stream, event, item.id, body.origin)
    batch.answer(item, events)
    batch.finish(work)


def _fired(command: Command) -> list[Event]:
    return [TimerFired(name=command.name, due=command.due)] if isinstance(command, FireTimer) else []


def _unsendable(batch: Batch, item: Item, command: SendDocument) -> bool:
    """Write the document down as the partner reads it, before it gets a number; ask a person when that cannot be."""
    profile = batch.house.registry.partners[item.stream.split("/", 1)[1]]
    try:
        message = send.draft(batch.house, profile, command, batch.documents.pop(command.document_id, None))
    except Unreadable as unreadable:
        faults, named = unreadable.findings, command.document_type.replace("_", " ")
        batch.open_case(
            OpenCase(
                kind="MAPPING_ERROR",
                about=command.about or item.stream,
                line=command.document_id,
                says=f"We cannot write {named} {command.number} for {profile.name}: {faults[0].says}",
                role="integration",
                partner=profile.name,
                severity="S2",
                actions=("correct the map", "send again"),
                findings=faults,
            )
        )
        return True
    if message is not None:
        batch.drafts[command.document_id] = message
    return False


def _defer(batch: Batch, work: Work, body: Handed, why: Defer) -> None:
    item = work.item
    until = work.pending.until if work.pending and work.pending.until else why.until
    case = stranger.case(item, why) if why.stranger else None
    if until <= batch.now:
        says = f"It waited for {item.stream.replace('_', ' ')} until {until:%Y-%m-%d %H:%M} in vain. {why.asks}".strip()
        park(batch, work, says, "ORPHAN_DOCUMENT", case=case)
        return
    if work.pending and (work.pending.why, work.pending.says) == ("deferred", str(why.finding)):
        batch.keep_pending(work.pending)  # What it was freed by is not what it waits for.
    else:
        if body.document_type:
            named = {"document_type": body.document_type, "number": body.number, "partner": body.partner}
            batch.record(item.stream, DocumentDeferred(**named, item=item.id, says=why.finding.says), item.id)
        if case:
            batch.open_case(case)
        batch.keep_pending(
            _pending(work.kept, "deferred", until, until=until, says=str(why.finding), waits_for=item.stream)
        )
    batch.finish(work)


def _pending(
    item: Item,
    why: str,
    due: datetime,
    *,
    until: datetime | None = None,
    says: str = "",
    waits_for: str = "",
    attempts: int = 0,
) -> Pending:
    return Pending(
        part=item.part,
        id=item.id,
        why=why,  # pyright: ignore[reportArgumentType]
        kind=item.kind,
        stream=item.stream,
        owner=item.owner,
        due=due,
        body=item.body,
        until=until,
        attempts=attempts,
        waits_for=waits_for,
        says=says,
        reply=item.reply,
    )


# --- trouble of our own


def set_aside(batch: Batch, work: Work, says: str) -> None:
    """Try an item that failed later, alone; after five times stop it and ask a person.

    Its stream waits, nobody else does.
    """
    attempts = (work.pending.attempts if work.pending else 0) + 1
    if attempts >= ATTEMPTS_MAX:
        park(batch, work, f"Handling it failed {attempts} times: {says}", "POISON_MESSAGE", attempts)
        return
    chance = Random(f"{work.item.id}.{attempts}").random()
    due = batch.now + timedelta(seconds=RETRY_SECONDS * 2**attempts * (0.5 + chance / 2))
    batch.keep_pending(_pending(work.kept, "blocked", due, attempts=attempts, says=says))
    batch.finish(work)


def park(batch: Batch, work: Work, says: str, kind: str, attempts: int = 0, *, case: OpenCase | None = None) -> None:
    """Stop an item with us: kept with its evidence, a person asked, its stream and all others go on.

    What a partner may hear of it is *says*; *case* is asked instead of that where they may not hear all.
    """
    item = work.item
    body = (work.handed or handed(item)) if item.kind == "command" else None
    named = f"{body.document_type.replace('_', ' ')} {body.number}" if body and body.document_type else item.kind
    batch.keep_pending(_pending(work.kept, "parked", batch.now + FOREVER, attempts=attempts, says=says))
    if body and body.document_type and item.stream in batch.books:
        event = DocumentParked(
            document_type=body.document_type,
            number=body.number,
            partner=body.partner,
            item=item.id,
            says=says,
            attempts=attempts,
            sequence=0 if attempts else _sequence(work, body),
        )
        batch.record(item.stream, event, item.id, body.origin)
    batch.open_case(
        case
        or OpenCase(
            kind=kind,
            about=item.stream,
            line=item.id,
            says=f"The {named} from {item.owner} stopped with us. {says}",
            role="procurement" if kind == "ORPHAN_DOCUMENT" else "platform",
            partner=item.owner,
            severity="S3" if kind == "ORPHAN_DOCUMENT" else "S2",
            actions=("try again", "discard"),
            evidence=item.id,
        )
    )
    batch.finish(work)


def _sequence(work: Work, body: Handed) -> int:
    command = work.asked.command if work.asked else registry.read_command(bytes(body.command))
    return command.change.sequence if isinstance(command, ChangeOrder) else 0


def stream_part(house: House, stream: str) -> int:
    """Return the partition of *stream* in this store."""
    return partition(stream, house.store.partitions)
