// Beside the items, what is shown of them: a moment for each, and what its connection and its sender come to.
import type { Client, InStatement } from '@libsql/client'
import type { Facts } from '../facts.ts'
import { momentOf } from '../live/moment.ts'
import { MEASURES, WAYS } from '../live/views.ts'
import type { Moment } from '../live/views.ts'
import { stateIn } from '../live/state.ts'
import type { Arrival, ArrivedItem } from './store.ts'
import { insert } from './statements.ts'

/** One item that was kept. */
export interface Trace {
  /** Of the item. */
  readonly id: number
  readonly session: number
  readonly arrival: Arrival
  readonly arrived: ArrivedItem
  /** A partial one was kept before: it is counted already. */
  readonly isAgain: boolean
}

export interface TracePlan {
  readonly statements: readonly InStatement[]
  /** The number that was given to a connection last. */
  readonly connection: number
}

interface Connection {
  readonly id: number
  readonly session: number
  readonly producer: string
  readonly pc: string
  readonly peer: string
  peerName: string | null
  userId: string | null
  room: string
  firstAt: number
  lastAt: number
  polls: number
  events: number
  state: string | null
  stateAt: number
  scoreSum: number
  scored: number
  freezes: number
  lastPollAt: number
  lastPoll: string | null
}

interface Producer {
  readonly session: number
  readonly producer: string
  items: number
  lastSeq: number
  exportedAt: number
  facts: Facts
  dropped: Record<string, number>
}

/** Nothing else writes: what is read here is still true when the statements run. */
export async function planTraces(
  client: Client,
  traces: readonly Trace[],
  last: number,
  receivedAt: number,
): Promise<TracePlan> {
  const senders = new Map(traces.map((trace) => [senderOf(trace), trace]))
  const pairs = JSON.stringify([...senders.keys()].map((key) => JSON.parse(key) as unknown))
  const connections = await readConnections(client, pairs)
  const producers = await readProducers(client, pairs)
  const changed = new Set<Connection>()
  const moments: unknown[][] = []
  let connectionId = last
  const seen = new Set<Arrival>()

  for (const trace of traces) {
    const { id, session, arrival, arrived } = trace
    const producer = producers.get(senderOf(trace)) ?? newProducer(trace)
    producers.set(senderOf(trace), producer)
    count(producer, trace)
    if (!seen.has(arrival)) {
      seen.add(arrival)
      name(producer, arrival)
    }
    const { item } = arrived
    if (item.tag === 'summary') continue
    const key = connectionKey(session, arrival, item)
    let connection = connections.get(key)
    if (!connection) {
      connectionId += 1
      connection = newConnection(connectionId, trace)
      connections.set(key, connection)
    }
    changed.add(connection)
    const at = Date.parse(item.timestamp)
    const moment = momentOf(item)
    moments.push([id, connection.id, at, receivedAt, arrived.seq, JSON.stringify(moment)])
    note(connection, trace, { ...moment, id, seq: arrived.seq, at, lateMs: receivedAt - at })
  }

  const touched = [...senders.keys()].flatMap((key) => producers.get(key) ?? [])
  return {
    connection: connectionId,
    statements: [
      ...insert('moments', moments),
      ...insert(
        'connections',
        [...changed].map((connection) => rowOf(connection, receivedAt)),
        'or replace',
      ),
      ...insert(
        'producers',
        touched.map((producer) => producerRow(producer, receivedAt)),
        'or replace',
      ),
    ],
  }
}

function note(connection: Connection, { arrival, arrived, isAgain }: Trace, moment: Moment): void {
  const { facts } = arrival
  const { at, poll } = moment
  connection.firstAt = Math.min(connection.firstAt, at)
  connection.lastAt = Math.max(connection.lastAt, at)
  connection.peerName = arrived.peerName ?? connection.peerName
  connection.userId = facts.userId ?? connection.userId
  // A connection that was in a room before its page named one goes there with it.
  if (connection.room === arrival.sessionId) connection.room = facts.roomId
  const state = stateIn(moment)
  if (state !== null && at >= connection.stateAt) {
    connection.state = state
    connection.stateAt = at
  }
  if (isAgain) return
  if (!poll) {
    connection.events += 1
    return
  }
  connection.polls += 1
  connection.freezes += poll.ways[INBOUND_VIDEO]?.[FREEZES] ?? 0
  if (poll.score !== null) {
    connection.scoreSum += poll.score
    connection.scored += 1
  }
  if (at < connection.lastPollAt) return
  connection.lastPollAt = at
  connection.lastPoll = JSON.stringify(moment)
}

const INBOUND_VIDEO = WAYS.indexOf('video.inbound')
const FREEZES = MEASURES.indexOf('freezeCount')

