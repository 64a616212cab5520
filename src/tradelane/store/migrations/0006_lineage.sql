-- Which database this is: of which cluster, on which timeline of it, under which ids. A backup that was brought back
-- has another lineage than the one its last work was done in, and so has a database that was copied or moved.

alter table store_format
    add column lineage   text,   -- where work was last begun; null until then
    add column place     text,   -- a token that only the folder of our own database knows too
    add column restoring text;   -- the restore that is being put in order

create function lineage() returns text
language sql stable as $$
    select concat_ws('/',
        (select c.system_identifier from pg_control_system() c),
        left(pg_walfile_name(pg_current_wal_lsn()), 8),
        (select d.oid from pg_database d where d.datname = current_database()),
        'store_format'::regclass::oid::text)
$$;

-- No leader of another life of this database can know these epochs, so none of its steps follows ours. The rows are no
-- takeovers: nobody has died.
create function begin_life(p_epoch bigint) returns int
language plpgsql as $$
declare
    v_parts int;
begin
    insert into step (part, n, epoch, inbox_to, journal_to, out_to, started, takeover, day, config, release, at)
    select g.part, coalesce(s.n, 0) + 1, greatest(coalesce(s.epoch, 0) + 1, p_epoch), coalesce(s.inbox_to, 0),
           coalesce(s.journal_to, 0), coalesce(s.out_to, 0), '', false, coalesce(s.day, '0001-01-01'), '', '',
           clock_timestamp()
    from gate g
    left join lateral (select * from step l where l.part = g.part order by l.n desc limit 1) s on true
    order by g.part;
    get diagnostics v_parts = row_count;
    return v_parts;
end $$;
