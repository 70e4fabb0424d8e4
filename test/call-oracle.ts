// The account of one connection by keeping all of it: each interval in a list, each number from the raw counters.
import type { Stat } from '../src/stats.ts'
import type { Quality } from '../src/quality.ts'

const WAYS = [
  { kind: 'audio', direction: 'inbound', id: 'in-audio', farId: 'far-out-audio' },
  { kind: 'audio', direction: 'outbound', id: 'out-audio', farId: 'far-in-audio' },
  { kind: 'video', direction: 'inbound', id: 'in-video', farId: 'far-out-video' },
  { kind: 'video', direction: 'outbound', id: 'out-video', farId: 'far-in-video' },
] as const

type Way = (typeof WAYS)[number]

/** Of one poll, as nine numbers: MOS and score of each way, the score of all. NaN where there is none. */
export const RATINGS = 2 * WAYS.length + 1

/** The ratings of an item: how they are made is proven elsewhere. */
export function ratingsOf({ score = NaN, ...quality }: Quality): number[] {
  const ofWays = WAYS.flatMap(({ kind, direction }) => {
    const { mos = NaN, score: ofWay = NaN } = quality[kind][direction] ?? {}
    return [mos, ofWay]
  })
  return [...ofWays, score]
}

interface Interval {
  readonly ms: number
  /** Neither in a gap, nor of a poll that is not of all connections. */
  readonly isSpread: boolean
}

interface WayInterval extends Interval {
  readonly bytes: number
  readonly lost: number
  readonly expected: number
  readonly freezes: number
  readonly frozenSec: number
  readonly jitterMs: number
  readonly rttMs: number
  readonly fps: number
  readonly size: string
  readonly codec: string
  readonly mos: number
  readonly score: number
}

const GAP_MS = 10_000
const MAX_AGE_MS = 15_000

const read = (stat: Stat | undefined, member: string): number => Number(stat?.[member] ?? NaN)

export function createOracle() {
  const ways = new Map<Way, WayInterval[]>(WAYS.map((way) => [way, []]))
  const pairs: (Interval & { rttMs: number; path: string })[] = []
  const scores: (Interval & { score: number })[] = []
  const held = new Map<string, Stat>()
  /** The stream as it stood when the report on it was first seen. */
  const reportedOn = new Map<string, Stat>()
  let polls = 0
  let gaps = 0
  let restarts = 0

  return {
    poll(stats: readonly Stat[], ratings: readonly number[], isWhole: boolean): void {
      const byId = new Map(stats.map((stat) => [stat.id, stat]))
      const newest = Math.max(...stats.map(({ timestamp }) => timestamp))
      const before = new Map(held)
      for (const stat of stats) {
        if (held.get(stat.id)?.timestamp !== stat.timestamp) held.set(stat.id, stat)
      }
      const previousOf = (id: string): Stat | undefined => {
        const [was, is] = [before.get(id), byId.get(id)]
        if (!was || !is || is.timestamp <= was.timestamp) return undefined
        const isReset = ['packetsReceived', 'bytesReceived'].some(
          (member) => read(is, member) < read(was, member),
        )
        return isReset ? undefined : was
      }
      const growthOf = (id: string, member: string): number =>
        read(byId.get(id), member) - read(previousOf(id), member)
      const isFresh = (id: string): boolean =>
        newest - (byId.get(id)?.timestamp ?? -Infinity) <= MAX_AGE_MS

      const transport = byId.get('transport')
      const pairId = String(transport?.['selectedCandidatePairId'])
      const ufrag = before.get('transport')?.['iceLocalUsernameFragment']
      if (ufrag && ufrag !== transport?.['iceLocalUsernameFragment']) restarts++
      const answers = growthOf(pairId, 'responsesReceived')
      const measuredMs = (1000 * growthOf(pairId, 'totalRoundTripTime')) / answers
      const gaugeMs = 1000 * read(byId.get(pairId), 'currentRoundTripTime')
      const answered = read(byId.get(pairId), 'responsesReceived') > 0 ? gaugeMs : NaN
      const rttOf = (farId: string): number => {
        const far = byId.get(farId)
        const count = growthOf(farId, 'roundTripTimeMeasurements')
        if (isFresh(farId) && count > 0)
          return (1000 * growthOf(farId, 'totalRoundTripTime')) / count
        if (answers > 0) return measuredMs
        const isMeasured = isFresh(farId) && read(far, 'roundTripTimeMeasurements') > 0
        return isMeasured ? 1000 * read(far, 'roundTripTime') : answered
      }

      polls++
      const ms = growthOf(pairId, 'timestamp')
      const isGap = ms > GAP_MS
      if (isGap) gaps++
      const isSpread = isWhole && !isGap
      if (ms > 0) {
        const path = pairId === 'direct' ? 'udp' : 'turn-tcp'
        pairs.push({ ms, isSpread: !isGap, rttMs: answers > 0 ? measuredMs : answered, path })
        scores.push({ ms, isSpread, score: ratings.at(-1) ?? NaN })
      }
      for (const [index, way] of WAYS.entries()) {
        const { id, farId, kind, direction } = way
        const stat = byId.get(id)
        const far = byId.get(farId)
        const isInbound = direction === 'inbound'
        const wayMs = growthOf(id, 'timestamp')
        const isNew = previousOf(farId) !== undefined
        const sent = reportedOn.get(farId)
        if (far && before.get(farId)?.timestamp !== far.timestamp && stat)
          reportedOn.set(farId, stat)
        if (!(wayMs > 0)) continue
        let [lost, expected] = [growthOf(id, 'packetsLost'), 0]
        if (isInbound) {
          expected = lost + growthOf(id, 'packetsReceived')
          expected -= growthOf(id, 'retransmittedPacketsReceived')
        } else if (isNew && isFresh(farId)) {
          lost = growthOf(farId, 'packetsLost')
          expected = read(stat, 'packetsSent') - read(sent, 'packetsSent')
          const [repeated, was] = [stat, sent].map((one) => read(one, 'retransmittedPacketsSent'))
          if (kind === 'video') expected -= (repeated ?? NaN) - (was ?? NaN)
        }
        const isLossKnown = expected > 0
        const frames = growthOf(id, isInbound ? 'framesDecoded' : 'framesSent')
        const gauge = isInbound ? stat : isFresh(farId) ? far : undefined
        ways.get(way)?.push({
          ms: wayMs,
          isSpread,
          bytes: growthOf(id, isInbound ? 'bytesReceived' : 'bytesSent'),
          lost: isLossKnown ? Math.max(0, lost) : 0,
          expected: isLossKnown ? expected : 0,
          freezes: growthOf(id, 'freezeCount') || 0,
          frozenSec: growthOf(id, 'totalFreezesDuration') || 0,
          jitterMs: 1000 * read(gauge, 'jitter'),
          rttMs: rttOf(farId),
          fps: frames > 0 ? (1000 * frames) / wayMs : NaN,
          size: frames > 0 ? `${read(stat, 'frameWidth')}x${read(stat, 'frameHeight')}` : '',
          codec: String(byId.get(String(stat?.['codecId']))?.['mimeType']),
          mos: ratings[2 * index] ?? NaN,
          score: ratings[2 * index + 1] ?? NaN,
        })
      }
    },
    /** All of a summary that comes of polls. */
    summary() {
      const all = Object.fromEntries([...ways].map(([way, list]) => [way.id, summarize(list)]))
      const mos = [all['in-audio'], all['out-audio']].map((way) => way?.mos?.mean ?? NaN)
      return {
        polls,
        gaps,
        iceRestarts: restarts,
        pathSec: secondsBy(pairs, ({ path }) => path),
        rttMs: spread(pairs, ({ rttMs }) => rttMs),
        audio: { inbound: all['in-audio'], outbound: all['out-audio'] },
        video: { inbound: all['in-video'], outbound: all['out-video'] },
        mos: sum(mos, (each) => each) / mos.length,
        score: spread(scores, ({ score }) => score),
      }
    },
  }
}

