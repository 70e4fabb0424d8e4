// Which file the record of a call goes into, and what late data does to it.
import { describe, expect, test } from 'vitest'
import type { KeptItem } from '../collector/src/facts.ts'
import { createRolling, HOUR_MS, recordsIn } from './rolling-up.ts'
import type { Rolling } from './rolling-up.ts'
import { callAt, createPage, newRooms } from './room-items.ts'

const T = Date.parse('2026-03-01T10:00:00.000Z')

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
