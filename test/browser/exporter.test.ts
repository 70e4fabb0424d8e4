// The public class, on real connections.
import { describe, expect, it } from 'vitest'
import type { ExportError, ExportSuccess, PageItem, StatsItem } from '../../src/index.ts'
import { WebRTCExporter } from '../../src/index.ts'
import { collect, startCall, startExporter } from './lifetimes.ts'
import { createRun, until } from './run.ts'

const atLeast =
  (count: number) =>
  (list: readonly unknown[]): boolean =>
    list.length >= count

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

describe('construction', () => {
  it('a wrong option throws, saying what was expected and what came', () => {
    expect(() => new WebRTCExporter({ url: '/x', batchSize: -1 })).toThrow(
      'batchSize: expected an integer > 0, got -1',
    )
  })
})

describe('peers', () => {
  it('a peer added before, during and after negotiation has its states and its stats', async () => {
    const run = createRun()
    const exporter = startExporter({ url: run.url })
    const items = collect<PageItem>((listener) => exporter.on('timeline', listener))
    const call = startCall()
    exporter.addPeer({ peerId: 'before', pc: call.alice })
    call.bob.addEventListener(
      'signalingstatechange',
      () => exporter.addPeer({ peerId: 'during', pc: call.bob }),
      { once: true },
    )
    await call.connect()
    const late = startCall()
    await late.connect()
    exporter.addPeer({ peerId: 'after', pc: late.alice })
    for (const peerId of ['before', 'during', 'after']) {
      const its = (event: string) =>
        items.filter((item) => item.peerId === peerId && item.event === event)
      await until(() => its('stats'), atLeast(3))
      expect(its('peerAdded')).toHaveLength(1)
      const states = its('connectionStateChange').map(({ data }) => data)
      expect(states.at(-1)).toEqual(peerId === 'after' ? undefined : { state: 'connected' })
    }
    const [added] = items.filter(({ peerId, event }) => peerId === 'after' && event === 'peerAdded')
    expect(added?.data).toMatchObject({ connectionState: 'connected', signalingState: 'stable' })
  })

  it('the same connection again is a no-op; another one of a peer is told apart by its pcId', async () => {
    const exporter = startExporter({ url: createRun().url })
    const items = collect<StatsItem>((listener) => exporter.on('stats', listener))
    const call = startCall()
    exporter.addPeer({ peerId: 'alice', pc: call.alice })
    exporter.addPeer({ peerId: 'alice', pc: call.alice })
    exporter.addPeer({ peerId: 'alice', pc: call.bob })
    expect(exporter.getPeerIds()).toEqual(['alice'])
    await until(() => items, atLeast(4))
    expect([...new Set(items.map(({ pcId }) => pcId))].sort()).toEqual(['pc1', 'pc2'])
  })

  it('a removed peer is gone at once, gives one last sample, and then nothing', async () => {
    const exporter = startExporter({ url: createRun().url, getStatsInterval: 60_000 })
    const items = collect<PageItem>((listener) => exporter.on('timeline', listener))
    const call = startCall()
    exporter.addPeer({ peerId: 'alice', pc: call.alice })
    await call.connect()
    exporter.removePeer('alice')
    expect(exporter.getPeerIds()).toEqual([])
    await until(
      () => items.map(({ event }) => event),
      (events) => events.includes('peerRemoved'),
    )
    const events = items.map(({ event }) => event)
    expect(events.filter((event) => event === 'stats')).toHaveLength(1)
    call.alice.close()
    call.bob.close()
    await pause(300)
    expect(items.map(({ event }) => event)).toEqual(events)
  })

  it('a connection that the app has closed says so once, and is monitored no longer', async () => {
    const exporter = startExporter({ url: createRun().url })
    const items = collect<PageItem>((listener) => exporter.on('connectionStateChange', listener))
    const all = collect<PageItem>((listener) => exporter.on('timeline', listener))
    const call = startCall()
    exporter.addPeer({ peerId: 'alice', pc: call.alice })
    await call.connect()
    await until(() => all.filter(({ event }) => event === 'stats'), atLeast(1))
    call.alice.close()
    expect(exporter.getPeerIds()).toEqual([])
    await until(
      () => all.map(({ event }) => event),
      (events) => events.includes('peerRemoved'),
    )
    const count = all.length
    await pause(1000)
    expect(items.map(({ data }) => data)).toEqual([
      { state: 'connecting' },
      { state: 'connected' },
      { state: 'closed' },
    ])
    expect(all).toHaveLength(count)
  })

  it("the app's own handlers are left alone", async () => {
    const exporter = startExporter({ url: createRun().url })
    const call = startCall()
    const heard: string[] = []
    const handler = (): void => void heard.push(call.alice.connectionState)
    call.alice.onconnectionstatechange = handler
    exporter.addPeer({ peerId: 'alice', pc: call.alice })
    await call.connect()
    await until(() => heard, atLeast(2))
    expect(call.alice.onconnectionstatechange).toBe(handler)
    expect(call.alice.onicecandidate).toBeNull()
  })

  it('a getStats() that rejects or hangs is said once, and costs the other connections nothing', async () => {
    const exporter = startExporter({ url: createRun().url })
    const items = collect<PageItem>((listener) => exporter.on('timeline', listener))
    const errors = collect<{ error: Error }>((listener) => exporter.on('error', listener))
    const call = startCall()
    const other = startCall()
    other.alice.getStats = () => Promise.reject(new Error('broken'))
    other.bob.getStats = () => new Promise(() => {})
    exporter.addPeer({ peerId: 'rejects', pc: other.alice })
    exporter.addPeer({ peerId: 'hangs', pc: other.bob })
    exporter.addPeer({ peerId: 'fine', pc: call.alice })
    await until(() => items.filter(({ event }) => event === 'stats'), atLeast(5))
    const said = items.filter(({ event }) => event === 'statsError')
    expect(said.map(({ peerId, data }) => [peerId, data])).toEqual([
      ['rejects', { message: 'getStats() was rejected', cause: 'Error: broken' }],
      ['hangs', { message: 'getStats() does not answer', cause: null }],
    ])
    expect(errors.map(({ error }) => error.message)).toEqual([
      'getStats() was rejected',
      'getStats() does not answer',
    ])
    exporter.removePeer('hangs')
    await until(
      () => items.map(({ event }) => event),
      (events) => events.includes('peerRemoved'),
    )
  })

  it.each([
    [undefined, 'addPeer: expected an object { peerId, pc }, got undefined'],
    [{ peerId: '' }, 'peerId: expected a string that is not empty, got ""'],
    [{ peerId: 'a', pc: {} }, 'pc: expected an RTCPeerConnection, got an object'],
  ])('a bad peer is an error event, not an exception: %j', (peer, message) => {
    const exporter = startExporter({ url: createRun().url })
    const errors = collect<{ error: Error }>((listener) => exporter.on('error', listener))
    exporter.addPeer(peer as never)
    expect(errors.map(({ error }) => error.message)).toEqual([message])
    expect(exporter.getPeerIds()).toEqual([])
  })
})

