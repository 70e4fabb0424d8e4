// The durable queue: items, sealed batches, quarantine. A batch goes only when somebody has answered for it.
import { gunzip } from '../transports/encode.ts'
import { LONGEST_WAIT_MS } from '../transports/retry-after.ts'
import type { DropCounts, DropReason } from '../src/wire.ts'
import type { Identity } from './body.ts'
import type { Books } from './books.ts'
import { clear } from './clear.ts'
import { evict } from './evict.ts'
import type { Bounds } from './evict.ts'
import type { ItemRecord } from './item.ts'
import type { Ledger } from './ledger.ts'
import { putItems, toItemRow } from './put-items.ts'
import { repair } from './repair.ts'
import {
  isBatchRow,
  isProducerRow,
  numberOf,
  priorityOf,
  producerKey,
  producerOf,
  sizeOf,
} from './rows.ts'
import type { BatchRow, Profile } from './rows.ts'
import { seal } from './seal.ts'
import type { Sealed, SealLimits } from './seal.ts'
import { putBatch, quarantine, toRow } from './shelf.ts'
import type { Part } from './shelf.ts'
import type { Entry, Key, Transaction } from './store.ts'
import { quarantineUnreadable } from './unreadable.ts'

/** A sealed batch, out of the store for an attempt. */
export interface StoredBatch {
  readonly key: Key
  readonly producer: string
  readonly row: BatchRow
  /** The JSON body. */
  readonly json: Uint8Array<ArrayBuffer>
}

/** What becomes of a batch when it has been answered: all of it is accounted for. */
export interface Settlement {
  /** Batches that go on. */
  readonly again: readonly Part[]
  /** What the endpoint will never take, and what it said. */
  readonly quarantined: { readonly part: Part; readonly reason: string } | null
  /** Losses that the batch told of, and nobody has heard. */
  readonly untold: DropCounts
}

/** The items of a batch that are in none of these parts. */
export function identitiesOf(
  { producer, row }: StoredBatch,
  but: readonly Part[] = [],
): Identity[] {
  const others = new Set(but.flatMap(({ seqs }) => seqs))
  const seqs = (row.seqs ?? []).filter((seq) => !others.has(seq))
  return seqs.map((seq) => ({ producer, seq }))
}

export interface QueueParts {
  readonly ledger: Ledger
  /** This exporter's producers: only theirs are sealed, sent and evicted. */
  readonly producers: readonly string[]
  readonly bounds: () => Bounds
  /** Why something is given up that is over the bounds. */
  readonly reason: DropReason
  /** Wall clock, ms. */
  readonly now: () => number
  readonly newId: () => string
}

export class Queue {
  readonly ledger: Ledger
  readonly #parts: QueueParts
  /** Ours, and those of the dead whose rows we have taken over. */
  readonly #producers: string[]
  readonly #attempted = new Set<string>()
  /** Another user's. */
  readonly #withheld = new Set<string>()
  #owner: string | null = null
  /** Taken, and neither settled nor put back. */
  readonly #inFlight = new Set<string>()

  constructor(parts: QueueParts) {
    this.#parts = parts
    this.ledger = parts.ledger
    this.#producers = [...parts.producers]
  }

  get owner(): string | null {
    return this.#owner
  }

  get producers(): readonly string[] {
    return this.#producers
  }

