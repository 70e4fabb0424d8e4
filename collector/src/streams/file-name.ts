// The name of the file that an interval's rooms go into: the same for the same interval, so that a rerun overwrites it.

const MINUTE_MS = 60_000

/** `[start, end)`, ms since the Unix epoch. */
export interface Interval {
  readonly start: number
  readonly end: number
}

/** The interval a time is in. They align to the epoch: one of 60 minutes starts at the full hour, UTC. */
export function intervalAt(time: number, minutes: number): Interval {
  const lengthMs = minutes * MINUTE_MS
  const start = Math.floor(time / lengthMs) * lengthMs
  return { start, end: start + lengthMs }
}

/**
 * `2026-11-21/2026-11-21T13-00Z-60m-0.json`: sorted by name is sorted by time, and there is no character in it
 * that a file system or a store could mind.
 */
export function fileName(start: number, minutes: number, shard: number): string {
  const [date = '', time = ''] = new Date(start).toISOString().split('T')
  return `${date}/${date}T${time.slice(0, 5).replace(':', '-')}Z-${minutes}m-${shard}.json`
}
