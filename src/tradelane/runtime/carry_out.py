"""Replays, a page at a time: find what is asked for, plan it, and carry it out through the inbox like all work.

A page is complete in itself: who asked and why is written in the same commit that queues its documents, under ids that
follow from the replay's, so a page asked for again adds nothing. Documents wait in the line behind live work.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from tradelane.model import registry
from tradelane.model.identity import derived_id, exchange_stream, partition, replay_stream
from tradelane.model.replay import DocumentsReplayed, RecordReplay, ReplayedDocument
from tradelane.runtime import again
from tradelane.runtime.handed import Arrived, Asked, ask
from tradelane.runtime.house import House
from tradelane.runtime.read_kept import arrived_then, size_of
from tradelane.runtime.replay import Planned, chosen, owed, plan
from tradelane.store.port import Archived, Arrival, Item
from tradelane.views import document, lookup, transmission
from tradelane.views.glossary import says

TRANSMISSIONS_PER_PAGE = 20
BYTES_PER_PAGE = 4_000_000
DOCUMENTS_PER_PAGE = 100
WORDS_MAX = 500
WAIT_SECONDS = 5.0
POLL_SECONDS = 0.05


class Choice(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What to replay: a transmission, whatever a number names, or all of a stretch of time; and which of it."""

    transmission: str = ""
    number: str = ""
    partner: str = ""
    since: datetime | None = None
    until: datetime | None = None
    document_type: str = ""

    def __str__(self) -> str:
        """Return the choice in words."""
        words = (
            ("transmission", self.transmission),
            ("number", self.number),
            ("partner", self.partner),
            ("type", self.document_type),
            ("from", self.since.isoformat() if self.since else ""),
            ("to", self.until.isoformat() if self.until else ""),
        )
        return ", ".join(f"{name} {said}" for name, said in words if said)


class Order(Struct, frozen=True, kw_only=True):
    """Who wants a replay carried out, why, and under which id all its pages stand."""

    replay: str
    by: str
    reason: str


class Page(Struct, frozen=True, kw_only=True):
    """One page of a replay. ``next`` asks for the one after it; empty on the last. ``settled``: all of it is done."""

    documents: tuple[ReplayedDocument, ...]
    next: str = ""
    settled: bool = True


async def page(house: House, choice: Choice, after: str, order: Order | None) -> Page:
    """Return a page of what a replay comes to; with *order* carry it out."""
    sources, following = await _sources(house, choice, after)
    told: list[ReplayedDocument] = []
    work: list[tuple[Planned, Asked]] = []
    answers: list[Asked] = []
    again_whole: list[Arrived] = []
    spent = 0
    cursor = ""
    for source in sources:
        if cursor and (spent >= BYTES_PER_PAGE or len(told) >= DOCUMENTS_PER_PAGE):
            following = cursor
            break
        cursor, items = source.cursor, source.items
        kept = await house.store.kept(source.transmission)
        if kept is None or (choice.partner and kept.archived.partner != choice.partner):
            continue
        unread = await _unread(house, kept.archived)
        if unread is not None:
            told.append(unread)
            again_whole += [arrived_then(kept, await size_of(house.store, kept))] if unread.verdict == "new" else []
            continue
        planned = await plan(house, kept, items)
        spent += planned.size
        taken = chosen(planned, items, choice.document_type)
        told += [each.told for each in taken]
        work += [(each, each.asked) for each in taken if each.asked and each.told.verdict in ("new", "conflict")]
        answers += owed(planned, taken)
    if order is None:
        return Page(documents=tuple(told), next=following)
    put = _items(house, order, work, answers, again_whole)
    await house.store.put([Arrival(items=(_record(house, order, choice, after, told), *put))])
    heard = await _heard(house, [item for item in put if item.reply])
    done = {each.told.item: heard.get(_again_id(order, each.told.item)) for each, _ in work}
    return Page(
        documents=tuple(_after(one, done) for one in told),
        next=following,
        settled=all(item.id in heard for item in put if item.reply),
    )


async def recorded(house: House, replay: str) -> list[tuple[datetime, DocumentsReplayed]]:
    """Return what was recorded of a replay, page by page; empty where there is none of this id."""
    rows = await house.store.history(replay_stream(replay))
    events = [(row.at, registry.read_event(row.body, row.form)) for row in rows]
    return [(at, event) for at, event in events if isinstance(event, DocumentsReplayed)]


# --- what is asked for


class _Source(Struct, frozen=True, kw_only=True):
    """A transmission to look at, the documents meant in it (None: all), and what a page ending here is followed by."""

    transmission: str
    items: frozenset[str] | None = None
    cursor: str = ""


async def _sources(house: House, choice: Choice, after: str) -> tuple[list[_Source], str]:
    """Return what a page looks at, and what the page after it follows; empty where there is none."""
    if choice.transmission:
        return [_Source(transmission=choice.transmission)], ""
    if choice.number:
        found = await _named(house, choice)
        start = int(after or 0)
        rest = found[start : start + TRANSMISSIONS_PER_PAGE]
        end = start + len(rest)
        placed = [replace(one, cursor=str(place)) for place, one in enumerate(rest, start + 1)]
        return placed, str(end) if end < len(found) else ""
    assert choice.since is not None
    until = choice.until or house.now() + timedelta(seconds=1)
    rows = await house.store.view_between(
        transmission.NAME, choice.since, until, partner=choice.partner, after=after, limit=TRANSMISSIONS_PER_PAGE + 1
    )
    found = [_Source(transmission=row.key, cursor=row.key) for row in rows[:TRANSMISSIONS_PER_PAGE]]
    given_up = [] if after else [_Source(transmission=id) for id in await _given_up(house, choice, until)]
    return [*given_up, *found], found[-1].cursor if len(rows) > TRANSMISSIONS_PER_PAGE else ""


