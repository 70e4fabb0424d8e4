import { getEventListeners, setMaxListeners } from 'node:events'
import { expect, it } from 'vitest'
import { Connections } from '../src/connections.ts'
import { Outbox } from '../src/outbox.ts'
import { WORKER_NAME } from '../src/protocol.ts'
import type { PageMessage } from '../src/protocol.ts'

// Node warns of more than ten; one connection has them until it stops.
setMaxListeners(20)

const PEERS = 500
const CONNECTION_EVENTS = [
  'connectionstatechange',
  'datachannel',
  'icecandidate',
  'icecandidateerror',
  'iceconnectionstatechange',
  'icegatheringstatechange',
  'negotiationneeded',
  'signalingstatechange',
  'track',
]
const TRACK_EVENTS = ['ended', 'mute', 'unmute']

/** As much of an RTCPeerConnection as is read; its report comes at once. */
class Peer extends EventTarget {
  signalingState = 'stable'
  readonly connectionState = 'connected'
  readonly iceConnectionState = 'connected'
  readonly iceGatheringState = 'complete'

  async getStats(): Promise<ReadonlyMap<string, object>> {
    return new Map([['a', { id: 'a', type: 'transport', timestamp: performance.now() }]])
  }
}

const listenersOf = (target: EventTarget, events: readonly string[]): number =>
  events.reduce((sum, event) => sum + getEventListeners(target, event).length, 0)

/** So many that are monitored, send a track, are polled twice, and leave as `leave` says. */
async function comeAndGo(
  leave: (connections: Connections, peerId: string, pc: Peer) => Promise<void>,
) {
  const outbox = new Outbox()
  const posted: PageMessage[] = []
  outbox.connect({ postMessage: (message) => posted.push(message[WORKER_NAME]) })
  const connections = new Connections(outbox, false, { onNegotiated() {}, onReadFailure() {} })
  const commit = (): void => {
    const seqs = posted.splice(0).flatMap((message) => {
      if (message.type === 'event') return message.event.seq
      return message.type === 'reports' ? message.reports.map(({ seq }) => seq) : []
    })
    outbox.committed(seqs)
  }
  const left = { listeners: 0, atMost: 0, known: 0 }
  for (let number = 1; number <= PEERS; number++) {
    const [peerId, pc, track] = [`peer-${number}`, new Peer(), new EventTarget()]
    connections.add(peerId, peerId, pc as never)
    pc.dispatchEvent(Object.assign(new Event('track'), { track, transceiver: { mid: '0' } }))
    for (let tick = 1; tick <= 2; tick++) {
      await connections.read()
      outbox.post({ type: 'reports', tick, reports: connections.take() })
    }
    const count = (): number =>
      listenersOf(pc, CONNECTION_EVENTS) + listenersOf(track, TRACK_EVENTS)
    left.atMost = Math.max(left.atMost, count())
    await leave(connections, peerId, pc)
    left.listeners += count()
    left.known += Number(outbox.knows({ peerId, peerName: peerId, pcId: `pc${number}` }))
    commit()
  }
  return { connections, outbox, left }
}

it.each<[how: string, leave: Parameters<typeof comeAndGo>[0]]>([
  ['removed', (connections, peerId) => connections.remove(peerId)],
  [
    'closed by the app',
    async (connections, _, pc) => {
      pc.signalingState = 'closed'
      await connections.read()
    },
  ],
])(
  `${PEERS} peers that are added and %s leave no listener and no entry behind`,
  async (_, leave) => {
    const { connections, outbox, left } = await comeAndGo(leave)
    expect(left).toEqual({ listeners: 0, atMost: 13, known: 0 })
    expect([connections.peerIds(), connections.connections()]).toEqual([[], []])
    expect(outbox.heldSince(-1)).toEqual({ events: [], reports: [] })
  },
)

it('a track that is announced each time its direction comes back is watched once, by each connection', async () => {
  const track = new EventTarget()
  const outbox = new Outbox()
  const connections = new Connections(outbox, false, { onNegotiated() {}, onReadFailure() {} })
  const announced = (): Event =>
    Object.assign(new Event('track'), { track, transceiver: { mid: '0' } })
  const [one, another] = [new Peer(), new Peer()]
  connections.add('one', 'one', one as never)
  connections.add('another', 'another', another as never)
  for (let times = 0; times < 3; times++) one.dispatchEvent(announced())
  track.dispatchEvent(new Event('unmute'))
  const said = outbox.heldSince(-1).events.map(({ event }) => event)
  expect(said.filter((event) => event === 'trackUnmute')).toHaveLength(1)
  another.dispatchEvent(announced())
  expect(listenersOf(track, TRACK_EVENTS)).toBe(2 * TRACK_EVENTS.length)
  await connections.removeAll()
  expect(listenersOf(track, TRACK_EVENTS)).toBe(0)
})
