// What a collector got, by exporter, and the rules that hold for it.
import { keptItems } from '../kept.ts'
import type { Store } from '../../collector/src/store/store.ts'

interface ReceivedItem {
  readonly event: string
  readonly peerId: string | null
  readonly pcId: string | null
  readonly seq: number
  readonly producer: string
  readonly data: unknown
}

/** One entry per exporter that sent something, in the order of their first item. */
export type Received = readonly { readonly items: readonly ReceivedItem[] }[]

/** As few as prove that time has passed between two readings. */
const MIN_STATS = 2

/** Sessions that are looked at: more than any example has. */
const MAX_SESSIONS = 100

/** One exporter is one session here: the examples give no `sessionId`. */
export async function itemsOf(store: Store): Promise<Received> {
  const sessions = [...(await store.sessions(MAX_SESSIONS))]
  sessions.sort((a, b) => (a.firstSeen < b.firstSeen ? -1 : 1))
  return Promise.all(
    sessions.map(async ({ sessionId }) => ({
      items: (await keptItems(store, sessionId)) as unknown as readonly ReceivedItem[],
    })),
  )
}

/** Whether every peer of this call has stats of a connection that sends or receives. */
export function isLive(received: Received, call: number, peers: readonly string[]): boolean {
  return peers.every((peer) => {
    const stats = of(received, call, peer).filter(({ event }) => event === 'stats')
    return stats.length >= MIN_STATS && stats.some(({ data }) => carriesMedia(data))
  })
}

/** Whether these peers were removed. */
export function left(received: Received, call: number, peers: readonly string[]): boolean {
  return peers.every((peer) =>
    of(received, call, peer).some(({ event }) => event === 'peerRemoved'),
  )
}

/** @throws Error where something is missing, doubled, or from somebody else */
export function check(received: Received, calls: number, peers: readonly string[]): void {
  const wrong: string[] = []
  if (received.length !== calls) wrong.push(`${received.length} exporters sent, not ${calls}`)
  for (const [index, { items }] of received.entries()) {
    const at = `call ${index + 1}:`
    const seqs = items.map(({ seq }) => seq)
    const isGapless = seqs.every((seq, place) => seq === place)
    if (!isGapless) wrong.push(`${at} seq is not 0, 1, 2 … but ${seqs.join(' ')}`)
    const known = new Set(items.map(({ peerId }) => peerId).filter((peerId) => peerId !== null))
    for (const peer of known) {
      if (!peers.includes(peer)) wrong.push(`${at} ${peer} was not expected`)
    }
    for (const peer of peers) {
      for (const event of ['peerAdded', 'peerRemoved']) {
        const times = items.filter((item) => item.peerId === peer && item.event === event).length
        if (times !== 1) wrong.push(`${at} ${peer} has ${times} ${event}`)
      }
    }
  }
  if (wrong.length > 0) throw new Error(wrong.join('; '))
}

function of(received: Received, call: number, peer: string): readonly ReceivedItem[] {
  return (received[call - 1]?.items ?? []).filter(({ peerId }) => peerId === peer)
}

function carriesMedia(data: unknown): boolean {
  const { metrics } = data as { metrics?: Record<string, { bitrate?: number }> }
  return Object.values(metrics ?? {}).some(({ bitrate }) => (bitrate ?? 0) > 0)
}
