// What a number usually is at some time of a call, so that a fall is seen as one.
import type { Lane } from '../series/series.ts'

/** Half a minute of polls: longer than a hiccup, shorter than a talk. */
const POLLS = 15
/** With fewer, nothing is usual yet. */
const LEAST_POLLS = 3
/** What is low for a minute on end is how it is now: somebody shares a screen at 5 frames a second. */
const NEW_USUAL_POLLS = 30

/** For each poll the median of the polls before that were not below `share` of it themselves; NaN at the beginning. */
export function usualOf(lane: Lane, length: number, share: number): Lane {
  const usual = new Float32Array(length)
  let recent: number[] = []
  let sorted: number[] = []
  let low: number[] = []
  for (let at = 0; at < length; at += 1) {
    const median = sorted.length < LEAST_POLLS ? Number.NaN : (sorted[sorted.length >> 1] as number)
    usual[at] = median
    const value = lane[at] as number
    if (Number.isNaN(value)) continue
    if (value < share * median) {
      low.push(value)
      if (low.length < NEW_USUAL_POLLS) continue
      recent = low.slice(-POLLS)
      sorted = recent.toSorted((one, other) => one - other)
    } else {
      recent.push(value)
      sorted.splice(placeIn(sorted, value), 0, value)
      if (recent.length > POLLS) sorted.splice(placeIn(sorted, recent.shift() as number), 1)
    }
    if (low.length > 0) low = []
  }
  return usual
}

/** Of the first that is not less than it. */
function placeIn(sorted: readonly number[], value: number): number {
  let place = 0
  while (place < sorted.length && (sorted[place] as number) < value) place += 1
  return place
}
