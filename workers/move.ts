// Carries what lies in one queue over to another: from memory to the disk, when the disk is back.
import type { DropCounts } from '../src/wire.ts'
import { minus, plus } from './books.ts'
import type { Queue } from './queue.ts'
import { putItems } from './put-items.ts'
import { priorityOf, producerKey, producerOf, quarantineKey, sizeOf } from './rows.ts'
import type { BatchRow, ItemRow, ProducerRow, QuarantineRow } from './rows.ts'
import { putBatch } from './shelf.ts'
import type { Entry } from './store.ts'

interface Counted {
  readonly producer: string
  readonly dropped: DropCounts
  readonly droppedInAll: DropCounts
}

/**
 * All but what is in flight, in one transaction of each: first in at the new place, then out of the old one. Returns
 * how many rows stay for now.
 */
export async function move(from: Queue, to: Queue): Promise<number> {
  const { rows, counts } = await from.ledger.read(async (transaction) => {
    const kinds = await Promise.all(['i', 'b', 'q'].map((kind) => transaction.list([kind])))
    const counted = await Promise.all(
      from.producers.map(async (producer) => {
        const row = await transaction.get<ProducerRow>(producerKey(producer))
        return { producer, dropped: row?.dropped ?? {}, droppedInAll: row?.droppedInAll ?? {} }
      }),
    )
    return { rows: kinds.flat(), counts: counted }
  })
  const movable = rows.filter(({ key }) => !from.isInFlight(key))
  await put(to, movable, counts)
  await from.ledger.write(async (transaction, books) => {
    for (const { key, value } of movable) {
      if ((await transaction.get(key)) === undefined) continue
      transaction.delete(key)
      const { items, bytes } = sizeOf(value)
      if (key[0] !== 'q') await books.add(producerOf(key), priorityOf(key), -items, -bytes)
    }
    for (const { producer, dropped, droppedInAll } of counts) {
      await books.change(producer, (row) => ({
        ...row,
        dropped: minus(row.dropped, dropped),
        droppedInAll: minus(row.droppedInAll, droppedInAll),
      }))
    }
  })
  return rows.length - movable.length
}

function put(
  to: Queue,
  rows: readonly Entry<unknown>[],
  counts: readonly Counted[],
): Promise<void> {
  return to.ledger.write(async (transaction, books) => {
    await putItems(transaction, books, rows.filter(({ key }) => key[0] === 'i') as Entry<ItemRow>[])
    for (const { key, value } of rows) {
      const producer = producerOf(key)
      if (key[0] === 'b') {
        await putBatch(transaction, books, producer, priorityOf(key), value as BatchRow)
      } else if (key[0] === 'q') {
        const row = value as QuarantineRow
        transaction.put(quarantineKey(producer, await books.takeNumber(producer)), row)
      }
    }
    for (const { producer, dropped, droppedInAll } of counts) {
      await books.change(producer, (row) => ({
        ...row,
        dropped: plus(row.dropped, dropped),
        droppedInAll: plus(row.droppedInAll, droppedInAll),
      }))
    }
  })
}
