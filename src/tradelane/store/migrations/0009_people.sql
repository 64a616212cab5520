-- People who work here, where they are signed in, and what they did. Small tables; none is on the path of a document.

create table person (
    name       text collate "C" primary key,
    title      text not null,
    role       text not null,
    password   text not null,   -- an argon2 hash; empty: signs in through the company
    subject    text not null,   -- who the company's sign-in says it is: issuer and subject
    disabled   boolean not null,
    changed_at timestamptz not null
);
create unique index person_subject on person (subject) where subject <> '';

create table session (
    token_sha256 text collate "C" primary key,
    person       text collate "C" not null,
    opened_at    timestamptz not null,
    seen_at      timestamptz not null,
    address      text not null
);
create index session_person on session (person);
create index session_opened on session (opened_at);

-- Tries to sign in that have not succeeded, by name and address: nobody can make another wait at an address of theirs.
create table sign_in_try (
    name    text collate "C" not null,
    address text collate "C" not null,
    tries   int not null,
    last_at timestamptz not null,
    primary key (name, address)
);
create index sign_in_try_last on sign_in_try (last_at);

-- Appended, never changed: what was asked, and beside it how it ended.
create table deed (
    id      text collate "C" primary key,
    at      timestamptz not null,
    who     text collate "C" not null,
    role    text not null,
    by      text not null,
    address text not null,
    action  text not null,
    about   text collate "C" not null,
    why     text not null,
    what    text not null
);
create index deed_who on deed (who, id);
create index deed_about on deed (about, id);

create table deed_end (
    id     text collate "C" primary key,
    status int not null,
    says   text not null
);

create function do_deeds(p_deeds deed[]) returns void
language sql as $$
    insert into deed select d.* from unnest(p_deeds) d on conflict do nothing
$$;

-- What doors bring, and in the same transaction who asked for it.
create function put_asked(
    p_items arriving_item[], p_chunks arriving_chunk[], p_receipts arriving_receipt[], p_deeds deed[]
) returns table (arrival int, part int, digest text, content_sha256 text, answer bytea)
language plpgsql as $$
begin
    perform do_deeds(p_deeds);
    return query select * from put_arrivals(p_items, p_chunks, p_receipts);
end $$;

-- A person as they are from now on; whoever is changed or shut out is signed out in the same transaction.
create function keep_person(p_person person, p_deeds deed[], p_sign_out boolean) returns void
language plpgsql as $$
begin
    perform do_deeds(p_deeds);
    insert into person select p_person.*
    on conflict (name) do update set
        title = excluded.title, role = excluded.role, password = excluded.password, subject = excluded.subject,
        disabled = excluded.disabled, changed_at = excluded.changed_at;
    if p_sign_out then
        delete from session s where s.person = p_person.name;
    end if;
end $$;

-- How many seconds to wait before the next try; 0: this is the next try, and it is counted until it succeeds.
create function try_sign_in(p_name text, p_address text, p_now timestamptz, p_since timestamptz, p_waits int[])
returns int
language plpgsql as $$
declare
    v_tries int;
    v_last  timestamptz;
    v_left  int := 0;
begin
    perform pg_advisory_xact_lock(hashtextextended('sign in/' || p_address || '/' || p_name, 0));
    delete from sign_in_try t where t.last_at < p_since;
    select t.tries, t.last_at into v_tries, v_last from sign_in_try t where t.name = p_name and t.address = p_address;
    if v_tries is not null then
        v_left := ceil(greatest(0, p_waits[least(v_tries, cardinality(p_waits) - 1) + 1]
                                   - extract(epoch from p_now - v_last)));
    end if;
    if v_left = 0 then
        insert into sign_in_try values (p_name, p_address, 1, p_now)
        on conflict (name, address) do update set tries = sign_in_try.tries + 1, last_at = p_now;
    end if;
    return v_left;
end $$;
