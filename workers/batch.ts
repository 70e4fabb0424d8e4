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
  /** The bytes of each item that waits, oldest first. */
  #waiting: number[] = []
  #cancelAge: (() => void) | null = null
  #sealing: Promise<unknown> = Promise.resolve()

  constructor(parts: BatcherParts) {
    this.#parts = parts
  }

  /** These are in the store now. */
  add(records: readonly ItemRecord[]): void {
    const { limits, isHeld } = this.#parts
    for (const { json } of records) this.#waiting.push(json.byteLength)
    if (isHeld()) this.#waiting = this.#waiting.slice(-limits.maxItems)
    const reason = isHeld() ? null : this.#fullBy()
    if (reason) void this.flush(reason) // it never rejects
    this.#watchAge()
  }

  /** Seals what waits; by `count` and `bytes` only what fills a batch. Resolves when that is done. */
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
    const bytes = this.#waiting.reduce((sum, size) => sum + size, 0)
    return bytes >= limits.maxBytes ? 'bytes' : null
  }

  async #seal(reason: FlushReason): Promise<void> {
    const onlyFull = reason === 'count' || reason === 'bytes'
    while (!onlyFull || this.#fullBy()) {
      const count = await this.#parts.seal(reason)
      // None is left in the store, though some were seen: they were cleared or evicted.
      this.#waiting.splice(0, count === 0 ? this.#waiting.length : count)
      if (count === 0) break
    }
    if (this.#waiting.length === 0) this.stop()
    this.#watchAge()
  }

  #watchAge(): void {
    if (this.#waiting.length === 0) return
    const { clock, limits, isHeld } = this.#parts
    this.#cancelAge ??= clock.after(limits.maxAgeMs, () => {
      this.#cancelAge = null
      if (isHeld()) this.#watchAge()
      else void this.flush('age') // it never rejects
    })
  }
}
