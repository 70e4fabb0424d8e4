// Storage that refuses, hangs, fills up, or is deleted: export goes on, says so, and everything arrives once.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { DroppedItem, ExporterEvents, QueueState } from '../../src/index.ts'
import { databaseName } from '../../workers/storage.ts'
import type { StorageFault } from './break-storage.ts'
import { collect, startExporter } from './lifetimes.ts'
import { createRun, until } from './run.ts'
import type { Run } from '../run.ts'

let workers = 0

/** An exporter whose worker's storage can be broken. */
function start(run: Run, initial: StorageFault | '' = '') {
  const name = `storage-${Date.now()}-${workers++}|${initial}`
  const worker = (): Worker => {
    const file = new URL('./storage-failures.worker.ts', import.meta.url)
    return new Worker(file, { type: 'module', name: name })
  }
  const limits = { retryBaseDelay: 100, retryMaxDelay: 300, maxRetries: 1000 }
  const exporter = startExporter({ url: run.url, worker, ...limits })
  const errors = collect<ExporterEvents['error']>((listener) => exporter.on('error', listener))
  const states = collect<QueueState>((listener) => exporter.on('queue', listener))
  const drops = collect<DroppedItem>((listener) => exporter.on('dropped', listener))
  const channel = new BroadcastChannel(name)
  return {
    exporter,
    errors,
    states,
    drops,
    tell: (fault: StorageFault | '') =>
      new Promise<void>((resolve) => {
        channel.onmessage = () => resolve()
        channel.postMessage(fault)
      }),
    mode: async () => (await exporter.queue)?.mode,
  }
}

/** But for the places where a busy machine could not start the engine in time. */
const said = (errors: readonly ExporterEvents['error'][]): string[] =>
  errors.filter(({ place }) => place === undefined).map(({ error }) => error.message)

/** Each of these arrived once, and nothing is missing. */
async function expectOnce(run: Run, names: readonly string[]): Promise<void> {
  const ledger = await until(run.ledger, ({ items }) =>
    names.every((name) => items.some(({ event }) => event === name)),
  )
  expect(ledger.items.map(({ event }) => event).toSorted()).toEqual([...names].toSorted())
  expect(ledger.doubled).toEqual([])
  expect(ledger.missing).toEqual([])
}

function request<Result>(asked: IDBRequest<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    asked.addEventListener('success', () => resolve(asked.result))
    asked.addEventListener('error', () => reject(asked.error))
  })
}

const HOST = 'the host app'

/** What the host app has stored: its databases, what is in one of them, and its localStorage. */
async function snapshotOfHost(): Promise<string> {
  const all = await indexedDB.databases()
  const database = await request(indexedDB.open(HOST))
  const store = database.transaction('things').objectStore('things')
  const things = await request(store.getAll())
  database.close()
  return JSON.stringify({
    databases: all.filter(({ name }) => !name?.startsWith('webrtc-stats-exporter:')),
    things,
    localStorage: { ...localStorage },
  })
}

let before: string

beforeEach(async () => {
  localStorage.setItem(HOST, 'its own')
  const opening = indexedDB.open(HOST, 3)
  opening.onupgradeneeded = () => opening.result.createObjectStore('things').put({ a: 1 }, 'key')
  const database = await request(opening)
  database.close()
  before = await snapshotOfHost()
})

afterEach(async () => {
  if ((await snapshotOfHost()) !== before) throw new Error('what the host has stored is touched')
})

const REASONS: Record<StorageFault, string> = {
  'open hangs': 'IndexedDB did not open within 4000 ms',
  UnknownError: 'Internal error',
  QuotaExceededError: 'it cannot be put',
  DataCloneError: 'it cannot be put',
  absent: 'this browser has no IndexedDB',
}
const FAULTS = Object.entries(REASONS) as [StorageFault, string][]

