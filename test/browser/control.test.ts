// Construction, pause, flush, destroy and clear.
import { describe, expect, it } from 'vitest'
import type { ExportSuccess, PageItem } from '../../src/index.ts'
import { WebRTCExporter } from '../../src/index.ts'
import { collect, startCall, startExporter } from './lifetimes.ts'
import { atLeast, createRun, pause, until } from './run.ts'

describe('construction', () => {
  it('a wrong option throws, saying what was expected and what came', () => {
    expect(() => new WebRTCExporter({ url: '/x', batchSize: -1 })).toThrow(
      'batchSize: expected an integer > 0, got -1',
    )
  })
})

describe('control', () => {
  it('nothing is captured while paused, and what changed meanwhile is said after', async () => {
    const exporter = startExporter({ url: createRun().url })
    const items = collect<PageItem>((listener) => exporter.on('timeline', listener))
    const call = startCall()
    exporter.addPeer({ peerId: 'alice', pc: call.alice })
    await until(() => items.filter(({ event }) => event === 'stats'), atLeast(1))
    exporter.pause()
    await until(
      () => items.map(({ event }) => event),
      (events) => events.includes('paused'),
    )
    await pause(300)
    const count = items.length
    await call.connect()
    await pause(800)
    expect(items).toHaveLength(count)
    exporter.resume()
    await until(() => items.slice(count).filter(({ event }) => event === 'stats'), atLeast(2))
    const said = items.slice(count).filter(({ tag }) => tag === 'connection')
    expect(said.find(({ event }) => event === 'connectionStateChange')?.data).toEqual({
      state: 'connected',
    })
  })

  it('flush() seals what waits and says what went; getTimeline() has it all, also after destroy()', async () => {
    const run = createRun()
    const exporter = startExporter({ url: run.url, flushInterval: 60_000 })
    exporter.addEvent('one')
    exporter.addEvent('two')
    expect(await exporter.flush()).toEqual({ sent: 2, stored: 0 })
    expect((await exporter.getTimeline()).map(({ event }) => event)).toEqual(['one', 'two'])
    exporter.addEvent('three')
    await exporter.destroy()
    expect((await run.ledger()).kept).toBe(3)
    const timeline = await exporter.getTimeline()
    expect(timeline.map(({ event, seq }) => [event, seq])).toEqual([
      ['one', 0],
      ['two', 1],
      ['three', 2],
    ])
  })

  it('destroy() takes last samples, raises the last events, and then nothing does anything', async () => {
    const run = createRun()
    const exporter = new WebRTCExporter({
      url: run.url,
      getStatsInterval: 60_000,
      flushInterval: 60_000,
    })
    const done = collect<ExportSuccess>((listener) => exporter.on('export:success', listener))
    const call = startCall()
    await call.connect()
    exporter.addPeer({ peerId: 'alice', pc: call.alice })
    const destroyed = exporter.destroy()
    expect(exporter.destroy()).toBe(destroyed)
    await destroyed
    const { items, missing } = await run.ledger()
    expect(items.map(({ event }) => event)).toEqual([
      ...['peerAdded', 'stats', 'peerRemoved'],
      ...['summary', 'summary'],
    ])
    expect(missing).toEqual([])
    expect(done).toMatchObject([{ count: 3 }, { count: 2 }])
    exporter.addPeer({ peerId: 'bob', pc: call.bob })
    exporter.addEvent('late')
    exporter.pause()
    exporter.resume()
    await exporter.clear()
    expect(exporter.getPeerIds()).toEqual([])
    expect(await exporter.flush()).toEqual({ sent: 0, stored: 0 })
    expect((await run.ledger()).kept).toBe(5)
  })

  it('destroy() right after removePeer() loses no last sample', async () => {
    const run = createRun()
    const exporter = new WebRTCExporter({ url: run.url, getStatsInterval: 60_000 })
    const call = startCall()
    await call.connect()
    exporter.addPeer({ peerId: 'alice', pc: call.alice })
    await exporter.flush()
    const read = call.alice.getStats.bind(call.alice)
    call.alice.getStats = () => pause(300).then(() => read())
    exporter.removePeer('alice')
    await exporter.destroy()
    const { items } = await run.ledger()
    expect(items.map(({ event }) => event)).toEqual([
      ...['peerAdded', 'stats', 'peerRemoved'],
      ...['summary', 'summary'],
    ])
  })

  it('destroy() right after the app has closed its connection says that it is closed', async () => {
    const run = createRun()
    const exporter = new WebRTCExporter({ url: run.url, getStatsInterval: 60_000 })
    const call = startCall()
    await call.connect()
    exporter.addPeer({ peerId: 'alice', pc: call.alice })
    call.alice.close()
    await exporter.destroy()
    const { items } = await run.ledger()
    expect(items.map(({ event }) => event)).toEqual([
      ...['peerAdded', 'connectionStateChange', 'peerRemoved'],
      ...['summary', 'summary'],
    ])
  })

  it('flush() and destroy() settle within the timeout against a server that never answers', async () => {
    const run = createRun()
    await run.script({ steps: [{ delayMs: 600_000 }] })
    const exporter = startExporter({ url: run.url, timeout: 1000 })
    exporter.addEvent('one')
    const began = performance.now()
    expect(await exporter.flush()).toMatchObject({ sent: 0 })
    await exporter.destroy()
    // A limit, not a speed: each of the two has 1000 ms and some grace.
    expect(performance.now() - began).toBeLessThan(3000)
  })

  it('what one page could not send, the next one sends, under the name of the first', async () => {
    const run = createRun()
    await run.script({ steps: [{ status: 503 }] })
    const first = startExporter({ url: run.url, timeout: 1000 })
    first.addEvent('left behind')
    await first.destroy()
    expect((await run.ledger()).kept).toBe(0)
    await run.script({ steps: [{}] })
    startExporter({ url: run.url })
    const { items } = await until(run.ledger, ({ kept }) => kept > 0)
    expect(items).toMatchObject([{ event: 'left behind', sessionId: first.sessionId }])
  })

  it('clear() forgets what is stored', async () => {
    const run = createRun()
    await run.script({ steps: [{ status: 503 }] })
    const exporter = startExporter({ url: run.url, retryBaseDelay: 60_000, retryMaxDelay: 60_000 })
    exporter.addEvent('secret')
    expect(await exporter.flush()).toEqual({ sent: 0, stored: 1 })
    await exporter.clear()
    await run.script({ steps: [{}] })
    await exporter.flush()
    const said = { event: 'dropped', data: { reason: 'cleared', count: 1 } }
    expect((await run.ledger()).items).toMatchObject([said])
    expect(await exporter.getTimeline()).toEqual([])
  })
})
