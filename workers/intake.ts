// Puts readings together: a partial one stands on the last full one of its connection.
import type { CapturedReport } from '../src/protocol.ts'
import type { Stat } from '../src/stats.ts'

export interface Intake {
  /** The whole report: what was not read again is as it was. */
  complete(report: CapturedReport): readonly Stat[]
  /** The connection is gone. */
  forget(pcId: string): void
}

export function createIntake(): Intake {
  const known = new Map<string, Map<string, Stat>>()
  return {
    complete({ pcId, read, stats }) {
      const key = pcId ?? ''
      const before = read === 'partial' ? known.get(key) : undefined
      const now = new Map(before)
      for (const stat of stats) now.set(stat.id, stat)
      known.set(key, now)
      return [...now.values()]
    },
    forget(pcId) {
      known.delete(pcId)
    },
  }
}
