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

  /** A page takes its connection to another room: what the first one still hears of it is the same after a crash. */
  const LEFT_BEHIND: History = {
    offsets: [0, 0, 0, 0, 0, 0],
    steps: [5, 2, 2, 2].map((page, at) => {
      const before = at < 2 ? 'nothing' : 'unseen'
      return { page, count: at === 1 ? 3 : 1, afterMs: 0, before } as const
    }),
  }

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
      { numRuns: 60 * TIMES, examples: [[LEFT_BEHIND]] },
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

  test('of a clock that was set right by decades does not fill the store with files', async () => {
    const rolling = await createRolling(0)
    await rolling.put(callAt(0))
    rolling.time.now = T
    expect(await rolling.save()).toBe(true)
    expect(rolling.files).toHaveLength(10_001)
    expect(recordsIn(rolling.files)).toMatchObject([{ fileMs: 0 }])
    expect(startsOf(rolling).slice(-2)).toEqual([T - 2 * HOUR_MS, T - HOUR_MS])
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
