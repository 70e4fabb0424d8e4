// What lies in the store: the keys, and the row under each (DURABILITY.md, Store 1).
import type { Client, DropCounts } from '../src/wire.ts'
import type { Priority } from './item.ts'
import type { Entry, Key, Transaction } from './store.ts'

/** The version of the rows. The database's own version never changes; a row of another version is quarantined. */
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

/** Of any key but that of the totals. */
export const producerOf = (key: Key): string => String(key[1])

/** Of the key of an item or a batch. */
export const priorityOf = (key: Key): Priority => key[2] as Priority

/** Of the key of a batch: the order of sealing, in its producer. */
export const numberOf = (key: Key): number => key[3] as number

/** Of the key of an item. */
export const seqOf = (key: Key): number => key[3] as number

/** `['i', producer, priority, seq]` */
export interface ItemRow {
  readonly v: typeof ROW_VERSION
  /** UTF-8 JSON of the item. */
  readonly json: Uint8Array
  readonly bytes: number
  /** When it was stored, by the steady clock of its queue. */
  readonly at: number
  /** As the record said: it may come to where the older one lies only later. */
  readonly supersedes?: number
}

/** `['b', producer, priority, n]`: priority = the best inside, n = the order of sealing. */
export interface BatchRow {
  readonly v: typeof ROW_VERSION
  readonly batchId: string
  readonly sessionId: string
  /** Whose items these are, as a hash: they never go with another user's headers. Null: nobody's. */
  readonly owner: string | null
  readonly count: number
  /** Of its items; none where they are of another producer than its key, or an older version has stored it. */
  readonly seqs?: readonly number[]
  /** The JSON body, gzipped at rest where the browser can. */
  readonly body: Uint8Array<ArrayBuffer>
  readonly encoding: 'gzip' | null
  /** Of `body`. */
  readonly bytes: number
  /** The losses that the body tells of: they are told again by another one if this one never arrives. */
  readonly dropped: DropCounts
  /** When its oldest item was stored. */
  readonly at: number
  readonly attempts: number
  /** `export:error` has been raised for it. */
  readonly isAnnounced: boolean
}

/** `['q', producer, n]` */
export interface QuarantineRow extends BatchRow {
  readonly reason: string
  readonly priority: Priority
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
  readonly owner: string | null
  readonly nextBatch: number
  /** Items and bytes of this producer in `i` and `b`. */
  readonly items: number
  readonly bytes: number
  /** Given up, and not in a sealed batch yet. */
  readonly dropped: DropCounts
  /** Given up in all. */
  readonly droppedInAll: DropCounts
  /** The endpoint is left alone until then. Wall clock, ms. */
  readonly notBefore: number
  /** When this row was last written. Wall clock, ms. */
  readonly seenAt: number
}

/** A producer that has done nothing yet. */
export const NEWCOMER: Omit<ProducerRow, keyof Profile | 'owner'> = {
  v: ROW_VERSION,
  nextBatch: 0,
  items: 0,
  bytes: 0,
  dropped: {},
  droppedInAll: {},
  notBefore: 0,
  seenAt: 0,
}

/** Who a producer is when nobody knows: what it left goes with nobody's headers, and waits until it is too old. */
export const NOBODY: Profile & Pick<ProducerRow, 'owner'> = {
  sessionId: 'unknown',
  sessionName: 'unknown',
  owner: 'unknown',
  client: {
    sdkVersion: 'unknown',
    roomId: 'unknown',
    userId: null,
    keys: {},
    userAgent: 'unknown',
    hints: null,
    devices: { audio: null, video: null },
  },
}

/** `['m']`: over all producers, `i` and `b`. */
export interface TotalsRow {
  readonly v: typeof ROW_VERSION
  readonly items: number
  readonly bytes: number
  /** Of priority 0 among them. */
  readonly urgentItems: number
  readonly urgentBytes: number
}

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0

const hasMembers = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && (value as ItemRow).v === ROW_VERSION

/** What lies on a disk may be of another version, or broken. */
export function isItemRow(value: unknown): value is ItemRow {
  return hasMembers(value) && value['json'] instanceof Uint8Array && isCount(value['bytes'])
}

export function isBatchRow(value: unknown): value is BatchRow {
  return (
    hasMembers(value) &&
    value['body'] instanceof Uint8Array &&
    typeof value['batchId'] === 'string' &&
    typeof value['dropped'] === 'object' &&
    [value['bytes'], value['count'], value['attempts']].every(isCount)
  )
}

export function isProducerRow(value: unknown): value is ProducerRow {
  return (
    hasMembers(value) &&
    typeof value['sessionId'] === 'string' &&
    typeof value['dropped'] === 'object' &&
    [value['items'], value['bytes'], value['nextBatch']].every(isCount)
  )
}

export function isTotalsRow(value: unknown): value is TotalsRow {
  const numbers = ['items', 'bytes', 'urgentItems', 'urgentBytes']
  return hasMembers(value) && numbers.every((name) => isCount(value[name]))
}

/** What a row takes of the bounds, whatever is in it. */
export function sizeOf(value: unknown): { readonly items: number; readonly bytes: number } {
  const { count, bytes } = (typeof value === 'object' && value !== null ? value : {}) as BatchRow
  return { items: isCount(count) ? count : 1, bytes: isCount(bytes) ? bytes : 0 }
}

/** When a row was stored; 0 where it does not say so, or is none. */
export function storedAt(value: unknown): number {
  const { at } = (typeof value === 'object' && value !== null ? value : {}) as { at?: unknown }
  return typeof at === 'number' ? at : 0
}

/** The first of each of these kinds and of each priority: within them the first is the oldest. */
export async function firstsOf(
  transaction: Transaction,
  producer: string,
  kinds: readonly ('i' | 'b')[],
): Promise<Entry<unknown>[]> {
  const prefixes = kinds.flatMap((kind) => [0, 1].map((priority) => [kind, producer, priority]))
  const firsts = await Promise.all(prefixes.map((prefix) => transaction.list(prefix, 1)))
  return firsts.flat()
}

/** For how long the oldest of these rows has lain there; null where none of them says when it was stored. Ms. */
export function oldestAgeOf(rows: readonly Entry<unknown>[], now: number): number | null {
  const oldest = Math.min(...rows.map(({ value }) => storedAt(value) || Infinity))
  return oldest < Infinity ? Math.max(Math.round(now - oldest), 0) : null
}
