// Walks the raw reports of one connection, poll by poll, and takes down what each interval counted: for the room oracle.
import type { Stat } from '../../src/stats.ts'
import { pairOf } from './path.ts'
import type { PairInterval } from './path.ts'
import { firstKnown, isAbout, isReset, kindOf, positive, read, reportIn, signed } from './report.ts'
import type { AnyItem, Kind, Way } from './report.ts'

/** One stream, since the reading before. */
export interface StreamReading {
  readonly kind: Kind
  readonly way: Way
  readonly id: string
  /** The same as long as the sender, or the received stream, lives. */
  readonly sender: string
  /** ms, by its own clock; NaN where nothing can be compared. */
  readonly from: number
  readonly to: number
  /** NaN where nobody counts them. */
  readonly bytes: number
  readonly packets: number
  readonly discarded: number
  /** NaN where unknown, as all below. */
  readonly jitterMs: number
  readonly jitterBufferMs: number
  /** As the far end measured last. */
  readonly roundTripMs: number
  readonly codec: string
  /** Of what is being sent, over the interval. */
  readonly audioLevel: number
  /** Of the source; NaN where unknown. */
  readonly sourceFps: number
  /** Frames per second that are sent, or shown. 0 where none are, and where nobody knows. */
  readonly fps: number
  readonly width: number
  readonly height: number
}

/** What did not arrive of what should have; of a sent stream, by a new report of the far end. */
interface LossCount {
  readonly kind: Kind
  readonly way: Way
  readonly id: string
  readonly lost: number
  readonly expected: number
}

/** Round trips that were added up: their sum, and how many. */
interface RoundTrips {
  readonly kind: Kind
  readonly way: Way
  readonly id: string
  readonly sumMs: number
  readonly count: number
}

export interface WalkedPoll {
  readonly item: AnyItem
  readonly streams: readonly StreamReading[]
  readonly losses: readonly LossCount[]
  readonly roundTrips: readonly RoundTrips[]
  /** Streams of which the far end's report is not too old, by stats id. */
  readonly reportedOn: ReadonlySet<string>
  readonly pair: PairInterval | null
}

const MAX_REPORT_AGE_MS = 15_000

/** `items` are those of one connection, in the order of capture. */
export function walk(items: readonly AnyItem[]): WalkedPoll[] {
  /** The reading that the next one is held against. */
  let held = new Map<string, Stat>()
  /** By id of the far end's report: our stream, as it was when the report was new. */
  let sentThen = new Map<string, Stat>()
  const polls: WalkedPoll[] = []
  for (const item of items) {
    const report = reportIn(item)
    if (report.length === 0) continue
    const previousOf = (stat: Stat | undefined): Stat | undefined => {
      const before = stat && held.get(stat.id)
      if (!stat || !before || before.type !== stat.type) return undefined
      return stat.timestamp > before.timestamp && !isReset(before, stat) ? before : undefined
    }
    const sentNow = new Map<string, Stat>()
    for (const far of report) {
      if (far.type !== 'remote-inbound-rtp') continue
      const isNew = held.get(far.id)?.timestamp !== far.timestamp
      const stream = report.find(
        (stat) => stat.type === 'outbound-rtp' && !stat['isRemote'] && isAbout(far, stat),
      )
      const then = isNew ? stream : sentThen.get(far.id)
      if (then) sentNow.set(far.id, then)
    }
    polls.push(walkPoll(item, report, previousOf, sentThen, sentNow))
    const standing = report.map((stat): [string, Stat] => {
      const before = held.get(stat.id)
      const isSame = before?.type === stat.type && before.timestamp === stat.timestamp
      return [stat.id, isSame ? before : stat]
    })
    held = new Map(standing)
    sentThen = sentNow
  }
  return polls
}