function summarize(list: readonly WayInterval[]) {
  const ms = sum(list, (interval) => interval.ms)
  const bytes = sum(list, (interval) => interval.bytes)
  const lost = sum(list, (interval) => interval.lost)
  const expected = sum(list, (interval) => interval.expected)
  const bitrate = spread(list, (interval) => (8000 * interval.bytes) / interval.ms)
  const lossPct = spread(list, (interval) =>
    interval.expected > 0 ? Math.min(100, (100 * interval.lost) / interval.expected) : NaN,
  )
  return {
    durationSec: ms / 1000,
    bytes,
    packetsLost: lost,
    packetsExpected: expected,
    freezeCount: sum(list, (interval) => interval.freezes),
    freezeSec: sum(list, (interval) => interval.frozenSec),
    bitrate: bitrate && { ...bitrate, mean: (8000 * bytes) / ms },
    lossPct: lossPct && { ...lossPct, mean: (100 * lost) / expected },
    jitterMs: spread(list, (interval) => interval.jitterMs),
    rttMs: spread(list, (interval) => interval.rttMs),
    fps: spread(list, (interval) => interval.fps),
    mos: spread(list, (interval) => interval.mos),
    score: spread(list, (interval) => interval.score),
    codecSec: secondsBy(list, (interval) => interval.codec),
    sizeSec: secondsBy(list, (interval) => interval.size),
  }
}

/** Of the values that are known, weighted by whole milliseconds: their sums are exact. */
function spread<Each extends Interval>(list: readonly Each[], valueOf: (each: Each) => number) {
  const known = list
    .filter((each) => each.isSpread && !Number.isNaN(valueOf(each)))
    .map((each) => ({ ms: each.ms, value: valueOf(each) }))
    .sort((one, other) => one.value - other.value)
  const total = sum(known, ({ ms }) => ms)
  const percentile = (pct: number): number | undefined => {
    let reached = 0
    return known.find(({ ms }) => (reached += ms) * 100 >= total * pct)?.value
  }
  if (total === 0) return null
  return {
    mean: sum(known, ({ ms, value }) => ms * value) / total,
    min: known[0]?.value,
    max: known.at(-1)?.value,
    p50: percentile(50),
    p95: percentile(95),
  }
}

function secondsBy<Each extends Interval>(list: readonly Each[], nameOf: (each: Each) => string) {
  const names = new Set(list.map(nameOf).filter((name) => name !== ''))
  const times = [...names].map((name) => {
    const ms = sum(list, (each) => (nameOf(each) === name ? each.ms : 0))
    return [name, ms / 1000] as const
  })
  return Object.fromEntries(times)
}

function sum<Each>(list: readonly Each[], valueOf: (each: Each) => number): number {
  return list.reduce((total, each) => total + valueOf(each), 0)
}
