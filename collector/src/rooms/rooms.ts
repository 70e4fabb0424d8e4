// The rooms that are live, or were a day ago: puts each item into its room, and says which rooms have a record to give.
import type { KeptItem } from '../facts.ts'
import { addFacts, mergeClients } from './client.ts'
import { foldItem, newConnection } from './connection.ts'
import type { Connection } from './connection.ts'
import { addToRanges, covers, lastOf, unionOf } from './ranges.ts'
import { recordOf } from './record.ts'
import type { AgentOf, RoomRecord } from './record.ts'
import { closesAt, findSource, hasSession, newRoom, recountTimes, sourceIn } from './room.ts'
import type { RoomState } from './room.ts'
import { joinRuns } from './runs.ts'
import type { Covers } from './runs.ts'
import { chooseRoom } from './choose.ts'
import { Register } from './register.ts'
import type { Place } from './register.ts'
import { timedItemOf } from './timed.ts'
import type { TimedItem } from './timed.ts'

export interface RoomsOptions {
  readonly roomUrl: (roomId: string) => string
  readonly agentOf: AgentOf
  /** A room without news for so long is closed, ms. @default 120000 */
  readonly idleTimeoutMs?: number
  /** What was captured so long before it comes is too late, ms. @default 86400000 */
  readonly lateWindowMs?: number
  readonly limits?: Partial<RoomLimits>
}

export interface RoomLimits {
  readonly rooms: number
  /** Of all rooms together. */
  readonly connections: number
  readonly peersPerRoom: number
  readonly connectionsPerRoom: number
}

/** What was not rolled up, by reason. */
export interface Refused {
  /** Items that were captured longer ago than the window, or in the future. */
  tooLate: number
  /** Items beyond one of the limits. */
  tooMany: number
  /** Polls of a stretch that was closed up, because there were too many holes. */
  settled: number
  /** Streams of a poll that had too many. */
  streams: number
}

/** What is to be stored, and what no longer. */
export interface Changed {
  /** They go on being changed: write them down before the next item is taken. */
  readonly saved: readonly RoomState[]
  /** Ids. */
  readonly removed: readonly string[]
}

const LIMITS: RoomLimits = {
  rooms: 10_000,
  connections: 50_000,
  peersPerRoom: 1000,
  connectionsPerRoom: 2000,
}
const [IDLE_TIMEOUT_MS, LATE_WINDOW_MS] = [120_000, 86_400_000]

export class Rooms {
  readonly #options: RoomsOptions
  readonly #limits: RoomLimits
  readonly #idleTimeoutMs: number
  readonly #lateWindowMs: number
  readonly #register = new Register()
  readonly #dirty = new Set<string>()
  readonly #removed = new Set<string>()
  readonly #refused: Refused = { tooLate: 0, tooMany: 0, settled: 0, streams: 0 }

  constructor(options: RoomsOptions) {
    this.#options = options
    this.#limits = { ...LIMITS, ...options.limits }
    this.#idleTimeoutMs = options.idleTimeoutMs ?? IDLE_TIMEOUT_MS
    this.#lateWindowMs = options.lateWindowMs ?? LATE_WINDOW_MS
  }

