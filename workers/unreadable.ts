// What cannot be read goes into quarantine, so that it is in nobody's way (DURABILITY.md, Store 9).
import type { Books } from './books.ts'
import type { Ledger } from './ledger.ts'
import { isBatchRow, isItemRow, priorityOf, producerOf, ROW_VERSION, sizeOf } from './rows.ts'
import type { QuarantineRow } from './rows.ts'
import { quarantine } from './shelf.ts'
import type { Entry, Transaction } from './store.ts'

const NOTHING = new Uint8Array(0)

/** Items and batches of another version, or broken. */
export function quarantineUnreadable(
  ledger: Ledger,
  entries: readonly Entry<unknown>[],
  newId: () => string,
): Promise<void> {
  const at = ledger.now()
  return ledger.write(async (transaction, books) => {
    for (const entry of entries) await move(transaction, books, entry, newId(), at)
  })
}

async function move(
  transaction: Transaction,
  books: Books,
  { key, value }: Entry<unknown>,
  id: string,
  at: number,
): Promise<void> {
  if ((await transaction.get(key)) === undefined) return
  const producer = producerOf(key)
  const priority = priorityOf(key)
  const { items, bytes } = sizeOf(value)
  transaction.delete(key)
  await books.add(producer, priority, -items, -bytes)
  const isBatch = isBatchRow(value)
  if (isBatch) await books.untell(producer, value.dropped)
  const profile = await books.producer(producer)
  const row: QuarantineRow = {
    v: ROW_VERSION,
    batchId: isBatch ? value.batchId : id,
    sessionId: profile?.sessionId ?? '',
    owner: isBatch ? value.owner : (profile?.owner ?? null),
    count: items,
    body: isBatch ? value.body : NOTHING,
    encoding: isBatch ? value.encoding : null,
    bytes,
    dropped: {},
    at,
    attempts: 0,
    isAnnounced: true,
    reason: isItemRow(value) || isBatch ? 'it cannot be decoded' : 'it is of no known version',
    priority,
  }
  await quarantine(transaction, books, producer, row)
}
