// Says that something was kept. Whoever follows looks for himself what it was: nothing is held for those who are slow.
import type { Clock } from '../streams/clock.ts'
import { pause } from './pause.ts'

export interface Bell {
  ring(): void
  /** How often it was rung. */
  readonly count: number
  /** Resolves when it is rung, after so long, or when it is aborted. */
  wait(ms: number, signal: AbortSignal): Promise<void>
}

export function createBell(clock: Clock): Bell {
  const waiting = new Set<() => void>()
  let count = 0
  return {
    ring() {
      count += 1
      for (const wake of waiting) wake()
    },
    get count() {
      return count
    },
    wait: (ms, signal) => pause(clock, ms, signal, waiting),
  }
}
