// Puts items into the store; one that says all that an older one says takes its place (DURABILITY.md, Store 4).
import type { Identity } from './body.ts'
import type { Books } from './books.ts'
import type { ItemRecord } from './item.ts'
import { itemKey, priorityOf, producerOf, ROW_VERSION, sizeOf } from './rows.ts'
import type { ItemRow } from './rows.ts'
import type { Entry, Transaction } from './store.ts'

/** As it lies in the store from then on. */
export function toItemRow(record: ItemRecord, at: number): Entry<ItemRow> {
  const { producer, priority, seq, json, supersedes } = record
  const value: ItemRow = {
    v: ROW_VERSION,
    json,
    bytes: json.byteLength,
    at,
    ...(supersedes !== undefined && { supersedes }),
  }
  return { key: itemKey(producer, priority, seq), value }
}

/** What may be superseded. */
const SUPERSEDED_PRIORITY = 1

/** Returns what they have superseded: the older ones that were no part of a batch yet. */
export async function putItems(
  transaction: Transaction,
  books: Books,
  rows: readonly Entry<ItemRow>[],
): Promise<Identity[]> {
  // All at once, so that the transaction is short.
  const entries = await Promise.all(
    rows.map(async ({ key, value }) => ({ key, value, before: await transaction.get(key) })),
  )
  for (const { key, value, before } of entries) {
    // The producer first: where its row is gone, so is all that it counted.
    const bytes = value.bytes - (before ? sizeOf(before).bytes : 0)
    await books.add(producerOf(key), priorityOf(key), before ? 0 : 1, bytes)
    transaction.put(key, value)
  }
  // Behind all of them, for the older one may be among them.
  const superseded: Identity[] = []
  for (const { key, value } of rows) {
    if (value.supersedes === undefined) continue
    const older = { producer: producerOf(key), seq: value.supersedes }
    const place = itemKey(older.producer, SUPERSEDED_PRIORITY, older.seq)
    const row = await transaction.get(place)
    if (row === undefined) continue
    const { items, bytes } = sizeOf(row)
    transaction.delete(place)
    await books.add(older.producer, SUPERSEDED_PRIORITY, -items, -bytes)
    await books.drop(older.producer, 'superseded', items)
    superseded.push(older)
  }
  return superseded
}
