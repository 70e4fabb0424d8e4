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
  const value = memberOf(stat, member) ?? stat[LEGACY_NAMES.get(member) ?? member]
  const isNumeric = typeof value === 'number' || (typeof value === 'string' && value.trim() !== '')
  const number = isNumeric ? Number(value) : Number.NaN
  return Number.isFinite(number) ? number : undefined
}

function memberOf(stat: Stat, member: string): unknown {
  const dot = member.indexOf('.')
  if (dot < 0) return stat[member]
  const group = stat[member.slice(0, dot)] as Record<string, unknown> | null | undefined
  return group?.[member.slice(dot + 1)]
}

/** How far a counter moved. Undefined where a reading lacks it, or where it went back without being a reset. */
export function growth({ previous, current }: Pair, member: string): number | undefined {
  if (!previous) return undefined
  const delta = (numberOf(current, member) ?? NaN) - (numberOf(previous, member) ?? NaN)
  return delta >= 0 ? delta : undefined
}
