// What leaves with the page when it ends: the newest items that have no answer, as one batch body within a limit.
import type { TailBytes, TailLimits } from '../src/protocol.ts'
import { encodeBody } from './body.ts'
import type { Envelope, Identity } from './body.ts'
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

/** Null where it is more than any tail takes. */
interface Kept extends Pick<ItemRecord, 'seq' | 'pcId' | 'priority'> {
  readonly json: Uint8Array | null
  readonly reduced: Uint8Array | null
}

/** What is kept here is on the way to the server or on the disk, too: more than any tail takes is of no use. */
const MAX_KEPT_BYTES = 1_048_576
/** State changes come first, but for so much of it that the newest reports may need. */
const REPORTS_SHARE = 0.5

export class Tail {
  readonly #parts: TailParts
  /** Captured and unanswered, the oldest first. */
  readonly #kept = new Map<number, Kept>()
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
    if (record.producer !== producer) return
    const most = Math.max(limits.beacon, limits.later)
    const fitting = (bytes?: Uint8Array) => (bytes && bytes.byteLength < most ? bytes : null)
    const { seq, pcId, priority } = record
    const [json, reduced] = [fitting(record.json), fitting(record.reduced)]
    this.#forget(seq)
    if (!json && !reduced) return
    const kept = { seq, pcId, priority, json, reduced }
    this.#kept.set(seq, kept)
    this.#bytes += sizeOf(kept)
    for (const oldest of this.#kept.keys()) {
      if (this.#bytes <= MAX_KEPT_BYTES) break
      this.#forget(oldest)
    }
    this.#change()
  }

  /** These are at the server, or in quarantine. */
  answered(items: readonly Identity[]): void {
    for (const { producer, seq } of items) {
      if (producer === this.#parts.producer) this.#forget(seq)
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
    const kept = this.#kept.get(seq)
    if (!kept) return
    this.#kept.delete(seq)
    this.#bytes -= sizeOf(kept)
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
    for (const { seq, reduced } of reports) take(seq, reduced, room * (1 - REPORTS_SHARE))
    for (const { seq, json } of events) take(seq, json)
    for (const { seq, reduced } of reports) if (!chosen.has(seq)) take(seq, reduced)
    for (const { seq, json } of reports) take(seq, json)
    for (const { seq, json } of newestFirst) if (!chosen.has(seq)) take(seq, json)
    return chosen
  }
}

/** A count of as many digits as an item list can have. */
const COUNT_BYTES = 6

function newestOfEach(newestFirst: readonly Kept[]): Kept[] {
  const found = new Map<string | null, Kept>()
  for (const record of newestFirst) {
    if (!found.has(record.pcId)) found.set(record.pcId, record)
  }
  return [...found.values()]
}

function sizeOf({ json, reduced }: Kept): number {
  return (json?.byteLength ?? 0) + (reduced?.byteLength ?? 0)
}