async def _named(house: House, choice: Choice) -> list[_Source]:
    """Return what a number names: a file by its name or transport id whole, else the documents that bear it."""
    rows = await house.store.view_rows(lookup.NAME, state=lookup.normal(choice.number), limit=WORDS_MAX)
    words = [msgspec.json.decode(row.body, type=lookup.LookupRow) for row in rows]
    whole = {word.target for word in words if word.kind == "transmission"}
    ids = [word.target for word in words if word.kind == "document"]
    kept = await house.store.view_keys(document.NAME, ids) if ids else {}
    found = [msgspec.json.decode(row.body, type=document.DocumentRow) for row in kept.values()]
    meant: dict[str, set[str]] = {}
    for row in sorted(found, key=lambda row: (row.at, row.id)):
        if row.direction == "in" and row.transmission and row.transmission not in whole and _within(row.at, choice):
            meant.setdefault(row.transmission, set()).add(row.id)
    sources = [_Source(transmission=id) for id in sorted(whole)]
    return sources + [_Source(transmission=id, items=frozenset(items)) for id, items in meant.items()]


def _within(at: datetime, choice: Choice) -> bool:
    return (choice.since is None or at >= choice.since) and (choice.until is None or at < choice.until)


async def _given_up(house: House, choice: Choice, until: datetime) -> list[str]:
    """Return the transmissions of the stretch that were never read, because reading them failed again and again."""
    rows = await house.store.pending(range(house.store.partitions))
    found = []
    for row in rows:
        if row.kind == "transmission" and row.why == "parked" and choice.partner in ("", row.owner):
            kept = await house.store.kept(row.id)
            if kept is not None and choice.since and choice.since <= kept.archived.received_at < until:
                found.append((kept.archived.received_at, row.id))
    return [id for _, id in sorted(found)]


async def _unread(house: House, archived: Archived) -> ReplayedDocument | None:
    """Return what there is to tell of a transmission that was not read so far; None where it was."""
    if await house.store.view_row(transmission.NAME, archived.id) is not None:
        return None
    rows = await house.store.pending([archived.part])
    row = next((row for row in rows if row.id == archived.id), None)
    given_up = row is not None and row.why == "parked"
    why = (
        "Reading it was given up then; it would be read anew, and answered as if it had just come."
        if given_up
        else "It is being read for the first time; nothing would be done."
    )
    return ReplayedDocument(
        transmission=archived.id,
        partner=archived.partner,
        verdict="new" if given_up else "waiting",
        stream=exchange_stream(archived.partner),
        says=why,
    )


# --- carrying out


def _again_id(order: Order, item: str) -> str:
    return derived_id("replay", order.replay, item)


def _record(house: House, order: Order, choice: Choice, after: str, told: Sequence[ReplayedDocument]) -> Item:
    documents = tuple(replace(one, findings=()) for one in told)
    command = RecordReplay(
        page=after or "first", by=order.by, reason=order.reason, chosen=str(choice), documents=documents
    )
    id = derived_id("replay", order.replay, "page", after)
    return ask(id, replay_stream(order.replay), command, "tradelane", house.store.partitions).written()


def _items(
    house: House,
    order: Order,
    work: Sequence[tuple[Planned, Asked]],
    answers: Sequence[Asked],
    whole: Sequence[Arrived],
) -> list[Item]:
    items = []
    for planned, asked in work:
        waiting = replace(asked.item, id=_again_id(order, asked.item.id), owner=again.LINE, reply=True)
        handed = replace(asked.handed, again=asked.item.id, ends=planned.ends)
        items.append(Asked(item=waiting, handed=handed, command=asked.command).written())
    items += [answer.written() for answer in answers]
    return items + [_whole(house, order, each) for each in whole]


def _whole(house: House, order: Order, arrived: Arrived) -> Item:
    stream = exchange_stream(arrived.partner)
    return Item(
        id=_again_id(order, arrived.archive),
        part=partition(stream, house.store.partitions),
        kind="transmission",
        stream=stream,
        owner=again.LINE,
        body=registry.encode(arrived),
        reply=True,
    )


async def _heard(house: House, items: Sequence[Item]) -> dict[str, bytes]:
    """Return the answers that come within some seconds."""
    loop = asyncio.get_running_loop()
    deadline, heard = loop.time() + WAIT_SECONDS, dict[str, bytes]()
    while True:
        for item in items:
            if item.id not in heard and (reply := await house.store.reply(item.part, item.id)) is not None:
                heard[item.id] = reply
        if len(heard) == len(items) or loop.time() >= deadline:
            return heard
        await asyncio.sleep(POLL_SECONDS)


def _after(told: ReplayedDocument, done: dict[str, bytes | None]) -> ReplayedDocument:
    """Return a document of the page with what has really come of it."""
    if told.verdict == "new" and not told.item:
        return replace(told, says="It is read anew, and answered as if it had just come.")
    if told.item not in done or told.verdict not in ("new", "conflict"):
        return told
    reply = done[told.item]
    if reply is None:
        return replace(told, says="Queued; see what came of it under the replay's id.")
    events = [registry.read_event(bytes(raw)) for raw in msgspec.json.decode(reply, type=list[msgspec.Raw])]
    if not events:
        return replace(told, verdict="standing", says="Nothing was left to do.")
    return replace(told, says="; ".join(says(event) for event in events[:3]) + ".")
