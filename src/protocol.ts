// What crosses between the page and its worker, on one channel: control over Comlink, and captures beside it.
import type { EncodedBatch, SendResult } from '../transports/transport.ts'
import type { Stat } from './stats.ts'
import type {
  FlushResult,
  Headers,
  PollBounds,
  QuarantinedBatch,
  QueueLimits,
  QueueState,
  RedactSwitches,
  TransportChoice,
} from './terms.ts'
import type { Summaries } from './summary.ts'
import type { Devices, DropReason, Item, Tag } from './wire.ts'

/** Page and worker must agree on this, or the worker is refused. */
export const PROTOCOL_VERSION = 1

/**
 * The name of our own worker: by it the file knows that it is to start. And the one member of each of our messages, for
 * Comlink's go the same way, and an app's own to its own worker.
 */
export const WORKER_NAME = 'webrtc-stats-exporter'

/** How a report's stats are told apart from the next one's. */
export interface Captured {
  /** The page's own count of what it captured: 0, 1, 2 ... */
  readonly seq: number
  /** Wall clock at capture, ms since the Unix epoch. */
  readonly timestamp: number
  readonly peerId: string | null
  readonly peerName: string | null
  readonly pcId: string | null
}

/** An event, kept by the page until the worker has committed it. */
export interface CapturedEvent extends Captured {
  readonly event: string
  readonly tag: Tag
  readonly data: unknown
}

/** One reading of a connection's report. */
export interface CapturedReport extends Captured {
  /** The page's own clock at capture, which stands still while the machine sleeps: ms since the Unix epoch. */
  readonly clock: number
  /**
   * `full`: all stats of the report, and what is missing from it is gone. `partial`: only those that change from poll
   * to poll; the others are as they were at the last full reading.
   */
  readonly read: 'full' | 'partial'
  readonly stats: readonly Stat[]
}

/**
 * A partial reading, against what its connection has posted before: the numbers of it stand in `numbers` of the message,
 * and the rest only where it has changed.
 */
export interface PackedReport extends Captured {
  readonly clock: number
  readonly read: 'packed'
  /** What was read, in order. Absent where it is as in the packed one before. */
  readonly ids?: readonly string[]
  /** Those with members that come, go, or change their kind. Their numbers are in them. */
  readonly whole: readonly Stat[]
  /** Members that are no numbers and have changed: the place of the id, the member, the value, and so on. */
  readonly changed: readonly unknown[]
}

/** As the port carries it. */
export type PostedReport = CapturedReport | PackedReport

/** Page to worker, as `{ [WORKER_NAME]: message }`. The channel keeps the order of capture. */
export type PageMessage =
  | { readonly type: 'event'; readonly event: CapturedEvent }
  /** The answer to a pull, or with `tick: null` the last reading of a peer that is leaving. */
  | {
      readonly type: 'reports'
      readonly tick: number | null
      readonly reports: readonly PostedReport[]
      /** Of the packed ones, one after the other. */
      readonly numbers?: Float64Array<ArrayBuffer>
      /** The page is; absent where no pull is answered. */
      readonly isHidden?: boolean
    }
  | { readonly type: 'forget'; readonly pcId: string }
  /** `epoch`: tails of an earlier one are not to leave any more. */
  | { readonly type: 'facts'; readonly facts: Facts; readonly epoch: number }
  | { readonly type: 'listen'; readonly events: readonly string[] }
  | { readonly type: 'dropped'; readonly reason: DropReason; readonly count: number }
  | { readonly type: 'pause' | 'resume' }

/** Worker to page. */
export type WorkerMessage =
  /**
   * Read all connections and answer with this tick. `committed`: the page's captures that are on disk now. `tail`: what
   * is to leave when the page ends; absent where it is as it was.
   */
  | {
      readonly type: 'pull'
      readonly tick: number
      /** Until the next one, ms. */
      readonly intervalMs: number
      readonly committed: readonly number[]
      readonly tail?: TailBytes
    }
  /** What the browser is to send by itself when the page crashes. */
  | { readonly type: 'later'; readonly tail: TailBytes }
  | { readonly type: 'raise'; readonly raised: Raised }

