// Files of rooms, one for each interval: the same whatever fails or is killed, and none twice.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { KeptItem } from '../collector/src/facts.ts'
import { TIMES } from './long.ts'
import { createRolling, HOUR_MS, recordsIn } from './rolling-up.ts'
import type { Rolling } from './rolling-up.ts'
import { callAt, createPage, newRooms, outbound } from './room-items.ts'

const T = Date.parse('2026-03-01T10:00:00.000Z')
const MINUTE_MS = 60_000

const startsOf = ({ files }: Rolling): number[] => files.map(({ startMs }) => startMs)

describe('whatever becomes of the process', () => {
  /** Calls of which each page has a part, in two rooms; the last page names its room late. */
  function pagesFrom(offsets: readonly number[]): KeptItem[][] {
    return offsets.map((offset, index) => {
      const roomId = `room ${index % 2}`
      const session = { sessionId: `session ${index % 3}`, roomId: `session ${index % 3}` }
      const items = callAt(T + offset * MINUTE_MS, createPage(`page ${index}`, { roomId }))
      if (index % 3 < 2) return items.map((kept) => ({ ...kept, sessionId: session.sessionId }))
      // Two of its connections, of which one is never seen again under the name.
      const other = { ...session, producer: `page ${index}` }
      return items.map((kept, at) => ({
        ...kept,
        ...other,
        facts: { ...kept.facts, roomId: at < 3 ? session.roomId : roomId },
      }))
    })
  }

  const step = fc.record({
    page: fc.nat(5),
    count: fc.integer({ min: 1, max: 4 }),
    afterMs: fc.constantFrom(0, 1000, 60_000, 7 * MINUTE_MS, 30 * MINUTE_MS, 3 * HOUR_MS),
    before: fc.constantFrom('nothing', 'nothing', 'save', 'fail', 'doubt', 'crash', 'unseen'),
  })
  const history = fc.record({
    offsets: fc.array(fc.constantFrom(0, 0, 1, 30, 59, 61), { minLength: 6, maxLength: 6 }),
    steps: fc.array(step, { minLength: 1, maxLength: 14 }),
  })

  type History = typeof history extends fc.Arbitrary<infer Value> ? Value : never

  async function run({ offsets, steps }: History, isDisturbed: boolean) {
    const pages = pagesFrom(offsets)
    const rolling = await createRolling(T)
    for (const { page, count, afterMs, before } of steps) {
      rolling.time.now += afterMs
      const fate = isDisturbed ? before : 'save'
      if (fate === 'save') await rolling.save()
      if (fate === 'fail') await rolling.save('fails')
      if (fate === 'doubt') await rolling.save('is kept, and fails')
      if (fate === 'crash') await rolling.crash()
      const items = pages[page]?.splice(0, count) ?? []
      if (items.length === 0) continue
      await rolling.put(items, fate !== 'unseen')
      if (fate === 'unseen') await rolling.crash()
    }
    rolling.time.now += 2 * HOUR_MS
    expect(await rolling.save()).toBe(true)
    expect(rolling.faults).toEqual([])
    const states = (await rolling.states()).map((state) => JSON.parse(state) as unknown)
    const files = []
    for await (const file of rolling.store.filesBetween(0, 9e15)) files.push(file)
    await rolling.store.close()
    return { files, states }
  }

  test('the files and the rooms are those of one that nothing befell', { timeout: 60_000 }, () =>
    fc.assert(
      fc.asyncProperty(history, async (made) => {
        expect(await run(made, true)).toEqual(await run(made, false))
      }),
      { numRuns: 60 * TIMES },
    ),
  )

  test('a crash with more unsaved than is read at once costs no record its place', async () => {
    const page = createPage('page')
    page.join(T, 100)
    for (let poll = 0; poll <= 500; poll += 1) page.poll(T + poll, outbound(T + poll, poll * 10))
    page.leave(T + 501)
    const files = []
    for (const isKilled of [false, true]) {
      const rolling = await createRolling(T)
      for (let at = 0; at < page.items.length; at += 100) {
        await rolling.put(page.items.slice(at, at + 100), !isKilled)
      }
      rolling.time.now += 3 * HOUR_MS
      if (isKilled) await rolling.crash()
      await rolling.save()
      files.push(rolling.files)
    }
    expect(files[1]).toEqual(files[0])
    expect(recordsIn(files[1] ?? [])).toHaveLength(1)
  })
})

