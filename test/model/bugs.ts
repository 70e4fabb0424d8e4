// The bugs of our peers, each of which a model world must find.
import type { DropCounts } from '../../src/wire.ts'
import { minus } from '../../workers/books.ts'
import { Queue } from '../../workers/queue.ts'
import type { StoredBatch } from '../../workers/queue.ts'
import { isProducerRow } from '../../workers/rows.ts'
import type { ProducerRow } from '../../workers/rows.ts'
import type { Entry, Key, Store, Transaction } from '../../workers/store.ts'
import { HEALTHY } from './plant.ts'
import type { Plant } from './plant.ts'

/** Takes a batch out for good, and puts it back when the attempt has failed. */
class EagerQueue extends Queue {
  override async take(key: Key): Promise<StoredBatch | null> {
    const batch = await super.take(key)
    if (batch) await this.settle(batch, { again: [], quarantined: null, untold: {} })
    return batch
  }
}

/** Removes as many batches as it should, the first ones that lie there. */
function removingByPosition(store: Store): Store {
  return {
    ...store,
    write: (work) =>
      store.write(async (transaction) => {
        const removed: Key[] = []
        const result = await work({
          ...transaction,
          delete: (key) => (key[0] === 'b' ? void removed.push(key) : transaction.delete(key)),
        })
        for (const key of removed) {
          const [first] = await transaction.keys(key.slice(0, 2), 1)
          if (first) transaction.delete(first)
        }
        return result
      }),
  }
}

/** Counts in a transaction of its own, behind the one that changes what is counted. */
function countingBehind(store: Store): Store {
  const isCounter = (key: Key): boolean => key[0] === 'm' || key[0] === 'p'
  return {
    ...store,
    async write(work) {
      const counters: Entry<unknown>[] = []
      const over = (transaction: Transaction): Transaction => ({
        ...transaction,
        put: (key, value) =>
          isCounter(key) ? void counters.push({ key, value }) : transaction.put(key, value),
      })
      const result = await store.write((transaction) => work(over(transaction)))
      await store.write(async (transaction) => {
        for (const { key, value } of counters) transaction.put(key, value)
      })
      return result
    },
  }
}

/** Removes what was superseded as if it had never been. */
function supersedingUncounted(store: Store): Store {
  const without = (counts: DropCounts): DropCounts =>
    minus(counts, { superseded: counts.superseded ?? 0 })
  const uncounted = (value: ProducerRow): ProducerRow => ({
    ...value,
    dropped: without(value.dropped),
    droppedInAll: without(value.droppedInAll),
  })
  return {
    ...store,
    write: (work) =>
      store.write((transaction) =>
        work({
          ...transaction,
          put: (key, value) =>
            transaction.put(key, isProducerRow(value) ? uncounted(value) : value),
        }),
      ),
  }
}

export const BUGS: Readonly<Record<string, Partial<Plant>>> = {
  'a batch that is deleted before its ack': { createQueue: (parts) => new EagerQueue(parts) },
  'a removal by position': { wrapStore: removingByPosition },
  'a counter outside of the transaction': { wrapStore: countingBehind },
  'superseding that is not counted': { wrapStore: supersedingUncounted },
  'one id for two items': { numberItem: (count) => count - (count % 16 === 15 ? 1 : 0) },
  'one id for two batches': { newId: (count) => HEALTHY.newId(count % 8) },
}
