// Compares a report with the one before and derives the metrics that are safe to state.
import type { Stat } from '../src/stats.ts'
import type { Metrics, StatMetrics } from '../src/wire.ts'
import { FORMULAS, numberOf, type Formulas, type Interval } from './formulas.ts'
import { isRemoteView } from './normalize.ts'

/** What the next call needs. It holds nothing of objects that are gone from the report. */
export interface DeriveState {
  readonly readings: ReadonlyMap<string, Reading>
}

interface Reading {
  readonly stat: Stat
  /** Of a `remote-inbound-rtp`: the stream it reports on, as it stood when this report was first seen. */
  readonly reportedOn: Stat | null
}

type Comparison =
  | { readonly status: 'first' | 'stale' | 'reset' }
  | { readonly status: 'comparable'; readonly interval: Interval }

/** A reading this many poll intervals after the one before it missed some: the tab slept, or the page was busy. */
const GAP_INTERVALS = 3

/** Shorter than this is no gap however fast the polling is. */
const MIN_GAP_MS = 10_000

/**
 * Counters that only grow while their object lives. One that went back means the browser started to count anew:
 * Firefox 153 does so under the same id and ssrc. `packetsLost` is signed and not among them.
 */
const MONOTONE = [
  'packetsSent packetsReceived packetsDiscarded retransmittedPacketsSent retransmittedPacketsReceived',
  'fecPacketsSent fecPacketsReceived fecPacketsDiscarded packetsDiscardedOnSend',
  'bytesSent bytesReceived headerBytesSent headerBytesReceived retransmittedBytesSent',
  'retransmittedBytesReceived fecBytesSent fecBytesReceived bytesDiscardedOnSend',
  'frames framesReceived framesDecoded framesRendered framesDropped framesEncoded framesSent',
  'keyFramesDecoded keyFramesEncoded hugeFramesSent framesAssembledFromMultiplePackets',
  'totalSamplesReceived totalSamplesSent totalSamplesCount concealedSamples silentConcealedSamples',
  'insertedSamplesForDeceleration removedSamplesForAcceleration jitterBufferEmittedCount',
  'requestsSent requestsReceived responsesSent responsesReceived consentRequestsSent',
  'roundTripTimeMeasurements reportsSent messagesSent messagesReceived nackCount pliCount firCount',
].flatMap((members) => members.split(' '))

/** Derives the metrics of `current`; `previous` is the `state` of the call before, of the same connection. */
export function derive(
  current: readonly Stat[],
  previous: DeriveState | null,
  pollIntervalMs: number,
): { metrics: Metrics; state: DeriveState } {
  const newest = newestTimestamp(current)
  const gapSeconds = Math.max(GAP_INTERVALS * pollIntervalMs, MIN_GAP_MS) / 1000
  const metrics = new Map<string, StatMetrics>()
  const readings = new Map<string, Reading>()
  for (const stat of current) {
    const formulas = formulasOf(stat)
    if (!formulas) continue
    const before = previous?.readings.get(stat.id)
    const reading = { stat, reportedOn: findReportedStream(stat, current) }
    const comparison = compare(before, reading)
    const derived = deriveStat(stat, formulas, comparison, newest, gapSeconds)
    if (Object.keys(derived).some((name) => name !== 'intervalSec')) metrics.set(stat.id, derived)
    // Time that stood still is no new reading: the delta is then taken over both polls, and nothing is left uncounted.
    readings.set(stat.id, before && isSameMoment(before.stat, stat) ? before : reading)
  }
  return { metrics: Object.fromEntries(metrics), state: { readings } }
}

/** None for the far end's view of old Firefox: its units differ, and it is no stream of ours. */
function formulasOf(stat: Stat): Formulas | undefined {
  return isRemoteView(stat) ? undefined : FORMULAS.get(stat.type)
}

function compare(before: Reading | undefined, now: Reading): Comparison {
  if (!before || before.stat.type !== now.stat.type) return { status: 'first' }
  const started = numberOf(before.stat, 'timestamp')
  const ended = numberOf(now.stat, 'timestamp')
  if (started === undefined || ended === undefined) return { status: 'first' }
  const seconds = (ended - started) / 1000
  if (seconds <= 0) return { status: 'stale' }
  if (isReset(before.stat, now.stat)) return { status: 'reset' }
  const interval = {
    previous: before.stat,
    current: now.stat,
    seconds,
    reportedOn: compareReported(before.reportedOn, now.reportedOn),
  }
  return { status: 'comparable', interval }
}

function compareReported(previous: Stat | null, current: Stat | null): Interval['reportedOn'] {
  if (!previous || !current || previous.id !== current.id) return null
  return isReset(previous, current) ? null : { previous, current }
}

function isReset(previous: Stat, current: Stat): boolean {
  const changed = (member: string, by: (before: number, after: number) => boolean) => {
    const before = numberOf(previous, member)
    const after = numberOf(current, member)
    return before !== undefined && after !== undefined && by(before, after)
  }
  return (
    changed('ssrc', (before, after) => after !== before) ||
    MONOTONE.some((member) => changed(member, (before, after) => after < before))
  )
}

function deriveStat(
  stat: Stat,
  { gauges, rates }: Formulas,
  comparison: Comparison,
  newest: number,
  gapSeconds: number,
): StatMetrics {
  const values: [string, unknown][] = []
  switch (comparison.status) {
    case 'first':
      break
    case 'stale':
    case 'reset':
      values.push([comparison.status, true])
      break
    case 'comparable': {
      const { interval } = comparison
      values.push(['intervalSec', interval.seconds])
      if (interval.seconds > gapSeconds) values.push(['gap', true])
      for (const [name, rate] of Object.entries(rates)) values.push([name, rate(interval)])
      break
    }
    default:
      comparison satisfies never
  }
  for (const [name, gauge] of Object.entries(gauges)) values.push([name, gauge(stat, newest)])
  return Object.fromEntries(values.filter(([, value]) => isStatable(value)))
}

function isStatable(value: unknown): boolean {
  return value !== undefined && (typeof value !== 'number' || Number.isFinite(value))
}

function isSameMoment(previous: Stat, current: Stat): boolean {
  return (
    previous.type === current.type &&
    numberOf(previous, 'timestamp') === numberOf(current, 'timestamp')
  )
}

function findReportedStream(stat: Stat, report: readonly Stat[]): Stat | null {
  if (stat.type !== 'remote-inbound-rtp') return null
  const streams = report.filter(({ type }) => type === 'outbound-rtp')
  const byId = streams.find(({ id }) => id === stat['localId'])
  // Safari 14 gives some receiver reports without `localId`.
  return byId ?? streams.find(({ ssrc }) => ssrc !== undefined && ssrc === stat['ssrc']) ?? null
}

function newestTimestamp(stats: readonly Stat[]): number {
  return stats.reduce(
    (newest, stat) => Math.max(newest, numberOf(stat, 'timestamp') ?? newest),
    -Infinity,
  )
}