function walkPoll(
  item: AnyItem,
  report: readonly Stat[],
  previousOf: (stat: Stat | undefined) => Stat | undefined,
  sentThen: ReadonlyMap<string, Stat>,
  sentNow: ReadonlyMap<string, Stat>,
): WalkedPoll {
  const byId = new Map(report.map((stat) => [stat.id, stat]))
  const newest = Math.max(...report.map(({ timestamp }) => timestamp))
  const grown = (stat: Stat | undefined, member: string): number => {
    const delta = read(stat, member) - read(previousOf(stat), member)
    return delta >= 0 ? delta : NaN
  }
  const secondsOf = (stat: Stat | undefined): number =>
    ((stat?.timestamp ?? NaN) - (previousOf(stat)?.timestamp ?? NaN)) / 1000
  const streams: StreamReading[] = []
  const losses: LossCount[] = []
  const roundTrips: RoundTrips[] = []
  const reportedOn = new Set<string>()

  for (const stat of report) {
    const kind = kindOf(stat, byId)
    const isInbound = stat.type === 'inbound-rtp'
    if (!kind || stat['isRemote'] || (!isInbound && stat.type !== 'outbound-rtp')) continue
    const { id } = stat
    const which = { kind, way: isInbound ? 'recv' : 'send', id } as const
    const farType = isInbound ? 'remote-outbound-rtp' : 'remote-inbound-rtp'
    const found = report.find((other) => other.type === farType && isAbout(other, stat))
    const far = found && newest - found.timestamp <= MAX_REPORT_AGE_MS ? found : undefined
    if (far) reportedOn.add(id)

    const lost = signed(read(isInbound ? stat : far, 'packetsLost'))
    const lostBefore = signed(read(previousOf(isInbound ? stat : far), 'packetsLost'))
    let expected = lost - lostBefore
    if (isInbound) {
      expected +=
        grown(stat, 'packetsReceived') - (grown(stat, 'retransmittedPacketsReceived') || 0)
    } else if (!Number.isNaN(grown(far, 'packetsReceived'))) {
      expected += grown(far, 'packetsReceived')
    } else {
      expected = packetsBetween(sentThen.get(far?.id ?? ''), sentNow.get(far?.id ?? ''))
    }
    if (expected > 0 && !Number.isNaN(lost - lostBefore)) {
      losses.push({ ...which, lost: Math.max(0, lost - lostBefore), expected })
    }
    const count = grown(far, 'roundTripTimeMeasurements')
    const sumMs = 1000 * grown(far, 'totalRoundTripTime')
    if (count > 0 && sumMs >= 0) roundTrips.push({ ...which, sumMs, count })

    const isMeasured = read(far, 'roundTripTimeMeasurements') !== 0
    const source = byId.get(String(stat['mediaSourceId']))
    const samples = grown(source, 'totalSamplesDuration')
    const frames = isInbound ? ['framesDecoded', 'framesReceived'] : ['framesSent']
    const counts = frames.map((member) => grown(stat, member) / secondsOf(stat))
    const emitted = isInbound ? grown(stat, 'jitterBufferEmittedCount') : NaN
    const discards = 'packetsDiscarded' in stat ? 'packetsDiscarded' : 'discardedPackets'
    streams.push({
      ...which,
      sender: isInbound ? id : String(stat['mid'] ?? stat['mediaSourceId'] ?? id),
      from: previousOf(stat)?.timestamp ?? NaN,
      to: stat.timestamp,
      bytes: grown(stat, isInbound ? 'bytesReceived' : 'bytesSent'),
      packets: grown(stat, isInbound ? 'packetsReceived' : 'packetsSent') || 0,
      discarded: grown(stat, discards) || 0,
      jitterMs: positive(1000 * read(isInbound ? stat : far, 'jitter')),
      jitterBufferMs: emitted > 0 ? (1000 * grown(stat, 'jitterBufferDelay')) / emitted : NaN,
      roundTripMs: isMeasured ? positive(1000 * read(far, 'roundTripTime')) : NaN,
      codec: String(byId.get(String(stat['codecId']))?.['mimeType'] ?? ''),
      sourceFps: grown(source, 'frames') / secondsOf(source),
      fps: firstKnown(...counts, read(stat, 'framesPerSecond'), 0),
      width: read(stat, 'frameWidth'),
      height: read(stat, 'frameHeight'),
      audioLevel: samples > 0 ? Math.sqrt(grown(source, 'totalAudioEnergy') / samples) : NaN,
    })
  }
  const pair = pairOf(report, byId, previousOf, grown)
  return { item, streams, losses, roundTrips, reportedOn, pair }
}

function packetsBetween(then: Stat | undefined, now: Stat | undefined): number {
  if (!then || !now || then.id !== now.id || isReset(then, now)) return NaN
  const again = read(now, 'retransmittedPacketsSent') - read(then, 'retransmittedPacketsSent') || 0
  const sent = read(now, 'packetsSent') - read(then, 'packetsSent')
  return sent - (now['rtxSsrc'] === undefined ? 0 : again)
}
