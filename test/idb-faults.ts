// Breaks the IndexedDB of this process in the ways in which those of browsers break. `vi.restoreAllMocks()` mends it.
import 'fake-indexeddb/auto'
import { vi } from 'vitest'

/** What fake-indexeddb has inside of a transaction. */
function inside(store: IDBObjectStore, method: string, argument: unknown): IDBRequest {
  const { transaction } = store
  return Reflect.get(transaction, method).call(transaction, argument)
}

/** `indexedDB.open` never answers. */
export function hangOpen(): void {
  vi.spyOn(indexedDB, 'open').mockImplementation(() => ({}) as IDBOpenDBRequest)
}

/** No request inside of a transaction is ever answered. */
export function hangRequests(): void {
  for (const name of ['get', 'getAll', 'getAllKeys'] as const) {
    vi.spyOn(IDBObjectStore.prototype, name).mockImplementation(() => ({}) as IDBRequest)
  }
}

/** Each transaction is refused with this error, `times` times. */
export function refuseTransactions(name: string, times: number = Infinity, message = name): void {
  const real = IDBDatabase.prototype.transaction
  let count = 0
  vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementation(function (
    this: IDBDatabase,
    ...args: Parameters<typeof real>
  ) {
    if (args[1] !== 'versionchange' && count++ < times) throw new DOMException(message, name)
    return real.apply(this, args)
  })
}

/** A `put` is taken, and its request fails. */
export function failPuts(name: string, isBad: (key: unknown) => boolean = () => true): void {
  const real = IDBObjectStore.prototype.put
  vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (
    this: IDBObjectStore,
    ...args: Parameters<typeof real>
  ) {
    if (!isBad(args[1])) return real.apply(this, args)
    const operation = (): never => {
      throw new DOMException(name, name)
    }
    return inside(this, '_execRequestAsync', { source: this, operation })
  })
}

/** Each `put` succeeds, and then its transaction is not committed, as where a browser counts at the end. */
export function failCommits(name: string): void {
  const real = IDBObjectStore.prototype.put
  vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (
    this: IDBObjectStore,
    ...args: Parameters<typeof real>
  ) {
    const request = real.apply(this, args)
    request.addEventListener('success', () => inside(this, '_abort', name))
    return request
  })
}

/** Each `put` throws at once, as where a value cannot be cloned. */
export function throwAtPuts(isBad: (key: unknown) => boolean = () => true): void {
  const real = IDBObjectStore.prototype.put
  vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (
    this: IDBObjectStore,
    ...args: Parameters<typeof real>
  ) {
    if (!isBad(args[1])) return real.apply(this, args)
    throw new DOMException('it cannot be cloned', 'DataCloneError')
  })
}

/** Another tab's transaction, which holds the store until it is released. */
export async function holdStore(name: string): Promise<() => void> {
  const database = await openRaw(name)
  const store = database.transaction('queue', 'readwrite').objectStore('queue')
  let isHeld = true
  const again = (): void => {
    if (isHeld) store.get([]).onsuccess = again
    else database.close()
  }
  again()
  return () => (isHeld = false)
}

export function openRaw(name: string): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name)
    request.addEventListener('success', () => resolve(request.result))
    request.addEventListener('error', () => reject(request.error))
  })
}

/** As `indexedDB.deleteDatabase` of another tab: resolves when it is gone. */
export function deleteDatabase(name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.deleteDatabase(name)
    request.addEventListener('success', () => resolve())
    request.addEventListener('error', () => reject(request.error))
  })
}
