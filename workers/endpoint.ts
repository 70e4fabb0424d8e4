// What is known of the endpoint: open, or to be left alone until a moment. One state for all batches.
import { LONGEST_WAIT_MS } from '../transports/retry-after.ts'
import { backoffMs, withJitter } from './backoff.ts'
import type { Clock } from './clock.ts'

export interface EndpointParts {
  readonly clock: Clock
  readonly random: () => number
  readonly limits: {
    readonly retryBaseDelay: number
    readonly retryMaxDelay: number
    /** After the endpoint was down what waits is sent slower than this, at first. */
    readonly flushInterval: number
    readonly backlogBytesPerSec: number
  }
}

const MINUTE_MS = 60_000
/** An endpoint that nobody could reach for so long is blocked, or gone. */
const BLOCKED_AFTER_MS = 60 * MINUTE_MS
/** After so many failures in a row only the smallest batch is tried. */
const PROBE_AFTER = 5
/** One bad item among others is soon found, between accepted ones; an endpoint that takes none at all is set up wrong. */
const REFUSES_ALL_AFTER = 16
/**
 * Clients that come back together send their backlog at two thirds of their usual rate until it may be gone, and
 * double that then.
 */
const FIRST_GAP = 1.5
const SHORTEST_RAMP_MS = 2 * MINUTE_MS
/** After a long outage who is on the page is more likely to have been away than all others with it. */
const LONGEST_RAMP_MS = 10 * MINUTE_MS
/** Who flushes seldom sends full batches more often than that. */
const LONGEST_TURN_MS = 20_000

export class Endpoint {
  readonly #parts: EndpointParts
  #openAt = 0
  #failures = 0
  #refusals = 0
  #tookNothingInARow = 0
  /** Nothing could be sent since then. */
  #downSince: number | null = null
  /** It could not be reached since then, from a device that was on a network. */
  #failingSince: number | null = null
  /** The pause is our own guess, and not what the endpoint has said. */
  #isGuess = false
  #reopenedAt: number | null = null
  #rampMs = 0

  constructor(parts: EndpointParts) {
    this.#parts = parts
  }

  /** 0: open. */
  get waitMs(): number {
    return Math.max(this.#openAt - this.#parts.clock.elapsed(), 0)
  }

  /** It is asked with the smallest batch. */
  get isProbed(): boolean {
    return this.#failures >= PROBE_AFTER
  }

  /** What an earlier page load has left on the disk. It is never further ahead than this, or the clock has jumped. */
  restore(notBefore: number): void {
    const { clock, random, limits } = this.#parts
    const aheadMs = Math.max(notBefore - clock.now(), 0)
    this.#wait(aheadMs <= LONGEST_WAIT_MS ? aheadMs : random() * limits.retryMaxDelay)
  }

  /** Until when it is to be left alone, by the wall clock, for the disk. Other headers may be taken at once: 0. */
  get notBefore(): number {
    if (this.#refusals > 0) return 0
    return this.#parts.clock.now() + Math.min(this.waitMs, LONGEST_WAIT_MS)
  }

  /** No answer, or one that says: later. */
  failed(): void {
    const { clock, random, limits } = this.#parts
    this.#downSince ??= clock.elapsed()
    this.#failingSince ??= clock.elapsed()
    const isBlocked = clock.elapsed() - this.#failingSince >= BLOCKED_AFTER_MS
    const { retryBaseDelay, retryMaxDelay } = limits
    const backoff = backoffMs(this.#failures, retryBaseDelay, retryMaxDelay, random)
    this.#wait(isBlocked ? withJitter(LONGEST_WAIT_MS, random) : backoff)
    this.#isGuess = true
    this.#failures++
  }

  /** It has said itself how long. */
  asked(ms: number): void {
    const { clock, random } = this.#parts
    this.#downSince ??= clock.elapsed()
    this.#wait(withJitter(ms, random))
  }

  /** It does not take these headers. True where they were asked for again already, and only a person can help. */
  refused(): boolean {
    const { clock, random } = this.#parts
    this.#downSince ??= clock.elapsed()
    const again = this.#refusals++
    const pause = Math.min(MINUTE_MS * 2 ** (again - 1), LONGEST_WAIT_MS)
    this.#wait(again === 0 ? 0 : withJitter(pause, random))
    return again > 0
  }

  /** There are other headers now: what was said of the last ones proves nothing. */
  forgive(): void {
    if (this.#refusals === 0) return
    this.#refusals = 0
    this.#wait(0)
  }

  /** It has answered, and took nothing of this batch. */
  tookNothing(): void {
    this.#answered()
    const beyond = ++this.#tookNothingInARow - REFUSES_ALL_AFTER
    if (beyond < 0) return
    this.#wait(withJitter(Math.min(MINUTE_MS * 2 ** beyond, LONGEST_WAIT_MS), this.#parts.random))
  }

  /** How long a batch waits of which it has said so many times: later. */
  laterMs(times: number): number {
    const { random, limits } = this.#parts
    return withJitter(Math.min(limits.retryMaxDelay * 2 ** times, LONGEST_WAIT_MS), random)
  }

  accepted(): void {
    this.#answered()
    this.#tookNothingInARow = 0
  }

  /** The device is on no network. */
  offline(): void {
    this.#downSince ??= this.#parts.clock.elapsed()
  }

  /** The device is on a network again: how long the endpoint could not be reached proves nothing. */
  online(): void {
    const { random, limits } = this.#parts
    this.#failingSince = null
    if (this.#isGuess) this.#wait(Math.min(this.waitMs, random() * limits.retryMaxDelay))
  }

  /** How long after so many bytes of the backlog the next ones may go, ms. */
  gapMs(bytes: number, isCallLive: boolean): number {
    const { clock, limits } = this.#parts
    const byBytes = isCallLive ? (bytes / limits.backlogBytesPerSec) * 1000 : 0
    if (this.#reopenedAt === null) return byBytes
    const doublings = Math.floor((clock.elapsed() - this.#reopenedAt) / this.#rampMs)
    return Math.max(byBytes, (this.#turnMs * FIRST_GAP) / 2 ** doublings)
  }

  /** So often a batch is sent while all is well. */
  get #turnMs(): number {
    return Math.min(this.#parts.limits.flushInterval, LONGEST_TURN_MS)
  }

  #answered(): void {
    const now = this.#parts.clock.elapsed()
    const downMs = now - (this.#downSince ?? now)
    if (downMs >= this.#turnMs * 2) {
      this.#reopenedAt = now
      const rampMs = Math.max(downMs * FIRST_GAP, SHORTEST_RAMP_MS)
      this.#rampMs = Math.min(rampMs, LONGEST_RAMP_MS)
    }
    this.#downSince = null
    this.#failingSince = null
    this.#failures = 0
    this.#refusals = 0
    this.#openAt = 0
  }

  #wait(ms: number): void {
    this.#openAt = this.#parts.clock.elapsed() + ms
    this.#isGuess = false
  }
}
