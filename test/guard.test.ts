// Whatever a transport does, its guard answers as a transport must.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Transport } from '../transports/transport.ts'
import { guard } from '../workers/guard.ts'
import { createFakeClock } from './fake-clock.ts'

const BATCH = { batchId: 'b1', count: 1, json: new Uint8Array() }

function create(send: (signal: AbortSignal) => unknown, close: () => void = () => {}) {
  const clock = createFakeClock()
  const abort = new AbortController()
  const wild = { name: 'mine', send: (_: unknown, signal: AbortSignal) => send(signal), close }
  const transport = guard(wild as unknown as Transport, clock)
  return { clock, abort, transport, send: () => transport.send(BATCH, abort.signal) }
}

describe('a guarded transport', () => {
  it('that throws, or rejects, is a retry that says which one it was', async () => {
    const thrown = create(() => {
      throw new Error('oh')
    })
    const rejected = create(() => Promise.reject(new Error('oh')))
    for (const { send } of [thrown, rejected]) {
      const result = await send()
      expect(result.status).toBe('retry')
      expect(result).toMatchObject({ error: { message: 'mine: it failed: oh' } })
    }
  })

  it('that never answers is over soon after its signal', async () => {
    const { clock, abort, send } = create(() => new Promise(() => {}))
    const sent = send()
    abort.abort(new Error('no answer within 10 ms'))
    await clock.advance(300)
    expect(await sent).toMatchObject({
      status: 'retry',
      error: { message: 'mine: no answer within 10 ms' },
    })
  })

  it('that answers after its signal, but soon, is believed', async () => {
    const { clock, abort, send } = create(
      (signal) =>
        new Promise((resolve) => signal.addEventListener('abort', () => resolve({ status: 'ok' }))),
    )
    const sent = send()
    await clock.advance(0)
    abort.abort()
    await clock.advance(300)
    expect(await sent).toEqual({ status: 'ok' })
  })

  it.each([
    { status: 'ok' },
    { status: 'ok', rejected: [{ index: 0, reason: 'bad', retry: false }] },
    { status: 'handed-over' },
    { status: 'split' },
    { status: 'unauthorized' },
    { status: 'retry', afterMs: 5, error: new Error('later') },
    { status: 'drop', error: new Error('never') },
  ])('passes on an answer: %j', async (answer) => {
    expect(await create(() => answer).send()).toEqual(answer)
  })

  it('an answer that is none is a retry, whatever it is', async () => {
    const known = ['ok', 'handed-over', 'split', 'unauthorized', 'retry', 'drop']
    await fc.assert(
      fc.asyncProperty(fc.anything(), async (answer) => {
        const status = (answer as { status?: unknown } | null)?.status
        fc.pre(!known.includes(status as string))
        const result = await create(() => answer).send()
        expect(result).toMatchObject({ status: 'retry', error: { message: /^mine: expected an / } })
      }),
    )
  })

  it('rejected items that name nothing acknowledge nothing', async () => {
    for (const rejected of [
      'all',
      [7],
      [{ index: 'first' }],
      [{ index: 0.5, reason: '', retry: true }],
    ]) {
      expect((await create(() => ({ status: 'ok', rejected })).send()).status).toBe('retry')
    }
  })

  it('an error that is none is made one', async () => {
    expect(await create(() => ({ status: 'drop', error: 'bad' })).send()).toMatchObject({
      error: new Error('bad'),
    })
  })

  it.each([
    () => {
      throw new Error('oh')
    },
    (() => Promise.reject(new Error('oh'))) as () => void,
  ])('a close() that throws or rejects harms nobody: %s', async (close) => {
    const { transport } = create(() => {}, close)
    expect(() => transport.close()).not.toThrow()
    await new Promise((resolve) => setTimeout(resolve, 0)) // a rejection that nobody handles fails the run
  })
})
