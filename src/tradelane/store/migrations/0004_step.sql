-- What a leader writes, in one call and one transaction. The first statement appends the step rows: their key is the
-- fence.

create type step_part as (
    part int, n bigint, epoch bigint, inbox_to bigint, journal_to bigint, out_to bigint, started text,
    events bigint
);
create type step_event as (
    part int, seq bigint, stream text, version bigint, type text, form int, cause text, config text, at timestamptz,
    body bytea
);
create type step_outbound as (
    part int, seq bigint, id text, partner text, stream text, about text, document_type text, media_type text,
    file_name text, at timestamptz, body bytea
);
create type step_attempt as (part int, seq bigint, attempt int, result text, says text, at timestamptz);
create type step_pending as (
    part int, id text, why text, kind text, stream text, owner text, due timestamptz, until timestamptz, attempts int,
    waits_for text, says text, reply boolean, out_seq bigint, body bytea
);
create type step_timer as (part int, stream text, name text, due timestamptz);
create type step_reply as (part int, command text, body bytea);
create type step_identity as (part int, digest text, content_sha256 text, item text, at timestamptz);
create type step_state as (
    part int, stream text, chunk int, chunks int, version bigint, fold text, behind boolean, state bytea
);
create type part_key as (part int, key text);

-- Appends one row per partition, in partition order so that two leaders never wait for each other in a ring, and names
-- every partition in which somebody else was first. A step whose predecessor is missing, whose places go back or whose
-- events do not follow the journal's last is our own bug.
create function fence(p_parts step_part[], p_at timestamptz, p_config text, p_release text) returns void
language plpgsql as $$
declare
    v_won    int[] := '{}';
    v_row    record;
    v_fenced text;
begin
    for v_row in
        insert into step (part, n, epoch, inbox_to, journal_to, out_to, started, takeover, day, config, release, at)
        select p.part, p.n, p.epoch, p.inbox_to, p.journal_to, p.out_to, p.started, false,
               greatest((p_at at time zone 'UTC')::date, b.day), p_config, p_release, p_at
        from unnest(p_parts) p left join lateral (
            select b.day from step b where b.part = p.part and b.n = p.n - 1 limit 1
        ) b on true
        order by p.part
        on conflict (part, n) do nothing
        returning part
    loop
        v_won := v_won || v_row.part;
    end loop;
    if cardinality(v_won) < cardinality(p_parts) then
        select string_agg(p.part::text, ',') into v_fenced from unnest(p_parts) p where p.part <> all(v_won);
        raise exception 'fenced' using errcode = 'TL001', detail = v_fenced;
    end if;
    if exists (
        select 1 from unnest(p_parts) p left join lateral (
            select b.* from step b where b.part = p.part and b.n = p.n - 1 limit 1
        ) b on true
        where b.n is null or b.epoch <> p.epoch or b.inbox_to > p.inbox_to or b.out_to > p.out_to
           or b.journal_to + p.events <> p.journal_to
    ) then
        raise exception 'a step does not follow the one before it: %', p_parts using errcode = 'TL002';
    end if;
end $$;

-- Journal, outbound and outcomes, each under the day of its partition's step row, so that days never go back within a
-- partition.
create function write_history(
    p_parts step_part[], p_journal step_event[], p_outbound step_outbound[], p_attempts step_attempt[]
) returns void
language plpgsql as $$
declare
    v_part int[];
    v_day  date[];
begin
    select array_agg(p.part), array_agg(s.day) into v_part, v_day
    from unnest(p_parts) p cross join lateral (select s.day from step s where s.part = p.part and s.n = p.n limit 1) s;
    if cardinality(p_journal) > 0 then
        insert into journal (part, seq, day, stream, version, type, form, cause, config, at, body)
        select j.part, j.seq, d.day, j.stream, j.version, j.type, j.form, j.cause, j.config, j.at, j.body
        from unnest(p_journal) j join unnest(v_part, v_day) d(part, day) on d.part = j.part;
    end if;
    if cardinality(p_outbound) > 0 then
        insert into outbound (part, seq, day, id, partner, stream, about, document_type, media_type, file_name, at,
                              body)
        select o.part, o.seq, d.day, o.id, o.partner, o.stream, o.about, o.document_type, o.media_type, o.file_name,
               o.at, o.body
        from unnest(p_outbound) o join unnest(v_part, v_day) d(part, day) on d.part = o.part;
    end if;
    if cardinality(p_attempts) > 0 then
        insert into outcome (part, seq, attempt, day, result, says, at)
        select a.part, a.seq, a.attempt, d.day, a.result, a.says, a.at
        from unnest(p_attempts) a join unnest(v_part, v_day) d(part, day) on d.part = a.part
        on conflict do nothing;  -- An answer sent again as it was has attempts of its own; the first record stands.
    end if;
end $$;

