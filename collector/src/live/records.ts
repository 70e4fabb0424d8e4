// The records of a room as they would be filed now, made for all who follow it.
import type { RoomRecord } from '../rooms/record.ts'
import type { Rooms } from '../rooms/rooms.ts'
import type { Sight } from '../store/store.ts'

/** Of all calls in a room that are known, in any order. */
export type RecordsOf = (roomId: string) => Promise<readonly RoomRecord[]>

export interface RecordsParts {
  readonly rooms: Pick<Rooms, 'records'>
  readonly sight: Pick<Sight, 'records'>
  /** ms since the Unix epoch. */
  readonly now: () => number
}

/** To make one of a large call takes a while, and its means move slowly. */
const FRESH_MS = 10_000

export function createRecords({ rooms, sight, now }: RecordsParts): RecordsOf {
  const made = new Map<string, { readonly at: number; readonly records: Promise<RoomRecord[]> }>()

  async function make(roomId: string): Promise<RoomRecord[]> {
    const held = rooms.records(roomId)
    if (held.length > 0) return held
    return (await sight.records(roomId)).map((json) => JSON.parse(json) as RoomRecord)
  }

  return (roomId) => {
    for (const [id, { at }] of made) if (Math.abs(now() - at) >= FRESH_MS) made.delete(id)
    const known = made.get(roomId) ?? { at: now(), records: make(roomId) }
    made.set(roomId, known)
    return known.records
  }
}
