// Set-up time by minima gives what the exporter gives by following the events in order, whatever their order.
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { followSetup, newSetup, setupMsOf } from '../collector/src/rooms/setup.ts'
import * as exporter from '../workers/setup.ts'
import { NEW_STATES } from './room-items.ts'
import { eventOf } from './piping.ts'

type Step = readonly [event: string, data: unknown]

const setupOf = (steps: readonly (readonly [number, ...Step])[]): number | null => {
  const setup = newSetup()
  for (const [at, event, data] of steps) followSetup(setup, event, data, at)
  return setupMsOf(setup)
}

const state = (event: string, ...states: string[]) =>
  fc.constantFrom(...states).map((name): Step => [event, { state: name }])
const { connectionState: _, ...ICE_ALONE } = NEW_STATES
const added = fc.constantFrom(
  NEW_STATES,
  ICE_ALONE,
  { ...NEW_STATES, signalingState: 'have-local-offer' },
  { ...NEW_STATES, connectionState: 'connected' },
)
/** As a connection goes: it is negotiated before it is connected, and may be negotiated again. */
const lives = fc.tuple(
  added,
  fc.array(state('iceConnectionStateChange', 'checking', 'disconnected'), { maxLength: 1 }),
  state('signalingStateChange', 'have-local-offer', 'have-remote-offer'),
  fc.array(
    fc.oneof(
      state('signalingStateChange', 'stable', 'have-local-offer'),
      state('iceConnectionStateChange', 'checking', 'connected', 'completed'),
      state('connectionStateChange', 'connecting', 'connected', 'disconnected', 'closed'),
    ),
    { maxLength: 8 },
  ),
)

it('is that of the exporter, in whatever order the events arrive', () => {
  fc.assert(
    fc.property(lives, fc.array(fc.nat(), { minLength: 12, maxLength: 12 }), (life, keys) => {
      const [states, before, began, after] = life
      // A browser that has no connectionState says nothing of it, but that it was closed.
      const has = 'connectionState' in states
      const told = after.filter(([event, data]) => {
        const isClosed = (data as { state: string }).state === 'closed'
        return has || event !== 'connectionStateChange' || isClosed
      })
      const events: Step[] = [['peerAdded', states], ...before, began, ...told]
      const steps = events.map((step, index) => [index * 100, ...step] as const)
      const inOrder = steps.map(([at, event, data]) => eventOf(at, event, data))
      const expected = inOrder.reduce(exporter.followSetup, exporter.NO_SETUP).callSetupMs
      const shuffled = steps
        .map((step, index) => ({ step, key: keys[index] ?? 0 }))
        .sort((one, other) => one.key - other.key)
        .map(({ step }) => step)
      expect(setupOf(shuffled)).toBe(expected)
    }),
  )
})
