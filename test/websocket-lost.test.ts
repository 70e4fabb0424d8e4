// The socket that breaks, falls silent or never opens: every send settles, and the next one goes on from there.
import { expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { openLab } from './dialling.ts'
import { createFakeClock } from './fake-clock.ts'

const createLab = openLab()
const ok = { status: 'ok' }
const ids = (count: number, from = 0): string[] =>
  Array.from({ length: count }, (_, index) => `b${from + index}`)
const retry = (message: unknown) => ({
  status: 'retry',
  error: expect.objectContaining({ message }),
})

it('a batch without an ack for 10 s comes again, and so does all else on that socket; the next one asks what arrived', async () => {
  const { send, clock, follow, hasGot, lastDial, dialled, run } = createLab()
  await follow({ dials: [{ window: 2 }], steps: [{ times: 0 }, { times: 0 }, {}], next: 'last' })
  const first = ids(3).map((id) => send(id))
  await hasGot(2)
  await clock.advance(9999)
  await clock.advance(1)
  const message = expect.stringMatching(/^ws:.*\/ingest did not ack a batch within 10000 ms$/)
  expect(await Promise.all(first)).toEqual(ids(3).map(() => retry(message)))
  await expect.poll(async () => (await lastDial()).isOpen).toBe(false)
  expect(await Promise.all(ids(3).map((id) => send(id)))).toEqual([ok, ok, ok])
  expect(dialled).toHaveLength(2)
  const { hello, frames } = await lastDial()
  expect(hello?.pending).toEqual(ids(3))
  // The two had been kept.
  expect(frames).toEqual(['hello', 'b2'])
  expect(await run.ledger()).toMatchObject({ kept: 3, doubled: [], missing: [] })
})

it('an ack that comes in time keeps the socket, however many came before it', async () => {
  const { send, clock, follow, hasGot, dialled } = createLab()
  await follow({ steps: [{ hold: 2 }] })
  const one = send('b0')
  await hasGot(1)
  await clock.advance(9000)
  expect(await Promise.all([one, send('b1')])).toEqual([ok, ok])
  await clock.advance(9000)
  expect(await Promise.all([send('b2'), send('b3')])).toEqual([ok, ok])
  expect(dialled).toHaveLength(1)
})

it('what a dishonest server denies to have is sent again', async () => {
  const { send, clock, follow, hasGot, run } = createLab()
  await follow({ dials: [{}, { have: false }], steps: [{ times: 0 }, {}] })
  const sending = send('b0')
  await hasGot(1)
  await clock.advance(10_000)
  expect(await sending).toMatchObject({ status: 'retry' })
  expect(await send('b0')).toEqual(ok)
  expect(await run.ledger()).toMatchObject({ kept: 1, doubled: [['p', 0, 2, 1]] })
})

it('what is kept and asked for is never sent, even if only another one was sent since', async () => {
  const { send, clock, follow, hasGot, run } = createLab()
  await follow({ steps: [{ times: 0 }, {}] })
  const sending = send('b0')
  await hasGot(1)
  await clock.advance(10_000)
  await sending
  expect(await send('b1')).toEqual(ok)
  expect(await send('b0')).toEqual(ok)
  expect((await run.requests()).map(({ batchId }) => batchId)).toEqual(['b0', 'b1'])
})

it('an ack that comes after its send was given up answers the next one, with what it rejects', async () => {
  const { send, clock, follow, hasGot, run } = createLab()
  const rejected = [{ index: 0, reason: 'no', retry: true }]
  const late = JSON.stringify({ type: 'ack', batchId: 'b0', rejected })
  await follow({
    dials: [{}, { have: false }],
    steps: [{ times: 0, keep: false }, { says: [late, late] }, {}],
  })
  const sending = send('b0')
  await hasGot(1)
  await clock.advance(10_000)
  expect(await sending).toMatchObject({ status: 'retry' })
  expect(await send('b1')).toEqual(ok)
  expect(await send('b0')).toEqual({ status: 'ok', rejected })
  expect(await run.requests()).toHaveLength(2)
  expect(await send('b0')).toEqual(ok)
  expect(await run.requests()).toHaveLength(3)
})

it('a signal that is aborted while its batch is on the wire closes the socket', async () => {
  const { send, follow, hasGot, lastDial } = createLab()
  await follow({ steps: [{ times: 0 }] })
  const abort = new AbortController()
  const sending = [send('b0', abort.signal), send('b1')]
  await hasGot(2)
  abort.abort(new Error('enough'))
  expect(await Promise.all(sending)).toEqual([
    retry('enough'),
    retry(expect.stringContaining('was closed over another batch')),
  ])
  await expect.poll(async () => (await lastDial()).isOpen).toBe(false)
})

it('a signal that is aborted before its batch is on the wire costs nobody anything', async () => {
  const { send, follow, hasGot, dialled, run } = createLab()
  await follow({ dials: [{ window: 1 }], steps: [{ delayMs: 100 }] })
  const abort = new AbortController()
  const one = send('b0')
  const two = send('b1', abort.signal)
  const three = send('b2')
  await hasGot(1)
  abort.abort('enough')
  expect(await two).toEqual(retry('enough'))
  expect(await send('b3', abort.signal)).toEqual(retry('enough'))
  expect(await Promise.all([one, three])).toEqual([ok, ok])
  expect(dialled).toHaveLength(1)
  expect(await run.ledger()).toMatchObject({ missing: [['p', 1]] })
})

it('a socket that dies after it kept a batch gives it back, and the next one resumes', async () => {
  const { send, follow, run, lastDial } = createLab()
  await follow({ steps: [{ times: 0, dies: true }, {}] })
  const message = expect.stringMatching(/^the socket to ws:.*\/ingest was lost: it /)
  expect(await send('b0')).toEqual(retry(message))
  expect(await send('b0')).toEqual(ok)
  expect((await lastDial()).frames).toEqual(['hello'])
  expect(await run.ledger()).toMatchObject({ kept: 1, doubled: [] })
})

it.each([503, 401])(
  'a dial that is refused with %i fails all that waits, and says so',
  async (refuse) => {
    const { send, follow, dialled } = createLab()
    await follow({ dials: [{ refuse }, {}] })
    const message = expect.stringMatching(/^the socket to ws:.*\/ingest could not be opened: it /)
    expect(await Promise.all([send('b0'), send('b1')])).toEqual([retry(message), retry(message)])
    expect(await send('b0')).toEqual(ok)
    expect(dialled).toHaveLength(2)
  },
)

it('a dial without a welcome for 10 s fails, and says so', async () => {
  const { send, clock, follow, lastDial } = createLab()
  await follow({ dials: [{ welcome: false }] })
  const sending = send('b0')
  await expect.poll(async () => (await lastDial()).hello).toBeTruthy()
  await clock.advance(10_000)
  const message = expect.stringMatching(/could not be opened: no welcome in 10000 ms$/)
  expect(await sending).toEqual(retry(message))
  await expect.poll(async () => (await lastDial()).isOpen).toBe(false)
})

it('a socket that may not be opened at all fails the dial', async () => {
  const { send, clock } = createLab({
    open() {
      throw new SyntaxError('blocked')
    },
  })
  const sending = send('b0')
  await clock.advance(0)
  expect(await sending).toEqual(retry(expect.stringMatching(/could not be opened: /)))
  expect(await sending).toMatchObject({ error: { cause: { message: 'blocked' } } })
})

it('a socket that does not answer a ping for 10 s is closed, and the next send dials anew', async () => {
  const { send, clock, follow, lastDial, dialled } = createLab()
  await follow({ dials: [{ pong: false }] })
  expect(await send('b0')).toEqual(ok)
  await clock.advance(25_000)
  await expect.poll(async () => (await lastDial()).frames).toContain('ping')
  await clock.advance(9999)
  expect((await lastDial()).isOpen).toBe(true)
  await clock.advance(1)
  await expect.poll(async () => (await lastDial()).isOpen).toBe(false)
  expect(await send('b1')).toEqual(ok)
  expect(dialled).toHaveLength(2)
})

it('any frame is as good as a pong', async () => {
  const { send, clock, follow, lastDial, dialled } = createLab()
  await follow({ dials: [{ pong: false }] })
  expect(await send('b0')).toEqual(ok)
  await clock.advance(25_000)
  await expect.poll(async () => (await lastDial()).frames).toContain('ping')
  expect(await send('b1')).toEqual(ok)
  await clock.advance(10_000)
  expect(await send('b2')).toEqual(ok)
  expect(dialled).toHaveLength(1)
})

it('close() gives back what waits, closes the socket, and nothing is dialled after it', async () => {
  const { send, follow, hasGot, lastDial, transport, dialled } = createLab()
  await follow({ dials: [{ window: 1 }], steps: [{ times: 0 }] })
  const sending = [send('b0'), send('b1')]
  await hasGot(1)
  transport.close()
  expect(await Promise.all(sending)).toMatchObject([{ status: 'retry' }, { status: 'retry' }])
  await expect.poll(async () => (await lastDial()).isOpen).toBe(false)
  expect(await send('b2')).toMatchObject({ status: 'retry' })
  transport.close()
  expect(dialled).toHaveLength(1)
})

it('after close() nothing ticks', async () => {
  const ticking = new Set<object>()
  const fake = createFakeClock()
  const { send, transport, follow } = createLab({
    clock: {
      after(ms, call) {
        const timer = {}
        ticking.add(timer)
        const cancel = fake.after(ms, () => (ticking.delete(timer), call()))
        return () => (ticking.delete(timer), cancel())
      },
    },
  })
  await follow({ dials: [{ pong: false }] })
  expect(await send('b0')).toEqual(ok)
  await fake.advance(25_000)
  expect(ticking.size).toBeGreaterThan(0)
  transport.close()
  expect(ticking.size).toBe(0)
})

it('what an old socket still says is not heard', async () => {
  const hears: ((data: string) => void)[] = []
  const { send, follow } = createLab({
    open(url) {
      const socket = new WebSocket(url)
      return {
        bufferedAmount: 0,
        send: (data) => socket.send(data),
        close: () => socket.close(),
        addEventListener(type, listener) {
          socket.addEventListener(type, listener)
          if (type === 'message') hears.push((data) => listener({ type, data }))
        },
      }
    },
  })
  await follow({ steps: [{ times: 0, dies: true }, { delayMs: 50 }] })
  expect(await send('b0')).toMatchObject({ status: 'retry' })
  const sending = send('b1')
  await expect.poll(() => hears).toHaveLength(2)
  hears[0]?.('{"type":"nack","batchId":null,"code":401,"reason":"no"}')
  expect(await sending).toEqual(ok)
})

it('close() while the app is asked for headers dials nothing', async () => {
  let give: (headers: Record<string, string>) => void = () => {}
  const headers = () => new Promise<Record<string, string>>((resolve) => (give = resolve))
  const { send, transport, dialled } = createLab({ headers })
  const sending = send('b0')
  await new Promise((resolve) => setImmediate(resolve))
  transport.close()
  expect(await sending).toMatchObject({ status: 'retry' })
  give({})
  await new Promise((resolve) => setImmediate(resolve))
  expect(dialled).toEqual([])
})

it('the newest 64 ids are remembered, and no more', async () => {
  const { send, clock, follow, hasGot, lastDial } = createLab()
  await follow({ steps: [{ times: 0, keep: false }] })
  for (let from = 0; from < 72; from += 4) {
    const sending = ids(4, from).map((id) => send(id))
    await hasGot(from + 4)
    await clock.advance(10_000)
    await Promise.all(sending)
  }
  const says = ['b0', 'b71'].map((batchId) => JSON.stringify({ type: 'ack', batchId }))
  await follow({ dials: [{ have: false }], steps: [{ says }, {}] })
  expect(await Promise.all(ids(4, 100).map((id) => send(id)))).toEqual([ok, ok, ok, ok])
  expect((await lastDial()).hello?.pending).toEqual([...ids(60, 12), ...ids(4, 100)])
  expect(await Promise.all([send('b0'), send('b71')])).toEqual([ok, ok])
  expect((await lastDial()).frames.slice(5)).toEqual(['b0'])
})
