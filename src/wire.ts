// What crosses the network: a batch, its items, and what an item carries.
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

/** How the call was in the interval, of one connection. What cannot be known is absent. */
export interface Quality {
  readonly selectedPair?: SelectedPair
  /** By kind and direction, of the streams that are there. */
  readonly audio: ByWay
  readonly video: ByWay
  /** By stats id of the stream, inbound and outbound. None of one that carries nothing, or silence. */
  readonly audioMos: Readonly<Record<string, AudioMos>>
  /** Our estimate, 1..5, by stats id: of an inbound stream, or of the largest layer that a sender sends. */
  readonly videoScore: Readonly<Record<string, number>>
  /** 0..10, the mean over the streams. */
  readonly score?: number
  /** Audio streams that carry silence: a muted track still sends packets. */
  readonly muted: readonly string[]
  /** From the first offer or answer to `connected`. Null where it cannot be known any more. */
  readonly callSetupMs: number | null
  /** The ICE user name fragment is another one than at the poll before. */
  readonly iceRestart?: true
  /** The clock of the statistics is off by so much, more than 5 s: the machine slept. `timestamp` is right. */
  readonly clockSkewMs?: number
}

export interface ByWay {
  readonly inbound?: Aggregate
  readonly outbound?: Aggregate
}

/** `udp`, `tcp`, `tls` directly, or over a TURN server. */
export type PathKind = 'udp' | 'tcp' | 'tls' | 'turn-udp' | 'turn-tcp' | 'turn-tls'

export interface SelectedPair {
  /** Stats id. */
  readonly id: string
  readonly path?: PathKind
  /** Of the local candidate. */
  readonly protocol?: string
  /** The mean of the interval, else as last measured. */
  readonly rttMs?: number
}

/** All streams of one kind and direction together: sums of what was counted, never means of rates. */
export interface Aggregate {
  /** How many; of simulcast each layer is one. */
  readonly streams: number
  /** bit/s */
  readonly bitrate?: number
  readonly lossPct?: number
  /** Mean over the streams, weighted by time. */
  readonly jitterMs?: number
  readonly rttMs?: number
  /** Of the largest stream that goes on. */
  readonly fps?: number
  readonly width?: number
  readonly height?: number
  readonly codec?: string
  readonly encodeMs?: number
  /** Simulcast layers that sent frames. */
  readonly layersActive?: number
  /** bit/s, the highest of the layers that are active. */
  readonly targetBitrate?: number
  /** Means over the streams. */
  readonly mos?: number
  readonly score?: number
}

/** Mean opinion score, 1..4.5, with what it was computed of (ITU-T G.107, G.107.2). */
export interface AudioMos {
  readonly mos: number
  /** The rating it was made of. */
  readonly r: number
  /** One way, with packetization and jitter buffer. */
  readonly delayMs: number
  /** Of what was sent, with what came too late to be played. */
  readonly lossPct: number
  readonly jitterMs?: number
  readonly jitterBufferDelayMs?: number
  /** Absent where unknown: then it was taken as 0. */
  readonly rttMs?: number
  readonly codec?: string
}

/** Derived numbers by stats id. A metric that cannot be known is absent, never 0. */
export type Metrics = Readonly<Record<string, StatMetrics>>

