// Rooms and sessions as rows, made of their connections; the newest first.
import type { KeptConnection } from '../store/store.ts'
import { isLive, participantOf } from './connection-view.ts'
import type { RoomRow, SessionRow } from './views.ts'

export interface ListOptions {
  readonly now: number
  readonly idleTimeoutMs: number
}

/** One row a room, of all calls in it. */
export function roomRowsOf(
  connections: readonly KeptConnection[],
  { now, idleTimeoutMs }: ListOptions,
): RoomRow[] {
  const rows = groupBy(connections, ({ roomId }) => roomId).map((own): RoomRow => {
    const scores = scoresOf(own)
    return {
      roomId: own[0].roomId,
      isNamed: own[0].roomId !== own[0].sessionId,
      ...spanOf(own),
      isLive: own.some((connection) => isLive(connection, now, idleTimeoutMs)),
      participants: new Set(own.map(participantOf)).size,
      score: meanOf(scores),
      worstScore: scores.length === 0 ? null : Math.min(...scores),
      freezes: own.reduce((sum, { freezes }) => sum + freezes, 0),
    }
  })
  return rows.toSorted(byNewest)
}

/** One row a session. */
export function sessionRowsOf(
  connections: readonly KeptConnection[],
  { now, idleTimeoutMs }: ListOptions,
): SessionRow[] {
  const rows = groupBy(connections, ({ sessionId }) => sessionId).map((own): SessionRow => {
    const { sessionId, sessionName } = own[0]
    const senders = new Map(own.map((connection) => [connection.producer, connection.items]))
    return {
      sessionId,
      sessionName,
      roomIds: [...new Set(own.map(({ roomId }) => roomId))],
      ...spanOf(own),
      isLive: own.some((connection) => isLive(connection, now, idleTimeoutMs)),
      peers: new Set(own.map(({ peerId }) => peerId)).size,
      items: [...senders.values()].reduce((sum, items) => sum + items, 0),
    }
  })
  return rows.toSorted(byNewest)
}

/** Of each participant the mean of all polls. */
function scoresOf(connections: readonly KeptConnection[]): number[] {
  return groupBy(connections, participantOf).flatMap((own) => {
    const scored = own.reduce((sum, connection) => sum + connection.scored, 0)
    const scoreSum = own.reduce((sum, connection) => sum + connection.scoreSum, 0)
    return scored === 0 ? [] : scoreSum / scored
  })
}

function spanOf(connections: readonly KeptConnection[]): { startMs: number; endMs: number } {
  return {
    startMs: Math.min(...connections.map(({ firstAt }) => firstAt)),
    endMs: Math.max(...connections.map(({ lastAt }) => lastAt)),
  }
}

type Some<Value> = [Value, ...Value[]]

function groupBy<Value>(values: readonly Value[], keyOf: (value: Value) => string): Some<Value>[] {
  const groups = new Map<string, Some<Value>>()
  for (const value of values) {
    const group = groups.get(keyOf(value))
    if (group) group.push(value)
    else groups.set(keyOf(value), [value])
  }
  return [...groups.values()]
}

function meanOf(values: readonly number[]): number | null {
  if (values.length === 0) return null
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function byNewest(one: { readonly endMs: number }, other: { readonly endMs: number }): number {
  return other.endMs - one.endMs
}
