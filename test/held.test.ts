import { afterEach, expect, it, vi } from 'vitest'
import { encodeHeld } from '../src/held.ts'
import type { Batch } from '../src/wire.ts'
import { eventOf, reportOf } from './piping.ts'
import { FACTS } from './worker-config.ts'

afterEach(() => {
  vi.unstubAllGlobals()
})

it('what the page sends itself has the interval that is in force then', () => {
  vi.stubGlobal('navigator', { userAgent: 'Test' })
  const held = { events: [eventOf(1, 'connectionStateChange', null)], reports: [reportOf([])] }
  const sender = { producer: 'p1', sessionId: 's1', sessionName: 'Test', redact: null }
  let intervalMs = 2000
  const intervals = (): number[] => {
    const body = encodeHeld(held, { ...sender, intervalMs: () => intervalMs }, FACTS, 10_000)
    const { items } = JSON.parse(new TextDecoder().decode(body ?? undefined)) as Batch
    return items.map(({ interval }) => interval)
  }
  expect(intervals()).toEqual([2000, 2000])
  intervalMs = 7000
  expect(intervals()).toEqual([7000, 7000])
})
