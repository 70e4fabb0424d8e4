// Sends what is sealed, one batch at a time, and waits as the endpoint asks. The queue keeps what has no answer.
import { clampRetryMs } from '../transports/retry-after.ts'
import type { Transport } from '../transports/transport.ts'
import { attempt } from './attempt.ts'
import { Ceiling } from './ceiling.ts'
import type { Clock } from './clock.ts'
import { within } from './clock.ts'
import type { Credentials } from './credentials.ts'
import type { Place, Taken } from './depot.ts'
import { reasonForLater } from './outcome.ts'
import type { FinalResult } from './outcome.ts'
import { Settler } from './settler.ts'
import type { SettlerParts } from './settler.ts'
import { idOf, Turns } from './turns.ts'
import type { Turn } from './turns.ts'

export interface SenderParts extends SettlerParts {
  readonly transport: Transport
  readonly credentials: Credentials
  readonly clock: Clock
  readonly limits: { readonly timeout: number; readonly maxRetries: number }
  /** False only postpones; true proves nothing. */
  readonly isOnline: () => boolean
  /** Then what has waited goes slowly, for the video comes first. */
  readonly isCallLive: () => boolean
}

/** So often a pause is looked at again: the network may be back. */
const LOOK_MS = 5000
/** What nobody hears so many times in a row, when all is to be sent at once, the rest would not be heard either. */
const UNHEARD_AT_MOST = 5

export class Sender {
  readonly #parts: SenderParts
  readonly #turns: Turns
  readonly #ceiling: Ceiling
  readonly #settler: Settler
  #isStopped = false
  /** Nothing is sent while this is aborted. */
  #held = new AbortController()
  #wasOffline = false
  #cancelWait: (() => void) | null = null
  #running: Promise<unknown> | null = null
  #isWoken = false
  #ring = (): void => {}
  /** The last answer was a good one: as many may be on their way as the transport can have. */
  #isFlowing = false
  /** What goes wrong for several that are on their way together goes wrong once. */
  #round = 0

  constructor(parts: SenderParts) {
    this.#parts = parts
    this.#settler = new Settler(parts)
    this.#turns = new Turns(parts)
    this.#ceiling = new Ceiling(parts.clock)
  }

  /** Items sent so far. */
  get sent(): number {
    return this.#settler.sent
  }

  /** A batch of more JSON bytes would be cut in two. */
  get batchBytes(): number {
    return this.#ceiling.batchBytes
  }

  /** This one is new. */
  add(place: Place): void {
    this.#turns.add(place)
    this.wake()
  }

  /** There may be something to send. */
  wake(): void {
    this.#isWoken = true
    this.#ring()
    if (this.#running || this.#isQuiet) return
    this.#running = this.#drain().finally(() => {
      this.#running = null
      if (this.#isWoken) this.wake()
    })
  }

