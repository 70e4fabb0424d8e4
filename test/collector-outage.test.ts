// An exporter without a network for an hour: its room is written again, as if nothing had been.
import { afterEach, expect, test, vi } from 'vitest'
import { hold } from './outage.ts'
import type { Part } from './outage.ts'

afterEach(() => vi.unstubAllGlobals())

const HOUR_AWAY = [10, 70] as const
/** Both intervals have ended. */
const MINUTES = 121

test.each([
  ['from the middle of its call to long after it', 25],
  ['in the middle of its call, of which the others have left', 75],
])(
  'an hour offline %s: revision 1, with the totals of an uninterrupted call',
  { timeout: 60_000 },
  async (_when, leavesAt) => {
    const bob: Part = { who: 'bob', leavesAt: 20, offline: null }
    const ann: Part = { who: 'ann', leavesAt, offline: HOUR_AWAY }
    const broken = await hold([ann, bob], MINUTES)
    const whole = await hold([{ ...ann, offline: null }, bob], MINUTES)

    expect([broken.told, broken.left, whole.left]).toEqual([[], [0, 0], [0, 0]])
    const [record, ...noMore] = whole.files.flat()
    expect(noMore).toEqual([])
    expect(record).toMatchObject({ room_id: 'standup', users: 2, duration: expect.any(Number) })

    const [first, again, ...none] = broken.files.flat()
    expect(none).toEqual([])
    expect(broken.files[0]).toEqual([first])
    expect(first).not.toHaveProperty('revision')
    expect(first?.['end_time']).not.toBe(record?.['end_time'])
    expect(again).toEqual({ ...record, revision: 1 })
    expect(again?.['start_time']).toBe(first?.['start_time'])
  },
)
