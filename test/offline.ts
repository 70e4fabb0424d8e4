// One exporter's way from an item to its endpoint, all of it real but the clock, the network and where the disk lies.
import { expire } from '../workers/expire.ts'
import type { Batch, DropReason, Item } from '../src/wire.ts'
import type { SendResult } from '../transports/transport.ts'
import { Batcher } from '../workers/batch.ts'
import { decodeBody } from '../workers/body.ts'
import { Depot } from '../workers/depot.ts'
import { Endpoint } from '../workers/endpoint.ts'
import type { Bounds } from '../workers/evict.ts'
import { encodeItem } from '../workers/item.ts'
import { Journal } from '../workers/journal.ts'
import { createMemoryStore } from '../workers/memory-store.ts'
import { createNotices } from '../workers/notices.ts'
import { createOwnItems } from '../workers/own-items.ts'
import type { TotalsRow } from '../workers/rows.ts'
import { Sender } from '../workers/sender.ts'
import type { Store } from '../workers/store.ts'
import { createIdleClock } from './idle-clock.ts'
import { PROFILE, queueOver } from './stores.ts'

const LIMITS = {
  timeout: 10_000,
  maxRetries: 5,
  retryBaseDelay: 500,
  retryMaxDelay: 60_000,
  flushInterval: 5000,
  backlogBytesPerSec: 65_536,
}
const BATCH = { maxItems: 20, maxBytes: 96_000 }
const MAX_AGE_MS = 72 * 3_600_000
const PRODUCERS = ['p1', 'p1.w0'] as const
const HOUR_MS = 3_600_000

export async function createExporter(bounds: Bounds, random: () => number) {
  const clock = createIdleClock()
  const most = { items: 0, bytes: 0 }
  const network = { isOnline: true, isDown: true }
  const captured = { items: 0, bytes: 0, urgent: [] as string[] }
  const received: Batch[] = []
  let drops = 0
  let requests = 0

  const notices = createNotices({
    clock,
    nextItem: createOwnItems(clock, () => 2000),
    take: (item) => keep(1, item),
  })
  const onDropped = (reason: DropReason, count: number): void => {
    drops += count
    notices(reason, count)
  }
  let ids = 0
  const shared = { clock, newId: () => `b${ids++}`, producers: PRODUCERS, onDropped }
  const disk = queueOver(watchTotals(createMemoryStore(), most), { ...shared, bounds })
  const memory = queueOver(createMemoryStore(), { ...shared, bounds, reason: 'storage' })
  const depot = clock.watch(new Depot({ disk, memory, clock, onDisk() {}, onSafe() {} }))
  const transport = clock.watch({
    name: 'test',
    async send({ json }: { json: Uint8Array }): Promise<SendResult> {
      requests++
      if (network.isDown) return { status: 'retry', error: new Error('503') }
      received.push(decodeBody(json))
      return { status: 'ok' }
    },
    close() {},
  })
  const endpoint = new Endpoint({ clock, random, limits: LIMITS })
  const sender = new Sender({
    depot,
    endpoint,
    transport,
    credentials: { current: async () => ({}), forget() {} },
    clock,
    limits: LIMITS,
    isOnline: () => network.isOnline,
    isCallLive: () => network.isDown,
    raise() {},
    onAnswered() {},
  })
  const batchers = PRODUCERS.map(
    (producer) =>
      new Batcher({
        clock,
        limits: { ...BATCH, maxAgeMs: LIMITS.flushInterval },
        async seal() {
          const sealed = await depot.seal(producer, BATCH)
          if (sealed) sender.add(sealed)
          return sealed?.count ?? 0
        },
        isHeld: () => producer !== PRODUCERS[0] && (endpoint.waitMs > 0 || !network.isOnline),
      }),
  )
  const journal = new Journal({
    clock,
    append: (records) => depot.append(records),
    onStored(records) {
      for (const [index, producer] of PRODUCERS.entries()) {
        batchers[index]?.add(records.filter((record) => record.producer === producer))
      }
    },
  })

  function keep(which: 0 | 1, item: Item): void {
    const record = encodeItem(PRODUCERS[which], item)
    captured.items++
    captured.bytes += record.json.byteLength
    if (record.priority === 0) captured.urgent.push(`${record.producer} ${record.seq}`)
    journal.add(record)
  }

  function watchAge(): void {
    clock.after(HOUR_MS, () => {
      watchAge()
      void depot.each((queue) => expire(queue, MAX_AGE_MS, clock.now() - clock.elapsed()))
    })
  }

  await depot.enroll(PROFILE, null)
  watchAge()
  return {
    clock,
    depot,
    network,
    captured,
    received,
    /** The most that ever lay in the store when a transaction ended. */
    most,
    drops: () => drops,
    requests: () => requests,
    capture: (item: Item) => keep(0, item),
  }
}

/** The store, and what the totals say after each of its transactions. */
function watchTotals(store: Store, most: { items: number; bytes: number }): Store {
  return {
    ...store,
    async write(work) {
      const result = await store.write(work)
      const totals = await store.read((transaction) => transaction.get<TotalsRow>(['m']))
      most.items = Math.max(most.items, totals?.items ?? 0)
      most.bytes = Math.max(most.bytes, totals?.bytes ?? 0)
      return result
    },
  }
}
