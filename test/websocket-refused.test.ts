// What a nack does with a batch, or with all of them: what the same refusal does in HTTP.
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { WebSocketServer } from 'ws'
import { openLab } from './dialling.ts'

const createLab = openLab()
const ok = { status: 'ok' }

it.each([
  [401, { status: 'unauthorized' }],
  [403, { status: 'unauthorized' }],
  [404, { status: 'unauthorized' }],
  [408, { status: 'retry' }],
  [410, { status: 'retry', afterMs: 900_000, isRefusal: true }],
  [413, { status: 'split' }],
  [415, { status: 'drop' }],
  [422, { status: 'drop' }],
  [400, { status: 'drop' }],
  [425, { status: 'retry' }],
  [429, { status: 'retry' }],
  [500, { status: 'retry' }],
  [503, { status: 'retry' }],
  [undefined, { status: 'retry' }],
])('a nack with the code %s is answered as the table says', async (code, result) => {
  const { send, follow } = createLab()
  const nack = { reason: 'because', ...(code !== undefined && { code }) }
  await follow({ steps: [{ nack }, {}] })
  const refused = await send('b0')
  expect(refused).toMatchObject(result)
  const { error } = { error: new Error('ws:/ingest answered: because'), ...refused }
  expect(error.message).toMatch(/^ws:.*\/ingest answered.*: (because|is `url` right\?)$/)
  expect(await send('b1')).toEqual(ok)
})

it.each([
  [1, 1000],
  [4000, 4000],
  [1e9, 900_000],
])('a nack that says to come again after %i ms is heeded as %i', async (retryAfterMs, afterMs) => {
  const { send, follow } = createLab()
  for (const code of [{}, { code: 429 }, { code: 503 }]) {
    await follow({ steps: [{ nack: { reason: 'busy', retryAfterMs, ...code } }] })
    expect(await send('b0')).toMatchObject({ status: 'retry', afterMs })
  }
})

it('a nack touches no batch but its own', async () => {
  const { send, follow, dialled } = createLab()
  await follow({ steps: [{ delayMs: 30 }, { nack: { reason: 'no', code: 422 } }, {}] })
  expect(await Promise.all(['b0', 'b1', 'b2'].map((id) => send(id)))).toMatchObject([
    ok,
    { status: 'drop' },
    ok,
  ])
  expect(dialled).toHaveLength(1)
})

it('what was nacked is not asked for again', async () => {
  const { send, follow, lastDial } = createLab()
  await follow({ steps: [{ nack: { reason: 'busy' } }, { times: 0, dies: true }, {}] })
  await send('b0')
  await send('b1')
  await send('b2')
  expect((await lastDial()).hello?.pending).toEqual(['b1', 'b2'])
})

it('a nacked batch is sent again when it comes again', async () => {
  const { send, follow, run } = createLab()
  await follow({ steps: [{ nack: { reason: 'busy' }, times: 2 }, {}] })
  expect(await send('b0')).toMatchObject({ status: 'retry' })
  expect(await send('b0')).toEqual(ok)
  expect(await run.requests()).toHaveLength(2)
})

it('a server that does not take gzip gets plain JSON from then on', async () => {
  const { send, follow, run, clock, dialled } = createLab({ compression: 'gzip' })
  const nack = { reason: 'plain JSON, please', code: 415 }
  // Both are sent, packed, before the first is answered.
  await follow({ steps: [{ nack, delayMs: 300 }, { nack }, {}] })
  const size = 5000
  expect(await Promise.all([send('b0', undefined, size), send('b1', undefined, size)])).toEqual([
    ok,
    ok,
  ])
  await clock.advance(10_000)
  expect(await send('b2', undefined, size)).toEqual(ok)
  expect(dialled).toHaveLength(1)
  const sizes = (await run.requests()).map(({ bytes }) => bytes > size)
  expect(sizes).toEqual([false, false, true, true, true])
})

it('a server that cannot even read the id of what is gzipped gets it plain', async () => {
  const { send, follow, run } = createLab({ compression: 'gzip' })
  const says = [JSON.stringify({ type: 'nack', batchId: null, reason: 'no gzip', code: 415 })]
  await follow({ steps: [{ says, times: 0, keep: false }, {}] })
  expect(await send('b0', undefined, 5000)).toEqual(ok)
  expect((await run.requests()).map(({ bytes }) => bytes > 5000)).toEqual([false, true])
})

it.each([
  [401, undefined, { status: 'unauthorized' }],
  [410, undefined, { status: 'retry', afterMs: 900_000, isRefusal: true }],
  [429, 4000, { status: 'retry', afterMs: 4000 }],
  [undefined, 4000, { status: 'retry', afterMs: 4000 }],
])(
  'a hello that is nacked with %s holds for all that waits',
  async (code, retryAfterMs, result) => {
    const { send, follow, dialled, lastDial } = createLab()
    const more = { ...(code && { code }), ...(retryAfterMs && { retryAfterMs }) }
    await follow({ dials: [{ nack: { reason: 'no', ...more } }, {}] })
    expect(await Promise.all([send('b0'), send('b1')])).toMatchObject([result, result])
    await expect.poll(async () => (await lastDial()).isOpen).toBe(false)
    expect(await send('b0')).toEqual(ok)
    expect(dialled).toHaveLength(2)
  },
)

