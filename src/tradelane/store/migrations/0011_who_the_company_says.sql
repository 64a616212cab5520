-- Whoever changes a person looked at them a moment ago; who the company's sign-in says they are may have become known
-- meanwhile. So it is changed by itself, and keeping a person leaves it as it is.

create or replace function keep_person(p_person person, p_deeds deed[], p_sign_out boolean) returns void
language plpgsql as $$
begin
    perform do_deeds(p_deeds);
    insert into person select p_person.*
    on conflict (name) do update set
        title = excluded.title, role = excluded.role, password = excluded.password,
        disabled = excluded.disabled, changed_at = excluded.changed_at;
    if p_sign_out then
        delete from session s where s.person = p_person.name;
    end if;
end $$;
