// What crosses the network: a batch, its items, and what an item carries.
import type { Metrics } from './metrics.ts'
import type { Quality } from './quality.ts'
import type { Stat, StatsType } from './stats.ts'

/** The version of the batch's shape. It grows when a member changes its meaning, not when one is added. */
export const SCHEMA_VERSION = 1

/** The version of this library, as it stands in every batch. A test holds it to package.json. */
export const SDK_VERSION = '0.1.0'

/** What `POST` carries to the endpoint: items of one producer, in the order of their `seq`. */
export interface Batch {
  readonly schemaVersion: typeof SCHEMA_VERSION
  /** Unique; a retry sends the same id with the same body. */
  readonly batchId: string
  /** One exporter in one page load (`<uuid>`), or its worker (`<uuid>.w<n>`). */
  readonly producer: string
  readonly sessionId: string
  readonly sessionName: string
  /** ISO 8601 UTC, when the batch was sealed. */
  readonly exportedAt: string
  readonly count: number
  readonly client: Client
  /** What was given up since the last batch of this producer, by reason. Empty where nothing was. */
  readonly dropped: DropCounts
  readonly items: readonly Item[]
}

/** Who sends: facts of the page and its browser when the batch was sealed. */
export interface Client {
  readonly sdkVersion: string
  readonly roomId: string
  readonly userId: string | null
  readonly keys: Readonly<Record<string, string>>
  readonly userAgent: string
  /** User-agent client hints where the browser has them (Chromium, secure contexts), else null. */
  readonly hints: ClientHints | null
  readonly devices: Devices
  /** Absent from what leaves with the page when it ends. */
  readonly queue?: ClientQueue
}

/**
 * What waited where a batch was sealed, in that moment: all of its producer that the endpoint had not answered for,
 * sealed or not, the items of this batch among it. A retry, and the halves of a batch that was cut, say the same again.
 */
export interface ClientQueue {
  /** Items. */
  readonly depth: number
  /** What they took where they lay, gzipped or not. */
  readonly bytes: number
  /** Of what had waited longest; null where nothing there said when it was stored. */
  readonly oldestAgeMs: number | null
  /** `memory`: there is no IndexedDB there, or it failed; the disk may hold more. */
  readonly mode: 'indexeddb' | 'memory'
}

/** https://wicg.github.io/ua-client-hints/ , high entropy values. */
export interface ClientHints {
  readonly platform: string
  readonly platformVersion: string
  readonly bitness: string
  readonly mobile: boolean
  readonly fullVersionList: readonly { readonly brand: string; readonly version: string }[]
}

/** Labels of the tracks that are being sent, null where there is none or no permission to know. */
export interface Devices {
  readonly audio: string | null
  readonly video: string | null
}

/** Why an item, or a reading, was given up. */
export type DropReason =
  /** The page's buffer was full before the worker took its events. */
  | 'page-buffer'
  /** The worker died before it had stored them: at most so many reports. */
  | 'worker-lost'
  /** It held something that cannot cross to the worker. */
  | 'not-cloneable'
  /** The store was over its bounds. */
  | 'evicted'
  /** It had waited longer than `queue.maxAge`. */
  | 'expired'
  /** The store and its memory stand-in refused it. */
  | 'storage'
  /** The endpoint will never take it, and quarantine had no room left, or the app discarded it. */
  | 'rejected'
  /** The app called `clear()`, or somebody deleted the database. */
  | 'cleared'
  /** A newer one of its kind says all that it said. */
  | 'superseded'

export type DropCounts = Readonly<Partial<Record<DropReason, number>>>

/** One thing that was captured. `(producer, seq)` is its identity on every way it can take. */
export interface Item<Data = unknown> {
  /** `stats`, `connectionStateChange`, ... or the name given to `addEvent`. */
  readonly event: string
  /** The family of the event. */
  readonly tag: Tag
  /** Null where no peer is meant. */
  readonly peerId: string | null
  readonly peerName: string | null
  /** The connection of that peer, unique in its producer; null where no connection is meant. */
  readonly pcId: string | null
  /** 0, 1, 2 ... in the order of capture, without a gap. */
  readonly seq: number
  /** ISO 8601 UTC with milliseconds, wall clock. */
  readonly timestamp: string
  /** The poll interval in force, ms. */
  readonly interval: number
  /** Reduced for the last moment of a page, or because the endpoint takes no more; the whole item replaces it. */
  readonly partial?: true
  readonly data: Data
  /** With `rawStats: true`: the report as it came, in its order. */
  readonly rawStats?: readonly Stat[]
  /** With `statsObject: true`: the report, keyed by stats id. */
  readonly statsObject?: Readonly<Record<string, Stat>>
}

export type Tag =
  | 'stats'
  | 'connection'
  | 'ice'
  | 'track'
  | 'datachannel'
  | 'peer'
  | 'device'
  | 'network'
  | 'page'
  | 'exporter'
  | 'summary'
  | 'application'

export interface ByDirection {
  readonly inbound: readonly Stat[]
  readonly outbound: readonly Stat[]
}

/** The groups of a report. Every group is always there, empty ones included. */
export interface StatsGroups {
  readonly audio: ByDirection
  readonly video: ByDirection
  /** `remote-inbound-rtp` and `remote-outbound-rtp`. */
  readonly remote: ByDirection
  readonly candidatePair: readonly Stat[]
  readonly localCandidate: readonly Stat[]
  readonly remoteCandidate: readonly Stat[]
  readonly transport: readonly Stat[]
  readonly codec: readonly Stat[]
  readonly dataChannel: readonly Stat[]
  readonly mediaSources: readonly Stat[]
  readonly peerConnection: readonly Stat[]
  readonly tracks: readonly Stat[]
  /** All stats by type: the known types always, unknown ones under their own name. */
  readonly raw: RawGroups
}

export type RawGroups = Readonly<Record<StatsType, readonly Stat[]>> &
  Readonly<Record<string, readonly Stat[]>>

/**
 * `data` of a `stats` item. With `detail: 'report'` the members of `raw` that stand in a group are left out, with
 * `detail: 'metrics'` everything but `metrics`.
 */
export interface StatsData extends Partial<Omit<StatsGroups, 'raw'>> {
  readonly raw?: Readonly<Record<string, readonly Stat[]>>
  readonly metrics: Metrics
  /** Absent from what the page itself sends when it ends. */
  readonly quality?: Quality
}
