// Finds the report in an item, and what its objects say of themselves: for the room oracle.
import type { PlainItem, ReceivedItem } from '../../src/schema.ts'
import type { Stat } from '../../src/stats.ts'
import type { StatsData } from '../../src/wire.ts'

export type AnyItem = ReceivedItem | PlainItem
export type Kind = 'audio' | 'video'
export type Way = 'send' | 'recv'

export const read = (stat: Stat | undefined, member: string): number => {
  const value = stat?.[member]
  const isWritten = typeof value === 'string' && value.trim() !== ''
  return typeof value === 'number' || isWritten ? Number(value) : NaN
}

/** The report of an item, whichever of its members it stands in. Empty where it was left out. */
export function reportIn(item: ReceivedItem | PlainItem): readonly Stat[] {
  if (item.tag !== 'stats') return []
  if (item.rawStats) return withTrack(item.rawStats)
  const { audio, video, remote, raw, metrics: _, quality: __, ...lists } = item.data as StatsData
  const byWay = [audio, video, remote].flatMap((group) => [group?.inbound, group?.outbound])
  const all = [...byWay, ...Object.values(lists), ...Object.values(raw ?? {})]
  const stats = all.filter(Array.isArray).flat() as Stat[]
  return withTrack([...new Map(stats.map((stat) => [stat.id, stat])).values()])
}

/** Chrome before 112 and Safari before 17 keep the jitter buffer on `track`, of one stream or of several. */
function withTrack(report: readonly Stat[]): readonly Stat[] {
  return report.map((stat) => {
    const { trackId } = stat
    const isStream = stat.type === 'inbound-rtp' || stat.type === 'outbound-rtp'
    if (!isStream || trackId === undefined) return stat
    const users = report.filter(
      (other) => other.trackId === trackId && /^(in|out)bound-rtp$/.test(other.type),
    )
    const track = report.find(({ id, type }) => type === 'track' && id === trackId)
    return users.length === 1 ? { ...track, ...stat } : stat
  })
}

const COUNTER =
  /^(packets|bytes|headerBytes|retransmitted|fec|frames|keyFrames|hugeFrames|totalSamples|concealedSamples|silentConcealed|insertedSamples|removedSamples|jitterBufferEmitted|requests|responses|consentRequests|roundTripTimeMeasurements|nack|pli|fir|discardedPackets)/
const NO_COUNTER = ['packetsLost', 'framesPerSecond', 'totalSamplesDuration']

/** The browser began to count anew. */
export function isReset(before: Stat, now: Stat): boolean {
  if (read(before, 'ssrc') !== read(now, 'ssrc') && before['ssrc'] && now['ssrc']) return true
  return Object.keys(now).some(
    (member) =>
      COUNTER.test(member) &&
      !NO_COUNTER.includes(member) &&
      read(now, member) < read(before, member),
  )
}

export function kindOf(stat: Stat, byId: ReadonlyMap<string, Stat>): Kind | undefined {
  const codec = byId.get(String(stat['codecId']))
  const told = String(stat['kind'] ?? stat['mediaType'] ?? codec?.['mimeType']).split('/')[0]
  return told === 'audio' || told === 'video' ? told : undefined
}

export function isAbout(far: Stat, stream: Stat): boolean {
  return far['localId'] === undefined
    ? far['ssrc'] !== undefined && far['ssrc'] === stream['ssrc']
    : far['localId'] === stream.id
}

/** Some SFUs write a count below zero as one of 32 bits. */
export const signed = (lost: number): number => (lost > 2 ** 31 ? lost - 2 ** 32 : lost)
export const positive = (value: number): number => (value >= 0 ? value : NaN)

/** NaN where none is. */
export function firstKnown(...values: readonly number[]): number {
  return values.find((value) => !Number.isNaN(value)) ?? NaN
}
