// The stores a queue may stand on, each empty, queues over them, and what tests put into them.
import 'fake-indexeddb/auto'
import { expect } from 'vitest'
import { realClock } from '../workers/clock.ts'
import type { Clock } from '../workers/clock.ts'
import { createDisk } from '../workers/disk.ts'
import type { Priority, ItemRecord } from '../workers/item.ts'
import { Ledger } from '../workers/ledger.ts'
import { createMemoryStore } from '../workers/memory-store.ts'
import { Queue } from '../workers/queue.ts'
import type { QueueParts } from '../workers/queue.ts'
import type { BatchRow, ItemRow, Profile } from '../workers/rows.ts'
import type { Entry, Store } from '../workers/store.ts'
import type { DropReason } from '../src/wire.ts'

let count = 0

export const STORES: Record<Store['mode'], () => Store> = {
  indexeddb: () => createDisk(`test-${count++}`, realClock),
  memory: createMemoryStore,
}

const BOUNDS = { maxItems: 1000, maxBytes: 10_000_000 }

interface Options extends Partial<Pick<QueueParts, 'producers' | 'reason' | 'newId'>> {
  readonly clock?: Clock
  readonly bounds?: ReturnType<QueueParts['bounds']>
  readonly onDropped?: (reason: DropReason, count: number) => void
}

/** A queue over a store: of `p1` and its worker, if nothing else is said. */
export function queueOver(store: Store, options: Options = {}): Queue {
  const { producers = ['p1', 'p1.w0'], bounds = BOUNDS, clock = realClock } = options
  const { reason = 'evicted', onDropped = () => {}, newId = () => `batch-${count++}` } = options
  const ledger = new Ledger({ store, clock, residents: producers, onDropped })
  return new Queue({ ledger, producers, bounds: () => bounds, reason, now: clock.now, newId })
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
  return {
    producer,
    seq,
    pcId: item.pcId,
    priority,
    json: new TextEncoder().encode(JSON.stringify(item)),
  }
}

/** Everything that lies in a store. */
export function rows(store: Store): Promise<Entry<unknown>[]> {
  return store.read((transaction) => transaction.list<unknown>([]))
}

/** The counters say what lies there, in all and by producer: all of it, and nothing else. */
export async function expectBooksBalance(store: Store): Promise<void> {
  const all = await rows(store)
  const stock = all.filter(({ key: [kind] }) => kind === 'i' || kind === 'b')
  const size = (lying: typeof stock) => ({
    items: lying.reduce((sum, { value }) => sum + ((value as BatchRow).count ?? 1), 0),
    bytes: lying.reduce((sum, { value }) => sum + (value as ItemRow).bytes, 0),
  })
  expect(all.find(({ key: [kind] }) => kind === 'm')?.value).toMatchObject({ v: 1, ...size(stock) })
  for (const { key, value } of all.filter(({ key: [kind] }) => kind === 'p')) {
    expect(value).toMatchObject(size(stock.filter((row) => row.key[1] === key[1])))
  }
}
