// One `stats` item in the numbers that are plotted: what the exporter made of it, else what its report says itself.
import { pathOf, selectedPairOf } from '../rooms/path.ts'
import { cut, listOf, membersOf, numberOf, positiveOf } from '../rooms/read.ts'
import type { Members } from '../rooms/read.ts'
import { MEASURES, WAYS } from './views.ts'
import type { Mark, Measure, Numbers, Poll, Way } from './views.ts'

/** As many digits as a plot shows. */
const DIGITS = 5
const MAX_CODEC = 30
const MAX_SCORE = 10
/** Of one poll: a conference of hundreds is forwarded in dozens of streams. */
const MAX_STREAMS = 256

/** Kind and direction. */
const PARTS: Readonly<Record<Way, readonly [string, string]>> = {
  'audio.inbound': ['audio', 'inbound'],
  'audio.outbound': ['audio', 'outbound'],
  'video.inbound': ['video', 'inbound'],
  'video.outbound': ['video', 'outbound'],
}

interface Streams {
  readonly stats: readonly Members[]
  /** Their metrics, those that have some. */
  readonly metrics: readonly Members[]
}

/** `data` of a `stats` item. Never throws, whatever a stranger sent. */
export function pollOf(data: unknown): Poll {
  const groups = membersOf(data)
  const metrics = membersOf(groups['metrics'])
  const quality = membersOf(groups['quality'])
  const hasReport = ['audio', 'video', 'raw'].some((name) => groups[name] !== undefined)
  const byWay = WAYS.map((way) => streamsOf(way, groups, metrics, hasReport))
  const sums = WAYS.map((way) => aggregateOf(quality, way))
  const pair = membersOf(quality['selectedPair'])
  const stated = selectedPairOf(groups)
  const pairMetrics = ownOf(metrics, stated?.['id'] ?? pair['id'])
  return {
    ways: WAYS.map((way, index) => numbersOf(way, sums[index] ?? null, byWay[index] as Streams)),
    codecs: sums.map((sum) => codecOf(sum)),
    path: wordOf(pair['path']) ?? pathWordOf(groups),
    rttMs: round(positiveOf(pair, 'rttMs') ?? positiveOf(pairMetrics, 'rttMs') ?? tripOf(stated)),
    availableBitrate: round(positiveOf(pairMetrics, 'availableOutgoingBitrate')),
    score: scoreOf(quality),
    setupMs: round(positiveOf(quality, 'callSetupMs')),
    marks: marksOf(
      quality,
      byWay.flatMap((streams) => streams.metrics),
    ),
  }
}

function streamsOf(way: Way, groups: Members, metrics: Members, hasReport: boolean): Streams {
  const [kind, direction] = PARTS[way]
  if (!hasReport) {
    const own = Object.values(metrics).map(membersOf).slice(0, MAX_STREAMS)
    return { stats: [], metrics: own.filter((values) => isOfWay(way, values)) }
  }
  const grouped = listOf(membersOf(groups[kind])[direction])
  const all = grouped ?? listOf(membersOf(groups['raw'])[`${direction}-rtp`]) ?? []
  const stats = all
    .map(membersOf)
    .filter(
      (stat) =>
        stat['isRemote'] !== true && (grouped || (stat['kind'] ?? stat['mediaType']) === kind),
    )
    .slice(0, MAX_STREAMS)
  return { stats, metrics: stats.map(({ id }) => ownOf(metrics, id)) }
}

/** Nothing in an item without a report names a stream's kind and direction, but some metrics are of one way alone. */
function isOfWay(way: Way, values: Members): boolean {
  const has = (...names: readonly string[]): boolean =>
    names.some((name) => values[name] !== undefined)
  switch (way) {
    case 'audio.inbound':
      return has('concealmentPct')
    case 'video.inbound':
      return has('freezeCountDelta', 'fpsDecoded')
    case 'video.outbound':
      return has('fpsEncoded', 'qualityLimitation.none')
    case 'audio.outbound':
      return false
    default:
      return way satisfies never
  }
}