  /** Tries each batch once, now, whatever the endpoint said last, until the deadline on the steady clock. */
  async sendAll(deadline: number): Promise<void> {
    const { clock } = this.#parts
    while (this.#running) {
      const leftMs = deadline - clock.elapsed()
      if (leftMs <= 0) return
      await within(clock, leftMs, this.#running, null)
    }
    // Where the store fails, what it has is still there.
    this.#running = this.#tryAll(deadline)
      .catch(() => {})
      .finally(() => {
        this.#running = null
        this.wake()
      })
    await within(clock, Math.max(deadline - clock.elapsed(), 0), this.#running, null)
  }

  /** Nothing is sent while the work is done: what is on its way is taken back. */
  async quietly(work: () => Promise<void>): Promise<void> {
    this.#held.abort(new Error('another user is here'))
    try {
      while (this.#running) await this.#running
      await work()
    } finally {
      this.#held = new AbortController()
      this.wake()
    }
  }

  stop(): void {
    this.#isStopped = true
    this.#cancelWait?.()
    this.#parts.transport.close()
  }

  /** One batch after the other while the endpoint takes them, or a few together. */
  async #drain(): Promise<void> {
    const { clock } = this.#parts
    this.#cancelWait?.()
    const flights = new Set<Promise<unknown>>()
    while (!this.#isQuiet) {
      this.#isWoken = false
      const woken = new Promise<void>((resolve) => (this.#ring = resolve))
      const next = await this.#next()
      if (next !== null && typeof next !== 'number') {
        const flight = this.#fly(next).finally(() => flights.delete(flight))
        flights.add(flight)
        if (flights.size >= this.#window) await Promise.race(flights)
      } else if (flights.size > 0) {
        await Promise.race([...flights, woken])
      } else {
        if (next === null) return
        this.#cancelWait = clock.after(Math.min(next, LOOK_MS), () => this.wake())
        return
      }
    }
    await Promise.all(flights)
  }

  /** As `Turns.next`. */
  async #next(): Promise<Turn | number | null> {
    try {
      return this.#closedMs() || (await this.#turns.next())
    } catch {
      // The store failed; what is in it waits.
      this.#parts.endpoint.failed()
      return this.#parts.endpoint.waitMs
    }
  }

  async #fly(turn: Turn): Promise<void> {
    const { endpoint, limits } = this.#parts
    try {
      this.#turns.went(turn, (await this.#try(turn.place, limits.timeout)) ?? 0)
    } catch {
      // The store failed; the batch is still in it, or the store is gone with it.
      this.#turns.went(turn, 0)
      endpoint.failed()
    }
  }

  get #window(): number {
    return this.#isFlowing ? (this.#parts.transport.window ?? 1) : 1
  }

  get #isQuiet(): boolean {
    return this.#isStopped || this.#held.signal.aborted
  }

  /** How long nothing is to be sent at all, ms. */
  #closedMs(): number {
    const { endpoint, isOnline } = this.#parts
    const isOffline = !isOnline()
    if (isOffline) endpoint.offline()
    else if (this.#wasOffline) endpoint.online()
    this.#wasOffline = isOffline
    const closedMs = isOffline ? LOOK_MS : endpoint.waitMs
    if (closedMs > 0) this.#turns.pause()
    return closedMs
  }

  /** What becomes of them is tried too: the halves of a batch that was too large. */
  async #tryAll(deadline: number): Promise<void> {
    const { depot, clock, isOnline } = this.#parts
    const tried = new Set<string>()
    let unheard = 0
    for (;;) {
      const places = isOnline() ? await depot.pending() : []
      const untried = places.filter((place) => !tried.has(idOf(place)))
      if (untried.length === 0) return
      for (const place of untried) {
        const leftMs = deadline - clock.elapsed()
        if (leftMs <= 0 || unheard >= UNHEARD_AT_MOST || this.#isQuiet) return
        tried.add(idOf(place))
        unheard = (await this.#try(place, leftMs)) === null ? unheard + 1 : 0
      }
    }
  }

  /** Returns the bytes that the endpoint has answered for; null where it did not. */
  async #try(place: Place, limitMs: number): Promise<number | null> {
    const { depot, endpoint, credentials, limits, transport, clock } = this.#parts
    const batch = await depot.take(place)
    if (!batch) return 0
    const { row, json } = batch
    const { batchId, count } = row
    const bytes = json.byteLength
    const foregone = this.#foregone(batch)
    if (foregone) {
      await this.#settler.finish(batch, foregone)
      return 0
    }
    const limit = Math.min(limitMs, limits.timeout)
    const { signal } = this.#held
    const round = this.#round
    const result = await attempt(transport, clock, { batchId, count, json }, limit, signal)
    if (signal.aborted && result.status === 'retry') {
      await this.#settler.keep(batch, result.error, false, false)
      return null
    }
    const isNews = round === this.#round
    this.#isFlowing = result.status === 'ok'
    switch (result.status) {
      case 'retry': {
        const afterMs = clampRetryMs(result.afterMs)
        if (afterMs !== undefined) endpoint.asked(afterMs)
        else if (isNews) endpoint.failed()
        this.#goneWrong()
        const isRefusal = result.isRefusal === true
        await this.#settler.keep(batch, result.error, afterMs === undefined, isRefusal)
        return null
      }
      case 'unauthorized': {
        if (isNews) credentials.forget()
        const isRefusal = isNews && endpoint.refused()
        this.#goneWrong()
        const error = result.error ?? new Error('unauthorized')
        await this.#settler.keep(batch, error, true, isRefusal)
        return null
      }
      case 'split':
        endpoint.accepted()
        this.#ceiling.refused(bytes)
        break
      case 'drop':
        endpoint.tookNothing()
        break
      default: {
        const reason = reasonForLater(result, count)
        if (reason !== null) {
          endpoint.tookNothing()
          this.#turns.putOff(place, endpoint.laterMs(row.attempts))
          await this.#settler.keep(batch, new Error(reason), true, false)
          return bytes
        }
        endpoint.accepted()
        this.#ceiling.accepted(bytes)
      }
    }
    await this.#settler.finish(batch, result)
    return bytes
  }

  #goneWrong(): void {
    this.#round++
    this.#turns.pause()
  }

  /** What the endpoint would say, where that is known. */
  #foregone({ row, json }: Taken): FinalResult | null {
    if (this.#ceiling.isTooLarge(json.byteLength, row.count)) return { status: 'split' }
    const isSuspect = row.count > 1 && this.#settler.isSuspect(row.batchId)
    return isSuspect ? { status: 'drop', error: new Error('half of it was taken') } : null
  }
}
