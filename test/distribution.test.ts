import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createDistribution } from '../workers/distribution.ts'

type Reading = readonly [value: number, weightSec: number]

function summarize(readings: readonly Reading[]) {
  const distribution = createDistribution()
  for (const [value, weightSec] of readings) distribution.add(value, weightSec)
  return distribution.summary()
}

/** By sorting all of it. The weights are whole numbers, so that their sums are exact. */
function percentile(readings: readonly Reading[], pct: number): number {
  const total = readings.reduce((sum, [, weight]) => sum + weight, 0)
  let reached = 0
  const sorted = [...readings].sort(([one], [other]) => one - other)
  const found = sorted.find(([, weight]) => (reached += weight) * 100 >= total * pct)
  return found?.[0] ?? Number.NaN
}

const RELATIVE_ERROR = 0.01 + 1e-9

const expectNear = (actual: number | undefined, expected: number): void =>
  expect(Math.abs((actual ?? Number.NaN) - expected)).toBeLessThanOrEqual(expected * RELATIVE_ERROR)

const weightSec = fc.integer({ min: 1, max: 60 })
const bitrate = fc.integer({ min: 0, max: 1_000_000_000 })
const magnitude = fc
  .tuple(fc.double({ min: 1, max: 10, noNaN: true }), fc.integer({ min: -3, max: 11 }))
  .map(([digits, exponent]) => digits * 10 ** exponent)
const value = fc.oneof(fc.constantFrom(0, 0.001, 1, 30, 1e12), bitrate, magnitude)
const readingsOf = (values: fc.Arbitrary<number>): fc.Arbitrary<Reading[]> =>
  fc.array(fc.tuple(values, weightSec), { minLength: 1, maxLength: 300, size: 'max' })

describe('distribution', () => {
  it('min and max are exact, the mean is weighted, and percentiles are within 1 % of the sorted ones', () => {
    const property = fc.property(readingsOf(value), (readings) => {
      const summary = summarize(readings)
      const values = readings.map(([each]) => each)
      const total = readings.reduce((sum, [, weight]) => sum + weight, 0)
      const mean = readings.reduce((sum, [each, weight]) => sum + (each * weight) / total, 0)
      expect(summary?.min).toBe(Math.min(...values))
      expect(summary?.max).toBe(Math.max(...values))
      expect(Math.abs((summary?.mean ?? Number.NaN) - mean)).toBeLessThanOrEqual(mean * 1e-12)
      expectNear(summary?.p50, percentile(readings, 50))
      expectNear(summary?.p95, percentile(readings, 95))
    })
    fc.assert(property, { numRuns: 500 })
  })

  it('min <= p50 <= p95 <= max, and the mean is between them, whatever finite values come', () => {
    const any = fc.double({ min: 0, noNaN: true, noDefaultInfinity: true })
    const property = fc.property(readingsOf(any), (readings) => {
      const { mean, min, max, p50, p95 } = summarize(readings) ?? {}
      const inOrder = [min, p50, p95, max]
      expect(inOrder.toSorted((one = 0, other = 0) => one - other)).toEqual(inOrder)
      expect(mean).toBeGreaterThanOrEqual(min ?? Infinity)
      expect(mean).toBeLessThanOrEqual(max ?? 0)
    })
    fc.assert(property)
  })

  it('the mean of whole numbers is exact', () => {
    const readings: Reading[] = [
      [100, 1],
      [400, 2],
      [0, 3],
    ]
    expect(summarize(readings)?.mean).toBe(150)
  })

  it('one value is all of it, exactly', () => {
    const readings: Reading[] = Array.from({ length: 10 }, () => [0.1, 0.3])
    expect(summarize(readings)).toEqual({ mean: 0.1, min: 0.1, max: 0.1, p50: 0.1, p95: 0.1 })
  })

  it('zeros are zeros, and count', () => {
    const readings: Reading[] = [
      [0, 50],
      [1000, 50],
    ]
    expect(summarize(readings)?.p50).toBe(0)
    expect(summarize([[0, 1]])).toEqual({ mean: 0, min: 0, max: 0, p50: 0, p95: 0 })
  })

  it('a value counts for as long as it was so', () => {
    const readings: Reading[] = [
      [100, 1],
      [200, 1],
      [900, 98],
    ]
    expect(Math.round((summarize(readings)?.p50 ?? 0) / 100)).toBe(9)
  })

  it('nothing taken is nothing said', () => {
    expect(summarize([])).toBeNull()
  })

  it('what is unknown, negative or infinite is not taken, nor what lasted no time', () => {
    const distribution = createDistribution()
    for (const none of [undefined, null, Number.NaN, Infinity, -Infinity, -1]) {
      distribution.add(none, 1)
      if (none !== -1) distribution.add(1, none)
    }
    distribution.add(1, 0)
    distribution.add(1, -1)
    expect(distribution.summary()).toBeNull()
  })

  it('whatever comes is in 1,728 buckets and one for zero', () => {
    const buckets = new Map<number, number>()
    const distribution = createDistribution(buckets)
    for (let exponent = -320; exponent < 308; exponent += 0.004) distribution.add(10 ** exponent, 1)
    distribution.add(0, 1)
    distribution.add(Number.MAX_VALUE, 1)
    distribution.add(Number.MIN_VALUE, 1)
    expect(buckets.size).toBe(1729)
    const { p50, p95 } = distribution.summary() ?? {}
    expect(p50).toBeGreaterThan(0)
    expect(p95).toBeGreaterThan(p50 ?? Infinity)
  })
})
