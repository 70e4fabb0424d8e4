// Sends what is sealed, one batch at a time, and waits as the endpoint asks. The queue keeps what has no answer.
import type { Raised } from '../src/protocol.ts'
import type { SendResult, Transport } from '../transports/transport.ts'
import { backoffMs } from './backoff.ts'
import { decodeBody } from './body.ts'
import type { Clock } from './clock.ts'
import { within } from './clock.ts'
import type { Credentials } from './credentials.ts'
import { outcomeOf } from './outcome.ts'
import type { FinalResult } from './outcome.ts'
import type { Queue, StoredBatch } from './queue.ts'
import type { Key } from './store.ts'

interface SenderLimits {
  readonly timeout: number
  readonly maxRetries: number
  readonly retryBaseDelay: number
  readonly retryMaxDelay: number
}

export interface SenderParts {
  readonly queue: Queue
  readonly transport: Transport
  readonly credentials: Credentials
  readonly clock: Clock
  readonly random: () => number
  readonly limits: SenderLimits
  readonly raise: (raised: Raised) => void
}

/** A transport that does not heed its signal is not waited for much longer. */
const GRACE_MS = 500
/** After `headers()` was asked again in vain, only a person can help. */
const UNAUTHORIZED_MS = 60_000
/** What is on disk may be of a clock that was wrong. */
const MAX_WAIT_MS = 15 * 60_000

export class Sender {
  readonly #parts: SenderParts
  #sent = 0
  /** The endpoint is left alone until then: one state for all batches. */
  #openAt = 0
  #failures = 0
  #isStopped = false
  #cancelWait: (() => void) | null = null
  #running: Promise<unknown> | null = null
  #isWoken = false

  constructor(parts: SenderParts) {
    this.#parts = parts
  }

  /** Items sent so far. */
  get sent(): number {
    return this.#sent
  }

  /** There may be something to send. */
  wake(): void {
    this.#isWoken = true
    if (this.#running || this.#isStopped) return
    this.#running = this.#drain().finally(() => {
      this.#running = null
      if (this.#isWoken) this.wake()
    })
  }

  /** Tries each batch once, now, whatever the endpoint said last, until the deadline. */
  async sendAll(deadline: number): Promise<void> {
    const { queue, clock } = this.#parts
    while (this.#running) {
      const leftMs = deadline - clock.now()
      if (leftMs <= 0) return
      await within(clock, leftMs, this.#running, null)
    }
    const all = async (): Promise<void> => {
      for (const key of await queue.pending()) {
        if (clock.now() >= deadline || this.#isStopped) break
        await this.#try(key, deadline - clock.now())
      }
    }
    // Where the store fails, what it has is still there.
    this.#running = all()
      .catch(() => {})
      .finally(() => (this.#running = null))
    await within(clock, Math.max(deadline - clock.now(), 0), this.#running, null)
  }

  stop(): void {
    this.#isStopped = true
    this.#cancelWait?.()
    this.#parts.transport.close()
  }

  /** One batch after the other while the endpoint takes them. */
  async #drain(): Promise<void> {
    const { queue, clock } = this.#parts
    this.#cancelWait?.()
    while (!this.#isStopped) {
      this.#isWoken = false
      const waitMs = Math.min(this.#openAt - clock.now(), MAX_WAIT_MS)
      if (waitMs > 0) {
        this.#cancelWait = clock.after(waitMs, () => this.wake())
        return
      }
      try {
        const [key] = await queue.pending(1)
        if (!key) return
        await this.#try(key, this.#parts.limits.timeout)
      } catch {
        // The store failed; the batch is still in it, or the store is gone with it.
        this.#delay()
      }
    }
  }

  async #try(key: Key, limitMs: number): Promise<void> {
    const batch = await this.#parts.queue.take(key)
    if (!batch) return
    const result = await this.#attempt(batch, Math.min(limitMs, this.#parts.limits.timeout))
    switch (result.status) {
      case 'retry': {
        const { afterMs, error } = result
        this.#delay(afterMs)
        const isAsked = afterMs !== undefined
        return this.#keep(batch, error, isAsked ? 0 : 1, isAsked && afterMs >= MAX_WAIT_MS)
      }
      case 'unauthorized': {
        this.#parts.credentials.forget()
        const isRefusedAgain = this.#failures > 0
        this.#delay(isRefusedAgain ? UNAUTHORIZED_MS : 0)
        return this.#keep(batch, result.error ?? new Error('unauthorized'), 1, isRefusedAgain)
      }
      default:
        return this.#finish(batch, result)
    }
  }

  /** One attempt; it always settles, whatever the transport does. */
  async #attempt(batch: StoredBatch, limitMs: number): Promise<SendResult> {
    const { transport, clock } = this.#parts
    const abort = new AbortController()
    const late: SendResult = { status: 'retry', error: new Error(`no answer within ${limitMs} ms`) }
    const cancel = clock.after(limitMs, () => abort.abort(late.error))
    const { json, row } = batch
    try {
      const answer = transport.send({ batchId: row.batchId, count: row.count, json }, abort.signal)
      return await within(clock, limitMs + GRACE_MS, answer, late)
    } catch (cause) {
      return { status: 'retry', error: new Error(`${transport.name} failed`, { cause }) }
    } finally {
      cancel()
    }
  }

  async #finish(batch: StoredBatch, result: FinalResult): Promise<void> {
    const { queue, raise } = this.#parts
    this.#failures = 0
    this.#openAt = 0
    const outcome = outcomeOf(batch, result)
    await queue.settle(batch, outcome)
    this.#sent += outcome.sent
    if (outcome.sent > 0) {
      const { sessionId, batchId } = batch.row
      const confirmed = result.status === 'ok'
      raise({ name: 'export:success', count: outcome.sent, sessionId, batchId, confirmed })
    }
    if (outcome.quarantined) {
      const { part, reason } = outcome.quarantined
      const error = { name: 'Error', message: reason }
      raise({ name: 'export:error', error, items: decodeBody(part.json).items, queued: false })
    }
  }

  /**
   * The batch stays; the app hears of it once, when its attempts are used up or nobody but a person can help. A pause
   * that the endpoint asked for costs no attempt.
   */
  async #keep(
    batch: StoredBatch,
    { name, message }: Error,
    attempt: 0 | 1,
    isRefused: boolean,
  ): Promise<void> {
    const { queue, limits, raise } = this.#parts
    const attempts = batch.row.attempts + attempt
    const isAnnounced = batch.row.isAnnounced || isRefused || attempts > limits.maxRetries
    await queue.putBack(batch, { attempts, notBefore: this.#openAt, isAnnounced })
    if (isAnnounced && !batch.row.isAnnounced) {
      const { items } = decodeBody(batch.json)
      raise({ name: 'export:error', error: { name, message }, items, queued: true })
    }
  }

  #delay(afterMs?: number): void {
    const { clock, limits, random } = this.#parts
    const { retryBaseDelay, retryMaxDelay } = limits
    const waitMs = afterMs ?? backoffMs(this.#failures, retryBaseDelay, retryMaxDelay, random)
    this.#failures++
    this.#openAt = clock.now() + waitMs
  }
}
