// The demo's kind of call over a socket and by beacon: every item once, whatever the server does.
import { describe, expect, it } from 'vitest'
import type { ExporterOptions, ExportSuccess, WebRTCExporter } from '../../src/index.ts'
import type { SocketScript } from '../fault-socket.ts'
import { collect, startCall, startExporter } from './lifetimes.ts'
import { createRun, hasStats, pause, until } from './run.ts'

type Run = ReturnType<typeof createRun>

async function live(run: Run, options: Partial<ExporterOptions>, polls = 6) {
  const call = startCall()
  const exporter = startExporter({
    url: run.url,
    batchSize: 5,
    retryBaseDelay: 20,
    retryMaxDelay: 200,
    ...options,
  })
  const polled = collect<unknown>((listener) => exporter.on('stats', listener))
  exporter.addPeer({ peerId: 'alice', pc: call.alice })
  exporter.addPeer({ peerId: 'bob', pc: call.bob })
  await call.connect()
  await until(
    () => polled.length,
    (count) => count >= polls * 2,
  )
  return exporter
}

/** Nothing more is captured, and nothing waits. */
async function drained(exporter: WebRTCExporter): Promise<void> {
  exporter.pause()
  await until(
    () => exporter.queue,
    (queue) => queue?.depth === 0,
  )
}

/** Each item is there; what came twice came in the same batch. */
async function expectAll(run: Run): Promise<void> {
  const { items, missing, doubled } = await run.ledger()
  expect(items.length).toBeGreaterThan(20)
  expect(missing).toEqual([])
  expect(doubled.filter(([, , , batchIds]) => batchIds > 1)).toEqual([])
}

describe('a call over a socket', () => {
  it.each([['websocket'], [['websocket', 'fetch']]])(
    'has every item at the server, once: %j',
    async (transport) => {
      const run = createRun()
      const exporter = await live(run, { transport })
      await drained(exporter)
      await expectAll(run)
      expect((await run.ledger()).doubled).toEqual([])
      expect((await run.requests()).filter(({ method }) => method === 'POST')).toEqual([])
      const [socket, ...others] = await run.sockets()
      expect(socket?.frames[0]).toBe('hello')
      expect(others).toEqual([])
    },
  )

  it('compressed, too', async () => {
    const run = createRun()
    const exporter = await live(run, { transport: 'websocket', compression: 'gzip' })
    await drained(exporter)
    await expectAll(run)
    expect(await run.requests()).not.toEqual([])
  })

  const nack = { reason: 'busy', retryAfterMs: 1000 }
  const SERVERS: Record<string, SocketScript> = {
    'dies in the middle, and comes back': { steps: [{}, { dies: true }], next: 'first' },
    'dies before it has kept anything': {
      steps: [{}, { keep: false, times: 0, dies: true }],
      next: 'first',
    },
    'answers acks twice': { steps: [{ times: 2 }] },
    'answers acks late': { steps: [{}, { delayMs: 1500 }], next: 'first' },
    'answers acks out of order': { steps: [{ hold: 2, delayMs: 300 }, { hold: 2 }], next: 'first' },
    'answers nacks': { steps: [{}, { nack }, {}, { nack: { reason: 'no' } }], next: 'ok' },
    'says nothing': { steps: [{}, { times: 0 }], next: 'first' },
    'stops reading': { steps: [{}, {}, { stopsReading: true, times: 0 }], next: 'first' },
    'talks nonsense': {
      steps: [{ says: ['{', '{"type":"ack"}', '[1]', '{"type":"ack","batchId":"x"}'] }],
    },
    'is not there at first': { dials: [{ refuse: 503 }, { welcome: false, nack }, {}] },
  }
  it.each(Object.entries(SERVERS))('whose server %s loses nothing', async (_, sockets) => {
    const run = createRun()
    await run.script({ steps: [], sockets })
    const exporter = await live(run, { transport: 'websocket', timeout: 1000 })
    await drained(exporter)
    await expectAll(run)
    for (const { unansweredAtMost } of await run.sockets()) {
      expect(unansweredAtMost).toBeLessThanOrEqual(4)
    }
  })

  it('that nobody answers goes on by fetch, under the same ids, and nothing is lost', async () => {
    const run = createRun()
    await run.script({ steps: [], sockets: { dials: [{ refuse: 404 }] } })
    const exporter = await live(run, { transport: ['websocket', 'fetch'] })
    await until(run.ledger, hasStats(4, 'alice', 'bob'))
    await drained(exporter)
    await expectAll(run)
    expect((await run.ledger()).doubled).toEqual([])
    expect((await run.sockets()).length).toBe(3)
  })
})

describe('a call by beacon alone', () => {
  it('sends, says that nobody confirms it, and the disk does not fill', async () => {
    const run = createRun()
    const successes: ExportSuccess[] = []
    const call = startCall()
    const exporter = startExporter({ url: run.url, transport: 'beacon' })
    exporter.on('export:success', (success) => successes.push(success))
    exporter.addPeer({ peerId: 'alice', pc: call.alice })
    await call.connect()
    await until(run.ledger, hasStats(6, 'alice'))
    await drained(exporter)
    await pause(300)
    const { items, missing } = await run.ledger()
    expect(missing).toEqual([])
    expect(successes.map(({ confirmed }) => confirmed)).toEqual(successes.map(() => false))
    const told = successes.reduce((sum, { count }) => sum + count, 0)
    expect(told).toBe(items.length)
    expect(await exporter.queue).toMatchObject({ depth: 0, bytes: 0, dropped: {} })
    const posts = (await run.requests()).filter(({ method }) => method === 'POST')
    for (const { headers, bytes } of posts) {
      expect(headers['content-type']).toBe('text/plain')
      expect(bytes).toBeLessThanOrEqual(65_536)
    }
  })
})

describe('a server that never answers', () => {
  const silent = {
    steps: [{ delayMs: 60_000, keep: false }],
    sockets: { steps: [{ keep: false, times: 0 }] },
  }
  it.each([['fetch'], ['websocket'], [['websocket', 'fetch', 'beacon']]])(
    'holds up neither flush() nor destroy() beyond the timeout: %j',
    async (transport) => {
      const run = createRun()
      await run.script(silent)
      const timeout = 1500
      const exporter = await live(run, { transport, timeout }, 2)
      let began = performance.now()
      const { sent, stored } = await exporter.flush()
      const flushMs = performance.now() - began
      began = performance.now()
      await exporter.destroy()
      const destroyMs = performance.now() - began
      expect(sent).toBe(0)
      expect(stored).toBeGreaterThan(0)
      expect(Math.max(flushMs, destroyMs)).toBeLessThanOrEqual(timeout + 500)
    },
  )
})
