// The numbers of a poll by their names.
import { MEASURES, WAYS } from '../src/live/views.ts'
import type { Measure, Poll, Way } from '../src/live/views.ts'

/** Null where there is no such stream, or where it is not known. */
export function numberOf({ ways }: Poll, way: Way, measure: Measure): number | null {
  return ways[WAYS.indexOf(way)]?.[MEASURES.indexOf(measure)] ?? null
}

/** Of those that are known. */
export function sumOf(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null)
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0)
}

/** Of those that are known. */
export function mostOf(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null)
  return known.length === 0 ? null : Math.max(...known)
}

/** Of those that are known. */
export function leastOf(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null)
  return known.length === 0 ? null : Math.min(...known)
}
