// Which captures are nowhere else than in memory: they would die with this worker.
import type { Identity } from './body.ts'

/** Older ones have been sent, or evicted. */
const MAX_UNSAFE = 20_000

export class Unsafe {
  readonly #onSafe: (items: readonly Identity[]) => void
  readonly #items = new Map<string, Identity>()

  constructor(onSafe: (items: readonly Identity[]) => void) {
    this.#onSafe = onSafe
  }

  add(items: readonly Identity[]): void {
    for (const { producer, seq } of items) {
      this.#items.set(idOf({ producer, seq }), { producer, seq })
      const [oldest = ''] = this.#items.keys()
      if (this.#items.size > MAX_UNSAFE) this.#items.delete(oldest)
    }
  }

  /** All but these lie on the disk, or are gone. */
  allBut(items: readonly Identity[]): void {
    const kept = new Set(items.map(idOf))
    this.release([...this.#items.values()].filter((item) => !kept.has(idOf(item))))
  }

  /** Nobody has to wait for these any more. */
  release(items: readonly Identity[]): void {
    const released = items.filter((item) => this.#items.delete(idOf(item)))
    if (released.length > 0) this.#onSafe(released)
  }
}

const idOf = ({ producer, seq }: Identity): string => `${producer} ${seq}`
