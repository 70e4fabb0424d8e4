// The kinds of formula that a metric can be, worked out over two readings of one statistics object.
import type { Stat } from '../src/stats.ts'
import type { Kit } from './formulas.ts'
import { growth, numberOf, timeOf } from './numbers.ts'
import type { Pair } from './numbers.ts'

/** One reading, and the interval that ends with it. */
export interface Moment {
  readonly current: Stat
  /** Null where the interval cannot be stated: nothing came before, no time went by, or a counter began anew. */
  readonly previous: Stat | null
  /** Length of the interval; NaN where there is none. */
  readonly seconds: number
  readonly isGap: boolean
  /** The latest timestamp in the whole report. */
  readonly newest: number
  /** Of a `remote-inbound-rtp`: the stream it reports on, as it stood when each of the two reports was first seen. */
  readonly reportedOn: Pair | null
  /** Of a `candidate-pair`: it is the one in use. */
  readonly isSelected: boolean
  /** When `framesDecoded` was last seen to move; the first reading where it never did. Stats clock, ms. */
  readonly framesMovedAt: number
}

/** May be NaN, infinite or undefined: `derive` states what is finite. */
export type Formula = (moment: Moment) => unknown

/** What a sum of counters went by, per second of the interval. */
const perSecond =
  (member: string, factor = 1): Formula =>
  (moment) =>
    (factor * (growth(moment, member) ?? NaN)) / moment.seconds

/** What each of those that were counted in the interval took, on average. */
const mean =
  (sum: string, count: string, factor = 1): Formula =>
  (moment) => {
    const counted = growth(moment, count)
    return counted ? (factor * (growth(moment, sum) ?? NaN)) / counted : undefined
  }

const gauge =
  (member: string, factor = 1): Formula =>
  ({ current }) => {
    const value = numberOf(current, member)
    return value !== undefined && value >= 0 ? factor * value : undefined
  }

const share =
  (part: string, whole: string, less?: string): Formula =>
  (moment) => {
    const taken = less === undefined ? 0 : (growth(moment, less) ?? NaN)
    return percentage((growth(moment, part) ?? NaN) - taken, growth(moment, whole) ?? NaN)
  }

const REASONS = ['none', 'cpu', 'bandwidth', 'other']

export const EVALUATE: Kit<Formula> = {
  perSecond,
  mean,
  gauge,
  share,
  delta: (member) => (moment) => growth(moment, member),
  fraction: (member) => (moment) => Math.min(100, gauge(member, 100)(moment) as number),
  ratio: (sum, count) => (moment) => Math.min(1, mean(sum, count)(moment) as number),
  durationShare: (member) => (moment) =>
    percentage(growth(moment, member) ?? NaN, moment.previous ? moment.seconds : 0),
  lastMeasured: (seconds, count) => (moment) =>
    numberOf(moment.current, count) === 0 ? undefined : gauge(seconds, 1000)(moment),
  deviation: (squares, sum, count) => (moment) => {
    const average = mean(sum, count)(moment) as number
    return 1000 * Math.sqrt(Math.max(0, (mean(squares, count)(moment) as number) - average ** 2))
  },
  rms: (energy, duration) => (moment) => Math.sqrt(mean(energy, duration)(moment) as number),
  whereCounted: (member, counted, other) => (moment) =>
    growth(moment, member) === undefined ? other(moment) : counted(moment),
  lost: lostPackets,
  lossPct: (moment) => percentageOf(lossOf(moment)),
  discardPct: (moment) => {
    const discarded = growth(moment, 'packetsDiscarded') ?? NaN
    return percentage(discarded, discarded + (growth(moment, 'packetsReceived') ?? NaN))
  },
  reportedLossPct: (moment) => percentageOf(reportedLossOf(moment)),
  lossBasis: (moment) =>
    Number.isFinite(percentageOf(reportedLossOf(moment))) ? basisOf(moment) : undefined,
  age: ({ current, newest }) => newest - timeOf(current),
  inFlight: ({ current }) => {
    const count = (member: string): number => numberOf(current, member) ?? NaN
    const frames = count('framesReceived') - count('framesDecoded') - count('framesDropped')
    return frames >= 0 ? frames : undefined
  },
  stillSec(moment) {
    const { current, framesMovedAt } = moment
    const isKnown = growth(moment, 'framesDecoded') !== undefined
    return isKnown ? (timeOf(current) - framesMovedAt) / 1000 : undefined
  },
  limitation: (reason) => (moment) => {
    if (moment.current['active'] === false) return undefined
    const secondsOf = (name: string) => growth(moment, `qualityLimitationDurations.${name}`)
    // A browser need not know all four.
    const whole = REASONS.reduce((sum, name) => sum + (secondsOf(name) ?? 0), 0)
    return whole > 0 ? (secondsOf(reason) ?? NaN) / whole : undefined
  },
  utilisation: (moment) => {
    const available = gauge('availableOutgoingBitrate')(moment) as number
    const used = perSecond('bytesSent', 8)(moment) as number
    return moment.isSelected ? percentage(used, available) : undefined
  },
  pairChanges: (moment) =>
    growth(moment, 'selectedCandidatePairChanges') ??
    changed(moment, (stat) => stat['selectedCandidatePairId']),
  // Firefox counts none.
  sizeChanges: (moment) =>
    growth(moment, 'qualityLimitationResolutionChanges') ??
    changed(moment, (stat) => {
      const [width, height] = [numberOf(stat, 'frameWidth'), numberOf(stat, 'frameHeight')]
      return width && height && `${width}x${height}`
    }),
}

