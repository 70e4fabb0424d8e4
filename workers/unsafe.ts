// Which captures are nowhere else than in memory: they would die with this worker.
import { identitiesIn } from './body.ts'
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

  /** What is in the first body and in none of the others has been answered for. */
  answered(whole: Uint8Array, rest: readonly Uint8Array[]): void {
    if (this.#items.size === 0) return
    const kept = new Set(rest.flatMap(identitiesIn).map(idOf))
    this.release(identitiesIn(whole).filter((item) => !kept.has(idOf(item))))
  }

  /** All but what is in these bodies lie on the disk, or are gone. */
  allBut(bodies: readonly Uint8Array[]): void {
    const kept = new Set(bodies.flatMap(identitiesIn).map(idOf))
    this.release([...this.#items.values()].filter((item) => !kept.has(idOf(item))))
  }

  /** Nobody has to wait for these any more. */
  release(items: readonly Identity[]): void {
    const released = items.filter((item) => this.#items.delete(idOf(item)))
    if (released.length > 0) this.#onSafe(released)
  }
}

const idOf = ({ producer, seq }: Identity): string => `${producer} ${seq}`
