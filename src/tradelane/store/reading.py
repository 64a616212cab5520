"""What runtime and doors read: every hot query carries the day from which on its rows can stand."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
from asyncpg import Record

from tradelane.model.identity import partition
from tradelane.store import codec, rows
from tradelane.store.bounds import Bounds
from tradelane.store.connection import Connected
from tradelane.store.port import (
    Archived,
    Attempt,
    Identity,
    Item,
    JournalRow,
    Kept,
    Outbound,
    Pending,
    Receipt,
    StreamState,
    Timer,
)

# {table} is one of inbox, journal, outbound; $1 parts, $2 places, $3 days, $4 the least of the days, $5 rows at most.
_AFTER = """
select f.* from unnest($1::int[], $2::bigint[], $3::date[]) p(part, place, day)
cross join lateral (
    select * from {table} t where t.part = p.part and t.seq > p.place and t.day >= p.day and t.day >= $4
    order by t.seq limit $5
) f
"""

_INBOX = """
select * from (
    select f.*, f.seq - p.place as nth, sum(octet_length(f.body)) over (order by f.seq - p.place, f.part) as bytes
    from unnest($1::int[], $2::bigint[]) p(part, place) join ({after}) f on f.part = p.part
) f
where f.nth = 1 or f.bytes <= $6 order by f.part, f.seq
""".format(after=_AFTER.format(table="inbox"))  # noqa: S608 - table names of ours

_PLACE_DAY = """
select p.part, t.day from unnest($1::int[], $2::bigint[]) p(part, place)
cross join lateral (select day from {table} t where t.part = p.part and t.seq = p.place limit 1) t
"""

_STREAMS = """
select h.id, h.chunk, h.chunks, h.version, h.fold, h.day, h.state
from unnest($1::int[], $2::text[]) k(part, id)
cross join lateral (select * from stream h where h.part = k.part and h.id = k.id) h
order by h.id, h.chunk
"""

_TAILS = """
select j.* from unnest($1::int[], $2::text[], $3::bigint[], $4::date[]) k(part, id, version, day)
cross join lateral (
    select * from journal j
    where j.part = k.part and j.stream = k.id and j.version > k.version and j.day >= k.day and j.day >= $5
    order by j.version
) j
"""

_PENDING = r"""
select part, id, why, kind, stream, owner, due, until, attempts, waits_for, says, reply, out_seq,
       case when why = 'parked' then '\x00'::bytea else body end as body
