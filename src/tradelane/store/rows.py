"""Between the structs of the port and the rows of the tables: one function per kind and direction."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from asyncpg import Record

from tradelane.store import codec
from tradelane.store.port import (
    Archived,
    Arrival,
    Attempt,
    Identity,
    Item,
    JournalRow,
    KeptState,
    Outbound,
    PartStep,
    Pending,
    Receipt,
    Step,
    Timer,
    ViewRow,
)

Row = tuple[Any, ...]


def text(value: str) -> str:
    """Return *value* as PostgreSQL can hold it: U+2400 where a NUL was, ``?`` for half a surrogate pair."""
    if value.isascii() and "\0" not in value:
        return value
    return value.replace("\0", "\u2400").encode("utf-8", "replace").decode()


# --- to the tables ---------------------------------------------------------------------------------------------------


def arriving(arrivals: Iterable[Arrival]) -> tuple[list[Row], list[Row], list[Row]]:
    """Return items, archive chunks and receipts of arrivals, each row beginning with its arrival's number."""
    items: list[Row] = []
    chunks: list[Row] = []
    receipts: list[Row] = []
    for number, arrival in enumerate(arrivals):
        items += [item_row(item, number) for item in arrival.items]
        if arrival.archived is not None:
            chunks += chunk_rows(arrival.archived, number)
        if arrival.receipt is not None:
            receipts.append(receipt_row(arrival.receipt, number))
    return items, chunks, receipts


def item_row(item: Item, arrival: int = 0) -> Row:
    """Return an item as the function `put_arrivals` takes it."""
    body = codec.pack(item.body)
    return (arrival, item.part, text(item.id), item.kind, text(item.stream), text(item.owner), item.reply, body)


def receipt_row(receipt: Receipt, arrival: int = 0) -> Row:
    """Return a receipt as the function `put_arrivals` takes it."""
    return (arrival, receipt.part, receipt.digest, receipt.content_sha256, codec.pack(receipt.answer))


def piece_row(piece: Archived, number: int) -> Row:
    """Return one piece of a body that is kept in pieces, the describing fields beside it."""
    return _chunk_rows(piece, 0, codec.PIECES, [codec.pack(piece.body)], number)[0]


def chunk_rows(archived: Archived, arrival: int) -> list[Row]:
    """Return the chunks of an archived body, the describing fields beside each."""
    how, chunks = codec.squeeze(archived.body)
    return _chunk_rows(archived, arrival, how, chunks)


def _chunk_rows(a: Archived, arrival: int, how: int, chunks: list[bytes], first: int = 0) -> list[Row]:
    day = a.received_at.astimezone(UTC).date()
    head = (
        text(a.partner),
        a.sha256,
        how,
        a.channel,
        a.received_at,
        text(a.transport_id),
        text(a.media_type),
        text(a.file_name),
    )
    return [(arrival, a.part, text(a.id), number, day, *head, chunk) for number, chunk in enumerate(chunks, first)]


def step_rows(step: Step, release: str) -> Row:
    """Return the arguments of the function `take_step`, in its order."""
    events = Counter(row.part for row in step.journal)
    versions = {row.stream: row.version for row in step.journal}
    return (
        [_part_row(row, events[row.part]) for row in step.parts],
        step.at,
        step.config,
        release,
        [_event_row(row) for row in step.journal],
        [_outbound_row(row) for row in step.outbound],
        [_attempt_row(row) for row in step.attempts],
        # One row per key: the last word of a step counts, as it would if the rows were written one by one.
        [_pending_row(row) for row in {(row.part, row.id): row for row in step.pending_set}.values()],
        [(part, text(id)) for part, id in step.pending_done],
        [_timer_row(row) for row in {(row.part, row.stream, row.name): row for row in step.timers_set}.values()],
        [(part, text(stream), text(name), None) for part, stream, name in step.timers_done],
        [(row.part, text(row.command), codec.pack(row.body)) for row in step.replies],
        [_identity_row(row) for row in step.identities],
        [
            row
            for state in {(s.part, s.stream): s for s in step.states}.values()
            for row in _state_rows(state, versions)
        ],
        [receipt_row(row) for row in step.receipts],
        [item_row(item) for item in step.puts],
    )


def _part_row(row: PartStep, events: int) -> Row:
    return (row.part, row.n, row.epoch, row.inbox_to, row.journal_to, row.out_to, text(row.started), events)


def _event_row(row: JournalRow) -> Row:
    named = (text(row.stream), row.version, row.type, row.form, text(row.cause), text(row.config))
    return (row.part, row.sequence, *named, row.at, codec.pack(row.body))


def _outbound_row(row: Outbound) -> Row:
    named = (row.id, row.partner, row.stream, row.about, row.document_type, row.media_type, row.file_name)
    return (row.part, row.sequence, *map(text, named), row.at, codec.pack(row.body))


