import { describe, expect, it } from 'vitest'
import { backoffMs, withJitter } from '../workers/backoff.ts'

describe('backoff', () => {
  it('doubles its ceiling with every attempt, up to the cap', () => {
    const ceilings = [0, 1, 2, 3, 4, 5, 20].map((attempt) =>
      backoffMs(attempt, 500, 10_000, () => 1),
    )
    expect(ceilings).toEqual([500, 1000, 2000, 4000, 8000, 10_000, 10_000])
  })

  it('waits anything from nothing to its ceiling: full jitter', () => {
    expect(backoffMs(2, 500, 10_000, () => 0)).toBe(0)
    expect(backoffMs(2, 500, 10_000, () => 0.25)).toBe(500)
  })

  it('what was asked for is never cut short, and made longer by a tenth at most', () => {
    expect([0, 0.5, 1].map((part) => withJitter(1000, () => part))).toEqual([1000, 1050, 1100])
  })
})
