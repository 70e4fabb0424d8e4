// Which call in a room something belongs to that nobody has seen before.
import { closesAt } from './room.ts'
import type { RoomState } from './room.ts'

export interface Arrival {
  /** Captured, wall clock of who sent it, ms. */
  readonly atMs: number
  /** By the collector's clock, ms. */
  readonly receivedAt: number
  readonly idleTimeoutMs: number
}

/** The one around whose time it was captured, an open one before a closed one; else the open one; else none. */
export function chooseRoom(rooms: Iterable<RoomState>, arrival: Arrival): RoomState | null {
  const { atMs, receivedAt, idleTimeoutMs } = arrival
  const isOpen = (room: RoomState): boolean => receivedAt < closesAt(room, idleTimeoutMs)
  const holds = ({ startMs, endMs }: RoomState): boolean =>
    startMs - idleTimeoutMs <= atMs && atMs <= endMs + idleTimeoutMs
  const all = [...rooms].sort(
    (one, other) => other.startMs - one.startMs || (one.id < other.id ? -1 : 1),
  )
  return (
    all.find((room) => isOpen(room) && holds(room)) ?? all.find(holds) ?? all.find(isOpen) ?? null
  )
}
