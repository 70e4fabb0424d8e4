// A disk in memory that fails as it is told, in the ways that are left when `createDisk` has done what it can.
import type { Clock } from '../workers/clock.ts'
import { createMemoryStore } from '../workers/memory-store.ts'
import type { Store, Transaction } from '../workers/store.ts'

export const FAULTS = ['refuses', 'aborts', 'hangs', 'is full', 'cannot clone'] as const
/** It commits, and its answer comes too late: the watchdog has given it up. */
export const LIE = 'lies'
export type Fault = (typeof FAULTS)[number] | typeof LIE

export interface FaultyStore extends Store {
  /** Null: it works. The transactions that come after the first so many fail. */
  fail(fault: Fault | null, after?: number): void
}

const LIMIT_MS = 8000

export function createFaultyStore(clock: Clock): FaultyStore {
  const store = createMemoryStore()
  let fault: Fault | null = null
  let grace = 0

  function run<Result>(
    isWrite: boolean,
    work: (transaction: Transaction) => Promise<Result>,
  ): Promise<Result> {
    const kind = isWrite ? 'write' : 'read'
    if (fault === null || grace-- > 0) return store[kind](work)
    switch (fault) {
      case 'refuses':
        return Promise.reject(new DOMException('lost twice', 'UnknownError'))
      case 'aborts':
        return store[kind](async (transaction) => {
          await work(transaction)
          throw new DOMException('lost in the end', 'UnknownError')
        })
      case 'hangs':
        return new Promise((_, reject) => {
          clock.after(LIMIT_MS, () => reject(new Error('it did not end')))
        })
      case 'lies':
        return store[kind](work).then(() => Promise.reject(new Error('it did not end')))
      case 'is full':
        return store[kind]((transaction) =>
          work(throwing(transaction, new DOMException('full', 'QuotaExceededError'))),
        )
      case 'cannot clone':
        return store[kind]((transaction) =>
          work(throwing(transaction, new DOMException('it cannot', 'DataCloneError'))),
        )
      default:
        return fault satisfies never
    }
  }
  return {
    mode: 'indexeddb',
    read: (work) => run(false, work),
    write: (work) => run(true, work),
    close() {},
    fail(next, after = 0) {
      fault = next
      grace = after
    },
  }
}

/** What is put, but for the counters, is refused. */
function throwing(transaction: Transaction, error: Error): Transaction {
  return {
    ...transaction,
    put(key, value) {
      if (key[0] !== 'm' && key[0] !== 'p') throw error
      transaction.put(key, value)
    },
  }
}
