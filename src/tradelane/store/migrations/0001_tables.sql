-- The tables of the store. Engine rules: hot tables are only appended to; no foreign keys, sequences, triggers or
-- unique keys cross partitions ("part"); what grows with traffic is cut by day: dropped, never deleted row by row.
-- Text that is a key sorts by bytes (collate "C"), so every machine and the memory store agree on order.
-- Every `body`, `state` and `answer` begins with a codec byte (store/codec.py), hence storage external: never squeezed
-- twice.

create table store_format (
    one        boolean primary key default true check (one),
    partitions int not null,
    level      int not null,
    created_at timestamptz not null default clock_timestamp()
);

-- Whoever puts into a partition's inbox holds its gate. The row is locked and never updated.
create table gate (part int primary key);

create table worker (id text collate "C" primary key, until timestamptz not null);

create table archive (
    part         int not null,
    id           text collate "C" not null,
    chunk        int not null,
    day          date not null,
    partner      text not null,
    sha256       text not null,
    key_id       text not null default '',
    codec        smallint not null,
    channel      text not null,
    received_at  timestamptz not null,
    transport_id text not null,
    media_type   text not null,
    file_name    text not null,
    body         bytea not null,
    primary key (part, id, chunk, day)
) partition by range (day);
alter table archive alter column body set storage external;

-- The inbox is a queue, not history: its day is the database's, and never goes back within a partition.
create table inbox (
    part   int not null,
    seq    bigint not null,
    day    date not null,
    id     text collate "C" not null,
    kind   text not null,
    stream text collate "C" not null,
    owner  text not null,
    reply  boolean not null,
    body   bytea not null,
    primary key (part, seq, day)
) partition by range (day);
create index inbox_id on inbox (part, id);
alter table inbox alter column body set storage external;

-- The fence: who inserts (part, n) owns n. `day` is the latest day any step of the partition has written under.
create table step (
    part       int not null,
    n          bigint not null,
    epoch      bigint not null,
    inbox_to   bigint not null,
    journal_to bigint not null,
    out_to     bigint not null,
    started    text not null,
    takeover   boolean not null,
    day        date not null,
    config     text not null,
    release    text not null,
    at         timestamptz not null,
    primary key (part, n)
);

create table journal (
    part    int not null,
    seq     bigint not null,
    day     date not null,
    stream  text collate "C" not null,
    version bigint not null,
    type    text not null,
    form    int not null,
    cause   text not null,
    config  text not null,
    key_id  text not null default '',
    at      timestamptz not null,
    body    bytea not null,
    primary key (part, seq, day)
) partition by range (day);
create index journal_stream on journal (part, stream, version);
alter table journal alter column body set storage external;

-- Chunk 0 is the head: its version and its number of chunks say which other chunks count. `born` bounds the search for
-- the stream's events, `day` that for those after the kept state. Without kept state the head has version 0.
create table stream (
    part    int not null,
    id      text collate "C" not null,
    chunk   int not null,
    chunks  int not null,
    version bigint not null,
    fold    text not null,
    born    date not null,
    day     date not null,
    state   bytea not null,
    primary key (part, id, chunk)
) with (fillfactor = 70);
alter table stream alter column state set storage external;

create table outbound (
    part          int not null,
    seq           bigint not null,
    day           date not null,
    id            text collate "C" not null,
    partner       text not null,
    stream        text collate "C" not null,
    about         text not null,
    document_type text not null,
    media_type    text not null,
    file_name     text not null,
    key_id        text not null default '',
    at            timestamptz not null,
    body          bytea not null,
    primary key (part, seq, day)
) partition by range (day);
create index outbound_id on outbound (part, id);
alter table outbound alter column body set storage external;

create table outcome (
    part    int not null,
    seq     bigint not null,
    attempt int not null,
    day     date not null,
    result  text not null,
    says    text not null,
    at      timestamptz not null,
    primary key (part, seq, attempt, day)
) partition by range (day);

create table pending (
    part      int not null,
    id        text collate "C" not null,
    why       text not null,
    kind      text not null,
    stream    text collate "C" not null,
    owner     text not null,
    due       timestamptz not null,
    until     timestamptz,
    attempts  int not null,
    waits_for text not null,
    says      text not null,
    reply     boolean not null,
    out_seq   bigint not null,
    body      bytea not null,
    primary key (part, id)
) with (fillfactor = 70);
alter table pending alter column body set storage external;

create table timer (
    part   int not null,
    stream text collate "C" not null,
    name   text collate "C" not null,
    due    timestamptz not null,
    primary key (part, stream, name)
);
create index timer_due on timer (part, due, stream, name);

create table reply (
    part    int not null,
    command text collate "C" not null,
    at      timestamptz not null default clock_timestamp(),
    body    bytea not null,
    primary key (part, command)
);

create table identity (
    part           int not null,
    digest         text collate "C" not null,
    content_sha256 text not null,
    item           text not null,
    at             timestamptz not null,
    primary key (part, digest)
);

create table receipt (
    part           int not null,
    digest         text collate "C" not null,
    content_sha256 text not null,
    at             timestamptz not null default clock_timestamp(),
    answer         bytea not null,
    primary key (part, digest)
);

create table view_row (
    view    text collate "C" not null,
    version int not null,
    key     text collate "C" not null,
    state   text collate "C" not null,
    partner text not null,
    rank    double precision not null,
    at      timestamptz not null,
    body    bytea not null,
    primary key (view, version, key)
) with (fillfactor = 70);
create index view_row_rank on view_row (view, version, rank desc, key);
create index view_row_state on view_row (view, version, state, rank desc, key);
create index view_row_at on view_row (view, version, at desc, key);

-- How far a view has come: appended, the highest n counts. Updated in place, it would be the hottest row of all.
create table view_place (
    view    text collate "C" not null,
    version int not null,
    n       bigint not null,
    parts   int[] not null,
    places  bigint[] not null,
    primary key (view, version, n)
);

-- Which version of a view people see: a new one is built beside and takes over once it has come as far.
create table view_served (view text collate "C" primary key, version int not null);
