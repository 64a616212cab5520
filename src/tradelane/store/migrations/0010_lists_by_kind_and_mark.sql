-- Lists are asked for by kind (of document) and by mark (came or went; late), beside state and partner. Few rows have a
-- kind or are late, so only those are in the index.

alter table view_row add column kind text collate "C" not null default '';
alter table view_row add column mark text collate "C" not null default '';
create index view_row_kind on view_row (view, version, kind, at desc, key) where kind <> '';
create index view_row_late on view_row (view, version, rank desc, key) where mark = 'late';
create index view_row_partner on view_row (view, version, partner, at desc, key) where kind <> '';

alter type view_line add attribute kind text, add attribute mark text;

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
    insert into view_row (view, version, key, gen, state, partner, rank, at, body, kind, mark)
    select distinct on (l.key)
        p_view, p_version, l.key, v_gen[l.ordinality], l.state, l.partner, l.rank, l.at, l.body, l.kind, l.mark
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
