// The rows of rooms that go on, and of the files that their records went into.
import type { Client, InStatement, Row } from '@libsql/client'
import type { RoomsChange, RoomsSaved, StreamFile } from './store.ts'

/** All that was saved of the rooms. */
export async function readRooms(client: Client): Promise<RoomsSaved> {
  const [meta, rooms] = await client.batch(
    ['select name, value from meta', 'select id, state from rooms'],
    'read',
  )
  const saved = new Map(meta?.rows.map(({ name, value }) => [name, Number(value)]))
  return {
    cursor: saved.get('cursor') ?? 0,
    filedUntil: saved.get('filed_until') ?? null,
    rooms: (rooms?.rows ?? []).map(({ id, state }) => ({ id: String(id), state: String(state) })),
  }
}

/** The statements that save what has changed. */
export function saveRooms(change: RoomsChange): InStatement[] {
  const { cursor, filedUntil, changed, forgotten, files } = change
  return [
    {
      sql: `insert or replace into meta values ('cursor', ?), ('filed_until', ?)`,
      args: [cursor, filedUntil],
    },
    ...changed.map(({ id, state }) => ({
      sql: 'insert or replace into rooms values (?, ?)',
      args: [id, state],
    })),
    ...forgotten.map((id) => ({ sql: 'delete from rooms where id = ?', args: [id] })),
    ...files.flatMap(addFile),
  ]
}

/** What an interval held never changes: one that is there, though its commit was said to have failed, stays as it is. */
function addFile({ startMs, endMs, records }: StreamFile): InStatement[] {
  return [
    { sql: 'insert or ignore into files values (?, ?, 0)', args: [startMs, endMs] },
    ...records.map((json, position) => ({
      sql: 'insert or ignore into records values (?, ?, ?)',
      args: [startMs, position, json],
    })),
  ]
}

/** Those that nobody has said to be written. */
export async function filesToWrite(client: Client, limit: number): Promise<StreamFile[]> {
  const { rows } = await client.execute({
    sql: 'select starts, ends from files where written = 0 order by starts limit ?',
    args: [limit],
  })
  return Promise.all(rows.map((row) => readFile(client, row)))
}

/** One after the other: years of them need not fit into memory. */
export async function* filesBetween(
  client: Client,
  fromMs: number,
  toMs: number,
): AsyncGenerator<StreamFile> {
  let from = fromMs
  for (;;) {
    const { rows } = await client.execute({
      sql: 'select starts, ends from files where starts >= ? and starts < ? order by starts limit 1',
      args: [from, toMs],
    })
    const [row] = rows
    if (!row) return
    yield readFile(client, row)
    from = Number(row['starts']) + 1
  }
}

async function readFile(client: Client, { starts, ends }: Row): Promise<StreamFile> {
  const { rows } = await client.execute({
    sql: 'select json from records where file = ? order by position',
    args: [Number(starts)],
  })
  const records = rows.map(({ json }) => String(json))
  return { startMs: Number(starts), endMs: Number(ends), records }
}