from pending where part = any($1::int[]) order by part, id
"""

_TIMERS = """
select t.* from unnest($1::int[]) p(part)
cross join lateral (
    select * from timer t where t.part = p.part and t.due < $2 order by t.due, t.stream, t.name limit $3
) t
order by t.due, t.stream, t.name limit $3
"""

_CHUNKS = """
select a.* from unnest($1::int[], $2::text[]) k(part, id)
cross join lateral (select * from archive a where a.part = k.part and a.id = k.id and a.day >= $3) a
order by a.part, a.id, a.day, a.chunk
"""

_PIECES = """
select a.codec, a.body from archive a
where a.part = $1 and a.id = $2 and a.day >= $3 and a.codec = $4 and a.chunk >= $5 and a.chunk < $5 + $6
order by a.chunk
"""

_KEPT = """
select a.*, (select count(*) from archive c where c.part = a.part and c.id = a.id and c.day = a.day) as pieces
from unnest($1::int[], $2::text[]) k(part, id)
cross join lateral (
  select b.id, b.part, b.day, b.partner, b.sha256, b.codec, b.channel, b.received_at, b.transport_id, b.media_type,
         b.file_name
  from archive b where b.part = k.part and b.id = k.id and b.day >= $3 and b.chunk = 0 order by b.day limit 1
) a
"""

_OUTBOUND = """
select o.* from unnest($1::int[], $2::text[]) k(part, id)
cross join lateral (select * from outbound o where o.part = k.part and o.id = k.id and o.day >= $3 limit 1) o
"""

_IDENTITIES = """
select i.* from unnest($1::int[], $2::text[]) k(part, id)
cross join lateral (select * from identity i where i.part = k.part and i.digest = k.id limit 1) i
"""

_ENDS = """
select g.part, s.journal_to from gate g
cross join lateral (select journal_to from step s where s.part = g.part order by s.n desc limit 1) s
where s.journal_to > 0
"""


class Reads(Connected):
    """The reading half of the store."""

    def __init__(self, pool: asyncpg.Pool, partitions: int) -> None:
        super().__init__(pool, partitions)
        self._bounds = Bounds(self._place_days)

    async def reply(self, part: int, command: str) -> bytes | None:
        """Return the reply to a command, if its partition has answered."""
        found = await self._fetch_one(
            "select body from reply where part = $1 and command = $2", part, rows.text(command)
        )
        return None if found is None else codec.unpack(found["body"])

    async def inbox(self, places: Mapping[int, int], items_max: int, bytes_max: int) -> list[Item]:
        """Return items after each partition's place; *bytes_max* is shared by all, and each gets at least one."""
        days = await self._bounds.since("inbox", places)
        found = await self._after(_INBOX, "inbox", places, days, items_max, bytes_max)
        return [rows.item(row) for row in found]

    async def bodies(self, ids: Sequence[tuple[int, str]]) -> dict[str, bytes]:
        """Return archived bytes by id."""
        return {row["id"]: body for row, body in await self._archived(ids)}

    async def pieces(self, part: int, id: str, first: int, count: int) -> list[bytes]:
        """Return *count* pieces of a body that was kept in pieces, from the *first*; fewer where it ends."""
        found = await self._fetch(_PIECES, part, rows.text(id), _day_of(id), codec.PIECES, first, count)
        return [codec.unpack(row["body"]) for row in found]

    async def streams(self, streams: Sequence[str]) -> dict[str, StreamState]:
        """Return state and tail of each stream; unknown streams are left out."""
        asked = {rows.text(stream): stream for stream in streams}
        parts = [partition(stream, self.partitions) for stream in asked.values()]
        heads: dict[str, list[Record]] = {}
        for row in await self._fetch(_STREAMS, parts, list(asked)):
            heads.setdefault(row["id"], []).append(row)
        tails = await self._tails({id: chunks[0] for id, chunks in heads.items()}, asked)
        return {asked[id]: _state(asked[id], chunks, tails.get(id, [])) for id, chunks in heads.items()}

    async def identities(self, digests: Sequence[tuple[int, str]]) -> dict[str, Identity]:
        """Return the identities that stand, by digest."""
        found = await self._fetch(_IDENTITIES, *_split(digests))
        return {row["digest"]: rows.identity(row) for row in found}

    async def receipt(self, part: int, digest: str) -> Receipt | None:
        """Return the stored answer to a transport id."""
        found = await self._fetch_one("select * from receipt where part = $1 and digest = $2", part, digest)
        return None if found is None else rows.receipt(found)

    async def pending(self, parts: Sequence[int]) -> list[Pending]:
        """Return all live pending rows of *parts*, parked ones without their bodies."""
        return [rows.pending(row) for row in await self._fetch(_PENDING, list(parts))]

    async def timers(self, parts: Sequence[int], until: datetime, limit: int = 10_000) -> list[Timer]:
        """Return timers due before *until*, by (due, stream, name)."""
        return [rows.timer(row) for row in await self._fetch(_TIMERS, list(parts), until, limit)]

    async def undelivered(self, places: Mapping[int, int], limit: int = 1_000) -> list[Outbound]:
        """Return outbound rows after each partition's out place, in order."""
        return [rows.outbound(row) for row in await self._follow("outbound", places, limit)]

    async def outbound(self, ids: Sequence[tuple[int, str]]) -> dict[str, Outbound]:
        """Return outbound rows by id."""
        found = await self._by_key(_OUTBOUND, [(part, rows.text(id)) for part, id in ids], date.min)
        return {row["id"]: rows.outbound(row) for row in found}

    async def journal(self, places: Mapping[int, int], limit: int = 1_000) -> list[JournalRow]:
        """Return journal rows after each place, by partition and sequence, at most *limit* per partition."""
        return [rows.journal_row(row) for row in await self._follow("journal", places, limit)]

    async def history(self, stream: str) -> list[JournalRow]:
        """Return every event of a stream, oldest first; its head row says since when there can be any."""
        found = await self._fetch(
            "select j.* from journal j where j.part = $1 and j.stream = $2 and j.day >= "
            "(select h.born from stream h where h.part = $1 and h.id = $2 and h.chunk = 0) order by j.version",
            partition(stream, self.partitions),
            rows.text(stream),
        )
        return [rows.journal_row(row) for row in found]

    async def ends(self) -> dict[int, int]:
        """Return the last journal sequence of every partition that has one."""
        return {row["part"]: row["journal_to"] for row in await self._fetch(_ENDS)}

    async def archive(self, id: str) -> Archived | None:
        """Return one archived transmission, byte-identical."""
        found = await self._archived([(part, id) for part in range(self.partitions)])
        return rows.archived(*found[0]) if found else None

    async def kept(self, id: str) -> Kept | None:
        """Return what is kept beside the bytes of one transmission."""
        keys = [(part, rows.text(id)) for part in range(self.partitions)]
        found = await self._by_key(_KEPT, keys, _day_of(id)) or await self._by_key(_KEPT, keys, date.min)
        if not found:
            return None
        pieces = found[0]["pieces"] if found[0]["codec"] == codec.PIECES else 0
        return Kept(archived=rows.archived(found[0], b""), pieces=pieces)

    async def sent(self, id: str) -> tuple[Outbound, list[Attempt]] | None:
        """Return one outbound row with its attempts."""
        keys = [(part, rows.text(id)) for part in range(self.partitions)]
        found = await self._by_key(_OUTBOUND, keys, date.min)
        if not found:
            return None
        attempts = await self._fetch(
            "select * from outcome where part = $1 and seq = $2 and day >= $3 order by attempt",
            found[0]["part"],
            found[0]["seq"],
            found[0]["day"],
        )
        return rows.outbound(found[0]), [rows.attempt(row) for row in attempts]

    async def _follow(self, table: str, places: Mapping[int, int], limit: int) -> list[Record]:
        days = await self._bounds.since(table, places)
        sql = _AFTER.format(table=table) + "order by f.part, f.seq"
        return await self._after(sql, table, places, days, limit)

    async def _after(
        self, sql: str, table: str, places: Mapping[int, int], days: Sequence[date], *limits: int
    ) -> list[Record]:
        if not places:
            return []
        found = await self._fetch(sql, list(places), list(places.values()), days, min(days), *limits)
        for row in found:
            self._bounds.note(table, row["part"], row["seq"], row["day"])
        return found

    async def _place_days(self, table: str, parts: Sequence[int], places: Sequence[int]) -> dict[int, date]:
        return {row["part"]: row["day"] for row in await self._fetch(_PLACE_DAY.format(table=table), parts, places)}

    async def _tails(self, heads: Mapping[str, Record], asked: Mapping[str, str]) -> dict[str, list[Record]]:
        if not heads:
            return {}
        parts = [partition(asked[id], self.partitions) for id in heads]
        days = [head["day"] for head in heads.values()]
        versions = [head["version"] for head in heads.values()]
        tails: dict[str, list[Record]] = {}
        for row in await self._fetch(_TAILS, parts, list(heads), versions, days, min(days)):
            tails.setdefault(row["stream"], []).append(row)
        return tails

    async def _archived(self, ids: Sequence[tuple[int, str]]) -> list[tuple[Record, bytes]]:
        keys = [(part, rows.text(id)) for part, id in ids]
        hint = min((_day_of(id) for _, id in keys), default=date.min)
        found = await self._by_key(_CHUNKS, keys, hint)
        missing = {id for _, id in keys} - {row["id"] for row in found}
        if missing and hint > date.min:
            found += await self._by_key(_CHUNKS, [key for key in keys if key[1] in missing], date.min)
        return list(_whole(found))

    async def _by_key(self, sql: str, keys: Sequence[tuple[int, str]], since: date) -> list[Record]:
        return await self._fetch(sql, *_split(keys), since) if keys else []


