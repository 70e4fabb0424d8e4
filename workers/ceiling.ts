// How large a body the endpoint takes, as learnt from its 413s.
import type { Clock } from './clock.ts'

/** Then it is asked anew: a server may have been given more room. */
const LEARNT_FOR_MS = 60 * 60_000

export class Ceiling {
  readonly #clock: Clock
  #refusedBytes = Infinity
  #refusedAt = 0
  #acceptedBytes = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** A batch of more is cut in two before it is sent; sealing keeps below it. */
  get batchBytes(): number {
    this.#forgetTheOld()
    return Math.max(this.#refusedBytes / 2, this.#acceptedBytes)
  }

  /** True: too large, without asking. One item alone is tried until one of its size was refused. */
  isTooLarge(bytes: number, count: number): boolean {
    this.#forgetTheOld()
    return count > 1 ? bytes > this.batchBytes : bytes >= this.#refusedBytes
  }

  refused(bytes: number): void {
    if (this.#refusedBytes === Infinity) this.#refusedAt = this.#clock.elapsed()
    this.#refusedBytes = Math.min(this.#refusedBytes, bytes)
    // A server that has been set up anew: what it took before proves nothing.
    if (this.#acceptedBytes >= bytes) this.#acceptedBytes = 0
  }

  accepted(bytes: number): void {
    this.#acceptedBytes = Math.max(this.#acceptedBytes, bytes)
    if (bytes >= this.#refusedBytes) this.#refusedBytes = Infinity
  }

  #forgetTheOld(): void {
    if (this.#clock.elapsed() - this.#refusedAt >= LEARNT_FOR_MS) this.#refusedBytes = Infinity
  }
}
