"""Forget what nobody needs: inbox days everybody has passed, old step rows and replies, views nobody is shown.

Never on the hot path: rows are deleted only here, in batches, and only where they are small and few.
"""

from datetime import timedelta

from tradelane.store.connection import Connected

STEPS_KEPT = 100
REPLIES_KEPT = timedelta(days=7)
BATCH = 5_000

_DAYS = """
select c.relname as name, to_date(right(c.relname, 8), 'YYYYMMDD') as day
from pg_inherits i join pg_class c on c.oid = i.inhrelid
where i.inhparent = 'inbox'::regclass order by c.relname
"""

_WAITING = """
select 1 from gate g
cross join lateral (select max(i.seq) as last from {name} i where i.part = g.part) i
left join lateral (select s.inbox_to from step s where s.part = g.part order by s.n desc limit 1) s on true
where i.last > coalesce(s.inbox_to, 0) limit 1
"""

_STEPS = """
delete from step s using gate g
where s.part = g.part and s.n <= (select max(l.n) from step l where l.part = g.part) - $1
"""

_REPLIES = """
delete from reply where ctid = any(array(select ctid from reply where at < clock_timestamp() - $1::interval limit $2))
"""

_VIEWS = """
delete from view_row where ctid = any(array(
    select r.ctid from view_row r join view_served s on s.view = r.view and r.version < s.version limit $1))
"""


class Pruning(Connected):
    """The part of the store that forgets."""

    async def prune(self, keep_days: int = 3) -> list[str]:
        """Drop what is past; return the inbox days dropped. Items are known as repeats for *keep_days* at least."""
        dropped = []
        today = (await self._fetch("select today() as day"))[0]["day"]
        for row in await self._fetch(_DAYS):
            if (today - row["day"]).days > keep_days and not await self._fetch(_WAITING.format(name=row["name"])):
                await self._fetch(f'drop table "{row["name"]}"')
                dropped.append(row["name"])
        await self._fetch(_STEPS, STEPS_KEPT)
        await self._fetch(_REPLIES, REPLIES_KEPT, BATCH)
        await self._fetch(_VIEWS, BATCH)
        return dropped
