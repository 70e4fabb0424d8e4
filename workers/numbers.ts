// Reads numbers out of statistics objects.
import type { Stat } from '../src/stats.ts'
import { LEGACY_NAMES } from './legacy.ts'

/** Two readings of one object. */
export interface Pair {
  readonly previous: Stat | null
  readonly current: Stat
}

/** The finite number a member holds, `group.member` one inside of it. Dumps and legacy statistics write strings. */
export function numberOf(stat: Stat, member: string): number | undefined {
  const value = stat[member] ?? foundElsewhere(stat, member)
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined
  const isWritten = typeof value === 'string' && value.trim() !== ''
  const number = isWritten ? Number(value) : Number.NaN
  return Number.isFinite(number) ? number : undefined
}

function foundElsewhere(stat: Stat, member: string): unknown {
  const legacyName = LEGACY_NAMES.get(member)
  if (legacyName) return stat[legacyName]
  const dot = member.indexOf('.')
  if (dot < 0) return undefined
  const group = stat[member.slice(0, dot)] as Record<string, unknown> | null | undefined
  return group?.[member.slice(dot + 1)]
}

/** Stats clock, ms; NaN where the object does not say. */
export function timeOf(stat: Stat): number {
  return numberOf(stat, 'timestamp') ?? NaN
}

/** How far a counter moved. Undefined where a reading lacks it, or where it went back without being a reset. */
export function growth({ previous, current }: Pair, member: string): number | undefined {
  if (!previous) return undefined
  const delta = (numberOf(current, member) ?? NaN) - (numberOf(previous, member) ?? NaN)
  return delta >= 0 ? delta : undefined
}
