// What the demo shows of a `stats` item: per stream its four numbers, and what kind of media it carries.
import type { Stat, StatsData, StatsItem, StatMetrics } from '../src/index.ts'

export const STREAMS = ['video-out', 'video-in', 'audio-out', 'audio-in'] as const
export type StreamName = (typeof STREAMS)[number]

export const MEASURES = ['bitrate', 'loss', 'jitter', 'rtt'] as const
export type Measure = (typeof MEASURES)[number]

/** bit/s, %, ms, ms; null where the browser does not know it (yet). */
type Numbers = Readonly<Record<Measure, number | null>>

interface StreamReading {
  readonly numbers: Numbers
  /** `VP8 640×360 25 fps`, `opus MOS 4.4`, as far as it is known. */
  readonly media: string
}

export type Reading = Readonly<Record<StreamName, StreamReading>>

/** One item, four streams: the demo's call has one of each kind in each direction. */
export function readStreams({ data }: StatsItem): Reading {
  return {
    'video-out': readOutbound(data, data.video?.outbound[0]),
    'video-in': readInbound(data, data.video?.inbound[0]),
    'audio-out': readOutbound(data, data.audio?.outbound[0]),
    'audio-in': readInbound(data, data.audio?.inbound[0]),
  }
}

/** What is sent: loss, jitter and round trip are what the far end reports of it. */
function readOutbound(data: StatsData, stat: Stat | undefined): StreamReading {
  const report = data.remote?.inbound.find(({ localId }) => stat && localId === stat.id)
  const far = metricsOf(data, report?.id)
  return {
    numbers: {
      bitrate: metricsOf(data, stat?.id).bitrate ?? null,
      loss: far.lossPct ?? far.fractionLostPct ?? null,
      jitter: far.jitterMs ?? null,
      rtt: far.rttMs ?? null,
    },
    media: describeMedia(data, stat),
  }
}

/** What is received: a receiver measures no round trip, the path below it does. */
function readInbound(data: StatsData, stat: Stat | undefined): StreamReading {
  const { bitrate, lossPct, jitterMs } = metricsOf(data, stat?.id)
  return {
    numbers: {
      bitrate: bitrate ?? null,
      loss: lossPct ?? null,
      jitter: jitterMs ?? null,
      rtt: data.quality?.selectedPair?.rttMs ?? null,
    },
    media: describeMedia(data, stat),
  }
}

function metricsOf({ metrics }: StatsData, id: unknown): StatMetrics {
  return (typeof id === 'string' ? metrics[id] : undefined) ?? {}
}

function describeMedia({ codec, quality }: StatsData, stat: Stat | undefined): string {
  if (!stat) return ''
  const { id: streamId, codecId, frameWidth, frameHeight, framesPerSecond } = stat
  const mos = quality?.audioMos[streamId]?.mos
  const mimeType = codec?.find(({ id }) => id === codecId)?.['mimeType']
  return [
    typeof mimeType === 'string' ? mimeType.slice(mimeType.indexOf('/') + 1) : '',
    frameWidth && frameHeight ? `${frameWidth}×${frameHeight}` : '',
    typeof framesPerSecond === 'number' ? `${Math.round(framesPerSecond)} fps` : '',
    mos === undefined ? '' : `MOS ${mos.toFixed(1)}`,
  ]
    .filter((part) => part !== '')
    .join(' ')
}
