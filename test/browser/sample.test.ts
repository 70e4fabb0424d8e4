// A room that sampleRate leaves out costs nothing, until it is another room.
import { afterEach, describe, expect, it } from 'vitest'
import type { ExporterOptions, PageItem } from '../../src/index.ts'
import type { Run } from '../run.ts'
import { collect, startCall, startExporter } from './lifetimes.ts'
import { atLeast, createRun, pause, until } from './run.ts'

/** Of a million parts they are in the 275,492nd and the 536,022nd. */
const [IN, OUT] = ['planning', 'standup']
const RealWorker = globalThis.Worker
afterEach(() => {
  globalThis.Worker = RealWorker
})

async function create(options: Partial<ExporterOptions>) {
  const seen = { workers: 0, reads: 0, listeners: 0 }
  globalThis.Worker = class extends RealWorker {
    constructor(...parameters: ConstructorParameters<typeof Worker>) {
      super(...parameters)
      seen.workers++
    }
  }
  const run = createRun()
  const exporter = startExporter({ url: run.url, sampleRate: 0.5, ...options })
  const call = startCall()
  await call.connect()
  const { alice } = call
  const read = alice.getStats.bind(alice)
  alice.getStats = () => (seen.reads++, read())
  const listen = alice.addEventListener.bind(alice)
  alice.addEventListener = (...parameters: Parameters<typeof listen>) => {
    seen.listeners++
    listen(...parameters)
  }
  exporter.addPeer({ peerId: 'alice', pc: alice })
  return { run, exporter, seen }
}

async function roomsOf(run: Run): Promise<(string | undefined)[]> {
  return [...new Set((await run.bodies()).map(({ client }) => client.roomId))]
}

describe('sampleRate', () => {
  it('nothing of a room that is left out is read, listened to, stored or sent, and all methods resolve', async () => {
    const { run, exporter, seen } = await create({ roomId: OUT, timeout: 600_000 })
    const errors = collect<object>((listener) => exporter.on('error', listener))
    const items = collect<object>((listener) => exporter.on('timeline', listener))
    await pause(1000)
    exporter.addEvent('mark')
    exporter.rate(5)
    exporter.update({ userId: 'alice', keys: { plan: 'free' } })
    exporter.pause()
    exporter.resume()
    expect(exporter.mode).toBe('off')
    expect(exporter.getPeerIds()).toEqual(['alice'])
    expect(await exporter.flush()).toEqual({ sent: 0, stored: 0 })
    expect(await exporter.getTimeline()).toEqual([])
    expect(await exporter.getSummary()).toEqual({ session: null, peers: {} })
    expect(await exporter.queue).toBeNull()
    expect(await exporter.quarantine.inspect()).toEqual([])
    exporter.removePeer('alice')
    expect(exporter.getPeerIds()).toEqual([])
    await exporter.destroy()
    expect(seen).toEqual({ workers: 0, reads: 0, listeners: 0 })
    expect([...errors, ...items]).toEqual([])
    expect((await run.ledger()).kept).toBe(0)
  })

  it('a room that is known late and in the sample is exported from then on, with the peers so far', async () => {
    const { run, exporter } = await create({ roomId: OUT })
    exporter.addEvent('too early')
    exporter.update({ roomId: IN })
    await until(() => exporter.getTimeline(), atLeast(10))
    await exporter.destroy()
    const { items } = await run.ledger()
    expect(items.slice(0, 2).map(({ event, seq }) => [event, seq])).toEqual([
      ['resumed', 0],
      ['peerAdded', 1],
    ])
    expect(items.map(({ event }) => event)).toContain('stats')
    expect(await roomsOf(run)).toEqual([IN])
  })

  it('a room that drops out of the sample is captured no longer, and never named', async () => {
    const { run, exporter, seen } = await create({ roomId: IN })
    const items = collect<PageItem>((listener) => exporter.on('timeline', listener))
    await until(() => items.filter(({ event }) => event === 'stats'), atLeast(1))
    exporter.update({ roomId: OUT })
    await until(
      () => items.map(({ event }) => event),
      (events) => events.includes('paused'),
    )
    await pause(300)
    const { reads } = seen
    exporter.addEvent('too late')
    await pause(600)
    expect(seen.reads).toBe(reads)
    expect(items.at(-1)?.event).toBe('paused')
    await exporter.flush()
    expect(await roomsOf(run)).toEqual([IN])
  })

  it('clear() forgets what an earlier page load has stored, also where the room is left out', async () => {
    const { run, exporter } = await create({ roomId: IN, timeout: 1000 })
    await run.script({ steps: [{ status: 503 }] })
    exporter.addEvent('secret')
    await exporter.destroy()
    const later = startExporter({ url: run.url, roomId: OUT, sampleRate: 0.5 })
    await later.clear()
    await run.script({ steps: [{}] })
    await later.flush()
    expect((await run.ledger()).items.filter(({ event }) => event !== 'dropped')).toEqual([])
  })
})
