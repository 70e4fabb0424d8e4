// What leaves when the page ends, when no worker can be asked any more: the tail it has prepared, and what is held here.
import { handOver, headersFor, MAX_BEACON_BYTES } from '../transports/beacon.ts'
import { encodeHeld } from './held.ts'
import type { Sender } from './held.ts'
import type { Outbox } from './outbox.ts'
import type { Facts, TailBytes, TailLimits } from './protocol.ts'
import type { Headers } from './terms.ts'

export interface TailParts {
  /** Absolute; null where nothing is to leave. */
  readonly url: string | null
  readonly outbox: Outbox
  readonly sender: Sender
  readonly facts: () => Facts
  /** Those in force; null while nobody knows them. */
  readonly headers: () => Headers | null
}

type Bytes = Uint8Array<ArrayBuffer>

/** https://whatpr.org/fetch/1647.html#deferred-fetch , in Chromium. */
type FetchLater = (url: string, init: RequestInit) => { readonly activated: boolean }

/** All deferred fetches of a page to one origin have 64 KiB. */
const MAX_LATER_BYTES = 20_480

export class Tail {
  readonly #parts: TailParts
  readonly #listeners = new AbortController()
  #epoch = 0
  #bytes: Bytes | null = null
  #armed: AbortController | null = null
  /** What has left already: a tail, and what was held up to this one. */
  #leftTail: Bytes | null = null
  #leftSeq = -1

  constructor(parts: TailParts) {
    this.#parts = parts
  }

  /** Tails of an earlier one are not to leave any more. */
  get epoch(): number {
    return this.#epoch
  }

  /** What the worker is to prepare. */
  limits(beaconBytes: number): TailLimits {
    const isWanted = this.#parts.url !== null
    const later = isWanted && fetchLater() ? Math.min(beaconBytes, MAX_LATER_BYTES) : 0
    return { beacon: isWanted ? beaconBytes : 0, later, epoch: this.#epoch }
  }

  /** Sends when the page is hidden, for no later moment is certain, and when it is left. Never `unload`: it forbids bfcache. */
  watch(): void {
    const { signal } = this.#listeners
    document.addEventListener(
      'visibilitychange',
      () => document.visibilityState === 'hidden' && this.#leave(),
      { signal },
    )
    addEventListener('pagehide', () => this.#leave(), { signal })
  }

  /** All that will be answered has been; the rest is on the disk. */
  stop(): void {
    this.#listeners.abort()
    this.#disarm()
  }

  /** Another user is here, or the app wants it forgotten: nothing that came before leaves this way. */
  forget(): void {
    this.#epoch++
    this.#bytes = null
    this.#leftSeq = this.#parts.outbox.lastSeq
    this.#disarm()
  }

  take({ epoch, bytes }: TailBytes): void {
    if (epoch === this.#epoch) this.#bytes = bytes
  }

  /** The browser sends this by itself where no handler of ours will run: the renderer crashes, or the tab is discarded. */
  arm({ epoch, bytes }: TailBytes): void {
    if (epoch !== this.#epoch) return
    this.#disarm()
    const { url, headers } = this.#parts
    const given = headers()
    if (!bytes || !given || url === null) return
    const armed = new AbortController()
    try {
      fetchLater()?.(url, {
        method: 'POST',
        body: bytes,
        headers: headersFor(url, given),
        signal: armed.signal,
      })
      this.#armed = armed
    } catch {
      // The page has used its quota, or this address is none that it takes: the disk has it all.
    }
  }

  #disarm(): void {
    this.#armed?.abort()
    this.#armed = null
  }

  /** What has left this way already is not sent again; what could not leave is on the disk. */
  #leave(): void {
    const { url, outbox, sender, facts, headers } = this.#parts
    this.#disarm()
    const given = headers()
    if (url === null || !given) return
    const bytes = this.#bytes === this.#leftTail ? null : this.#bytes
    const room = MAX_BEACON_BYTES - (bytes?.byteLength ?? 0)
    const held = encodeHeld(outbox.heldSince(this.#leftSeq), sender, facts(), room)
    this.#leftTail = this.#bytes
    this.#leftSeq = outbox.lastSeq
    for (const body of [held, bytes]) if (body) void handOver(url, body, given) // it never rejects
  }
}

function fetchLater(): FetchLater | undefined {
  return (globalThis as { fetchLater?: FetchLater }).fetchLater
}
