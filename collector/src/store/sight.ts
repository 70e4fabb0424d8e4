// What is shown of what is kept: connections, their moments, and the newest of all.
import type { Client, Row } from '@libsql/client'
import type { Facts } from '../facts.ts'
import type { Moment } from '../live/views.ts'
import type { KeptConnection, Sight, SightOf } from './store.ts'

/** The newest ones: of a year of calls nobody reads all. */
const MAX_CONNECTIONS = 5000

export function createSight(client: Client): Sight {
  async function connections(sql: string, args: (string | number)[]): Promise<KeptConnection[]> {
    const { rows } = await client.execute({ sql, args })
    return rows.map(connectionOf)
  }
  return {
    connections(of: SightOf) {
      switch (of.kind) {
        case 'room':
          return connections(`${CONNECTIONS} where room = ? and ${IS_CONNECTION}`, [of.id])
        case 'session':
          return connections(`${CONNECTIONS} where session_id = ? and ${IS_CONNECTION}`, [of.id])
        case 'newest': {
          const like = `%${of.search.replaceAll(/[%_\\]/g, (sign) => `\\${sign}`)}%`
          return connections(NEWEST, [
            ...Array<string>(SEARCHED.length).fill(like),
            MAX_CONNECTIONS,
          ])
        }
        default:
          return of satisfies never
      }
    },
    async connection(id) {
      return (await connections(`${CONNECTIONS} where connections.id = ?`, [id]))[0]
    },
    async beside(id) {
      const { rows } = await client.execute({ sql: BESIDE, args: [id] })
      return rows.map((row) => Number(row['id']))
    },
    async moments(ids, after, until, limit) {
      const { rows } = await client.execute({
        sql: MOMENTS,
        args: [JSON.stringify(ids), after, until, limit],
      })
      return rows.map(momentOf)
    },
    async last() {
      const { rows } = await client.execute('select max(id) as id from moments')
      return Number(rows[0]?.['id'] ?? 0)
    },
    async records(roomId) {
      const { rows } = await client.execute({ sql: RECORDS, args: [roomId] })
      return rows.map((row) => String(row['json']))
    },
  }
}

function connectionOf(row: Row): KeptConnection {
  const text = (name: string): string | null => row[name] as string | null
  const number = (name: string): number => Number(row[name])
  const lastPoll = text('last_poll')
  return {
    id: number('id'),
    sessionId: String(row['session_id']),
    sessionName: String(row['session_name']),
    roomId: String(row['room']),
    producer: text('producer') || null,
    pcId: text('pc') || null,
    peerId: String(row['peer']),
    peerName: text('peer_name'),
    userId: text('user_id'),
    firstAt: number('first_at'),
    lastAt: number('last_at'),
    receivedAt: number('received_at'),
    polls: number('polls'),
    events: number('events'),
    state: text('state'),
    scoreSum: number('score_sum'),
    scored: number('scored'),
    freezes: number('freezes'),
    last: lastPoll === null ? null : (JSON.parse(lastPoll) as Moment),
    items: number('items'),
    lastSeq: number('last_seq'),
    sentAt: number('sent_at'),
    facts: JSON.parse(String(row['facts'])) as Facts,
    dropped: JSON.parse(String(row['dropped'])) as Record<string, number>,
  }
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

const CONNECTIONS = `select connections.*, sessions.session_id, sessions.name as session_name,
  producers.items, producers.last_seq, producers.received_at as sent_at, producers.facts, producers.dropped
  from connections join sessions on sessions.id = connections.session
  join producers on producers.session = connections.session and producers.producer = connections.producer`

/** Of ours each has a pc; of a plain body there is none, and each peer is one. */
const IS_CONNECTION = `peer <> '' and (pc <> '' or connections.producer = '')`

const SEARCHED = ['room', 'session_id', 'sessions.name', 'peer', 'peer_name', 'user_id']

const NEWEST = `${CONNECTIONS} where ${IS_CONNECTION}
  and (${SEARCHED.map((column) => `${column} like ? escape '\\'`).join(' or ')})
  order by connections.received_at desc, connections.id desc limit ?`

/**
 * Those whose moments are shown with a connection's: its own, and of its page, and of the worker of that page, what is
 * of no connection and of no other peer.
 */
const BESIDE = `select side.id from connections
  join connections as side on side.session = connections.session
  and (side.producer = connections.producer
    or substr(side.producer, 1, length(connections.producer) + 2) = connections.producer || '.w')
  where connections.id = ? and (side.id = connections.id
    or (side.pc = '' and side.peer in ('', connections.peer) and connections.producer <> ''))`

const MOMENTS = `select * from moments where connection in (select value from json_each(?))
  and id > ? and id <= ? order by id limit ?`

const RECORDS = `select json from records where json ->> '$.room_id' = ?`
