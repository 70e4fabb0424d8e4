import { describe, expect, it } from 'vitest'
import { createSender, failing, itemsOf, LIMITS, mostWithin } from './sending.ts'

const MINUTE_MS = 60_000
const BATCH_BYTES = 65_536

const taking = () => ({ status: 'ok' }) as const

describe('sending at a pace', () => {
  it('while a call is live a backlog goes at no more than 64 KB/s, and new batches do not wait behind it', async () => {
    const { clock, sender, sent, setCallLive, add } = await createSender(taking, {
      batches: 20,
      padding: () => BATCH_BYTES,
    })
    setCallLive(true)
    sender.wake()
    const newAt: number[] = []
    for (let second = 0; second < 30; second++) {
      await clock.advance(900)
      if (second % 5 === 0) newAt.push(clock.elapsed())
      if (second % 5 === 0) await add()
      await clock.advance(100)
    }
    const isNew = ({ json }: { json: string }) => (itemsOf({ json })[0]?.seq ?? 0) >= 20
    expect(sent.filter(isNew).map(({ atMs }) => atMs)).toEqual(newAt)
    const backlog = sent.filter((batch) => !isNew(batch))
    expect(backlog).toHaveLength(20)
    const bytes = backlog.slice(0, -1).reduce((sum, batch) => sum + batch.bytes, 0)
    const seconds = (backlog.at(-1)?.atMs ?? 0) / 1000
    expect(bytes / seconds).toBeLessThanOrEqual(LIMITS.backlogBytesPerSec)
    expect(bytes / seconds).toBeGreaterThan(LIMITS.backlogBytesPerSec * 0.95)
  })

  it('what is refused has crossed the network too, and is waited for alike', async () => {
    const { clock, sender, sent, setCallLive } = await createSender(
      ({ count }) => (count > 1 ? { status: 'split' } : { status: 'ok' }),
      { batches: 4, itemsEach: 4, padding: () => BATCH_BYTES / 4 },
    )
    setCallLive(true)
    sender.wake()
    await clock.advance(MINUTE_MS)
    const bytes = sent.slice(0, -1).reduce((sum, batch) => sum + batch.bytes, 0)
    const seconds = (sent.at(-1)?.atMs ?? 0) / 1000
    expect(bytes / seconds).toBeLessThanOrEqual(LIMITS.backlogBytesPerSec * 1.01)
  })

  it('without a live call it is not paced', async () => {
    const { clock, sender, times } = await createSender(taking, {
      batches: 20,
      padding: () => BATCH_BYTES,
    })
    sender.wake()
    await clock.advance(0)
    expect(times()).toHaveLength(20)
  })

  it('what was sealed while nothing could be sent is backlog: offline, or in a pause', async () => {
    for (const state of ['offline', 'pause']) {
      const { clock, sent, endpoint, setCallLive, setOnline, add } = await createSender(taking, {
        batches: 0,
        padding: () => BATCH_BYTES,
      })
      setCallLive(true)
      if (state === 'offline') setOnline(false)
      else endpoint.asked(4000)
      for (let batch = 0; batch < 10; batch++) await add()
      await clock.advance(4000)
      setOnline(true)
      await clock.advance(10_000)
      expect(sent.length).toBeGreaterThan(4)
      expect(
        mostWithin(
          sent.map(({ atMs }) => atMs),
          900,
        ),
      ).toBe(1)
    }
  })

  it('after an outage the backlog begins with one batch in 1.5 flush intervals, and doubles when that may be over', async () => {
    let isDown = true
    const { clock, sender, times } = await createSender(() => (isDown ? failing() : taking()), {
      batches: 100,
    })
    sender.wake()
    await clock.advance(MINUTE_MS)
    isDown = false
    const upAt = clock.elapsed()
    await clock.advance(10 * MINUTE_MS)
    const after = times().filter((at) => at > upAt)
    const inMinute = (n: number): number =>
      after.filter((at) => at >= upAt + n * MINUTE_MS && at < upAt + (n + 1) * MINUTE_MS).length
    expect([0, 1].map(inMinute)).toEqual([8, 8])
    expect([2, 4].map(inMinute)).toEqual([15, 31])
    expect(after.length).toBe(100)
  })

  it('who flushes seldom does not wait for hours after an outage', async () => {
    let isDown = true
    const { clock, sender, queue } = await createSender(() => (isDown ? failing() : taking()), {
      batches: 3,
      limits: { flushInterval: 3_600_000 },
    })
    sender.wake()
    await clock.advance(MINUTE_MS)
    isDown = false
    await clock.advance(2 * MINUTE_MS)
    expect(await queue.size()).toBe(0)
  })
})

