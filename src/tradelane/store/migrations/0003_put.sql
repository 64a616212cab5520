-- What doors write, in one call and one transaction. Gates are locked in partition order; only then, in a new statement
-- that sees what the gate's holder before us committed, are numbers given (lock and max+1 in one statement collides).

create type arriving_item as (
    arrival int, part int, id text, kind text, stream text, owner text, reply boolean, body bytea
);
create type arriving_chunk as (
    arrival int, part int, id text, chunk int, day date, partner text, sha256 text, codec smallint, channel text,
    received_at timestamptz, transport_id text, media_type text, file_name text, body bytea
);
create type arriving_receipt as (arrival int, part int, digest text, content_sha256 text, answer bytea);

create function lock_gates(p_parts int[]) returns void
language plpgsql as $$
declare
    v_locked int;
begin
    perform 1 from gate g where g.part = any(p_parts) order by g.part for update;
    get diagnostics v_locked = row_count;
    if v_locked <> (select count(distinct p) from unnest(p_parts) p) then
        raise exception 'a partition of % does not exist in this store', p_parts using errcode = 'TL002';
    end if;
end $$;

-- The caller holds the gates of all parts of p_items.
create function number_items(p_items arriving_item[]) returns void
language plpgsql as $$
declare
    v_today date := today();
    v_part  int[];
    v_last  bigint[];
    v_day   date[];
begin
    select array_agg(p.part), array_agg(l.seq), array_agg(l.day) into v_part, v_last, v_day
    from (select distinct i.part from unnest(p_items) i) p
    left join lateral (
        select i.seq, i.day from inbox i where i.part = p.part and i.day >= v_today - 1 order by i.seq desc limit 1
    ) l on true;
    if array_position(v_last, null) is not null then
        -- Nothing came lately: look at all days, and at the place, since the days before it may be dropped.
        select array_agg(p.part), array_agg(greatest(p.last, l.seq, s.inbox_to, 0)), array_agg(greatest(p.day, l.day))
        into v_part, v_last, v_day
        from unnest(v_part, v_last, v_day) p(part, last, day)
        left join lateral (
            select i.seq, i.day from inbox i where p.last is null and i.part = p.part order by i.seq desc limit 1
        ) l on true
        left join lateral (
            select s.inbox_to from step s where p.last is null and s.part = p.part order by s.n desc limit 1
        ) s on true;
    end if;
    insert into inbox (part, seq, day, id, kind, stream, owner, reply, body)
    select f.part, l.last + row_number() over (partition by f.part order by f.ordinality),
           greatest(v_today, l.day), f.id, f.kind, f.stream, f.owner, f.reply, f.body
    from (
        select distinct on (i.part, i.id) i.*
        from unnest(p_items) with ordinality i
        left join lateral (
            select true as here from inbox h where h.part = i.part and h.id = i.id and h.day >= v_today - 30 limit 1
        ) h on true
        where h.here is null
        order by i.part, i.id, i.ordinality
    ) f
    join unnest(v_part, v_last, v_day) l(part, last, day) on l.part = f.part;
end $$;

-- Returns the arrivals that repeat, with the receipts that stood before them; everything else is written.
create function put_arrivals(p_items arriving_item[], p_chunks arriving_chunk[], p_receipts arriving_receipt[])
returns table (arrival int, part int, digest text, content_sha256 text, answer bytea)
language plpgsql as $$
#variable_conflict use_column
declare
    v_repeats int[] := '{}';
begin
    perform lock_gates(array(select i.part from unnest(p_items) i union select r.part from unnest(p_receipts) r));
    if cardinality(p_receipts) > 0 then
        select coalesce(array_agg(r.arrival), '{}') into v_repeats
        from (
            select r.arrival, s.part as stood,
                   row_number() over (partition by r.part, r.digest order by r.arrival) as nth
            from unnest(p_receipts) r
            left join lateral (
                select s.part from receipt s where s.part = r.part and s.digest = r.digest limit 1
            ) s on true
        ) r
        where r.stood is not null or r.nth > 1;
        insert into receipt (part, digest, content_sha256, answer)
        select r.part, r.digest, r.content_sha256, r.answer
        from unnest(p_receipts) r where r.arrival <> all(v_repeats);
    end if;
    if cardinality(p_chunks) > 0 then
        insert into archive (part, id, chunk, day, partner, sha256, codec, channel, received_at, transport_id,
                             media_type, file_name, body)
        select c.part, c.id, c.chunk, c.day, c.partner, c.sha256, c.codec, c.channel, c.received_at, c.transport_id,
               c.media_type, c.file_name, c.body
        from unnest(p_chunks) c where c.arrival <> all(v_repeats)
        on conflict do nothing;
    end if;
    if cardinality(v_repeats) = 0 then
        perform number_items(p_items);
    else
        perform number_items(array(select i::arriving_item from unnest(p_items) i where i.arrival <> all(v_repeats)));
        return query
        select r.arrival, s.part, s.digest, s.content_sha256, s.answer
        from unnest(p_receipts) r join receipt s on s.part = r.part and s.digest = r.digest
        where r.arrival = any(v_repeats);
    end if;
end $$;
