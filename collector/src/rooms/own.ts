// What the exporter itself made of an interval: all that is known where an item has no counters, or no predecessor.
import { known, membersOf, numberOf, positiveOf } from './read.ts'
import type { Members } from './read.ts'
import type { Own, Stream } from './stream.ts'
import type { WayName } from './sums.ts'

const VIDEO_ONLY = [
  'fpsReceived',
  'fpsDecoded',
  'fpsEncoded',
  'fpsSent',
  'keyFrameRate',
  'framesDroppedPct',
  'nackRate',
  'pliRate',
  'firRate',
]

/** Of one stream of a report. Undefined where the exporter had nothing to compare it with. */
export function ownOf(
  stat: Members,
  report: Members | undefined,
  metrics: Members,
  isInbound: boolean,
): Own | undefined {
  const ofStream = metricsOf(metrics, stat['id'])
  const sec = positiveOf(ofStream, 'intervalSec')
  if (!sec) return undefined
  const bytes = bytesIn(ofStream, sec)
  if (isInbound) return known<Own>({ sec, bytes, ...inboundOf(ofStream, sec) })
  const reported = report ? metricsOf(metrics, report['id']) : {}
  const reportedSec = positiveOf(reported, 'intervalSec')
  const sent = reportedSec === undefined ? undefined : packetsIn(ofStream, reportedSec)
  return known<Own>({
    sec,
    bytes,
    ...lossIn(reported, sent),
    jitterMs: positiveOf(reported, 'jitterMs'),
    rttMs: positiveOf(reported, 'rttAvgMs') ?? positiveOf(reported, 'rttMs'),
  })
}

/**
 * Of an item that has metrics and no report. Nothing in it names a stream's kind and direction, but only what is
 * received has jitter of its own, and only video has frames. What the far end reports stands in the aggregates.
 */
export function ownsOfMetrics(
  metrics: Members,
  quality: unknown,
  itemAtMs: number,
  intervalMs: number,
): Stream[] {
  const judged = membersOf(quality)
  const at = itemAtMs - (numberOf(judged, 'clockSkewMs') ?? 0)
  const streams: Stream[] = []
  const sent = new Map<WayName, { sec: number; packets: number }>()
  for (const [id, value] of Object.entries(metrics)) {
    const own = membersOf(value)
    const sec = positiveOf(own, 'intervalSec')
    if (!sec || own['bitrate'] === undefined) continue
    const isInbound = own['jitterMs'] !== undefined || own['packetsLostDelta'] !== undefined
    const isVideo = VIDEO_ONLY.some((name) => own[name] !== undefined)
    const way: WayName = `${isVideo ? 'video' : 'audio'}.${isInbound ? 'recv' : 'send'}`
    const bytes = bytesIn(own, sec)
    const received = isInbound ? inboundOf(own, sec) : {}
    streams.push({ id, way, own: known<Own>({ sec, at, bytes, ...received }) })
    if (isInbound) continue
    const before = sent.get(way) ?? { sec: 0, packets: 0 }
    const packets = before.packets + (packetsIn(own, sec) ?? 0)
    sent.set(way, { sec: Math.max(before.sec, sec), packets })
  }
  for (const kind of ['audio', 'video'] as const) {
    const way: WayName = `${kind}.send`
    const aggregate = membersOf(membersOf(judged[kind])['outbound'])
    const { sec = intervalMs / 1000, packets: expected } = sent.get(way) ?? {}
    const lossPct = shareOf(aggregate)
    const loss = expected !== undefined && lossPct !== undefined
    const jitterMs = positiveOf(aggregate, 'jitterMs')
    const rttMs = positiveOf(aggregate, 'rttMs')
    if (!loss && jitterMs === undefined && rttMs === undefined) continue
    const lost = loss ? Math.round((lossPct * expected) / 100) : undefined
    const own = known<Own>({ sec, lost, expected: loss ? expected : undefined, jitterMs, rttMs })
    streams.push({ id: '', way, own })
  }
  return streams
}

function metricsOf(metrics: Members, id: unknown): Members {
  return typeof id === 'string' && Object.hasOwn(metrics, id) ? membersOf(metrics[id]) : {}
}

function bytesIn(own: Members, sec: number): number | undefined {
  const bitrate = positiveOf(own, 'bitrate')
  return bitrate === undefined ? undefined : Math.round((bitrate * sec) / 8)
}

function packetsIn(own: Members, sec: number): number | undefined {
  const rate = positiveOf(own, 'packetRate')
  if (rate === undefined) return undefined
  return Math.round(Math.max(0, rate - (positiveOf(own, 'retransmitPacketRate') ?? 0)) * sec)
}

function inboundOf(own: Members, sec: number) {
  const rate = positiveOf(own, 'packetRate')
  const received = rate === undefined ? undefined : Math.round(rate * sec)
  return { ...lossIn(own, received), jitterMs: positiveOf(own, 'jitterMs') }
}

/** The percentage tells how many were expected; where nothing was lost all of `packets` were. */
function lossIn(own: Members, packets: number | undefined) {
  const lost = numberOf(own, 'packetsLostDelta')
  const lossPct = shareOf(own)
  if (lost === undefined || lossPct === undefined) return {}
  if (lost > 0 && lossPct > 0) return { lost, expected: Math.round((100 * lost) / lossPct) }
  return packets === undefined
    ? {}
    : { lost: 0, expected: Math.max(0, packets + Math.min(0, lost)) }
}

function shareOf(own: Members): number | undefined {
  const lossPct = positiveOf(own, 'lossPct')
  return lossPct === undefined ? undefined : Math.min(100, lossPct)
}
