// Whatever the pace, the page and the call do: never two pulls out, never out of bounds, never late after a change.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createPoll } from '../workers/poll.ts'
import { createFakeClock } from './fake-clock.ts'

const LEAST_MS = 100
const MOST_MS = 2000

const step = fc.oneof(
  fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 1500 }) }),
  fc.record({ do: fc.constantFrom('hurry' as const, 'answer' as const), ms: fc.constant(0) }),
)

describe('poll, at random', () => {
  it('has one pull out at most, keeps the bounds, and hurries within the least interval', async () => {
    const intervals = fc.infiniteStream(fc.integer({ min: LEAST_MS, max: MOST_MS }))
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), intervals, async (steps, stream) => {
        const clock = createFakeClock()
        let out: number | null = null
        let pulledAt = -Infinity
        /** The latest moment at which the next pull is due. */
        let dueAt = MOST_MS
        const next = (): number => stream.next().value ?? MOST_MS
        const poll = createPoll(clock, { leastMs: LEAST_MS, next }, (tick) => {
          const now = clock.elapsed()
          expect(out).toBeNull()
          expect(now - pulledAt).toBeGreaterThanOrEqual(LEAST_MS)
          expect(now).toBeLessThanOrEqual(dueAt)
          out = tick
          pulledAt = now
          isHurried = false
        })
        let isHurried = false
        const due = (): number => {
          const now = clock.elapsed()
          return isHurried ? Math.max(now, pulledAt + LEAST_MS) : Math.max(now, pulledAt) + MOST_MS
        }
        poll.start()
        for (const { do: what, ms } of steps) {
          if (what === 'wait') await clock.advance(ms)
          if (what === 'hurry') {
            poll.hurry()
            isHurried = true
            dueAt = Math.min(dueAt, due())
          }
          if (what === 'answer' && out !== null) {
            const tick = out
            out = null
            dueAt = due()
            poll.answered(tick)
          }
          const waitsSince = out === null ? clock.elapsed() : -Infinity
          expect(waitsSince).toBeLessThanOrEqual(dueAt)
        }
      }),
      { numRuns: 200 },
    )
  })
})