function count(producer: Producer, { arrived, isAgain }: Trace): void {
  if (!isAgain) producer.items += 1
  producer.lastSeq = Math.max(producer.lastSeq, arrived.seq ?? -1)
}

/** Once for each batch that brought something: one that comes again tells nothing new. */
function name(producer: Producer, { exportedAt, facts }: Arrival): void {
  if (exportedAt < producer.exportedAt) return
  producer.exportedAt = exportedAt
  producer.facts = facts
}

function newProducer({ session, arrival }: Trace): Producer {
  const { producer, exportedAt, facts } = arrival
  const counts = { items: 0, lastSeq: -1, dropped: {} }
  return { session, producer: producer ?? '', exportedAt, facts, ...counts }
}

function newConnection(id: number, { session, arrival, arrived }: Trace): Connection {
  const { producer, facts } = arrival
  const { item } = arrived
  return {
    ...{ id, session, producer: producer ?? '', pc: pcOf(item), peer: item.peerId ?? '' },
    ...{ peerName: null, userId: facts.userId, room: facts.roomId },
    ...{ firstAt: Infinity, lastAt: -Infinity, polls: 0, events: 0, state: null, stateAt: 0 },
    ...{ scoreSum: 0, scored: 0, freezes: 0, lastPollAt: 0, lastPoll: null },
  }
}

function pcOf(item: ArrivedItem['item']): string {
  return ('pcId' in item && item.pcId) || ''
}

function senderOf({ session, arrival }: Trace): string {
  return JSON.stringify([session, arrival.producer ?? ''])
}

function connectionKey(session: number, { producer }: Arrival, item: ArrivedItem['item']): string {
  return JSON.stringify([session, producer ?? '', pcOf(item), item.peerId ?? ''])
}

function rowOf(connection: Connection, receivedAt: number): unknown[] {
  const { id, session, producer, pc, peer, peerName, userId, room, firstAt, lastAt } = connection
  const { polls, events, state, stateAt, scoreSum, scored, freezes } = connection
  const counts = [polls, events, state, stateAt, scoreSum, scored, freezes]
  const identity = [id, session, producer, pc, peer, peerName, userId, room]
  const last = [connection.lastPollAt, connection.lastPoll]
  return [...identity, firstAt, lastAt, receivedAt, ...counts, ...last]
}

function producerRow(of: Producer, receivedAt: number): unknown[] {
  const { session, producer, items, lastSeq, exportedAt, facts, dropped } = of
  const texts = [JSON.stringify(facts), JSON.stringify(dropped)]
  return [session, producer, items, lastSeq, exportedAt, receivedAt, ...texts]
}

async function readConnections(client: Client, pairs: string): Promise<Map<string, Connection>> {
  const { rows } = await client.execute({ sql: CONNECTIONS, args: [pairs] })
  return new Map(
    rows.map((row) => {
      const [session, producer, pc, peer] = [
        Number(row['session']),
        ...['producer', 'pc', 'peer'].map((column) => String(row[column])),
      ] as [number, string, string, string]
      const connection: Connection = {
        ...{ id: Number(row['id']), session, producer, pc, peer },
        peerName: row['peer_name'] as string | null,
        userId: row['user_id'] as string | null,
        room: String(row['room']),
        ...{ firstAt: Number(row['first_at']), lastAt: Number(row['last_at']) },
        ...{ polls: Number(row['polls']), events: Number(row['events']) },
        ...{ state: row['state'] as string | null, stateAt: Number(row['state_at']) },
        ...{ scoreSum: Number(row['score_sum']), scored: Number(row['scored']) },
        freezes: Number(row['freezes']),
        lastPollAt: Number(row['last_poll_at']),
        lastPoll: row['last_poll'] as string | null,
      }
      return [JSON.stringify([session, producer, pc, peer]), connection]
    }),
  )
}

async function readProducers(client: Client, pairs: string): Promise<Map<string, Producer>> {
  const { rows } = await client.execute({ sql: PRODUCERS, args: [pairs] })
  return new Map(
    rows.map((row) => {
      const [session, producer] = [Number(row['session']), String(row['producer'])]
      const of: Producer = {
        ...{ session, producer, items: Number(row['items']), lastSeq: Number(row['last_seq']) },
        exportedAt: Number(row['exported_at']),
        facts: JSON.parse(String(row['facts'])),
        dropped: JSON.parse(String(row['dropped'])),
      }
      return [JSON.stringify([session, producer]), of]
    }),
  )
}

const SENDERS = `json_each(?) as sender
  on session = sender.value ->> 0 and producer = sender.value ->> 1`

const CONNECTIONS = `select connections.* from connections join ${SENDERS}`

const PRODUCERS = `select producers.* from producers join ${SENDERS}`
