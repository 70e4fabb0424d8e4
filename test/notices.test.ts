import { expect, it } from 'vitest'
import type { Item } from '../src/wire.ts'
import type { Clock } from '../workers/clock.ts'
import { createNotices } from '../workers/notices.ts'
import { createOwnItems } from '../workers/own-items.ts'
import { createFakeClock } from './fake-clock.ts'

const start = (clock: Clock, items: Item[]) =>
  createNotices({
    clock,
    nextItem: createOwnItems(clock, () => 2000),
    take: (item) => items.push(item),
  })

it('drops are said at once, then at most once a minute and reason, and none is left out', async () => {
  const clock = createFakeClock()
  const items: Item[] = []
  const dropped = start(clock, items)
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
  start(clock, items)('evicted', 0)
  await clock.advance(120_000)
  expect(items).toEqual([])
})

it('what was superseded is no loss, and not said', async () => {
  const clock = createFakeClock()
  const items: Item[] = []
  const dropped = start(clock, items)
  dropped('superseded', 3)
  await clock.advance(120_000)
  expect(items).toEqual([])
})
