// What a channel was worth in the interval to whom hears and sees it, and what it adds to the sums of its direction.
import type { AudioMos } from '../src/quality.ts'
import type { Channel, Layer } from './channels.ts'
import { conditionsOf } from './conditions.ts'
import type { Conditions, PairTimes } from './conditions.ts'
import { growth, timeOf } from './numbers.ts'
import { rateAudio, rateStream, rateVideo } from './score.ts'
import { meanOf, NO_TALLY } from './tally.ts'
import type { Tally } from './tally.ts'

/** What the next interval of the channel needs. */
export interface ChannelState {
  /** Of the bitrate from interval to interval (Welford): how many, their mean, the sum of squares around it. */
  readonly intervals: number
  readonly meanBitrate: number
  readonly squares: number
  readonly fps: number
  /**
   * The most frames per second that two intervals had in turn (one may be a burst after a freeze) at the size that it
   * has now: another size is another source, or layer.
   */
  readonly maxFps: number
  readonly area: number
  /** As the far end last told. */
  readonly lossPct: number | undefined
}

export interface Assessment {
  readonly tally: Tally
  readonly isMuted: boolean
  readonly audioMos: AudioMos | undefined
  readonly videoScore: number | undefined
  readonly state: ChannelState
}

const NEW: ChannelState = {
  intervals: 0,
  meanBitrate: 0,
  squares: 0,
  fps: 0,
  maxFps: 0,
  area: 0,
  lossPct: undefined,
}

/** What nobody hears or sees, and what is muted, is rated by no number. */
export function assess(channel: Channel, pair: PairTimes, before: ChannelState = NEW): Assessment {
  const conditions = conditionsOf(channel, pair, before.lossPct)
  const state = follow(before, conditions)
  const { isCarrying, isGap, seconds, bytes, bitrate, loss, picture, isMuted } = conditions
  const audioMos = isCarrying ? audioMosOf(channel, conditions) : undefined
  const videoScore = isCarrying ? videoScoreOf(channel, conditions, state) : undefined
  const score = isCarrying ? scoreOf(channel, conditions, state) : undefined
  const tally: Tally = {
    ...NO_TALLY,
    ...spanOf(bitrate === undefined ? [] : conditions.compared),
    streams: channel.layers.length,
    isGap,
    bytes,
    bitrate: bitrate ?? 0,
    lost: loss.lost,
    expected: loss.expected,
    freezeCount: growth(channel.top.moment, 'freezeCount') ?? 0,
    // Told when the next frame is shown: it may be longer than the interval.
    freezeSec: growth(channel.top.moment, 'totalFreezesDuration') ?? 0,
    jitterMs: meanOf(conditions.jitterMs, seconds),
    rttMs: meanOf(conditions.rttMs, seconds),
    mos: meanOf(audioMos?.mos),
    videoScore: meanOf(videoScore),
    score: meanOf(score),
    picture,
    codec: channel.codec,
    ...layersIn(channel),
  }
  return { tally, isMuted, audioMos, videoScore, state }
}

/** Gaps and what is not rated leave the variation as it is: a mute is no unsteady network. */
function follow(before: ChannelState, conditions: Conditions): ChannelState {
  const { compared, isCarrying, isGap, bitrate, fps, lossPct, picture } = conditions
  // Not read anew, the browser's gauge would count twice.
  if (compared.length === 0) return { ...before, lossPct }
  const area = picture ? picture.width * picture.height : before.area
  const known = area === before.area ? before : NEW
  const maxFps = isGap ? known.maxFps : Math.max(known.maxFps, Math.min(known.fps, fps))
  const next = { ...before, area, fps, maxFps, lossPct }
  if (!isCarrying || isGap || bitrate === undefined) return next
  const intervals = before.intervals + 1
  const off = bitrate - before.meanBitrate
  const meanBitrate = before.meanBitrate + off / intervals
  return {
    ...next,
    intervals,
    meanBitrate,
    squares: before.squares + off * (bitrate - meanBitrate),
  }
}

function variationOf({ intervals, meanBitrate, squares }: ChannelState): number {
  return meanBitrate > 0 ? Math.sqrt(squares / intervals) / meanBitrate : 0
}

/** None while nobody knows what is lost: an outbound stream has to be reported on first. */
function audioMosOf({ kind, direction, codec }: Channel, conditions: Conditions) {
  const { unheardPct, lossPct, jitterMs, jitterBufferDelayMs, rttMs } = conditions
  const lost = direction === 'inbound' ? unheardPct : lossPct
  if (kind !== 'audio' || lost === undefined) return undefined
  const inputs = { codec, rttMs, jitterMs, jitterBufferDelayMs, lossPct: lost }
  return { ...rateAudio(inputs), ...inputs } as AudioMos
}

function videoScoreOf(
  { kind, direction, top, codec, source }: Channel,
  conditions: Conditions,
  { maxFps, area }: ChannelState,
): number | undefined {
  const { fps, picture, jitterBufferDelayMs, rttMs } = conditions
  // Who watches the largest layer gets the bits of no other.
  const { bitrate } = top.metrics
  // What is received is held against the best that it has been, of a size that is known: else only the worst is rated.
  const expectedFps = direction === 'inbound' ? area && maxFps : source.sourceFps
  const isKnown = fps > 0 ? picture : expectedFps
  if (kind !== 'video' || !isKnown || bitrate === undefined) return undefined
  return rateVideo({ codec, bitrate, ...picture, fps, expectedFps, jitterBufferDelayMs, rttMs })
}

function scoreOf(
  { kind }: Channel,
  conditions: Conditions,
  state: ChannelState,
): number | undefined {
  const { bitrate, lossPct, jitterMs, rttMs, picture } = conditions
  if (bitrate === undefined) return undefined
  const { width, height } = picture ?? {}
  const cv = variationOf(state)
  return rateStream({
    kind,
    bitrateKbps: bitrate / 1000,
    lossPct,
    jitterMs,
    rttMs,
    cv,
    width,
    height,
  })
}

function spanOf(compared: readonly Layer[]): Pick<Tally, 'startMs' | 'endMs'> {
  const ends = compared.map(({ moment }) => timeOf(moment.current))
  const starts = compared.map(({ moment }, index) => (ends[index] ?? NaN) - 1000 * moment.seconds)
  return { startMs: Math.min(...starts), endMs: Math.max(...ends) }
}

function layersIn({ kind, direction, layers }: Channel): Partial<Tally> {
  if (kind !== 'video' || direction !== 'outbound') return {}
  const sent = layers.flatMap(({ metrics }) => metrics.fpsSent ?? [])
  const targets = layers
    .filter(({ moment }) => moment.current['active'] !== false)
    .map(({ metrics }) => metrics.targetBitrate ?? 0)
  return {
    layersActive: sent.length > 0 ? sent.filter((fps) => fps > 0).length : undefined,
    targetBitrate: Math.max(0, ...targets),
  }
}
