// What a collector does while nobody asks, and how often.
import { expect, test } from 'vitest'
import { keepHouse } from '../collector/src/housekeeping.ts'
import { createIdleClock } from './idle-clock.ts'

test('what is to be given up is not left for later because there is much of it', async () => {
  const clock = createIdleClock()
  let left = 1000
  const house = keepHouse({
    commits: { between: (work) => work() },
    store: { retain: async () => (left = Math.max(0, left - 1)) > 0 },
    rollUp: { save: async () => false },
    ...{ delivery: null, retentionMs: 1, retentionBytes: 1, clock, tell() {} },
  })
  await clock.advance(1000)
  expect(left).toBe(0)
  await clock.advance(14_000)
  expect(left).toBe(0)
  await house.close()
})
