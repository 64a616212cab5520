"""The tables behind what people look at. A new version is built beside the one served, then takes over."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from tradelane.store.connection import Connected
from tradelane.store.port import ViewRow
from tradelane.store.rows import text, view_line, view_row

_SERVED = "r.view = $1 and r.version = (select s.version from view_served s where s.view = $1)"

# An `after` that no row has starts from the first page.
_PAGE = """
with mark as (
    select r.rank, r.at, r.key from view_row r where {served} and r.key = $2 order by r.gen desc limit 1
)
select r.* from view_row r
where {served} {chosen}
  and (not exists (select 1 from mark)
       or r.{by} < (select {by} from mark) or (r.{by} = (select {by} from mark) and r.key > $2))
order by r.{by} desc, r.key limit $3
"""
_CHOICES: tuple[str, ...] = ("state", "partner", "kind", "mark")
_STARTING = f"""
select r.* from view_row r where {_SERVED} and r.key >= $2 and r.key < $3 order by r.key limit $4
"""  # noqa: S608 - a constant of ours
_DAYS = f"""
select (r.at at time zone 'UTC')::date as day, r.mark, count(*) as rows from view_row r
where {_SERVED} and r.partner = $2 and r.kind <> '' and r.at >= $3 group by 1, 2 order by 1, 2
"""  # noqa: S608 - a constant of ours

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
        kind: str = "",
        mark: str = "",
        newest_first: bool = False,
    ) -> list[ViewRow]:
        """Return rows by (rank descending, key), or newest first; *after* is the last row's key on the page before."""
        asked = dict(zip(_CHOICES, (state, partner, kind, mark), strict=True))
        sql, values = _page(asked, "at" if newest_first else "rank")
        found = await self._fetch(sql, view, text(after), limit, *values)
        return [view_row(row) for row in found]

    async def view_starting(self, view: str, start: str, *, limit: int = 100) -> list[ViewRow]:
        """Return rows whose key starts so, by key."""
        start = text(start)
        found = await self._fetch(_STARTING, view, start, f"{start}\U0010ffff", limit)
        return [view_row(row) for row in found]

    async def view_days(self, view: str, *, partner: str, since: datetime) -> list[tuple[date, str, int]]:
        """Return how many rows of a kind the days since have, by mark; days as UTC has them."""
        found = await self._fetch(_DAYS, view, text(partner), since)
        return [(row["day"], row["mark"], row["rows"]) for row in found]

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


def _page(asked: Mapping[str, str], by: str) -> tuple[str, list[str]]:
    """Return the statement for what is asked, and the values in it: a statement of its own for each kind of choice, so
    that the plan that is kept for it is one for this choice.
    """
    chosen, values = "", []
    for name, value in asked.items():
        if name == "mark" and value == "late":
            chosen += " and r.mark = 'late'"  # As the index of those that are late has it.
        elif value:
            values.append(text(value))
            chosen += f" and r.{name} = ${len(values) + 3}"
    if asked["kind"]:
        chosen += " and r.kind <> ''"
    return _PAGE.format(served=_SERVED, chosen=chosen, by=by), values
