import { setImmediate as turn } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import type { SendResult } from '../transports/transport.ts'
import { createSender, failing, LIMITS, mostWithin, seeded } from './sending.ts'
import { STORES } from './stores.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

const error = new Error('503')
const asking = (afterMs: number): SendResult => ({ status: 'retry', afterMs, error })
const gaps = (times: readonly number[]): number[] =>
  times.slice(1).map((time, index) => time - (times[index] ?? 0))

describe('sending again: Retry-After', () => {
  it.each([
    ['7 s', 7000, 7000, 7700],
    ['nothing', 0, 1000, 1100],
    ['less than nothing', -5000, 1000, 1100],
    ['9999 s', 9_999_000, 900_000, 990_000],
    ['for ever', Infinity, 900_000, 990_000],
    ['no time', NaN, 0, 500],
    ['undefined', undefined, 0, 500],
  ])('%s: waited for so long and up to a tenth more', async (_, afterMs, least, most) => {
    for (const part of [0.25, 0.5, 0.999]) {
      const { clock, sender, times, rowOf, raised } = await createSender(
        () => (afterMs === undefined ? failing() : asking(afterMs)),
        { random: () => part },
      )
      sender.wake()
      await clock.advance(0)
      const isCounted = least === 0
      expect(await rowOf()).toMatchObject({ attempts: isCounted ? 1 : 0 })
      await clock.advance(least + (most - least) * part - 1)
      expect(times()).toHaveLength(1)
      await clock.advance(2)
      expect(times()).toHaveLength(2)
      expect(raised).toEqual([])
    }
  })

  it('a pause costs no attempt, however often it comes', async () => {
    const { clock, sender, times, raised, rowOf } = await createSender(() => asking(9_999_000))
    sender.wake()
    await clock.advance(DAY_MS)
    expect(times().length).toBeGreaterThan(80)
    expect(mostWithin(times(), 15 * MINUTE_MS)).toBe(1)
    expect(raised).toEqual([])
    expect(await rowOf()).toMatchObject({ attempts: 0 })
  })
})

describe('sending again: backoff', () => {
  it('each wait is a random part of a ceiling that doubles up to the cap', async () => {
    const all: number[][] = []
    for (let seed = 0; seed < 40; seed++) {
      const { clock, sender, times } = await createSender(failing, { random: seeded(seed) })
      sender.wake()
      await clock.advance(MINUTE_MS)
      all.push(gaps(times()).slice(0, 7))
    }
    for (const [attempt, ceiling] of [500, 1000, 2000, 4000, 8000, 10_000, 10_000].entries()) {
      const waits = all.map((waited) => waited[attempt] ?? 0)
      expect(Math.max(...waits)).toBeLessThanOrEqual(ceiling)
      expect(Math.max(...waits)).toBeGreaterThan(ceiling * 0.8)
      expect(Math.min(...waits)).toBeLessThan(ceiling * 0.2)
    }
  })

  it('attempts survive the page, and export:error says queued once for each batch, over both', async () => {
    const disk = STORES.memory()
    const first = await createSender(failing, { disk })
    first.sender.wake()
    await first.clock.advance(600)
    expect(await first.rowOf()).toMatchObject({ attempts: 2 })
    first.sender.stop()
    const second = await createSender(failing, { disk, batches: 0 })
    second.sender.wake()
    await second.clock.advance(10_000)
    expect(second.raised).toMatchObject([{ name: 'export:error', queued: true, items: [{}] }])
    expect((await second.rowOf())?.attempts).toBeGreaterThan(LIMITS.maxRetries)
    second.sender.stop()
    const third = await createSender(failing, { disk, batches: 0 })
    third.sender.wake()
    await third.clock.advance(HOUR_MS)
    expect(third.raised).toEqual([])
  })

  it('export:error says queued after the first attempt and maxRetries more, not before', async () => {
    const { clock, sender, times, raised } = await createSender(failing)
    sender.wake()
    while (times().length < 1 + LIMITS.maxRetries) {
      expect(raised).toEqual([])
      await clock.advance(100)
    }
    expect(raised).toMatchObject([{ name: 'export:error', queued: true }])
    await clock.advance(DAY_MS)
    expect(raised).toHaveLength(1)
  })

  it('after 5 failures in a row the probe is the smallest batch; when that is taken, the oldest is next', async () => {
    let isDown = true
    const { clock, sender, sent } = await createSender(
      () => (isDown ? failing() : { status: 'ok' }),
      { batches: 10, padding: (seq) => 5000 - seq * 100 },
    )
    sender.wake()
    await clock.advance(MINUTE_MS)
    expect(sent.slice(0, 5).map(({ batchId }) => batchId)).toEqual(Array(5).fill('b0'))
    expect(new Set(sent.slice(5).map(({ batchId }) => batchId))).toEqual(new Set(['b9']))
    isDown = false
    const before = sent.length
    await clock.advance(MINUTE_MS)
    expect(sent.slice(before, before + 3).map(({ batchId }) => batchId)).toEqual(['b9', 'b0', 'b1'])
  })

  it('a blocked host: after an hour at most one try in 15 min, for a day, and nothing is forgotten', async () => {
    const { clock, sender, times, add, queue } = await createSender(failing, {
      random: seeded(5),
    })
    sender.wake()
    for (let quarter = 0; quarter < 96; quarter++) {
      await clock.advance(15 * MINUTE_MS)
      await add()
    }
    const late = times().filter((at) => at > HOUR_MS + LIMITS.retryMaxDelay)
    expect(mostWithin(late, 15 * MINUTE_MS)).toBe(1)
    expect(late.length).toBeGreaterThanOrEqual(80)
    expect(late.length).toBeLessThanOrEqual(92)
    expect(await queue.size()).toBe(97)
    console.log(`blocked for a day: ${times().length - late.length} tries, then ${late.length}`)
  })

  it.each(['blocked', 'offline', 'asked to wait'])(
    'while it is %s the sender keeps no list of what waits',
    async (state) => {
      setFlagsFromString('--expose-gc')
      const collect = runInNewContext('gc') as () => void
      const { clock, sender, queue, setOnline } = await createSender(() =>
        state === 'blocked' ? failing() : asking(900_000),
      )
      setOnline(state !== 'offline')
      sender.wake()
      await clock.advance(2 * HOUR_MS)
      const kept = Array.from({ length: 500 }, (_, n) => {
        const place = { queue, key: ['b', 'p1', 1, 1000 + n] }
        sender.add(place)
        return new WeakRef(place)
      })
      await clock.advance(LIMITS.flushInterval)
      await turn()
      collect()
      expect(kept.filter((ref) => ref.deref() !== undefined)).toHaveLength(0)
    },
  )

  it('a time-out, and a transport that throws or gives nonsense, are attempts as any other', async () => {
    const answers = [
      () => new Promise<SendResult>(() => {}),
      () => Promise.reject(new TypeError('broken')),
      failing,
    ]
    for (const answer of answers) {
      const { clock, sender, times, raised, rowOf } = await createSender(answer)
      sender.wake()
      await clock.advance(2 * MINUTE_MS)
      expect(times().length).toBeGreaterThan(4)
      expect(raised).toMatchObject([{ name: 'export:error', queued: true }])
      expect((await rowOf())?.attempts).toBeGreaterThan(LIMITS.maxRetries)
    }
  })

  it('a transport that answers with nonsense is no storm', async () => {
    const { clock, sender, times, queue } = await createSender(
      () => undefined as unknown as SendResult,
    )
    sender.wake()
    await clock.advance(2 * MINUTE_MS)
    expect(times().length).toBeLessThan(30)
    expect(await queue.size()).toBe(1)
  })
})