describe('events', () => {
  it('rawStats is the report as it came, a Map on the page and an array on the wire; statsObject is keyed by id', async () => {
    const run = createRun()
    const exporter = startExporter({ url: run.url, rawStats: true, statsObject: true })
    const items = collect<StatsItem>((listener) => exporter.on('stats', listener))
    const call = startCall()
    await call.connect()
    exporter.addPeer({ peerId: 'alice', pc: call.alice })
    const [item] = await until(() => items, atLeast(1))
    expect(item?.rawStats).toBeInstanceOf(Map)
    const ids = [...(item?.rawStats?.keys() ?? [])]
    expect(ids.length).toBeGreaterThan(10)
    expect(Object.keys(item?.statsObject ?? {}).sort()).toEqual([...ids].sort())
    const { items: sent } = await until(run.ledger, ({ items }) =>
      items.some(({ event }) => event === 'stats'),
    )
    const first = sent.find(({ event }) => event === 'stats')
    expect(first?.rawStats?.map(({ id }) => id)).toEqual(ids)
  })

  it('a batch that was acked, and one that was not, are said with what they held', async () => {
    const run = createRun()
    await run.script({ steps: [{ status: 503 }, { status: 503 }, {}] })
    const exporter = startExporter({ url: run.url, maxRetries: 1, retryBaseDelay: 1 })
    const failed = collect<ExportError>((listener) => exporter.on('export:error', listener))
    const done = collect<ExportSuccess>((listener) => exporter.on('export:success', listener))
    exporter.addEvent('hello', { to: 'you' })
    await until(() => done, atLeast(1))
    expect(failed).toHaveLength(1)
    expect(failed[0]?.error).toBeInstanceOf(Error)
    expect(failed[0]).toMatchObject({
      count: 1,
      queued: true,
      items: [{ event: 'hello', tag: 'application', data: { to: 'you' } }],
    })
    expect(done[0]).toEqual({
      count: 1,
      sessionId: exporter.sessionId,
      batchId: expect.any(String),
      confirmed: true,
    })
  })

  it("the app's marks, its rating and late facts are exported", async () => {
    const run = createRun()
    const exporter = startExporter({ url: run.url, keys: { a: '1', b: '2' } })
    const errors = collect<{ error: Error }>((listener) => exporter.on('error', listener))
    exporter.addEvent('mark')
    exporter.addEvent('mark', { deep: [1, { two: null }] })
    exporter.rate(4, 'nice')
    exporter.update({ userId: 'u7', roomId: 'r7', keys: { b: '3' } })
    await exporter.flush()
    const { items } = await run.ledger()
    expect(items.map(({ event, tag, data }) => [event, tag, data])).toEqual([
      ['mark', 'application', null],
      ['mark', 'application', { deep: [1, { two: null }] }],
      ['rating', 'application', { rating: 4, comment: 'nice' }],
    ])
    expect((await run.bodies()).at(-1)).toMatchObject({
      client: { userId: 'u7', roomId: 'r7', keys: { a: '1', b: '3' } },
    })
    const loop: Record<string, unknown> = {}
    loop['self'] = loop
    exporter.addEvent('loop', loop)
    exporter.addEvent('big', 'x'.repeat(40_000))
    exporter.rate(6)
    exporter.update({ colour: 'red' } as never)
    expect(errors.map(({ error }) => error.message.split(',')[0]?.slice(0, 55))).toEqual([
      'loop: expected data that JSON can carry: "TypeError: Co',
      'big: expected data of at most 32768 characters as JSON',
      'rate: expected an integer from 1 to 5',
      'update: expected userId',
    ])
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
    expect(items.map(({ event }) => event)).toEqual(['peerAdded', 'stats', 'peerRemoved'])
    expect(missing).toEqual([])
    expect(done).toMatchObject([{ count: 3 }])
    exporter.addPeer({ peerId: 'bob', pc: call.bob })
    exporter.addEvent('late')
    exporter.pause()
    exporter.resume()
    await exporter.clear()
    expect(exporter.getPeerIds()).toEqual([])
    expect(await exporter.flush()).toEqual({ sent: 0, stored: 0 })
    expect((await run.ledger()).kept).toBe(3)
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
    expect(await exporter.flush()).toEqual({ sent: 0, stored: 0 })
    expect((await run.ledger()).kept).toBe(0)
    expect(await exporter.getTimeline()).toEqual([])
  })
})
