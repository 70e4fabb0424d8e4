import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { CapturedEvent } from '../src/protocol.ts'
import { followSetup, NO_SETUP } from '../workers/setup.ts'

type Step = readonly [timestamp: number, event: string, data: unknown]

const event = ([timestamp, name, data]: Step): CapturedEvent => ({
  ...{ seq: 0, timestamp, peerId: 'alice', peerName: 'Alice', pcId: 'pc1' },
  ...{ event: name, tag: 'connection', data },
})

const setupOf = (...steps: Step[]): number | null =>
  steps.map(event).reduce(followSetup, NO_SETUP).callSetupMs

const NEW_STATES = {
  signalingState: 'stable',
  connectionState: 'new',
  iceConnectionState: 'new',
  iceGatheringState: 'new',
}
const added: Step = [0, 'peerAdded', NEW_STATES]
const signaling = (at: number, state: string): Step => [at, 'signalingStateChange', { state }]
const connection = (at: number, state: string): Step => [at, 'connectionStateChange', { state }]
const ice = (at: number, state: string): Step => [at, 'iceConnectionStateChange', { state }]

describe('call set-up time', () => {
  it('is from the first negotiation to connected', () => {
    const steps = [signaling(100, 'have-local-offer'), signaling(200, 'stable')]
    expect(
      setupOf(added, ...steps, connection(400, 'connecting'), connection(649, 'connected')),
    ).toBe(549)
  })

  it('is not overwritten by a renegotiation, an ICE restart or another transport', () => {
    const again = [signaling(5000, 'have-local-offer'), connection(5100, 'connecting')]
    const first = [signaling(100, 'have-remote-offer'), connection(300, 'connected')]
    expect(setupOf(added, ...first, ...again, connection(9000, 'connected'))).toBe(200)
  })

  it('ICE tells it where there is no connectionState', () => {
    const { connectionState: _, ...states } = NEW_STATES
    const steps = [signaling(100, 'have-local-offer'), ice(180, 'checking'), ice(200, 'completed')]
    expect(setupOf([0, 'peerAdded', states], ...steps)).toBe(100)
  })

  it('ICE alone is not connected where there is a connectionState', () => {
    expect(setupOf(added, signaling(100, 'have-local-offer'), ice(200, 'connected'))).toBeNull()
  })

  it.each([
    { ...NEW_STATES, signalingState: 'have-local-offer' },
    { ...NEW_STATES, connectionState: 'connected' },
  ])('is not known where it had begun before: %j', (states) => {
    const steps = [signaling(100, 'have-local-offer'), connection(300, 'connected')]
    expect(setupOf([0, 'peerAdded', states], ...steps)).toBeNull()
  })

  it('is not known of a connection that nobody saw being added', () => {
    expect(setupOf(connection(300, 'connected'))).toBeNull()
  })

  it('a clock that went back gives no negative one', () => {
    expect(setupOf(added, signaling(900, 'have-local-offer'), connection(300, 'connected'))).toBe(0)
  })

  it('is 33 ms in the body that backends receive today', () => {
    const path = new URL('fixtures/wire-batch.connection.json', import.meta.url)
    const { items } = JSON.parse(readFileSync(path, 'utf8')) as {
      items: { event: string; timestamp: string; data: unknown }[]
    }
    const steps = items.map((item): Step => [Date.parse(item.timestamp), item.event, item.data])
    expect(setupOf(added, ...steps)).toBe(33)
  })
})
