// Compares a report with the one before and derives the metrics that are safe to state.
import type { Stat } from '../src/stats.ts'
import type { Metrics, StatMetrics } from '../src/metrics.ts'
import { tabulate } from './formulas.ts'
import { EVALUATE } from './kit.ts'
import type { Formula, Moment } from './kit.ts'
import { isRemoteView, isReportOn, withTrackMembers } from './legacy.ts'
import { growth, numberOf, timeOf } from './numbers.ts'
import { KINDS } from './normalize.ts'
import type { Pair } from './numbers.ts'
import { selectedPairIn } from './path.ts'

/** What the next call needs. It holds nothing of objects that are gone from the report. */
export interface DeriveState {
  readonly readings: ReadonlyMap<string, Reading>
}

interface Reading {
  /** As it was read, and with what older browsers place elsewhere. */
  readonly source: Stat
  readonly stat: Stat
  /** Of a `remote-inbound-rtp`: the stream it reports on, as it stood when this report was first seen. */
  readonly reportedOn: Stat | null
  readonly framesMovedAt: number
}

/** What was made of a report. */
export interface Derived {
  readonly metrics: Metrics
  /** Of each object that metrics can be derived of, by stats id. */
  readonly moments: ReadonlyMap<string, Moment>
  readonly state: DeriveState
}

type Status = 'first' | 'unread' | 'stale' | 'reset' | 'comparable'

/** A reading this many poll intervals after the one before it missed some: the tab slept, or the page was busy. */
const GAP_INTERVALS = 3

/** Shorter than this is no gap however fast the polling is. */
const MIN_GAP_MS = 10_000

/**
 * Counters that only grow while their object lives. One that went back means the browser started to count anew:
 * Firefox 153 does so under the same id and ssrc. `packetsLost` is signed and not among them.
 */
const MONOTONE: ReadonlySet<string> = new Set(
  [
    'packetsSent packetsReceived packetsDiscarded retransmittedPacketsSent retransmittedPacketsReceived',
    'fecPacketsSent fecPacketsReceived fecPacketsDiscarded packetsDiscardedOnSend discardedPackets',
    'bytesSent bytesReceived headerBytesSent headerBytesReceived retransmittedBytesSent',
    'retransmittedBytesReceived fecBytesSent fecBytesReceived bytesDiscardedOnSend',
    'frames framesReceived framesDecoded framesRendered framesDropped framesEncoded framesSent',
    'keyFramesDecoded keyFramesEncoded hugeFramesSent framesAssembledFromMultiplePackets',
    'totalSamplesReceived totalSamplesSent totalSamplesCount concealedSamples silentConcealedSamples',
    'insertedSamplesForDeceleration removedSamplesForAcceleration jitterBufferEmittedCount',
    'requestsSent requestsReceived responsesSent responsesReceived consentRequestsSent',
    'roundTripTimeMeasurements reportsSent messagesSent messagesReceived nackCount pliCount firCount',
  ].flatMap((members) => members.split(' ')),
)

const TABLES = tabulate<Formula>(EVALUATE)

/** By type and kind; of a stat whose kind is not known all formulas of its type are tried. */
const FORMULAS: ReadonlyMap<string, readonly [string, Formula][]> = new Map(
  Object.keys(TABLES).flatMap((name) => {
    const [type = ''] = name.split(' ')
    return [[KINDS[0]], [KINDS[1]], KINDS].map((kinds) => {
      const tables = [type, ...kinds.map((kind) => `${type} ${kind}`)]
      const formulas = tables.flatMap((table) => Object.entries(TABLES[table] ?? {}))
      return [`${type} ${kinds.join()}`, formulas] as const
    })
  }),
)

/** Derives the metrics of `current`; `previous` is the `state` of the call before, of the same connection. */
export function derive(
  current: readonly Stat[],
  previous: DeriveState | null,
  pollIntervalMs: number,
): Derived {
  const views = withTrackMembers(current)
  const report = {
    newest: newestTimestamp(views),
    gapSeconds: Math.max(GAP_INTERVALS * pollIntervalMs, MIN_GAP_MS) / 1000,
    selected: selectedPairIn(views),
  }
  const metrics = new Map<string, StatMetrics>()
  const moments = new Map<string, Moment>()
  const readings = new Map<string, Reading>()
  for (const [index, stat] of views.entries()) {
    const formulas = formulasOf(stat)
    if (formulas.length === 0) continue
    const before = previous?.readings.get(stat.id)
    const now = {
      source: current[index] ?? stat,
      stat,
      reportedOn: findReportedStream(stat, views),
    }
    const status = compare(before, now)
    const reading = { ...now, framesMovedAt: framesMovedAt(before, stat, status) }
    const moment = momentOf(before, reading, status, report)
    moments.set(stat.id, moment)
    const derived = deriveStat(formulas, moment, status)
    if (Object.keys(derived).some((name) => name !== 'intervalSec')) metrics.set(stat.id, derived)
    // Time that stood still is no new reading: the delta is then taken over both polls, and nothing is left uncounted.
    readings.set(stat.id, before && isSameMoment(before.stat, stat) ? before : reading)
  }
  return { metrics: Object.fromEntries(metrics), moments, state: { readings } }
}

