// RTCStatsReport -> plain stats: the hot path. In Chromium every access makes a new object, so each is read once.
import type { Stat } from './stats.ts'

/** All stats of a report, in its order. The objects are the browser's own: plain, and made for this one reading. */
export function serialize(report: RTCStatsReport): Stat[] {
  const stats: Stat[] = []
  for (const stat of (report as unknown as ReadonlyMap<string, Stat>).values()) stats.push(stat)
  return stats
}
