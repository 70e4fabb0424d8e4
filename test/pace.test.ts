import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Quality } from '../src/quality.ts'
import type { Tag } from '../src/wire.ts'
import { createPace, paceOf } from '../workers/pace.ts'
import type { Circumstances } from '../workers/pace.ts'
import { createFakeClock } from './fake-clock.ts'

const NORMAL_MS = 2000
const BOUNDS = { minInterval: 1000, maxInterval: 10_000 }
const CALM = { sinceChangeMs: Infinity, isHidden: false, steadyPolls: 0, collectMs: 1 }

const waitOf = (circumstances: Partial<Circumstances>): number =>
  paceOf({ ...CALM, ...circumstances }, NORMAL_MS, BOUNDS)

const circumstances: fc.Arbitrary<Circumstances> = fc.record({
  sinceChangeMs: fc.oneof(fc.constant(Infinity), fc.double({ min: 0, max: 60_000, noNaN: true })),
  isHidden: fc.boolean(),
  steadyPolls: fc.nat(5000),
  collectMs: fc.double({ min: 0, max: 4_000_000, noNaN: true }),
})

describe('paceOf', () => {
  it('is the normal interval where nothing speaks against it', () => {
    expect(waitOf({})).toBe(2000)
  })

  it('is short in the first 10 s after a change, also while hidden', () => {
    expect(waitOf({ sinceChangeMs: 9999 })).toBe(1000)
    expect(waitOf({ sinceChangeMs: 0, isHidden: true, steadyPolls: 100 })).toBe(1000)
    expect(waitOf({ sinceChangeMs: 10_000 })).toBe(2000)
  })

  it('is long while the page is hidden', () => {
    expect(waitOf({ isHidden: true })).toBe(10_000)
  })

  it('doubles with each five polls in which nothing moved', () => {
    const steady = [4, 5, 9, 10, 15, 5000]
    const intervals = steady.map((steadyPolls) => waitOf({ steadyPolls }))
    expect(intervals).toEqual([2000, 4000, 4000, 8000, 10_000, 10_000])
  })

  it('leaves nine tenths of the time to the page where collecting is slow, also after a change', () => {
    expect(waitOf({ collectMs: 200 })).toBe(2000)
    expect(waitOf({ collectMs: 450 })).toBe(4500)
    expect(waitOf({ collectMs: 450, sinceChangeMs: 0 })).toBe(4500)
  })

  it('is always a whole number within the bounds', () => {
    const normal = fc.integer({ min: 1000, max: 10_000 })
    fc.assert(
      fc.property(circumstances, normal, (given, normalMs) => {
        const ms = paceOf(given, normalMs, BOUNDS)
        expect(Number.isInteger(ms)).toBe(true)
        expect(ms).toBeGreaterThanOrEqual(BOUNDS.minInterval)
        expect(ms).toBeLessThanOrEqual(BOUNDS.maxInterval)
      }),
    )
  })
})

/** A connection whose one stream is worth this, or which has none. */
const judged = (mos?: number) => ({
  quality: { audioMos: mos === undefined ? {} : { A: { mos } }, videoScore: {} } as Quality,
})

const change = (event: string, tag: Tag = 'connection', data: unknown = null) => ({
  ...{ event, tag, data },
})

const shown = (state: string) => change('visibilityChange', 'page', { state })

function create() {
  const clock = createFakeClock()
  return { clock, pace: createPace(clock, NORMAL_MS, BOUNDS) }
}

describe('pace', () => {
  it('is always the same where it is not adaptive, and nothing hurries', async () => {
    const fixed = createPace(createFakeClock(), 2000, null)
    expect(fixed.takeEvent(change('connectionStateChange'))).toBe(false)
    expect(fixed.takeEvent(shown('visible'))).toBe(false)
    fixed.takePolls([], true)
    expect(fixed.next(5000)).toBe(2000)
    expect(fixed.next(5000)).toBe(2000)
  })

  it.each(['connectionStateChange', 'iceConnectionStateChange', 'signalingStateChange'])(
    'a poll is due at once after %s, and the next ones are close for 10 s',
    async (event) => {
      const { clock, pace } = create()
      expect(pace.next(0)).toBe(2000)
      expect(pace.takeEvent(change(event))).toBe(true)
      await clock.advance(9999)
      expect(pace.next(0)).toBe(1000)
      await clock.advance(1)
      expect(pace.next(0)).toBe(2000)
    },
  )

  it('a connection that is added warms up', () => {
    const { pace } = create()
    expect(pace.takeEvent(change('peerAdded', 'peer'))).toBe(true)
    expect(pace.next(0)).toBe(1000)
  })

  it('what is no change of a connection hurries nobody', () => {
    const { pace } = create()
    expect(pace.takeEvent(change('mute', 'application'))).toBe(false)
    expect(pace.takeEvent(change('iceCandidate', 'ice'))).toBe(false)
    expect(pace.takeEvent(change('peerRemoved', 'peer'))).toBe(false)
    expect(pace.next(0)).toBe(2000)
  })

  it('a page that is hidden is polled slowly, and at once when it is seen again', () => {
    const { pace } = create()
    expect(pace.takeEvent(shown('hidden'))).toBe(false)
    expect(pace.next(0)).toBe(10_000)
    expect(pace.takeEvent(shown('visible'))).toBe(true)
    expect(pace.next(0)).toBe(2000)
  })

  it('a page that was hidden from the start says so with its first answer', () => {
    const { pace } = create()
    pace.takePolls([], true)
    expect(pace.next(0)).toBe(10_000)
  })

  it('a call that stays as it is is polled less and less, until a rating moves', () => {
    const { pace } = create()
    const take = (mos?: number): number => {
      pace.takePolls([judged(mos)], false)
      return pace.next(0)
    }
    expect([1, 2, 3, 4, 5, 6].map((n) => take(4.4 + n / 100))).toEqual([
      ...[2000, 2000, 2000, 2000, 2000, 4000],
    ])
    expect(take(4)).toBe(2000)
    for (let poll = 0; poll < 4; poll++) take(4)
    expect(take(4)).toBe(4000)
    expect(take()).toBe(2000)
    for (let poll = 0; poll < 4; poll++) take()
    expect(take()).toBe(4000)
  })

  it('a rating that drifts slowly has moved in the end', () => {
    const { pace } = create()
    const drifting = Array.from({ length: 8 }, (_, n) => {
      pace.takePolls([judged(4.4 - n / 10)], false)
      return pace.next(0)
    })
    expect(Math.max(...drifting)).toBe(2000)
  })

  it('one slow answer changes nothing, two in a row do', () => {
    const { pace } = create()
    expect(pace.next(800)).toBe(2000)
    expect(pace.next(600)).toBe(6000)
    expect(pace.next(5)).toBe(2000)
  })
})
