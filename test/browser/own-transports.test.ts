// An app's own transports: those that the docs show, and those that are wrong in every way.
import { describe, expect, inject, it } from 'vitest'
import type { ExporterOptions, WebRTCExporter } from '../../src/index.ts'
import type { SendResult, Transport } from '../../transports/index.ts'
import { overMySocket } from '../../docs/over-my-socket.ts'
import { collect, startCall, startExporter } from './lifetimes.ts'
import { createRun, hasStats, pause, until } from './run.ts'

let runs = 0

/** The `seq`s that the backend has of a new run, and where that is. */
function createOwnRun() {
  const run = `own-${Date.now()}-${runs++}`
  const base = inject('ownBackend')
  return {
    lines: `${base}/lines/${run}`,
    socket: `${base.replace('http', 'ws')}/socket/${run}`,
    seqs: async () => (await (await fetch(`${base}/seqs/${run}`)).json()) as number[],
  }
}

/** What is there when nothing more comes. */
async function whenSent(exporter: WebRTCExporter, seqs: () => Promise<number[]>) {
  exporter.pause()
  await exporter.flush()
  const there = (await seqs()).toSorted((one, other) => one - other)
  const holes = there.filter((seq, index) => seq !== index)
  return { isMuch: there.length > 10, holes, depth: (await exporter.queue)?.depth }
}

const ALL_ONCE = { isMuch: true, holes: [], depth: 0 }

async function live(options: Partial<ExporterOptions> & Pick<ExporterOptions, 'url'>) {
  const call = startCall()
  const exporter = startExporter({ retryBaseDelay: 20, retryMaxDelay: 100, ...options })
  const stats = collect<unknown>((listener) => exporter.on('stats', listener))
  exporter.addPeer({ peerId: 'alice', pc: call.alice })
  await call.connect()
  await until(
    () => stats.length,
    (count) => count >= 4,
  )
  return exporter
}

describe("an app's own transport", () => {
  it('in a worker file, as the docs show it, delivers', async () => {
    const { lines, seqs } = createOwnRun()
    const exporter = await live({
      url: lines,
      transport: 'lines',
      worker: () =>
        new Worker(new URL('../../docs/stats-worker.ts', import.meta.url), { type: 'module' }),
    })
    expect(exporter.mode).toBe('app')
    expect(await whenSent(exporter, seqs)).toEqual(ALL_ONCE)
  })

  it('on the page, as the docs show it, delivers', async () => {
    const { lines, socket, seqs } = createOwnRun()
    const own = new WebSocket(socket)
    await new Promise((resolve) => own.addEventListener('open', resolve))
    const exporter = await live({ url: lines, transport: overMySocket(own) })
    expect(await whenSent(exporter, seqs)).toEqual(ALL_ONCE)
    own.close()
  })

  it('that nobody has registered is an error that names those there are, and nothing is lost', async () => {
    const run = createRun()
    const exporter = startExporter({ url: run.url, transport: 'lines' })
    const errors = collect<{ error: Error }>((listener) => exporter.on('error', listener))
    exporter.addEvent('mark')
    // A worker that is slow to start is told of before.
    const said = await until(
      () => errors.find(({ error }) => error.message.startsWith('transport: ')),
      (found) => found !== undefined,
    )
    expect(said?.error.message).toMatch(/^transport: expected .*fetch, websocket.*got lines$/)
    expect(await exporter.flush()).toEqual({ sent: 0, stored: 1 })
  })
})

const WRONG: Record<string, () => unknown> = {
  throws: () => {
    throw new Error('oh')
  },
  rejects: () => Promise.reject(new Error('oh')),
  'never answers': () => new Promise(() => {}),
  'answers nonsense': () => ({ status: 'fine' }),
  'answers nothing': () => undefined,
  'answers what cannot cross to the worker': () => ({ status: 'ok', rejected: [() => {}] }),
}

describe.each(Object.entries(WRONG))('a transport that %s', (_, send) => {
  const wrong = (): Transport => ({
    name: 'wrong',
    send: send as () => Promise<SendResult>,
    close: send as () => void,
  })

  it('harms nothing else: the next one in the list delivers all of it', async () => {
    const run = createRun()
    const exporter = await live({ url: run.url, transport: [wrong(), 'fetch'], timeout: 300 })
    await until(run.ledger, hasStats(3, 'alice'))
    exporter.pause()
    await until(
      () => exporter.queue,
      (queue) => queue?.depth === 0,
    )
    const { doubled, missing } = await run.ledger()
    expect(missing).toEqual([])
    // An answer that comes late is a retry of the same batch.
    expect(doubled.filter(([, , , batchIds]) => batchIds > 1)).toEqual([])
  })

  it('alone keeps all of it, says so, and ends when it is told to', async () => {
    const errors: { error: Error; queued: boolean }[] = []
    const exporter = startExporter({
      url: createRun().url,
      transport: wrong(),
      timeout: 500,
      maxRetries: 1,
      retryBaseDelay: 20,
    })
    exporter.on('export:error', (error) => errors.push(error))
    exporter.addEvent('mark')
    await until(
      () => errors.length,
      (count) => count > 0,
    )
    expect(errors[0]).toMatchObject({ queued: true, error: { message: /^wrong: / } })
    await pause(50)
    const began = performance.now()
    expect((await exporter.flush()).sent).toBe(0)
    await exporter.destroy()
    expect(performance.now() - began).toBeLessThan(2 * (500 + 500))
  })
})
