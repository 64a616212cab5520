"""A long past for the flatness bench: orders with ten events each, written straight into the tables of a store."""

import time

import asyncpg

from tradelane.views import VIEWS

MONTHS = 36
EVENTS_PER_STREAM = 10

# A past of orders with ten events each: dense sequences per partition, all under the first day of one of 36 months.
STREAMS = """
create table history as
select *, row_number() over (partition by part order by id) - 1 as place, count(*) over (partition by part) as places
from (
    select id, get_byte(sha256(convert_to(id, 'UTF8')), 7) & 63 as part
    from (select 'purchase_order/H' || lpad(n::text, 9, '0') as id from generate_series(1, $1::bigint) n) n
) s order by part, id
"""
JOURNAL = """
insert into journal (part, seq, day, stream, version, type, form, cause, config, at, body)
select s.part, s.place * $3 + v, $1::date, s.id, v, 'document.repeated', 1, md5(s.id || v), 'bench', $1::date,
       '\\x00'::bytea || convert_to(format(
           '{"type":"document.repeated","document_type":"purchase_order","number":"%s","partner":"erp",'
           '"item":"%s","first":"%s"}', s.id, md5(v || s.id)::uuid, md5(s.id)::uuid), 'UTF8')
from history s cross join generate_series(1, $3::int) v where s.place * $4 / s.places = $2 order by s.part, s.id, v
"""
HEADS = """
insert into stream (part, id, chunk, chunks, version, fold, born, day, state)
select part, id, 0, 0, 0, '', d, d, ''
from (select *, ($1::date + make_interval(months => (place * $2 / places)::int))::date as d from history) s
order by part, id
"""
IDENTITIES = """
insert into identity (part, digest, content_sha256, item, at)
select part, encode(sha256(convert_to('i' || id, 'UTF8')), 'hex'), encode(sha256(convert_to(id, 'UTF8')), 'hex'),
       md5(id)::uuid::text, now() from history
"""
STEPS = """
insert into step (part, n, epoch, inbox_to, journal_to, out_to, started, takeover, day, config, release, at)
select part, 1, 1, 0, max(places) * $2, 0, '', false, $1::date, '', '', now() from history group by part
"""
PLACES = """
insert into view_place (view, version, n, parts, places)
select v.view, v.version, 1, array_agg(s.part), array_agg(s.journal_to)
from step s, unnest($1::text[], $2::int[]) v(view, version) group by v.view, v.version
"""


async def fill(dsn: str, rows: int) -> float:
    """Write a past of about *rows* events over 36 months; return the seconds it took."""
    began = time.perf_counter()
    connection = await asyncpg.connect(dsn, server_settings={"search_path": "tradelane", "synchronous_commit": "off"})
    try:
        months = [
            row["day"]
            for row in await connection.fetch(
                "select (date_trunc('month', today()) - make_interval(months => n))::date as day "
                "from generate_series($1::int - 1, 0, -1) n",
                MONTHS,
            )
        ]
        await connection.execute("select ensure_months($1, $2)", months[0], months[-1])
        await connection.execute(STREAMS, rows // EVENTS_PER_STREAM)
        for number, day in enumerate(months):
            await connection.execute(JOURNAL, day, number, EVENTS_PER_STREAM, MONTHS)
        await connection.execute(HEADS, months[0], MONTHS)
        await connection.execute(IDENTITIES)
        await connection.execute(STEPS, months[-1], EVENTS_PER_STREAM)
        await connection.execute(PLACES, [view.NAME for view in VIEWS], [view.VERSION for view in VIEWS])
        await connection.execute("drop table history")
        await connection.execute("vacuum (freeze, analyze)")
        return time.perf_counter() - began
    finally:
        await connection.close()
