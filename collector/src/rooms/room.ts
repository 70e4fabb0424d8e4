// One instance of a room: one call in it, as JSON that can be kept and read back.
import type { Clients } from './client.ts'
import { newClients } from './client.ts'
import { isOver } from './connection.ts'
import type { Connection } from './connection.ts'
import type { Ranges } from './ranges.ts'

/** What a room knows of a producer. */
export interface Source {
  /** Of a plain body the session. */
  producer: string
  isPlain: boolean
  received: Ranges
  clients: Clients
}

/** Survives `JSON.parse(JSON.stringify(room))`. */
export interface RoomState {
  /** Frozen: the room's id, and when what was first seen of it was captured. */
  readonly id: string
  readonly roomId: string
  /** False where `roomId` is but the session of one page. */
  readonly isNamed: boolean
  /** First and last item of its peers; wall clocks of those who sent them, ms. */
  startMs: number
  endMs: number
  /** By the collector's clock, ms. */
  lastReceivedAt: number
  /** What the first record of it said, ms; null before. */
  emittedStartMs: number | null
  /** Of the last record; -1 before the first. */
  revision: number
  /** Something came since. */
  hasNews: boolean
  sources: Source[]
  connections: Connection[]
}

/** After everybody has left, for what is still on its way. */
const LAST_WAIT_MS = 10_000

export function newRoom(id: string, roomId: string, isNamed: boolean, atMs: number): RoomState {
  return {
    ...{ id, roomId, isNamed, startMs: atMs, endMs: atMs, lastReceivedAt: 0 },
    ...{ emittedStartMs: null, revision: -1, hasNews: false, sources: [], connections: [] },
  }
}

/** When it is closed if nothing comes any more; by the collector's clock, ms. */
export function closesAt(room: RoomState, idleTimeoutMs: number): number {
  return room.lastReceivedAt + (room.connections.every(isOver) ? LAST_WAIT_MS : idleTimeoutMs)
}

/** The source of this producer's items, made where there is none. */
export function sourceIn(room: RoomState, producer: string, isPlain: boolean): Source {
  const found = findSource(room, producer, isPlain)
  if (found) return found
  const source: Source = { producer, isPlain, received: [], clients: newClients() }
  room.sources.push(source)
  return source
}

export function findSource(
  room: RoomState,
  producer: string,
  isPlain: boolean,
): Source | undefined {
  return room.sources.find((other) => other.producer === producer && other.isPlain === isPlain)
}

/** Somebody in it is of this session. */
export function hasSession({ connections }: RoomState, sessionId: string): boolean {
  return connections.some((connection) => connection.sessionId === sessionId)
}

/** After a connection has left it. */
export function recountTimes(room: RoomState): void {
  room.startMs = room.connections.reduce((min, { startMs }) => Math.min(min, startMs), Infinity)
  room.endMs = room.connections.reduce((max, { endMs }) => Math.max(max, endMs), -Infinity)
}
