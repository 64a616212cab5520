-- A row that changes is put anew under the next number and the one before it taken away, so that whoever looks for it
-- from the newest meets it first. Changed in place, its index held one entry for every earlier form of it, and while a
-- snapshot is held open, when nothing can be cleared, each look-up read them all (engine rule 6).

alter table view_row add column gen bigint not null default 1;
alter table view_row drop constraint view_row_pkey;
alter table view_row add primary key (view, version, key, gen);

-- The living row of a key. Asked for in the order that one index alone has, since this plan is kept and may have been
-- made while the table was empty.
create function newest_row(p_view text, p_version int, p_key text) returns table (place tid, gen bigint)
language sql stable rows 1 as $$
    select r.ctid, r.gen from view_row r
    where (r.view, r.version, r.key, r.gen) <= (p_view, p_version, p_key, 9223372036854775807)
      and (r.view, r.version, r.key, r.gen) >= (p_view, p_version, p_key, 0)
    order by r.view desc, r.version desc, r.key desc, r.gen desc limit 1
$$;

create or replace function write_view(
    p_view text, p_version int, p_rows view_line[], p_parts int[], p_places bigint[]
) returns void
language plpgsql as $$
declare
    v_old    tid[];
    v_gen    bigint[];
    v_served int;
begin
    -- One writer of a view at a time: of two, each would put the next number and neither take away the other's.
    perform pg_advisory_xact_lock(hashtextextended('view/' || p_view, p_version));
    select array_agg(o.place), array_agg(coalesce(o.gen, 0) + 1 order by l.ordinality) into v_old, v_gen
    from unnest(p_rows) with ordinality l left join lateral newest_row(p_view, p_version, l.key) o on true;
    delete from view_row r where r.ctid = any(v_old);
    insert into view_row (view, version, key, gen, state, partner, rank, at, body)
    select distinct on (l.key) p_view, p_version, l.key, v_gen[l.ordinality], l.state, l.partner, l.rank, l.at, l.body
    from unnest(p_rows) with ordinality l order by l.key, l.ordinality desc;
    perform move_view(p_view, p_version, p_parts, p_places);
    select s.version into v_served from view_served s where s.view = p_view;
    if v_served is null then
        insert into view_served values (p_view, p_version) on conflict do nothing;
    elsif p_version > v_served and not exists (
        select 1 from view_places(p_view, v_served) o
        left join view_places(p_view, p_version) n on n.part = o.part
        where coalesce(n.place, 0) < o.place
    ) then
        update view_served set version = p_version where view = p_view and version < p_version;
    end if;
end $$;
