import { describe, expect, it } from 'vitest'
import type { SendResult } from '../transports/transport.ts'
import { createSender, failing, LIMITS } from './sending.ts'

describe('sender', () => {
  it('sends the batches one after the other, oldest first, and each is acked once', async () => {
    const { clock, sender, sent, raised, queue, mostInFlight } = await createSender(
      async () => ({ status: 'ok' }),
      { batches: 3 },
    )
    sender.wake()
    sender.wake()
    await clock.advance(0)
    expect(sent.map(({ batchId }) => batchId)).toEqual(['b0', 'b1', 'b2'])
    expect(raised).toEqual(
      ['b0', 'b1', 'b2'].map((batchId) => ({
        name: 'export:success',
        count: 1,
        sessionId: 's1',
        batchId,
        confirmed: true,
      })),
    )
    expect(mostInFlight()).toBe(1)
    expect(await queue.pending()).toEqual([])
  })

  it('keeps a batch until the endpoint answers, and sends the identical body again after the backoff', async () => {
    const answers = [failing(), failing(), { status: 'ok' } as const]
    const { clock, sender, sent, queue } = await createSender(() => answers.shift() ?? failing())
    sender.wake()
    await clock.advance(0)
    expect(await queue.size()).toBe(1)
    await clock.advance(20_000)
    expect(sent.map(({ atMs }) => atMs)).toEqual([0, 500, 1500])
    expect(new Set(sent.map(({ json }) => json)).size).toBe(1)
    expect(await queue.size()).toBe(0)
  })

  it('says export:error once when the attempts are used up, keeps the batch, and sends it later', async () => {
    let isDown = true
    const { clock, sender, sent, raised, queue } = await createSender(
      () => (isDown ? failing() : { status: 'ok' }),
      { itemsEach: 2 },
    )
    sender.wake()
    await clock.advance(120_000)
    expect(sent.length).toBeGreaterThan(LIMITS.maxRetries + 1)
    expect(raised).toHaveLength(1)
    expect(raised[0]).toMatchObject({
      name: 'export:error',
      error: { name: 'Error', message: '503' },
      items: [{ seq: 0 }, { seq: 1 }],
      queued: true,
    })
    expect(await queue.size()).toBe(2)
    isDown = false
    await clock.advance(10_000)
    expect(raised[1]).toMatchObject({ name: 'export:success', count: 2 })
    expect(await queue.size()).toBe(0)
  })

  it('attempts and the time of the next one are on disk', async () => {
    const { clock, sender, rowOf, queue } = await createSender(failing)
    const start = clock.now()
    sender.wake()
    await clock.advance(600)
    expect(await rowOf()).toMatchObject({ attempts: 2 })
    expect(await queue.notBefore()).toBe(start + 500 + 1000)
  })

  it('waits as long as the endpoint asks and up to a tenth more, and all batches wait', async () => {
    const answers: SendResult[] = [{ status: 'retry', afterMs: 30_000, error: new Error('429') }]
    const { clock, sender, sent, add } = await createSender(
      () => answers.shift() ?? { status: 'ok' },
      { random: () => 0.5 },
    )
    sender.wake()
    await clock.advance(31_499)
    await add()
    await clock.advance(0)
    expect(sent).toHaveLength(1)
    await clock.advance(1)
    expect(sent).toHaveLength(2)
    await clock.advance(7500)
    expect(sent.map(({ batchId }) => batchId)).toEqual(['b0', 'b0', 'b1'])
  })

  it('a request that is not answered in time is aborted and tried again', async () => {
    const signals: AbortSignal[] = []
    const { clock, sender, sent } = await createSender((_, signal) => {
      signals.push(signal)
      return new Promise(() => {})
    })
    sender.wake()
    await clock.advance(10_000)
    expect(signals[0]?.aborted).toBe(true)
    await clock.advance(2000)
    expect(sent).toHaveLength(2)
  })

  it('a transport that throws harms nothing', async () => {
    let attempts = 0
    const { clock, sender, raised } = await createSender(() => {
      if (attempts++ === 0) throw new Error('nonsense')
      return { status: 'ok' }
    })
    sender.wake()
    await clock.advance(1000)
    expect(raised).toMatchObject([{ name: 'export:success' }])
  })

  it('an endpoint that asks for a pause costs no attempt', async () => {
    const asked: SendResult = { status: 'retry', afterMs: 1000, error: new Error('429') }
    const { clock, sender, sent, raised, rowOf } = await createSender(() => asked)
    sender.wake()
    await clock.advance(60_000)
    expect(sent.length).toBeGreaterThan(50)
    expect(raised).toEqual([])
    expect(await rowOf()).toMatchObject({ attempts: 0 })
  })

  it('an endpoint that refuses is said at once: no attempt can mend that', async () => {
    const refusals: SendResult[] = [
      { status: 'unauthorized', error: new Error('404: is `url` right?') },
      { status: 'retry', afterMs: 900_000, isRefusal: true, error: new Error('410') },
    ]
    for (const refusal of refusals) {
      const { clock, sender, raised } = await createSender(() => refusal)
      sender.wake()
      await clock.advance(1000)
      expect(raised).toMatchObject([{ name: 'export:error', queued: true }])
    }
  })

  it('headers are asked for again when the endpoint does not accept them, then seldom', async () => {
    const { clock, sender, sent, forgotten, queue } = await createSender(() => ({
      status: 'unauthorized',
      error: new Error('401'),
    }))
    sender.wake()
    await clock.advance(59_000)
    expect(sent.map(({ atMs }) => atMs)).toEqual([0, 0])
    expect(forgotten()).toBe(2)
    await clock.advance(61_000)
    expect(sent.length).toBeLessThanOrEqual(4)
    expect(await queue.size()).toBe(1)
  })

  it('a batch that is too large is sent in parts', async () => {
    const taken: number[] = []
    const { clock, sender, raised } = await createSender(
      ({ count }) => {
        if (count > 1) return { status: 'split' }
        taken.push(count)
        return { status: 'ok' }
      },
      { itemsEach: 5 },
    )
    sender.wake()
    await clock.advance(0)
    expect(taken).toHaveLength(5)
    expect(raised.map(({ name }) => name)).toEqual(
      Array.from({ length: 5 }, () => 'export:success'),
    )
  })

  it('what the endpoint will never take is given up aloud, and the others go on', async () => {
    const { clock, sender, raised, queue } = await createSender(
      ({ batchId }) =>
        batchId === 'b0' ? { status: 'drop', error: new Error('answered 400') } : { status: 'ok' },
      { batches: 2 },
    )
    sender.wake()
    await clock.advance(0)
    expect(raised).toMatchObject([
      { name: 'export:error', queued: false, error: { message: 'answered 400' }, items: [{}] },
      { name: 'export:success', batchId: 'b1' },
    ])
    expect(await queue.pending()).toEqual([])
  })

  it('what a transport cannot confirm is said not to be confirmed', async () => {
    const { clock, sender, raised } = await createSender(() => ({ status: 'handed-over' }))
    sender.wake()
    await clock.advance(0)
    expect(raised).toMatchObject([{ name: 'export:success', confirmed: false }])
  })

  it('sendAll tries each batch once, now, though the endpoint is to be left alone', async () => {
    const { clock, sender, sent, queue } = await createSender(failing, { batches: 3 })
    sender.wake()
    await clock.advance(0)
    expect(sent).toHaveLength(1)
    await sender.sendAll(clock.elapsed() + 5000)
    expect(sender.sent).toBe(0)
    expect(sent.slice(1).map(({ batchId }) => batchId)).toEqual(['b0', 'b1', 'b2'])
    expect(await queue.size()).toBe(3)
  })

  it('says how many items went', async () => {
    const { clock, sender } = await createSender(() => ({ status: 'ok' }), {
      batches: 3,
      itemsEach: 4,
    })
    await sender.sendAll(clock.elapsed() + 5000)
    expect(sender.sent).toBe(12)
  })

  it('sendAll settles at its deadline, whatever the endpoint does', async () => {
    const { clock, sender } = await createSender(() => new Promise(() => {}), { batches: 3 })
    let isSettled = false
    void sender.sendAll(clock.elapsed() + 5000).then(() => (isSettled = true))
    await clock.advance(4999)
    expect(isSettled).toBe(false)
    await clock.advance(1)
    expect(isSettled).toBe(true)
  })

  it('nothing is sent after stop()', async () => {
    const { clock, sender, sent } = await createSender(failing)
    sender.wake()
    await clock.advance(0)
    sender.stop()
    await clock.advance(60_000)
    expect(sent).toHaveLength(1)
  })
})
