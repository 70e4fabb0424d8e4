// The records that were filed of the calls that a session took part in.
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Client } from '@libsql/client'

/** Rows that are looked at in one step: nobody waits long for it. */
const STEP = 100

/** That somebody of the session was in a room; ms since the Unix epoch, by the session's own clock. */
interface Stay {
  readonly roomId: string
  /** By one of them the records tell who took part. */
  readonly names: readonly (string | null)[]
  readonly firstAt: number
  readonly lastAt: number
}

interface Filed {
  readonly file: number
  readonly position: number
}

/** What tells one record from another. */
interface Head {
  readonly start_time: string
  readonly end_time: string
  readonly peers: readonly { readonly peer_id: string }[]
}

/** Of each call the one that was filed last: room after room, in each in the order in which they were filed first. */
export async function* readRecords(client: Client, session: number): AsyncGenerator<string> {
  const stays = await readStays(client, session)
  for (const roomId of new Set(stays.map((stay) => stay.roomId))) {
    const own = stays.filter((stay) => stay.roomId === roomId)
    const calls = new Map<string, Filed>()
    for (let at: Filed = { file: Number.MIN_SAFE_INTEGER, position: -1 }; ;) {
      const { rows } = await client.execute({
        sql: RECORDS,
        args: [roomId, at.file, at.position, STEP],
      })
      for (const row of rows) {
        at = { file: Number(row['file']), position: Number(row['position']) }
        const head = JSON.parse(String(row['json'])) as Head
        if (own.some((stay) => isIn(stay, head))) calls.set(head.start_time, at)
      }
      await nextTurn()
      if (rows.length < STEP) break
    }
    for (const { file, position } of calls.values()) {
      const found = await client.execute({ sql: RECORD, args: [file, position] })
      // It may have been given up since.
      for (const { json } of found.rows) yield String(json)
    }
  }
}

async function readStays(client: Client, session: number): Promise<Stay[]> {
  const { rows } = await client.execute({ sql: STAYS, args: [session] })
  return rows.map((row) => ({
    roomId: String(row['room']),
    names: [row['user_id'], row['peer']] as (string | null)[],
    firstAt: Number(row['first_at']),
    lastAt: Number(row['last_at']),
  }))
}

function isIn({ names, firstAt, lastAt }: Stay, { start_time, end_time, peers }: Head): boolean {
  const isThen = Date.parse(start_time) <= lastAt && Date.parse(end_time) >= firstAt
  return isThen && peers.some((peer) => names.includes(peer.peer_id))
}

const STAYS = `select room, user_id, peer, first_at, last_at from connections
  where session = ? and room is not null order by first_at`

const RECORDS = `select file, position, json from records
  where json ->> '$.room_id' = ? and (file, position) > (?, ?) order by file, position limit ?`

const RECORD = 'select json from records where file = ? and position = ?'
