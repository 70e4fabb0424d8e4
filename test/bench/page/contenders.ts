// Everybody who is measured, by name.
import type { Contender } from './contender.ts'
import { getStatsOnly, idle, readAndClone, readFloor } from './floors.ts'
import { ours } from './ours.ts'

export const CONTENDERS = {
  idle,
  getStats: getStatsOnly,
  floor: readFloor,
  clone: readAndClone,
  ours,
} satisfies Readonly<Record<string, () => Contender>>

export type ContenderName = keyof typeof CONTENDERS
