// Makes rooms of what was kept, and files of the rooms: one for each interval, of what was closed in it.
import type { RoomRecord } from '../rooms/record.ts'
import type { Rooms } from '../rooms/rooms.ts'
import type { RoomState } from '../rooms/room.ts'
import type { Put, RoomsChange, SavedRoom, Store, StreamFile } from '../store/store.ts'
import { intervalAt } from './file-name.ts'

type Saving = Pick<Store, 'rooms' | 'saveRooms' | 'after'>

export interface RollUpParts {
  readonly store: Saving
  readonly rooms: Rooms
  readonly intervalMinutes: number
  /** What is that old and settled is let go of, ms. */
  readonly lateWindowMs: number
  readonly now: () => number
  readonly onFault: (error: unknown) => void
}

/**
 * Files without rooms in a row, a year of hours: who comes back after more, or whose clock was set right by decades, has
 * none for what was before.
 */
const MAX_EMPTY = 10_000
const MINUTE_MS = 60_000

/** Items that are read at once after a crash. */
const CATCH_UP = 200

/**
 * All that it does depends on the items, their order and when they were received alone: after a crash it begins where
 * it was saved, and comes to the same files.
 */
export class RollUp {
  readonly #parts: RollUpParts
  #cursor: number
  /** The interval that goes on, ms since the Unix epoch. */
  #start: number
  #end: number
  /** What is not saved yet. */
  #changed = new Map<string, string>()
  #forgotten = new Set<string>()
  #files: StreamFile[] = []
  #savedCursor: number

  private constructor(parts: RollUpParts, cursor: number, filedUntil: number) {
    this.#parts = parts
    this.#cursor = cursor
    this.#savedCursor = cursor
    this.#start = filedUntil
    this.#end = intervalAt(filedUntil, parts.intervalMinutes).end
  }

  /** Goes on where the last one was saved, with what was kept since. */
  static async open(parts: RollUpParts): Promise<RollUp> {
    const { store, rooms, intervalMinutes, now } = parts
    const saved = await store.rooms()
    rooms.restore(saved.rooms.map(({ state }) => JSON.parse(state) as RoomState))
    const filedUntil = saved.filedUntil ?? intervalAt(now(), intervalMinutes).start
    const rollUp = new RollUp(parts, saved.cursor, filedUntil)
    // From now on it is known where the first interval began.
    if (saved.filedUntil === null) await store.saveRooms(rollUp.#change())
    for (;;) {
      const put = await store.after(rollUp.#cursor, CATCH_UP)
      if (put.items.length === 0) break
      rollUp.take(put)
      // No interval ends by the clock before all that came in it has been read.
      await rollUp.#saveTaken()
    }
    return rollUp
  }

  /** Takes what was kept, right after it was. */
  take({ items, last }: Pick<Put, 'items' | 'last'>): void {
    for (const kept of items) {
      this.#endIntervals(kept.receivedAt)
      try {
        this.#parts.rooms.take(kept)
      } catch (error) {
        // None is expected; one item that no room can take is not to stop all others, now and after each restart.
        this.#parts.onFault(error)
      }
    }
    this.#cursor = last
  }

  /** Saves what has changed; true where a file has come into being. Nothing is kept meanwhile. */
  async save(): Promise<boolean> {
    this.#endIntervals(this.#parts.now())
    return this.#saveTaken()
  }

  async #saveTaken(): Promise<boolean> {
    this.#collect()
    const change = this.#change()
    const { changed, forgotten, files, cursor } = change
    const isNews = changed.length + forgotten.length + files.length > 0
    if (!isNews && cursor === this.#savedCursor) return false
    await this.#parts.store.saveRooms(change)
    this.#savedCursor = cursor
    this.#changed.clear()
    this.#forgotten.clear()
    this.#files = []
    return files.length > 0
  }

  #endIntervals(until: number): void {
    const { intervalMinutes } = this.#parts
    const longAgo = until - MAX_EMPTY * intervalMinutes * MINUTE_MS
    while (this.#end <= until) {
      this.#files.push(this.#endInterval())
      this.#start = Math.max(this.#end, intervalAt(longAgo, intervalMinutes).start)
      this.#end = intervalAt(this.#start, intervalMinutes).end
    }
  }

  #endInterval(): StreamFile {
    const { rooms, lateWindowMs } = this.#parts
    // Rooms that were read back stand in another order than those that came one by one.
    const due = rooms.due(this.#end - 1).toSorted()
    const records = due.flatMap((id) => this.#recordOf(id)).sort(byStart)
    rooms.forget(this.#end - lateWindowMs)
    const texts = records.map((record) => JSON.stringify(record))
    return { startMs: this.#start, endMs: this.#end, records: texts }
  }

  #recordOf(id: string): RoomRecord[] {
    try {
      const emitted = this.#parts.rooms.emit(id)
      return emitted ? [emitted.record] : []
    } catch (error) {
      // None is expected but from the app's own `roomUrl`; one room is not to stop all files, now and after each restart.
      this.#parts.onFault(error)
      return []
    }
  }

  #collect(): void {
    const { saved, removed } = this.#parts.rooms.changed()
    for (const room of saved) this.#changed.set(room.id, JSON.stringify(room))
    for (const id of removed) {
      this.#changed.delete(id)
      this.#forgotten.add(id)
    }
    for (const id of this.#changed.keys()) this.#forgotten.delete(id)
  }

  #change(): RoomsChange {
    const changed = [...this.#changed].map(([id, state]): SavedRoom => ({ id, state }))
    const forgotten = [...this.#forgotten]
    return {
      cursor: this.#cursor,
      filedUntil: this.#start,
      changed,
      forgotten,
      files: this.#files,
    }
  }
}

/** The same order whenever it is written; two of one name that began together stay as they stand. */
function byStart(one: RoomRecord, other: RoomRecord): number {
  const [a, b] = [one, other].map(({ start_time, room_id }) => `${start_time} ${room_id}`)
  if (a === b) return 0
  return (a as string) < (b as string) ? -1 : 1
}
