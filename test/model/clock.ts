// The clock of a model world: nothing comes due before what the last moment began has come to rest.
import type { Clock } from '../../workers/clock.ts'

interface Timer {
  readonly at: number
  readonly call: () => void
}

export class ModelClock implements Clock {
  readonly #rest: () => Promise<void>
  #wall = Date.UTC(2026, 0, 1)
  #elapsed = 0
  /** In the order in which they come due. */
  #timers: Timer[] = []

  constructor(rest: () => Promise<void>) {
    this.#rest = rest
  }

  get isWaitedFor(): boolean {
    return this.#timers.length > 0
  }

  now = (): number => this.#wall + this.#elapsed
  elapsed = (): number => this.#elapsed

  after = (ms: number, call: () => void): (() => void) => {
    const timer = { at: this.#elapsed + ms, call }
    const index = this.#timers.findIndex(({ at }) => at > timer.at)
    this.#timers.splice(index === -1 ? this.#timers.length : index, 0, timer)
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer)
    }
  }

  async advance(ms: number): Promise<void> {
    const end = this.#elapsed + ms
    while (this.#timers[0] && this.#timers[0].at <= end) await this.next()
    this.#elapsed = end
  }

  /** Goes to the moment at which the next timer comes due. */
  async next(): Promise<void> {
    const timer = this.#timers.shift()
    if (!timer) return
    this.#elapsed = Math.max(this.#elapsed, timer.at)
    timer.call()
    await this.#rest()
  }

  /** The wall clock jumps; timers do not. */
  jump(ms: number): void {
    this.#wall += ms
  }
}
