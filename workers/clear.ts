// Forgets everything that is stored for an endpoint: for a consent withdrawn, or a logout.
import type { Ledger } from './ledger.ts'
import { isBatchRow, isProducerRow, NOBODY, producerOf, sizeOf } from './rows.ts'
import type { Key } from './store.ts'

/** Whoever stored it. Who stays remains who it is; of the others only the losses remain that are not told yet. */
export function clear(ledger: Ledger, staying: readonly string[]): Promise<void> {
  return ledger.write(async (transaction, books) => {
    const [first = ''] = staying
    const cleared = new Map<string, number>()
    /** By the one whose it was; where that has no row, by one that stays. */
    const count = async (key: Key, value: unknown): Promise<void> => {
      const producer = producerOf(key)
      const counting = (await books.producer(producer)) ? producer : first
      cleared.set(counting, (cleared.get(counting) ?? 0) + sizeOf(value).items)
      if (isBatchRow(value)) await books.untell(counting, value.dropped)
    }
    for (const kind of ['i', 'b', 'q']) {
      for (const key of await transaction.keys([kind])) {
        await count(key, kind === 'i' ? null : await transaction.get(key))
      }
      transaction.clear([kind])
    }
    for (const [producer, items] of cleared) await books.drop(producer, 'cleared', items)
    for (const { key, value } of await transaction.list(['p'])) {
      const producer = producerOf(key)
      const isStaying = staying.includes(producer)
      if (!isStaying && !isProducerRow(value)) transaction.delete(key)
      const who = isStaying ? {} : NOBODY
      await books.change(producer, (row) => ({ ...row, ...who, items: 0, bytes: 0 }))
    }
    books.clear()
  })
}
