// Where a series has nothing: between two of its polls there is more than an interval.
import { FLAGS } from './flags.ts'
import type { Series } from './series.ts'

/** Polls are no more than 5 s apart, be they slowed down, hidden or merged; timers of a busy machine are late by a few. */
const LEAST_HOLE_MS = 12_000
/** Where they are further apart, as somebody chose: so many times as far as the ones before. */
const TIMES_USUAL = 3

/** Nothing is known between this poll and the one before. */
export function isHole({ times, flags }: Series, at: number): boolean {
  if (at <= 0) return false
  if (((flags[at] ?? 0) & FLAGS.gap) !== 0) return true
  const time = times[at] ?? 0
  const before = times[at - 1] ?? 0
  const distance = time - before
  if (distance < LEAST_HOLE_MS) return false
  const usual = before - (times[at - 2] ?? before)
  return distance > TIMES_USUAL * usual
}
