// The words of the public API that the worker speaks, too: where it runs, what it is told, and what it says of the queue.
import type { DropCounts, Item } from './wire.ts'

/** Where the engine runs: the app's own worker, our worker file, the same from a blob, or the page itself. */
export type Place = 'app' | 'worker' | 'blob' | 'page'

/**
 * As `exporter.mode` says it. `off`: the room is not in the sample. `starting`: until an engine has answered. `none`:
 * none did.
 */
export type Mode = Place | 'off' | 'starting' | 'none'

/** The poll interval is never outside of them. Ms. */
export interface PollBounds {
  readonly minInterval: number
  readonly maxInterval: number
}

/** What is made a pseudonym before anything is stored or leaves. */
export interface RedactSwitches {
  /** IP addresses and host names of candidates, and what is computed from them. */
  readonly addresses: boolean
  /** ICE user name fragments. */
  readonly ufrags: boolean
  /** Certificates and their fingerprints. */
  readonly certificates: boolean
  /** Labels of microphones and cameras. */
  readonly deviceLabels: boolean
  /** `userId` and `peerName`. */
  readonly user: boolean
}

/** HTTP headers of one request. */
export type Headers = Readonly<Record<string, string>>

/** One way to the endpoint. */
export interface TransportChoice {
  /** `fetch`, `websocket`, `beacon`, or the app's own name for its own. */
  readonly name: string
  /** Absolute. */
  readonly url: string
  /** It lives on the page: a beacon, and what the app has handed over as an object. */
  readonly isOnPage: boolean
}

/** Bounds of what waits, and where it lies. */
export interface QueueLimits {
  readonly maxBytes: number
  readonly maxItems: number
  /** Ms. */
  readonly maxAge: number
  readonly backlogBytesPerSec: number
  readonly storage: 'auto' | 'memory'
}

/** What waits, of this exporter and of the dead whose items it has taken over. */
export interface QueueState {
  /** `memory`: there is no IndexedDB here, or it fails, and what is not sent would be lost with the page. */
  readonly mode: 'indexeddb' | 'memory'
  /** Items that are neither acked nor given up. */
  readonly depth: number
  /** What they take where they lie, gzipped or not. */
  readonly bytes: number
  /** Of the item that waits longest; null where none waits. */
  readonly oldestAgeMs: number | null
  /** Given up so far, by reason. */
  readonly dropped: DropCounts
  /** Items that the endpoint will never take, kept to be looked at. */
  readonly quarantined: number
}

/** What the endpoint refused for good, and why. */
export interface QuarantinedBatch {
  readonly batchId: string
  readonly sessionId: string
  /** What the endpoint said, or why the row cannot be read. */
  readonly reason: string
  readonly count: number
  /** Empty where they cannot be decoded. */
  readonly items: readonly Item[]
}

export interface FlushResult {
  /** Items acked during this flush. */
  readonly sent: number
  /** Items of this exporter that are still stored. */
  readonly stored: number
}
