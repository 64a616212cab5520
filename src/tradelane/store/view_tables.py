"""The tables behind what people look at. A new version is built beside the one served, then takes over."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from tradelane.store.connection import Connected
from tradelane.store.port import ViewRow
from tradelane.store.rows import text, view_line, view_row

_SERVED = "r.view = $1 and r.version = (select s.version from view_served s where s.view = $1)"

# {order} and {beyond} differ by what comes first; an `after` that no row has starts from the first page.
_PAGE = """
with mark as (
    select r.rank, r.at, r.key from view_row r where {served} and r.key = $4 order by r.gen desc limit 1
)
select r.* from view_row r
where {served} and ($2 = '' or r.state = $2) and ($3 = '' or r.partner = $3)
  and (not exists (select 1 from mark) or {beyond})
order by {order} limit $5
"""
_BY_RANK = _PAGE.format(
    served=_SERVED,
    order="r.rank desc, r.key",
    beyond="r.rank < (select rank from mark) or (r.rank = (select rank from mark) and r.key > $4)",
)
_NEWEST = _PAGE.format(
    served=_SERVED,
    order="r.at desc, r.key",
    beyond="r.at < (select at from mark) or (r.at = (select at from mark) and r.key > $4)",
)

_BETWEEN = f"""
with mark as (select r.at, r.key from view_row r where {_SERVED} and r.key = $5 order by r.gen desc limit 1)
select r.* from view_row r
where {_SERVED} and ($2 = '' or r.partner = $2) and r.at >= $3 and r.at < $4
  and (not exists (select 1 from mark) or (r.at, r.key) > (select at, key from mark))
order by r.at, r.key limit $6
"""  # noqa: S608 - a constant of ours

_COUNTS = f"""
select r.state, count(*) as rows from view_row r where {_SERVED} and ($2 = '' or r.partner = $2) group by 1
"""  # noqa: S608 - a constant of ours
# As the function newest_row does, and for its reasons.
_BY_KEY = """
select r.* from unnest($2::text[]) k(key)
cross join (select s.version from view_served s where s.view = $1 limit 1) v
cross join lateral (
    select r.* from view_row r
    where (r.view, r.version, r.key, r.gen) <= ($1, v.version, k.key, 9223372036854775807)
      and (r.view, r.version, r.key, r.gen) >= ($1, v.version, k.key, 0)
    order by r.view desc, r.version desc, r.key desc, r.gen desc limit 1
) r
"""


class ViewTables(Connected):
    """The part of the store that views are written to and read from."""

    async def view_places(self, view: str, version: int) -> dict[int, int]:
        """Return how far a view has followed each partition."""
        found = await self._fetch("select part, place from view_places($1, $2)", view, version)
        return {row["part"]: row["place"] for row in found}

    async def write_view(self, view: str, version: int, rows: Sequence[ViewRow], places: Mapping[int, int]) -> None:
        """Write rows (later replaces earlier by key) and places in one transaction."""
        await self._fetch(
            "select write_view($1, $2, $3::view_line[], $4, $5)",
            view,
            version,
            [view_line(row) for row in rows],
            list(places),
            list(places.values()),
        )

    async def view_rows(
        self,
        view: str,
        *,
        state: str = "",
        partner: str = "",
        after: str = "",
        limit: int = 100,
        newest_first: bool = False,
    ) -> list[ViewRow]:
        """Return rows by (rank descending, key), or newest first; *after* is the last row's key on the page before."""
        sql = _NEWEST if newest_first else _BY_RANK
        found = await self._fetch(sql, view, text(state), text(partner), text(after), limit)
        return [view_row(row) for row in found]

    async def view_between(
        self, view: str, since: datetime, until: datetime, *, partner: str = "", after: str = "", limit: int = 100
    ) -> list[ViewRow]:
        """Return the rows of a stretch of time, oldest first; *after* is the last row's key on the page before."""
        found = await self._fetch(_BETWEEN, view, text(partner), since, until, text(after), limit)
        return [view_row(row) for row in found]

    async def view_row(self, view: str, key: str) -> ViewRow | None:
        """Return one row."""
        return (await self.view_keys(view, [key])).get(key)

    async def view_counts(self, view: str, *, partner: str = "") -> dict[str, int]:
        """Return how many rows are in each state."""
        return {row["state"]: row["rows"] for row in await self._fetch(_COUNTS, view, text(partner))}

    async def view_keys(self, view: str, keys: Sequence[str]) -> dict[str, ViewRow]:
        """Return rows by key."""
        asked = {text(key): key for key in keys}
        return {asked[row["key"]]: view_row(row) for row in await self._fetch(_BY_KEY, view, list(asked))}
