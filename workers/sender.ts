// Sends what is sealed, one batch at a time, and waits as the endpoint asks. The queue keeps what has no answer.
import type { Raised } from '../src/protocol.ts'
import { clampRetryMs } from '../transports/retry-after.ts'
import type { Transport } from '../transports/transport.ts'
import { attempt } from './attempt.ts'
import { decodeBody } from './body.ts'
import { Ceiling } from './ceiling.ts'
import type { Clock } from './clock.ts'
import { within } from './clock.ts'
import type { Credentials } from './credentials.ts'
import type { Depot, Place, Taken } from './depot.ts'
import type { Endpoint } from './endpoint.ts'
import { answerFor, reasonForLater } from './outcome.ts'
import type { FinalResult } from './outcome.ts'
import { Suspects } from './suspects.ts'
import { idOf, Turns } from './turns.ts'

export interface SenderParts {
  readonly depot: Depot
  readonly endpoint: Endpoint
  readonly transport: Transport
  readonly credentials: Credentials
  readonly clock: Clock
  readonly limits: { readonly timeout: number; readonly maxRetries: number }
  /** False only postpones; true proves nothing. */
  readonly isOnline: () => boolean
  /** Then what has waited goes slowly, for the video comes first. */
  readonly isCallLive: () => boolean
  readonly raise: (raised: Raised) => void
}

/** So often a pause is looked at again: the network may be back. */
const LOOK_MS = 5000
/** What nobody hears so many times in a row, when all is to be sent at once, the rest would not be heard either. */
const UNHEARD_AT_MOST = 5

export class Sender {
  readonly #parts: SenderParts
  readonly #turns: Turns
  readonly #ceiling: Ceiling
  readonly #suspects = new Suspects()
  readonly #told = new Set<string>()
  #sent = 0
  #isStopped = false
  /** Nothing is sent while this is aborted. */
  #held = new AbortController()
  #wasOffline = false
  #cancelWait: (() => void) | null = null
  #running: Promise<unknown> | null = null
  #isWoken = false

  constructor(parts: SenderParts) {
    this.#parts = parts
    this.#turns = new Turns(parts)
    this.#ceiling = new Ceiling(parts.clock)
  }

  /** Items sent so far. */
  get sent(): number {
    return this.#sent
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

  /** One batch after the other while the endpoint takes them. */
  async #drain(): Promise<void> {
    const { clock, endpoint, limits } = this.#parts
    this.#cancelWait?.()
    while (!this.#isQuiet) {
      this.#isWoken = false
      try {
        const next = this.#closedMs() || (await this.#turns.next())
        if (next === null) return
        if (typeof next === 'number') {
          this.#cancelWait = clock.after(Math.min(next, LOOK_MS), () => this.wake())
          return
        }
        this.#turns.went(next, (await this.#try(next.place, limits.timeout)) ?? 0)
      } catch {
        // The store failed; the batch is still in it, or the store is gone with it.
        endpoint.failed()
      }
    }
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
      await this.#finish(batch, foregone)
      return 0
    }
    const limit = Math.min(limitMs, limits.timeout)
    const { signal } = this.#held
    const result = await attempt(transport, clock, { batchId, count, json }, limit, signal)
    if (signal.aborted && result.status === 'retry') {
      await this.#keep(batch, result.error, false, false)
      return null
    }
    switch (result.status) {
      case 'retry': {
        const afterMs = clampRetryMs(result.afterMs)
        if (afterMs === undefined) endpoint.failed()
        else endpoint.asked(afterMs)
        this.#turns.pause()
        await this.#keep(batch, result.error, afterMs === undefined, result.isRefusal === true)
        return null
      }
      case 'unauthorized': {
        credentials.forget()
        const isRefusal = endpoint.refused()
        this.#turns.pause()
        await this.#keep(batch, result.error ?? new Error('unauthorized'), true, isRefusal)
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
          await this.#keep(batch, new Error(reason), true, false)
          return bytes
        }
        endpoint.accepted()
        this.#ceiling.accepted(bytes)
      }
    }
    await this.#finish(batch, result)
    return bytes
  }

  /** What the endpoint would say, where that is known. */
  #foregone({ row, json }: Taken): FinalResult | null {
    if (this.#ceiling.isTooLarge(json.byteLength, row.count)) return { status: 'split' }
    const isSuspect = row.count > 1 && this.#suspects.has(row.batchId)
    return isSuspect ? { status: 'drop', error: new Error('half of it was taken') } : null
  }

  async #finish(batch: Taken, result: FinalResult): Promise<void> {
    const { depot, raise } = this.#parts
    const outcome = answerFor(batch, result)
    await depot.settle(batch, outcome)
    this.#suspects.answered(batch.row.batchId, outcome.sent === batch.row.count)
    const [one, other] = outcome.again
    if (result.status === 'drop' && one && other) this.#suspects.cut(one.batchId, other.batchId)
    this.#sent += outcome.sent
    if (outcome.sent > 0) {
      const { sessionId, batchId } = batch.row
      const confirmed = result.status === 'ok'
      raise({ name: 'export:success', count: outcome.sent, sessionId, batchId, confirmed })
    }
    if (outcome.quarantined) {
      const { part, reason } = outcome.quarantined
      const error = { name: 'Error', message: reason }
      raise({ name: 'export:error', error, items: itemsOf(part), queued: false })
    }
    if (outcome.reducedTo) this.#advise(outcome.reducedTo, batch.json.byteLength)
  }

  /**
   * The batch stays; the app hears of it once, when its attempts are used up or nobody but a person can help. A pause
   * that the endpoint asked for costs no attempt.
   */
  async #keep(
    batch: Taken,
    { name, message }: Error,
    isAttempt: boolean,
    isRefusal: boolean,
  ): Promise<void> {
    const { depot, endpoint, limits, raise } = this.#parts
    const attempts = batch.row.attempts + (isAttempt ? 1 : 0)
    const isAnnounced = batch.row.isAnnounced || isRefusal || attempts > limits.maxRetries
    await depot.putBack(batch, { attempts, isAnnounced }, endpoint.notBefore)
    if (isAnnounced && !batch.row.isAnnounced) {
      raise({ name: 'export:error', error: { name, message }, items: itemsOf(batch), queued: true })
    }
  }

  #advise(detail: string, bytes: number): void {
    if (this.#told.has(detail)) return
    this.#told.add(detail)
    const message = `one item is too large for the endpoint, which refuses ${bytes} bytes: it is sent as \`detail: '${detail}'\``
    this.#parts.raise({ name: 'error', error: { name: 'Error', message } })
  }
}

function itemsOf({ json }: { readonly json: Uint8Array }) {
  try {
    return decodeBody(json).items
  } catch {
    return []
  }
}
