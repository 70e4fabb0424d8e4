// Keeps the store within its bounds: the oldest of the lowest priority goes first, and is counted.
import type { Books } from './books.ts'
import type { BatchRow, ItemRow } from './rows.ts'
import type { Key, Transaction } from './store.ts'

export interface Bounds {
  readonly maxItems: number
  readonly maxBytes: number
}

/** So many rows are looked at in one read. */
const CHUNK = 16

/**
 * Drops what is over the bounds from these producers, sealed batches before loose items (they are older), never the
 * one in flight. Returns how many items went.
 */
export async function evict(
  transaction: Transaction,
  books: Books,
  producers: readonly string[],
  bounds: Bounds,
  inFlight: Key | null,
): Promise<number> {
  let dropped = 0
  const isOver = (): boolean =>
    books.totals.items > bounds.maxItems || books.totals.bytes > bounds.maxBytes

  for (const priority of [1, 0]) {
    for (const kind of ['b', 'i']) {
      for (const producer of producers) {
        while (isOver()) {
          const rows = await transaction.list<BatchRow | ItemRow>([kind, producer, priority], CHUNK)
          const victims = rows.filter(({ key }) => String(key) !== String(inFlight))
          if (victims.length === 0) break
          for (const { key, value } of victims) {
            if (!isOver()) break
            const count = 'count' in value ? value.count : 1
            transaction.delete(key)
            await books.add(producer, -count, -value.bytes)
            await books.drop(producer, 'evicted', count)
            dropped += count
          }
        }
      }
    }
  }
  return dropped
}
