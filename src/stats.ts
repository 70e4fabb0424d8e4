// The W3C statistics as this library reads them (https://www.w3.org/TR/webrtc-stats/).

/**
 * One statistics object, with whatever members the browser gave it. Members are `unknown` because browsers leave out,
 * add and rename them; only what every object must have is typed.
 */
export interface Stat {
  readonly id: string
  readonly type: string
  /** Milliseconds since the Unix epoch, on the clock of the browser's statistics (not the wall clock). */
  readonly timestamp: number
  readonly [member: string]: unknown
}

/** The stats types that are always a group of `data.raw`, in the order in which they are written. */
export const STATS_TYPES = [
  'inbound-rtp',
  'outbound-rtp',
  'remote-inbound-rtp',
  'remote-outbound-rtp',
  'media-source',
  'candidate-pair',
  'local-candidate',
  'remote-candidate',
  'transport',
  'codec',
  'data-channel',
  'peer-connection',
  'stream',
  'track',
  'media-playout',
  'certificate',
] as const

export type StatsType = (typeof STATS_TYPES)[number]
