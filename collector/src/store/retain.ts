// Keeps the file within its bounds of age and size: the oldest batches go first, with what they brought.
import type { Client } from '@libsql/client'
import { USED_BYTES } from './sessions.ts'
import type { RetentionLimits } from './store.ts'

/** Batches, or files, that go in one transaction: nobody waits long for it. */
const SOME = 50

/** One step. What the rooms have not seen yet stays. */
export async function retainSome(
  client: Client,
  limits: RetentionLimits,
): Promise<{ evicted: number; isMore: boolean }> {
  const { receivedBefore, maxBytes } = limits
  const used = await client.execute(USED_BYTES)
  const isOver = Number(used.rows[0]?.['bytes'] ?? 0) > maxBytes
  const { rows } = await client.execute({
    sql: OLDEST,
    args: [isOver ? Number.MAX_SAFE_INTEGER : receivedBefore, SOME],
  })
  // Their items go before them.
  if (rows.length === 0) {
    return { evicted: 0, isMore: await retainSomeFiles(client, limits, isOver) }
  }
  const last = Math.max(...rows.map((row) => Number(row['last_item'])))
  const batch = Math.max(...rows.map((row) => Number(row['id'])))
  const results = await client.batch(
    [
      { sql: LESSEN_SESSIONS, args: [last] },
      { sql: 'delete from items where id <= ?', args: [last] },
      { sql: 'delete from moments where id <= ?', args: [last] },
      { sql: 'delete from batches where id <= ?', args: [batch] },
      ...OF_SESSIONS.map((table) => `delete from ${table} where session in (${SILENT})`),
      `delete from sessions where ${IS_SILENT}`,
    ],
    'write',
  )
  return { evicted: results[1]?.rowsAffected ?? 0, isMore: true }
}

/** False where there was none to give up. */
async function retainSomeFiles(
  client: Client,
  { receivedBefore, unwrittenStay }: RetentionLimits,
  isOver: boolean,
): Promise<boolean> {
  const { rows } = await client.execute({
    sql: OLD_FILES,
    args: [
      unwrittenStay ? 1 : 0,
      ...(isOver ? [Number.MAX_SAFE_INTEGER, 1] : [receivedBefore, SOME]),
    ],
  })
  if (rows.length === 0) return false
  const starts = JSON.stringify(rows.map((row) => Number(row['starts'])))
  await client.batch(
    DELETE_FILES.map((sql) => ({ sql, args: [starts] })),
    'write',
  )
  return true
}

const OLD_FILES = 'select starts from files where written >= ? and ends < ? order by starts limit ?'

const DELETE_FILES = [
  'delete from records where file in (select value from json_each(?))',
  'delete from files where starts in (select value from json_each(?))',
]

/** Items are numbered in the order of their batches. */
const OLDEST = `select id, last_item from batches
  where received_at < ? and last_item <= coalesce((select value from meta where name = 'cursor'), 0)
  order by id limit ?`

const LESSEN_SESSIONS = `update sessions set items = items - gone.count
  from (select session, count(*) as count from items where id <= ? group by session) as gone
  where gone.session = sessions.id`

/** Nothing of them is left: the last batch of each was before all that are. */
const IS_SILENT = `last_seen < coalesce((select min(received_at) from batches), last_seen + 1)`

const SILENT = `select id from sessions where ${IS_SILENT}`
const OF_SESSIONS = ['peers', 'connections', 'producers']
