// How each metric is computed: one table by stats type, and the few kinds of formula it is made of.
import type { Stat } from '../src/stats.ts'
import type { StatMetrics } from '../src/wire.ts'

/** Two readings of one statistics object, with the time between them. */
export interface Interval {
  readonly previous: Stat
  readonly current: Stat
  readonly seconds: number
  /** Of a `remote-inbound-rtp`: the stream it reports on, as it stood when each of the two reports was first seen. */
  readonly reportedOn: { readonly previous: Stat; readonly current: Stat } | null
}

/** What is true of one reading, and what is true of the interval between two. */
export interface Formulas {
  /** `newest` is the latest timestamp in the whole report. */
  readonly gauges: {
    [Name in keyof StatMetrics]?: (stat: Stat, newest: number) => StatMetrics[Name]
  }
  readonly rates: { [Name in keyof StatMetrics]?: (interval: Interval) => StatMetrics[Name] }
}

/** By stats type. Formulas may answer NaN, Infinity and undefined; `derive` keeps what is finite. */
export const FORMULAS: ReadonlyMap<string, Formulas> = new Map<string, Formulas>([
  [
    'inbound-rtp',
    {
      gauges: { jitterMs: gauge('jitter', 1000) },
      rates: {
        bitrate: perSecond('bytesReceived', 8),
        headerBitrate: perSecond('headerBytesReceived', 8),
        retransmitBitrate: perSecond('retransmittedBytesReceived', 8),
        fecBitrate: perSecond('fecBytesReceived', 8),
        packetRate: perSecond('packetsReceived'),
        packetsLostDelta: lostPackets,
        lossPct: lossPct,
        discardPct: discardPct,
      },
    },
  ],
  [
    'outbound-rtp',
    {
      gauges: { targetBitrate: gauge('targetBitrate') },
      rates: {
        bitrate: perSecond('bytesSent', 8),
        headerBitrate: perSecond('headerBytesSent', 8),
        retransmitBitrate: perSecond('retransmittedBytesSent', 8),
        packetRate: perSecond('packetsSent'),
        retransmitPacketRate: perSecond('retransmittedPacketsSent'),
      },
    },
  ],
  [
    'remote-inbound-rtp',
    {
      gauges: {
        rttMs: lastMeasured('roundTripTime', 'roundTripTimeMeasurements'),
        jitterMs: gauge('jitter', 1000),
        fractionLostPct: gauge('fractionLost', 100),
        ageMs: age,
      },
      rates: {
        rttAvgMs: mean('totalRoundTripTime', 'roundTripTimeMeasurements'),
        packetsLostDelta: lostPackets,
        lossPct: (interval) => reportedLoss(interval)?.pct,
        lossBasis: (interval) => reportedLoss(interval)?.basis,
      },
    },
  ],
  [
    'remote-outbound-rtp',
    {
      gauges: { rttMs: lastMeasured('roundTripTime', 'roundTripTimeMeasurements'), ageMs: age },
      rates: { rttAvgMs: mean('totalRoundTripTime', 'roundTripTimeMeasurements') },
    },
  ],
  [
    'candidate-pair',
    {
      gauges: {
        rttMs: lastMeasured('currentRoundTripTime', 'responsesReceived'),
        availableOutgoingBitrate: gauge('availableOutgoingBitrate'),
        availableIncomingBitrate: gauge('availableIncomingBitrate'),
      },
      rates: {
        sendBitrate: perSecond('bytesSent', 8),
        recvBitrate: perSecond('bytesReceived', 8),
        sendPacketRate: perSecond('packetsSent'),
        recvPacketRate: perSecond('packetsReceived'),
        rttAvgMs: mean('totalRoundTripTime', 'responsesReceived'),
      },
    },
  ],
  [
    'transport',
    {
      gauges: {},
      rates: {
        sendBitrate: perSecond('bytesSent', 8),
        recvBitrate: perSecond('bytesReceived', 8),
        sendPacketRate: perSecond('packetsSent'),
        recvPacketRate: perSecond('packetsReceived'),
      },
    },
  ],
  [
    'data-channel',
    {
      gauges: {},
      rates: {
        sendBitrate: perSecond('bytesSent', 8),
        recvBitrate: perSecond('bytesReceived', 8),
        messagesSentRate: perSecond('messagesSent'),
        messagesReceivedRate: perSecond('messagesReceived'),
      },
    },
  ],
])

