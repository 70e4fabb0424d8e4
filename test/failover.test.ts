// A list of transports: which one is used when, and that a batch keeps its id on each.
import { describe, expect, it } from 'vitest'
import type { SendResult, Transport } from '../transports/transport.ts'
import { createFailover } from '../workers/failover.ts'
import { createFakeClock } from './fake-clock.ts'

const DOWN: SendResult = { status: 'retry', error: new Error('down') }
const OK: SendResult = { status: 'ok' }

/** Transports that answer as the test says, and note which batch went by which. */
function create(names: readonly string[]) {
  const clock = createFakeClock()
  const answers: Record<string, SendResult> = {}
  const log: string[] = []
  const transports: Transport[] = names.map((name) => ({
    name,
    send: async ({ batchId }) => {
      log.push(`${batchId} by ${name}`)
      return answers[name] ?? OK
    },
    close: () => void log.push(`closed ${name}`),
  }))
  const transport = createFailover(transports, clock)
  const send = (batchId = 'b1', signal = new AbortController().signal) =>
    transport.send({ batchId, count: 1, json: new Uint8Array() }, signal)
  return { clock, answers, log, transport, send }
}

describe('a list of transports', () => {
  it('the third failure in a row turns to the next one at once, with the same batch', async () => {
    const { answers, log, send } = create(['websocket', 'fetch'])
    answers['websocket'] = DOWN
    expect([await send(), await send(), await send()]).toEqual([DOWN, DOWN, OK])
    expect(log.slice(-2)).toEqual(['b1 by websocket', 'b1 by fetch'])
    log.length = 0
    await send('b2')
    expect(log).toEqual(['b2 by fetch'])
  })

  it('an answer in between is no failure in a row', async () => {
    const { answers, log, send } = create(['websocket', 'fetch'])
    for (let round = 0; round < 5; round++) {
      answers['websocket'] = DOWN
      await send()
      await send()
      answers['websocket'] = OK
      await send()
    }
    expect(log.some((line) => line.includes('fetch'))).toBe(false)
  })

  it.each<SendResult>([
    { status: 'retry', afterMs: 5000, error: new Error('busy') },
    { status: 'unauthorized' },
    { status: 'split' },
    { status: 'drop', error: new Error('bad') },
  ])('what the endpoint has answered is no failure of its transport: %j', async (answer) => {
    const { answers, log, send } = create(['websocket', 'fetch'])
    answers['websocket'] = answer
    for (let n = 0; n < 6; n++) expect(await send()).toBe(answer)
    expect(log.some((line) => line.includes('fetch'))).toBe(false)
  })

  it('where none works each is tried in its turn, and no attempt tries more than two', async () => {
    const { answers, log, send } = create(['a', 'b', 'c'])
    for (const name of ['a', 'b', 'c']) answers[name] = DOWN
    let most = 0
    for (let n = 0; n < 30; n++) {
      const before = log.length
      await send()
      most = Math.max(most, log.length - before)
    }
    expect(most).toBe(2)
    expect(new Set(log)).toEqual(new Set(['b1 by a', 'b1 by b', 'b1 by c']))
  })

  it('the first is tried again after five minutes, once, and kept if it works', async () => {
    const { clock, answers, log, send } = create(['websocket', 'fetch'])
    answers['websocket'] = DOWN
    for (let n = 0; n < 3; n++) await send()
    await clock.advance(299_999)
    log.length = 0
    await send('before')
    await clock.advance(1)
    await send('at')
    await send('after')
    expect(log).toEqual(['before by fetch', 'at by websocket', 'at by fetch', 'after by fetch'])
    answers['websocket'] = OK
    await clock.advance(300_000)
    log.length = 0
    await send('b4')
    await send('b5')
    expect(log).toEqual(['b4 by websocket', 'b5 by websocket'])
  })

  it('what is handed over stays, leaves once, and the first is next', async () => {
    const { answers, log, send } = create(['fetch', 'beacon'])
    answers['fetch'] = DOWN
    answers['beacon'] = { status: 'handed-over' }
    const results = []
    for (let n = 0; n < 20; n++) results.push((await send()).status)
    expect(new Set(results)).toEqual(new Set(['retry']))
    expect(log.filter((line) => line === 'b1 by beacon')).toHaveLength(1)
    answers['fetch'] = OK
    expect(await send()).toBe(OK)
  })

  it('what the first can only hand over is acked by the next', async () => {
    const { answers, log, send } = create(['beacon', 'fetch'])
    answers['beacon'] = { status: 'handed-over' }
    expect((await send()).status).toBe('retry')
    expect(await send()).toBe(OK)
    expect(log).toEqual(['b1 by beacon', 'b1 by fetch'])
  })

  it('where all of them can only hand over, it is gone', async () => {
    const { answers, send } = create(['beacon', 'other'])
    answers['beacon'] = answers['other'] = { status: 'handed-over' }
    expect((await send()).status).toBe('retry')
    expect((await send()).status).toBe('handed-over')
    expect((await send('b2')).status).toBe('handed-over')
  })

  it('one that is aborted is not tried on another transport', async () => {
    const { answers, log, send } = create(['websocket', 'fetch'])
    answers['websocket'] = DOWN
    for (let n = 0; n < 3; n++) await send('b1', AbortSignal.abort())
    expect(log.some((line) => line.includes('fetch'))).toBe(false)
    expect(await send('b2')).toBe(OK)
  })

  it('alone, what it answers is the answer', async () => {
    const { answers, send } = create(['beacon'])
    answers['beacon'] = { status: 'handed-over' }
    expect(await send()).toEqual({ status: 'handed-over' })
  })

  it('none at all keeps what there is', async () => {
    expect((await create([]).send()).status).toBe('retry')
  })

  it('all of them are closed', () => {
    const { log, transport } = create(['a', 'b'])
    transport.close()
    expect(log).toEqual(['closed a', 'closed b'])
  })
})
