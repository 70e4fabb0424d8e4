// Where the engine runs when a worker cannot: on the built files, as a user has them.
import { afterEach, describe, expect, it } from 'vitest'
import type { WebRTCExporter as Exporter } from '../../src/index.ts'
import { collect, startCall } from './lifetimes.ts'
import { createRun, until } from './run.ts'

/** As the server of these tests has it: built by `npm run build`. */
const BUILT = '/dist/index.js'
const { WebRTCExporter } = (await import(/* @vite-ignore */ BUILT)) as {
  WebRTCExporter: typeof Exporter
}

type Fault = 'missing' | 'refused' | 'throws' | 'silent'

const RealWorker = globalThis.Worker
const workers: Worker[] = []
const ends: (() => unknown)[] = []

afterEach(async () => {
  for (const end of ends.splice(0)) await end()
  globalThis.Worker = RealWorker
  workers.splice(0)
})

const script = (code: string): string => URL.createObjectURL(new Blob([code]))

const BROKEN: Record<Fault, () => string> = {
  missing: () => new URL('/no-such-file.js', location.href).href,
  refused: () => {
    throw new DOMException('a policy forbids it', 'SecurityError')
  },
  throws: () => script('throw new Error("at load")'),
  silent: () => script(''),
}

/** From here on workers of our file, and workers of a blob, fail in these ways. */
function breakWorkers(faults: { worker?: Fault; blob?: Fault }): void {
  globalThis.Worker = class extends RealWorker {
    constructor(url: string | URL, options?: WorkerOptions) {
      const fault = String(url).startsWith('blob:') ? faults.blob : faults.worker
      super(fault ? BROKEN[fault]() : url, fault === 'throws' || fault === 'silent' ? {} : options)
      workers.push(this)
    }
  }
}

function start() {
  const run = createRun()
  const exporter = new WebRTCExporter({ url: run.url, getStatsInterval: 200, flushInterval: 300 })
  ends.push(() => exporter.destroy())
  const errors = collect<{ error: Error; place?: string }>((listener) =>
    exporter.on('error', listener),
  )
  return { run, exporter, errors }
}

describe('the place of the engine', () => {
  it.each<[string, { worker?: Fault; blob?: Fault }, string, string[]]>([
    ['all is well', {}, 'worker', []],
    ['its file is missing', { worker: 'missing' }, 'blob', ['worker']],
    ['its file is refused', { worker: 'refused' }, 'blob', ['worker']],
    ['its file throws at load', { worker: 'throws' }, 'blob', ['worker']],
    ['its file never answers', { worker: 'silent' }, 'blob', ['worker']],
    ['every worker is refused', { worker: 'refused', blob: 'refused' }, 'page', ['worker', 'blob']],
    ['every worker throws', { worker: 'throws', blob: 'throws' }, 'page', ['worker', 'blob']],
    ['no worker ever answers', { worker: 'silent', blob: 'silent' }, 'page', ['worker', 'blob']],
  ])('%s: export goes on, and says where and why', async (_, faults, mode, failed) => {
    breakWorkers(faults)
    const { run, exporter, errors } = start()
    expect(exporter.mode).toBe('starting')
    const call = startCall()
    exporter.addPeer({ peerId: 'alice', pc: call.alice })
    const { items } = await until(run.ledger, (ledger) =>
      ledger.items.some(({ event }) => event === 'stats'),
    )
    expect(items[0]).toMatchObject({ event: 'peerAdded', seq: 0 })
    expect(exporter.mode).toBe(mode)
    expect(errors.map(({ place }) => place)).toEqual(failed)
    expect(errors.every(({ error }) => error.message.includes('does not run: '))).toBe(true)
  })

  it('without Worker it is the page', async () => {
    Reflect.deleteProperty(globalThis, 'Worker')
    const { run, exporter } = start()
    exporter.addEvent('hello')
    await until(run.ledger, ({ kept }) => kept === 1)
    expect(exporter.mode).toBe('page')
  })
})

describe('a worker that dies', () => {
  it('is started again: what it had stored is sent, and nothing is lost uncounted', async () => {
    breakWorkers({})
    const { run, exporter, errors } = start()
    await run.script({ steps: [{ status: 503 }] })
    const call = startCall()
    exporter.addPeer({ peerId: 'alice', pc: call.alice })
    await until(
      () => exporter.getTimeline(),
      ({ length }) => length >= 8,
    )
    workers[0]?.terminate()
    exporter.addEvent('while it was dead')
    await until(
      () => errors.length,
      (length) => length > 0,
    )
    expect(errors[0]?.error.message).toBe(
      'the worker does not answer any more: it is started again',
    )
    await run.script({ steps: [{}] })
    exporter.addEvent('after')
    await until(run.ledger, ({ items }) => items.some(({ event }) => event === 'after'))
    await exporter.destroy()
    const { items, missing } = await run.ledger()
    expect(items.map(({ event }) => event)).toEqual(
      expect.arrayContaining(['peerAdded', 'while it was dead', 'after']),
    )
    const lost = items.find(({ event }) => event === 'dropped')?.data as
      | { reason: string; count: number }
      | undefined
    const ours = missing.filter(([producer]) => !producer.includes('.w'))
    expect(ours.length).toBeLessThanOrEqual(lost?.count ?? 0)
    expect(lost?.reason ?? 'worker-lost').toBe('worker-lost')
  })
})
