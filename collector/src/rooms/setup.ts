// How long a connection took to be set up: minima, so that its events may come in any order (METRICS.md C).
import { membersOf, positiveOf } from './read.ts'

/** Of one connection; wall clock, ms. */
export interface Setup {
  /** It was negotiated, or connected, before anybody looked. */
  isLate: boolean
  hasConnectionState: boolean
  beganAt: number | null
  connectedAt: number | null
  iceConnectedAt: number | null
  /** As its items say. */
  toldMs: number | null
}

export function newSetup(): Setup {
  return {
    isLate: false,
    hasConnectionState: false,
    beganAt: null,
    connectedAt: null,
    iceConnectedAt: null,
    toldMs: null,
  }
}

/** What an event says of it. */
export function followSetup(setup: Setup, event: string, data: unknown, atMs: number): void {
  const states = membersOf(data)
  const { state } = states
  switch (event) {
    case 'peerAdded': {
      const { signalingState, connectionState, iceConnectionState } = states
      if (connectionState !== undefined) setup.hasConnectionState = true
      const isNew = signalingState === 'stable' && (connectionState ?? iceConnectionState) === 'new'
      if (!isNew) setup.isLate = true
      return
    }
    case 'signalingStateChange':
      if (state !== 'stable' && state !== 'closed') setup.beganAt = min(setup.beganAt, atMs)
      return
    case 'connectionStateChange':
      setup.hasConnectionState ||= state !== 'closed'
      if (state === 'connected') setup.connectedAt = min(setup.connectedAt, atMs)
      return
    case 'iceConnectionStateChange':
      if (state === 'connected' || state === 'completed') {
        setup.iceConnectedAt = min(setup.iceConnectedAt, atMs)
      }
      return
    default:
  }
}

/** What a `stats` item says of it. */
export function tellSetup(setup: Setup, data: unknown): void {
  const told = positiveOf(membersOf(membersOf(data)['quality']), 'callSetupMs')
  if (told !== undefined) setup.toldMs = min(setup.toldMs, told)
}

/** Null where it cannot be known. */
export function setupMsOf(setup: Setup): number | null {
  const { isLate, hasConnectionState, beganAt, connectedAt, iceConnectedAt, toldMs } = setup
  if (isLate) return null
  const endedAt = hasConnectionState ? connectedAt : (connectedAt ?? iceConnectedAt)
  if (beganAt === null || endedAt === null) return toldMs
  return Math.max(0, endedAt - beganAt)
}

function min(held: number | null, atMs: number): number {
  return held === null ? atMs : Math.min(held, atMs)
}
