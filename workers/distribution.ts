// How a value was distributed over time, in bounded memory: DDSketch (Masson et al. 2019, arxiv.org/abs/1908.10693).

import type { Spread } from '../src/summary.ts'

export interface Distribution {
  /** Takes what is finite and not negative, where it lasted; nothing else. */
  add(value: number | null | undefined, weightSec: number | null | undefined): void
  /** Null where nothing was taken. */
  summary(): Spread | null
}

const RELATIVE_ERROR = 0.01
/** Of the end of a bucket to that of the one before it: so its middle is within the error of all that is in it. */
const LOG_GROWTH = Math.log((1 + RELATIVE_ERROR) / (1 - RELATIVE_ERROR))
/** What is below 1e-3 or above 1e12 is in the bucket at that end: 1,728 of them, and one for zero. */
const [LOWEST, HIGHEST] = [bucketOf(1e-3), bucketOf(1e12)]

/** `buckets`: seconds by number; in the n-th is what is above growth^(n - 1) and not above growth^n. */
export function createDistribution(buckets: Map<number, number> = new Map()): Distribution {
  let [min, max, sum, total] = [Infinity, 0, 0, 0]

  /** The first bucket at which so much of the time is reached. */
  function percentile(pct: number): number {
    let reached = 0
    const [bucket = 0] =
      [...buckets]
        .sort(([one], [other]) => one - other)
        .find(([, weightSec]) => (reached += weightSec) * 100 >= total * pct) ?? []
    return clamp((1 - RELATIVE_ERROR) * Math.exp(bucket * LOG_GROWTH), min, max)
  }

  return {
    add(known, lastedSec) {
      const [value, weightSec] = [known ?? -1, lastedSec ?? 0]
      if (!(value >= 0 && value < Infinity && weightSec > 0 && weightSec < Infinity)) return
      min = Math.min(min, value)
      max = Math.max(max, value)
      sum += value * weightSec
      total += weightSec
      // Zero has a bucket of its own: the growth to the power of -Infinity.
      const bucket = value === 0 ? -Infinity : clamp(bucketOf(value), LOWEST, HIGHEST)
      buckets.set(bucket, (buckets.get(bucket) ?? 0) + weightSec)
    },
    summary: () =>
      total > 0
        ? { mean: clamp(sum / total, min, max), min, max, p50: percentile(50), p95: percentile(95) }
        : null,
  }
}

function bucketOf(value: number): number {
  return Math.ceil(Math.log(value) / LOG_GROWTH)
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most)
}