def _split(keys: Iterable[tuple[int, str]]) -> tuple[list[int], list[str]]:
    pairs = list(keys)
    return [part for part, _ in pairs], [id for _, id in pairs]


def _day_of(id: str) -> date:
    """Return the day before the instant in a UUIDv7 (a clock may be a little off), or no bound for any other id."""
    try:
        uuid = UUID(id)
        if uuid.version == 7:
            return (datetime.fromtimestamp((uuid.int >> 80) / 1000, UTC) - timedelta(days=1)).date()
    except (ValueError, OverflowError, OSError):
        return date.min
    return date.min


def _whole(chunks: Sequence[Record]) -> Iterable[tuple[Record, bytes]]:
    """Put the chunks of each id together; an id kept under two days counts once, as first kept."""
    bodies: dict[tuple[Any, ...], list[Record]] = {}
    for row in chunks:
        bodies.setdefault((row["id"], row["part"], row["day"]), []).append(row)
    seen: set[str] = set()
    for (id, *_), pieces in bodies.items():
        if id not in seen:
            seen.add(id)
            yield pieces[0], codec.unsqueeze(pieces[0]["codec"], [piece["body"] for piece in pieces])


def _state(stream: str, chunks: Sequence[Record], tail: Sequence[Record]) -> StreamState:
    head = chunks[0]
    kept = b"".join(
        row["state"] for row in chunks if row["chunk"] < head["chunks"] and row["version"] == head["version"]
    )
    return StreamState(
        stream=stream,
        version=head["version"],
        fold=head["fold"],
        state=codec.unpack(kept),
        tail=tuple(rows.journal_row(row) for row in tail),
    )
