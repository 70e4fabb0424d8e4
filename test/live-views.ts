// The live page with something in each of its views: recorded calls, and a room of many.
import { createCrowd } from './crowd.ts'
import { putAll } from './downloading.ts'
import { readCall } from './played-calls.ts'
import type { PlayedCalls } from './played-calls.ts'
import { batchesOf } from './replay/batches-of.ts'

/** The name of a view, and an address of it. */
export const LIVE_VIEWS: Readonly<Record<string, string>> = {
  rooms: 'rooms',
  sessions: 'sessions?q=outage',
  room: 'rooms/lossy-network',
  crowd: 'rooms/crowd',
  session: 'sessions/lossy-network-alice',
  participant: 'rooms/lossy-network/peers/bob',
  nobody: 'rooms/lossy-network/peers/mallory',
  nowhere: 'no/such/view',
  gone: 'rooms/no-such-room',
}

export const CROWD = 200
const CROWD_MS = 20_000

/** A room `crowd` of those who talk for some seconds until now. */
export async function addCrowd(played: PlayedCalls, count = CROWD): Promise<void> {
  const bodies = batchesOf(await readCall('lossy-network'))
  const startMs = played.now() - CROWD_MS
  const crowd = createCrowd({ bodies, count, roomId: 'crowd', startMs })
  await putAll(played, crowd(startMs, played.now()))
}
