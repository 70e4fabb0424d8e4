// Beside the items, what is shown of them: a moment for each, and what its connection and its sender come to.
import type { Client, InStatement } from '@libsql/client'
import { momentOf } from '../live/moment.ts'
import type { Moment, Poll } from '../live/views.ts'
import { fold, foldFacts, foldSender, newConnection, newProducer, pcOf, tally } from './fold.ts'
import type { Trace } from './fold.ts'
import { touch } from './folded.ts'
import type { Folded } from './folded.ts'
import { insert } from './statements.ts'
import type { Arrival } from './store.ts'
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

/** Nothing else writes: what is read here, or held in `folded`, is still true when the statements run. It is folded in place. */
export async function planTraces(
  client: Client,
  traces: readonly Trace[],
  last: number,
  receivedAt: number,
  folded: Folded,
): Promise<TracePlan> {
  const keyed = traces.map((trace) => ({ trace, ...keysOf(trace) }))
  const replaced = await readReplaced(client, traces)
  const byId = await readWanted(client, folded, keyed, replaced)
  const { connections, producers } = folded
  const changed = new Set<Connection>()
  const senders = new Set<Producer>()
  const moments: unknown[][] = []
  let connectionId = last
  let [told, sent]: [Arrival?, Producer?] = []

  for (const { connection: id, poll } of replaced) {
    const connection = byId.get(id)
    if (connection) tally(connection, poll, -1)
    if (connection) changed.add(connection)
  }
  for (const { trace, sender, connection: key } of keyed) {
    const { id, arrival, arrived } = trace
    const producer = producers.get(sender) ?? newProducer(trace)
    touch(producers, sender, producer)
    // All items of a body came with the same facts.
    if (arrival !== told || producer !== sent) foldFacts(producer, arrival)
    told = arrival
    sent = producer
    senders.add(producer)
    foldSender(producer, trace, receivedAt)
    if (key === null) continue
    const connection = connections.get(key) ?? newConnection((connectionId += 1), trace)
    touch(connections, key, connection)
    changed.add(connection)
    const { seq, item } = arrived
    const at = Date.parse(item.timestamp)
    const moment = momentOf(item)
    const json = JSON.stringify(moment)
    moments.push([connection.id, id, at, receivedAt, seq, json])
    fold(connection, trace, { at, json, ...moment }, receivedAt)
  }
  return {
    connection: connectionId,
    statements: [
      ...insert('moments', moments),
      ...saveConnections([...changed]),
      ...saveProducers([...senders]),
    ],
  }
}

interface Keys {
  readonly sender: string
  /** Null where the item is not shown: a summary says again what its polls said. */
  readonly connection: string | null
}

function keysOf({ session, arrival, arrived }: Trace): Keys {
  const { item } = arrived
  const producer = arrival.producer ?? ''
  return {
    sender: keyOf(session, producer),
    connection:
      item.tag === 'summary' ? null : keyOf(session, producer, pcOf(item), item.peerId ?? ''),
  }
}

/** Holds those that these traces change. Answers those whose items are replaced, by their numbers. */
async function readWanted(
  client: Client,
  { connections, producers }: Folded,
  keyed: readonly Keys[],
  replaced: readonly Replaced[],
): Promise<Map<number, Connection>> {
  const wanted = unknown(connections, keyed, 'connection')
  const ids = replaced.map(({ connection }) => connection)
  const byId = new Map<number, Connection>()
  for (const row of await readConnections(client, wanted, ids)) {
    connections.set(keyOf(row.session, row.producer, row.pc, row.peer), row)
    byId.set(row.id, row)
  }
  for (const row of await readProducers(client, unknown(producers, keyed, 'sender'))) {
    producers.set(keyOf(row.session, row.producer), row)
  }
  return byId
}

/** Those that are not held, each once. */
function unknown(
  held: ReadonlyMap<string, unknown>,
  keyed: readonly Keys[],
  name: keyof Keys,
): string[] {
  const keys = new Set(keyed.map((one) => one[name]))
  return [...keys].filter((key) => key !== null && !held.has(key)) as string[]
}

/** What a partial item was counted as. */
interface Replaced {
  readonly connection: number
  readonly poll: Poll | null
}

async function readReplaced(client: Client, traces: readonly Trace[]): Promise<Replaced[]> {
  const ids = traces.flatMap(({ replaces }) => replaces ?? [])
  if (ids.length === 0) return []
  const { rows } = await client.execute({ sql: REPLACED, args: [JSON.stringify(ids)] })
  return rows.map(({ connection, told }) => ({
    connection: Number(connection),
    poll: (JSON.parse(String(told)) as Pick<Moment, 'poll'>).poll,
  }))
}

const REPLACED = 'select connection, told from moments where id in (select value from json_each(?))'
