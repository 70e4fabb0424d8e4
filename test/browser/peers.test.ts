// Which connections are monitored, and how, on real ones.
import { describe, expect, it } from 'vitest'
import type { PageItem, StatsItem } from '../../src/index.ts'
import { collect, startCall, startExporter } from './lifetimes.ts'
import { atLeast, createRun, pause, until } from './run.ts'

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
