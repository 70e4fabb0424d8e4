// The numbers of one connection by going through all of its polls in order: what the records are held against.
import type { KeptItem } from '../collector/src/facts.ts'

type Members = Record<string, unknown>

export interface OracleWay {
  bytes: number
  intervals: [number, number][]
  lost: number
  expected: number
  jitter: [number, number]
  tripMs: number
  trips: number
  mos: [number, number]
}

const WAYS = [
  ['audio.recv', 'audio', 'inbound', 'Received'],
  ['audio.send', 'audio', 'outbound', 'Sent'],
  ['video.send', 'video', 'outbound', 'Sent'],
] as const

const read = (stat: Members | undefined, member: string): number => Number(stat?.[member] ?? NaN)

export type OracleWays = Record<(typeof WAYS)[number][0], OracleWay>

/** All polls of one connection, in the order of capture. */
export function addUp(items: readonly KeptItem[]): OracleWays {
  const newWay = (): OracleWay => ({
    ...{ bytes: 0, intervals: [], lost: 0, expected: 0, jitter: [0, 0] },
    ...{ tripMs: 0, trips: 0, mos: [0, 0] },
  })
  const ways: OracleWays = {
    'audio.recv': newWay(),
    'audio.send': newWay(),
    'video.send': newWay(),
  }
  let before = new Map<string, Members>()
  /** What was sent when the report that is in force was first seen; undefined where that is no longer known. */
  let sentAtReport: number | undefined
  for (const { item } of items) {
    const data = item.data as Record<string, Record<string, Members[]>>
    const now = new Map<string, Members>()
    const isNew = (id: string): boolean => {
      const [was, is] = [before.get(id), now.get(id)]
      if (!was || !is) return true
      const counters = ['bytesReceived', 'packetsReceived', 'bytesSent', 'packetsSent']
      return counters.some((name) => read(is, name) < read(was, name))
    }
    const grown = (id: string, name: string): number =>
      read(now.get(id), name) - read(before.get(id), name)
    const far = data['remote']?.['inbound']?.[0]
    if (far) now.set('far', far)
    for (const [name, kind, direction, word] of WAYS) {
      const way = ways[name]
      for (const stat of data[kind]?.[direction] ?? []) {
        const id = String(stat['id'])
        now.set(id, stat)
        if (isNew(id)) continue
        way.bytes += grown(id, `bytes${word}`)
        const [start, end] = [read(before.get(id), 'timestamp'), read(stat, 'timestamp')]
        way.intervals.push([start, end])
        if (direction === 'inbound') {
          const lost = grown(id, 'packetsLost')
          const expected = lost + grown(id, 'packetsReceived')
          if (expected > 0) {
            way.lost += Math.max(0, lost)
            way.expected += expected
          }
        }
        const jitter = direction === 'inbound' ? stat : id === 'audio sent' ? far : undefined
        const isOld = read(stat, 'timestamp') - read(jitter, 'timestamp') > 15_000
        if (jitter && !isOld) {
          way.jitter[0] += Math.round(1000 * read(jitter, 'jitter')) * (end - start)
          way.jitter[1] += end - start
        }
      }
    }
    const way = ways['audio.send']
    const sent = now.get('audio sent')
    const isFarNew = !far || !sent || !before.has('far') || isNew('audio sent') || isNew('far')
    if (isFarNew || grown('far', 'roundTripTimeMeasurements') < 0) {
      sentAtReport = sent && far ? read(sent, 'packetsSent') : undefined
    } else if (grown('far', 'timestamp') > 0) {
      const lost = grown('far', 'packetsLost')
      const byReceived = lost + grown('far', 'packetsReceived')
      const bySent = read(sent, 'packetsSent') - (sentAtReport ?? NaN)
      const expected = Number.isNaN(byReceived) ? bySent : byReceived
      if (expected >= 0) {
        way.lost += Math.max(0, lost)
        way.expected += expected
      }
      way.tripMs += Math.round(1000 * grown('far', 'totalRoundTripTime'))
      way.trips += grown('far', 'roundTripTimeMeasurements')
      sentAtReport = read(sent, 'packetsSent')
    }
    const { metrics, quality } = item.data as {
      metrics: Record<string, { intervalSec: number }>
      quality: { audio: { inbound: { mos: number } } }
    }
    const hasInbound = now.has('audio received')
    const weight = hasInbound ? (metrics['audio received']?.intervalSec ?? 0) : 2
    ways['audio.recv'].mos[0] += Math.round(100 * quality.audio.inbound.mos) * weight
    ways['audio.recv'].mos[1] += weight
    before = now
  }
  return ways
}

/** Of one way over several connections, as a record would say it. */
export function numbersOf(ways: readonly OracleWay[]) {
  const sum = (value: (way: OracleWay) => number): number =>
    ways.reduce((total, way) => total + value(way), 0)
  const covered = new Set<number>()
  // Everything happens on full half seconds: to count them is to unite the intervals.
  for (const { intervals } of ways) {
    for (const [start, end] of intervals) for (let at = start; at < end; at += 500) covered.add(at)
  }
  const ms = 500 * covered.size
  const [jitter, jitterMs] = [sum((way) => way.jitter[0]), sum((way) => way.jitter[1])]
  const [mos, weight] = [sum((way) => way.mos[0]), sum((way) => way.mos[1])]
  const [lost, expected] = [sum((way) => way.lost), sum((way) => way.expected)]
  const trips = sum((way) => way.trips)
  return {
    bitrate: share(8 * sum((way) => way.bytes), ms, 1),
    packet_loss: expected > 0 ? share(Math.min(100 * lost, 100 * expected), expected, 10) : null,
    jitter: share(jitter, jitterMs, 1),
    rtt: share(
      sum((way) => way.tripMs),
      trips,
      1,
    ),
    mos: share(mos, 100 * weight, 100),
  }
}

/** In whole numbers: half up, without an error. */
function share(part: number, whole: number, scale: number): number | null {
  if (whole <= 0) return null
  return Number((2n * BigInt(part * scale) + BigInt(whole)) / (2n * BigInt(whole))) / scale
}
