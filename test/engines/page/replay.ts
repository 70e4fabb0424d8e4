// A call without WebRTC: two objects that behave like an RTCPeerConnection, and answer from a SYNTHETIC Safari report.
import type { Stat } from '../../../src/index.ts'
import type { Call } from '../../browser/call.ts'
import safari from '../../fixtures/safari.synthetic.json'

const REPORTS = safari.reports as unknown as readonly (readonly Stat[])[]

/**
 * The nth report. After the last one every number goes on as it went between the last two: counters and timestamps
 * grow, and what stood still stands still.
 */
export function reportAt(index: number): readonly Stat[] {
  const recorded = REPORTS[index]
  if (recorded) return recorded
  const [before = [], last = []] = REPORTS.slice(-2)
  const steps = index - (REPORTS.length - 1)
  const earlier = new Map(before.map((stat) => [stat.id, stat]))
  return last.map((stat) => {
    const from = earlier.get(stat.id)
    const members = Object.entries(stat).map(([name, value]) => {
      const was = from?.[name]
      const isGrowing = typeof value === 'number' && typeof was === 'number'
      return [name, isGrowing ? value + steps * (value - was) : value] as const
    })
    return Object.fromEntries(members) as unknown as Stat
  })
}

/** The states and the events that the exporter reads; no media, no network. */
class ReplayedConnection extends EventTarget {
  connectionState: RTCPeerConnectionState = 'new'
  iceConnectionState: RTCIceConnectionState = 'new'
  iceGatheringState: RTCIceGatheringState = 'new'
  signalingState: RTCSignalingState = 'stable'
  readonly localDescription = null
  readonly remoteDescription = null
  #reports = 0

  async getStats(): Promise<ReadonlyMap<string, Stat>> {
    return new Map(reportAt(this.#reports++).map((stat) => [stat.id, structuredClone(stat)]))
  }

  getSenders(): RTCRtpSender[] {
    return []
  }

  /** As a browser does: the state first, then the event. */
  change(states: Partial<ReplayedConnection>, type: string): void {
    Object.assign(this, states)
    this.dispatchEvent(new Event(type))
  }

  /** The first local candidate of the report, and the end of candidates. */
  gather(): void {
    this.change({ iceGatheringState: 'gathering' }, 'icegatheringstatechange')
    const [stat] = reportAt(0).filter(({ type }) => type === 'local-candidate')
    const candidate = {
      toJSON: () => ({ candidate: `candidate:1 1 udp 1 ${stat?.['address']} 9 typ host` }),
    }
    for (const gathered of [candidate, null]) {
      this.dispatchEvent(Object.assign(new Event('icecandidate'), { candidate: gathered }))
    }
    this.change({ iceGatheringState: 'complete' }, 'icegatheringstatechange')
  }

  /** Raises no event, as the specification has it. */
  close(): void {
    this.signalingState = 'closed'
    this.connectionState = 'closed'
    this.iceConnectionState = 'closed'
  }
}

export function createReplayedCall(): Call {
  const both = [new ReplayedConnection(), new ReplayedConnection()] as const
  const [alice, bob] = both as unknown as [RTCPeerConnection, RTCPeerConnection]
  return {
    alice,
    bob,
    async connect() {
      const [caller, called] = both
      caller.change({ signalingState: 'have-local-offer' }, 'signalingstatechange')
      called.change({ signalingState: 'have-remote-offer' }, 'signalingstatechange')
      for (const pc of both) {
        pc.change({ signalingState: 'stable' }, 'signalingstatechange')
        pc.gather()
        pc.change({ iceConnectionState: 'checking' }, 'iceconnectionstatechange')
        pc.change({ connectionState: 'connecting' }, 'connectionstatechange')
        pc.change({ iceConnectionState: 'connected' }, 'iceconnectionstatechange')
        pc.change({ connectionState: 'connected' }, 'connectionstatechange')
      }
    },
    hangUp() {
      for (const pc of both) pc.close()
    },
  }
}
