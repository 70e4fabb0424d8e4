// Says when waiting items become a batch: by count, by bytes, by age, or because somebody asks.
import type { Clock } from './clock.ts'
import type { ItemRecord } from './item.ts'

export type FlushReason = 'count' | 'bytes' | 'age' | 'flush' | 'destroy' | 'user'

interface BatchLimits {
  readonly maxItems: number
  readonly maxBytes: number
  readonly maxAgeMs: number
}

export interface BatcherParts {
  readonly clock: Clock
  readonly limits: BatchLimits
  /** Makes one batch of what waits; returns how many items are in it, 0 where none was left. */
  readonly seal: (reason: FlushReason) => Promise<number>
  /** Nothing goes now, and newer items may take the place of those that wait: only who asks seals them. */
  readonly isHeld: () => boolean
}

export class Batcher {
  readonly #parts: BatcherParts
  /** What waits, oldest first. */
  #waiting: { readonly bytes: number; readonly dueAt: number }[] = []
  #cancelAge: (() => void) | null = null
  #sealing: Promise<unknown> = Promise.resolve()

  constructor(parts: BatcherParts) {
    this.#parts = parts
  }

  /** These are in the store now. */
  add(records: readonly ItemRecord[]): void {
    const { limits, isHeld, clock } = this.#parts
    const dueAt = clock.elapsed() + limits.maxAgeMs
    for (const { json } of records) this.#waiting.push({ bytes: json.byteLength, dueAt })
    if (isHeld()) this.#waiting = this.#waiting.slice(-limits.maxItems)
    const reason = isHeld() ? null : this.#fullBy()
    if (reason) void this.flush(reason) // it never rejects
    this.#watchAge()
  }

  /**
   * Seals what waits; by `count` and `bytes` only what fills a batch, by `age` what is due with what fits beside it: two
   * small batches would be compressed far worse than one. Resolves when that is done.
   */
  flush(reason: FlushReason): Promise<void> {
    const flushed = this.#sealing.then(() => this.#seal(reason))
    this.#sealing = flushed
    return flushed
  }

  stop(): void {
    this.#cancelAge?.()
    this.#cancelAge = null
  }

  #fullBy(): FlushReason | null {
    const { limits } = this.#parts
    if (this.#waiting.length >= limits.maxItems) return 'count'
    const bytes = this.#waiting.reduce((sum, item) => sum + item.bytes, 0)
    return bytes >= limits.maxBytes ? 'bytes' : null
  }

  async #seal(reason: FlushReason): Promise<void> {
    while (this.#isToGo(reason)) {
      const count = await this.#parts.seal(reason)
      // None is left in the store, though some were seen: they were cleared or evicted.
      this.#waiting.splice(0, count === 0 ? this.#waiting.length : count)
      if (count === 0) break
    }
    this.stop()
    this.#watchAge()
  }

  #isToGo(reason: FlushReason): boolean {
    if (this.#fullBy()) return true
    if (reason === 'age') return this.#leftMs <= 0
    return reason !== 'count' && reason !== 'bytes'
  }

  /** Until the oldest is due. Where none is known the store may still have some: more came than were counted while held. */
  get #leftMs(): number {
    return (this.#waiting[0]?.dueAt ?? 0) - this.#parts.clock.elapsed()
  }

  #watchAge(ms = this.#leftMs): void {
    if (this.#waiting.length === 0) return
    const { clock, limits, isHeld } = this.#parts
    this.#cancelAge ??= clock.after(ms, () => {
      this.#cancelAge = null
      if (isHeld()) this.#watchAge(limits.maxAgeMs)
      else void this.flush('age') // it never rejects
    })
  }
}
