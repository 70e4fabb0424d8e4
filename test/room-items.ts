// Items as the collector keeps them, made by hand: what a page captures, in the order in which it does.
import { NOWHERE } from '../collector/src/facts.ts'
import type { Facts, KeptItem } from '../collector/src/facts.ts'
import type { AgentOf } from '../collector/src/rooms/record.ts'
import { Rooms } from '../collector/src/rooms/rooms.ts'
import type { RoomsOptions } from '../collector/src/rooms/rooms.ts'

export const FACTS: Facts = {
  roomId: 'room',
  userId: null,
  keys: {},
  sdkVersion: '0.1.0',
  userAgent: null,
  hints: null,
  devices: { audio: null, video: null },
  queue: null,
  dropped: {},
  location: NOWHERE,
}

const agentOf: AgentOf = (userAgent, hints) => ({
  os: hints?.platform ?? null,
  osVersion: hints?.platformVersion ?? null,
  browser: userAgent,
  browserVersion: null,
})

const roomUrl = (roomId: string): string => `https://example.test/${roomId}`

export const newRooms = (options: Partial<RoomsOptions> = {}): Rooms =>
  new Rooms({ roomUrl, agentOf, ...options })

export const NEW_STATES = {
  signalingState: 'stable',
  connectionState: 'new',
  iceConnectionState: 'new',
}

/** What differs from an item of `alice` on `pc1` in the room `room`. */
export interface Captured {
  readonly facts?: Partial<Facts>
  readonly peerId?: string | null
  readonly pcId?: string | null
  readonly tag?: string
  readonly interval?: number
}

/** One page: numbers what it captures. Items are received as they are captured, until they are moved. */
export function createPage(producer: string, facts: Partial<Facts> = {}) {
  const items: KeptItem[] = []
  const capture = (atMs: number, event: string, tag: string, data: unknown, more: Captured) => {
    const { facts: changed, peerId = 'alice', pcId = 'pc1', interval = 2000 } = more
    const kept: KeptItem = {
      receivedAt: atMs,
      sessionId: `session of ${producer}`,
      producer,
      exportedAt: atMs,
      facts: { ...FACTS, ...facts, ...changed },
      item: {
        ...{ event, tag, peerId, peerName: peerId, pcId, seq: items.length },
        ...{ timestamp: new Date(atMs).toISOString(), interval, data },
      },
    }
    items.push(kept)
    return kept
  }
  return {
    items,
    event: (atMs: number, event: string, data: unknown = null, more: Captured = {}) =>
      capture(atMs, event, more.tag ?? 'connection', data, more),
    poll: (atMs: number, data: unknown, more: Captured = {}) =>
      capture(atMs, 'stats', 'stats', data, more),
    /** Added, negotiated and connected `setupMs` later. */
    join(atMs: number, setupMs: number, more: Captured = {}) {
      capture(atMs, 'peerAdded', 'peer', NEW_STATES, more)
      capture(atMs, 'signalingStateChange', 'connection', { state: 'have-local-offer' }, more)
      const connected = { state: 'connected' }
      capture(atMs + setupMs, 'connectionStateChange', 'connection', connected, more)
    },
    leave: (atMs: number, more: Captured = {}) => capture(atMs, 'peerRemoved', 'peer', null, more),
  }
}

type Page = ReturnType<typeof createPage>

/** `data` of a poll of one stream that is sent. */
export const outbound = (at: number, bytesSent: number) => ({
  audio: { inbound: [], outbound: [{ id: 'ao', type: 'outbound-rtp', timestamp: at, bytesSent }] },
  metrics: {},
})

/** A call of ten seconds at 8 kbit/s, which everybody has left. */
export function callAt(atMs: number, page: Page = createPage('page'), more: Captured = {}) {
  page.join(atMs, 100, more)
  page.poll(atMs, outbound(atMs, 0), more)
  page.poll(atMs + 10_000, outbound(atMs + 10_000, 10_000), more)
  page.leave(atMs + 10_000, more)
  return page.items
}

/** All of them, each when the one before it had come. */
export function takeAll(rooms: Rooms, items: readonly KeptItem[]): void {
  let receivedAt = -Infinity
  for (const kept of items) {
    receivedAt = Math.max(receivedAt, kept.receivedAt)
    rooms.take({ ...kept, receivedAt })
  }
}

/** The records of all rooms that have something to tell, whenever they are closed. */
export const emitAll = (rooms: Rooms) => rooms.due(Infinity).flatMap((id) => rooms.emit(id) ?? [])

/** The records of these items. */
export function recordsOf(items: readonly KeptItem[], options: Partial<RoomsOptions> = {}) {
  const rooms = newRooms(options)
  takeAll(rooms, items)
  return emitAll(rooms).map(({ record }) => record)
}
