// What lies in the store: the keys, and the row under each (DURABILITY.md, Store 1).
import type { Client, DropCounts } from '../src/wire.ts'
import type { Priority } from './item.ts'
import type { Key } from './store.ts'

/** The version of the rows. The database's own version never changes. */
export const ROW_VERSION = 1

export const itemKey = (producer: string, priority: Priority, seq: number): Key => [
  'i',
  producer,
  priority,
  seq,
]
export const batchKey = (producer: string, priority: Priority, n: number): Key => [
  'b',
  producer,
  priority,
  n,
]
export const quarantineKey = (producer: string, n: number): Key => ['q', producer, n]
export const producerKey = (producer: string): Key => ['p', producer]
export const TOTALS_KEY: Key = ['m']

/** Of the key of an item or a batch. */
export const priorityOf = (key: Key): Priority => key[2] as Priority

/** `['i', producer, priority, seq]` */
export interface ItemRow {
  readonly v: typeof ROW_VERSION
  /** UTF-8 JSON of the item. */
  readonly json: Uint8Array
  readonly bytes: number
}

/** `['b', producer, priority, n]`: priority = the best inside, n = the order of sealing. */
export interface BatchRow {
  readonly v: typeof ROW_VERSION
  readonly batchId: string
  readonly sessionId: string
  readonly count: number
  /** The JSON body, gzipped at rest where the browser can. */
  readonly body: Uint8Array<ArrayBuffer>
  readonly encoding: 'gzip' | null
  /** Of `body`. */
  readonly bytes: number
  readonly attempts: number
  /** Wall clock, ms. */
  readonly notBefore: number
  /** `export:error` has been raised for it. */
  readonly isAnnounced: boolean
}

/** `['q', producer, n]` */
export interface QuarantineRow extends BatchRow {
  readonly reason: string
}

/** Who a producer is, as its batches say. */
export interface Profile {
  readonly sessionId: string
  readonly sessionName: string
  readonly client: Client
}

/** `['p', producer]` */
export interface ProducerRow extends Profile {
  readonly v: typeof ROW_VERSION
  readonly nextBatch: number
  /** Items of this producer in `i` and `b`. */
  readonly items: number
  /** Given up since the last batch was sealed. */
  readonly dropped: DropCounts
}

/** `['m']`: over all producers, `i` and `b`. */
export interface TotalsRow {
  readonly v: typeof ROW_VERSION
  readonly items: number
  readonly bytes: number
}
