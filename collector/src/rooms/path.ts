// The way the media takes, for `features`: over a TURN server or not, and on which protocol.
import { listOf, membersOf, positiveOf } from './read.ts'
import type { Members } from './read.ts'

type ConnectionType = 'TURN' | 'DIRECT'
type MediaTransport = 'udp' | 'tcp' | 'tls'

export interface Path {
  readonly connectionType: ConnectionType | null
  readonly mediaTransport: MediaTransport | null
}

/** Of the report in `data` of a `stats` item, else of what the exporter says of the pair. Null where nothing tells. */
export function pathOf(groups: Members): Path | null {
  const pair = selectedPairOf(groups)
  const local = pair && find(groups, 'localCandidate', pair['localCandidateId'])
  const remote = pair && find(groups, 'remoteCandidate', pair['remoteCandidateId'])
  if (!local && !remote) return judgedPath(groups)
  const isRelayed = local?.['candidateType'] === 'relay' || remote?.['candidateType'] === 'relay'
  const mediaTransport = local ? transportOf(local) : null
  return { connectionType: isRelayed ? 'TURN' : 'DIRECT', mediaTransport }
}

function judgedPath(groups: Members): Path | null {
  const { path } = membersOf(membersOf(groups['quality'])['selectedPair'])
  if (typeof path !== 'string') return null
  const isRelayed = path.startsWith('turn-')
  const mediaTransport = protocolOf(isRelayed ? path.slice('turn-'.length) : path)
  return mediaTransport && { connectionType: isRelayed ? 'TURN' : 'DIRECT', mediaTransport }
}

/**
 * The pair that the transport names, else the one that says so itself (Firefox), else of the nominated that have
 * succeeded the one that sent last, or sent most: as the exporter chooses.
 */
export function selectedPairOf(groups: Members): Members | null {
  const pairs = statsOf(groups, 'candidatePair')
  const named = new Set(statsOf(groups, 'transport').map((stat) => stat['selectedCandidatePairId']))
  const choices: readonly ((pair: Members) => boolean)[] = [
    ({ id }) => typeof id === 'string' && named.has(id),
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

function isBusier(one: Members, other: Members): boolean {
  const sent = (pair: Members): number => positiveOf(pair, 'lastPacketSentTimestamp') ?? 0
  const bytes = (pair: Members): number =>
    (positiveOf(pair, 'bytesSent') ?? 0) + (positiveOf(pair, 'bytesReceived') ?? 0)
  return sent(one) === sent(other) ? bytes(one) > bytes(other) : sent(one) > sent(other)
}

function statsOf(groups: Members, name: string): Members[] {
  return (listOf(groups[name]) ?? []).map(membersOf)
}

function find(groups: Members, name: string, id: unknown): Members | undefined {
  return statsOf(groups, name).find((stat) => id !== undefined && stat['id'] === id)
}

function transportOf(local: Members): MediaTransport | null {
  if (local['candidateType'] !== 'relay') return protocolOf(local['protocol'])
  return protocolOf(local['relayProtocol']) ?? relayProtocolOf(local)
}

/** Safari 17 has the server's address and no `relayProtocol`; without both the priority tells (libwebrtc). */
function relayProtocolOf(local: Members): MediaTransport | null {
  const { url } = local
  if (typeof url === 'string' && url.startsWith('turn')) {
    if (url.startsWith('turns:')) return 'tls'
    return url.includes('transport=tcp') ? 'tcp' : 'udp'
  }
  const priority = positiveOf(local, 'priority')
  return priority === undefined ? null : ((['tls', 'tcp', 'udp'] as const)[priority >>> 24] ?? null)
}

function protocolOf(value: unknown): MediaTransport | null {
  const word = typeof value === 'string' ? value.toLowerCase() : ''
  return word === 'udp' || word === 'tcp' || word === 'tls' ? word : null
}
