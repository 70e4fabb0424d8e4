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
  /** On their way. */
  readonly #out = new Map<string, Turn>()

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
    const turn = await this.#choose()
    if (turn !== null && typeof turn !== 'number') this.#out.set(idOf(turn.place), turn)
    return turn
  }

  async #choose(): Promise<Turn | number | null> {
    const { depot, endpoint, clock, isCallLive } = this.#parts
    const now = clock.elapsed()
    if (endpoint.isProbed) {
      const probe = await depot.smallest(PROBE_AMONG)
      if (probe && !this.#isAway(probe)) return { place: probe, isBacklog: true }
    }
    for (let live = this.#live.shift(); live; live = this.#live.shift()) {
      if (!this.#out.has(idOf(live))) return { place: live, isBacklog: false }
    }
    for (const [id, at] of this.#later) if (at <= now) this.#later.delete(id)
    const waiting = await depot.pending(1 + this.#later.size + this.#out.size)
    if (waiting.length === 0) this.#later.clear()
    const place = waiting.find((oldest) => !this.#isAway(oldest))
    if (place) {
      // How long the next one waits is known when this one has gone.
      const isPaced = endpoint.gapMs(1, isCallLive()) > 0
      const isOut = [...this.#out.values()].some(({ isBacklog }) => isBacklog)
      if (isPaced && isOut) return Infinity
      return Math.max(this.#backlogAt - now, 0) || { place, isBacklog: true }
    }
    const isLater = waiting.some((oldest) => this.#later.has(idOf(oldest)))
    return isLater ? Math.min(...this.#later.values()) - now : null
  }

  /** So many bytes went: the next of the backlog waits for it. */
  went({ place, isBacklog }: Turn, bytes: number): void {
    const { clock, endpoint, isCallLive } = this.#parts
    this.#out.delete(idOf(place))
    if (isBacklog && bytes > 0) {
      this.#backlogAt = clock.elapsed() + endpoint.gapMs(bytes, isCallLive())
    }
  }

  #isAway(place: Place): boolean {
    return this.#later.has(idOf(place)) || this.#out.has(idOf(place))
  }
}

/** A place, as a key of a map. */
export const idOf = ({ queue, key }: Place): string => `${queue.ledger.mode} ${String(key)}`
