// Puts sealed batches into the store, and refused ones into quarantine.
import { gzip } from '../transports/encode.ts'
import type { Books } from './books.ts'
import type { Bounds } from './evict.ts'
import type { Priority } from './item.ts'
import { batchKey, quarantineKey, ROW_VERSION } from './rows.ts'
import type { BatchRow, QuarantineRow } from './rows.ts'
import type { Transaction } from './store.ts'

/** A batch on its way into the store. */
export interface Part {
  readonly batchId: string
  readonly count: number
  /** The JSON body. */
  readonly json: Uint8Array<ArrayBuffer>
}

/** Quarantine holds so much of a producer (DURABILITY.md, Store 9). */
const QUARANTINE: Bounds = { maxItems: 20, maxBytes: 262_144 }

/** Gzipped at rest: to be done before a transaction begins, for IndexedDB ends one that waits for anything else. */
export async function toRow({ batchId, count, json }: Part, sessionId: string): Promise<BatchRow> {
  const { bytes: body, encoding } = await gzip(json)
  return {
    v: ROW_VERSION,
    batchId,
    sessionId,
    count,
    body,
    encoding,
    bytes: body.byteLength,
    attempts: 0,
    notBefore: 0,
    isAnnounced: false,
  }
}

export async function putBatch(
  transaction: Transaction,
  books: Books,
  producer: string,
  priority: Priority,
  row: BatchRow,
): Promise<void> {
  transaction.put(batchKey(producer, priority, await books.takeNumber(producer)), row)
  await books.add(producer, row.count, row.bytes)
}

/** The newest is always kept; older ones that are over the bounds go, and are counted. */
export async function quarantine(
  transaction: Transaction,
  books: Books,
  producer: string,
  row: QuarantineRow,
): Promise<void> {
  const older = await transaction.list<QuarantineRow>(['q', producer])
  let { count: items, bytes } = row
  for (const { key, value } of older.reverse()) {
    items += value.count
    bytes += value.bytes
    if (items <= QUARANTINE.maxItems && bytes <= QUARANTINE.maxBytes) continue
    transaction.delete(key)
    await books.drop(producer, 'rejected', value.count)
  }
  transaction.put(quarantineKey(producer, await books.takeNumber(producer)), row)
}