/** 1 where it is another one than at the reading before; undefined where either had none. */
function changed({ previous, current }: Pair, what: (stat: Stat) => unknown): number | undefined {
  const [before, after] = [previous && what(previous), what(current)]
  return before && after ? Number(before !== after) : undefined
}

/** Packets that did not arrive, of those that should have in the interval. */
export interface Loss {
  /** Signed: late and duplicate packets make it negative. */
  readonly lost: number
  readonly expected: number
}

/** Of an inbound stream. Retransmissions are packets received, but do not lower `packetsLost`. NaN where unknown. */
export function lossOf(moment: Pair): Loss {
  const lost = lostPackets(moment)
  const received = growth(moment, 'packetsReceived') ?? NaN
  const repeated = growth(moment, 'retransmittedPacketsReceived') ?? 0
  return { lost, expected: lost + received - repeated }
}

/** As the far end has reported it. `packetsSent` counts the lost ones too, `packetsReceived` (Firefox) does not. */
export function reportedLossOf(moment: Moment): Loss {
  const lost = lostPackets(moment)
  const received = growth(moment, 'packetsReceived')
  const expected = received === undefined ? packetsReportedOn(moment.reportedOn) : lost + received
  return { lost, expected }
}

/** 0..100; undefined where there is nothing to divide by. */
export function percentageOf({ lost, expected }: Loss): number | undefined {
  return percentage(lost, expected)
}

function basisOf(moment: Moment): 'packetsReceived' | 'packetsSent' {
  return growth(moment, 'packetsReceived') === undefined ? 'packetsSent' : 'packetsReceived'
}

/** Signed (RFC 3550, 6.4.1): late and duplicate packets count down. Some SFUs write it as an unsigned 32-bit number. */
function lostPackets({ previous, current }: Pair): number {
  const [before, after] = [previous, current].map((stat) => {
    const lost = (stat && numberOf(stat, 'packetsLost')) ?? NaN
    return lost > 2 ** 31 ? lost - 2 ** 32 : lost
  })
  return (after ?? NaN) - (before ?? NaN)
}

/** Retransmissions on an ssrc of their own are not what the far end counts here. */
function packetsReportedOn(stream: Pair | null): number {
  if (!stream) return NaN
  const hasRtx = numberOf(stream.current, 'rtxSsrc') !== undefined
  const repeated = hasRtx ? (growth(stream, 'retransmittedPacketsSent') ?? 0) : 0
  return (growth(stream, 'packetsSent') ?? NaN) - repeated
}

function percentage(part: number, whole: number): number | undefined {
  return whole > 0 ? Math.min(100, Math.max(0, (100 * part) / whole)) : undefined
}
