// What happens to a call reaches the server: its states, tracks and channels, to its end.
import type { PageItem, StatsData } from '../../../src/index.ts'
import type { Ledger } from '../../fault-ledger.ts'
import { equal, isTrue } from './assert.ts'
import { hasStats, of, pause, until } from '../../run.ts'
import { collect } from './scene.ts'
import type { Check } from './scene.ts'

export const CALL_CHECKS: readonly Check[] = [
  {
    name: 'two peers: their events up to connected and their stats reach the server, each once',
    async run(scene) {
      const call = scene.startCall()
      const exporter = scene.startExporter()
      exporter.addPeer({ peerId: 'alice', pc: call.alice })
      exporter.addPeer({ peerId: 'bob', pc: call.bob })
      await call.connect()
      await until(scene.run.ledger, hasStats(5, 'alice', 'bob'))
      await exporter.destroy()
      const ledger = await scene.run.ledger()
      equal([ledger.doubled, ledger.missing], [[], []], 'doubled and missing')
      for (const peerId of ['alice', 'bob']) {
        const states = (event: string): unknown[] => of(ledger, peerId, event).map((it) => it.data)
        const connection = [{ state: 'connecting' }, { state: 'connected' }]
        equal(states('connectionStateChange'), connection, `the states of ${peerId}`)
        isTrue(states('iceConnectionStateChange').length > 0, 'there is an ICE state')
        isTrue(states('iceCandidate').length > 0, 'there is a candidate')
        const signaling = states('signalingStateChange').at(-1)
        equal(signaling, { state: 'stable' }, 'the last signaling state')
      }
    },
  },
  {
    name: 'tracks and data channels that come in are captured, and a channel has its rates',
    needs: 'rtc',
    async run(scene) {
      const call = scene.startCall()
      const exporter = scene.startExporter({ getStatsInterval: 500 })
      exporter.addPeer({ peerId: 'bob', pc: call.bob })
      const channel = call.alice.createDataChannel('chat', { ordered: false })
      const talking = setInterval(() => {
        if (channel.readyState === 'open') channel.send('hello')
      }, 50)
      await call.connect()
      const opened = (ledger: Ledger): boolean => of(ledger, 'bob', 'dataChannel').length > 0
      await until(scene.run.ledger, opened)
      const count = of(await scene.run.ledger(), 'bob', 'stats').length
      const ledger = await until(scene.run.ledger, hasStats(count + 4, 'bob'))
      clearInterval(talking)
      const tracks = of(ledger, 'bob', 'track').map(({ data }) => (data as { kind: string }).kind)
      equal(tracks.sort(), ['audio', 'video'], 'the tracks')
      const [announced] = of(ledger, 'bob', 'dataChannel')
      const { label, ordered } = (announced?.data ?? {}) as Partial<RTCDataChannel>
      equal([label, ordered], ['chat', false], 'the channel')
      const last = of(ledger, 'bob', 'stats').at(-1)?.data as Required<StatsData>
      const rates = last.metrics[last.dataChannel[0]?.id ?? '']
      isTrue((rates?.messagesReceivedRate ?? 0) > 0, 'messages come in', rates)
    },
  },
  {
    name: 'a connection that the app has closed says so once, and others can come after it',
    async run(scene) {
      const exporter = scene.startExporter()
      const all = collect<PageItem>((listener) => exporter.on('timeline', listener))
      const eventsOf = (peerId: string): string[] =>
        all.filter((item) => item.peerId === peerId).map(({ event }) => event)
      const call = scene.startCall()
      exporter.addPeer({ peerId: 'alice', pc: call.alice })
      await call.connect()
      await until(
        () => eventsOf('alice'),
        (events) => events.includes('stats'),
      )
      call.alice.close()
      equal(exporter.getPeerIds(), [], 'who is monitored')
      exporter.addPeer({ peerId: 'carol', pc: scene.startCall().alice })
      await until(
        () => eventsOf('alice'),
        (events) => events.includes('peerRemoved'),
      )
      await pause(700)
      const states = all.filter(
        ({ peerId, event }) => peerId === 'alice' && event === 'connectionStateChange',
      )
      const said = states.map(({ data }) => (data as { state: string }).state)
      equal(said, ['connecting', 'connected', 'closed'], 'the states')
      equal(eventsOf('alice').slice(-2), ['peerRemoved', 'summary'], 'its last events')
      equal(exporter.getPeerIds(), ['carol'], 'who is monitored after')
    },
  },
  {
    name: 'a removed peer is gone at once, gives one last sample, its account, and then nothing',
    async run(scene) {
      const exporter = scene.startExporter({ getStatsInterval: 60_000 })
      const items = collect<PageItem>((listener) => exporter.on('timeline', listener))
      const call = scene.startCall()
      await call.connect()
      exporter.addPeer({ peerId: 'alice', pc: call.alice })
      exporter.removePeer('alice')
      equal(exporter.getPeerIds(), [], 'who is monitored')
      const events = (): string[] => items.map(({ event }) => event)
      await until(events, (names) => names.includes('peerRemoved'))
      call.hangUp()
      await pause(300)
      equal(events(), ['peerAdded', 'stats', 'peerRemoved', 'summary'], 'its events')
    },
  },
  {
    name: 'nothing is captured while paused, and what changed meanwhile is said after',
    async run(scene) {
      const exporter = scene.startExporter()
      const items = collect<PageItem>((listener) => exporter.on('timeline', listener))
      const events = (): string[] => items.map(({ event }) => event)
      const call = scene.startCall()
      exporter.addPeer({ peerId: 'alice', pc: call.alice })
      await until(events, (names) => names.includes('stats'))
      exporter.pause()
      await until(events, (names) => names.includes('paused'))
      await pause(300)
      const count = items.length
      await call.connect()
      await pause(500)
      equal(items.length, count, 'items while it is paused')
      exporter.resume()
      await until(events, (names) => names.slice(count).includes('stats'))
      const said = items.slice(count).find(({ event }) => event === 'connectionStateChange')
      equal(said?.data, { state: 'connected' }, 'the state')
    },
  },
]
