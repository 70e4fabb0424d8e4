import { describe, expect, it } from 'vitest'
import type { SendResult } from '../transports/transport.ts'
import { createSender, mostWithin, seeded } from './sending.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

const refusal = (status: number): SendResult => ({
  status: 'unauthorized',
  error: new Error(`answered ${status}`),
})

describe('sending where it is refused', () => {
  it('401 during ten waiting batches: headers() asked once, and all are delivered', async () => {
    let token = 0
    const { clock, sender, sent, asked, raised, queue } = await createSender(
      () => (token < 2 ? refusal(401) : { status: 'ok' }),
      { batches: 10, headers: async () => ({ token: String(++token) }) },
    )
    sender.wake()
    await clock.advance(0)
    expect(asked()).toBe(2) // the first time, and once more
    expect(sent).toHaveLength(11)
    expect(await queue.size()).toBe(0)
    expect(raised.every(({ name }) => name === 'export:success')).toBe(true)
  })

  it('401 during ten waiting batches, and headers() rejects: nothing is lost, at most one probe a minute', async () => {
    let token: string | null = 'old'
    const askedAt: number[] = []
    const { clock, sender, asked, raised, queue, add } = await createSender(
      () => (token === 'new' ? { status: 'ok' } : refusal(401)),
      {
        batches: 10,
        random: seeded(1),
        async headers() {
          askedAt.push(clock.elapsed())
          if (token === null) throw new Error('logged out')
          return { token }
        },
      },
    )
    sender.wake()
    token = null
    await clock.advance(0)
    expect(asked()).toBe(2)
    for (let hour = 0; hour < 8; hour++) {
      await clock.advance(HOUR_MS)
      await add()
    }
    const later = askedAt.slice(2)
    expect(mostWithin(later, MINUTE_MS)).toBe(1)
    expect(later.at(0)).toBeGreaterThanOrEqual(MINUTE_MS)
    expect(mostWithin(later.slice(5), 15 * MINUTE_MS)).toBe(1)
    console.log(`401 for 8 h: headers() asked ${asked()} times`)
    expect(await queue.size()).toBe(18)
    expect(raised).toMatchObject([{ name: 'export:error', queued: true }])

    token = 'new'
    await clock.advance(HOUR_MS)
    expect(await queue.size()).toBe(0)
    expect(raised.filter(({ name }) => name === 'export:error')).toHaveLength(1)
  })

  it('an app that never answers for its headers holds nothing for ever', async () => {
    let isHanging = true
    const { clock, sender, queue, asked } = await createSender(() => ({ status: 'ok' }), {
      headers: () => (isHanging ? new Promise(() => {}) : Promise.resolve({})),
    })
    sender.wake()
    await clock.advance(HOUR_MS)
    expect(asked()).toBeLessThan(20)
    isHanging = false
    await clock.advance(17 * MINUTE_MS)
    expect(await queue.size()).toBe(0)
  })

  it.each([401, 403, 404])(
    '%i: asked once again at once, then every 60 s .. 15 min; said once, with the reason; nothing is lost',
    async (status) => {
      const { clock, sender, times, raised, queue, add } = await createSender(
        () => refusal(status),
        { batches: 3, random: seeded(2) },
      )
      sender.wake()
      for (let minute = 0; minute < 4 * 60; minute++) {
        await clock.advance(MINUTE_MS)
        if (minute % 20 === 0) await add()
      }
      const waits = times()
        .slice(1)
        .map((at, index) => at - (times()[index] ?? 0))
      expect(waits[0]).toBe(0)
      for (const [index, wait] of waits.slice(1).entries()) {
        const pause = Math.min(MINUTE_MS * 2 ** index, 15 * MINUTE_MS)
        expect(wait).toBeGreaterThanOrEqual(pause)
        expect(wait).toBeLessThanOrEqual(pause * 1.1)
      }
      expect(raised).toMatchObject([
        { name: 'export:error', queued: true, error: { message: `answered ${status}` } },
      ])
      expect(await queue.size()).toBe(15)
    },
  )

  it('410: the server wants no more: said once, asked every 15 min, kept', async () => {
    const gone: SendResult = {
      status: 'retry',
      afterMs: 15 * MINUTE_MS,
      isRefusal: true,
      error: new Error('answered 410'),
    }
    const { clock, sender, times, raised, queue } = await createSender(() => gone, { batches: 3 })
    sender.wake()
    await clock.advance(8 * HOUR_MS)
    expect(mostWithin(times(), 15 * MINUTE_MS)).toBe(1)
    expect(raised).toMatchObject([{ name: 'export:error', queued: true }])
    expect(await queue.size()).toBe(3)
  })

  it('a pause for want of headers is not on the disk: the next page may have others', async () => {
    const { clock, sender, queue } = await createSender(() => refusal(401))
    sender.wake()
    await clock.advance(MINUTE_MS / 2)
    expect(await queue.notBefore()).toBe(0)
  })
})
