// Keeps the store within its bounds: the oldest of the lowest priority goes first, and is counted.
import type { DropReason } from '../src/wire.ts'
import type { Books } from './books.ts'
import type { Priority } from './item.ts'
import { isBatchRow, producerOf, sizeOf, storedAt } from './rows.ts'
import type { TotalsRow } from './rows.ts'
import type { Entry, Key, Transaction } from './store.ts'

export interface Bounds {
  readonly maxItems: number
  readonly maxBytes: number
}

export interface Eviction {
  /** Whose rows may go. */
  readonly producers: readonly string[]
  readonly bounds: Bounds
  /** The share of the bounds that is kept for what is no stats. @default 0.1 */
  readonly reserved?: number
  readonly reason: DropReason
  /** Never goes. */
  readonly inFlight: ReadonlySet<string>
  /** Batches that were tried, so that the endpoint may have them: they go when nothing else can. */
  readonly attempted: ReadonlySet<string>
}

/** For state changes, errors and what the app said. */
const RESERVED = 0.1
/** So many rows of each producer are looked at in one read. */
const CHUNK = 8

/** Drops what is over the bounds, sealed batches before loose items, for they are older. */
export async function evict(
  transaction: Transaction,
  books: Books,
  { producers, bounds, reserved = RESERVED, reason, inFlight, attempted }: Eviction,
): Promise<void> {
  const isOver = (priority: Priority): boolean =>
    isOverBounds(books.totals, bounds, priority === 0 ? 0 : reserved)
  const isInFlight = ({ key }: Row): boolean => inFlight.has(String(key))
  const isTried = ({ key, value }: Row): boolean =>
    attempted.has(String(key)) || (isBatchRow(value) && value.attempts > 0)

  for (const priority of [1, 0] as const) {
    for (const isSpared of [(row: Row) => isInFlight(row) || isTried(row), isInFlight]) {
      for (const kind of ['b', 'i']) {
        const prefixes = producers.map((producer) => [kind, producer, priority])
        while (isOver(priority)) {
          const victims = await oldest(transaction, prefixes, isSpared)
          if (victims.length === 0) break
          for (const { key, value } of victims) {
            if (!isOver(priority)) break
            const producer = producerOf(key)
            const { items, bytes } = sizeOf(value)
            transaction.delete(key)
            await books.add(producer, priority, -items, -bytes)
            await books.drop(producer, reason, items)
            if (isBatchRow(value)) await books.untell(producer, value.dropped)
          }
        }
      }
    }
  }
}

type Row = Entry<unknown>

function isOverBounds(totals: TotalsRow, { maxItems, maxBytes }: Bounds, reserved: number) {
  const { items, bytes, urgentItems, urgentBytes } = totals
  if (items > maxItems || bytes > maxBytes) return true
  if (reserved === 0) return false
  const share = 1 - reserved
  return items - urgentItems > maxItems * share || bytes - urgentBytes > maxBytes * share
}

/** Some of what is not spared, oldest first, whoever has stored it: within a prefix the first is the oldest. */
async function oldest(
  transaction: Transaction,
  prefixes: readonly Key[],
  isSpared: (row: Row) => boolean,
): Promise<Row[]> {
  const found = await Promise.all(
    prefixes.map(async (prefix) => {
      for (let most = CHUNK; ; most *= 2) {
        const rows = await transaction.list(prefix, most)
        const victims = rows.filter((row) => !isSpared(row))
        if (victims.length >= CHUNK || rows.length < most) return victims
      }
    }),
  )
  const inOrder = found.flat().sort((one, other) => storedAt(one.value) - storedAt(other.value))
  return inOrder.slice(0, CHUNK)
}
