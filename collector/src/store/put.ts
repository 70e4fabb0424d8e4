// Works out what becomes of arrivals: which items are new, and the statements that keep them.
import type { Client, InStatement } from '@libsql/client'
import type { KeptItem } from '../facts.ts'
import type { Trace } from './fold.ts'
import type { Folded } from './folded.ts'
import { insert } from './statements.ts'
import type { Arrival, ArrivedItem, Kept, Put, Replaced } from './store.ts'
import { planTraces } from './traces.ts'

/** The numbers that were given last. */
export interface Numbers {
  readonly item: number
  readonly batch: number
  readonly session: number
  readonly connection: number
}

export interface Plan extends Put {
  readonly statements: readonly InStatement[]
  readonly numbers: Numbers
}

interface Session {
  readonly id: number
  readonly arrival: Arrival
  batches: number
  items: number
  readonly peers: Map<string, { name: string | null; stats: number; events: number }>
}

/** What is kept under an identity: by this transaction, or before it. */
interface Holder {
  readonly id: number
  readonly session: number
  readonly isPartial: boolean
  /** Of a partial one that was there before: whether it had `quality`. */
  readonly hadQuality: boolean
}

/** Nothing else writes: what is read here is still true when the statements run. */
export async function planPut(
  client: Client,
  arrivals: readonly Arrival[],
  last: Numbers,
  receivedAt: number,
  folded: Folded,
): Promise<Plan> {
  const holders = await readHolders(client, arrivals)
  const sessions = await readSessions(client, arrivals, last.session)
  const numbers = { ...last, session: last.session + sessions.added }
  const batches: unknown[][] = []
  const rows = new Map<number, unknown[]>()
  const items = new Map<number, KeptItem>()
  const traces = new Map<number, Trace>()
  const replaced: number[] = []
  const replacing = new Map<KeptItem, Replaced>()
  const kept: Kept[] = []

  for (const arrival of arrivals) {
    const { producer, wholeBatchId, exportedAt, facts, sessionId } = arrival
    const session = sessions.bySessionId.get(sessionId) as Session
    numbers.batch += 1
    session.batches += 1
    let accepted = 0
    for (const arrived of arrival.items) {
      const isPartial = isPartialItem(arrived)
      const holder = holders.get(arrived.key)
      if (holder && (!holder.isPartial || isPartial)) continue
      accepted += 1
      const id = ++numbers.item
      if (!holder) count(session, arrived)
      else if (!rows.delete(holder.id)) replaced.push(holder.id)
      const isNew = !holder || items.delete(holder.id)
      traces.delete(holder?.id ?? 0)
      // What came first under one session's name stays there.
      const owner = holder?.session ?? session.id
      holders.set(arrived.key, { id, session: owner, isPartial, hadQuality: false })
      const { key, seq, json, item } = arrived
      rows.set(id, [
        id,
        key,
        numbers.batch,
        owner,
        producer ?? '',
        seq ?? 0,
        isPartial ? 1 : 0,
        json,
      ])
      const keptItem = { receivedAt, sessionId, producer, exportedAt, facts, item }
      items.set(id, keptItem)
      if (!isNew) replacing.set(keptItem, holder)
      traces.set(id, { id, session: owner, arrival, arrived, replaces: isNew ? null : holder.id })
    }
    const { batch } = numbers
    const text = JSON.stringify(facts)
    batches.push([
      batch,
      session.id,
      producer,
      wholeBatchId,
      exportedAt,
      receivedAt,
      numbers.item,
      text,
    ])
    const duplicates = arrival.items.length - accepted
    kept.push({ batch: session.batches, accepted, duplicates })
  }

  const traced = await planTraces(client, [...traces.values()], last.connection, receivedAt, folded)
  numbers.connection = traced.connection
  const gone = JSON.stringify(replaced)
  const statements = [
    ...insert('batches', batches),
    ...(replaced.length > 0 ? DELETE_REPLACED.map((sql) => ({ sql, args: [gone] })) : []),
    ...insert('items', [...rows.values()]),
    ...traced.statements,
    ...saveSessions([...sessions.bySessionId.values()], receivedAt),
  ]
  return { statements, numbers, kept, items: [...items.values()], replacing, last: numbers.item }
}

function isPartialItem({ item }: ArrivedItem): boolean {
  return 'partial' in item && item.partial === true
}

function count(session: Session, { item, peerName }: ArrivedItem): void {
  session.items += 1
  const { peers } = session
  const { peerId, tag } = item
  if (peerId === null) return
  const peer = peers.get(peerId) ?? { name: null, stats: 0, events: 0 }
  peer[tag === 'stats' ? 'stats' : 'events'] += 1
  peers.set(peerId, { ...peer, name: peerName })
}

async function readHolders(
  client: Client,
  arrivals: readonly Arrival[],
): Promise<Map<string, Holder>> {
  const keys = arrivals.flatMap(({ items }) => items.map(({ key }) => key))
  const { rows } = await client.execute({ sql: HOLDERS, args: [JSON.stringify(keys)] })
  return new Map(
    rows.map(({ key, id, session, partial, had_quality }) => [
      String(key),
      {
        id: Number(id),
        session: Number(session),
        isPartial: partial === 1,
        hadQuality: had_quality === 1,
      },
    ]),
  )
}

async function readSessions(client: Client, arrivals: readonly Arrival[], last: number) {
  const byId = new Map(arrivals.map((arrival) => [arrival.sessionId, arrival]))
  const { rows } = await client.execute({
    sql: 'select id, session_id, batches from sessions where session_id in (select value from json_each(?))',
    args: [JSON.stringify([...byId.keys()])],
  })
  const known = new Map(rows.map((row) => [String(row['session_id']), row]))
  let added = 0
  const sessions = [...byId].map(([sessionId, arrival]): [string, Session] => {
    const row = known.get(sessionId)
    const id = row ? Number(row['id']) : last + ++added
    const batches = Number(row?.['batches'] ?? 0)
    return [sessionId, { id, arrival, batches, items: 0, peers: new Map() }]
  })
  return { bySessionId: new Map(sessions), added }
}

/** Few statements: to prepare one for each session would cost more than to run it. */
function saveSessions(sessions: readonly Session[], at: number): InStatement[] {
  const rows = sessions.map(({ id, arrival, batches, items }) => {
    const { sessionId, sessionName } = arrival
    return [id, sessionId, sessionName, at, at, batches, items]
  })
  const peers = sessions.flatMap(({ id, peers: own }) =>
    [...own].map(([peerId, { name, stats, events }]) => [id, peerId, name, stats, events]),
  )
  return [...insert('sessions', rows, SAVE_SESSION), ...insert('peers', peers, SAVE_PEER)]
}

/** Of the few that are partial their text is read, where it is not nested deeper than SQLite goes. */
const HOLDERS = `select key, id, session, partial,
  case when partial = 1 and json_valid(json) then json_type(json, '$.data.quality') = 'object' end as had_quality
  from items where key in (select value from json_each(?))`

const DELETE_REPLACED = ['items', 'moments'].map(
  (table) => `delete from ${table} where id in (select value from json_each(?))`,
)

const SAVE_SESSION = `on conflict (id) do update set
  name = excluded.name, last_seen = excluded.last_seen, batches = excluded.batches,
  items = items + excluded.items`

const SAVE_PEER = `on conflict do update set
  name = excluded.name, stats = stats + excluded.stats, events = events + excluded.events`
