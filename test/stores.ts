// The stores a queue may stand on, each empty, and what tests put into them.
import 'fake-indexeddb/auto'
import type { Profile } from '../workers/rows.ts'
import { createMemoryStore } from '../workers/memory-store.ts'
import type { Priority, ItemRecord } from '../workers/item.ts'
import { openStore } from '../workers/store.ts'
import type { Entry, Store } from '../workers/store.ts'
import { realClock } from '../workers/clock.ts'

let count = 0

export const STORES: Record<Store['mode'], () => Promise<Store>> = {
  indexeddb: () => openStore(`test-${count++}`, realClock),
  memory: async () => createMemoryStore(),
}

export const PROFILE: Profile = {
  sessionId: 's1',
  sessionName: 'Test',
  client: {
    sdkVersion: '0.0.0',
    roomId: 's1',
    userId: null,
    keys: {},
    userAgent: 'test',
    hints: null,
    devices: { audio: null, video: null },
  },
}

/** An item of so many bytes of padding. */
export function record(
  seq: number,
  priority: Priority = 1,
  padding = 0,
  producer = 'p1',
): ItemRecord {
  const item = {
    event: priority === 0 ? 'connectionStateChange' : 'stats',
    tag: priority === 0 ? 'connection' : 'stats',
    peerId: 'alice',
    peerName: 'Alice',
    pcId: 'pc1',
    seq,
    timestamp: '2026-01-01T00:00:00.000Z',
    interval: 2000,
    data: { padding: 'x'.repeat(padding) },
  }
  return { producer, seq, priority, json: new TextEncoder().encode(JSON.stringify(item)) }
}

/** Everything that lies in a store. */
export function rows(store: Store): Promise<Entry<unknown>[]> {
  return store.read((transaction) => transaction.list<unknown>([]))
}
