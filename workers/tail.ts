// What leaves with the page when it ends: the newest items that have no answer, as one batch body within a limit.
import type { TailBytes, TailLimits } from '../src/protocol.ts'
import type { Item, StatsData } from '../src/wire.ts'
import { encodeBody, identitiesIn } from './body.ts'
import type { Envelope } from './body.ts'
import { reduceDetail } from './detail.ts'
import type { ItemRecord } from './item.ts'
import type { Profile } from './rows.ts'

export interface TailParts {
  readonly producer: string
  readonly limits: TailLimits
  readonly profile: Profile
  /** Wall clock, ms. */
  readonly now: () => number
  readonly newId: () => string
}

/** What is kept here is on the way to the server or on the disk, too: more than any tail takes is of no use. */
const MAX_KEPT_BYTES = 1_048_576
/** State changes come first, but for so much of it that the newest reports may need. */
const REPORTS_SHARE = 0.5

export class Tail {
  readonly #parts: TailParts
  /** Captured and unanswered, the oldest first. */
  readonly #kept = new Map<number, ItemRecord>()
  readonly #reduced = new WeakMap<ItemRecord, Uint8Array | null>()
  #bytes = 0
  /** In whose name it leaves. */
  #profile: Profile
  #epoch: number
  /** What the page has of it. */
  readonly #isFresh = { beacon: true, later: true }

  constructor(parts: TailParts) {
    this.#parts = parts
    this.#profile = parts.profile
    this.#epoch = parts.limits.epoch
  }

  get epoch(): number {
    return this.#epoch
  }

  /** Nothing that came before is to leave any more: another user is here, or the app wants it forgotten. */
  forget(epoch: number): void {
    this.#epoch = epoch
    this.#kept.clear()
    this.#bytes = 0
    this.#change()
  }

  /** From now on it leaves in this name. */
  open(profile: Profile): void {
    this.#profile = profile
    this.#change()
  }

  add(record: ItemRecord): void {
    const { producer, limits } = this.#parts
    if (record.producer !== producer || limits.beacon + limits.later === 0) return
    this.#forget(record.seq)
    this.#kept.set(record.seq, record)
    this.#bytes += record.json.byteLength
    for (const seq of this.#kept.keys()) {
      if (this.#bytes <= MAX_KEPT_BYTES) break
      this.#forget(seq)
    }
    this.#change()
  }

  /** What is in the first body and in none of the others is at the server, or in quarantine. */
  answered(whole: Uint8Array, rest: readonly Uint8Array[]): void {
    if (this.#kept.size === 0) return
    const again = new Set(rest.flatMap(identitiesIn).map(({ seq }) => seq))
    for (const { producer, seq } of identitiesIn(whole)) {
      if (producer === this.#parts.producer && !again.has(seq)) this.#forget(seq)
    }
  }

  /** For the page, which keeps it until the next one; undefined where it has not changed since. */
  take(kind: 'beacon' | 'later'): TailBytes | undefined {
    const limit = this.#parts.limits[kind]
    if (this.#isFresh[kind] || limit === 0) return undefined
    this.#isFresh[kind] = true
    return { epoch: this.#epoch, bytes: this.#encode(limit) }
  }

  #forget(seq: number): void {
    const record = this.#kept.get(seq)
    if (!record) return
    this.#kept.delete(seq)
    this.#bytes -= record.json.byteLength
    this.#change()
  }

  #change(): void {
    this.#isFresh.beacon = false
    this.#isFresh.later = false
  }

  /** Null where there is nothing. */
  #encode(limitBytes: number): Uint8Array<ArrayBuffer> | null {
    const { producer, now, newId } = this.#parts
    if (this.#kept.size === 0) return null
    const sealedAt = now()
    const envelope: Envelope = {
      ...this.#profile,
      batchId: newId(),
      producer,
      sealedAt,
      dropped: {}, // told by the batches that are answered
    }
    // The count of the items stands in the head.
    const room = limitBytes - encodeBody(envelope, []).byteLength - COUNT_BYTES
    const chosen = this.#choose(room)
    if (chosen.size === 0) return null
    const inOrder = [...chosen].sort(([one], [other]) => one - other)
    return encodeBody(
      envelope,
      inOrder.map(([, json]) => json),
    )
  }

  /** By seq. State changes first, then the newest report of each connection, then what else fits, the newest first. */
  #choose(room: number): Map<number, Uint8Array> {
    const chosen = new Map<number, Uint8Array>()
    let left = room
    const take = (seq: number, json: Uint8Array | null, least = 0): boolean => {
      const had = chosen.get(seq)
      const bytes = json ? json.byteLength + 1 - (had ? had.byteLength + 1 : 0) : Infinity
      if (!json || left - bytes < least) return false
      chosen.set(seq, json)
      left -= bytes
      return true
    }
    const newestFirst = [...this.#kept.values()].reverse()
    const events = newestFirst.filter(({ priority }) => priority === 0)
    const reports = newestOfEach(newestFirst.filter(({ priority }) => priority > 0))
    for (const record of reports) take(record.seq, this.#reduce(record), room * (1 - REPORTS_SHARE))
    for (const { seq, json } of events) take(seq, json)
    for (const record of reports) {
      if (!chosen.has(record.seq)) take(record.seq, this.#reduce(record))
    }
    for (const { seq, json } of reports) take(seq, json)
    for (const { seq, json } of newestFirst) if (!chosen.has(seq)) take(seq, json)
    return chosen
  }

  /** The metrics alone. Null where these bytes are no item. */
  #reduce(record: ItemRecord): Uint8Array | null {
    const known = this.#reduced.get(record)
    if (known !== undefined) return known
    const reduced = reduce(record.json)
    this.#reduced.set(record, reduced)
    return reduced
  }
}

/** A count of as many digits as an item list can have. */
const COUNT_BYTES = 6

function newestOfEach(newestFirst: readonly ItemRecord[]): ItemRecord[] {
  const found = new Map<string | null, ItemRecord>()
  for (const record of newestFirst) {
    if (!found.has(record.pcId)) found.set(record.pcId, record)
  }
  return [...found.values()]
}

function reduce(json: Uint8Array): Uint8Array {
  const { rawStats: _, statsObject: __, ...item } = JSON.parse(decoder.decode(json)) as Item
  const data = reduceDetail(item.data as StatsData, 'metrics')
  return encoder.encode(JSON.stringify({ ...item, partial: true, data }))
}

const decoder = new TextDecoder()
const encoder = new TextEncoder()
