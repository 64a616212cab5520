-- Read models are written outside the steps, rows and places in one transaction.

create type view_line as (key text, state text, partner text, rank double precision, at timestamptz, body bytea);

create function write_view(p_view text, p_version int, p_rows view_line[], p_parts int[], p_places bigint[])
returns void
language plpgsql as $$
declare
    v_served int;
begin
    insert into view_row as r (view, version, key, state, partner, rank, at, body)
    select distinct on (l.key) p_view, p_version, l.key, l.state, l.partner, l.rank, l.at, l.body
    from unnest(p_rows) with ordinality l order by l.key, l.ordinality desc
    on conflict (view, version, key) do update set
        state = excluded.state, partner = excluded.partner, rank = excluded.rank, at = excluded.at,
        body = excluded.body;
    insert into view_place as v (view, version, part, place)
    select p_view, p_version, p.part, p.place from unnest(p_parts, p_places) p(part, place) order by p.part
    on conflict (view, version, part) do update set place = excluded.place;
    select s.version into v_served from view_served s where s.view = p_view;
    if v_served is null then
        insert into view_served values (p_view, p_version) on conflict do nothing;
    elsif p_version > v_served and not exists (
        select 1 from view_place o
        left join view_place n on n.view = o.view and n.version = p_version and n.part = o.part
        where o.view = p_view and o.version = v_served and coalesce(n.place, 0) < o.place
    ) then
        update view_served set version = p_version where view = p_view and version < p_version;
    end if;
end $$;
