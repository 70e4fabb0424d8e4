// The delivery looks by itself for what is too old.
import { expect, it, vi } from 'vitest'
import { createDelivery } from '../workers/delivery.ts'
import { createMemoryStore } from '../workers/memory-store.ts'
import { createFakeClock } from './fake-clock.ts'
import { PROFILE, record } from './stores.ts'
import { CONFIG, PAGE } from './worker-config.ts'

// Compression runs on threads of its own, which a fake clock cannot wait for.
vi.stubGlobal('CompressionStream', undefined)

const HOUR_MS = 3_600_000

function create(maxAge: number) {
  const clock = createFakeClock()
  const drops: [reason: string, count: number, atMs: number][] = []
  let ids = 0
  const config = { ...CONFIG, queue: { ...CONFIG.queue, maxAge } }
  const delivery = createDelivery({
    config,
    deps: {
      clock,
      random: () => 0.5,
      newId: () => `b${ids++}`,
      navigator: { onLine: false },
      locks: null,
      openRollCall: () => null,
      createDisk: () => ({ ...createMemoryStore(), mode: 'indexeddb' }),
      transports: { fetch: { name: 'none', send: async () => ({ status: 'ok' }), close() {} } },
      log() {},
    },
    producers: ['p1', 'p1.w0'],
    page: PAGE,
    profileOf: () => PROFILE,
    isCallLive: () => false,
    raise() {},
    complain(error) {
      throw error
    },
    onChange() {},
    onDropped: (reason, count) => drops.push([reason, count, clock.elapsed()]),
    onSafe() {},
    onAnswered() {},
  })
  return { clock, delivery, drops }
}

it.each([
  ['every hour', 10.5 * HOUR_MS, 11 * HOUR_MS],
  ['as often as maxAge, where that is shorter', 60_000, 120_000],
])('looks %s', async (_, maxAge, goneAt) => {
  const { clock, delivery, drops } = create(maxAge)
  await delivery.start()
  delivery.keep(record(0))
  await clock.advance(goneAt - 1)
  expect(drops).toEqual([])
  expect(await delivery.state()).toMatchObject({ depth: 1, mode: 'indexeddb' })
  await clock.advance(1)
  expect(drops).toEqual([['expired', 1, goneAt]])
  expect(await delivery.state()).toMatchObject({ depth: 0, dropped: { expired: 1 } })
  delivery.stop()
})

it('looks no more when it has been stopped', async () => {
  const { clock, delivery, drops } = create(60_000)
  await delivery.start()
  delivery.keep(record(0))
  await clock.advance(1000)
  delivery.stop()
  await clock.advance(10 * HOUR_MS)
  expect(drops).toEqual([])
})
