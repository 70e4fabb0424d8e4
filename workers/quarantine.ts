// What the endpoint will never take: to look at, to send again, to let go.
import { gunzip } from '../transports/encode.ts'
import type { QuarantinedBatch } from '../src/terms.ts'
import type { Item } from '../src/wire.ts'
import { decodeBody } from './body.ts'
import type { Queue } from './queue.ts'
import { isBatchRow, producerOf } from './rows.ts'
import type { QuarantineRow } from './rows.ts'
import { putBatch } from './shelf.ts'
import type { Entry, Transaction } from './store.ts'

/** Oldest first; another user's are not shown. */
export async function inspect({ ledger, owner }: Queue): Promise<QuarantinedBatch[]> {
  const held = await ledger.read((transaction) => listOf(transaction, owner, null))
  return Promise.all(
    held.map(async ({ value }) => ({
      batchId: value.batchId,
      sessionId: value.sessionId,
      reason: value.reason,
      count: value.count,
      items: await itemsOf(value),
    })),
  )
}

/** Back into the queue, as they were; without ids all of them. Returns how many items that are. */
export function resend(queue: Queue, batchIds: readonly string[] | null): Promise<number> {
  // Whoever made them, for that one may live in another tab, and sends its own; the body says whose they are.
  const [sender = ''] = queue.producers
  return queue.ledger.write(async (transaction, books) => {
    let count = 0
    for (const { key, value } of await listOf(transaction, queue.owner, batchIds)) {
      // An empty body is what is left of a row that could not be read.
      if (value.body.byteLength === 0) continue
      const { reason: _, priority, ...row } = value
      transaction.delete(key)
      const isOther = producerOf(key) !== sender
      const again = { ...row, at: queue.ledger.now(), attempts: 0, isAnnounced: false }
      await putBatch(transaction, books, sender, priority, isOther ? { ...again, seqs: [] } : again)
      count += row.count
    }
    return count
  })
}

/** For good, and counted; without ids all of them. Returns how many items that were. */
export function discard(queue: Queue, batchIds: readonly string[] | null): Promise<number> {
  return queue.ledger.write(async (transaction, books) => {
    let count = 0
    for (const { key, value } of await listOf(transaction, queue.owner, batchIds)) {
      transaction.delete(key)
      await books.drop(producerOf(key), 'rejected', value.count)
      count += value.count
    }
    return count
  })
}

async function listOf(
  transaction: Transaction,
  owner: string | null,
  batchIds: readonly string[] | null,
): Promise<Entry<QuarantineRow>[]> {
  const rows = await transaction.list<QuarantineRow>(['q'])
  return rows
    .filter(({ value }) => isBatchRow(value) && (value.owner === null || value.owner === owner))
    .filter(({ value }) => batchIds === null || batchIds.includes(value.batchId))
    .sort((one, other) => one.value.at - other.value.at)
}

/** Empty where they cannot be decoded. */
async function itemsOf({ body, encoding }: QuarantineRow): Promise<readonly Item[]> {
  try {
    return decodeBody(encoding === 'gzip' ? await gunzip(body) : body).items
  } catch {
    return []
  }
}