-- Work that waits and timers. What is done goes first: a timer that fires and is set again in one step stays set.
create function write_waiting(
    p_pending_set step_pending[], p_pending_done part_key[], p_timers_set step_timer[], p_timers_done step_timer[]
) returns void
language plpgsql as $$
begin
    if cardinality(p_pending_done) > 0 then
        delete from pending p using unnest(p_pending_done) d where p.part = d.part and p.id = d.key;
    end if;
    if cardinality(p_pending_set) > 0 then
        insert into pending as p
        select * from unnest(p_pending_set)
        on conflict (part, id) do update set
            why = excluded.why, kind = excluded.kind, stream = excluded.stream, owner = excluded.owner,
            due = excluded.due, until = excluded.until, attempts = excluded.attempts, waits_for = excluded.waits_for,
            says = excluded.says, reply = excluded.reply, out_seq = excluded.out_seq, body = excluded.body;
    end if;
    if cardinality(p_timers_done) > 0 then
        delete from timer t using unnest(p_timers_done) d
        where t.part = d.part and t.stream = d.stream and t.name = d.name;
    end if;
    if cardinality(p_timers_set) > 0 then
        insert into timer as t select * from unnest(p_timers_set)
        on conflict (part, stream, name) do update set due = excluded.due;
    end if;
end $$;

-- Every stream has a head row from its first event on, so an unknown stream costs one look-up however long the history.
create function write_states(p_parts step_part[], p_journal step_event[], p_states step_state[]) returns void
language plpgsql as $$
begin
    if cardinality(p_journal) > 0 then
        insert into stream (part, id, chunk, chunks, version, fold, born, day, state)
        select j.part, j.stream, 0, 0, 0, '', s.day, s.day, ''
        from unnest(p_journal) j
        join unnest(p_parts) p on p.part = j.part
        join lateral (select s.day from step s where s.part = p.part and s.n = p.n limit 1) s on true
        where j.version = 1
          and not exists (select 1 from unnest(p_states) k where k.part = j.part and k.stream = j.stream)
        on conflict do nothing;
    end if;
    if cardinality(p_states) > 0 then
        insert into stream as h (part, id, chunk, chunks, version, fold, born, day, state)
        select k.part, k.stream, k.chunk, k.chunks, k.version, k.fold, s.day, coalesce(e.day, s.day), k.state
        from unnest(p_states) k
        join unnest(p_parts) p on p.part = k.part
        join lateral (select s.day from step s where s.part = p.part and s.n = p.n limit 1) s on true
        left join lateral (
            select h.day from stream h where h.part = k.part and h.id = k.stream and h.chunk = 0 limit 1
        ) h on k.behind
        -- A state that may lag behind its stream: its tail begins where the first event after it stands.
        left join lateral (
            select j.day from journal j
            where j.part = k.part and j.stream = k.stream and j.version = k.version + 1
              and j.day >= coalesce(h.day, s.day) limit 1
        ) e on k.behind
        on conflict (part, id, chunk) do update set
            chunks = excluded.chunks, version = excluded.version, fold = excluded.fold, day = excluded.day,
            state = excluded.state
        where h.version <= excluded.version;
    end if;
end $$;

create function write_answers(p_replies step_reply[], p_identities step_identity[]) returns void
language plpgsql as $$
begin
    if cardinality(p_replies) > 0 then
        insert into reply (part, command, body)
        select part, command, body from unnest(p_replies) on conflict do nothing;
    end if;
    if cardinality(p_identities) > 0 then
        insert into identity (part, digest, content_sha256, item, at)
        select part, digest, content_sha256, item, at from unnest(p_identities) on conflict do nothing;
    end if;
end $$;

create function take_step(
    p_parts step_part[], p_at timestamptz, p_config text, p_release text,
    p_journal step_event[], p_outbound step_outbound[], p_attempts step_attempt[],
    p_pending_set step_pending[], p_pending_done part_key[], p_timers_set step_timer[], p_timers_done step_timer[],
    p_replies step_reply[], p_identities step_identity[], p_states step_state[],
    p_receipts arriving_receipt[], p_puts arriving_item[]
) returns void
language plpgsql as $$
begin
    perform fence(p_parts, p_at, p_config, p_release);
    if cardinality(p_journal) + cardinality(p_outbound) + cardinality(p_attempts) > 0 then
        perform write_history(p_parts, p_journal, p_outbound, p_attempts);
    end if;
    perform write_waiting(p_pending_set, p_pending_done, p_timers_set, p_timers_done);
    perform write_answers(p_replies, p_identities);
    perform write_states(p_parts, p_journal, p_states);
    if cardinality(p_receipts) + cardinality(p_puts) > 0 then
        perform lock_gates(array(select i.part from unnest(p_puts) i union select r.part from unnest(p_receipts) r));
        insert into receipt (part, digest, content_sha256, answer)
        select r.part, r.digest, r.content_sha256, r.answer from unnest(p_receipts) r on conflict do nothing;
        perform number_items(p_puts);
    end if;
end $$;

-- Appends the takeover row and returns the partition's last rows, newest first. Who was faster only costs a new look.
create function take_over(p_part int) returns setof step
language plpgsql as $$
declare
    v_last step;
begin
    for attempt in 1..100 loop
        select * into v_last from step s where s.part = p_part order by s.n desc limit 1;
        insert into step (part, n, epoch, inbox_to, journal_to, out_to, started, takeover, day, config, release, at)
        values (p_part, coalesce(v_last.n, 0) + 1, coalesce(v_last.epoch, 0) + 1, coalesce(v_last.inbox_to, 0),
                coalesce(v_last.journal_to, 0), coalesce(v_last.out_to, 0), '', true,
                coalesce(v_last.day, '0001-01-01'), '', '', clock_timestamp())
        on conflict do nothing;
        if found then
            return query select * from step s where s.part = p_part order by s.n desc limit 100;
            return;
        end if;
    end loop;
    raise exception 'partition % moves too fast to be taken over', p_part using errcode = 'TL003';
end $$;
