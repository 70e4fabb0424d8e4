import { expect, it } from 'vitest'
import type { Item } from '../src/wire.ts'
import { createNotices } from '../workers/notices.ts'
import { createOwnItems } from '../workers/own-items.ts'
import { createFakeClock } from './fake-clock.ts'

it('an item of the worker itself is of the wire, and of nobody where no peer is meant', () => {
  const clock = createFakeClock()
  const nextItem = createOwnItems(clock, () => 2000)
  expect(nextItem({ event: 'dropped', tag: 'exporter', data: { count: 1 } })).toEqual({
    event: 'dropped',
    tag: 'exporter',
    peerId: null,
    peerName: null,
    pcId: null,
    seq: 0,
    timestamp: new Date(clock.now()).toISOString(),
    interval: 2000,
    data: { count: 1 },
  })
  const ofAlice = { event: 'summary', tag: 'peer', peerId: 'alice', peerName: 'Alice' } as const
  expect(nextItem({ ...ofAlice, data: null })).toMatchObject({ ...ofAlice, pcId: null, seq: 1 })
})

it('all that the worker makes is numbered as one, without a gap', async () => {
  const clock = createFakeClock()
  const items: Item[] = []
  const nextItem = createOwnItems(clock, () => 2000)
  const dropped = createNotices({ clock, nextItem, take: (item) => items.push(item) })
  const other = (): unknown => items.push(nextItem({ event: 'other', tag: 'exporter', data: null }))
  other()
  dropped('evicted', 1)
  other()
  dropped('evicted', 1)
  other()
  await clock.advance(60_000)
  expect(items.map(({ event, seq }) => `${event} ${seq}`)).toEqual([
    'other 0',
    'dropped 1',
    'other 2',
    'other 3',
    'dropped 4',
  ])
})
