// The option `adaptive`: within which bounds the poll interval follows the call.
import { integer, isRecord, wrong } from './check.ts'
import type { PollBounds } from './terms.ts'

/** Bounds of the poll interval. */
export interface AdaptiveOption {
  /** It is never shorter, ms; at most `getStatsInterval`. @default half of `getStatsInterval`, at least 500 where that allows it */
  minInterval?: number
  /** It is never longer, ms; at least `getStatsInterval`. @default five times `getStatsInterval`, at most 60000 where that allows it */
  maxInterval?: number
}

/**
 * Null: always `normalMs`.
 * @throws TypeError that names the option, what was expected and what came
 */
export function resolveAdaptive(value: unknown, normalMs: number): PollBounds | null {
  if (value === false) return null
  const given = value === true ? {} : value
  if (!isRecord(given)) throw wrong('adaptive', 'true, false or an object of bounds', value)
  const {
    minInterval = Math.min(Math.max(normalMs >> 1, 500), normalMs),
    maxInterval = Math.max(Math.min(normalMs * 5, 60_000), normalMs),
    ...unknown
  } = given
  for (const name of Object.keys(unknown)) {
    throw wrong('adaptive', 'minInterval or maxInterval', name)
  }
  return {
    minInterval: integer('adaptive.minInterval', minInterval, 1, normalMs),
    maxInterval: integer('adaptive.maxInterval', maxInterval, normalMs),
  }
}
