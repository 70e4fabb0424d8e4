// The way the media takes: the candidate pair in use, and what kind of path it is.
import type { Stat } from '../src/stats.ts'
import type { PathKind } from '../src/quality.ts'
import { numberOf } from './numbers.ts'

/**
 * The pair in use: the one that the transport names, else the one that says so itself (Firefox), else of those that
 * are nominated and have succeeded the last one that sent, or sent most. Never by nomination alone: a pair stays
 * nominated after another was chosen. Of several transports, the one that moved last, or moved most.
 */
export function selectedPairIn(report: readonly Stat[]): Stat | null {
  const pairs = report.filter(({ type }) => type === 'candidate-pair')
  const named = new Set(
    report
      .filter(({ type }) => type === 'transport')
      .map((stat) => stat['selectedCandidatePairId']),
  )
  const choices: readonly ((pair: Stat) => boolean)[] = [
    ({ id }) => named.has(id),
    (pair) => pair['selected'] === true,
    (pair) => pair['nominated'] === true && pair['state'] === 'succeeded',
  ]
  for (const isChosen of choices) {
    const chosen = pairs.filter(isChosen)
    if (chosen.length > 0)
      return chosen.reduce((best, pair) => (isBusier(pair, best) ? pair : best))
  }
  return null
}

function isBusier(one: Stat, other: Stat): boolean {
  const sent = (pair: Stat): number => numberOf(pair, 'lastPacketSentTimestamp') ?? 0
  const bytes = (pair: Stat): number =>
    (numberOf(pair, 'bytesSent') ?? 0) + (numberOf(pair, 'bytesReceived') ?? 0)
  return sent(one) === sent(other) ? bytes(one) > bytes(other) : sent(one) > sent(other)
}

/** Undefined where the browser does not say. */
export function pathKindOf(local: Stat | undefined): PathKind | undefined {
  if (local?.['candidateType'] !== 'relay') return protocolOf(local?.['protocol'])
  const protocol = protocolOf(local['relayProtocol']) ?? protocolOfUrl(local['url'], local)
  return protocol && `turn-${protocol}`
}

type Protocol = 'udp' | 'tcp' | 'tls'

function protocolOf(value: unknown): Protocol | undefined {
  const word = String(value).toLowerCase()
  return word === 'udp' || word === 'tcp' || word === 'tls' ? word : undefined
}

/** Safari 17 has the server's address and no `relayProtocol`; without both the priority tells (libwebrtc). */
function protocolOfUrl(url: unknown, local: Stat): Protocol | undefined {
  if (typeof url === 'string' && url.startsWith('turn')) {
    if (url.startsWith('turns:')) return 'tls'
    return url.includes('transport=tcp') ? 'tcp' : 'udp'
  }
  const priority = numberOf(local, 'priority')
  return priority === undefined ? undefined : (['tls', 'tcp', 'udp'] as const)[priority >>> 24]
}
