// What is kept, session by session, for whoever looks.
import type { Client } from '@libsql/client'
import { readByTime } from './by-time.ts'
import { readInOrder } from './items.ts'
import { readRecords } from './session-records.ts'
import type { SessionRecord, SessionSummary, Totals } from './store.ts'

/** The newest first. */
export async function readSessions(client: Client, limit: number): Promise<SessionSummary[]> {
  const { rows } = await client.execute({ sql: SESSIONS, args: [limit] })
  return rows.map((row) => ({
    sessionId: String(row['session_id']),
    sessionName: String(row['name']),
    batches: Number(row['batches']),
    items: Number(row['items']),
    peers: Number(row['peers']),
    firstSeen: new Date(Number(row['first_seen'])).toISOString(),
    lastSeen: new Date(Number(row['last_seen'])).toISOString(),
  }))
}

/** Undefined where there is none of this name. */
export async function readSession(
  client: Client,
  sessionId: string,
): Promise<SessionRecord | undefined> {
  const { rows } = await client.execute({
    sql: 'select id, name, batches from sessions where session_id = ?',
    args: [sessionId],
  })
  const [row] = rows
  if (!row) return undefined
  const id = Number(row['id'])
  const peers = await client.execute({
    sql: 'select peer_id, name, stats, events from peers where session = ? order by peer_id',
    args: [id],
  })
  return {
    sessionId,
    sessionName: String(row['name']),
    batches: Number(row['batches']),
    peers: peers.rows.map((peer) => ({
      peerId: String(peer['peer_id']),
      peerName: peer['name'] as string | null,
      stats: Number(peer['stats']),
      events: Number(peer['events']),
    })),
    items: () => readItems(client, id),
    texts: () => readInOrder(client, id),
    textsByTime: () => readByTime(client, id),
    records: () => readRecords(client, id),
  }
}

/** In numbers. */
export async function readTotals(client: Client): Promise<Omit<Totals, 'evicted'>> {
  const { rows } = await client.execute(TOTALS)
  const number = (name: string): number => Number(rows[0]?.[name] ?? 0)
  return { sessions: number('sessions'), items: number('items'), bytes: number('bytes') }
}

async function* readItems(client: Client, session: number): AsyncGenerator<string[], void> {
  for await (const page of readInOrder(client, session)) {
    yield page.map(({ json, producer }) => withProducer(json, producer))
  }
}

/** The text of an item is that of an object which has members: to parse it would take ten times as long. */
function withProducer(json: string, producer: string | null): string {
  return `${json.slice(0, -1)},"producer":${JSON.stringify(producer)}}`
}

const SESSIONS = `select session_id, name, batches, items, first_seen, last_seen,
  (select count(*) from peers where peers.session = sessions.id) as peers
  from sessions order by last_seen desc, id desc limit ?`

/** How much of the file is in use: pages that were freed are filled again. */
export const USED_BYTES = `select (page_count - freelist_count) * page_size as bytes
  from pragma_page_count(), pragma_freelist_count(), pragma_page_size()`

const TOTALS = `select (select count(*) from sessions) as sessions,
  (select coalesce(sum(items), 0) from sessions) as items, (${USED_BYTES}) as bytes`
