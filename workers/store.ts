// Where the queue lives: array keys in order, read and written in transactions.
import { promisifyRequest } from 'idb-keyval'
import type { UseStore } from 'idb-keyval'
import type { Clock } from './clock.ts'
import { within } from './clock.ts'

export type Key = readonly (string | number)[]

export interface Entry<Value> {
  readonly key: Key
  readonly value: Value
}

/** One transaction: all of its writes, or none. */
export interface Transaction {
  get<Value>(key: Key): Promise<Value | undefined>
  /** What lies under a prefix, in the order of the keys. */
  list<Value>(prefix: Key, most?: number): Promise<Entry<Value>[]>
  /** The keys under a prefix, in order. */
  keys(prefix: Key, most?: number): Promise<Key[]>
  put(key: Key, value: unknown): void
  delete(key: Key): void
  /** Everything under a prefix. */
  clear(prefix: Key): void
}

export interface Store {
  readonly mode: 'indexeddb' | 'memory'
  read<Result>(work: (transaction: Transaction) => Promise<Result>): Promise<Result>
  /** Resolves when the writes are committed. Work that throws aborts them all. */
  write<Result>(work: (transaction: Transaction) => Promise<Result>): Promise<Result>
}

const STORE_NAME = 'queue'

/** Safari's `indexedDB.open` may never answer. */
const OPEN_LIMIT_MS = 4000

/**
 * Opens the database.
 * @throws Error with the reason, when there is no IndexedDB, it refuses, or does not answer in time
 */
export async function openStore(name: string, clock: Clock): Promise<Store> {
  if (typeof indexedDB === 'undefined') throw new Error('this browser has no IndexedDB')
  const request = indexedDB.open(name, 1)
  request.onupgradeneeded = () => request.result.createObjectStore(STORE_NAME)
  const database = await within(clock, OPEN_LIMIT_MS, promisifyRequest(request), null)
  if (database === null) throw new Error(`IndexedDB did not open within ${OPEN_LIMIT_MS} ms`)
  // Never in the way of another tab that deletes the database.
  database.onversionchange = () => database.close()
  const useStore: UseStore = async (mode, work) => {
    const options = { durability: 'relaxed' } as const
    return work(database.transaction(STORE_NAME, mode, options).objectStore(STORE_NAME))
  }
  return {
    mode: 'indexeddb',
    read: (work) => useStore('readonly', (store) => work(overObjectStore(store))),
    write: (work) =>
      useStore('readwrite', async (store) => {
        const committed = promisifyRequest(store.transaction)
        committed.catch(() => {}) // it is awaited below, unless the work throws first
        try {
          const result = await work(overObjectStore(store))
          await committed
          return result
        } catch (error) {
          abort(store.transaction)
          throw error
        }
      }),
  }
}

function overObjectStore(store: IDBObjectStore): Transaction {
  return {
    get: (key) => promisifyRequest(store.get(key as IDBValidKey)),
    async list<Value>(prefix: Key, most?: number) {
      const range = under(prefix)
      const [keys, values] = await Promise.all([
        promisifyRequest(store.getAllKeys(range, most)),
        promisifyRequest<Value[]>(store.getAll(range, most)),
      ])
      return values.map((value, index) => ({ key: keys[index] as unknown as Key, value }))
    },
    keys: async (prefix, most) =>
      (await promisifyRequest(store.getAllKeys(under(prefix), most))) as unknown as Key[],
    put: (key, value) => void store.put(value, key as IDBValidKey),
    delete: (key) => void store.delete(key as IDBValidKey),
    clear: (prefix) => void store.delete(under(prefix)),
  }
}

/** Arrays sort by their elements, and an array sorts after every string and number. */
function under(prefix: Key): IDBKeyRange {
  return IDBKeyRange.bound([...prefix], [...prefix, []])
}

function abort(transaction: IDBTransaction): void {
  try {
    transaction.abort()
  } catch {
    // it has ended by itself
  }
}
