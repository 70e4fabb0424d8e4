// What the collector writes of the demo's call once its interval is over: the room's record, read from the file.
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { RoomRecord } from '../collector/src/rooms/record.ts'
import type { RunningDemo } from './servers.ts'

/** A room is closed, and its interval over, by then: 10 s of silence and a minute. */
const FORWARD_MS = 120_000
/** A round of the collector's housekeeping may have just begun: 15 s until the next one. */
const LIMIT_MS = 30_000
const LOOK_MS = 100

/** Puts the collector's clock forward by as much as the file takes. Rejects where the room is in none. */
export async function roomOf(demo: RunningDemo, roomId: string): Promise<RoomRecord> {
  demo.goForward(FORWARD_MS)
  for (const until = Date.now() + LIMIT_MS; Date.now() < until; await sleep(LOOK_MS)) {
    const rooms = await readRooms(demo.roomsFolder)
    const room = rooms.find(({ room_id }) => room_id === roomId)
    if (room) return room
  }
  throw new Error(`No file has the room ${LIMIT_MS / 1000} s after its interval was over.`)
}

async function readRooms(folder: string): Promise<RoomRecord[]> {
  const names = await readdir(folder, { recursive: true })
  // Each is there whole or not at all.
  const texts = names
    .filter((name) => name.endsWith('.json'))
    .map((name) => readFile(join(folder, name), 'utf8'))
  return (await Promise.all(texts)).flatMap((text) => JSON.parse(text) as RoomRecord[]) // ours, of this very run
}
