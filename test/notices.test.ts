import { expect, it } from 'vitest'
import type { Item } from '../src/wire.ts'
import { createNotices } from '../workers/notices.ts'
import { createFakeClock } from './fake-clock.ts'

it('drops are said at once, then at most once a minute and reason, and none is left out', async () => {
  const clock = createFakeClock()
  const items: Item[] = []
  const dropped = createNotices({ clock, intervalMs: 2000, take: (item) => items.push(item) })
  for (let second = 0; second < 90; second++) {
    dropped('evicted', 2)
    await clock.advance(1000)
  }
  dropped('storage', 1)
  await clock.advance(60_000)
  expect(items.map(({ seq, data }) => [seq, data])).toEqual([
    [0, { reason: 'evicted', count: 2 }],
    [1, { reason: 'evicted', count: 118 }],
    [2, { reason: 'storage', count: 1 }],
    [3, { reason: 'evicted', count: 60 }],
  ])
})

it('nothing dropped is nothing said', async () => {
  const clock = createFakeClock()
  const items: Item[] = []
  createNotices({ clock, intervalMs: 2000, take: (item) => items.push(item) })('evicted', 0)
  await clock.advance(120_000)
  expect(items).toEqual([])
})

it('what was superseded is no loss, and not said', async () => {
  const clock = createFakeClock()
  const items: Item[] = []
  const dropped = createNotices({ clock, intervalMs: 2000, take: (item) => items.push(item) })
  dropped('superseded', 3)
  await clock.advance(120_000)
  expect(items).toEqual([])
})
