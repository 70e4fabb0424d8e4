// The socket where all goes well: its address, its hello, its window, and what an ack says.
import { expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { openLab } from './dialling.ts'

const createLab = openLab()
const ok = { status: 'ok' }
const ids = (count: number): string[] => Array.from({ length: count }, (_, index) => `b${index}`)

it('nothing is dialled before the first send, and several sends share one dial', async () => {
  const { send, dialled, run } = createLab()
  expect(dialled).toEqual([])
  expect(await Promise.all(ids(3).map((id) => send(id)))).toEqual([ok, ok, ok])
  expect(dialled).toHaveLength(1)
  expect(await run.sockets()).toHaveLength(1)
  expect(await run.ledger()).toMatchObject({ kept: 3, doubled: [], batches: 3 })
})

it('the hello comes first, names what waits, and nothing else is said before the welcome', async () => {
  const { send, clock, follow, lastDial } = createLab()
  await follow({ dials: [{ welcome: false }] })
  const waiting = ids(3).map((id) => send(id))
  await expect.poll(async () => (await lastDial()).hello).toBeTruthy()
  await clock.advance(9000)
  expect(await lastDial()).toMatchObject({
    hello: { type: 'hello', schemaVersion: 1, producer: 'p', pending: ids(3) },
    frames: ['hello'],
  })
  await clock.advance(1000)
  await Promise.all(waiting)
})

it('on a new socket nothing is sent before its own welcome', async () => {
  const { send, clock, follow, lastDial } = createLab()
  await follow({ dials: [{}, { welcome: false }], steps: [{ dies: true, times: 0 }] })
  expect(await send('b0')).toMatchObject({ status: 'retry' })
  const waiting = [send('b1')]
  await expect.poll(async () => (await lastDial()).hello).toBeTruthy()
  waiting.push(send('b2'))
  await clock.advance(9000)
  expect((await lastDial()).frames).toEqual(['hello'])
  await clock.advance(1000)
  await Promise.all(waiting)
})

it.each([
  ['http:', 'ws:'],
  ['https:', 'wss:'],
  ['ws:', 'ws:'],
  ['wss:', 'wss:'],
])('%s is dialled as %s, without what a socket refuses', async (from, to) => {
  const dialled: string[] = []
  const { send } = createLab({
    url: `${from}//a.example/in?room=1#part`,
    open(url) {
      dialled.push(url)
      throw new SyntaxError('not today')
    },
    clock: { after: (_, call) => (queueMicrotask(call), () => {}) },
  })
  expect(await send('b0')).toMatchObject({ status: 'retry' })
  expect(dialled).toEqual([`${to}//a.example/in?room=1`])
})

it('a key in the address is said in the hello and stands nowhere else', async () => {
  const headers = async () => ({ authorization: 'Bearer other' })
  const { send, lastDial, dialled, follow } = createLab({ headers }, '?room=1&key=secret')
  expect(await send('b0')).toEqual(ok)
  const { url, hello } = await lastDial()
  expect(hello?.key).toBe('secret')
  expect(`${url} ${dialled.join()}`).not.toContain('secret')
  expect(url).toMatch(/\/ingest\?room=1$/)
  await follow({ steps: [{ nack: { code: 400, reason: 'no' } }] })
  const refused = await send('b1')
  expect(JSON.stringify(refused, ['status', 'error', 'message'])).not.toContain('secret')
  expect(refused).toMatchObject({ error: { message: expect.not.stringContaining('secret') } })
})

it.each([
  [{ Authorization: 'Bearer abc' }, 'abc'],
  [{ AUTHORIZATION: 'bearer  abc ' }, 'abc'],
  [{ authorization: 'Basic abc' }, undefined],
  [{ 'x-key': 'abc' }, undefined],
])('the key of a hello is the token of the headers %o', async (headers, key) => {
  const { send, lastDial } = createLab({ headers: async () => headers })
  expect(await send('b0')).toEqual(ok)
  expect((await lastDial()).hello?.key).toBe(key)
})

it('headers that the app does not give are a refusal, and are asked for again at the next dial', async () => {
  let asked = 0
  const { send, dialled } = createLab({
    async headers() {
      asked += 1
      if (asked === 1) throw new Error('logged out')
      return {}
    },
  })
  const error = expect.objectContaining({ message: 'logged out' })
  expect(await Promise.all([send('b0'), send('b1')])).toEqual([
    { status: 'unauthorized', error },
    { status: 'unauthorized', error },
  ])
  expect(dialled).toEqual([])
  expect(await send('b0')).toEqual(ok)
})

it.each([
  [9, 4],
  [4, 4],
  [2, 2],
  [0, 1],
])(
  'of a welcome with a window of %i it has %i batches unanswered at most',
  async (window, most) => {
    const { send, follow, lastDial, transport } = createLab()
    await follow({ dials: [{ window }], steps: [{ delayMs: 10 }] })
    const results = await Promise.all(ids(9).map((id) => send(id)))
    expect(results).toEqual(ids(9).map(() => ok))
    const { unansweredAtMost, frames } = await lastDial()
    expect(unansweredAtMost).toBe(most)
    expect(frames).toEqual(['hello', ...ids(9)])
    expect(transport.window).toBe(4)
  },
)

it('an ack resolves the batch that it names, in whatever order the acks come', async () => {
  const { send, follow } = createLab()
  const rejected = [{ index: 0, reason: 'no', retry: false }]
  await follow({ steps: [{ hold: 3 }, { hold: 3, rejected }, { hold: 3 }] })
  const order: string[] = []
  const sending = ids(3).map(async (id) => {
    const result = await send(id)
    order.push(id)
    return result
  })
  expect(await Promise.all(sending)).toEqual([ok, { status: 'ok', rejected }, ok])
  expect(order).toEqual(['b2', 'b1', 'b0'])
})

it('acks that are doubled, or of what was never sent, change nothing', async () => {
  const { send, follow, run } = createLab()
  const says = ['b1', 'b9'].map((batchId) => JSON.stringify({ type: 'ack', batchId }))
  await follow({ dials: [{ window: 1, says }], steps: [{ times: 2, says }] })
  expect(await Promise.all([send('b0'), send('b1'), send('b9')])).toEqual([ok, ok, ok])
  // Each of them went out, though it had been acked before.
  expect(await run.ledger()).toMatchObject({ kept: 3, doubled: [] })
  expect(await send('b0')).toEqual(ok)
  expect(await run.ledger()).toMatchObject({ doubled: [['p', 0, 2, 1]] })
})

it('a batch larger than the server takes is cut without being sent', async () => {
  const { send, follow, run } = createLab()
  await follow({ dials: [{ maxBytes: 1000 }] })
  expect(await Promise.all([send('b0'), send('b1', undefined, 1000), send('b2')])).toEqual([
    ok,
    { status: 'split' },
    ok,
  ])
  expect((await run.requests()).map(({ batchId }) => batchId)).toEqual(['b0', 'b2'])
})

it('gzips a batch where it is asked to, and counts what it sends', async () => {
  const { send, follow, run } = createLab({ compression: 'gzip' })
  await follow({ dials: [{ maxBytes: 1000 }] })
  expect(await send('b0', undefined, 10_000)).toEqual(ok)
  expect((await run.requests())[0]?.bytes).toBeLessThan(1000)
  expect(await run.ledger()).toMatchObject({ kept: 1 })
})

it('while much is buffered nothing is added to it', async () => {
  let buffered = 262_145
  const sent: unknown[] = []
  const heard: unknown[] = []
  const { send, clock } = createLab({
    open(url) {
      const socket = new WebSocket(url)
      socket.addEventListener('message', ({ data }) => heard.push(data))
      return {
        get bufferedAmount() {
          return buffered
        },
        send(data) {
          sent.push(data)
          socket.send(data)
        },
        close: () => socket.close(),
        addEventListener: (type, listener) => socket.addEventListener(type, listener),
      }
    },
  })
  const sending = Promise.all([send('b0'), send('b1')])
  await expect.poll(() => heard).toHaveLength(1)
  await clock.advance(1000)
  expect(sent).toHaveLength(1) // the hello
  buffered = 262_144
  await clock.advance(50)
  expect(await sending).toEqual([ok, ok])
})

it('a server that stops reading gets what fits, and no more', async () => {
  const { send, follow, hasGot, clock, lastDial } = createLab()
  const stops = { times: 0, stopsReading: true }
  await follow({ dials: [{ maxBytes: 1e8 }], steps: [stops, {}] })
  const first = send('b0')
  await hasGot(1)
  const sending = [first, send('b1', undefined, 20_000_000), send('b2')]
  await clock.advance(10_000)
  for (const result of await Promise.all(sending)) expect(result.status).toBe('retry')
  expect(await send('b3')).toEqual(ok)
  // The third was never sent: nobody asks for it.
  expect((await lastDial()).hello?.pending).toEqual(['b0', 'b1', 'b3'])
})

it('while it is idle it says a ping every 25 s, and stays open', async () => {
  const { send, clock, lastDial, dialled, heard } = createLab()
  expect(await send('b0')).toEqual(ok)
  for (let pings = 1; pings < 4; pings += 1) {
    await clock.advance(24_999)
    expect(heard).toHaveLength(1 + pings)
    await clock.advance(1)
    await expect.poll(() => heard).toHaveLength(2 + pings)
    expect((await lastDial()).frames).toHaveLength(2 + pings)
    expect(heard.at(-1)).toBe('{"type":"pong"}')
  }
  expect(await send('b1')).toEqual(ok)
  expect(dialled).toHaveLength(1)
})