describe.each(FAULTS)('storage: %s', (fault, reason) => {
  const complaint = `what is not sent is in memory for now: ${reason}`

  it('from the start: export goes on and says so, and comes back when the store does', async () => {
    const run = createRun()
    const { exporter, errors, states, tell, mode } = start(run, fault)
    exporter.addEvent('one')
    await until(run.ledger, ({ kept }) => kept === 1)
    expect(await mode()).toBe('memory')
    expect(said(errors)).toEqual([complaint])
    await run.script({ steps: [{ status: 503 }] })
    exporter.addEvent('two')
    await until(
      () => exporter.queue,
      (state) => state?.depth === 1,
    )
    await tell('')
    await until(mode, (now) => now === 'indexeddb')
    await until(
      () => states.at(-1),
      (state) => state?.mode === 'indexeddb' && state.depth === 1,
    )
    expect(await exporter.queue).toMatchObject({ mode: 'indexeddb', depth: 1, dropped: {} })
    await run.script({ steps: [{}] })
    exporter.addEvent('three')
    await expectOnce(run, ['one', 'two', 'three'])
    expect(said(errors)).toEqual([complaint])
  })

  it('in the middle, while the endpoint is away: what waits waits, and all of it arrives once', async () => {
    const run = createRun()
    const { exporter, errors, states, tell, mode } = start(run)
    exporter.addEvent('sent before')
    await until(run.ledger, ({ kept }) => kept === 1)
    expect(await mode()).toBe('indexeddb')
    await run.script({ steps: [{ status: 503 }] })
    exporter.addEvent('stored before')
    await until(
      () => exporter.queue,
      (state) => state?.depth === 1,
    )
    await tell(fault)
    exporter.addEvent('captured meanwhile')
    await until(mode, (now) => now === 'memory')
    exporter.addEvent('captured later')
    await until(
      () => states.at(-1)?.mode,
      (last) => last === 'memory',
    )
    await tell('')
    await until(
      () => exporter.queue,
      (state) => state?.mode === 'indexeddb' && state.depth === 3,
    )
    await until(
      () => states.at(-1)?.mode,
      (last) => last === 'indexeddb',
    )
    await run.script({ steps: [{}] })
    const names = ['sent before', 'stored before', 'captured meanwhile', 'captured later']
    await expectOnce(run, names)
    expect(said(errors)).toEqual([complaint])
    await until(
      () => exporter.queue,
      (state) => state?.depth === 0,
    )
  })
})

describe('a database that somebody else deletes', () => {
  it('is made anew by the next write, and what was lost with it is counted', async () => {
    const run = createRun()
    const { exporter, errors, drops, mode } = start(run)
    await run.script({ steps: [{ status: 503 }] })
    exporter.addEvent('lost one')
    exporter.addEvent('lost two')
    await until(
      () => exporter.queue,
      (state) => state?.depth === 2,
    )
    await request(indexedDB.deleteDatabase(databaseName(run.url)))
    exporter.addEvent('captured after')
    await until(
      () => drops,
      (list) => list.length > 0,
    )
    expect(drops.map(({ data }) => data)).toEqual([{ reason: 'cleared', count: 2 }])
    await run.script({ steps: [{}] })
    const { items, doubled } = await until(run.ledger, ({ kept }) => kept >= 2)
    expect(items.map(({ event }) => event).toSorted()).toEqual(['captured after', 'dropped'])
    expect(doubled).toEqual([])
    expect(await exporter.queue).toMatchObject({ mode: 'indexeddb', dropped: { cleared: 2 } })
    expect(await mode()).toBe('indexeddb')
    expect(said(errors)).toEqual([])
  })

  it('and is in the way of for a while, for a tab that hangs does not let go of it', async () => {
    const run = createRun()
    const { exporter, errors, mode } = start(run)
    exporter.addEvent('before')
    await until(run.ledger, ({ kept }) => kept === 1)
    await until(
      () => exporter.queue,
      (state) => state?.depth === 0,
    )
    const hanging = await request(indexedDB.open(databaseName(run.url)))
    const deleted = request(indexedDB.deleteDatabase(databaseName(run.url)))
    exporter.addEvent('meanwhile')
    await until(run.ledger, ({ kept }) => kept === 2)
    expect(await mode()).toBe('memory')
    expect(said(errors)).toEqual([
      'what is not sent is in memory for now: IndexedDB did not open within 4000 ms',
    ])
    hanging.close()
    await deleted
    await until(mode, (now) => now === 'indexeddb')
    exporter.addEvent('after')
    await expectOnce(run, ['before', 'meanwhile', 'after'])
  })
})
