// The store on a file of this machine: SQLite in WAL mode, nothing to install.
import { createClient } from '@libsql/client'
import type { Client } from '@libsql/client'
import type { KeptItem } from '../facts.ts'
import { bounded, newFolded } from './folded.ts'
import type { Folded } from './folded.ts'
import { MIGRATIONS } from './migrations.ts'
import { migrate } from './migrate.ts'
import { planPut } from './put.ts'
import type { Numbers } from './put.ts'
import { retainSome } from './retain.ts'
import * as files from './files.ts'
import * as sessions from './sessions.ts'
import { createSight } from './sight.ts'
import type {
  Arrival,
  Put,
  RetentionLimits,
  RoomsChange,
  RoomsSaved,
  SessionRecord,
  SessionSummary,
  Sight,
  Store,
  StreamFile,
  Totals,
} from './store.ts'

export interface LibsqlOptions {
  /** ms since the Unix epoch. @default Date.now */
  readonly now?: () => number
}

/** Opens a store, made where there is none. `:memory:` keeps nothing. One process writes to a file. */
export async function openStore(path: string, options: LibsqlOptions = {}): Promise<Store> {
  const client = createClient({ url: path === ':memory:' ? path : `file:${path}` })
  try {
    await client.execute('pragma journal_mode = wal')
    // Each commit is on the disk before it is answered: a power cut costs nothing that was acked.
    await client.execute('pragma synchronous = full')
    await migrate(client, MIGRATIONS)
    return new LibsqlStore(client, await readNumbers(client), options.now ?? Date.now)
  } catch (error) {
    client.close()
    throw error
  }
}

async function readNumbers(client: Client): Promise<Numbers & { receivedAt: number }> {
  const { rows } = await client.execute(NUMBERS)
  const number = (name: string): number => Number(rows[0]?.[name] ?? 0)
  return {
    item: Math.max(number('item'), number('cursor')),
    batch: number('batch'),
    session: number('session'),
    connection: number('connection'),
    receivedAt: number('received_at'),
  }
}

const NUMBERS = `select (select max(id) from items) as item, (select max(id) from batches) as batch,
  (select max(id) from sessions) as session, (select max(id) from connections) as connection, (select max(received_at) from batches) as received_at,
  (select value from meta where name = 'cursor') as cursor`

class LibsqlStore implements Store {
  readonly sight: Sight
  readonly #client: Client
  readonly #now: () => number
  #numbers: Numbers
  #folded: Folded = newFolded()
  /** Never goes back, whatever the clock of the machine does: which interval an item is in is settled. */
  #receivedAt: number
  #evicted = 0

  constructor(client: Client, numbers: Numbers & { receivedAt: number }, now: () => number) {
    this.#client = client
    this.sight = createSight(client)
    this.#now = now
    this.#numbers = numbers
    this.#receivedAt = numbers.receivedAt
  }

  async put(arrivals: readonly Arrival[]): Promise<Put> {
    this.#receivedAt = Math.max(this.#receivedAt, this.#now())
    // Where it fails, what was folded is not what is committed.
    const folded = this.#folded
    this.#folded = newFolded()
    const plan = await planPut(this.#client, arrivals, this.#numbers, this.#receivedAt, folded)
    await this.#client.batch([...plan.statements], 'write')
    this.#numbers = plan.numbers
    this.#folded = bounded(folded)
    return plan
  }

  async wholeAmong(batchIds: readonly string[]): Promise<string[]> {
    const { rows } = await this.#client.execute({
      sql: 'select distinct batch_id from batches where batch_id in (select value from json_each(?))',
      args: [JSON.stringify(batchIds)],
    })
    const whole = new Set(rows.map((row) => row['batch_id']))
    return batchIds.filter((id) => whole.has(id))
  }

  async after(cursor: number, limit: number): Promise<Pick<Put, 'items' | 'last'>> {
    const { rows } = await this.#client.execute({ sql: AFTER, args: [cursor, limit] })
    const items = rows.map((row): KeptItem => {
      const producer = row['producer'] as string | null
      return {
        receivedAt: Number(row['received_at']),
        sessionId: String(row['session_id']),
        producer,
        exportedAt: Number(row['exported_at']),
        facts: JSON.parse(String(row['facts'])),
        item: JSON.parse(String(row['json'])),
      }
    })
    return { items, last: Number(rows.at(-1)?.['id'] ?? cursor) }
  }

  async rooms(): Promise<RoomsSaved> {
    return files.readRooms(this.#client)
  }

  async saveRooms(change: RoomsChange): Promise<void> {
    await this.#client.batch(files.saveRooms(change), 'write')
  }

  async filesToWrite(limit: number): Promise<readonly StreamFile[]> {
    return files.filesToWrite(this.#client, limit)
  }

  async wroteFile(startMs: number): Promise<void> {
    await this.#client.execute({
      sql: 'update files set written = 1 where starts = ?',
      args: [startMs],
    })
  }

  filesBetween(fromMs: number, toMs: number): AsyncIterable<StreamFile> {
    return files.filesBetween(this.#client, fromMs, toMs)
  }

  async retain(limits: RetentionLimits): Promise<boolean> {
    this.#folded = newFolded()
    const { evicted, isMore } = await retainSome(this.#client, limits)
    this.#evicted += evicted
    return isMore
  }

  async sessions(limit: number): Promise<readonly SessionSummary[]> {
    return sessions.readSessions(this.#client, limit)
  }

  async session(sessionId: string): Promise<SessionRecord | undefined> {
    return sessions.readSession(this.#client, sessionId)
  }

  async totals(): Promise<Totals> {
    return { ...(await sessions.readTotals(this.#client)), evicted: this.#evicted }
  }

  async close(): Promise<void> {
    this.#client.close()
  }
}

const AFTER = `select items.id, json, batches.producer, exported_at, received_at, facts, session_id
  from items join batches on batches.id = items.batch join sessions on sessions.id = batches.session
  where items.id > ? order by items.id limit ?`
