// What is said of the whole call.
import type { PathKind } from './quality.ts'

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
