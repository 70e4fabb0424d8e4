// The rooms that are held, found by what an item says of itself.
import type { Connection } from './connection.ts'
import type { RoomState } from './room.ts'

/** Where a connection is. */
export interface Place {
  readonly room: RoomState
  readonly connection: Connection
}

type Identity = Pick<Connection, 'producer' | 'sessionId' | 'pcId' | 'peerId'>

export class Register {
  readonly #rooms = new Map<string, RoomState>()
  readonly #byRoomId = new Map<string, Set<RoomState>>()
  readonly #byProducer = new Map<string, Set<RoomState>>()
  readonly #places = new Map<string, Place>()

  get size(): number {
    return this.#rooms.size
  }

  get connections(): number {
    return this.#places.size
  }

  rooms(): Iterable<RoomState> {
    return this.#rooms.values()
  }

  get(id: string): RoomState | undefined {
    return this.#rooms.get(id)
  }

  /** All calls in this room. */
  named(roomId: string): Iterable<RoomState> {
    return this.#byRoomId.get(roomId) ?? []
  }

  /** Those that have, or had, connections of this producer. */
  knowing(producer: string, isPlain: boolean): Iterable<RoomState> {
    return this.#byProducer.get(producerKey(producer, isPlain)) ?? []
  }

  place(identity: Identity): Place | undefined {
    return this.#places.get(keyOf(identity))
  }

  add(room: RoomState): void {
    this.#rooms.set(room.id, room)
    addTo(this.#byRoomId, room.roomId, room)
    for (const connection of room.connections) this.#index(room, connection)
    // Also of those whose connections have left: a room that was read back hears what it heard before.
    for (const { producer, isPlain } of room.sources) {
      addTo(this.#byProducer, producerKey(producer, isPlain), room)
    }
  }

  /** A connection comes into a room. */
  join(room: RoomState, connection: Connection): Place {
    room.connections.push(connection)
    return this.#index(room, connection)
  }

  remove(room: RoomState): void {
    this.#rooms.delete(room.id)
    removeFrom(this.#byRoomId, room.roomId, room)
    for (const { producer, isPlain } of room.sources) {
      removeFrom(this.#byProducer, producerKey(producer, isPlain), room)
    }
    for (const connection of room.connections) this.#places.delete(keyOf(connection))
  }

  #index(room: RoomState, connection: Connection): Place {
    const { producer, sessionId } = connection
    const place = { room, connection }
    this.#places.set(keyOf(connection), place)
    addTo(this.#byProducer, producerKey(producer ?? sessionId, producer === null), room)
    return place
  }
}

function keyOf({ producer, sessionId, pcId, peerId }: Identity): string {
  return JSON.stringify(producer === null ? [sessionId, peerId] : [producer, pcId, peerId])
}

function producerKey(producer: string, isPlain: boolean): string {
  return `${isPlain ? 'plain' : 'ours'} ${producer}`
}

function addTo(index: Map<string, Set<RoomState>>, key: string, room: RoomState): void {
  const rooms = index.get(key)
  if (rooms) rooms.add(room)
  else index.set(key, new Set([room]))
}

function removeFrom(index: Map<string, Set<RoomState>>, key: string, room: RoomState): void {
  const rooms = index.get(key)
  rooms?.delete(room)
  if (rooms?.size === 0) index.delete(key)
}
