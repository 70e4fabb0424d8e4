// Sealing: items out, one immutable batch in, in one transaction (DURABILITY.md, Store 6).
import type { ClientQueue, DropCounts } from '../src/wire.ts'
import { encodeBody } from './body.ts'
import { minus } from './books.ts'
import type { Ledger } from './ledger.ts'
import {
  firstsOf,
  isItemRow,
  isProducerRow,
  oldestAgeOf,
  priorityOf,
  producerKey,
  seqOf,
} from './rows.ts'
import type { ItemRow } from './rows.ts'
import { putBatch, toRow } from './shelf.ts'
import type { Entry, Key } from './store.ts'
import { quarantineUnreadable } from './unreadable.ts'

export interface SealLimits {
  readonly maxItems: number
  readonly maxBytes: number
}

export interface Sealed {
  readonly key: Key
  /** Items in it. */
  readonly count: number
}

export interface SealParts {
  readonly ledger: Ledger
  readonly producer: string
  readonly limits: SealLimits
  /** Wall clock, ms. */
  readonly now: () => number
  readonly newId: () => string
}

/** While more batches wait than this, each holds one priority, so that stats can be evicted and state changes kept. */
const MIXED_UP_TO = 4

/**
 * Makes one batch of the best items that wait: by priority, then by `seq`, sent in the order of `seq`. Null where
 * none waits. What cannot be read goes into quarantine.
 */
export async function seal(parts: SealParts): Promise<Sealed | null> {
  const { ledger, producer, limits, now, newId } = parts
  const { profile, waiting, backlog, oldest } = await ledger.read(async (transaction) => {
    const { length } = await transaction.keys(['b', producer], MIXED_UP_TO + 1)
    return {
      profile: await transaction.get(producerKey(producer)),
      waiting: await transaction.list(['i', producer], limits.maxItems),
      backlog: length,
      oldest: await firstsOf(transaction, producer, length > 0 ? ['b'] : []),
    }
  })
  const unreadable = waiting.filter(({ value }) => !isItemRow(value))
  if (unreadable.length > 0) {
    await quarantineUnreadable(ledger, unreadable, newId)
    return seal(parts)
  }
  const items = waiting as Entry<ItemRow>[]
  const [best] = items
  if (!isProducerRow(profile) || !best) return null

  const priority = priorityOf(best.key)
  const alike = items.filter(({ key }) => priorityOf(key) === priority)
  const queue: ClientQueue = {
    depth: profile.items,
    bytes: profile.bytes,
    oldestAgeMs: oldestAgeOf([...items, ...oldest], ledger.now()),
    mode: ledger.mode,
  }
  const client = { ...profile.client, queue }
  const envelope = { ...profile, client, batchId: newId(), producer, sealedAt: now() }
  const room = limits.maxBytes - encodeBody(envelope, []).byteLength
  const chosen = fill(backlog > MIXED_UP_TO ? alike : items, room)
  const body = [...chosen].sort((one, other) => seqOf(one.key) - seqOf(other.key))
  const json = encodeBody(
    envelope,
    body.map(({ value }) => value.json),
  )
  const { batchId } = envelope
  const seqs = body.map(({ key }) => seqOf(key))
  const part = { batchId, count: seqs.length, seqs, json, dropped: profile.dropped }
  const at = Math.min(...body.map(({ value }) => value.at))
  const row = await toRow(part, { ...profile, at })

  const sealed = await ledger.write(async (transaction, books) => {
    const found = await Promise.all(chosen.map(({ key }) => transaction.get<ItemRow>(key)))
    const isSame = chosen.every(({ value }, index) => found[index]?.bytes === value.bytes)
    const known = await books.producer(producer)
    if (!isSame || !known || !includes(known.dropped, profile.dropped)) return null
    for (const { key, value } of chosen) {
      transaction.delete(key)
      await books.add(producer, priorityOf(key), -1, -value.bytes)
    }
    const dropped = minus(known.dropped, profile.dropped)
    await books.change(producer, (producerRow) => ({ ...producerRow, dropped }))
    return { key: await putBatch(transaction, books, producer, priority, row), count: row.count }
  })
  // While the body was made some of it was cleared, evicted, sealed or told by another one.
  return sealed ?? seal(parts)
}

function includes(counts: DropCounts, some: DropCounts): boolean {
  return Object.keys(minus(some, counts)).length === 0
}

/** As many as fit, at least one. */
function fill(waiting: readonly Entry<ItemRow>[], maxBytes: number): readonly Entry<ItemRow>[] {
  let bytes = 0
  return waiting.filter(({ value }, index) => {
    bytes += value.bytes + 1 // the comma
    return index === 0 || bytes <= maxBytes
  })
}
