// The tables, as one step after the other: a file of any earlier version takes those that it has not taken yet.

/** Only ever added to: `MIGRATIONS[n]` leads from version n to n + 1. Each step is one transaction. */
export const MIGRATIONS: readonly (readonly string[])[] = [
  [
    // Items are numbered here, not by the database: a number is never given again.
    `create table meta (name text primary key, value integer not null) without rowid`,
    `create table sessions (
      id integer primary key, session_id text not null unique, name text not null,
      first_seen integer not null, last_seen integer not null,
      batches integer not null, items integer not null)`,
    `create index sessions_by_last_seen on sessions (last_seen)`,
    `create table peers (
      session integer not null, peer_id text not null, name text,
      stats integer not null, events integer not null,
      primary key (session, peer_id)) without rowid`,
    // batch_id is there where the batch was whole; last_item is the last one that was kept until its end.
    `create table batches (
      id integer primary key, session integer not null, producer text, batch_id text,
      exported_at integer not null, received_at integer not null, last_item integer not null,
      facts text not null)`,
    `create index batches_by_received_at on batches (received_at)`,
    `create index batches_by_batch_id on batches (batch_id) where batch_id is not null`,
    `create table items (
      id integer primary key, key text not null unique, batch integer not null,
      session integer not null, producer text not null, seq integer not null,
      partial integer not null, json text not null)`,
    `create index items_by_session on items (session, producer, seq, id)`,
    `create table rooms (id text primary key, state text not null) without rowid`,
    `create table files (
      starts integer primary key, ends integer not null, written integer not null)`,
    `create index files_to_write on files (starts) where written = 0`,
    `create table records (
      file integer not null, position integer not null, json text not null,
      primary key (file, position)) without rowid`,
  ],
  [
    // What is shown, counted as it comes, for to count it again would read all items. last_item is the newest that changed it.
    `create table producers (
      session integer not null, producer text not null, items integer not null, last_seq integer not null,
      last_item integer not null, received_at integer not null, clients text not null, dropped text not null,
      queue text not null, queue_at integer not null, primary key (session, producer)) without rowid`,
    // pc and peer are '' where an item is of no connection, or of no peer. room is null where both are not enough for a
    // connection: what is told there is shown with others.
    `create table connections (
      id integer primary key, session integer not null, producer text not null, pc text not null,
      peer text not null, peer_name text, user_id text, user_at integer not null, room text,
      first_at integer not null, last_at integer not null, last_item integer not null,
      received_at integer not null, polls integer not null, events integer not null,
      state text, state_rank integer not null, score_sum real not null, scored integer not null,
      freezes real not null, last_rank integer not null, last text,
      troubles text not null)`,
    `create unique index connections_by_identity on connections (session, producer, pc, peer)`,
    `create index connections_by_room on connections (room, last_item) where room is not null`,
    // What is shown of an item, under its number. Those of a connection lie side by side: hours of it are read at once.
    `create table moments (
      connection integer not null, id integer not null, at integer not null,
      received_at integer not null, seq integer, told text not null,
      primary key (connection, id)) without rowid`,
    `create index moments_by_id on moments (id)`,
    // Else all numbers of a page that goes on would seem to be missing.
    `insert into producers
      select kept.session, kept.producer, kept.items, kept.last_seq, kept.last_item, batch.received_at, '', '{}', 'null', 0
      from (select session, producer, count(*) as items, max(seq) as last_seq, max(id) as last_item
        from items group by session, producer) as kept
      join (select session, coalesce(producer, '') as producer, max(received_at) as received_at
        from batches group by 1, 2) as batch
      on batch.session = kept.session and batch.producer = kept.producer`,
    `create index records_by_room on records (json ->> '$.room_id')`,
  ],
]
