-- A timer that is set to when it is due already stays as it is: no new version of its row, however often its object
-- changes (engine rule 6).

create or replace function write_waiting(
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
        on conflict (part, stream, name) do update set due = excluded.due where t.due <> excluded.due;
    end if;
end $$;
