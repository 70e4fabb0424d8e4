// The poll interval in force may change: each item says it, and a gap is held against the one that was planned.
import { describe, expect, it } from 'vitest'
import type { Stat } from '../src/stats.ts'
import { eventOf, pipe, reportOf } from './piping.ts'

const transport = (timestamp: number): Stat => ({
  ...{ id: 'T1', type: 'transport', timestamp },
  ...{ bytesSent: timestamp, bytesReceived: 0 },
})
const at = (ms: number) => reportOf([transport(ms)], ms)

/** A new interval for each capture. */
function pipeAt(intervals: number[], captures: Parameters<typeof pipe>[0]) {
  let next = 0
  return pipe(captures, { intervalMs: () => intervals[next] ?? 0 }, () => next++)
}

describe('interval', () => {
  it('is in each item as it was in force when the item was captured', () => {
    const { raised } = pipeAt(
      [2000, 10_000, 500],
      [at(0), eventOf(1, 'connectionStateChange', {}), at(2)],
    )
    expect(raised.map(({ interval }) => interval)).toEqual([2000, 10_000, 500])
  })

  it('a wait that was planned is no gap, however short the interval is now', () => {
    const { raised } = pipeAt([20_000, 500, 500], [at(0), at(25_000), at(36_000)])
    const gaps = raised.map(({ data }) => data.metrics['T1']?.gap)
    expect(gaps).toEqual([undefined, undefined, true])
  })

  it('a reading that came late is a gap, however long the interval is now', () => {
    const { raised } = pipeAt([500, 20_000], [at(0), at(25_000)])
    expect(raised[1]?.data.metrics['T1']?.gap).toBe(true)
  })
})
