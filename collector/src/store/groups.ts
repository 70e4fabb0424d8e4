// Rooms and sessions, as what their connections come to.
import type { Client, Row } from '@libsql/client'
import type { GroupKey, GroupNews, GroupSums } from './store.ts'

/** Of a text that is looked for. */
const MAX_SEARCH = 200

export async function groups(
  client: Client,
  kind: GroupKey['kind'],
  search: string,
  limit: number,
): Promise<GroupNews[]> {
  const text = search.slice(0, MAX_SEARCH).replaceAll(/[%_\\]/g, (sign) => `\\${sign}`)
  const like = Array<string>(SEARCHED.length).fill(`%${text}%`)
  const { rows } = await client.execute({
    sql: search === '' ? NEWEST[kind] : FOUND[kind],
    args: [...(search === '' ? [] : like), limit],
  })
  return rows.map(({ id, version }) => ({ id: String(id), version: String(version) }))
}

export async function sums(
  client: Client,
  { kind, id }: GroupKey,
  idleTimeoutMs: number,
): Promise<GroupSums> {
  const args = kind === 'room' ? [id, idleTimeoutMs] : [id]
  const { rows } = await client.execute({ sql: SUMS[kind], args })
  const row = rows[0] as Row // an aggregate has one, of nothing too
  const number = (name: string): number => Number(row[name] ?? 0)
  const known = (name: string): number | null => row[name] as number | null
  return {
    ...{ firstAt: number('first_at'), lastAt: number('last_at'), liveAt: known('live_at') },
    ...{ calls: number('calls'), participants: number('participants'), peers: number('peers') },
    ...{ score: known('score'), worstScore: known('worst_score'), freezes: number('freezes') },
    worst: row['worst'] as string | null,
    ...{ sessionName: row['session_name'] as string | null, items: number('items') },
    roomIds: JSON.parse(String(row['room_ids'] ?? '[]')) as string[],
  }
}

const SEARCHED = ['room', 'session_id', 'sessions.name', 'peer', 'peer_name', 'user_id']

const HAS_TEXT = `from connections join sessions on sessions.id = connections.session
  where room is not null and (${SEARCHED.map((name) => `${name} like ? escape '\\'`).join(' or ')})`

/** The index has all of it. */
const rooms = (which: string): string =>
  `select room as id, max(last_item) as newest, max(last_item) || ' ' || count(*) as version
  from connections where ${which} group by room order by newest desc limit ?`

const sessions = (which: string): string =>
  `select session_id as id, sessions.batches || ' ' || sessions.items as version from sessions
  where ${which} exists (select 1 from connections where connections.session = sessions.id and room is not null)
  order by last_seen desc, id desc limit ?`

const NEWEST = { room: rooms('room is not null'), session: sessions('') }

const FOUND = {
  room: rooms(`room in (select room ${HAS_TEXT})`),
  session: sessions(`sessions.id in (select sessions.id ${HAS_TEXT}) and`),
}

/** `own` are its connections that count. A participant's score is that of all its polls. */
const sumsOf = (own: string): string =>
  `${own},
  each_one as (select sum(score_sum) / nullif(sum(scored), 0) as score, coalesce(max(peer_name), user_id, peer) as name
    from own group by coalesce(user_id, peer))
  select min(first_at) as first_at, max(last_at) as last_at, sum(freezes) as freezes, count(distinct peer) as peers,
  max(case when coalesce(state, '') not in ('closed', 'removed') then received_at end) as live_at,
  (select count(*) from each_one) as participants, (select avg(score) from each_one) as score,
  (select min(score) from each_one) as worst_score,
  (select name from each_one where score is not null order by score limit 1) as worst,
  (select count(*) from begins) as calls, json_group_array(distinct room) as room_ids,
  sessions.name as session_name, sessions.items
  from own left join sessions on sessions.session_id = ?1`

const SUMS = {
  // Of its newest call: it begins where nobody had been in it for long.
  room: sumsOf(`with every as (select * from connections where room = ?1),
  ends as (select first_at, max(last_at) over
    (order by first_at, id rows between unbounded preceding and 1 preceding) as before from every),
  begins as (select first_at from ends where before is null or first_at - before > ?2),
  own as (select * from every where last_at >= (select max(first_at) from begins))`),
  session: sumsOf(`with own as (select * from connections
    where session = (select id from sessions where session_id = ?1) and room is not null),
  begins as (select 1)`),
}
