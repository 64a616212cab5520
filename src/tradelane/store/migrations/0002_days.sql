-- Time partitions are made ahead (and, for a clock in the past, when first asked for) beside the table, then attached:
-- that does not stop writers, while `create table ... partition of` would lock the whole table.

create function ensure_partition(p_table text, p_name text, p_from date, p_to date) returns boolean
language plpgsql as $$
begin
    if to_regclass(quote_ident(p_name)) is not null then
        return false;
    end if;
    execute format('create table %I (like %I including all)', p_name, p_table);
    execute format('alter table %I attach partition %I for values from (%L) to (%L)', p_table, p_name, p_from, p_to);
    return true;
end $$;

create function ensure_months(p_from date, p_to date) returns int
language plpgsql as $$
declare
    v_month date := date_trunc('month', p_from)::date;
    v_next  date;
    v_made  int := 0;
    v_table text;
begin
    perform pg_advisory_xact_lock(hashtextextended('tradelane days', 0));
    while v_month <= p_to loop
        v_next := (v_month + interval '1 month')::date;
        foreach v_table in array array['archive', 'journal', 'outbound', 'outcome'] loop
            if ensure_partition(v_table, v_table || to_char(v_month, '"_"YYYYMM'), v_month, v_next) then
                v_made := v_made + 1;
            end if;
        end loop;
        v_month := v_next;
    end loop;
    return v_made;
end $$;

create function ensure_days(p_from date, p_to date) returns int
language plpgsql as $$
declare
    v_day  date := p_from;
    v_made int := 0;
begin
    perform pg_advisory_xact_lock(hashtextextended('tradelane days', 0));
    while v_day <= p_to loop
        if ensure_partition('inbox', 'inbox' || to_char(v_day, '"_"YYYYMMDD'), v_day, v_day + 1) then
            v_made := v_made + 1;
        end if;
        v_day := v_day + 1;
    end loop;
    return v_made;
end $$;

create function today() returns date
language sql volatile as $$ select (clock_timestamp() at time zone 'UTC')::date $$;
