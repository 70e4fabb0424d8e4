// Puts sealed batches into the store, and refused ones into quarantine.
import { gzip } from '../transports/encode.ts'
import type { DropCounts } from '../src/wire.ts'
import type { Books } from './books.ts'
import type { Priority } from './item.ts'
import { batchKey, producerOf, quarantineKey, ROW_VERSION, sizeOf, storedAt } from './rows.ts'
import type { BatchRow, QuarantineRow } from './rows.ts'
import type { Transaction } from './store.ts'

/** A batch on its way into the store. */
export interface Part {
  readonly batchId: string
  readonly count: number
  /** As in the row. */
  readonly seqs: readonly number[]
  /** The JSON body. */
  readonly json: Uint8Array<ArrayBuffer>
  /** The losses that the body tells of. */
  readonly dropped: DropCounts
}

/** Quarantine holds so much of an endpoint (DURABILITY.md, Store 9). */
const MAX_ITEMS = 20
const MAX_BYTES = 262_144

/** Gzipped at rest: to be done before a transaction begins, for IndexedDB ends one that waits for anything else. */
export async function toRow(
  { batchId, count, seqs, json, dropped }: Part,
  { sessionId, owner, at }: Pick<BatchRow, 'sessionId' | 'owner' | 'at'>,
): Promise<BatchRow> {
  const { bytes: body, encoding } = await gzip(json)
  return {
    v: ROW_VERSION,
    batchId,
    sessionId,
    owner,
    count,
    seqs,
    body,
    encoding,
    bytes: body.byteLength,
    dropped,
    at,
    attempts: 0,
    isAnnounced: false,
  }
}

export async function putBatch(
  transaction: Transaction,
  books: Books,
  producer: string,
  priority: Priority,
  row: BatchRow,
): Promise<BatchKey> {
  const key = batchKey(producer, priority, await books.takeNumber(producer))
  transaction.put(key, row)
  await books.add(producer, priority, row.count, row.bytes)
  return key
}

type BatchKey = ReturnType<typeof batchKey>

/** The newest is always kept; older ones that are over the bounds go, and are counted. */
export async function quarantine(
  transaction: Transaction,
  books: Books,
  producer: string,
  row: QuarantineRow,
): Promise<void> {
  const held = await transaction.list(['q'])
  let { count: items, bytes } = row
  for (const { key, value } of held.sort(
    (one, other) => storedAt(other.value) - storedAt(one.value),
  )) {
    const size = sizeOf(value)
    items += size.items
    bytes += size.bytes
    if (items <= MAX_ITEMS && bytes <= MAX_BYTES) continue
    transaction.delete(key)
    await books.drop(producerOf(key), 'rejected', size.items)
  }
  transaction.put(quarantineKey(producer, await books.takeNumber(producer)), row)
}
