// The store in IndexedDB: opened when needed, given up when it hangs, opened again when lost.
import { promisifyRequest } from 'idb-keyval'
import type { Clock } from './clock.ts'
import { within } from './clock.ts'
import type { Key, Store, Transaction } from './store.ts'

const STORE_NAME = 'queue'

/** Safari's `indexedDB.open` may never answer, and a database that is being deleted by a tab that hangs does not. */
const OPEN_LIMIT_MS = 4000
/** A transaction that takes longer will not end. */
const TRANSACTION_LIMIT_MS = 8000

/** Every read and write rejects, with the reason, where there is no IndexedDB, or it refuses or hangs. */
export function createDisk(name: string, clock: Clock): Store {
  let current: Promise<IDBDatabase> | null = null

  function open(): Promise<IDBDatabase> {
    if (current) return current
    const opening = openDatabase(name, clock, () => close(opening))
    opening.catch(() => close(opening))
    return (current = opening)
  }

  /** Another one may be open by now: that one stays. */
  function close(opening: Promise<IDBDatabase> | null): void {
    if (opening === current) current = null
    opening?.then((opened) => opened.close()).catch(() => {}) // it may never have opened
  }

  /** Once more, where the connection was lost and not the work at fault. */
  async function run<Result>(mode: IDBTransactionMode, work: Work<Result>): Promise<Result> {
    const opening = open()
    try {
      return await attempt(opening, mode, work)
    } catch (error) {
      if (!isLost(error)) throw error
      close(opening)
      return attempt(open(), mode, work)
    }
  }

  async function attempt<Result>(
    opening: Promise<IDBDatabase>,
    mode: IDBTransactionMode,
    work: Work<Result>,
  ): Promise<Result> {
    const transaction = (await opening).transaction(STORE_NAME, mode, { durability: 'relaxed' })
    const late = new Error(`a transaction did not end within ${TRANSACTION_LIMIT_MS} ms`)
    const result = await within(clock, TRANSACTION_LIMIT_MS, committed(transaction, work), late)
    if (result !== late) return result as Result
    abort(transaction)
    close(opening)
    throw late
  }

  return {
    mode: 'indexeddb',
    read: (work) => run('readonly', work),
    write: (work) => run('readwrite', work),
    close: () => close(current),
  }
}

type Work<Result> = (transaction: Transaction) => Promise<Result>

async function openDatabase(name: string, clock: Clock, onGone: () => void): Promise<IDBDatabase> {
  if (typeof indexedDB === 'undefined') throw new Error('this browser has no IndexedDB')
  const request = indexedDB.open(name, 1)
  request.onupgradeneeded = () => request.result.createObjectStore(STORE_NAME)
  const opened = promisifyRequest(request)
  const database = await within(clock, OPEN_LIMIT_MS, opened, null)
  if (!database) {
    opened.then((late) => late.close()).catch(() => {}) // nobody waits for it any more
    throw new Error(`IndexedDB did not open within ${OPEN_LIMIT_MS} ms`)
  }
  // Never in the way of another tab that deletes the database.
  database.onversionchange = onGone
  database.onclose = onGone
  return database
}

async function committed<Result>(transaction: IDBTransaction, work: Work<Result>): Promise<Result> {
  const done = ended(transaction)
  done.catch(() => {}) // it is awaited below, unless the work throws first
  try {
    const result = await work(overObjectStore(transaction.objectStore(STORE_NAME)))
    if (transaction.mode === 'readwrite') await done
    return result
  } catch (error) {
    abort(transaction)
    // What the work met may be no more than the end of a transaction that had failed before.
    throw transaction.error ?? error
  }
}

/** idb-keyval's promise of a transaction ends with the first request that fails, when its reason is not known yet. */
function ended(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve()
    transaction.onabort = () => reject(transaction.error ?? new Error('a transaction was aborted'))
  })
}

/** https://www.w3.org/TR/IndexedDB/#exceptions ; an abort that is not ours is the browser's; Safari says it in words. */
function isLost(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  return LOST.includes(error.name) || /connection.*lost/i.test(error.message)
}

const LOST = ['InvalidStateError', 'UnknownError', 'AbortError']

function overObjectStore(store: IDBObjectStore): Transaction {
  const keys = async (prefix: Key, most?: number): Promise<Key[]> =>
    (await promisifyRequest(store.getAllKeys(under(prefix), most))) as unknown as Key[]
  const values = async <Value>(prefix: Key, most?: number): Promise<Value[]> =>
    promisifyRequest<Value[]>(store.getAll(under(prefix), most))
  return {
    get: async (key) => promisifyRequest(store.get(key as IDBValidKey)),
    async list<Value>(prefix: Key, most?: number) {
      const [found, rows] = await Promise.all([keys(prefix, most), values<Value>(prefix, most)])
      return rows.map((value, index) => ({ key: found[index] ?? prefix, value }))
    },
    keys,
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