/** None for the far end's view of old Firefox: its units differ, and it is no stream of ours. */
function formulasOf(stat: Stat): readonly [string, Formula][] {
  if (isRemoteView(stat)) return []
  const kind = stat['kind'] || stat['mediaType']
  const known = kind === 'audio' || kind === 'video' ? kind : KINDS.join()
  return FORMULAS.get(`${stat.type} ${known}`) ?? []
}

function compare(
  before: Reading | undefined,
  { source, stat }: Omit<Reading, 'framesMovedAt'>,
): Status {
  if (!before || before.stat.type !== stat.type) return 'first'
  // Not read again, it is as it was: that is no interval without change.
  if (before.source === source) return 'unread'
  const [started, ended] = [timeOf(before.stat), timeOf(stat)]
  if (Number.isNaN(ended - started)) return 'first'
  if (ended <= started) return 'stale'
  return isReset({ previous: before.stat, current: stat }) ? 'reset' : 'comparable'
}

function momentOf(
  before: Reading | undefined,
  { stat, reportedOn, framesMovedAt: movedAt }: Reading,
  status: Status,
  { newest, gapSeconds, selected }: { newest: number; gapSeconds: number; selected: Stat | null },
): Moment {
  const previous = (status === 'comparable' && before?.stat) || null
  const seconds = previous ? (timeOf(stat) - timeOf(previous)) / 1000 : NaN
  return {
    current: stat,
    previous,
    seconds,
    isGap: seconds > gapSeconds,
    newest,
    reportedOn: pairOf(before?.reportedOn ?? null, reportedOn),
    isSelected: stat === selected,
    framesMovedAt: movedAt,
  }
}

function pairOf(previous: Stat | null, current: Stat | null): Pair | null {
  if (!previous || !current || previous.id !== current.id) return null
  return isReset({ previous, current }) ? null : { previous, current }
}

function isReset(pair: Pair & { readonly previous: Stat }): boolean {
  const { previous, current } = pair
  const [ssrc, newSsrc] = [numberOf(previous, 'ssrc'), numberOf(current, 'ssrc')]
  if (ssrc !== undefined && newSsrc !== undefined && ssrc !== newSsrc) return true
  // What is not known has not gone back: no comparison with NaN is true.
  return Object.keys(current).some(
    (member) =>
      MONOTONE.has(member) &&
      (numberOf(current, member) ?? NaN) < (numberOf(previous, member) ?? NaN),
  )
}

function framesMovedAt(before: Reading | undefined, stat: Stat, status: Status): number {
  if (!before || status === 'first' || status === 'reset') return timeOf(stat)
  const frames = growth({ previous: before.stat, current: stat }, 'framesDecoded')
  // Not before now, where time went back; and where the count was missing, nobody knows.
  return frames === 0 ? Math.min(before.framesMovedAt, timeOf(stat)) : timeOf(stat)
}

function deriveStat(
  formulas: readonly [string, Formula][],
  moment: Moment,
  status: Status,
): StatMetrics {
  const values: Record<string, unknown> = {}
  if (status === 'stale' || status === 'reset') values[status] = true
  if (status === 'comparable') values['intervalSec'] = moment.seconds
  if (moment.isGap) values['gap'] = true
  for (const [name, formula] of formulas) {
    const value = formula(moment)
    if (isStatable(value)) values[name] = value
  }
  return values
}

function isStatable(value: unknown): boolean {
  return value !== undefined && (typeof value !== 'number' || Number.isFinite(value))
}

function isSameMoment(previous: Stat, current: Stat): boolean {
  return previous.type === current.type && timeOf(previous) === timeOf(current)
}

function findReportedStream(stat: Stat, report: readonly Stat[]): Stat | null {
  if (stat.type !== 'remote-inbound-rtp') return null
  return report.find((other) => other.type === 'outbound-rtp' && isReportOn(stat, other)) ?? null
}

function newestTimestamp(stats: readonly Stat[]): number {
  return Math.max(-Infinity, ...stats.map(timeOf).filter((time) => !Number.isNaN(time)))
}
