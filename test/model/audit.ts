// The invariant, held against every committed transaction: what leaves the store is acked or counted, and nothing else.
import { totalOf, takeStock } from './stock.ts'
import type { Stock } from './stock.ts'
import { producerOf, seqOf } from '../../workers/rows.ts'
import { identityOf } from './captures.ts'
import type { Identity } from './captures.ts'
import type { Server } from './server.ts'
import type { Commit } from './view.ts'

/** A batch that a tab has an answer for, which says what the endpoint has taken of it. */
export interface Answered {
  readonly batchId: string
  readonly taken: readonly Identity[]
  /** The endpoint has read it, and with it the losses that it tells of. */
  readonly isAccepted: boolean
}

/** What a tab is at when it commits. */
export interface Actor {
  /** Batches that any living tab has sent, and has no answer for. */
  readonly flights: readonly string[]
  readonly answered: Answered | null
}

export class Audit {
  /** Everything that was ever given to a queue, by identity. */
  readonly #offered = new Map<Identity, number>()
  readonly captured = new Set<Identity>()
  readonly acked = new Set<Identity>()
  readonly #dropped = new Set<Identity>()
  readonly #bodies = new Map<string, string>()
  #told = 0
  /** Counted in rows that are gone. */
  #retired = 0
  #unstored = 0

  offer(identity: Identity, capture: number): void {
    this.#offered.set(identity, capture)
  }

  /** Returns how many losses it counts. */
  check({ before, after, puts }: Commit, actor: Actor): number {
    const [past, now] = [takeStock(before), takeStock(after)]
    this.#checkBatchIds(now)
    const retired = takeStock(
      before.filter((row) => row.key[0] === 'p' && isGone(row, after)).map(emptied),
    )
    this.#retired += retired.dropped

    const held = new Set(past.captures.keys())
    for (const { key } of puts.filter((put) => put.key[0] === 'i')) {
      const identity = identityOf(producerOf(key), seqOf(key))
      if (!this.#offered.has(identity)) throw new Error(`${identity} was never captured`)
      this.captured.add(identity)
      held.add(identity)
    }
    for (const [identity, capture] of now.captures) {
      if (this.#offered.get(identity) !== capture) throw new Error(`${identity} is another item`)
      if (!held.has(identity)) throw new Error(`${identity} comes from nowhere`)
    }
    const drops = now.dropped + retired.dropped - past.dropped
    const unstored = now.unstored + retired.unstored - past.unstored
    this.#unstored += unstored
    const lost = [...held].filter((identity) => !now.captures.has(identity))
    const isAnswered = this.#bury(lost, drops - unstored, actor.answered)
    this.#checkFlights(past, now, actor.flights)
    this.#checkTold(past, now, isAnswered ? actor.answered : null, drops)
    return drops
  }

  /** What is in no store any more is acked, or dropped and counted; both exactly. Is it the answer that moved it? */
  #bury(lost: readonly Identity[], drops: number, answered: Answered | null): boolean {
    const taken = lost.filter((identity) => answered?.taken.includes(identity))
    const isAcked = lost.length !== drops
    if (isAcked && lost.length - taken.length !== drops) {
      throw new Error(`${lost.length} items left, ${taken.length} acked, and ${drops} were counted`)
    }
    for (const identity of lost) {
      if (isAcked && taken.includes(identity)) this.acked.add(identity)
      else this.#dropped.add(identity)
    }
    return isAcked || lost.length === 0
  }

  #checkBatchIds({ batches }: Stock): void {
    for (const [batchId, { text }] of batches) {
      const before = this.#bodies.get(batchId) ?? text
      if (before !== text) throw new Error(`two bodies are ${batchId}`)
      this.#bodies.set(batchId, text)
    }
  }

  /** Only `clear()`, which takes all, takes away what is on its way. */
  #checkFlights(past: Stock, now: Stock, flights: readonly string[]): void {
    if (now.captures.size === 0) return
    const gone = flights.find((id) => past.batches.has(id) && !now.batches.has(id))
    if (gone !== undefined) throw new Error(`${gone} went while it was in flight`)
  }

  /** A loss is told by exactly one batch that was accepted, or is still to be told. */
  #checkTold(past: Stock, now: Stock, answered: Answered | null, drops: number): void {
    const told = past.untold + drops - now.untold
    const batch = answered?.isAccepted ? past.batches.get(answered.batchId) : undefined
    const isSettled = answered && !now.batches.has(answered.batchId)
    const due = batch && isSettled ? totalOf(batch.row.dropped) : 0
    if (told !== due) throw new Error(`${told} losses were told, and ${due} should have been`)
    this.#told += told
  }

  /** What is acked has arrived, what has arrived was captured, and is the item that it was. */
  checkServer({ ledger, lost }: Server): void {
    for (const identity of this.acked) {
      if (!ledger.has(identity) && !lost.has(identity)) throw new Error(`${identity} never arrived`)
    }
    for (const [identity, capture] of ledger) {
      if (this.captured.has(identity) && this.#offered.get(identity) === capture) continue
      throw new Error(`${identity} arrived, and was never captured`)
    }
  }

  /** Of all that was captured nothing is missing, and nothing is there twice. */
  checkAll(rows: Commit['after']): void {
    const { captures, dropped, untold } = takeStock(rows)
    const missing = [...this.captured].filter(
      (identity) => !captures.has(identity) && !this.acked.has(identity),
    )
    const counted = dropped + this.#retired - this.#unstored
    if (missing.length !== counted) {
      throw new Error(`${missing.length} of ${this.captured.size} are missing, ${counted} counted`)
    }
    if (missing.some((identity) => !this.#dropped.has(identity))) throw new Error('a wrong one')
    const losses = dropped + this.#retired
    if (this.#told + untold !== losses) {
      throw new Error(`${this.#told} told and ${untold} to tell are not ${losses}`)
    }
  }
}

type Row = Commit['after'][number]

const isGone = ({ key }: Row, after: readonly Row[]): boolean =>
  !after.some((row) => String(row.key) === String(key))

/** A row that is gone has nothing left to count. */
const emptied = ({ key, value }: Row): Row => ({
  key,
  value: { ...(value as object), items: 0, bytes: 0 },
})