def _attempt_row(row: Attempt) -> Row:
    return (row.part, row.sequence, row.attempt, row.result, text(row.says), row.at)


def _pending_row(row: Pending) -> Row:
    named = (row.part, text(row.id), row.why, row.kind, text(row.stream), text(row.owner), row.due, row.until)
    rest = (row.attempts, text(row.waits_for), text(row.says), row.reply, row.out_sequence)
    return (*named, *rest, codec.pack(row.body))


def _timer_row(row: Timer) -> Row:
    return (row.part, text(row.stream), text(row.name), row.due)


def _identity_row(row: Identity) -> Row:
    return (row.part, row.digest, row.content_sha256, text(row.item), row.at)


def _state_rows(kept: KeptState, versions: Mapping[str, int]) -> list[Row]:
    """Return the chunks of a state. It is behind unless it holds the stream's last event, written just now."""
    behind = kept.version != versions.get(kept.stream)
    pieces = codec.cut(codec.pack(kept.state), codec.STATE_CHUNK_BYTES)
    stream = text(kept.stream)
    return [
        (kept.part, stream, n, len(pieces), kept.version, kept.fold, behind, piece) for n, piece in enumerate(pieces)
    ]


def view_line(row: ViewRow) -> Row:
    """Return a view's row as the function `write_view` takes it."""
    return (
        text(row.key),
        text(row.state),
        text(row.partner),
        row.rank,
        row.at,
        codec.pack(row.body),
        text(row.kind),
        row.mark,
    )


# --- from the tables -------------------------------------------------------------------------------------------------


def item(row: Record) -> Item:
    """Read an item of the inbox."""
    return Item(
        id=row["id"],
        part=row["part"],
        kind=row["kind"],
        stream=row["stream"],
        owner=row["owner"],
        body=codec.unpack(row["body"]),
        reply=row["reply"],
        sequence=row["seq"],
    )


def receipt(row: Record) -> Receipt:
    """Read a receipt."""
    return Receipt(
        part=row["part"],
        digest=row["digest"],
        content_sha256=row["content_sha256"],
        answer=codec.unpack(row["answer"]),
    )


def journal_row(row: Record) -> JournalRow:
    """Read an event."""
    return JournalRow(
        part=row["part"],
        sequence=row["seq"],
        stream=row["stream"],
        version=row["version"],
        type=row["type"],
        form=row["form"],
        cause=row["cause"],
        config=row["config"],
        at=row["at"],
        body=codec.unpack(row["body"]),
    )


def outbound(row: Record) -> Outbound:
    """Read an outbound row."""
    return Outbound(
        part=row["part"],
        sequence=row["seq"],
        id=row["id"],
        partner=row["partner"],
        stream=row["stream"],
        about=row["about"],
        document_type=row["document_type"],
        media_type=row["media_type"],
        file_name=row["file_name"],
        body=codec.unpack(row["body"]),
        at=row["at"],
    )


def attempt(row: Record) -> Attempt:
    """Read the result of a delivery attempt."""
    return Attempt(
        part=row["part"],
        sequence=row["seq"],
        attempt=row["attempt"],
        result=row["result"],
        at=row["at"],
        says=row["says"],
    )


def _zoned(at: datetime) -> datetime:
    """Return *at* in UTC: the end of time, which PostgreSQL calls infinity, comes back without a zone."""
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def pending(row: Record) -> Pending:
    """Read a pending row."""
    return Pending(
        part=row["part"],
        id=row["id"],
        why=row["why"],
        kind=row["kind"],
        stream=row["stream"],
        owner=row["owner"],
        due=_zoned(row["due"]),
        body=codec.unpack(row["body"]),
        until=row["until"],
        attempts=row["attempts"],
        waits_for=row["waits_for"],
        says=row["says"],
        reply=row["reply"],
        out_sequence=row["out_seq"],
    )


def timer(row: Record) -> Timer:
    """Read a timer."""
    return Timer(part=row["part"], stream=row["stream"], name=row["name"], due=row["due"])


def identity(row: Record) -> Identity:
    """Read an identity."""
    return Identity(
        part=row["part"],
        digest=row["digest"],
        content_sha256=row["content_sha256"],
        at=row["at"],
        item=row["item"],
    )


def archived(row: Record, body: bytes) -> Archived:
    """Read what is kept beside an archived body."""
    return Archived(
        id=row["id"],
        part=row["part"],
        partner=row["partner"],
        sha256=row["sha256"],
        body=body,
        channel=row["channel"],
        received_at=row["received_at"],
        transport_id=row["transport_id"],
        media_type=row["media_type"],
        file_name=row["file_name"],
    )


def view_row(row: Record) -> ViewRow:
    """Read a view's row."""
    return ViewRow(
        view=row["view"],
        key=row["key"],
        state=row["state"],
        partner=row["partner"],
        rank=row["rank"],
        at=row["at"],
        kind=row["kind"],
        mark=row["mark"],
        body=codec.unpack(row["body"]),
    )
