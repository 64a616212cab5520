"""One step in the making: work goes in, all it causes is gathered, nothing is written until the store takes the whole.

A batch is plain memory. When handling an item fails, the batch is thrown away and made again without that item.
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec

from tradelane.model import registry
from tradelane.model.case import OpenCase
from tradelane.model.content_report import ContentReport
from tradelane.model.document import Document
from tradelane.model.event import Event
from tradelane.model.exchange import DocumentDelivered, DocumentGivenUp, DocumentSent, SendDocument
from tradelane.model.identity import case_stream, exchange_stream, partition, stream_kind
from tradelane.model.message import BuiltMessage
from tradelane.model.origin import Origin
from tradelane.model.request import FireTimer, Forget, Request, Send, Tell, Wake
from tradelane.processes.cases import KINDS
from tradelane.runtime import send, send_content
from tradelane.runtime.handed import Asked, Handed, ask, caused_id, number_of
from tradelane.runtime.part import Part
from tradelane.runtime.receive import Receiving
from tradelane.runtime.rooms import Book, Kind
from tradelane.runtime.timers import on_grain
from tradelane.store.port import (
    Attempt,
    Identity,
    Item,
    JournalRow,
    KeptState,
    Outbound,
    Pending,
    Reply,
    Step,
    Timer,
)

if TYPE_CHECKING:
    from tradelane.runtime.house import House

# A state row is updated, and a hot one bloats under an old snapshot, so it is written when it saves its readers a long
# tail, never more than once a second; a day's leftover bounds how many months a reader of the tail visits.
KEEP_EVERY_EVENTS = 100
KEEP_EVERY_SECONDS = 1.0
KEEP_AFTER_SECONDS = 86_400.0


@dataclass
class Work:
    """An item on its way through a batch.

    ``pending``: the row it came from; ``handed``: a command's body, once read; ``asked``: what this very step asks for,
    not written down so far; ``receiving``: a transmission, opened; ``answers``: the id under which a replay awaits it.
    """

    item: Item
    pending: Pending | None = None
    handed: Handed | None = None
    receiving: Receiving | None = None
    asked: Asked | None = None
    answers: str = ""

    @property
    def kept(self) -> Item:
        """The item as a row keeps it."""
        return self.asked.written() if self.asked else self.item


def nested(asked: Asked) -> Work:
    """Return the work of what this same step asks for."""
    return Work(asked.item, handed=asked.handed, asked=asked)


@dataclass
class Batch:
    """Everything one step will write, and the books it changes on the way."""

    house: "House"
    parts: Mapping[int, Part]
    books: dict[str, Book]
    now: datetime
    queue: deque[Work] = field(default_factory=deque)
    journal: list[JournalRow] = field(default_factory=list)
    outbound: list[Outbound] = field(default_factory=list)
    attempts: list[Attempt] = field(default_factory=list)
    pending_set: dict[str, Pending] = field(default_factory=dict)
    pending_done: dict[str, int] = field(default_factory=dict)
    timers_set: dict[tuple[str, str], Timer] = field(default_factory=dict)
    timers_done: dict[tuple[str, str], int] = field(default_factory=dict)
    replies: list[Reply] = field(default_factory=list)
    identities: dict[str, Identity] = field(default_factory=dict)
    standing: dict[str, Identity] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)
    documents: dict[str, Document] = field(default_factory=dict)
    drafts: dict[str, BuiltMessage] = field(default_factory=dict)
    puts: list[Item] = field(default_factory=list)
    done: dict[int, set[int]] = field(default_factory=dict)
    touched: dict[str, Book] = field(default_factory=dict)
    freed: set[str] = field(default_factory=set)
    written: dict[int, int] = field(default_factory=dict)
    continued: list[Work] = field(default_factory=list)
    passed: set[str] = field(default_factory=set)
    results: list[Any] = field(default_factory=list)
    handling: Item | None = None

    # --- what has happened ------------------------------------------------------------------------------------------
    def record(self, stream: str, event: Event, cause: str, origin: Origin | None = None) -> None:
        """Append *event* to its stream and ask every process that listens what it wants.

        *origin*: how the document came that caused it, where its sender takes an answer to it.
        """
        kind, book = self.kind(stream), self.books[stream]
        part = self.parts[partition(stream, self.house.store.partitions)]
        kind.evolve(book, event, self.now)
        self.touched[stream] = book
        type_ = registry.tag(type(event))
        self.journal.append(
            JournalRow(
                part=part.part,
                sequence=part.journal_to + 1 + self.written.get(part.part, 0),
                stream=stream,
                version=book.version,
                type=type_,
                form=registry.FORMS[type_],
                cause=cause,
                config=self.house.registry.version,
                at=self.now,
                body=registry.encode(event),
            )
        )
        self.written[part.part] = self.written.get(part.part, 0) + 1
        if not type_.startswith("document."):
            self.freed.add(stream)
        self._follow(stream, event, book, part)
        for process in kind.processes:
            context = self.house.context(book.partner, self.now, origin)
            for ordinal, request in enumerate(process.react(book.processes[process.NAME], event, stream, context)):
                self.request(stream, book.version, f"{process.NAME}.{ordinal}{part.life}", request)

    def _follow(self, stream: str, event: Event, book: Book, part: Part) -> None:
        match event:
            case DocumentSent():
                self._encode(stream, event, part)
            case DocumentDelivered() | DocumentGivenUp():
                self.finish_pending(part.part, event.document_id)

    def _encode(self, stream: str, event: DocumentSent, part: Part) -> None:
        sequence = part.out_to + 1 + sum(row.part == part.part for row in self.outbound)
        profile = self.house.registry.partners[stream.split("/", 1)[1]]
        message = self.drafts.pop(event.document_id, None)
        row = send.outbound(self.house, profile, event, message, part.part, sequence, self.now)
        self.outbound.append(row)
        due = self.now if profile.send.channel != "mailbox" else datetime.max.replace(tzinfo=self.now.tzinfo)
        self.keep_pending(
            Pending(
                part=part.part,
                id=row.id,
                why="delivery",
                kind=row.document_type,
                stream=stream,
                owner=profile.name,
                due=due,
                out_sequence=sequence,
                waits_for=row.about,
            )
        )

    # --- what is asked for ------------------------------------------------------------------------------------------
    def request(self, stream: str, version: int, ordinal: str, request: Request) -> None:
        """Turn a process's request into rows of this step or work of this batch."""
        count = self.house.store.partitions
        match request:
            case Tell(stream=to, command=command):
                self.hand(ask(caused_id(stream, version, 0, ordinal), to, command, self.books[stream].partner, count))
            case Send():
                self._send(stream, caused_id(stream, version, 0, ordinal), request)
            case Wake(name=name, due=due):
                self.timers_done.pop((stream, name), None)
                part, due = partition(stream, count), on_grain(due, self.now)
                self.timers_set[stream, name] = Timer(part=part, stream=stream, name=name, due=due)
            case Forget(name=name):
                self.timers_set.pop((stream, name), None)
                self.timers_done[stream, name] = partition(stream, count)

    def _send(self, stream: str, document_id: str, request: Send) -> None:
        document, to = request.document, request.to
        count = self.house.store.partitions
        profile = self.house.registry.partners.get(to)
        type_ = registry.tag(type(document))
        if profile is None:
            named = type_.replace("_", " ")
            says = f"A {named} is for {to or 'a partner nobody names'}, but that partner has no settings here."
            known = KINDS["UNKNOWN_PARTNER"]
            self.open_case(
                OpenCase(
                    kind="UNKNOWN_PARTNER",
                    about=stream,
                    line=to,
                    says=says,
                    role=known.role,
                    severity=known.severity,
                    actions=known.actions,
                )
            )
            return
        syntax = send_content.syntax_of(profile, document)
        if syntax is None:
            return  # It takes no application acknowledgement any more.
        if isinstance(document, ContentReport):
            document = send_content.addressed(self.house, profile, document)
        command = SendDocument(
            document_id=document_id,
            document_type=type_,
            number=number_of(document),
            body=registry.encode(document).decode(),
            about=request.about,
            syntax=syntax,
            acknowledge_within_hours=profile.policy.acknowledge_within_hours,
            fetch_within_hours=profile.fetch_within_hours,
        )
        self.documents[document_id] = document
        self.hand(ask(document_id, exchange_stream(to), command, to, count))

    def open_case(self, case: OpenCase) -> None:
        """Ask a person: the case's id follows from what it is about, so asking again opens no twin."""
        stream = case_stream(case.kind, case.about, case.line)
        id = caused_id(stream, len(self.journal), len(self.queue), f"{self.now.isoformat()}.{case.says}")
        self.hand(ask(id, stream, case, case.partner or "tradelane", self.house.store.partitions))

    def hand(self, asked: Asked) -> None:
        """Carry it out in this same step when we lead its partition; otherwise put it to those who do."""
        if asked.item.part in self.parts:
            self.queue.append(nested(asked))
        else:
            self.puts.append(asked.written())

    # --- rows -------------------------------------------------------------------------------------------------------
    def keep_pending(self, row: Pending) -> None:
        """Write a pending row, instead of any the store holds under this id."""
        self.pending_done.pop(row.id, None)
        self.pending_set[row.id] = row

    def finish_pending(self, part: int, id: str) -> None:
        """Take a pending row away."""
        self.pending_set.pop(id, None)
        self.pending_done[id] = part

    def finish(self, work: Work) -> None:
        """Note that an item needs no more work: its place may pass, its pending row goes."""
        if work.item.sequence:
            self.done.setdefault(work.item.part, set()).add(work.item.sequence)
        if work.pending is not None and self.pending_set.get(work.item.id) is None:
            self.finish_pending(work.item.part, work.item.id)

    def answer(self, item: Item, events: list[Event]) -> None:
        """Answer the door that waits for *item*."""
        if item.reply:
            self.replies.append(Reply(part=item.part, command=item.id, body=msgspec.json.encode(events)))

    def fire(self, timer: Timer) -> Work:
        """Return the work of a timer that came due; its row goes with the step that records it."""
        self.timers_done[timer.stream, timer.name] = timer.part
        command = FireTimer(name=timer.name, due=timer.due)
        id = caused_id(timer.stream, int(timer.due.timestamp() * 1000), 0, f"timer.{timer.name}")
        return nested(ask(id, timer.stream, command, "tradelane", self.house.store.partitions))

    def kind(self, stream: str) -> Kind:
        """Return what owns *stream*."""
        return self.house.kinds[stream_kind(stream)]

    # --- the step ---------------------------------------------------------------------------------------------------
    def step(self, started: str = "") -> Step:
        """Return the step that writes all of this, with a row for every partition it moves."""
        moved = self._moved()
        rows = []
        for number in moved:
            part = self.parts[number]
            place, passed = part.place_after(self.done.get(number, set()))
            for item in passed:
                if item.id not in self.pending_set:
                    self.keep_pending(passed_over(item, self.now))
                    self.passed.add(item.id)
            out = part.out_to + sum(row.part == number for row in self.outbound)
            rows.append(part.next_step(place, part.journal_to + self.written.get(number, 0), out, started))
        return Step(
            parts=tuple(rows),
            at=self.now,
            config=self.house.registry.version,
            journal=tuple(self.journal),
            outbound=tuple(self.outbound),
            attempts=tuple(self.attempts),
            pending_set=tuple(self.pending_set.values()),
            pending_done=tuple((part, id) for id, part in self.pending_done.items()),
            timers_set=tuple(self.timers_set.values()),
            timers_done=tuple((part, stream, name) for (stream, name), part in self.timers_done.items()),
            replies=tuple(self.replies),
            identities=tuple(self.identities.values()),
            states=tuple(self._states()),
            puts=tuple(self.puts),
        )

    def _moved(self) -> list[int]:
        parts = {row.part for row in self.journal} | {row.part for row in self.outbound} | set(self.done)
        parts |= {row.part for row in self.pending_set.values()} | set(self.pending_done.values())
        parts |= {timer.part for timer in self.timers_set.values()} | set(self.timers_done.values())
        parts |= {row.part for row in self.attempts} | {row.part for row in self.replies}
        return sorted(parts)

    def _states(self) -> list[KeptState]:
        kept = []
        for stream, book in self.touched.items():
            age = (self.now - book.kept_at).total_seconds() if book.kept_at else 0.0
            if book.kept_at is None:
                book.kept_at = self.now
            elif _worth_keeping(book.version - book.kept_version, age):
                kind = self.kind(stream)
                part = partition(stream, self.house.store.partitions)
                state = kind.encode(book)
                kept.append(KeptState(part=part, stream=stream, version=book.version, fold=kind.fold, state=state))
                book.kept_version, book.kept_at = book.version, self.now
        return kept


def _worth_keeping(events: int, age: float) -> bool:
    """Say whether a stream's state is written now: so many events and seconds after it was kept last."""
    return age >= KEEP_AFTER_SECONDS or (age >= KEEP_EVERY_SECONDS and events >= KEEP_EVERY_EVENTS)


def passed_over(item: Item, now: datetime) -> Pending:
    """Return the pending row of an item the place passes before its turn came."""
    return Pending(
        part=item.part,
        id=item.id,
        why="fair",
        kind=item.kind,
        stream=item.stream,
        owner=item.owner,
        due=now,
        body=item.body,
        reply=item.reply,
        out_sequence=item.sequence,
    )


def waiting_item(row: Pending) -> Item:
    """Return the item a pending row holds."""
    return Item(
        id=row.id,
        part=row.part,
        kind="transmission" if row.kind == "transmission" else "command",
        stream=row.stream,
        owner=row.owner,
        body=row.body,
        reply=row.reply,
    )
