// Whose turn it is: new batches before those that have waited, and none that the endpoint wants later.
import type { Clock } from './clock.ts'
import type { Depot, Place } from './depot.ts'
import type { Endpoint } from './endpoint.ts'

export interface TurnsParts {
  readonly depot: Depot
  readonly endpoint: Endpoint
  readonly clock: Clock
  /** Then what has waited goes slowly, for the video comes first. */
  readonly isCallLive: () => boolean
}

export interface Turn {
  readonly place: Place
  /** It waited for more than its turn. */
  readonly isBacklog: boolean
}

/** The smallest of so many batches asks an endpoint that may be down. */
const PROBE_AMONG = 16

export class Turns {
  readonly #parts: TurnsParts
  /** They do not wait for the backlog. */
  #live: Place[] = []
  #backlogAt = 0
  /** Until when, on the steady clock. */
  readonly #later = new Map<string, number>()

  constructor(parts: TurnsParts) {
    this.#parts = parts
  }

  /** This one is new. */
  add(place: Place): void {
    this.#live.push(place)
  }

  /** Nothing can be sent now: what is here has waited. */
  pause(): void {
    this.#live = []
  }

  /** The endpoint wants this one later. */
  putOff(place: Place, ms: number): void {
    this.#later.set(idOf(place), this.#parts.clock.elapsed() + ms)
  }

  /** The batch that is to go, how long none is (ms), or null where none waits. */
  async next(): Promise<Turn | number | null> {
    const { depot, endpoint, clock } = this.#parts
    const now = clock.elapsed()
    if (endpoint.isProbed) {
      const probe = await depot.smallest(PROBE_AMONG)
      if (probe && !this.#later.has(idOf(probe))) return { place: probe, isBacklog: true }
    }
    const live = this.#live.shift()
    if (live) return { place: live, isBacklog: false }
    for (const [id, at] of this.#later) if (at <= now) this.#later.delete(id)
    const waiting = await depot.pending(1 + this.#later.size)
    if (waiting.length === 0) this.#later.clear()
    const place = waiting.find((oldest) => !this.#later.has(idOf(oldest)))
    if (place) return Math.max(this.#backlogAt - now, 0) || { place, isBacklog: true }
    return waiting.length > 0 ? Math.min(...this.#later.values()) - now : null
  }

  /** So many bytes went: the next of the backlog waits for it. */
  went({ isBacklog }: Turn, bytes: number): void {
    const { clock, endpoint, isCallLive } = this.#parts
    if (isBacklog && bytes > 0) {
      this.#backlogAt = clock.elapsed() + endpoint.gapMs(bytes, isCallLive())
    }
  }
}

/** A place, as a key of a map. */
export const idOf = ({ queue, key }: Place): string => `${queue.ledger.mode} ${String(key)}`
