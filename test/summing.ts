// The real stages with the running account behind them, fed by hand.
import type { CapturedEvent, CapturedReport } from '../src/protocol.ts'
import type { Stat } from '../src/stats.ts'
import type { CallSummary, DirectionSummary } from '../src/summary.ts'
import type { Item } from '../src/wire.ts'
import { createIntake } from '../workers/intake.ts'
import { encodeItem } from '../workers/item.ts'
import type { ItemRecord } from '../workers/item.ts'
import { createOwnItems } from '../workers/own-items.ts'
import { createPipeline } from '../workers/pipeline.ts'
import type { Pipeline } from '../workers/pipeline.ts'
import { createSummary } from '../workers/summary.ts'
import type { Summary } from '../workers/summary.ts'
import { createFakeClock } from './fake-clock.ts'
import type { FakeClock } from './fake-clock.ts'

export const INTERVAL_MS = 2000

/** Whom a capture is about. */
interface Who {
  readonly peerId: string | null
  readonly pcId: string | null
}

export const ALICE: Who = { peerId: 'alice', pcId: 'pc1' }
export const HER_OTHER: Who = { peerId: 'alice', pcId: 'pc2' }
export const BOB: Who = { peerId: 'bob', pcId: 'pc3' }
export const NOBODY: Who = { peerId: null, pcId: null }

/** What is said of the call, as it would go to the queue. */
export interface Said extends ItemRecord {
  readonly item: Item<CallSummary>
}

interface Summing {
  readonly clock: FakeClock
  readonly pipeline: Pipeline
  readonly summary: Summary
  /** Captures of now. */
  event(who: Who, event: string, data?: unknown): void
  /** One tick, with a report of each; `isWhole: false` is the last reading of who leaves. */
  poll(reports: readonly (readonly [Who, readonly Stat[]])[], isWhole?: boolean): void
}

/** @param raise what comes of captures */
export function createSumming(
  say: (said: Said) => void,
  raise: (item: Item) => void = () => {},
): Summing {
  const clock = createFakeClock()
  const nextItem = createOwnItems(clock, () => INTERVAL_MS)
  const summary = createSummary({
    clock,
    nextItem,
    take: (item, supersedes) =>
      say({ ...encodeItem('p1.w0', item, supersedes), item: item as Item<CallSummary> }),
  })
  const pipeline = createPipeline({
    producer: 'p1',
    intervalMs: () => INTERVAL_MS,
    detail: 'metrics',
    copies: { rawStats: false, statsObject: false },
    intake: createIntake(),
    redactor: null,
    summary,
    raise,
    keep: () => {},
  })
  let seq = 0
  const captured = ({ peerId, pcId }: Who) => ({
    seq: seq++,
    timestamp: clock.now(),
    peerId,
    peerName: peerId && `${peerId}'s name`,
    pcId,
  })
  return {
    clock,
    pipeline,
    summary,
    event(who, event, data = null) {
      const made: CapturedEvent = { ...captured(who), event, tag: 'connection', data }
      pipeline.takeEvent(made)
    },
    poll(reports, isWhole = true) {
      const made = reports.map(([who, stats]): CapturedReport => {
        return { ...captured(who), clock: clock.now(), read: 'full', stats }
      })
      pipeline.takeReports(made, isWhole)
    },
  }
}

type Reading = readonly [Who, readonly Stat[]]

/** A call whose accounts can be read at any time. */
export function start() {
  const said: Said[] = []
  const summing = createSumming((each) => said.push(each))
  const { clock, summary } = summing
  /** Of now, where the statistics have no time. */
  const poll = (readings: readonly Reading[], isWhole = true): void => {
    const timed = readings.map(([who, stats]): Reading => {
      return [who, stats.map((stat) => ({ ...stat, timestamp: stat.timestamp || clock.now() }))]
    })
    summing.poll(timed, isWhole)
  }
  return {
    ...summing,
    said,
    poll,
    /** Reads again after an interval, or so many ms. */
    async next(readings: readonly Reading[], ms = INTERVAL_MS, isWhole = true) {
      await clock.advance(ms)
      poll(readings, isWhole)
    },
    state: (who: Who, state: string) => summing.event(who, 'connectionStateChange', { state }),
    /** As a page says it when negotiation begins, and when it has led to a connection. */
    async setUp(who: Who, ms: number) {
      summing.event(who, 'peerAdded', { connectionState: 'new', signalingState: 'stable' })
      summing.event(who, 'signalingStateChange', { state: 'have-local-offer' })
      await clock.advance(ms)
      summing.event(who, 'connectionStateChange', { state: 'connected' })
    },
    session: (): Partial<CallSummary> => summary.current().session ?? {},
    peer: (peerId = 'alice'): Partial<CallSummary> => summary.current().peers[peerId] ?? {},
  }
}

/** An audio stream that comes in. */
export const hears = (bytesReceived: number, members = {}): Stat => ({
  id: 'in',
  type: 'inbound-rtp',
  kind: 'audio',
  ssrc: 1,
  timestamp: 0,
  bytesReceived,
  packetsReceived: bytesReceived / 100,
  packetsLost: 0,
  ...members,
})

/** A video stream that comes in. */
export const sees = (framesDecoded: number, members = {}): Stat => ({
  ...hears(framesDecoded * 1000),
  id: 'video',
  kind: 'video',
  ssrc: 2,
  framesDecoded,
  frameWidth: 640,
  frameHeight: 480,
  ...members,
})

/** The path in use. */
export const path = (answers: number, roundTripsSec: number): Stat[] => [
  {
    id: 'pair',
    type: 'candidate-pair',
    timestamp: 0,
    state: 'succeeded',
    nominated: true,
    localCandidateId: 'local',
    responsesReceived: answers,
    totalRoundTripTime: roundTripsSec,
  },
  {
    id: 'local',
    type: 'local-candidate',
    timestamp: 0,
    candidateType: 'host',
    protocol: 'udp',
  },
]

export const heard = (summary: Partial<CallSummary>): Partial<DirectionSummary> =>
  summary.audio?.inbound ?? {}
export const seen = (summary: Partial<CallSummary>): Partial<DirectionSummary> =>
  summary.video?.inbound ?? {}
