// Notes what is read of connections, and what happens to them.
import type { Stat } from '../../../src/stats.ts'
import type { Recorded, SeriesEvent, SeriesPoll } from '../series.ts'

export interface Recorder {
  /** From now on its events are noted, and it is read at each poll until it is closed. */
  add(pcId: string, pc: RTCPeerConnection): void
  /** Notes a step of the script. */
  step(name: string): void
  /** Reads all connections so many times, so long before each. @default a second */
  poll(times: number, everyMs?: number): Promise<void>
  recorded(): Recorded
}

interface Watched {
  readonly pc: RTCPeerConnection
  readonly polls: SeriesPoll[]
}

const POLL_MS = 1000
const EVENTS = [
  'signalingstatechange',
  'icegatheringstatechange',
  'iceconnectionstatechange',
  'connectionstatechange',
] as const

export function createRecorder(): Recorder {
  const events: SeriesEvent[] = []
  const connections = new Map<string, Watched>()
  return {
    add(pcId, pc) {
      connections.set(pcId, { pc, polls: [] })
      for (const event of EVENTS) {
        pc.addEventListener(event, () => {
          events.push({ ...now(), name: `${pcId}:${event}`, value: statesOf(pc) })
        })
      }
    },
    step: (name) => void events.push({ ...now(), name }),
    async poll(times, everyMs = POLL_MS) {
      for (let time = 0; time < times; time++) {
        await sleep(everyMs)
        for (const { pc, polls } of connections.values()) {
          if (pc.signalingState === 'closed') continue
          const report = [...(await pc.getStats()).values()] as Stat[] // typed as a bare Map by the DOM
          polls.push({ ...now(), report })
        }
      }
    },
    recorded: () => ({
      userAgent: navigator.userAgent,
      events,
      peerConnections: [...connections].map(([pcId, { polls }]) => ({ pcId, polls })),
    }),
  }
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

function now(): { t: number; wall: number } {
  return { t: performance.timeOrigin + performance.now(), wall: Date.now() }
}

function statesOf(pc: RTCPeerConnection): string {
  const { connectionState, iceConnectionState, iceGatheringState, signalingState } = pc
  return [connectionState, iceConnectionState, iceGatheringState, signalingState].join('/')
}
