import { describe, expect, it } from 'vitest'
import { Connections } from '../src/connections.ts'
import { Gate } from '../src/gate.ts'
import { Outbox } from '../src/outbox.ts'
import type { PageMessage } from '../src/protocol.ts'

/** As much of a connection as is listened to. */
function createConnection() {
  const target = Object.assign(new EventTarget(), {
    signalingState: 'stable',
    connectionState: 'new',
    heard: 0,
  })
  const listen = target.addEventListener.bind(target)
  target.addEventListener = (...parameters: Parameters<typeof listen>) => {
    target.heard++
    listen(...parameters)
  }
  return target as typeof target & RTCPeerConnection
}

const peerOf = (peerId: string, pc = createConnection()) => ({ peerId, peerName: peerId, pc })

function create(isOut: boolean) {
  const outbox = new Outbox()
  const told: PageMessage[] = []
  const seen = { begun: 0 }
  const connections = new Connections(outbox, false, { onNegotiated() {}, onReadFailure() {} })
  const link = { tell: (message: PageMessage) => void told.push(message) }
  const gate = new Gate({ outbox, connections, link }, isOut, () => seen.begun++)
  const captured = () => outbox.heldSince(-1).events.map(({ event }) => event)
  return { gate, told, seen, captured }
}

describe('gate', () => {
  it('what is added to a room in the sample is monitored at once', () => {
    const { gate, seen, captured } = create(false)
    gate.add(peerOf('alice'))
    expect(captured()).toEqual(['peerAdded'])
    expect(seen.begun).toBe(1)
  })

  it('nobody listens to what is added to a room that is left out, and it has its name all the same', () => {
    const { gate, told, seen, captured } = create(true)
    const alice = peerOf('alice')
    gate.add(alice)
    gate.add({ ...alice, peerId: 'again' })
    gate.add(peerOf('bob'))
    gate.hold(true)
    gate.hold(false)
    gate.remove('bob')
    expect(gate.peerIds()).toEqual(['alice'])
    expect(alice.pc.heard).toBe(0)
    expect(captured()).toEqual([])
    expect(told).toEqual([])
    expect(seen.begun).toBe(0)
  })

  it('a room that comes into the sample is captured from then on, with all who are still there', () => {
    const { gate, seen, captured } = create(true)
    const gone = peerOf('gone')
    for (const peer of [gone, peerOf('alice'), peerOf('removed'), peerOf('bob')]) gate.add(peer)
    gone.pc.signalingState = 'closed'
    gate.remove('removed')
    gate.leaveOut(false)
    gate.leaveOut(false)
    expect(captured()).toEqual(['resumed', 'peerAdded', 'peerAdded'])
    expect(gate.peerIds()).toEqual(['alice', 'bob'])
    expect(seen.begun).toBe(1)
  })

  it('a room that drops out of the sample ends the capturing, and says so', () => {
    const { gate, told, seen, captured } = create(false)
    gate.leaveOut(true)
    gate.leaveOut(true)
    expect(captured()).toEqual(['paused'])
    gate.leaveOut(false)
    expect(captured()).toEqual(['paused', 'resumed'])
    expect(told.map(({ type }) => type)).toEqual(['pause', 'resume'])
    expect(seen.begun).toBe(1)
  })

  it('what the app has paused stays so, whatever the sample says', () => {
    const { gate, captured } = create(false)
    gate.hold(true)
    gate.leaveOut(true)
    gate.leaveOut(false)
    expect(captured()).toEqual(['paused'])
    gate.leaveOut(true)
    gate.hold(false)
    expect(captured()).toEqual(['paused'])
    gate.leaveOut(false)
    expect(captured()).toEqual(['paused', 'resumed'])
  })
})
