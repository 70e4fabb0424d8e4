// What is kept of one poll: the members of statistics objects that totals are made of, as JSON.
import type { WayName } from './sums.ts'

/** One RTP stream. Without counters `own` is all that is known of it. */
export interface Stream {
  id: string
  way: WayName
  /** Stats clock, ms; absent where there are no counters. */
  at?: number
  ssrc?: number
  bytes?: number
  packets?: number
  /** Retransmissions among the packets. */
  repeated?: number
  lost?: number
  jitterMs?: number
  /** What the far end says of it. */
  report?: Report
  /** What the exporter made of the interval that ends here. */
  own?: Own
  /** Its report is still the one of the first reading of the run (see `runs.ts`). */
  isLead?: boolean
}

/** The selected candidate pair. */
export interface Pair {
  id: string
  at: number
  tripSec?: number
  trips?: number
  tripMs?: number
  own?: OwnTrip
}

export interface Reading {
  streams: Stream[]
  pair: Pair | null
}

/** What the far end reports of a stream (`remote-inbound-rtp`). */
export interface Report {
  /** When it was received, stats clock, ms: by this one report is told from the next. */
  at: number
  ssrc?: number
  lost?: number
  /** Packets that the far end has received (Firefox). */
  received?: number
  /** Packets sent, as counted when this report was first seen; retransmissions on an ssrc of their own left out. */
  sent?: number
  jitterMs?: number
  tripSec?: number
  trips?: number
  tripMs?: number
  /** In a run's first reading: what was sent up to the next report is counted from `sent`. */
  isLinked?: boolean
}

/** What the exporter made of the interval that ends with a reading. */
export interface Own {
  sec: number
  bytes?: number
  lost?: number
  expected?: number
  jitterMs?: number
  rttMs?: number
  /** End of the interval, ms, where no counters say it. */
  at?: number
}

export interface OwnTrip {
  sec: number
  rttMs?: number
}
