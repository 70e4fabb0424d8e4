// Beside the items, what is shown of them: a moment for each, and what its connection and its sender come to.
import type { Client, InStatement } from '@libsql/client'
import { momentOf } from '../live/moment.ts'
import type { Moment } from '../live/views.ts'
import { fold, foldSender, newConnection, newProducer, pcOf, tally } from './fold.ts'
import type { Trace } from './fold.ts'
import { insert } from './statements.ts'
import {
  keyOf,
  readConnections,
  readProducers,
  saveConnections,
  saveProducers,
} from './trace-rows.ts'
import type { Connection, Producer } from './trace-rows.ts'

export interface TracePlan {
  readonly statements: readonly InStatement[]
  /** The number that was given to a connection last. */
  readonly connection: number
}

type Told = Pick<Moment, 'event' | 'tag' | 'isPartial' | 'poll' | 'data'>

/** Nothing else writes: what is read here is still true when the statements run. */
export async function planTraces(
  client: Client,
  traces: readonly Trace[],
  last: number,
  receivedAt: number,
): Promise<TracePlan> {
  const replaced = await readReplaced(client, traces)
  const connections = new Map<string, Connection>()
  const wanted = new Set(traces.filter(isShown).map(connectionKey))
  const ids = replaced.map(({ connection }) => connection)
  const byId = new Map<number, Connection>()
  for (const known of await readConnections(client, [...wanted], ids)) {
    connections.set(keyOf(known.session, known.producer, known.pc, known.peer), known)
    byId.set(known.id, known)
  }
  const producers = new Map<string, Producer>()
  for (const known of await readProducers(client, [...new Set(traces.map(senderKey))])) {
    producers.set(keyOf(known.session, known.producer), known)
  }
  const changed = new Set<Connection>()
  const moments: unknown[][] = []
  let connectionId = last

  for (const { connection: id, told } of replaced) {
    const connection = byId.get(id)
    if (connection) tally(connection, told.poll, -1)
    if (connection) changed.add(connection)
  }
  for (const trace of traces) {
    const producer = producers.get(senderKey(trace)) ?? newProducer(trace)
    producers.set(senderKey(trace), producer)
    foldSender(producer, trace, receivedAt)
    if (!isShown(trace)) continue
    const key = connectionKey(trace)
    const connection = connections.get(key) ?? newConnection((connectionId += 1), trace)
    connections.set(key, connection)
    changed.add(connection)
    const { id, arrived } = trace
    const { seq, item } = arrived
    const at = Date.parse(item.timestamp)
    const told = momentOf(item)
    moments.push([connection.id, id, at, receivedAt, seq, JSON.stringify(told)])
    fold(connection, trace, { id, seq, at, lateMs: receivedAt - at, ...told }, receivedAt)
  }
  return {
    connection: connectionId,
    statements: [
      ...insert('moments', moments),
      ...saveConnections([...changed]),
      ...saveProducers([...producers.values()]),
    ],
  }
}

/** A summary says again what its polls said. */
function isShown({ arrived }: Trace): boolean {
  return arrived.item.tag !== 'summary'
}

function senderKey({ session, arrival }: Trace): string {
  return keyOf(session, arrival.producer ?? '')
}

function connectionKey({ session, arrival, arrived }: Trace): string {
  const { item } = arrived
  return keyOf(session, arrival.producer ?? '', pcOf(item), item.peerId ?? '')
}

async function readReplaced(
  client: Client,
  traces: readonly Trace[],
): Promise<{ connection: number; told: Told }[]> {
  const ids = traces.flatMap(({ replaces }) => replaces ?? [])
  if (ids.length === 0) return []
  const { rows } = await client.execute({ sql: REPLACED, args: [JSON.stringify(ids)] })
  return rows.map(({ connection, told }) => ({
    connection: Number(connection),
    told: JSON.parse(String(told)) as Told,
  }))
}

const REPLACED = 'select connection, told from moments where id in (select value from json_each(?))'
