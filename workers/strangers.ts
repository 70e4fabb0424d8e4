// The producers in a queue that are nobody's who lives here.
import type { DropCounts } from '../src/wire.ts'
import type { Queue } from './queue.ts'
import { isProducerRow, producerKey, producerOf } from './rows.ts'

/** All of them, or those that were last seen before a moment. */
export async function strangers(
  { ledger, producers }: Queue,
  seenBefore: number = Infinity,
): Promise<string[]> {
  return ledger.read(async (transaction) => {
    const kinds = await Promise.all(['p', 'i', 'b'].map((kind) => transaction.keys([kind])))
    const names = new Set(kinds.flat().map(producerOf))
    const others = [...names].filter((name) => !producers.includes(name))
    const rows = await Promise.all(others.map((name) => transaction.get(producerKey(name))))
    return others.filter((_, index) => {
      const row = rows[index]
      return !isProducerRow(row) || row.seenAt < seenBefore
    })
  })
}

/**
 * Removes a producer that has left nothing; returns the losses that nobody was told of, which are told with the next
 * batch of ours. Null where it left something.
 */
export function forget({ ledger, producers }: Queue, producer: string): Promise<DropCounts | null> {
  return ledger.write(async (transaction, books) => {
    const key = producerKey(producer)
    const row = await transaction.get(key)
    const held = await transaction.keys(['q', producer], 1)
    if (!isProducerRow(row) || row.items > 0 || held.length > 0) return null
    transaction.delete(key)
    await books.untell(producers[0] ?? '', row.dropped)
    return row.dropped
  })
}