/** Older spellings of a member, by today's name. Firefox counts discarded packets under both. */
const ALIASES: ReadonlyMap<string, string> = new Map([['packetsDiscarded', 'discardedPackets']])

/** The finite number a member holds. Dumps and legacy statistics write numbers as strings. */
export function numberOf(stat: Stat, member: string): number | undefined {
  const value = stat[member] ?? stat[ALIASES.get(member) ?? member]
  const isNumeric = typeof value === 'number' || (typeof value === 'string' && value.trim() !== '')
  const number = isNumeric ? Number(value) : Number.NaN
  return Number.isFinite(number) ? number : undefined
}

/** How far a counter moved. Absent where a reading lacks it, or where it went back without being a reset. */
function growth({ previous, current }: Pick<Interval, 'previous' | 'current'>, member: string) {
  const delta = (numberOf(current, member) ?? NaN) - (numberOf(previous, member) ?? NaN)
  return delta >= 0 ? delta : undefined
}

function perSecond(member: string, factor = 1) {
  return (interval: Interval) => (factor * (growth(interval, member) ?? NaN)) / interval.seconds
}

/** The mean of what was measured in the interval, ms. */
function mean(sumInSeconds: string, count: string) {
  return (interval: Interval) => {
    const measured = growth(interval, count)
    return measured ? (1000 * (growth(interval, sumInSeconds) ?? NaN)) / measured : undefined
  }
}

function gauge(member: string, factor = 1) {
  return (stat: Stat) => {
    const value = numberOf(stat, member)
    return value !== undefined && value >= 0 ? factor * value : undefined
  }
}

/** Firefox says 0 s on a pair that never had an answer: not known is absent. */
function lastMeasured(seconds: string, count: string) {
  return (stat: Stat) => (numberOf(stat, count) === 0 ? undefined : gauge(seconds, 1000)(stat))
}

function age(stat: Stat, newest: number) {
  return newest - (numberOf(stat, 'timestamp') ?? NaN)
}

/** Signed (RFC 3550, 6.4.1): late and duplicate packets count down. Some SFUs write it as an unsigned 32-bit number. */
function lostPackets({ previous, current }: Interval) {
  const [before, after] = [previous, current].map((stat) => {
    const lost = numberOf(stat, 'packetsLost') ?? NaN
    return lost > 2 ** 31 ? lost - 2 ** 32 : lost
  })
  return (after ?? NaN) - (before ?? NaN)
}

/** Retransmissions are packets received, but do not lower `packetsLost`. */
function lossPct(interval: Interval) {
  const received = growth(interval, 'packetsReceived') ?? NaN
  const lost = lostPackets(interval)
  const repeated = growth(interval, 'retransmittedPacketsReceived') ?? 0
  return percentage(lost, lost + received - repeated)
}

function discardPct(interval: Interval) {
  const discarded = growth(interval, 'packetsDiscarded') ?? NaN
  return percentage(discarded, discarded + (growth(interval, 'packetsReceived') ?? NaN))
}

/** `packetsSent` counts the lost ones too, `packetsReceived` (Firefox) does not. */
function reportedLoss(interval: Interval) {
  const lost = lostPackets(interval)
  const received = growth(interval, 'packetsReceived')
  const expected = received === undefined ? packetsReportedOn(interval.reportedOn) : lost + received
  const pct = percentage(lost, expected)
  if (pct === undefined) return undefined
  return { pct, basis: received === undefined ? 'packetsSent' : 'packetsReceived' } as const
}

/** Retransmissions on an ssrc of their own are not what the far end counts here. */
function packetsReportedOn(stream: Interval['reportedOn']) {
  if (!stream) return NaN
  const hasRtx = numberOf(stream.current, 'rtxSsrc') !== undefined
  const repeated = hasRtx ? (growth(stream, 'retransmittedPacketsSent') ?? 0) : 0
  return (growth(stream, 'packetsSent') ?? NaN) - repeated
}

/** 0..100; undefined where there is nothing to divide by. */
function percentage(part: number, whole: number) {
  return whole > 0 ? Math.min(100, Math.max(0, (100 * part) / whole)) : undefined
}
