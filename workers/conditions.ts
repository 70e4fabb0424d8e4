// What a channel went through in the interval: summed over its layers, with what the far end and the path say of it.
import { fpsOf } from './channels.ts'
import type { Channel, Layer, View } from './channels.ts'
import { lossOf, percentageOf, reportedLossOf } from './kit.ts'
import type { Loss } from './kit.ts'
import { growth, numberOf } from './numbers.ts'
import type { Picture } from './tally.ts'

export interface Conditions {
  /** Layers of which an interval is known. Without one nothing below is. */
  readonly compared: readonly Layer[]
  readonly seconds: number
  readonly isGap: boolean
  readonly bytes: number
  /** bit/s; undefined where nobody counts bytes. */
  readonly bitrate: number | undefined
  readonly loss: Loss
  /** Of the interval; of an outbound channel, of the last receiver report that is not too old. */
  readonly lossPct: number | undefined
  /** With what came too late to be played. */
  readonly unheardPct: number | undefined
  readonly jitterMs: number | undefined
  readonly jitterBufferDelayMs: number | undefined
  readonly rttMs: number | undefined
  readonly fps: number
  readonly picture: Picture | null
  /** Packets go, and silence is in them. */
  readonly isMuted: boolean
  /** Something is to be heard or seen, or would be had it not been lost. */
  readonly isCarrying: boolean
}

/** Round trips of the selected pair, for streams that have none of their own. */
export interface PairTimes {
  readonly rttAvgMs?: number | undefined
  readonly rttMs?: number | undefined
}

/** A report of the far end that is older says nothing of today (E8): those of audio may be 6 s apart. */
const MAX_AGE_MS = 15_000
/**
 * A muted track still sends: Chromium 156 fifty packets a second of 3 bytes, Firefox 153 of 2 or less. Silence with
 * DTX looks the same.
 */
const MAX_SILENT_PACKET_BYTES = 4

/** `heldLossPct`: what the far end last told of it. */
export function conditionsOf(
  channel: Channel,
  pair: PairTimes,
  heldLossPct: number | undefined,
): Conditions {
  const { kind, layers, top, source } = channel
  const isInbound = channel.direction === 'inbound'
  const compared = layers.filter(({ moment }) => moment.previous)
  const sumOf = (member: string): number =>
    compared.reduce((sum, { moment }) => sum + (growth(moment, member) ?? 0), 0)
  const packets = sumOf(isInbound ? 'packetsReceived' : 'packetsSent')
  const bytes = sumOf(isInbound ? 'bytesReceived' : 'bytesSent')
  const reports = layers.flatMap(({ remote }) => (remote && isFresh(remote) ? [remote] : []))
  const loss = sumLosses(
    isInbound
      ? compared.map(({ moment }) => lossOf(moment))
      : reports.map(({ moment }) => reportedLossOf(moment)),
  )
  const fps = fpsOf(top)
  const rates = compared.flatMap(({ metrics }) => metrics.bitrate ?? [])
  const bitrate = rates.length > 0 ? rates.reduce((sum, rate) => sum + rate) : undefined
  const isSilent =
    packets > 0 && bitrate !== undefined && bytes <= MAX_SILENT_PACKET_BYTES * packets
  const isMuted = kind === 'audio' && (isSilent || (!isInbound && source.audioLevelRms === 0))
  return {
    compared,
    seconds: Math.max(0, ...compared.map(({ moment }) => moment.seconds)),
    isGap: compared.some(({ moment }) => moment.isGap),
    bytes,
    bitrate,
    loss,
    lossPct: percentageOf(loss) ?? (reports.length > 0 && !isInbound ? heldLossPct : undefined),
    unheardPct: percentageOf({ ...loss, lost: loss.lost + sumOf('packetsDiscarded') }),
    jitterMs: average((isInbound ? layers : reports).map(({ metrics }) => metrics.jitterMs)),
    jitterBufferDelayMs: top.metrics.jitterBufferDelayMs,
    rttMs:
      average(reports.map(({ metrics }) => metrics.rttAvgMs)) ??
      pair.rttAvgMs ??
      average(reports.map(({ metrics }) => metrics.rttMs)) ??
      pair.rttMs,
    fps,
    picture: kind === 'video' && fps > 0 ? pictureOf(top, fps) : null,
    isMuted,
    isCarrying: !isMuted && (packets > 0 || (isInbound && loss.lost > 0)),
  }
}

function isFresh({ metrics }: View): boolean {
  return (metrics.ageMs ?? Infinity) <= MAX_AGE_MS
}

/** Late packets of one stream do not make up for lost ones of another. */
function sumLosses(losses: readonly Loss[]): Loss {
  const known = losses.filter(({ lost, expected }) => lost + expected > -Infinity && expected > 0)
  return {
    lost: known.reduce((sum, { lost }) => sum + Math.max(0, lost), 0),
    expected: known.reduce((sum, { expected }) => sum + expected, 0),
  }
}

function average(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined)
  return known.length > 0 ? known.reduce((sum, value) => sum + value, 0) / known.length : undefined
}

function pictureOf({ metrics, moment: { current } }: Layer, fps: number): Picture | null {
  const [width, height] = [numberOf(current, 'frameWidth'), numberOf(current, 'frameHeight')]
  return width && height ? { width, height, fps, encodeMs: metrics.encodeMs } : null
}
