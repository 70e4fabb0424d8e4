// A room, or a session, as it is shown: the calls in it, and of one of them the connections and the record.
import type { RoomRecord } from '../rooms/record.ts'
import type { KeptConnection } from '../store/store.ts'
import { isLive } from './connection-view.ts'
import type { ListOptions } from './lists.ts'
import type { CallSpan, GroupRecord, GroupView } from './views.ts'

export interface Group {
  readonly view: GroupView
  /** Those of the call that is shown. */
  readonly connections: readonly KeptConnection[]
}

export interface GroupOptions extends ListOptions {
  readonly kind: GroupView['kind']
  readonly id: string
  /** The start of a call, ms; null: the newest. */
  readonly call: number | null
  /** All that are known of the room, in any order. */
  readonly records: () => Promise<readonly RoomRecord[]>
}

/** Null where there is nothing of it. */
export async function groupOf(
  connections: readonly KeptConnection[],
  { kind, id, call: wanted, records, now, idleTimeoutMs }: GroupOptions,
): Promise<Group | null> {
  const calls = callsOf(connections, idleTimeoutMs)
  const call = calls.find(({ startMs }) => startMs === wanted) ?? calls[0]
  if (!call) return null
  const own = connections.filter(
    ({ firstAt, lastAt }) => firstAt <= call.endMs && lastAt >= call.startMs,
  )
  const view: GroupView = {
    kind,
    id,
    name: kind === 'room' ? id : (own[0]?.sessionName ?? id),
    isLive: own.some((connection) => isLive(connection, now, idleTimeoutMs)),
    call,
    calls,
    sessionIds: [...new Set(own.map(({ sessionId }) => sessionId))],
    record: kind === 'room' ? recordIn(call, await records()) : null,
  }
  return { view, connections: own }
}

/** Where nobody was in it for long, another call begins. The newest first. */
function callsOf(connections: readonly KeptConnection[], idleTimeoutMs: number): CallSpan[] {
  const calls: { startMs: number; endMs: number }[] = []
  for (const { firstAt, lastAt } of connections.toSorted((a, b) => a.firstAt - b.firstAt)) {
    const last = calls.at(-1)
    if (last && firstAt - last.endMs <= idleTimeoutMs) last.endMs = Math.max(last.endMs, lastAt)
    else calls.push({ startMs: firstAt, endMs: lastAt })
  }
  return calls.reverse()
}

/** The newest revision of the one that has most of the call. */
function recordIn(
  { startMs, endMs }: CallSpan,
  records: readonly RoomRecord[],
): GroupRecord | null {
  const overlapOf = ({ start_time, end_time }: RoomRecord): number =>
    Math.min(endMs, Date.parse(end_time)) - Math.max(startMs, Date.parse(start_time))
  const best = records
    .filter((record) => overlapOf(record) >= 0)
    .toSorted(
      (one, other) =>
        overlapOf(other) - overlapOf(one) || (other.revision ?? 0) - (one.revision ?? 0),
    )
  if (!best[0]) return null
  const { peers: _, ...record } = best[0]
  return record
}
