// Several batches on their way at once, where the transport can have them.
import { describe, expect, it } from 'vitest'
import type { SendResult, Transport } from '../transports/transport.ts'
import { createSender } from './sending.ts'

/** A transport that answers when the test says so. */
function createManual(window: number) {
  const waiting: { batchId: string; answer: (result: SendResult) => void }[] = []
  const transport: Transport = {
    name: 'manual',
    window,
    send: ({ batchId }, signal) =>
      new Promise((answer) => {
        waiting.push({ batchId, answer })
        signal.addEventListener('abort', () =>
          answer({ status: 'retry', error: new Error('late') }),
        )
      }),
    close() {},
  }
  const answerAll = (result: SendResult): void => {
    for (const { answer } of waiting.splice(0)) answer(result)
  }
  return { transport, waiting, answerAll }
}

const OK: SendResult = { status: 'ok' }
const DOWN: SendResult = { status: 'retry', error: new Error('down') }
const unused = (): SendResult => OK

describe('a transport with a window', () => {
  it('gets one batch until it has taken one, then as many as its window, each once', async () => {
    const { transport, waiting, answerAll } = createManual(3)
    const { clock, sender, sent, queue } = await createSender(unused, { transport, batches: 8 })
    sender.wake()
    await clock.advance(0)
    expect(waiting.length).toBe(1)
    answerAll(OK)
    await clock.advance(0)
    expect(waiting.length).toBe(3)
    // The last one first: the answers come as they like.
    for (const { answer } of waiting.splice(0).reverse()) answer(OK)
    await clock.advance(0)
    expect(waiting.length).toBe(3)
    for (let round = 0; round < 3; round++) {
      answerAll(OK)
      await clock.advance(0)
    }
    expect(sent.map(({ batchId }) => batchId).sort()).toEqual(
      Array.from({ length: 8 }, (_, n) => `b${n}`),
    )
    expect(await queue.pending()).toEqual([])
  })

  it('what goes wrong for all that are on their way is one failure, and none is sent before its time', async () => {
    const { transport, waiting, answerAll } = createManual(4)
    const { clock, sender, sent, endpoint } = await createSender(unused, { transport, batches: 9 })
    sender.wake()
    await clock.advance(0)
    answerAll(OK)
    await clock.advance(0)
    expect(waiting.length).toBe(4)
    answerAll(DOWN)
    await clock.advance(0)
    // One failure: half a second, and not the eight of the fifth.
    expect(endpoint.waitMs).toBe(500)
    expect(endpoint.isProbed).toBe(false)
    const before = sent.length
    await clock.advance(499)
    expect(sent.length).toBe(before)
    await clock.advance(10_000)
    expect(waiting.length).toBe(1)
  })

  it('headers that are not accepted are asked for once, whatever was on its way', async () => {
    const { transport, waiting, answerAll } = createManual(4)
    const { clock, sender, raised, forgotten } = await createSender(unused, {
      transport,
      batches: 9,
    })
    sender.wake()
    await clock.advance(0)
    answerAll(OK)
    await clock.advance(0)
    expect(waiting.length).toBe(4)
    answerAll({ status: 'unauthorized' })
    await clock.advance(0)
    expect(forgotten()).toBe(1)
    expect(raised.filter(({ name }) => name === 'export:error')).toEqual([])
    expect(waiting.length).toBe(1)
  })

  it('while a call is live the backlog goes one by one, and what is new beside it', async () => {
    const { transport, waiting, answerAll } = createManual(4)
    const sending = await createSender(unused, { transport, batches: 6, padding: () => 65_536 })
    const { clock, sender, add, setCallLive } = sending
    setCallLive(true)
    sender.wake()
    await clock.advance(0)
    answerAll(OK)
    await clock.advance(2000)
    expect(waiting.length).toBe(1)
    await add()
    await clock.advance(0)
    expect(waiting.map(({ batchId }) => batchId)).toEqual(['b1', 'b6'])
  })

  it('while another user comes in nothing is on its way', async () => {
    const { transport, waiting, answerAll } = createManual(3)
    const { clock, sender } = await createSender(unused, { transport, batches: 8 })
    sender.wake()
    await clock.advance(0)
    answerAll(OK)
    await clock.advance(0)
    expect(waiting.length).toBe(3)
    waiting.length = 0
    let isAlone = false
    const quiet = sender.quietly(async () => void (isAlone = waiting.length === 0))
    await clock.advance(1000)
    await quiet
    expect(isAlone).toBe(true)
  })
})