  /** Adds an item to its room. Each once, in the order in which they came. */
  take(kept: KeptItem): void {
    const { item, receivedAt } = kept
    const atMs = Date.parse(item.timestamp)
    if (!(Math.abs(receivedAt - atMs) <= this.#lateWindowMs)) {
      this.#refused.tooLate++
      return
    }
    const timed = timedItemOf(kept, atMs)
    const joined = this.#note(timed)
    const { peerId, tag } = timed.item
    if (peerId !== null && tag !== 'summary') this.#add(timed, peerId)
    // Not before: until then this very item is missing between its neighbours.
    for (const join of joined) join()
  }

  /** What has changed since this was last asked. */
  changed(): Changed {
    const saved = [...this.#dirty].flatMap((id) => this.#register.get(id) ?? [])
    const removed = [...this.#removed].filter((id) => !this.#register.get(id))
    this.#dirty.clear()
    this.#removed.clear()
    return { saved, removed }
  }

  /** Goes on with what was stored. */
  restore(states: Iterable<RoomState>): void {
    for (const room of states) this.#register.add(room)
  }

  /** Ids of the rooms that were closed until then and have something to tell. */
  due(until: number): string[] {
    return this.#closed(until).flatMap(({ id, hasNews, connections }) =>
      hasNews && connections.length > 0 ? id : [],
    )
  }

  /** The record of a room, which is told with it. Null where there is no such room. */
  emit(id: string): { readonly record: RoomRecord; readonly revision: number } | null {
    const room = this.#register.get(id)
    if (!room) return null
    room.emittedStartMs ??= room.startMs
    room.revision++
    room.hasNews = false
    this.#dirty.add(id)
    const [record] = this.#recordsOf([room])
    return record ? { record, revision: room.revision } : null
  }

  /** The records of all calls in a room that are held, as they stand now. None is told with it. */
  records(roomId: string): RoomRecord[] {
    return this.#recordsOf([...this.#register.named(roomId)])
  }

  /** Those of the calls that this session has a part in. */
  ofSession(sessionId: string): RoomRecord[] {
    const isIn = (room: RoomState): boolean => hasSession(room, sessionId)
    return this.#recordsOf([...this.#register.rooms()].filter(isIn))
  }

  /** Lets go of the rooms that were closed until then and have nothing to tell; nothing in time belongs to them. */
  forget(before: number): string[] {
    const gone = this.#closed(before).filter(({ hasNews }) => !hasNews)
    for (const room of gone) this.#remove(room)
    return gone.map(({ id }) => id)
  }

  counts(): { readonly rooms: number; readonly connections: number; readonly refused: Refused } {
    const { size: rooms, connections } = this.#register
    return { rooms, connections, refused: { ...this.#refused } }
  }

  /** In an order that does not depend on when they were read from a store. */
  #closed(until: number): RoomState[] {
    const closed = [...this.#register.rooms()].filter(
      (room) => closesAt(room, this.#idleTimeoutMs) <= until,
    )
    return closed.sort((one, other) => (one.id < other.id ? -1 : 1))
  }

  /**
   * That this number has come, and what its batch says, in each room that it is of use to. What it returns is to be done
   * where that filled a hole.
   */
  #note(kept: TimedItem): (() => void)[] {
    const { producer, sessionId, item, facts, exportedAt, receivedAt } = kept
    const name = producer ?? sessionId
    const isPlain = producer === null
    const own = this.#placeIn(kept)?.room
    const joins: (() => void)[] = []
    for (const room of this.#register.knowing(name, isPlain)) {
      const source = findSource(room, name, isPlain)
      if (!source) continue
      const isOpen = receivedAt < closesAt(room, this.#idleTimeoutMs)
      const isOfPage = item.peerId === null && isOpen
      if (room === own || isOfPage) addFacts(source.clients, facts, exportedAt)
      // What is newer than all that a call knows, once it is over, is of the next one.
      const isOf = (seq: number) => room === own || isOpen || seq < lastOf(source.received)
      if (!('seq' in item) || !isOf(item.seq)) continue
      this.#dirty.add(room.id)
      if (!addToRanges(source.received, item.seq)) continue
      joins.push(() => {
        const received = coversOf(room, name, isPlain)
        for (const { producer: other, runs, sums } of room.connections) {
          if (other === producer) joinRuns(runs, sums, received)
        }
      })
    }
    return joins
  }

  #add(kept: TimedItem, peerId: string): void {
    const place = this.#placeOf(kept, peerId)
    if (place) this.#fold(place, kept)
    else this.#refused.tooMany++
  }

  #placeOf(kept: TimedItem, peerId: string): Place | null {
    const { producer, sessionId, item, facts } = kept
    const place = this.#placeIn(kept)
    const isNamed = facts.roomId !== sessionId
    if (!place) {
      if (this.#register.connections >= this.#limits.connections) return null
      const room = this.#roomFor(kept, isNamed)
      if (!room || !this.#hasRoomFor(room, peerId)) return null
      const pcId = 'pcId' in item ? item.pcId : null
      const connection = newConnection({ producer, sessionId, pcId, peerId }, kept.atMs)
      return this.#put(room, connection, kept)
    }
    if (!isNamed || place.room.isNamed || place.room.revision >= 0) return place
    const room = this.#roomFor(kept, isNamed)
    return room && this.#hasRoomFor(room, peerId) ? this.#move(place, room) : place
  }

  #placeIn({ producer, sessionId, item }: TimedItem): Place | undefined {
    const { peerId } = item
    const pcId = 'pcId' in item ? item.pcId : null
    return peerId === null ? undefined : this.#register.place({ producer, sessionId, pcId, peerId })
  }

  #roomFor(kept: TimedItem, isNamed: boolean): RoomState | null {
    const { facts, atMs, receivedAt } = kept
    const same = this.#register.named(facts.roomId)
    const found = chooseRoom(same, { atMs, receivedAt, idleTimeoutMs: this.#idleTimeoutMs })
    if (found) return found
    if (this.#register.size >= this.#limits.rooms) return null
    const name = `${facts.roomId} ${new Date(atMs).toISOString()}`
    let id = name
    for (let count = 2; this.#register.get(id); count++) id = `${name} ${count}`
    const room = newRoom(id, facts.roomId, isNamed, atMs)
    this.#register.add(room)
    return room
  }

  #hasRoomFor({ connections }: RoomState, peerId: string): boolean {
    const { connectionsPerRoom, peersPerRoom } = this.#limits
    if (connections.length >= connectionsPerRoom) return false
    if (connections.length < peersPerRoom) return true
    const peers = new Set(connections.map((connection) => connection.peerId))
    return peers.has(peerId) || peers.size < peersPerRoom
  }

  #put(room: RoomState, connection: Connection, kept: TimedItem): Place {
    const { producer, sessionId, item, facts, exportedAt } = kept
    const name = producer ?? sessionId
    const source = sourceIn(room, name, producer === null)
    if ('seq' in item) addToRanges(source.received, item.seq)
    addFacts(source.clients, facts, exportedAt)
    return this.#register.join(room, connection)
  }

  #move({ connection, room: left }: Place, room: RoomState): Place {
    const { producer, sessionId } = connection
    const name = producer ?? sessionId
    const isPlain = producer === null
    const source = sourceIn(room, name, isPlain)
    const old = findSource(left, name, isPlain)
    if (old) {
      source.received = unionOf(source.received, old.received)
      mergeClients(source.clients, structuredClone(old.clients))
    }
    left.connections = left.connections.filter((other) => other !== connection)
    if (left.connections.length === 0) this.#remove(left)
    else {
      recountTimes(left)
      this.#dirty.add(left.id)
    }
    return this.#register.join(room, connection)
  }

  #fold({ room, connection }: Place, kept: TimedItem): void {
    const { producer, sessionId, receivedAt } = kept
    const isPlain = producer === null
    const received: Covers = isPlain ? () => false : coversOf(room, producer ?? sessionId, isPlain)
    const { polls, streams } = foldItem(connection, kept, received)
    this.#refused.settled += polls
    this.#refused.streams += streams
    room.startMs = Math.min(room.startMs, connection.startMs)
    room.endMs = Math.max(room.endMs, connection.endMs)
    room.lastReceivedAt = Math.max(room.lastReceivedAt, receivedAt)
    room.hasNews = true
    this.#dirty.add(room.id)
  }

  #recordsOf(rooms: readonly RoomState[]): RoomRecord[] {
    return rooms.map((room) => recordOf(room, this.#options.roomUrl, this.#options.agentOf))
  }

  #remove(room: RoomState): void {
    this.#register.remove(room)
    this.#dirty.delete(room.id)
    this.#removed.add(room.id)
  }
}

function coversOf(room: RoomState, producer: string, isPlain: boolean): Covers {
  const source = findSource(room, producer, isPlain)
  return (lo, hi) => source !== undefined && covers(source.received, lo, hi)
}
