// The report of a poll as `getStats()` gave it, put together again from wherever its objects stand in the item.
import { isRecord } from './is-record.ts'
import type { Stat } from '../../../src/stats.ts'

/** Null where the item has none: one of `detail: 'metrics'`, or a partial one. Its data was checked when it came. */
export function reportOf(
  item: Readonly<Record<string, unknown>>,
): ReadonlyMap<string, Stat> | null {
  const { rawStats, statsObject, data } = item
  if (Array.isArray(rawStats)) return byId([rawStats])
  if (isRecord(statsObject)) return byId([Object.values(statsObject)])
  if (!isRecord(data)) return null
  const { metrics: _, quality: __, raw, ...groups } = data
  const lists = [...listsIn(raw), ...Object.values(groups).flatMap(listsIn)]
  return lists.length > 0 || raw !== undefined ? byId(lists) : null
}

/** A group is a list of objects, or such lists by name. */
function listsIn(group: unknown): unknown[][] {
  if (Array.isArray(group)) return [group]
  return isRecord(group) ? Object.values(group).filter(Array.isArray) : []
}

/** The same object may stand in several groups. */
function byId(lists: readonly unknown[][]): Map<string, Stat> {
  const report = new Map<string, Stat>()
  for (const stat of lists.flat()) if (isStat(stat)) report.set(stat.id, stat)
  return report
}

/** A newer exporter may have groups that hold something else. */
function isStat(value: unknown): value is Stat {
  return isRecord(value) && typeof value['id'] === 'string' && typeof value['type'] === 'string'
}
