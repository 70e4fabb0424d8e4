// What one poll of a connection says of its streams: the counters that totals are made of, and no more.
import { ownOf, ownsOfMetrics } from './own.ts'
import { selectedPairOf } from './path.ts'
import { cut, known, listOf, lostIn, membersOf, numberOf, positiveOf } from './read.ts'
import type { Members } from './read.ts'
import { reportOf } from './reported.ts'
import type { OwnTrip, Pair, Reading, Stream } from './stream.ts'
import type { WayName } from './sums.ts'

/** Of one connection; a conference of hundreds is forwarded in dozens of streams. */
const MAX_STREAMS = 256

const KINDS = ['audio', 'video'] as const
const DIRECTIONS = ['inbound', 'outbound'] as const

export interface ReadPoll {
  readonly reading: Reading
  /** Streams that were too many. */
  readonly refused: number
}

/** `data` of a `stats` item, captured at `atMs`. */
export function readingOf(data: unknown, atMs: number, intervalMs: number): ReadPoll {
  const groups = membersOf(data)
  const metrics = membersOf(groups['metrics'])
  const hasReport = ['audio', 'video', 'raw'].some((name) => groups[name] !== undefined)
  if (!hasReport) {
    const streams = ownsOfMetrics(metrics, groups['quality'], atMs, intervalMs)
    const refused = Math.max(0, streams.length - MAX_STREAMS)
    return { reading: { streams: streams.slice(0, MAX_STREAMS), pair: null }, refused }
  }
  const reports = statsIn(groups, 'remote', 'inbound').filter(isOurs)
  const streams: Stream[] = []
  let refused = 0
  for (const kind of KINDS) {
    for (const direction of DIRECTIONS) {
      for (const stat of statsIn(groups, kind, direction)) {
        if (streams.length >= MAX_STREAMS) refused++
        else streams.push(streamOf(stat, wayOf(kind, direction), reports, metrics))
      }
    }
  }
  return { reading: { streams, pair: pairOf(groups, metrics) }, refused }
}

function wayOf(kind: 'audio' | 'video', direction: 'inbound' | 'outbound'): WayName {
  return `${kind}.${direction === 'inbound' ? 'recv' : 'send'}`
}

/** Those of a group; what a page sends in its last moment has them by type alone. */
function statsIn(groups: Members, kind: string, direction: 'inbound' | 'outbound'): Members[] {
  const grouped = listOf(membersOf(groups[kind])[direction])
  if (grouped) return grouped.map(membersOf).filter(isStat)
  const prefix = kind === 'remote' ? 'remote-' : ''
  const all = listOf(membersOf(groups['raw'])[`${prefix}${direction}-rtp`]) ?? []
  const stats = all.map(membersOf).filter(isStat)
  return prefix
    ? stats
    : stats.filter((stat) => isOurs(stat) && (stat['kind'] ?? stat['mediaType']) === kind)
}

function isStat(stat: Members): boolean {
  return typeof stat['id'] === 'string' && numberOf(stat, 'timestamp') !== undefined
}

/** Firefox before 68 gave the far end's view as streams, in other units. */
function isOurs(stat: Members): boolean {
  return stat['isRemote'] !== true
}

function streamOf(
  stat: Members,
  way: WayName,
  reports: readonly Members[],
  metrics: Members,
): Stream {
  const isInbound = way.endsWith('recv')
  const direction = isInbound ? 'Received' : 'Sent'
  const seconds = isInbound ? positiveOf(stat, 'jitter') : undefined
  const report = isInbound ? undefined : reports.find((other) => isReportOn(other, stat))
  return known<Stream>({
    id: cut(String(stat['id'])),
    way,
    at: numberOf(stat, 'timestamp'),
    ssrc: numberOf(stat, 'ssrc'),
    bytes: positiveOf(stat, `bytes${direction}`),
    packets: positiveOf(stat, `packets${direction}`),
    repeated: positiveOf(stat, `retransmittedPackets${direction}`),
    lost: isInbound ? lostIn(stat) : undefined,
    jitterMs: seconds === undefined ? undefined : 1000 * seconds,
    report: report && reportOf(report, stat),
    own: ownOf(stat, report, metrics, isInbound),
    isLead: true,
  })
}

/** Some browsers, and a page in its last moment, give no `localId`: then the ssrc tells. */
function isReportOn({ localId, ssrc }: Members, stream: Members): boolean {
  return localId === undefined
    ? ssrc !== undefined && ssrc === stream['ssrc']
    : localId === stream['id']
}

function pairOf(groups: Members, metrics: Members): Pair | null {
  const pair = selectedPairOf(groups)
  const at = pair ? numberOf(pair, 'timestamp') : undefined
  if (!pair || at === undefined) return null
  const id = String(pair['id'])
  const answers = positiveOf(pair, 'responsesReceived')
  const seconds = positiveOf(pair, 'currentRoundTripTime')
  const { intervalSec, rttMs } = ownTripOf(metrics, id)
  return known<Pair>({
    id: cut(id),
    at,
    tripSec: positiveOf(pair, 'totalRoundTripTime'),
    trips: answers,
    tripMs: seconds === undefined || answers === 0 ? undefined : 1000 * seconds,
    own: intervalSec === undefined ? undefined : known<OwnTrip>({ sec: intervalSec, rttMs }),
  })
}

function ownTripOf(metrics: Members, id: string) {
  const own = Object.hasOwn(metrics, id) ? membersOf(metrics[id]) : {}
  const rttMs = positiveOf(own, 'rttAvgMs') ?? positiveOf(own, 'rttMs')
  return { intervalSec: positiveOf(own, 'intervalSec'), rttMs }
}
