// The fault collector's WebSocket, which other tests trust: it does what it is told, and remembers what it heard.
import { once } from 'node:events'
import { gzipSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { startFaultCollector } from './fault-collector.ts'
import type { SocketScript } from './fault-socket.ts'
import { createRun } from './run.ts'
import type { Run } from './run.ts'

let server: Awaited<ReturnType<typeof startFaultCollector>>
const sockets: WebSocket[] = []
beforeAll(async () => {
  server = await startFaultCollector()
})
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.terminate()
})
afterAll(() => server.close())

/** A socket that has said its hello, and what it hears. */
async function dial(run: Run, pending: readonly string[] = []) {
  const heard: unknown[] = []
  const socket = new WebSocket(run.url.replace('http', 'ws'))
  sockets.push(socket)
  socket.on('message', (data: Buffer) => heard.push(JSON.parse(data.toString())))
  await once(socket, 'open')
  socket.send(JSON.stringify({ type: 'hello', schemaVersion: 1, producer: 'p', pending }))
  const send = (seq: number): void => {
    const body = JSON.stringify({ batchId: `b${seq}`, producer: 'p', items: [{ seq }] })
    socket.send(seq % 2 ? gzipSync(body) : Buffer.from(body))
  }
  return { socket, heard, send }
}

async function follow(script: SocketScript): Promise<Run> {
  const run = createRun(server.url)
  await run.script({ steps: [], sockets: script })
  return run
}

const ack = (batchId: string) => ({ type: 'ack', batchId })

it('without a script all is welcome, kept, acked, and written down', async () => {
  const run = await follow({})
  const { heard, send, socket } = await dial(run)
  for (const seq of [0, 1]) send(seq)
  socket.send('{"type":"ping"}')
  await expect
    .poll(() => heard)
    .toEqual([
      { type: 'welcome', have: [], window: 4, maxBytes: 1_000_000 },
      ack('b0'),
      ack('b1'),
      { type: 'pong' },
    ])
  expect(await run.ledger()).toMatchObject({ kept: 2, missing: [], batches: 2 })
  const request = { method: 'WS', status: 200, count: 1, headers: { upgrade: 'websocket' } }
  expect(await run.requests()).toMatchObject([
    { ...request, batchId: 'b0' },
    { ...request, batchId: 'b1' },
  ])
  expect(await run.sockets()).toMatchObject([
    { frames: ['hello', 'b0', 'b1', 'ping'], unansweredAtMost: 1, isOpen: true },
  ])
})

it('a dial can be refused, left without a welcome, or nacked', async () => {
  const nack = { code: 401, reason: 'no' }
  const run = await follow({ dials: [{ refuse: 503 }, { welcome: false }, { nack }] })
  await expect(dial(run)).rejects.toThrow('503')
  const silent = await dial(run)
  const refused = await dial(run)
  await expect.poll(() => refused.heard).toEqual([{ type: 'nack', batchId: null, ...nack }])
  expect(silent.heard).toEqual([])
})

it('a welcome says what is kept whole, or denies it', async () => {
  const rejected = [{ index: 0, reason: 'no', retry: false }]
  const run = await follow({ dials: [{}, {}, { have: false }], steps: [{ rejected }, {}] })
  const first = await dial(run)
  for (const seq of [0, 1]) first.send(seq)
  await expect.poll(() => first.heard).toHaveLength(3)
  expect(first.heard[1]).toEqual({ ...ack('b0'), rejected })
  const honest = await dial(run, ['b0', 'b1', 'b2'])
  await expect.poll(() => honest.heard).toMatchObject([{ have: ['b1'] }])
  const other = await dial(run, ['b1'])
  await expect.poll(() => other.heard).toMatchObject([{ have: [] }])
  expect(await run.ledger()).toMatchObject({ kept: 1 })
})

it('acks come twice, late, in reverse, not at all, or as a nack', async () => {
  const nack = { code: 413, reason: 'large' }
  const run = await follow({
    steps: [{ times: 2 }, { hold: 2 }, { hold: 2 }, { delayMs: 40 }, { times: 0 }, { nack }],
  })
  const { heard, send } = await dial(run)
  for (const seq of [0, 1, 2, 3, 4, 5]) send(seq)
  await expect
    .poll(() => heard.slice(1))
    .toEqual([
      ack('b0'),
      ack('b0'),
      ack('b2'),
      ack('b1'),
      { type: 'nack', batchId: 'b5', ...nack },
      ack('b3'),
    ])
  expect(await run.ledger()).toMatchObject({ kept: 5 })
  expect((await run.requests()).map(({ status }) => status)).toEqual([200, 200, 200, 200, 0, 413])
})

it('a socket dies after a batch is kept, or reads no more', async () => {
  const run = await follow({ steps: [{ times: 0, dies: true }, { stopsReading: true }] })
  const dying = await dial(run)
  dying.send(0)
  await once(dying.socket, 'close')
  const { heard, send } = await dial(run)
  send(1)
  await expect.poll(() => heard).toHaveLength(2)
  send(2)
  await new Promise((resolve) => setTimeout(resolve, 50))
  expect(await run.ledger()).toMatchObject({ kept: 2 })
})
