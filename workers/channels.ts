// The streams of a report as a listener has them: simulcast layers of one sender are one channel.
import type { Stat } from '../src/stats.ts'
import type { StatMetrics } from '../src/metrics.ts'
import type { StatsGroups } from '../src/wire.ts'
import type { Derived } from './derive.ts'
import type { Moment } from './kit.ts'
import { isReportOn } from './legacy.ts'
import { KINDS } from './normalize.ts'
import type { Kind } from './normalize.ts'
import { numberOf } from './numbers.ts'

export const DIRECTIONS = ['inbound', 'outbound'] as const
export type Direction = (typeof DIRECTIONS)[number]

/** An object of the report, with what is known of its interval. */
export interface View {
  readonly id: string
  readonly moment: Moment
  readonly metrics: StatMetrics
}

/** One RTP stream. */
export interface Layer extends View {
  /** What the far end says of it. */
  readonly remote: View | null
}

export interface Channel {
  /** The same as long as the sender or the stream lives. */
  readonly key: string
  readonly kind: Kind
  readonly direction: Direction
  readonly layers: readonly Layer[]
  /** The largest layer that goes on, else the first one. */
  readonly top: Layer
  readonly codec: string | undefined
  /** Of what is being sent. */
  readonly source: StatMetrics
}

/** All channels of a report, of both kinds and directions. */
export function channelsOf(groups: StatsGroups, derived: Derived): Channel[] {
  const codecs = new Map(groups.codec.map((stat) => [stat.id, stat['mimeType']]))
  const channelOf = (kind: Kind, direction: Direction, layers: readonly Layer[]): Channel => {
    const top = layers.reduce((best, layer) => (isLarger(layer, best) ? layer : best))
    const { current } = top.moment
    const codec = codecs.get(String(current['codecId']))
    return {
      key: `${direction} ${senderOf(top)}`,
      kind,
      direction,
      layers,
      top,
      codec: typeof codec === 'string' ? codec : undefined,
      source: derived.metrics[String(current['mediaSourceId'])] ?? {},
    }
  }
  return KINDS.flatMap((kind) =>
    DIRECTIONS.flatMap((direction) => {
      const senders = new Map<string, Layer[]>()
      for (const stat of groups[kind][direction]) {
        const layer = layerOf(stat, groups, derived)
        if (!layer) continue
        const layers = senders.get(senderOf(layer))
        if (layers) layers.push(layer)
        else senders.set(senderOf(layer), [layer])
      }
      return [...senders.values()].map((layers) => channelOf(kind, direction, layers))
    }),
  )
}

function layerOf(stat: Stat, { remote }: StatsGroups, derived: Derived): Layer | null {
  const reports = remote[stat.type === 'outbound-rtp' ? 'inbound' : 'outbound']
  const report = reports.find((other) => isReportOn(other, stat))
  const view = viewOf(stat, derived)
  return view && { ...view, remote: report ? viewOf(report, derived) : null }
}

function viewOf({ id }: Stat, { metrics, moments }: Derived): View | null {
  const moment = moments.get(id)
  return moment ? { id, moment, metrics: metrics[id] ?? {} } : null
}

/** Of an inbound stream itself. */
function senderOf({ id, moment: { current } }: View): string {
  const sender = current.type === 'outbound-rtp' ? (current['mid'] ?? current['mediaSourceId']) : id
  return String(sender ?? id)
}

/** By area, then by frames per second. One that stands still is smaller than any that goes on. */
function isLarger(one: Layer, other: Layer): boolean {
  const [area, otherArea] = [areaOf(one), areaOf(other)]
  return area === otherArea ? fpsOf(one) > fpsOf(other) : area > otherArea
}

function areaOf(layer: Layer): number {
  const { current } = layer.moment
  const area = (numberOf(current, 'frameWidth') ?? 0) * (numberOf(current, 'frameHeight') ?? 0)
  return fpsOf(layer) > 0 ? area : -1
}

/** Frames per second that are sent, or shown; the browser's own gauge where no interval tells. */
export function fpsOf({ metrics, moment: { current } }: View): number {
  const { fpsSent, fpsDecoded, fpsReceived } = metrics
  return fpsSent ?? fpsDecoded ?? fpsReceived ?? numberOf(current, 'framesPerSecond') ?? 0
}
