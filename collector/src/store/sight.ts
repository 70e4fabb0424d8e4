// What is shown of what is kept: connections, and their moments.
import type { Client, InValue, Row } from '@libsql/client'
import { troublesByName } from '../live/trouble.ts'
import type { Moment } from '../live/views.ts'
import { groups, sums } from './groups.ts'
import type { GroupKey, KeptConnection, Outline, Sight } from './store.ts'
import { clientsOf, queueOf } from './trace-rows.ts'

/** As many as a room rolls up; of more the newest are shown. */
const MAX_CONNECTIONS = 2000
/** Of one connection: its own, of its page and of the workers of that page. A worker that dies is started again. */
const MAX_BESIDE = 50

export function createSight(client: Client): Sight {
  async function read(sql: string, args: InValue[] = []): Promise<Row[]> {
    return (await client.execute({ sql, args })).rows
  }
  return {
    groups: (kind, search, limit) => groups(client, kind, search, limit),
    sums: (of, idleTimeoutMs) => sums(client, of, idleTimeoutMs),
    async outlines({ kind, id }: GroupKey) {
      return (await read(OUTLINES[kind], [id, MAX_CONNECTIONS])).map(outlineOf)
    },
    async connections(ids) {
      return (await read(CONNECTIONS, [JSON.stringify(ids)])).map(connectionOf)
    },
    async beside(id) {
      return (await read(BESIDE, [id, MAX_BESIDE])).map((row) => Number(row['id']))
    },
    async moments(ids, after, until, limit) {
      const found: Row[] = []
      for (const id of ids) found.push(...(await read(MOMENTS, [id, after, until, limit])))
      const first = ids.length === 1 ? found : found.toSorted(byId).slice(0, limit)
      return first.map(momentOf)
    },
    async last() {
      return Number((await read('select max(id) as id from moments'))[0]?.['id'] ?? 0)
    },
    async records(roomId) {
      return (await read(RECORDS, [roomId])).map((row) => String(row['json']))
    },
  }
}

function byId(one: Row, other: Row): number {
  return Number(one['id']) - Number(other['id'])
}

function outlineOf(row: Row): Outline {
  const number = (name: string): number => Number(row[name])
  return {
    ...{ id: number('id'), version: number('version') },
    ...{ sessionId: String(row['session_id']), sessionName: String(row['session_name']) },
    ...{ firstAt: number('first_at'), lastAt: number('last_at') },
    ...{ receivedAt: number('received_at'), state: row['state'] as string | null },
  }
}

function connectionOf(row: Row): KeptConnection {
  const text = (name: string): string | null => row[name] as string | null
  const number = (name: string): number => Number(row[name])
  const last = text('last')
  return {
    ...outlineOf(row),
    roomId: String(row['room']),
    producer: text('producer') || null,
    pcId: text('pc') || null,
    peerId: String(row['peer']),
    peerName: text('peer_name'),
    userId: text('user_id'),
    polls: number('polls'),
    events: number('events'),
    scoreSum: number('score_sum'),
    scored: number('scored'),
    freezes: number('freezes'),
    troubles: troublesByName(JSON.parse(String(row['troubles'])) as number[]),
    last: last === null ? null : (JSON.parse(last) as Moment),
    items: number('items'),
    lastSeq: number('last_seq'),
    sentAt: number('sent_at'),
    clients: clientsOf(row),
    dropped: addedUp(JSON.parse(String(row['all_dropped'])) as string[]),
    queue: queueOf(row),
  }
}

function addedUp(counts: readonly string[]): Record<string, number> {
  const total: Record<string, number> = {}
  for (const [reason, count] of counts.flatMap((json) =>
    Object.entries(JSON.parse(json) as object),
  )) {
    total[reason] = (total[reason] ?? 0) + Number(count)
  }
  return total
}

function momentOf(row: Row): Moment {
  const at = Number(row['at'])
  return {
    id: Number(row['id']),
    seq: row['seq'] as number | null,
    at,
    lateMs: Number(row['received_at']) - at,
    ...(JSON.parse(String(row['told'])) as Pick<
      Moment,
      'event' | 'tag' | 'isPartial' | 'poll' | 'data'
    >),
  }
}

/** What a page's workers say of themselves stands under names of their own: `<producer>.w1`. As ranges an index finds them. */
const isOfPage = (one: string): string =>
  `((side.session = ${one}.session and side.producer = ${one}.producer)
  or (side.session = ${one}.session and side.producer >= ${one}.producer || '.w' and side.producer < ${one}.producer || '.x'))`

const OUTLINE = `connections.id, max(connections.last_item, producers.last_item) as version,
  sessions.session_id, sessions.name as session_name, first_at, last_at, connections.received_at, state`

const WITH_SENDER = `join sessions on sessions.id = connections.session
  join producers on producers.session = connections.session and producers.producer = connections.producer`

const outlinesIn = (which: string): string =>
  `select ${OUTLINE} from connections ${WITH_SENDER}
  where ${which} and room is not null order by connections.last_item desc limit ?`

const OUTLINES = {
  room: outlinesIn('connections.room = ?'),
  session: outlinesIn(
    'connections.session = (select id from sessions where sessions.session_id = ?)',
  ),
}

const CONNECTIONS = `select ${OUTLINE}, connections.producer, pc, peer, peer_name, user_id, room,
  polls, events, score_sum, scored, freezes, last, troubles,
  producers.items, last_seq, producers.received_at as sent_at, clients, queue,
  (select json_group_array(side.dropped) from producers as side where ${isOfPage('producers')}) as all_dropped
  from connections ${WITH_SENDER} where connections.id in (select value from json_each(?))
  and room is not null`

/**
 * Those whose moments are shown with a connection's: its own, and of its page, and of the worker of that page, what is
 * of no connection and of no other peer.
 */
const BESIDE = `select side.id from connections
  join connections as side on ${isOfPage('connections')}
  where connections.id = ? and (side.id = connections.id
    or (side.pc = '' and side.peer in ('', connections.peer) and connections.producer <> ''))
  order by side.id <> connections.id, side.id desc limit ?`

const MOMENTS = `select * from moments where connection = ? and id > ? and id <= ? order by id limit ?`

const RECORDS = `select json from records where json ->> '$.room_id' = ?`
