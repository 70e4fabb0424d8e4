// Readings of stats objects, and what is derived of them.
import type { Stat } from '../src/stats.ts'
import type { Metrics, StatMetrics } from '../src/metrics.ts'
import { derive } from '../workers/derive.ts'

export const POLL_MS = 2000

export type Members = Record<string, unknown>

export const stat = (type: string, timestamp: number, members: Members = {}, id = 'x'): Stat => ({
  id,
  type,
  timestamp,
  ...members,
})

/** The metrics of each report, each derived from the one before it. */
export function deriveAll(...reports: Stat[][]): Metrics[] {
  let state = null
  const all: Metrics[] = []
  for (const report of reports) {
    const derived = derive(report, state, POLL_MS)
    state = derived.state
    all.push(derived.metrics)
  }
  return all
}

/** The last metrics of one object that was read several times. */
export const deriveOne = (...readings: Stat[]): StatMetrics | undefined =>
  deriveAll(...readings.map((reading) => [reading])).at(-1)?.[readings[0]?.id ?? '']

/** The metrics of one object, read twice within a second, or `seconds`. */
export const between = (
  type: string,
  before: Members,
  after: Members,
  seconds = 1,
): StatMetrics | undefined => deriveOne(stat(type, 0, before), stat(type, 1000 * seconds, after))

/** What must never leave: a number that is NaN, infinite, negative or more than the whole; a basis of no loss. */
export function insaneIn(all: readonly Metrics[]): string[] {
  return all
    .flatMap((metrics) => Object.values(metrics))
    .flatMap((values) =>
      Object.entries(values).map(([name, value]) => [name, value, values] as const),
    )
    .filter(([name, value, values]) => {
      if (typeof value !== 'number') return name === 'lossBasis' && values.lossPct === undefined
      const isTooLow = value < 0 && name !== 'packetsLostDelta'
      return !Number.isFinite(value) || isTooLow || value > wholeOf(name)
    })
    .map(([name, value]) => `${name}: ${String(value)}`)
}

function wholeOf(name: string): number {
  if (name.endsWith('Pct')) return 100
  return /^(corruptionProbability$|qualityLimitation\.)/.test(name) ? 1 : Infinity
}
