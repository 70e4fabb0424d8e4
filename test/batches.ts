// Batches as the library writes them, for tests of the receiving side.
import type { Batch, Item } from '../src/wire.ts'

export const NOW = '2026-03-01T12:03:04.512Z'

/** An event of one peer, but for `more`. */
export function itemOf(seq: number, more: Partial<Item> = {}): Item {
  const event = { event: 'connectionStateChange', tag: 'connection', data: 'new' } as const
  const peer = { peerId: 'alice', peerName: 'Alice', pcId: 'pc0' }
  return { ...event, ...peer, seq, timestamp: NOW, interval: 2000, ...more }
}

/** A batch of one producer with an id of its own, but for `more`. */
export function batchOf(items: readonly Item[], more: Partial<Batch> = {}): Batch {
  const devices = { audio: null, video: null }
  const facts = { roomId: 's', userId: null, keys: {}, devices }
  return {
    schemaVersion: 1,
    batchId: crypto.randomUUID(),
    producer: 'p',
    sessionId: 's',
    sessionName: 'Demo call',
    exportedAt: NOW,
    count: items.length,
    client: { sdkVersion: '0.1.0', userAgent: 'test', hints: null, ...facts },
    dropped: {},
    items,
    ...more,
  }
}