describe('sending again: clocks that jump', () => {
  it.each([-DAY_MS, DAY_MS])('the wall clock jumps by %i ms during a backoff', async (jumpMs) => {
    const { clock, sender, times } = await createSender(failing)
    sender.wake()
    await clock.advance(100)
    clock.jump(jumpMs)
    await clock.advance(MINUTE_MS)
    expect(times().slice(0, 6)).toEqual([0, 500, 1500, 3500, 7500, 15_500])
    expect(times().length).toBeLessThanOrEqual(11)
  })

  it.each([-DAY_MS, DAY_MS])(
    'the wall clock jumps by %i ms during a Retry-After',
    async (jumpMs) => {
      const { clock, sender, times } = await createSender(() => asking(MINUTE_MS))
      sender.wake()
      await clock.advance(100)
      clock.jump(jumpMs)
      await clock.advance(10 * MINUTE_MS)
      expect(new Set(gaps(times()))).toEqual(new Set([66_000]))
    },
  )

  it('a page that slept for hours goes on where it was: no storm', async () => {
    const { clock, sender, times, add } = await createSender(failing, { random: seeded(3) })
    sender.wake()
    for (let nap = 0; nap < 20; nap++) {
      await clock.advance(MINUTE_MS)
      clock.jump(7 * HOUR_MS)
      await add()
    }
    expect(mostWithin(times().slice(6), MINUTE_MS)).toBeLessThanOrEqual(30)
    expect(mostWithin(times(), 1000)).toBeLessThanOrEqual(4)
  })

  it.each([
    ['in 10 min', 10 * MINUTE_MS, 10 * MINUTE_MS, 10 * MINUTE_MS],
    ['long ago', -DAY_MS, 0, 0],
    ['tomorrow: the clock was wrong, and no reload is held up by it', DAY_MS, 0, 10_000],
  ])('a pause on the disk that ends %s', async (_, aheadMs, least, most) => {
    const { clock, sender, times, endpoint } = await createSender(() => ({ status: 'ok' }))
    endpoint.restore(clock.now() + aheadMs)
    sender.wake()
    await clock.advance(DAY_MS)
    expect(times()).toHaveLength(1)
    expect(times()[0]).toBeGreaterThanOrEqual(least)
    expect(times()[0]).toBeLessThanOrEqual(most)
  })

  it('a pause on the disk is no further ahead than 15 min, whatever the endpoint has asked', async () => {
    const { clock, sender, queue } = await createSender(() => asking(9_999_000))
    sender.wake()
    await clock.advance(0)
    expect(await queue.notBefore()).toBe(clock.now() + 15 * MINUTE_MS)
  })
})
