// Connections and senders as rows: how they are read before a change, and written after it.
import type { Client, InStatement, Row } from '@libsql/client'
import type { TroubleCounts } from '../live/trouble.ts'
import { newClients } from '../rooms/client.ts'
import type { Clients } from '../rooms/client.ts'
import type { ClientQueue } from '../../../src/wire.ts'
import { insert } from './statements.ts'

/** A connection as its items say. `''` stands for no connection, no peer, no producer. */
export interface Connection {
  readonly id: number
  readonly session: number
  readonly producer: string
  readonly pc: string
  readonly peer: string
  peerName: string | null
  userId: string | null
  /** When the batch was sealed that said so. */
  userAt: number
  /** Null where it is no connection: what a page tells of itself, or of a peer. */
  room: string | null
  firstAt: number
  lastAt: number
  /** The number of the item that changed it last. */
  lastItem: number
  receivedAt: number
  polls: number
  events: number
  state: string | null
  stateRank: number
  scoreSum: number
  scored: number
  freezes: number
  lastRank: number
  /** A moment, as JSON. */
  last: string | null
  troubles: TroubleCounts
}

export interface Producer {
  readonly session: number
  readonly producer: string
  items: number
  lastSeq: number
  lastItem: number
  receivedAt: number
  clients: Clients
  dropped: Record<string, number>
  /** Null where no batch said; `queueAt` is when the one that did was sealed. */
  queue: ClientQueue | null
  queueAt: number
}

/** Session, producer, pc and peer, or the first two of them. */
export type Identity = readonly [number, ...string[]]

export const keyOf = (...identity: Identity): string => JSON.stringify(identity)

/** Those of these identities, and those of these ids. */
export async function readConnections(
  client: Client,
  identities: readonly string[],
  ids: readonly number[],
): Promise<Connection[]> {
  if (identities.length + ids.length === 0) return []
  const args = [`[${identities.join()}]`, JSON.stringify(ids)]
  const { rows } = await client.execute({ sql: CONNECTIONS, args })
  return rows.map(connectionOf)
}

export async function readProducers(
  client: Client,
  identities: readonly string[],
): Promise<Producer[]> {
  if (identities.length === 0) return []
  const { rows } = await client.execute({ sql: PRODUCERS, args: [`[${identities.join()}]`] })
  return rows.map((row) => ({
    session: Number(row['session']),
    producer: String(row['producer']),
    items: Number(row['items']),
    lastSeq: Number(row['last_seq']),
    lastItem: Number(row['last_item']),
    receivedAt: Number(row['received_at']),
    clients: clientsOf(row),
    dropped: JSON.parse(String(row['dropped'])) as Record<string, number>,
    queue: queueOf(row),
    queueAt: Number(row['queue_at']),
  }))
}

/** Of the time before there was this table none are known. */
export function clientsOf(row: Row): Clients {
  const text = String(row['clients'])
  return text === '' ? newClients() : (JSON.parse(text) as Clients)
}

export function queueOf(row: Row): ClientQueue | null {
  return JSON.parse(String(row['queue'])) as ClientQueue | null
}

export function saveConnections(connections: readonly Connection[]): InStatement[] {
  const rows = connections.map((one) => [
    ...[one.id, one.session, one.producer, one.pc, one.peer, one.peerName, one.userId, one.userAt],
    ...[one.room, one.firstAt, one.lastAt, one.lastItem, one.receivedAt, one.polls, one.events],
    ...[one.state, one.stateRank, one.scoreSum, one.scored, one.freezes, one.lastRank, one.last],
    JSON.stringify(one.troubles),
  ])
  return insert('connections', rows, SAVE_CONNECTION)
}

export function saveProducers(producers: readonly Producer[]): InStatement[] {
  const rows = producers.map((one) => [
    ...[one.session, one.producer, one.items, one.lastSeq, one.lastItem, one.receivedAt],
    ...[one.clients, one.dropped, one.queue].map((value) => JSON.stringify(value)),
    one.queueAt,
  ])
  return insert('producers', rows, SAVE_PRODUCER)
}

function connectionOf(row: Row): Connection {
  const text = (name: string): string | null => row[name] as string | null
  const number = (name: string): number => Number(row[name])
  return {
    ...{ id: number('id'), session: number('session'), producer: String(row['producer']) },
    ...{ pc: String(row['pc']), peer: String(row['peer']), peerName: text('peer_name') },
    ...{ userId: text('user_id'), userAt: number('user_at'), room: text('room') },
    ...{ firstAt: number('first_at'), lastAt: number('last_at'), lastItem: number('last_item') },
    ...{ receivedAt: number('received_at'), polls: number('polls'), events: number('events') },
    ...{ state: text('state'), stateRank: number('state_rank'), scoreSum: number('score_sum') },
    ...{ scored: number('scored'), freezes: number('freezes') },
    ...{ lastRank: number('last_rank'), last: text('last') },
    troubles: JSON.parse(String(row['troubles'])) as TroubleCounts,
  }
}

const CONNECTIONS = `select * from connections where id in (
  select connections.id from json_each(?) as wanted cross join connections on session = wanted.value ->> 0
    and producer = wanted.value ->> 1 and pc = wanted.value ->> 2 and peer = wanted.value ->> 3
  union select value from json_each(?))`

const PRODUCERS = `select producers.* from json_each(?) as wanted
  cross join producers on session = wanted.value ->> 0 and producer = wanted.value ->> 1`

/** All but what they are known by: an index on what does not change is left alone. */
function update(columns: readonly string[]): string {
  return `on conflict do update set ${columns.map((name) => `${name} = excluded.${name}`).join()}`
}

const SAVE_CONNECTION = update([
  ...['peer_name', 'user_id', 'user_at', 'room', 'first_at', 'last_at', 'last_item'],
  ...['received_at', 'polls', 'events', 'state', 'state_rank', 'score_sum', 'scored'],
  ...['freezes', 'last_rank', 'last', 'troubles'],
])

const SAVE_PRODUCER = update([
  ...['items', 'last_seq', 'last_item', 'received_at', 'clients', 'dropped'],
  ...['queue', 'queue_at'],
])
