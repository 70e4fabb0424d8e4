// The counters of one transaction: they change in the transaction that changes what they count.
import type { DropCounts, DropReason } from '../src/wire.ts'
import type { Priority } from './item.ts'
import {
  isProducerRow,
  isTotalsRow,
  NEWCOMER,
  NOBODY,
  producerKey,
  ROW_VERSION,
  TOTALS_KEY,
} from './rows.ts'
import type { ProducerRow, Profile, TotalsRow } from './rows.ts'
import type { Transaction } from './store.ts'

const EMPTY: TotalsRow = { v: ROW_VERSION, items: 0, bytes: 0, urgentItems: 0, urgentBytes: 0 }

/** A loss that was counted in a transaction. */
export interface Loss {
  readonly reason: DropReason
  readonly count: number
}

/** What a transaction did to the counters: it counts when the transaction is committed. */
export interface Account {
  readonly losses: readonly Loss[]
  readonly rows: ReadonlyMap<string, ProducerRow>
}

export class Books {
  readonly #transaction: Transaction
  /** The producers that are at home here, as they were last written: somebody may have deleted the database. */
  readonly #residents: ReadonlyMap<string, ProducerRow>
  readonly #producers = new Map<string, ProducerRow>()
  readonly #losses: Loss[] = []
  #totals: TotalsRow

  private constructor(
    transaction: Transaction,
    residents: ReadonlyMap<string, ProducerRow>,
    totals: TotalsRow,
  ) {
    this.#transaction = transaction
    this.#residents = residents
    this.#totals = totals
  }

  static async open(
    transaction: Transaction,
    residents: ReadonlyMap<string, ProducerRow>,
  ): Promise<Books> {
    const totals = await transaction.get(TOTALS_KEY)
    return new Books(transaction, residents, isTotalsRow(totals) ? totals : EMPTY)
  }

  get totals(): TotalsRow {
    return this.#totals
  }

  /** Undefined for a producer that never enrolled, or was forgotten. */
  async producer(producer: string): Promise<ProducerRow | undefined> {
    const open = this.#producers.get(producer)
    if (open) return open
    const stored = await this.#transaction.get(producerKey(producer))
    const row = isProducerRow(stored) ? this.#asOurs(producer, stored) : this.#moveIn(producer)
    if (row) this.#producers.set(producer, row)
    return row
  }

  /** Who the producer is from now on; its counters stay. */
  async enroll(producer: string, profile: Profile, owner: string | null): Promise<void> {
    const known = (await this.producer(producer)) ?? NEWCOMER
    this.#producers.set(producer, { ...known, ...profile, owner })
  }

  /** So many items and bytes more, or fewer. */
  async add(producer: string, priority: Priority, items: number, bytes: number): Promise<void> {
    const totals = this.#totals
    const isUrgent = priority === 0
    this.#totals = {
      v: ROW_VERSION,
      items: totals.items + items,
      bytes: totals.bytes + bytes,
      urgentItems: totals.urgentItems + (isUrgent ? items : 0),
      urgentBytes: totals.urgentBytes + (isUrgent ? bytes : 0),
    }
    await this.change(producer, (row) => ({
      ...row,
      items: row.items + items,
      bytes: row.bytes + bytes,
    }))
  }

  /** Nothing lies there any more. */
  clear(): void {
    this.#totals = EMPTY
  }

  /** Gives them up: told with the next batch of the producer. */
  async drop(producer: string, reason: DropReason, count: number): Promise<void> {
    if (count === 0) return
    this.#losses.push({ reason, count })
    await this.change(producer, (row) => ({
      ...row,
      dropped: plus(row.dropped, { [reason]: count }),
      droppedInAll: plus(row.droppedInAll, { [reason]: count }),
    }))
  }

  /** What was in a body that never arrived is to be told by another one. */
  async untell(producer: string, dropped: DropCounts): Promise<void> {
    await this.change(producer, (row) => ({ ...row, dropped: plus(row.dropped, dropped) }))
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
  close(now: number): Account {
    this.#transaction.put(TOTALS_KEY, this.#totals)
    for (const [producer, row] of this.#producers) {
      const seen = { ...row, seenAt: now }
      this.#producers.set(producer, seen)
      this.#transaction.put(producerKey(producer), seen)
    }
    return { losses: this.#losses, rows: this.#producers }
  }

  /** Another tab may have forgotten who it is. */
  #asOurs(producer: string, stored: ProducerRow): ProducerRow {
    const last = this.#residents.get(producer)
    if (!last || stored.owner !== NOBODY.owner) return stored
    const { sessionId, sessionName, client, owner } = last
    return { ...stored, sessionId, sessionName, client, owner }
  }

  /** All that this producer had here is gone with its row, and is counted. */
  #moveIn(producer: string): ProducerRow | undefined {
    const last = this.#residents.get(producer)
    if (!last) return undefined
    const lost = last.items > 0 ? { cleared: last.items } : {}
    if (last.items > 0) this.#losses.push({ reason: 'cleared', count: last.items })
    return {
      ...last,
      items: 0,
      bytes: 0,
      dropped: plus(last.dropped, lost),
      droppedInAll: plus(last.droppedInAll, lost),
    }
  }
}

export function plus(counts: DropCounts, more: DropCounts): DropCounts {
  const sum: Partial<Record<DropReason, number>> = { ...counts }
  for (const [reason, count] of Object.entries(more)) {
    sum[reason as DropReason] = (sum[reason as DropReason] ?? 0) + count
  }
  return sum
}

/** What is left of `counts` when `taken` has been told. */
export function minus(counts: DropCounts, taken: DropCounts): DropCounts {
  const left = Object.entries(counts).map(
    ([reason, count]) => [reason, count - (taken[reason as DropReason] ?? 0)] as const,
  )
  return Object.fromEntries(left.filter(([, count]) => count > 0))
}
