// What lies in a queue, in numbers.
import type { DropCounts } from '../src/wire.ts'
import { plus } from './books.ts'
import type { Queue } from './queue.ts'
import { firstsOf, isProducerRow, NEWCOMER, oldestAgeOf, producerKey, sizeOf } from './rows.ts'
import type { Transaction } from './store.ts'

export interface Census {
  /** Items that are not answered for. */
  readonly depth: number
  readonly bytes: number
  readonly oldestAgeMs: number | null
  /** Given up since the producers began, by reason. */
  readonly dropped: DropCounts
  /** Items in quarantine. */
  readonly quarantined: number
}

export const NOTHING: Census = {
  depth: 0,
  bytes: 0,
  oldestAgeMs: null,
  dropped: {},
  quarantined: 0,
}

/** Of this exporter's producers, and those that it has taken over. */
export async function takeCensus({ ledger, producers }: Queue): Promise<Census> {
  const each = await ledger.read((transaction) =>
    Promise.all(producers.map((producer) => countOne(transaction, producer, ledger.now()))),
  )
  return each.reduce(add, NOTHING)
}

export function add(one: Census, other: Census): Census {
  const ages = [one.oldestAgeMs, other.oldestAgeMs].filter((age) => age !== null)
  return {
    depth: one.depth + other.depth,
    bytes: one.bytes + other.bytes,
    oldestAgeMs: ages.length > 0 ? Math.max(...ages) : null,
    dropped: plus(one.dropped, other.dropped),
    quarantined: one.quarantined + other.quarantined,
  }
}

async function countOne(transaction: Transaction, producer: string, now: number): Promise<Census> {
  const row = await transaction.get(producerKey(producer))
  const { items, bytes, droppedInAll } = isProducerRow(row) ? row : NEWCOMER
  const quarantine = await transaction.list(['q', producer])
  const firsts = await firstsOf(transaction, producer, ['b', 'i'])
  return {
    depth: items,
    bytes,
    oldestAgeMs: oldestAgeOf(firsts, now),
    dropped: droppedInAll,
    quarantined: quarantine.reduce((sum, { value }) => sum + sizeOf(value).items, 0),
  }
}