describe('sending without a network', () => {
  it('nothing is tried while the device is offline, and no attempt is counted', async () => {
    const { clock, sender, times, raised, rowOf, setOnline, add } = await createSender(failing)
    setOnline(false)
    sender.wake()
    for (let minute = 0; minute < 30; minute++) {
      await clock.advance(MINUTE_MS)
      await add()
    }
    await sender.sendAll(clock.elapsed() + 1000)
    expect(times()).toEqual([])
    expect(raised).toEqual([])
    expect(await rowOf()).toMatchObject({ attempts: 0 })
  })

  it('when it is back it is tried soon, though the host was blocked for hours', async () => {
    let isDown = true
    const { clock, sender, times, setOnline, queue } = await createSender(() =>
      isDown ? failing() : taking(),
    )
    sender.wake()
    await clock.advance(3 * 60 * MINUTE_MS)
    const before = times().length
    setOnline(false)
    await clock.advance(MINUTE_MS)
    isDown = false
    setOnline(true)
    await clock.advance(15_000)
    expect(times()).toHaveLength(before + 1)
    expect(await queue.size()).toBe(0)
  })

  it('a pause that the endpoint itself has asked for is kept, on whatever network', async () => {
    const { clock, sender, times, setOnline } = await createSender(() => ({
      status: 'retry',
      afterMs: 600_000,
      error: new Error('503'),
    }))
    sender.wake()
    for (let flap = 0; flap < 50; flap++) {
      await clock.advance(6000)
      setOnline(flap % 2 === 0)
    }
    expect(times()).toHaveLength(1)
  })

  it('that the device is online proves nothing', async () => {
    const { clock, sender, times, setOnline } = await createSender(failing)
    setOnline(true)
    sender.wake()
    await clock.advance(MINUTE_MS)
    expect(times().length).toBeLessThanOrEqual(10)
  })
})

describe('sending all at once', () => {
  it('the parts of a batch that is too large, or holds a poison, go too', async () => {
    for (const status of ['split', 'drop'] as const) {
      const { clock, sender, queue } = await createSender(
        ({ count }) => (count > 2 ? { status, error: new Error('too many') } : taking()),
        { batches: 2, itemsEach: 20 },
      )
      await sender.sendAll(clock.elapsed() + 5000)
      expect(sender.sent).toBe(40)
      expect(await queue.size()).toBe(0)
    }
  })

  it('what is wanted later is asked for no more than once again', async () => {
    const rejected = [{ index: 0, reason: 'busy', retry: true }]
    const { clock, sender, times } = await createSender(() => ({ status: 'ok', rejected }), {
      batches: 3,
      itemsEach: 2,
    })
    await sender.sendAll(clock.elapsed() + 5000)
    expect(times()).toHaveLength(6)
    expect(sender.sent).toBe(3)
  })

  it('an endpoint that is silent five times in a row is not asked for the rest', async () => {
    const { clock, sender, times, queue } = await createSender(failing, { batches: 100 })
    await sender.sendAll(clock.elapsed() + 5000)
    expect(times()).toHaveLength(5)
    expect(await queue.size()).toBe(100)
  })

  it('what waits goes on by itself after a deadline that came in the middle of an attempt', async () => {
    let isHanging = true
    const { clock, sender, queue } = await createSender(
      () => (isHanging ? new Promise(() => {}) : taking()),
      { batches: 2 },
    )
    void sender.sendAll(clock.elapsed() + 2000)
    await clock.advance(2000)
    sender.wake()
    isHanging = false
    await clock.advance(MINUTE_MS)
    expect(await queue.size()).toBe(0)
  })

  it('an attempt under way is awaited, and not made twice at a time', async () => {
    const { clock, sender, mostInFlight, times } = await createSender(
      () => new Promise((resolve) => clock.after(1000, () => resolve(taking()))),
      { batches: 3 },
    )
    sender.wake()
    await clock.advance(500)
    void sender.sendAll(clock.elapsed() + 10_000)
    void sender.sendAll(clock.elapsed() + 10_000)
    await clock.advance(10_000)
    expect(mostInFlight()).toBe(1)
    expect(times()).toHaveLength(3)
    expect(sender.sent).toBe(3)
  })
})
