// What the queue stands on: array keys in order, read and written in transactions.

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
  /** Lets go of what is open; the next transaction opens it again. */
  close(): void
}
