// An app's own worker; a browser that lacks something; a worker that breaks while it runs.
import { describe, expect, it } from 'vitest'
import type { ExporterOptions } from '../../src/index.ts'
import { collect, startCall, startExporter } from './lifetimes.ts'
import { atLeast, createRun, until } from './run.ts'

let workers = 0

/** An exporter whose worker lacks these globals; `tell` reaches into the worker. */
function startLacking(url: string, lacking: string[] = [], options: Partial<ExporterOptions> = {}) {
  const name = [`lacking-${workers++}`, ...lacking].join(' ')
  const worker = (): Worker => {
    const file = new URL('./lacking.worker.ts', import.meta.url)
    return new Worker(file, { type: 'module', name: name })
  }
  const exporter = startExporter({ url, worker, ...options })
  const errors = collect<{ error: Error }>((listener) => exporter.on('error', listener))
  const channel = new BroadcastChannel(name)
  return { exporter, errors, tell: (what: 'freeze' | 'throw') => channel.postMessage(what) }
}

describe('what a browser lacks', () => {
  it.each([
    ['nothing', []],
    ['locks', []],
    ['refusedLocks', ['storage is refused here']],
    ['CompressionStream', []],
    ['indexedDB', ['what is not sent is in memory for now: this browser has no IndexedDB']],
  ])('%s: all of a call is exported, and the app hears what matters', async (lacking, said) => {
    const run = createRun()
    const { exporter, errors } = startLacking(run.url, [lacking], { compression: 'gzip' })
    const call = startCall()
    exporter.addPeer({ peerId: 'alice', pc: call.alice })
    await call.connect()
    await until(() => exporter.getTimeline(), atLeast(15))
    await exporter.destroy()
    expect(exporter.mode).toBe('app')
    const { missing, kept } = await run.ledger()
    expect(missing).toEqual([])
    expect(kept).toBe((await exporter.getTimeline()).length)
    expect(errors.map(({ error }) => error.message)).toEqual(said)
    const posts = (await run.requests()).filter(({ method }) => method === 'POST')
    expect(new Set(posts.map(({ headers }) => headers['content-encoding']))).toEqual(
      new Set([lacking === 'CompressionStream' ? undefined : 'gzip']),
    )
  })
})

describe('a worker that breaks while it runs', () => {
  it('an error in it ends nothing', async () => {
    const run = createRun()
    const { exporter, tell } = startLacking(run.url)
    exporter.addEvent('before')
    await until(run.ledger, ({ kept }) => kept === 1)
    tell('throw')
    exporter.addEvent('after')
    const { items } = await until(run.ledger, ({ kept }) => kept === 2)
    expect(items.map(({ event }) => event)).toEqual(['before', 'after'])
  })

  it('one that is frozen is ended and started again; no promise of ours waits for it', async () => {
    const run = createRun()
    const { exporter, errors, tell } = startLacking(run.url, [], { timeout: 1000 })
    exporter.addEvent('before')
    await until(run.ledger, ({ kept }) => kept === 1)
    tell('freeze')
    exporter.addEvent('while it was frozen')
    expect(await exporter.flush()).toEqual({ sent: 0, stored: 0 })
    expect(await exporter.getTimeline()).toEqual([])
    const { items, missing } = await until(run.ledger, ({ kept }) => kept === 2)
    expect(items.map(({ event, seq }) => [event, seq])).toEqual([
      ['before', 0],
      ['while it was frozen', 1],
    ])
    expect(missing).toEqual([])
    expect(errors.map(({ error }) => error.message)).toEqual([
      'the worker does not answer any more: it is started again',
    ])
  })
})
