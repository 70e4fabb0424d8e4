// The calls of a session as room records: as they stand now, and as they were filed.
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createCollector } from '../collector/src/collector.ts'
import type { Collector } from '../collector/src/collector.ts'
import type { RoomRecord } from '../collector/src/rooms/record.ts'
import { openStore } from '../collector/src/store/libsql.ts'
import type { Item } from '../src/wire.ts'
import { batchOf } from './batches.ts'
import { createIdleClock } from './idle-clock.ts'
import type { IdleClock } from './idle-clock.ts'
import { callAt, createPage } from './room-items.ts'

const T = Date.parse('2026-03-01T10:00:00.000Z')
const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

let clock: IdleClock
let collector: Collector

beforeEach(async () => {
  clock = createIdleClock(T)
  const store = await openStore(':memory:', { now: clock.now })
  collector = await createCollector({
    ...{ log: () => {}, clock, store },
    intervalMinutes: 1,
    idleTimeoutMs: 1000,
    lateWindowMs: 10 * MINUTE_MS,
  })
})

afterEach(async () => collector.close())

interface Who {
  readonly session?: string
  readonly roomId?: string
  readonly peerId?: string
}

/** A call of ten seconds, which everybody has left, as one page saw it; it arrives now. */
async function call(producer: string, atMs: number, who: Who = {}): Promise<void> {
  const { session: sessionId = 's', roomId = 'standup', peerId = 'alice' } = who
  const items = callAt(atMs, createPage(producer), { peerId }).map(({ item }) => item as Item)
  const exportedAt = new Date(atMs + 10_000).toISOString()
  const batch = batchOf(items, { producer, sessionId, exportedAt })
  const body = JSON.stringify({ ...batch, client: { ...batch.client, roomId } })
  const answer = await collector.fetch(new Request('http://c/ingest', { method: 'POST', body }))
  expect(await answer.json()).toMatchObject({ accepted: items.length })
}

async function roomsOf(sessionId = 's'): Promise<RoomRecord[]> {
  const answer = await collector.fetch(new Request(`http://c/sessions/${sessionId}/rooms.json`))
  expect(answer.headers.get('content-type')).toBe('application/json')
  return (await answer.json()) as RoomRecord[]
}

async function filed(): Promise<RoomRecord[]> {
  const records: RoomRecord[] = []
  for await (const file of collector.store.filesBetween(T - HOUR_MS, T + 99 * HOUR_MS)) {
    records.push(...file.records.map((json) => JSON.parse(json) as RoomRecord))
  }
  return records
}

test('what is known now is what is filed later', async () => {
  await call('page', T)
  await call('other', T + 1000, { session: 'another', peerId: 'bob' })
  const now = await roomsOf()
  expect(now.map(({ room_id, users }) => [room_id, users])).toEqual([['standup', 2]])
  await clock.advance(2 * MINUTE_MS)
  expect(now).toEqual(await filed())
  expect(await roomsOf()).toEqual(now)
})

test('who asks changes no revision, and nothing is told with it', async () => {
  await call('page', T)
  await clock.advance(2 * MINUTE_MS)
  await call('late', T + 2000, { peerId: 'bob' })
  const [now] = await roomsOf()
  expect(await roomsOf()).toEqual([now])
  await clock.advance(2 * MINUTE_MS)
  const [, again] = await filed()
  expect(again).toEqual({ ...now, revision: 1 })
  await clock.advance(2 * MINUTE_MS)
  expect(await filed()).toHaveLength(2)
})

test('what is held no more is as it was filed last, beside what is held', async () => {
  await call('page', T)
  await clock.advance(2 * MINUTE_MS)
  await call('late', T + 2000, { session: 'another', peerId: 'bob' })
  await clock.advance(18 * MINUTE_MS)
  await call('page again', T + 20 * MINUTE_MS, { roomId: 'review', peerId: 'carol' })
  const rooms = (await roomsOf()).map(({ room_id, start_time, users, revision }) => {
    return [room_id, (Date.parse(start_time) - T) / MINUTE_MS, users, revision]
  })
  expect(rooms).toEqual([
    ['standup', 0, 2, 1],
    ['review', 20, 1, undefined],
  ])
})

test('a call that the session had no part in is none of it, in the same room, at the same time', async () => {
  await call('page', T)
  await call('strangers', T, { session: 'another', roomId: 'review' })
  await clock.advance(5 * MINUTE_MS)
  await call('later', T + 5 * MINUTE_MS, { session: 'another' })
  await clock.advance(20 * MINUTE_MS)
  expect(await filed()).toHaveLength(3)
  expect((await roomsOf()).map(({ room_id }) => room_id)).toEqual(['standup'])
})

test('a session without a call has none, and one that is not there is not found', async () => {
  const body = JSON.stringify(batchOf([]))
  await collector.fetch(new Request('http://c/ingest', { method: 'POST', body }))
  expect(await roomsOf()).toEqual([])
  const answer = await collector.fetch(new Request('http://c/sessions/x/rooms.json'))
  expect(answer.status).toBe(404)
})