test('two calls in one room that began together stand in the same order after a crash', async () => {
  const files = []
  for (const isKilled of [false, true]) {
    const rolling = await createRolling(T, { intervalMinutes: 1440 })
    const second = createPage('second')
    second.join(T + HOUR_MS, 100)
    second.leave(T)
    rolling.time.now = T + HOUR_MS
    await rolling.put(second.items.slice(0, -1))
    rolling.time.now += 10 * MINUTE_MS
    await rolling.put(callAt(T, createPage('first')))
    await rolling.put(second.items.slice(-1))
    await rolling.save()
    if (isKilled) await rolling.crash()
    rolling.time.now = T + 24 * HOUR_MS
    await rolling.save()
    files.push(rolling.files)
  }
  expect(recordsIn(files[0] ?? [])).toHaveLength(2)
  expect(files[1]).toEqual(files[0])
})

describe('a save that fails', () => {
  test('loses nothing, for as long as it goes on', async () => {
    const rolling = await createRolling(T)
    await rolling.put(callAt(T))
    for (let hour = 1; hour <= 3; hour += 1) {
      rolling.time.now = T + hour * HOUR_MS
      expect(await rolling.save('fails')).toBe(false)
    }
    expect(rolling.files).toEqual([])
    expect(await rolling.save()).toBe(true)
    expect(startsOf(rolling)).toEqual([T, T + HOUR_MS, T + 2 * HOUR_MS])
    expect(recordsIn(rolling.files)).toMatchObject([{ fileMs: T, record: { users: 1 } }])
  })

  test('though it was kept, is no hindrance to the next', async () => {
    const rolling = await createRolling(T)
    await rolling.put(callAt(T))
    rolling.time.now = T + HOUR_MS
    expect(await rolling.save('is kept, and fails')).toBe(false)
    await rolling.put(callAt(T + HOUR_MS, createPage('other', { roomId: 'other' })))
    expect(await rolling.save()).toBe(true)
    rolling.time.now = T + 2 * HOUR_MS
    expect(await rolling.save()).toBe(true)
    const files = await rolling.store.filesToWrite(9)
    expect(recordsIn(files)).toMatchObject([
      { fileMs: T, record: { room_id: 'room' } },
      { fileMs: T + HOUR_MS, record: { room_id: 'other' } },
    ])
  })
})

describe('time', () => {
  test('that nobody was there for gives a file without rooms for each interval, once', async () => {
    const rolling = await createRolling(T)
    await rolling.put(callAt(T))
    rolling.time.now = T + 30 * HOUR_MS
    await rolling.crash()
    await rolling.crash()
    await rolling.save()
    expect(startsOf(rolling)).toEqual(Array.from({ length: 30 }, (_, hour) => T + hour * HOUR_MS))
    expect(recordsIn(rolling.files)).toMatchObject([{ fileMs: T }])
  })

  test('that goes back ends no interval twice, and loses nothing', async () => {
    const rolling = await createRolling(T)
    await rolling.put(callAt(T))
    rolling.time.now = T + HOUR_MS + 1000
    await rolling.save()
    rolling.time.now = T + HOUR_MS / 2
    await rolling.put(callAt(T + HOUR_MS / 2, createPage('other', { roomId: 'other' })))
    await rolling.save()
    await rolling.crash()
    rolling.time.now = T + 2 * HOUR_MS
    await rolling.save()
    expect(startsOf(rolling)).toEqual([T, T + HOUR_MS])
    expect(recordsIn(rolling.files)).toMatchObject([
      { fileMs: T, record: { room_id: 'room' } },
      { fileMs: T + HOUR_MS, record: { room_id: 'other' } },
    ])
  })

  test('is in one file each, also where intervals have another length from now on', async () => {
    const rolling = await createRolling(T)
    const lengths = [60, 15, 45, 1440, 7, 60]
    for (const [index, intervalMinutes] of lengths.entries()) {
      await rolling.crash({ intervalMinutes })
      const atMs = rolling.time.now
      await rolling.put(callAt(atMs, createPage(`p${index}`, { roomId: `${index}` })))
      rolling.time.now += 100 * MINUTE_MS
      await rolling.save()
    }
    await rolling.crash({ intervalMinutes: 1440 })
    rolling.time.now += 48 * HOUR_MS
    await rolling.save()
    for (const [index, { endMs }] of rolling.files.entries()) {
      expect(rolling.files[index + 1]?.startMs ?? endMs).toBe(endMs)
    }
    const ids = recordsIn(rolling.files).map(({ record }) => record['room_id'])
    expect(ids).toEqual(lengths.map((_, index) => `${index}`))
  })
})

