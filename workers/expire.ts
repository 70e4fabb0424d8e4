// Gives up what is too old, by a clock that nobody can set (DURABILITY.md, Store 5).
import type { Queue } from './queue.ts'
import { isBatchRow, priorityOf, producerOf, sizeOf, storedAt } from './rows.ts'
import type { Entry } from './store.ts'

/** The clock of an earlier page load may have been so wrong. */
const CLOCK_ERROR_MS = 24 * 3_600_000

/**
 * Drops what has waited longer than `maxAgeMs`, counted as `expired`. What this page load has stored is aged by its
 * steady clock; what an earlier one left may be a day younger than it seems. Never what is in flight.
 */
export async function expire(queue: Queue, maxAgeMs: number, loadedAt: number): Promise<void> {
  const { ledger, producers } = queue
  const isOld = ({ key, value }: Entry<unknown>): boolean => {
    const at = storedAt(value)
    if (at === 0 || queue.isInFlight(key)) return false
    const errorMs = at >= loadedAt ? 0 : CLOCK_ERROR_MS
    return ledger.now() - at > maxAgeMs + errorMs
  }
  for (const producer of producers) {
    const old = await ledger.read(async (transaction) => {
      const prefixes = ['b', 'i', 'q'].map((kind) => [kind, producer])
      return (await Promise.all(prefixes.map((prefix) => transaction.list(prefix))))
        .flat()
        .filter(isOld)
    })
    if (old.length === 0) continue
    await ledger.write(async (transaction, books) => {
      for (const { key, value } of old) {
        if ((await transaction.get(key)) === undefined || queue.isInFlight(key)) continue
        transaction.delete(key)
        const { items, bytes } = sizeOf(value)
        if (key[0] !== 'q') await books.add(producerOf(key), priorityOf(key), -items, -bytes)
        await books.drop(producer, 'expired', items)
        if (isBatchRow(value)) await books.untell(producer, value.dropped)
      }
    })
  }
}
