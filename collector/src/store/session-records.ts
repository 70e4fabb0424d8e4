// The records that were filed of the calls that a session took part in.
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Client } from '@libsql/client'
import { firstTimeOf } from './by-time.ts'

/** Rows that are looked at in one step: nobody waits long for it. */
const STEP = 100
/** A record is in the file of the interval in which its call was closed: that began so long before at most. */
const LONGEST_INTERVAL_MS = 86_400_000

/** What the session says of its calls. */
interface Part {
  /** The rooms that it named, each with when it last did so; times are ms since the Unix epoch, by its own clock. */
  readonly rooms: ReadonlyMap<string, number>
  /** By which records tell who took part: users, and peers without one. */
  readonly names: ReadonlySet<string>
  readonly from: number
}

interface Filed {
  readonly file: number
  readonly position: number
}

/** What tells one record from another. */
interface Head {
  readonly room_id: string
  readonly start_time: string
  readonly end_time: string
  readonly peers: readonly { readonly peer_id: string }[]
}

/** Of each call the one that was filed last, the calls in the order in which they were filed first. */
export async function* readRecords(client: Client, session: number): AsyncGenerator<string> {
  const { rows } = await client.execute({ sql: SESSION, args: [session] })
  const [firstSeen, lastSeen] = [Number(rows[0]?.['first_seen']), Number(rows[0]?.['last_seen'])]
  const part = await readPart(client, session, firstSeen, lastSeen)
  const roomIds = JSON.stringify([...part.rooms.keys()])
  const calls = new Map<string, Filed>()
  for (let at: Filed = { file: firstSeen - LONGEST_INTERVAL_MS, position: -1 }; ;) {
    const step = await client.execute({
      sql: STEP_OF_RECORDS,
      args: [roomIds, at.file, at.position, STEP],
    })
    for (const row of step.rows) {
      at = { file: Number(row['file']), position: Number(row['position']) }
      const head = JSON.parse(String(row['json'])) as Head | null
      if (head && isIn(part, head)) calls.set(JSON.stringify([head.room_id, head.start_time]), at)
    }
    if (step.rows.length < STEP) break
    await nextTurn()
  }
  for (const { file, position } of calls.values()) {
    const found = await client.execute({ sql: RECORD, args: [file, position] })
    // It may have been given up since.
    for (const { json } of found.rows) yield String(json)
  }
}

async function readPart(
  client: Client,
  session: number,
  firstSeen: number,
  lastSeen: number,
): Promise<Part> {
  const range = await client.execute({ sql: BATCHES, args: [firstSeen, lastSeen] })
  const [first, last] = [Number(range.rows[0]?.['first']), Number(range.rows[0]?.['last'])]
  const rooms = new Map<string, number>()
  const peers = await client.execute({ sql: PEERS, args: [session] })
  const names = new Set(peers.rows.map((row) => String(row['peer_id'])))
  for (let id = first; id <= last; id += STEP) {
    const { rows } = await client.execute({ sql: FACTS, args: [id, id + STEP, session] })
    for (const row of rows) {
      const roomId = String(row['room_id'])
      rooms.set(roomId, Math.max(rooms.get(roomId) ?? -Infinity, Number(row['to_ms'])))
      if (row['user_id'] !== null) names.add(String(row['user_id']))
    }
    await nextTurn()
  }
  return { rooms, names, from: await firstTimeOf(client, session) }
}

function isIn({ rooms, from, names }: Part, { room_id, start_time, end_time, peers }: Head) {
  const to = rooms.get(room_id) ?? -Infinity
  const isThen = Date.parse(start_time) <= to && Date.parse(end_time) >= from
  return isThen && peers.some((peer) => names.has(peer.peer_id))
}

const SESSION = 'select first_seen, last_seen from sessions where id = ?'

const PEERS = 'select peer_id from peers where session = ?'

/** Batches are numbered as they were received. */
const BATCHES =
  'select min(id) as first, max(id) as last from batches where received_at between ? and ?'

const FACTS = `select json_extract(facts, '$.roomId') as room_id, json_extract(facts, '$.userId') as user_id,
  max(exported_at) as to_ms from batches
  where id >= ? and id < ? and session = ? and json_valid(facts) group by 1, 2`

/** Of another room only where it is. */
const STEP_OF_RECORDS = `select file, position,
  case when json_extract(json, '$.room_id') in (select value from json_each(?)) then json else 'null' end as json
  from records where (file, position) > (?, ?) order by file, position limit ?`

const RECORD = 'select json from records where file = ? and position = ?'