describe('which file a call is in', () => {
  const DAY_MS = 24 * HOUR_MS
  const recordsOf = (rolling: Rolling) =>
    recordsIn(rolling.files).map(({ fileMs, record }) => [
      (fileMs - T) / HOUR_MS,
      record['start_time'],
      record['users'],
      record['revision'] ?? 0,
    ])
  const timeOf = (ms: number): string => new Date(ms).toISOString()

  /** Captured as it goes. */
  async function live(rolling: Rolling, items: readonly KeptItem[]): Promise<void> {
    for (const kept of items) {
      rolling.time.now = Math.max(rolling.time.now, Date.parse(kept.item.timestamp))
      await rolling.put([kept])
    }
  }

  test('one record is of all who come within the idle time, though the room was empty', async () => {
    const rolling = await createRolling(T)
    await live(rolling, callAt(T))
    await live(rolling, callAt(T + 100_000, createPage('again'), { peerId: 'bob' }))
    rolling.time.now = T + HOUR_MS
    await rolling.save()
    expect(recordsOf(rolling)).toEqual([[0, timeOf(T), 2, 0]])
  })

  test('who comes back within it after the record was written is in it, with a revision more', async () => {
    const atMs = T + HOUR_MS - 30_000
    const rolling = await createRolling(T)
    await live(rolling, callAt(atMs))
    await live(rolling, callAt(atMs + 100_000, createPage('again'), { peerId: 'bob' }))
    rolling.time.now = T + 2 * HOUR_MS
    await rolling.save()
    expect(recordsOf(rolling)).toEqual([
      [0, timeOf(atMs), 1, 0],
      [1, timeOf(atMs), 2, 1],
    ])
  })

  test('late data of the call of yesterday is in that one, and not in the one that goes on', async () => {
    const rolling = await createRolling(T)
    await live(rolling, callAt(T))
    const today = callAt(T + 23 * HOUR_MS, createPage('today'))
    await live(rolling, today.slice(0, -1))
    await rolling.crash()
    await rolling.put(callAt(T, createPage('offline'), { peerId: 'bob' }))
    await live(rolling, today.slice(-1))
    rolling.time.now = T + DAY_MS
    await rolling.save()
    expect(recordsOf(rolling)).toEqual([
      [0, timeOf(T), 1, 0],
      [23, timeOf(T), 2, 1],
      [23, timeOf(T + 23 * HOUR_MS), 1, 0],
    ])
  })

  test('what comes after the late window is in none, and counted', async () => {
    const rooms = newRooms()
    const rolling = await createRolling(T, { rooms })
    await live(rolling, callAt(T))
    rolling.time.now = T + DAY_MS + 10_001
    await rolling.put(callAt(T, createPage('offline'), { peerId: 'bob' }))
    rolling.time.now = T + 2 * DAY_MS
    await rolling.save()
    expect(recordsOf(rolling)).toEqual([[0, timeOf(T), 1, 0]])
    expect(rooms.counts().refused).toMatchObject({ tooLate: 6, tooMany: 0 })
    expect([rooms.counts().rooms, await rolling.states()]).toEqual([0, []])
  })
})

describe('a room whose record cannot be made', () => {
  test('is told, and is no hindrance to the others', async () => {
    const roomUrl = (roomId: string): string => {
      if (roomId === 'bad') throw new Error('no address for it')
      return roomId
    }
    const rolling = await createRolling(T, { rooms: newRooms({ roomUrl }) })
    await rolling.put(callAt(T, createPage('p', { roomId: 'good' })))
    await rolling.put(callAt(T, createPage('q', { roomId: 'bad' })))
    rolling.time.now = T + HOUR_MS
    expect(await rolling.save()).toBe(true)
    expect(rolling.faults).toMatchObject([{ message: 'no address for it' }])
    expect(recordsIn(rolling.files)).toMatchObject([{ record: { room_id: 'good' } }])
  })
})
