"""The store on PostgreSQL. Doors write through `put`, leaders through `step`: one server call, one transaction each."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, date
from importlib.metadata import PackageNotFoundError, version

import asyncpg

from tradelane.store import rows
from tradelane.store.connection import open_pool
from tradelane.store.laws import check_step, leadership
from tradelane.store.lineage import RESTORED
from tradelane.store.migrate import format_of
from tradelane.store.notices import Notices
from tradelane.store.people_tables import PeopleTables, deed_rows
from tradelane.store.port import Archived, Arrival, Leadership, Step, StoreUnavailable, Taken
from tradelane.store.pruning import Pruning
from tradelane.store.reading import Reads
from tradelane.store.view_tables import ViewTables

BIG_BYTES = 1_000_000

_PUT = "select * from put_arrivals($1::arriving_item[], $2::arriving_chunk[], $3::arriving_receipt[])"

_PUT_ASKED = """
select * from put_asked($1::arriving_item[], $2::arriving_chunk[], $3::arriving_receipt[], $4::deed[])
"""

_STEP = """
select take_step($1::step_part[], $2, $3, $4, $5::step_event[], $6::step_outbound[], $7::step_attempt[],
    $8::step_pending[], $9::part_key[], $10::step_timer[], $11::step_timer[],
    $12::step_reply[], $13::step_identity[], $14::step_state[], $15::arriving_receipt[], $16::arriving_item[])
"""

_RENEW = """
insert into worker values ($1, clock_timestamp() + make_interval(secs => $2))
on conflict (id) do update set until = excluded.until
"""

_LIVE = """
select w.id, today() as today, f.lineage <> lineage() as restored
from worker w, store_format f where w.until > clock_timestamp() order by w.id
"""


class PostgresStore(Reads, ViewTables, PeopleTables, Pruning):
    """The store every installation runs on. Make one with `open`."""

    def __init__(self, pool: asyncpg.Pool, partitions: int, notices: Notices, release: str) -> None:
        super().__init__(pool, partitions)
        self._notices = notices
        self._release = release
        self._ahead = date.min

    @classmethod
    async def open(cls, dsn: str, *, connections: int = 8) -> "PostgresStore":
        """Open the store at *dsn*; a database that is none, or a newer one, is refused (`migrate.StoreRefused`)."""
        pool = await open_pool(dsn, connections)
        try:
            async with pool.acquire() as connection:
                partitions, _ = await format_of(connection)
        except BaseException:
            pool.terminate()
            raise
        return cls(pool, partitions, Notices(dsn), _release())

    async def put(self, arrivals: Sequence[Arrival]) -> list[Taken]:
        """Write arrivals durably in one transaction, each whole or (with a standing receipt) not at all."""
        if not arrivals:
            return []
        days = [arrival.archived.received_at.astimezone(UTC).date() for arrival in arrivals if arrival.archived]
        deeds = [arrival.deed for arrival in arrivals if arrival.deed]
        sql, asked = (_PUT_ASKED, [deed_rows(deeds)]) if deeds else (_PUT, [])
        found = await self._write(sql, *await _arriving(arrivals), *asked, days=days)
        if any(arrival.items for arrival in arrivals):
            self._notices.say(["inbox"])
        standing = {row["arrival"]: rows.receipt(row) for row in found}
        return [Taken(repeats=standing.get(number)) for number in range(len(arrivals))]

    async def keep(self, piece: Archived, number: int) -> None:
        """Write piece *number* of a body too large for one transaction, durably."""
        row = await asyncio.to_thread(rows.piece_row, piece, number)
        await self._write(_PUT, [], [row], [], days=[piece.received_at.astimezone(UTC).date()])

    async def renew(self, worker: str, seconds: float) -> list[str]:
        """Renew *worker*'s lease by the database's clock and return the ids of all live workers, sorted."""
        await self._fetch(_RENEW, worker, seconds)
        found = await self._fetch(_LIVE)
        if found and found[0]["restored"]:
            raise StoreUnavailable(RESTORED)
        if found and found[0]["today"] > self._ahead:
            await self.ensure_days()
            self._ahead = found[0]["today"]
        return [row["id"] for row in found]

    async def release(self, worker: str) -> None:
        """Give the lease up, so that others take over at once."""
        await self._fetch("delete from worker where id = $1", worker)

    async def take_over(self, part: int) -> Leadership:
        """Append the takeover row n+1 with epoch+1 at the last place and return what the partition looks like."""
        return leadership([dict(row) for row in await self._fetch("select * from take_over($1)", part)])

    async def step(self, step: Step) -> None:
        """Write all of *step* or, with `Fenced`, none of it."""
        check_step(step)
        arguments = rows.step_rows(step, self._release)
        await self._write(_STEP, *arguments, days=[step.at.astimezone(UTC).date()])
        self._notices.say(written(step))

    def on_change(self, wake: Callable[[str], None]) -> None:
        """Call *wake* soon after somebody wrote: at once for what this store wrote, within milliseconds for others."""
        self._notices.add(wake)

    async def close(self) -> None:
        """Let go of the database."""
        await self._notices.close()
        await self._pool.close()


def written(step: Step) -> list[str]:
    """Return which kinds of waiters *step* has something for."""
    kinds = {"inbox": step.puts, "journal": step.journal, "outbound": step.outbound, "reply": step.replies}
    return [kind for kind, found in kinds.items() if found]


async def _arriving(arrivals: Sequence[Arrival]) -> tuple[list[rows.Row], list[rows.Row], list[rows.Row]]:
    """Return the rows of arrivals; big bodies are compressed beside the event loop, so that nobody waits for them."""
    size = sum(len(arrival.archived.body) for arrival in arrivals if arrival.archived)
    return await asyncio.to_thread(rows.arriving, arrivals) if size > BIG_BYTES else rows.arriving(arrivals)


def _release() -> str:
    try:
        return version("tradelane")
    except PackageNotFoundError:
        return "source"