  /** Who the producers are from now on, and whose batches may be sent. */
  async enroll(profile: Profile, owner: string | null): Promise<void> {
    for (const producer of this.#parts.producers) {
      const row = await this.ledger.read((transaction) => transaction.get(producerKey(producer)))
      if (row !== undefined && !isProducerRow(row)) await repair(this.ledger, producer)
    }
    await this.ledger.write(async (_, books) => {
      for (const producer of this.#parts.producers) await books.enroll(producer, profile, owner)
    })
    this.#owner = owner
    this.#withheld.clear()
  }

  /** Stores all of them or none; what is over the bounds then goes. Returns what they have superseded. */
  append(records: readonly ItemRecord[]): Promise<Identity[]> {
    const at = this.ledger.now()
    const keyed = new Map(
      records.map((record) => {
        const row = toItemRow(record, at)
        return [String(row.key), row]
      }),
    )
    return this.ledger.write(async (transaction, books) => {
      const superseded = await putItems(transaction, books, [...keyed.values()])
      await this.#evict(transaction, books, this.#parts.bounds())
      return superseded
    })
  }

  /** Makes room where the browser has none: a quarter of ours goes. */
  evictQuarter(): Promise<void> {
    return this.ledger.write(async (transaction, books) => {
      const rows = await Promise.all(this.#producers.map((producer) => books.producer(producer)))
      const [ownItems, ownBytes] = rows.reduce(
        ([items, bytes], row) => [items + (row?.items ?? 0), bytes + (row?.bytes ?? 0)],
        [0, 0],
      )
      const { items, bytes } = books.totals
      const bounds = { maxItems: items - ownItems / 4, maxBytes: bytes - ownBytes / 4 }
      await this.#evict(transaction, books, bounds, 0)
    })
  }

  /** Makes one batch of the best items that wait; null where none does. */
  seal(producer: string, limits: SealLimits): Promise<Sealed | null> {
    const { now, newId } = this.#parts
    return seal({ ledger: this.ledger, producer, limits, now, newId })
  }

  /** The keys of the sealed batches that may go, in the order in which they do: best priority first, then oldest. */
  async pending(most?: number): Promise<Key[]> {
    const limit = most === undefined ? undefined : most + this.#withheld.size
    const keys = await this.ledger.read((transaction) =>
      Promise.all(this.#producers.map((producer) => transaction.keys(['b', producer], limit))),
    )
    return (
      keys
        .flat()
        .filter((key) => !this.#withheld.has(String(key)))
        // By number within a priority: the producers take turns.
        .sort(
          (one, other) => priorityOf(one) - priorityOf(other) || numberOf(one) - numberOf(other),
        )
        .slice(0, most)
    )
  }

  /** The smallest of the first batches that may go: what a server that may be down is asked with. */
  async smallest(among: number): Promise<Key | null> {
    const keys = (await this.pending(among)).slice(0, among)
    const sizes = await this.ledger.read((transaction) =>
      Promise.all(keys.map(async (key) => sizeOf(await transaction.get(key)).bytes)),
    )
    return keys[sizes.indexOf(Math.min(...sizes))] ?? null
  }

  /** Takes a batch out for an attempt: it is in flight until it is settled or put back. Null where it cannot go. */
  async take(key: Key): Promise<StoredBatch | null> {
    const row = await this.ledger.read((transaction) => transaction.get(key))
    if (row === undefined) return null
    if (!isBatchRow(row)) return this.#giveUp({ key, value: row })
    if (row.owner !== null && row.owner !== this.#owner) {
      this.#withheld.add(String(key))
      return null
    }
    this.#inFlight.add(String(key))
    try {
      const json = row.encoding === 'gzip' ? await gunzip(row.body) : row.body
      return { key, producer: producerOf(key), row, json }
    } catch {
      return this.#giveUp({ key, value: row })
    }
  }

  /** The attempt failed: the batch stays, and remembers it; the endpoint is left alone until `notBefore`. */
  async putBack(
    { key, producer }: StoredBatch,
    change: Pick<BatchRow, 'attempts' | 'isAnnounced'>,
    notBefore: number,
  ): Promise<void> {
    this.#attempted.add(String(key))
    const written = this.ledger.write(async (transaction, books) => {
      const row = await transaction.get<BatchRow>(key)
      if (row) transaction.put(key, { ...row, ...change })
      await books.change(producer, (known) => ({ ...known, notBefore }))
    })
    await written.finally(() => this.#land(key))
  }

  /**
   * The endpoint has answered for the batch: it goes, and what it did not take goes where the settlement says. Where
   * that fails it stays in flight: what has been answered for must not be given up.
   */
  async settle(batch: StoredBatch, { again, quarantined, untold }: Settlement): Promise<void> {
    const { key, producer, row } = batch
    const priority = priorityOf(key)
    const rows = await Promise.all(again.map((part) => toRow(part, row)))
    const refused = quarantined && {
      ...(await toRow(quarantined.part, { ...row, at: this.ledger.now() })),
      reason: quarantined.reason,
      priority,
    }
    await this.ledger.write(async (transaction, books) => {
      if (!(await transaction.get(key))) return
      transaction.delete(key)
      await books.add(producer, priority, -row.count, -row.bytes)
      await books.change(producer, (known) => ({ ...known, notBefore: 0 }))
      await books.untell(producer, untold)
      for (const next of rows) await putBatch(transaction, books, producer, priority, next)
      if (refused) await quarantine(transaction, books, producer, refused)
    })
    this.#land(key)
    this.#attempted.delete(String(key))
  }

  /** From now on this producer's batches are sent, and its items evicted, as ours are. */
  adopt(producer: string): void {
    if (!this.#producers.includes(producer)) this.#producers.push(producer)
  }

  /** Counts what was given up before it could be stored. */
  drop(reason: DropReason, count: number): Promise<void> {
    const [producer = ''] = this.#parts.producers
    return this.ledger.write((_, books) => books.drop(producer, reason, count))
  }

  /** Items of this exporter alone. */
  async size(): Promise<number> {
    const rows = await this.ledger.read((transaction) =>
      Promise.all(this.#parts.producers.map((producer) => transaction.get(producerKey(producer)))),
    )
    return rows.reduce<number>((sum, row) => sum + (isProducerRow(row) ? row.items : 0), 0)
  }

  /**
   * Until when the endpoint is to be left alone, as anybody who uses this queue has noted. Wall clock, ms. What is
   * impossibly far ahead was noted by a clock that was wrong.
   */
  async notBefore(): Promise<number> {
    const rows = await this.ledger.read((transaction) => transaction.list(['p']))
    const times = rows.map(({ value }) => (isProducerRow(value) ? value.notBefore : 0))
    const latest = this.#parts.now() + LONGEST_WAIT_MS
    return Math.max(0, ...times.filter((time) => time <= latest))
  }

  /** Forgets what everybody has stored here, and counts it. */
  clear(): Promise<void> {
    return clear(this.ledger, this.#parts.producers)
  }

  /** Is it this exporter that sends it? It must not be moved or removed now. */
  isInFlight(key: Key): boolean {
    return this.#inFlight.has(String(key))
  }

  #land(key: Key): void {
    this.#inFlight.delete(String(key))
  }

  #evict(transaction: Transaction, books: Books, bounds: Bounds, reserved?: number): Promise<void> {
    return evict(transaction, books, {
      ...(reserved !== undefined && { reserved }),
      producers: this.#producers,
      bounds,
      reason: this.#parts.reason,
      inFlight: this.#inFlight,
      attempted: this.#attempted,
    })
  }

  /** It cannot be sent, and must not be in the way of the others. */
  async #giveUp(entry: Entry<unknown>): Promise<null> {
    this.#land(entry.key)
    await quarantineUnreadable(this.ledger, [entry], this.#parts.newId)
    return null
  }
}