/** An event for the app that was made in the worker. */
export type Raised =
  | { readonly name: 'item'; readonly item: Item }
  | {
      readonly name: 'export:success'
      readonly count: number
      readonly sessionId: string
      readonly batchId: string
      readonly confirmed: boolean
    }
  | {
      readonly name: 'export:error'
      readonly error: PlainError
      readonly items: readonly Item[]
      readonly queued: boolean
    }
  | { readonly name: 'error'; readonly error: PlainError }
  | { readonly name: 'queue'; readonly state: QueueState }

/** The body of a batch; null where nothing is without an answer. */
export interface TailBytes {
  readonly epoch: number
  readonly bytes: Uint8Array<ArrayBuffer> | null
}

/** The most that a tail may be, in bytes; 0: none is wanted. */
export interface TailLimits {
  /** For a beacon, or a keepalive fetch. */
  readonly beacon: number
  /** For `fetchLater`. */
  readonly later: number
  /** Of the tails that come first. */
  readonly epoch: number
}

/** An Error, taken apart to cross a thread. */
export interface PlainError {
  readonly name: string
  readonly message: string
}

/** What the app may change during the call; it stands in `client` of every later batch. */
export interface Facts {
  readonly roomId: string
  readonly userId: string | null
  readonly keys: Readonly<Record<string, string>>
  readonly devices: Devices
}

/** The resolved options that concern the worker. Units and defaults: `ExporterOptions`. */
export interface WorkerConfig {
  readonly producer: string
  /** The engines of this exporter, counted from 0: what an engine makes itself has the producer `<producer>.w<n>`. */
  readonly incarnation: number
  readonly sessionId: string
  readonly sessionName: string
  /** Absolute. */
  readonly url: string
  readonly getStatsInterval: number
  /** Null: the interval is always that. */
  readonly adaptive: PollBounds | null
  readonly rawStats: boolean
  readonly statsObject: boolean
  readonly batchSize: number
  readonly flushInterval: number
  readonly timeout: number
  readonly maxRetries: number
  readonly retryBaseDelay: number
  readonly retryMaxDelay: number
  readonly maxBatchBytes: number
  readonly detail: 'full' | 'report' | 'metrics'
  readonly compression: 'none' | 'gzip'
  readonly queue: QueueLimits
  /** In the order of fail-over. */
  readonly transports: readonly TransportChoice[]
  readonly tail: TailLimits
  readonly redact: RedactSwitches | null
  /** 16 random bytes: the pseudonyms of one exporter cannot be computed elsewhere. */
  readonly redactKey: Uint8Array
  readonly debug: boolean
  readonly facts: Facts
}

/** What the page does for its worker, over Comlink. */
export interface PageApi {
  /** Rejects where the app's own function does. */
  headers(): Promise<Headers>
  /** One attempt by the transport of this index in the list. An AbortSignal does not cross: `cancel` ends it. */
  send(index: number, batch: EncodedBatch): Promise<SendResult>
  cancel(index: number, batchId: string): void
  close(index: number): void
}

/** What the worker hands over with its last act. */
export interface Farewell {
  readonly timeline: readonly Item[]
  readonly summary: Summaries
}

/** The control side, over Comlink. What the page has posted before a call is taken in before it: they share one channel. */
export interface WorkerApi {
  hello(): number
  /** Resolves when the engine stands; captures may be posted before. */
  start(config: WorkerConfig, page: MessagePort): Promise<void>
  /** Settles within `limitMs`. */
  flush(limitMs: number): Promise<FlushResult>
  timeline(): Promise<readonly Item[]>
  summary(): Promise<Summaries>
  queue(): Promise<QueueState>
  quarantine(): Promise<readonly QuarantinedBatch[]>
  /** Null: all of them. Both return how many items that were. */
  resend(batchIds: readonly string[] | null): Promise<number>
  discard(batchIds: readonly string[] | null): Promise<number>
  /** `epoch`: as with `facts`. */
  clear(epoch: number): Promise<void>
  /** Settles within `limitMs`. */
  destroy(limitMs: number): Promise<Farewell>
}