/** Derived from two consecutive readings of one statistics object. Rates are per second, bitrates bit/s. */
export interface StatMetrics {
  /** Seconds between the two readings, by the object's own timestamps. */
  readonly intervalSec?: number
  /** Both readings carry one timestamp (or time went back): no rates. */
  readonly stale?: true
  /** A counter went back, or the ssrc changed: no rates this once. */
  readonly reset?: true
  /** Far more than a poll interval lies between: counter averages are true, extremes are not. */
  readonly gap?: true
  /** Payload, retransmissions included, RTP headers and padding not. */
  readonly bitrate?: number
  readonly headerBitrate?: number
  /** Part of `bitrate`. */
  readonly retransmitBitrate?: number
  readonly fecBitrate?: number
  readonly packetRate?: number
  /** Part of `packetRate`. */
  readonly retransmitPacketRate?: number
  readonly targetBitrate?: number
  /** Signed: late and duplicate packets make it negative. */
  readonly packetsLostDelta?: number
  readonly lossPct?: number
  /** What the far end's loss was divided by. */
  readonly lossBasis?: 'packetsReceived' | 'packetsSent'
  /** As the latest receiver report says, of its own interval. */
  readonly fractionLostPct?: number
  /** Packets that came too late to be played. */
  readonly discardPct?: number
  /** Smoothed (RFC 3550, 6.4.1). */
  readonly jitterMs?: number
  readonly jitterBufferDelayMs?: number
  readonly jitterBufferTargetDelayMs?: number
  readonly jitterBufferMinimumDelayMs?: number
  readonly concealmentPct?: number
  /** Concealment that is not silence: the one that is heard. */
  readonly audibleConcealmentPct?: number
  readonly concealmentEventRate?: number
  readonly accelerationPct?: number
  readonly decelerationPct?: number
  /** 0..1; 20 log10 of it is dBov. */
  readonly audioLevelRms?: number
  readonly fpsReceived?: number
  readonly fpsDecoded?: number
  readonly fpsRendered?: number
  readonly framesDroppedPct?: number
  /** Received, and neither decoded nor dropped yet. */
  readonly framesInFlight?: number
  readonly keyFrameRate?: number
  /** On the codec's own scale: VP8 0..127, H264 0..51, VP9 and AV1 0..255. Not to be compared across codecs. */
  readonly avgQp?: number
  /** Per frame. */
  readonly decodeMs?: number
  /** From the first packet to the decoded frame. */
  readonly processingDelayMs?: number
  readonly assemblyMs?: number
  readonly interFrameDelayMs?: number
  readonly interFrameDelayStdDevMs?: number
  readonly freezeCountDelta?: number
  /** A freeze is told when the next frame is shown, so that it may be longer than the interval: at most 100. */
  readonly freezePct?: number
  readonly pauseCountDelta?: number
  readonly pausePct?: number
  /** Since a frame was last decoded, as far as polls can tell. */
  readonly noFramesSec?: number
  readonly corruptionProbability?: number
  readonly nackRate?: number
  readonly pliRate?: number
  readonly firRate?: number
  /** Per packet, in the pacer. */
  readonly sendDelayMs?: number
  readonly fpsEncoded?: number
  readonly fpsSent?: number
  readonly hugeFramePct?: number
  /** Per frame. */
  readonly encodeMs?: number
  readonly encodedTargetBitrate?: number
  /** Shares of the interval, 0..1. Not told of an encoding that is not active. */
  readonly 'qualityLimitation.none'?: number
  readonly 'qualityLimitation.cpu'?: number
  readonly 'qualityLimitation.bandwidth'?: number
  readonly 'qualityLimitation.other'?: number
  readonly resolutionChangesDelta?: number
  /** As last measured. */
  readonly rttMs?: number
  /** Mean of what was measured in the interval. */
  readonly rttAvgMs?: number
  /** Age of a report that came from the far end. */
  readonly ageMs?: number
  readonly sendBitrate?: number
  readonly recvBitrate?: number
  readonly sendPacketRate?: number
  readonly recvPacketRate?: number
  readonly availableOutgoingBitrate?: number
  readonly availableIncomingBitrate?: number
  /** Of the selected pair: what is sent, of what is available, at most 100. */
  readonly utilisationPct?: number
  readonly selectedCandidatePairChangesDelta?: number
  readonly messagesSentRate?: number
  readonly messagesReceivedRate?: number
  readonly sourceFps?: number
  readonly playoutDelayMs?: number
  /** Of what was played: made up, because nothing was there. */
  readonly synthesizedPct?: number
}

/**
 * `data` of a `summary` item: how the whole call was, of a peer, or of the session (`peerId: null`), since this worker
 * began. Each replaces the one before.
 */
export interface CallSummary {
  /** No other one follows. */
  readonly isFinal: boolean
  /** ISO 8601 UTC, of the first and the last capture. */
  readonly startedAt: string
  readonly endedAt: string
  readonly durationSec: number
  readonly connections: number
  readonly polls: number
  /** Polls that came far too late. */
  readonly gaps: number
  readonly iceRestarts: number
  /** Of the peer's first connection; of the session, the mean of its peers. Null where unknown. */
  readonly callSetupMs: number | null
  /** Seconds from `disconnected` or `failed` to `connected` or `closed`, added up over the connections. */
  readonly outageSec: number
  /** Seconds on each kind of path, added up over the connections. */
  readonly pathSec: Readonly<Partial<Record<PathKind, number>>>
  readonly audio: ByWaySummary
  readonly video: ByWaySummary
  /** Of the selected pairs. */
  readonly rttMs: Spread | null
  /** Mean of the audio directions. */
  readonly mos: number | null
  /** Over all streams. */
  readonly score: Spread | null
  /** What the user said last, 1..5: of the session. */
  readonly rating: number | null
}

export interface ByWaySummary {
  readonly inbound?: DirectionSummary
  readonly outbound?: DirectionSummary
}

/** All streams of one kind and direction, over the whole time. */
export interface DirectionSummary {
  /** In which there was at least one stream. */
  readonly durationSec: number
  readonly bytes: number
  readonly packetsLost: number
  /** Those that were lost, and those that were not. */
  readonly packetsExpected: number
  /** bit/s; the mean is of all bytes over all time. */
  readonly bitrate: Spread | null
  /** The mean is of all packets. */
  readonly lossPct: Spread | null
  readonly jitterMs: Spread | null
  readonly rttMs: Spread | null
  readonly fps: Spread | null
  /** Of video our estimate. */
  readonly mos: Spread | null
  readonly score: Spread | null
  readonly freezeCount: number
  readonly freezeSec: number
  /** Seconds with each codec. */
  readonly codecSec: Readonly<Record<string, number>>
  /** Seconds at each size (`1280x720`), the many of a window that is resized as `other`. */
  readonly sizeSec: Readonly<Record<string, number>>
}

/** How a value was spread over time, gaps left out. Percentiles are within 1 %. */
export interface Spread {
  readonly mean: number
  readonly min: number
  readonly max: number
  readonly p50: number
  readonly p95: number
}

/** What `getSummary()` gives. */
export interface Summaries {
  /** Null where nothing was captured. */
  readonly session: CallSummary | null
  /** The peers that are monitored, by `peerId`; after `destroy()` those that were until then. */
  readonly peers: Readonly<Record<string, CallSummary>>
}
