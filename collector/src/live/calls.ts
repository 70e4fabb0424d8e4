// Which calls there were in a room, and which one is meant.
import type { RoomRecord } from '../rooms/record.ts'
import type { CallSpan, GroupRecord } from './views.ts'

interface Span {
  readonly firstAt: number
  readonly lastAt: number
}

/** Where nobody was in it for long, another call begins. The newest first. */
export function callsIn(connections: readonly Span[], idleTimeoutMs: number): CallSpan[] {
  const calls: { startMs: number; endMs: number }[] = []
  for (const { firstAt, lastAt } of connections.toSorted((a, b) => a.firstAt - b.firstAt)) {
    const last = calls.at(-1)
    if (last && firstAt - last.endMs <= idleTimeoutMs) last.endMs = Math.max(last.endMs, lastAt)
    else calls.push({ startMs: firstAt, endMs: lastAt })
  }
  return calls.reverse()
}

/** The one of that time, for what comes late may move its start; else the newest. */
export function callOf(calls: readonly CallSpan[], wanted: number | null): CallSpan | undefined {
  const at = calls.find(
    ({ startMs, endMs }) => wanted !== null && startMs <= wanted && wanted <= endMs,
  )
  return at ?? calls[0]
}

export function isIn({ startMs, endMs }: CallSpan, { firstAt, lastAt }: Span): boolean {
  return firstAt <= endMs && lastAt >= startMs
}

/** The newest revision of the one that has most of the call. */
export function recordIn(
  { startMs, endMs }: CallSpan,
  records: readonly RoomRecord[],
): GroupRecord | null {
  const overlapOf = ({ start_time, end_time }: RoomRecord): number =>
    Math.min(endMs, Date.parse(end_time)) - Math.max(startMs, Date.parse(start_time))
  const [best] = records
    .filter((record) => overlapOf(record) >= 0)
    .toSorted(
      (one, other) =>
        overlapOf(other) - overlapOf(one) || (other.revision ?? 0) - (one.revision ?? 0),
    )
  if (!best) return null
  const { peers: _, ...record } = best
  return record
}
