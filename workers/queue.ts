// The durable queue: items, sealed batches, quarantine. A batch goes only when somebody has answered for it.
import { gunzip } from '../transports/encode.ts'
import type { DropReason } from '../src/wire.ts'
import { encodeBody } from './body.ts'
import { Books, minus } from './books.ts'
import { evict } from './evict.ts'
import type { Bounds } from './evict.ts'
import type { ItemRecord } from './item.ts'
import { itemKey, priorityOf, producerKey, ROW_VERSION } from './rows.ts'
import type { BatchRow, ItemRow, ProducerRow, Profile } from './rows.ts'
import { putBatch, quarantine, toRow } from './shelf.ts'
import type { Part } from './shelf.ts'
import type { Entry, Key, Store, Transaction } from './store.ts'

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
}

export interface SealLimits {
  readonly maxItems: number
  readonly maxBytes: number
}

export interface QueueParts {
  readonly store: Store
  /** This exporter's producers: only theirs are sealed, sent and evicted. */
  readonly producers: readonly string[]
  readonly bounds: Bounds
  readonly now: () => number
  readonly newId: () => string
}

export class Queue {
  readonly #parts: QueueParts
  /** Ours, and those of the dead whose rows we have taken over. */
  readonly #producers: string[]
  #inFlight: Key | null = null

  constructor(parts: QueueParts) {
    this.#parts = parts
    this.#producers = [...parts.producers]
  }

