// How calls are: what each poll says of itself, by kind and direction.
import { Counter } from 'prom-client'
import type { Registry } from 'prom-client'
import type { StatsData } from '../../../src/wire.ts'
import { membersOf } from '../rooms/read.ts'
import * as bounds from './bounds.ts'
import { PATHS } from './closed.ts'
import type { Measure, Measured } from './measure.ts'
import { createStreamShares } from './stream-shares.ts'

type Aggregate = NonNullable<NonNullable<StatsData['quality']>['audio']['inbound']>

interface Way {
  readonly kind: 'audio' | 'video'
  readonly direction: 'inbound' | 'outbound'
}

const WAYS: readonly Way[] = (['audio', 'video'] as const).flatMap((kind) =>
  (['inbound', 'outbound'] as const).map((direction) => ({ kind, direction })),
)

/** Of an aggregate. Where a limit is no law of nature it is far beyond what a call that goes on can have. */
const AGGREGATED: readonly (Measured & {
  readonly member: keyof Aggregate
  /** @default both */
  readonly kind?: 'video'
})[] = [
  {
    name: 'webrtc_bitrate_bits_per_second',
    help: 'Payload of all streams, retransmissions included, headers not.',
    member: 'bitrate',
    bounds: bounds.BITRATE,
    max: 1e11,
  },
  {
    name: 'webrtc_packet_loss_ratio',
    help: 'Packets that were lost, of those that were expected. Outbound as the far end reports.',
    member: 'lossPct',
    bounds: bounds.LOSS,
    scale: 0.01,
    max: 1,
  },
  {
    name: 'webrtc_jitter_seconds',
    help: 'Interarrival jitter, mean of the streams. Outbound as the far end reports.',
    member: 'jitterMs',
    bounds: bounds.JITTER,
    scale: 0.001,
    max: 3600,
  },
  {
    name: 'webrtc_round_trip_time_seconds',
    help: 'Round trip, mean of the streams.',
    member: 'rttMs',
    bounds: bounds.ROUND_TRIP,
    scale: 0.001,
    max: 3600,
  },
  {
    name: 'webrtc_mos',
    help: 'Mean opinion score, 1 to 5, mean of the streams: of audio by ITU-T G.107, of video our estimate.',
    member: 'mos',
    bounds: bounds.MOS,
    max: 5,
  },
  {
    name: 'webrtc_score',
    help: 'Our score, 0 to 10, mean of the streams.',
    member: 'score',
    bounds: bounds.SCORE,
    max: 10,
  },
  {
    name: 'webrtc_frames_per_second',
    help: 'Frame rate of the largest stream.',
    member: 'fps',
    kind: 'video',
    bounds: bounds.FRAME_RATE,
    max: 1000,
  },
]

/** Takes `data` of a `stats` item, as a stranger sent it. */
export type JudgeCall = (data: unknown) => void

/** One poll adds one value to each histogram that it has a number for: as many streams as it may have. */
export function createCallQuality(registry: Registry, measure: Measure): JudgeCall {
  const aggregated = AGGREGATED.map(({ member, kind: only, ...measured }) => {
    const ways = WAYS.filter(({ kind }) => only === undefined || kind === only)
    return { member, only, observe: measure(measured, ways) }
  })
  const judgeStreams = createStreamShares(measure)
  const path = measure(
    {
      name: 'webrtc_path_round_trip_time_seconds',
      help: 'Round trip of the path that is in use, by its kind: its count says how many polls measured it on each.',
      bounds: bounds.ROUND_TRIP,
      scale: 0.001,
      max: 3600,
    },
    PATHS.values.map((value) => ({ path: value })),
  )
  const restarts = new Counter({
    name: 'webrtc_ice_restarts_total',
    help: 'ICE restarts, each side of a call counted.',
    registers: [registry],
  })

  return (data) => {
    const { quality, metrics } = membersOf(data)
    if (quality === undefined) return
    const judged = membersOf(quality)
    for (const way of WAYS) {
      const sent = membersOf(judged[way.kind])[way.direction]
      if (sent === undefined) continue
      const aggregate = membersOf(sent)
      for (const { member, only, observe } of aggregated) {
        if (only === undefined || only === way.kind) observe(way, aggregate[member])
      }
    }
    judgeStreams(metrics)
    if (judged['selectedPair'] !== undefined) {
      const pair = membersOf(judged['selectedPair'])
      path({ path: PATHS.of(pair['path']) }, pair['rttMs'])
    }
    if (judged['iceRestart'] === true) restarts.inc()
  }
}
