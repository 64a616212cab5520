-- Read models are written outside the steps, rows and places in one transaction.

create type view_line as (key text, state text, partner text, rank double precision, at timestamptz, body bytea);

create function view_places(p_view text, p_version int) returns table (part int, place bigint)
language sql stable rows 64 as $$
    select u.part, u.place
    from (
        select v.parts, v.places from view_place v
        where v.view = p_view and v.version = p_version order by v.n desc limit 1
    ) l, unnest(l.parts, l.places) u(part, place)
$$;

-- Parts that are not named stay where they were. Of two writers at once the second adds nothing: what it wrote is only
-- read again.
create function move_view(p_view text, p_version int, p_parts int[], p_places bigint[]) returns void
language plpgsql as $$
declare
    v_n bigint;
begin
    select v.n into v_n from view_place v where v.view = p_view and v.version = p_version order by v.n desc limit 1;
    insert into view_place (view, version, n, parts, places)
    select p_view, p_version, coalesce(v_n, 0) + 1,
           array_agg(a.part order by a.part), array_agg(a.place order by a.part)
    from (
        select p.part, p.place from unnest(p_parts, p_places) p(part, place)
        union all
        select o.part, o.place from view_places(p_view, p_version) o where o.part <> all(p_parts)
    ) a
    having count(*) > 0
    on conflict do nothing;
    delete from view_place v where v.view = p_view and v.version = p_version and v.n = v_n - 10;
end $$;

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
