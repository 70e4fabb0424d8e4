// How long a connection took to be set up: from the first offer or answer to `connected` (METRICS.md C).
import type { CapturedEvent } from '../src/protocol.ts'

export interface Setup {
  /** When negotiation was first seen to begin; null before, NaN where that was before the connection was added. */
  readonly beganAt: number | null
  /** Else the state of ICE tells (Firefox before 113). */
  readonly hasConnectionState: boolean
  readonly callSetupMs: number | null
}

export const NO_SETUP: Setup = {
  beganAt: null,
  hasConnectionState: true,
  callSetupMs: null,
}

/** Pure. What comes after it was set up once (renegotiation, ICE restart, another transport) changes nothing. */
export function followSetup(setup: Setup, { event, data, timestamp }: CapturedEvent): Setup {
  const states = (data ?? {}) as Readonly<Record<string, unknown>>
  if (event === 'peerAdded') return begin(setup, states)
  if (setup.callSetupMs !== null || setup.beganAt === null) {
    const isBeginning = event === 'signalingStateChange' && setup.beganAt === null
    return isBeginning && states['state'] !== 'stable' ? { ...setup, beganAt: timestamp } : setup
  }
  const isConnected = states['state'] === 'connected' || states['state'] === 'completed'
  const decisive = setup.hasConnectionState ? 'connectionStateChange' : 'iceConnectionStateChange'
  if (event !== decisive || !isConnected || Number.isNaN(setup.beganAt)) return setup
  return { ...setup, callSetupMs: Math.max(0, timestamp - setup.beganAt) }
}

/** One that is negotiated already, or connected, was set up before anybody looked. */
function begin(setup: Setup, states: Readonly<Record<string, unknown>>): Setup {
  const { signalingState, connectionState, iceConnectionState } = states
  const isNew = signalingState === 'stable' && (connectionState ?? iceConnectionState) === 'new'
  return {
    ...setup,
    beganAt: isNew ? null : NaN,
    hasConnectionState: connectionState !== undefined,
  }
}
