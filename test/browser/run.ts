// One endpoint of the fault collector that this run of vitest has started, and what its tests wait with.
import { inject } from 'vitest'
import { createRun as createRunAt } from '../run.ts'
import type { Run } from '../run.ts'

export { hasStats, of, pause, until } from '../run.ts'

export function createRun(): Run {
  return createRunAt(inject('faults'))
}

/** For `until`: a list has so many elements. */
export const atLeast =
  (count: number) =>
  (list: readonly unknown[]): boolean =>
    list.length >= count
