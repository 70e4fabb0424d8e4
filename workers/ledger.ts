// A store of which every write keeps the books, and says what was lost when it is committed.
import type { DropReason } from '../src/wire.ts'
import { Books } from './books.ts'
import type { Account } from './books.ts'
import type { Clock } from './clock.ts'
import type { ProducerRow } from './rows.ts'
import type { Store, Transaction } from './store.ts'

export interface LedgerParts {
  readonly store: Store
  readonly clock: Clock
  /** Whose rows are written again if somebody deletes them. */
  readonly residents: readonly string[]
  /** Each loss, when its transaction is committed. */
  readonly onDropped: (reason: DropReason, count: number) => void
}

export class Ledger {
  readonly #parts: LedgerParts
  readonly #residents = new Map<string, ProducerRow>()
  readonly #startedAt: number

  constructor(parts: LedgerParts) {
    this.#parts = parts
    this.#startedAt = parts.clock.now() - parts.clock.elapsed()
  }

  get mode(): Store['mode'] {
    return this.#parts.store.mode
  }

  /** The wall clock of the start, and what has gone by since: a clock that is set meanwhile ages nothing. */
  now(): number {
    return this.#startedAt + this.#parts.clock.elapsed()
  }

  read<Result>(work: (transaction: Transaction) => Promise<Result>): Promise<Result> {
    return this.#parts.store.read(work)
  }

  /** All of it or nothing; `work` may run twice, where the first transaction was lost with its database. */
  async write<Result>(
    work: (transaction: Transaction, books: Books) => Promise<Result>,
  ): Promise<Result> {
    const { store, clock, residents, onDropped } = this.#parts
    const { result, account } = await store.write(async (transaction) => {
      const books = await Books.open(transaction, this.#residents)
      const done = await work(transaction, books)
      return { result: done, account: books.close(clock.now()) }
    })
    this.#keep(account, residents)
    for (const { reason, count } of account.losses) onDropped(reason, count)
    return result
  }

  close(): void {
    this.#parts.store.close()
  }

  #keep({ rows }: Account, residents: readonly string[]): void {
    for (const [producer, row] of rows) {
      if (residents.includes(producer)) this.#residents.set(producer, row)
    }
  }
}
