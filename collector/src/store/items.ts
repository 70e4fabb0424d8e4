// The items of a session with what their batches said, page after page.
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Client, Row } from '@libsql/client'
import type { KeptText } from './store.ts'

/** Of a page, where its items are as large as those before. Whoever reads slowly holds one. */
export const PAGE_CHARS: number = 256 * 1024
/** One item may be as large as a body. */
export const MAX_PAGE = 16

/** By producer and seq. */
export async function* readInOrder(client: Client, session: number): AsyncGenerator<KeptText[]> {
  let last: [string, number, number] = ['', -1, 0]
  let size = 1
  for (;;) {
    const { rows } = await client.execute({ sql: IN_ORDER, args: [session, ...last, size] })
    const end = rows.at(-1)
    if (!end) return
    last = [String(end['producer']), Number(end['seq']), lastIdOf(end)]
    const texts = rows.map(textOf)
    const chars = texts.reduce((sum, { json }) => sum + json.length, 0)
    size = Math.min(MAX_PAGE, Math.max(1, Math.floor((PAGE_CHARS * texts.length) / chars)))
    yield texts
    // Whoever takes pages as fast as they come is not to hold up who sends: the database answers without a turn between.
    await nextTurn()
  }
}

/** A partial item that becomes whole has another id: only those of plain bodies, which have no number, are told by it. */
export function lastIdOf({ producer, id }: Pick<Row, string>): number {
  return producer === '' ? Number(id) : Number.MAX_SAFE_INTEGER
}

/** Of a row of `WITH_BATCH`. */
export function textOf(row: Row): KeptText {
  return {
    producer: String(row['producer']) || null,
    exportedAt: Number(row['exported_at']),
    receivedAt: Number(row['received_at']),
    facts: String(row['facts']),
    json: String(row['json']),
  }
}

/** All that `textOf` needs. */
export const WITH_BATCH: string = `select items.producer, seq, items.id, json, exported_at, received_at, facts
  from items join batches on batches.id = items.batch`

const IN_ORDER = `${WITH_BATCH}
  where items.session = ? and (items.producer, seq, items.id) > (?, ?, ?)
  order by items.producer, seq, items.id limit ?`