it.each([400, 413, 415, 422])(
  'a hello that is nacked with %i costs no batch, for it says nothing of what is in them',
  async (code) => {
    const { send, follow, run } = createLab()
    await follow({ dials: [{ nack: { reason: 'no', code } }, {}] })
    const result = await send('b0')
    expect(['retry', 'unauthorized']).toContain(result.status)
    expect(await send('b0')).toEqual(ok)
    expect(await run.ledger()).toMatchObject({ kept: 1 })
  },
)

it('a key that a nack refuses is asked for again, and said in a new hello', async () => {
  let token = 'old'
  const headers = async () => ({ authorization: `Bearer ${token}` })
  const { send, follow, lastDial, dialled } = createLab({ headers })
  await follow({ steps: [{ nack: { reason: 'expired', code: 401 } }, {}] })
  expect(await send('b0')).toMatchObject({ status: 'unauthorized' })
  token = 'new'
  expect(await send('b0')).toEqual(ok)
  expect((await lastDial()).hello?.key).toBe('new')
  expect(dialled).toHaveLength(2)
})

const garbage = [
  '',
  'ok',
  '<!doctype html>',
  'null',
  '1',
  '[]',
  '{}',
  '{"type":1}',
  '{"type":"what"}',
  '{"type":"ack"}',
  '{"type":"ack","batchId":1}',
  '{"type":"ack","batchId":{"a":[]}}',
  '{"type":"nack","batchId":["b0"],"reason":1}',
  '{"type":"nack","batchId":"b9","reason":{},"code":"x","retryAfterMs":"soon"}',
  `{"type":"ack","batchId":"${'x'.repeat(1_000_000)}"}`,
  '{"__proto__":{"type":"ack"}}',
]

it('frames that are none change nothing', async () => {
  const { send, follow, run } = createLab()
  await follow({ dials: [{ says: garbage }], steps: [{ says: garbage }] })
  expect(await Promise.all(['b0', 'b1'].map((id) => send(id)))).toEqual([ok, ok])
  expect(await run.ledger()).toMatchObject({ kept: 2, doubled: [] })
})

it.each([
  ['{"type":"welcome"}'],
  ['{"type":"welcome","have":"b0","window":"4","maxBytes":"no"}'],
  ['{"type":"welcome","have":[null,1,{},["b0"]],"window":-1,"maxBytes":-1}'],
  ['{"type":"welcome","have":{"0":"b0"},"window":1e300,"maxBytes":null}'],
])('a welcome of wrong types is a plain one: %s', async (welcome) => {
  const { send, follow, run } = createLab()
  await follow({ dials: [{ welcome: false, says: [welcome] }] })
  expect(await Promise.all(['b0', 'b1'].map((id) => send(id)))).toEqual([ok, ok])
  expect(await run.ledger()).toMatchObject({ kept: 2, doubled: [] })
})

it('a frame that is longer than any answer is not read', async () => {
  const { send, follow, hasGot, clock } = createLab()
  const says = [JSON.stringify({ type: 'ack', batchId: 'b0', more: 'x'.repeat(300_000) })]
  await follow({ steps: [{ says, times: 0 }] })
  const sending = send('b0')
  await hasGot(1)
  await clock.advance(10_000)
  expect(await sending).toMatchObject({ status: 'retry' })
})

it('of two welcomes the first one counts', async () => {
  const { send, follow, lastDial } = createLab()
  const says = ['{"type":"welcome","have":[],"window":1,"maxBytes":1000}']
  await follow({ dials: [{ says }], steps: [{ delayMs: 5 }] })
  const sent = await Promise.all(['b0', 'b1', 'b2'].map((id) => send(id)))
  expect(sent).toEqual([ok, ok, ok])
  expect((await lastDial()).unansweredAtMost).toBe(1)
})

it('an ack whose rejections are nonsense is a plain ack', async () => {
  const { send, follow } = createLab()
  const says = ['{"type":"ack","batchId":"b0","rejected":"all"}']
  await follow({ steps: [{ says, times: 0 }] })
  expect(await send('b0')).toEqual(ok)
})

it('whatever a server says, text or binary, every send settles and nothing throws', async () => {
  const word = fc.constantFrom('welcome', 'ack', 'nack', 'pong', 'b0', 'b1', null, 415, 401, 1)
  const frame = fc.record(
    { type: word, batchId: word, code: fc.oneof(word, fc.double()), reason: fc.jsonValue() },
    { requiredKeys: [] },
  )
  const welcome = fc.record(
    { type: fc.constant('welcome'), have: fc.jsonValue(), window: fc.jsonValue() },
    { requiredKeys: ['type'] },
  )
  const said = fc.oneof(
    fc.oneof(frame, welcome, fc.jsonValue()).map((value) => JSON.stringify(value)),
    fc.string(),
    fc.uint8Array({ maxLength: 50 }),
  )
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as { port: number }
  await fc.assert(
    fc.asyncProperty(fc.array(said, { maxLength: 12 }), async (frames) => {
      server.removeAllListeners('connection')
      server.on('connection', (socket) => {
        for (const one of frames) socket.send(one)
        socket.on('message', () => {
          for (const one of frames) socket.send(one)
          socket.close()
        })
      })
      const { send, transport } = createLab({
        url: `ws://127.0.0.1:${port}`,
        compression: frames.length % 2 ? 'gzip' : 'none',
      })
      const results = await Promise.all([send('b0'), send('b1')])
      for (const { status } of results) {
        expect(['ok', 'retry', 'split', 'drop', 'unauthorized']).toContain(status)
      }
      transport.close()
    }),
    { numRuns: 100 },
  )
  server.close()
})