  /** Who the producers are from now on. */
  enroll(profile: Profile): Promise<void> {
    return this.#write(async (_, books) => {
      for (const producer of this.#parts.producers) await books.enroll(producer, profile)
    })
  }

  /** Stores all of them or none; returns how many older ones had to go for them. */
  append(records: readonly ItemRecord[]): Promise<number> {
    return this.#write(async (transaction, books) => {
      for (const { producer, priority, seq, json } of records) {
        const key = itemKey(producer, priority, seq)
        const before = await transaction.get<ItemRow>(key)
        const row: ItemRow = { v: ROW_VERSION, json, bytes: json.byteLength }
        transaction.put(key, row)
        await books.add(producer, before ? 0 : 1, row.bytes - (before?.bytes ?? 0))
      }
      return evict(transaction, books, this.#producers, this.#parts.bounds, this.#inFlight)
    })
  }

  /**
   * Makes one batch of the best items that wait: by priority, then by `seq`, sent in the order of `seq`. Returns how
   * many items are in it; 0 where none waited.
   */
  async seal(producer: string, limits: SealLimits): Promise<number> {
    const { store, newId, now } = this.#parts
    const { profile, waiting } = await store.read(async (transaction) => ({
      profile: await transaction.get<ProducerRow>(producerKey(producer)),
      waiting: await transaction.list<ItemRow>(['i', producer], limits.maxItems),
    }))
    if (!profile) return 0
    const { dropped } = profile
    const envelope = { ...profile, batchId: newId(), producer, sealedAt: now(), dropped }
    const chosen = fill(waiting, limits.maxBytes - encodeBody(envelope, []).byteLength)
    const [best] = chosen
    if (!best) return 0
    const items = [...chosen].sort((one, other) => seqOf(one.key) - seqOf(other.key))
    const json = encodeBody(
      envelope,
      items.map(({ value }) => value.json),
    )
    const part = { batchId: envelope.batchId, count: items.length, json }
    const sealed = await toRow(part, profile.sessionId)
    return this.#write(async (transaction, books) => {
      for (const { key, value } of chosen) {
        // Cleared or evicted while the body was made: the next sealing sees what is there then.
        if (!(await transaction.get(key))) return 0
        await books.add(producer, -1, -value.bytes)
      }
      for (const { key } of chosen) transaction.delete(key)
      await books.change(producer, (row) => ({ ...row, dropped: minus(row.dropped, dropped) }))
      await putBatch(transaction, books, producer, priorityOf(best.key), sealed)
      return sealed.count
    })
  }

  /** The keys of the sealed batches, in the order in which they go: best priority first, then oldest. */
  async pending(most?: number): Promise<Key[]> {
    const keys = await this.#parts.store.read((transaction) =>
      Promise.all(this.#producers.map((producer) => transaction.keys(['b', producer], most))),
    )
    return keys.flat().sort((one, other) => priorityOf(one) - priorityOf(other))
  }

  /** Takes a batch out for an attempt: it is in flight until it is settled or put back. Null where it is gone. */
  async take(key: Key): Promise<StoredBatch | null> {
    const row = await this.#parts.store.read((transaction) => transaction.get<BatchRow>(key))
    if (!row) return null
    this.#inFlight = key
    const producer = String(key[1])
    try {
      const json = row.encoding === 'gzip' ? await gunzip(row.body) : row.body
      return { key, producer, row, json }
    } catch {
      // What lies there is no gzip any more: it cannot be sent, and must not be in the way of the others.
      await this.#replace({ key, producer, row }, (_, books) =>
        books.drop(producer, 'storage', row.count),
      )
      return null
    }
  }

  /** The attempt failed: the batch stays, and remembers it. */
  putBack(batch: StoredBatch, change: Partial<BatchRow>): Promise<void> {
    this.#inFlight = null
    return this.#parts.store.write(async (transaction) => {
      if (await transaction.get(batch.key)) transaction.put(batch.key, { ...batch.row, ...change })
    })
  }

  /** The endpoint has answered for the batch: it goes, and what it did not take goes where the settlement says. */
  async settle(batch: StoredBatch, { again, quarantined }: Settlement): Promise<void> {
    const { producer, row } = batch
    const rows = await Promise.all(again.map((part) => toRow(part, row.sessionId)))
    const refused = quarantined && {
      ...(await toRow(quarantined.part, row.sessionId)),
      reason: quarantined.reason,
    }
    await this.#replace(batch, async (transaction, books) => {
      for (const next of rows) {
        await putBatch(transaction, books, producer, priorityOf(batch.key), next)
      }
      if (refused) await quarantine(transaction, books, producer, refused)
    })
  }

  /** The producers that are not ours. */
  async strangers(): Promise<{ producer: string; row: ProducerRow }[]> {
    const rows = await this.#parts.store.read((transaction) => transaction.list<ProducerRow>(['p']))
    return rows
      .map(({ key, value }) => ({ producer: String(key[1]), row: value }))
      .filter(({ producer }) => !this.#producers.includes(producer))
  }

  /** Forgets a producer that is dead, and has left nothing. */
  sweep(producer: string): Promise<void> {
    return this.#parts.store.write(async (transaction) => {
      const row = await transaction.get<ProducerRow>(producerKey(producer))
      if (row?.items === 0) transaction.delete(producerKey(producer))
    })
  }

  /** From now on this producer's batches are sent, and its items evicted, as ours are. */
  adopt(producer: string): void {
    this.#producers.push(producer)
  }

  /** Counts what was given up before it could be stored. */
  drop(reason: DropReason, count: number): Promise<void> {
    const [producer = ''] = this.#parts.producers
    return this.#write((_, books) => books.drop(producer, reason, count))
  }

  /** Items of this exporter in the store. */
  async size(): Promise<number> {
    const { store, producers } = this.#parts
    const rows = await store.read((transaction) =>
      Promise.all(producers.map((producer) => transaction.get<ProducerRow>(producerKey(producer)))),
    )
    return rows.reduce((sum, row) => sum + (row?.items ?? 0), 0)
  }

  /** Forgets everything that is stored for this endpoint, whoever stored it. */
  clear(): Promise<void> {
    return this.#parts.store.write(async (transaction) => {
      const { producers } = this.#parts
      const before = await Books.open(transaction)
      const rows = await Promise.all(producers.map((producer) => before.producer(producer)))
      transaction.clear([])
      const after = await Books.open(transaction)
      for (const [index, producer] of producers.entries()) {
        const row = rows[index]
        if (!row) continue
        await after.enroll(producer, row)
        await after.change(producer, (now) => ({ ...now, items: 0 }))
        if (row.items > 0) await after.drop(producer, 'cleared', row.items)
      }
      after.close()
    })
  }

  /** The batch leaves the store, and what comes in its place enters, in one transaction. */
  #replace(
    { key, producer, row }: Omit<StoredBatch, 'json'>,
    work: (transaction: Transaction, books: Books) => Promise<void>,
  ): Promise<void> {
    this.#inFlight = null
    return this.#write(async (transaction, books) => {
      if (!(await transaction.get(key))) return
      transaction.delete(key)
      await books.add(producer, -row.count, -row.bytes)
      await work(transaction, books)
    })
  }

  #write<Result>(
    work: (transaction: Transaction, books: Books) => Promise<Result>,
  ): Promise<Result> {
    return this.#parts.store.write(async (transaction) => {
      const books = await Books.open(transaction)
      const result = await work(transaction, books)
      books.close()
      return result
    })
  }
}

const seqOf = (key: Key): number => key[3] as number

/** As many as fit, at least one. */
function fill(waiting: readonly Entry<ItemRow>[], maxBytes: number): readonly Entry<ItemRow>[] {
  let bytes = 0
  const end = waiting.findIndex(({ value }, index) => {
    bytes += value.bytes + 1 // the comma
    return index > 0 && bytes > maxBytes
  })
  return end === -1 ? waiting : waiting.slice(0, end)
}
