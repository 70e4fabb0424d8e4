// Those that need no package of somebody else's.
import type { OwnName } from '../contenders.ts'
import type { Candidate } from './candidate.ts'
import { getStatsOnly, idle, readAndClone, readFloor } from './floors.ts'
import { ours } from './ours.ts'

export const OWN: Readonly<Record<OwnName, () => Candidate>> = {
  idle,
  getStats: getStatsOnly,
  floor: readFloor,
  clone: readAndClone,
  ours,
}
