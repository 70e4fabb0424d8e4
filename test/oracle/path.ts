// The way the media takes: the candidate pair in use and its round trips, from the raw report: for the room oracle.
import type { Stat } from '../../src/stats.ts'
import { positive, read } from './report.ts'

export interface PairInterval {
  readonly seconds: number
  readonly isRelayed: boolean
  readonly transport: 'udp' | 'tcp' | 'tls' | null
  readonly sumMs: number
  readonly count: number
  readonly roundTripMs: number
}

/** Null where no pair is in use. */
export function pairOf(
  report: readonly Stat[],
  byId: ReadonlyMap<string, Stat>,
  previousOf: (stat: Stat | undefined) => Stat | undefined,
  grown: (stat: Stat | undefined, member: string) => number,
): PairInterval | null {
  const pair = selectedPair(report)
  if (!pair) return null
  const before = previousOf(pair)
  const local = byId.get(String(pair['localCandidateId']))
  const remote = byId.get(String(pair['remoteCandidateId']))
  const count = grown(pair, 'responsesReceived')
  const isMeasured = read(pair, 'responsesReceived') !== 0
  return {
    seconds: before ? (pair.timestamp - before.timestamp) / 1000 : 0,
    isRelayed: local?.['candidateType'] === 'relay' || remote?.['candidateType'] === 'relay',
    transport: transportOf(local),
    sumMs: count > 0 ? 1000 * grown(pair, 'totalRoundTripTime') : NaN,
    count: count > 0 ? count : NaN,
    roundTripMs: isMeasured ? positive(1000 * read(pair, 'currentRoundTripTime')) : NaN,
  }
}

function selectedPair(report: readonly Stat[]): Stat | undefined {
  const pairs = report.filter(({ type }) => type === 'candidate-pair')
  const named = report.filter(({ type }) => type === 'transport')
  const ids = named.map((transport) => transport['selectedCandidatePairId'])
  const busiest = (some: readonly Stat[]): Stat | undefined =>
    some.toSorted((a, b) => {
      const sent = (pair: Stat) => read(pair, 'lastPacketSentTimestamp') || 0
      const bytes = (pair: Stat) =>
        (read(pair, 'bytesSent') || 0) + (read(pair, 'bytesReceived') || 0)
      return sent(b) - sent(a) || bytes(b) - bytes(a)
    })[0]
  return (
    busiest(pairs.filter(({ id }) => ids.includes(id))) ??
    busiest(pairs.filter((pair) => pair['selected'] === true)) ??
    busiest(pairs.filter((pair) => pair['nominated'] === true && pair['state'] === 'succeeded'))
  )
}

function transportOf(local: Stat | undefined): 'udp' | 'tcp' | 'tls' | null {
  const isRelay = local?.['candidateType'] === 'relay'
  const told = String(local?.[isRelay ? 'relayProtocol' : 'protocol']).toLowerCase()
  if (told === 'udp' || told === 'tcp' || told === 'tls') return told
  if (!isRelay) return null
  const url = String(local?.['url'] ?? '')
  if (url.startsWith('turns:')) return 'tls'
  if (url.startsWith('turn:')) return url.includes('transport=tcp') ? 'tcp' : 'udp'
  const priority = read(local, 'priority')
  return priority >= 0 ? ((['tls', 'tcp', 'udp'] as const)[priority >>> 24] ?? null) : null
}
