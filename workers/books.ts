// The counters of one transaction: they change in the transaction that changes what they count.
import type { DropCounts, DropReason } from '../src/wire.ts'
import { producerKey, ROW_VERSION, TOTALS_KEY } from './rows.ts'
import type { ProducerRow, Profile, TotalsRow } from './rows.ts'
import type { Transaction } from './store.ts'

const EMPTY: TotalsRow = { v: ROW_VERSION, items: 0, bytes: 0 }
const NEWCOMER = { nextBatch: 0, items: 0, dropped: {} }

export class Books {
  readonly #transaction: Transaction
  readonly #producers = new Map<string, ProducerRow>()
  #totals: TotalsRow

  private constructor(transaction: Transaction, totals: TotalsRow) {
    this.#transaction = transaction
    this.#totals = totals
  }

  static async open(transaction: Transaction): Promise<Books> {
    return new Books(transaction, (await transaction.get<TotalsRow>(TOTALS_KEY)) ?? EMPTY)
  }

  get totals(): TotalsRow {
    return this.#totals
  }

  /** Undefined for a producer that never enrolled, or was cleared. */
  async producer(producer: string): Promise<ProducerRow | undefined> {
    const row =
      this.#producers.get(producer) ??
      (await this.#transaction.get<ProducerRow>(producerKey(producer)))
    if (row) this.#producers.set(producer, row)
    return row
  }

  /** Who the producer is from now on; its counters stay. */
  async enroll(producer: string, profile: Profile): Promise<void> {
    const known = (await this.producer(producer)) ?? NEWCOMER
    this.#producers.set(producer, { ...known, ...profile, v: ROW_VERSION })
  }

  /** So many items and bytes more, or fewer. */
  async add(producer: string, items: number, bytes: number): Promise<void> {
    this.#totals = {
      ...this.#totals,
      items: this.#totals.items + items,
      bytes: this.#totals.bytes + bytes,
    }
    await this.change(producer, (row) => ({ ...row, items: row.items + items }))
  }

  async drop(producer: string, reason: DropReason, count: number): Promise<void> {
    await this.change(producer, (row) => ({ ...row, dropped: plus(row.dropped, reason, count) }))
  }

  /** The next number of a producer's batches, never used twice. */
  async takeNumber(producer: string): Promise<number> {
    const n = (await this.producer(producer))?.nextBatch ?? 0
    await this.change(producer, (row) => ({ ...row, nextBatch: n + 1 }))
    return n
  }

  async change(producer: string, change: (row: ProducerRow) => ProducerRow): Promise<void> {
    const row = await this.producer(producer)
    if (row) this.#producers.set(producer, change(row))
  }

  /** Writes what has changed. */
  close(): void {
    this.#transaction.put(TOTALS_KEY, this.#totals)
    for (const [producer, row] of this.#producers) {
      this.#transaction.put(producerKey(producer), row)
    }
  }
}

function plus(counts: DropCounts, reason: DropReason, count: number): DropCounts {
  return { ...counts, [reason]: (counts[reason] ?? 0) + count }
}

/** What is left of `counts` when `taken` has been told. */
export function minus(counts: DropCounts, taken: DropCounts): DropCounts {
  const left = Object.entries(counts).map(
    ([reason, count]) => [reason, count - (taken[reason as DropReason] ?? 0)] as const,
  )
  return Object.fromEntries(left.filter(([, count]) => count > 0))
}