function numbersOf(way: Way, sum: Members | null, { stats, metrics }: Streams): Numbers | null {
  if (!sum && stats.length === 0 && metrics.length === 0) return null
  const judged = sum ?? {}
  const largest = stats.toSorted((one, other) => areaOf(other) - areaOf(one))[0] ?? {}
  const isInbound = way.endsWith('inbound')
  const values: Readonly<Record<Measure, number | undefined>> = {
    bitrate: positiveOf(judged, 'bitrate') ?? sumOf(metrics, 'bitrate'),
    lossPct: positiveOf(judged, 'lossPct') ?? (isInbound ? maxOf(metrics, 'lossPct') : undefined),
    jitterMs: positiveOf(judged, 'jitterMs') ?? (isInbound ? jitterOf(stats) : undefined),
    rttMs: positiveOf(judged, 'rttMs'),
    mos: positiveOf(judged, 'mos'),
    fps: positiveOf(judged, 'fps') ?? positiveOf(largest, 'framesPerSecond'),
    width: positiveOf(judged, 'width') ?? positiveOf(largest, 'frameWidth'),
    height: positiveOf(judged, 'height') ?? positiveOf(largest, 'frameHeight'),
    freezeCount: sumOf(metrics, 'freezeCountDelta'),
    freezePct: maxOf(metrics, 'freezePct'),
    cpuPct: shareOf(metrics, 'cpu'),
    bandwidthPct: shareOf(metrics, 'bandwidth'),
    otherPct: shareOf(metrics, 'other'),
    targetBitrate: positiveOf(judged, 'targetBitrate'),
    concealmentPct: maxOf(metrics, 'concealmentPct'),
    encodeMs: positiveOf(judged, 'encodeMs') ?? maxOf(metrics, 'encodeMs'),
  }
  const numbers = MEASURES.map((measure) => round(values[measure]))
  return numbers.slice(0, numbers.findLastIndex((value) => value !== null) + 1)
}

/** Remote reports come seldom, and have times of their own: the connection's own streams alone are looked at. */
function marksOf(quality: Members, metrics: readonly Members[]): Mark[] {
  const known = metrics.filter((values) => values['intervalSec'] !== undefined || values['stale'])
  const has = (name: string): boolean => known.some((values) => values[name] === true)
  const marks: Record<Mark, boolean> = {
    gap: has('gap'),
    reset: metrics.some((values) => values['reset'] === true),
    stale: known.length > 0 && known.every((values) => values['stale'] === true),
    iceRestart: quality['iceRestart'] === true,
    muted: (listOf(quality['muted']) ?? []).length > 0,
    clockSkew: numberOf(quality, 'clockSkewMs') !== undefined,
  }
  return (Object.keys(marks) as Mark[]).filter((mark) => marks[mark])
}

/** One that cannot be would spoil the mean of all who take part. */
function scoreOf(quality: Members): number | null {
  const score = positiveOf(quality, 'score')
  return score !== undefined && score <= MAX_SCORE ? round(score) : null
}

function aggregateOf(quality: Members, way: Way): Members | null {
  const [kind, direction] = PARTS[way]
  const sum = membersOf(quality[kind])[direction]
  return sum === undefined ? null : membersOf(sum)
}

function ownOf(metrics: Members, id: unknown): Members {
  return typeof id === 'string' && Object.hasOwn(metrics, id) ? membersOf(metrics[id]) : {}
}

function pathWordOf(groups: Members): string | null {
  const path = pathOf(groups)
  if (!path?.mediaTransport) return null
  return path.connectionType === 'TURN' ? `turn-${path.mediaTransport}` : path.mediaTransport
}

function tripOf(pair: Members | null): number | undefined {
  const seconds = pair ? positiveOf(pair, 'currentRoundTripTime') : undefined
  return seconds === undefined ? undefined : 1000 * seconds
}

function codecOf(sum: Members | null): string | null {
  const { codec } = sum ?? {}
  if (typeof codec !== 'string' || codec === '') return null
  return cut(codec.slice(codec.indexOf('/') + 1), MAX_CODEC)
}

function wordOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? cut(value, MAX_CODEC) : null
}

function areaOf(stat: Members): number {
  return (positiveOf(stat, 'frameWidth') ?? 0) * (positiveOf(stat, 'frameHeight') ?? 0)
}

function jitterOf(stats: readonly Members[]): number | undefined {
  const sum = sumOf(stats, 'jitter')
  const count = stats.filter((stat) => positiveOf(stat, 'jitter') !== undefined).length
  return sum === undefined ? undefined : (1000 * sum) / count
}

function shareOf(metrics: readonly Members[], reason: string): number | undefined {
  const most = maxOf(metrics, `qualityLimitation.${reason}`)
  return most === undefined ? undefined : Math.min(100, 100 * most)
}

function sumOf(metrics: readonly Members[], name: string): number | undefined {
  return reduced(metrics, name, (sum, value) => sum + value)
}

function maxOf(metrics: readonly Members[], name: string): number | undefined {
  return reduced(metrics, name, (most, value) => (value > most ? value : most))
}

/** Of those that have it; it is asked for many names, and makes no list of each. */
function reduced(
  metrics: readonly Members[],
  name: string,
  add: (one: number, other: number) => number,
): number | undefined {
  let result: number | undefined
  for (const values of metrics) {
    const value = positiveOf(values, name)
    if (value !== undefined) result = result === undefined ? value : add(result, value)
  }
  return result
}

function round(value: number | undefined): number | null {
  if (value === undefined) return null
  // Most are counts and sizes: to write a number and read it again costs more than all else here.
  return Number.isInteger(value) && value < 10 ** DIGITS ? value : Number(value.toPrecision(DIGITS))
}
