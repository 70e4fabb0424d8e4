// Rates each poll by its raw report: what the exporter has in `quality`, made once more for the room oracle.
import { estimateOfVideo, mosOfAudio, scoreOf } from './formulas.ts'
import { firstKnown } from './report.ts'
import type { Kind, Way } from './report.ts'
import type { StreamReading, WalkedPoll } from './walk.ts'

/** Means over what is sent or received; NaN where nothing can be rated. */
export interface Rating {
  readonly mos: number
  readonly score: number
}

export interface PollRating {
  readonly of: Readonly<Record<Kind, Readonly<Record<Way, Rating>>>>
  readonly score: number
}

/** What the next interval of a sender, or of a received stream, needs. */
interface Past {
  readonly lossPct: number
  /** kbit/s of each steady interval: how many, their sum, the sum of their squares. */
  readonly bitrates: readonly [number, number, number]
  readonly pixels: number
  /** Of the interval before. */
  readonly fps: number
  /** The most that two intervals had in turn, at this size: one may be a burst after a freeze. */
  readonly bestFps: number
}

const NO_PAST: Past = { lossPct: NaN, bitrates: [0, 0, 0], pixels: NaN, fps: 0, bestFps: 0 }

/** Rates the polls of one connection, in their order. */
export function createRater(): (poll: WalkedPoll) => PollRating {
  let past = new Map<string, Past>()
  return (poll) => {
    const keyOf = ({ way, sender }: StreamReading): string => `${way} ${sender}`
    const keys = new Set(poll.streams.map((stream) => `${stream.kind} ${keyOf(stream)}`))
    const rated = [...keys].flatMap((key) => {
      const layers = poll.streams.filter((each) => `${each.kind} ${keyOf(each)}` === key)
      const [first] = layers
      return first ? [{ key, ...first, ...rate(poll, layers, past.get(key) ?? NO_PAST) }] : []
    })
    past = new Map(rated.map(({ key, next }) => [key, next]))
    const of = (kind: Kind, way: Way): Rating => {
      const some = rated.filter((each) => each.kind === kind && each.way === way)
      return { mos: average(some.map(({ mos }) => mos)), score: average(some.map(scoreIn)) }
    }
    const both = (kind: Kind) => ({ send: of(kind, 'send'), recv: of(kind, 'recv') })
    return {
      of: { audio: both('audio'), video: both('video') },
      score: average(rated.map(scoreIn)),
    }
  }
}

const scoreIn = ({ score }: Rating): number => score

function rate(
  poll: WalkedPoll,
  layers: readonly StreamReading[],
  before: Past,
): Rating & { readonly next: Past } {
  const compared = layers.filter(({ from, to }) => to > from)
  const top = largestOf(layers)
  const { kind, way } = top
  const ids = layers.map(({ id }) => id)
  const sum = (values: readonly number[]): number => values.reduce((all, each) => all + each, 0)
  const losses = poll.losses.filter(({ id }) => ids.includes(id))
  const lost = sum(losses.map((loss) => loss.lost))
  const expected = sum(losses.map((loss) => loss.expected))
  const isReported = way === 'send' && ids.some((id) => poll.reportedOn.has(id))
  const lossPct = firstKnown(percent(lost, expected), isReported ? before.lossPct : NaN)
  const discarded = sum(compared.map((layer) => layer.discarded))
  const seconds = Math.max(0, ...compared.map(secondsOf))
  const rates = compared.map((layer) => (8 * layer.bytes) / secondsOf(layer)).filter(isKnown)
  const bitrate = rates.length > 0 ? sum(rates) : NaN
  const packets = sum(compared.map((layer) => layer.packets))
  const bytes = sum(compared.map((layer) => firstKnown(layer.bytes, 0)))
  const isSilent = packets > 0 && isKnown(bitrate) && bytes <= 4 * packets
  const isMuted = kind === 'audio' && (isSilent || (way === 'send' && top.audioLevel === 0))
  const isRated = !isMuted && (packets > 0 || (way === 'recv' && lost > 0))
  const isGap = seconds > Math.max(10, (3 * intervalOf(poll)) / 1000)
  const isSteady = isRated && !isGap && isKnown(bitrate)
  const size = top.width * top.height
  const pixels = kind === 'video' && top.fps > 0 && size > 0 ? size : NaN
  const isResized = isKnown(pixels) && pixels !== before.pixels
  const inTurn = isGap ? 0 : Math.min(before.fps, top.fps)
  const [count, total, squares] = before.bitrates
  const kbps = bitrate / 1000
  // Not read anew, the browser's own gauge of frames would count twice.
  const picture = compared.length > 0 && {
    fps: top.fps,
    bestFps: isResized ? 0 : Math.max(before.bestFps, inTurn),
    pixels: firstKnown(pixels, before.pixels),
  }
  const next: Past = {
    ...before,
    ...picture,
    lossPct,
    bitrates: isSteady ? [count + 1, total + kbps, squares + kbps ** 2] : before.bitrates,
  }
  if (!isRated) return { mos: NaN, score: NaN, next }

  const rttMs = roundTripOf(poll, layers)
  const jitterMs = average(layers.map((layer) => layer.jitterMs))
  const { codec, jitterBufferMs, width, height } = top
  const unheardPct = way === 'recv' ? percent(lost + discarded, expected) : lossPct
  const conditions = { codec, jitterBufferMs, rttMs }
  const expectedFps = way === 'send' ? top.sourceFps : isKnown(next.pixels) ? next.bestFps : 0
  const topRate = (8 * top.bytes) / secondsOf(top)
  const isSeen = isKnown(topRate) && (top.fps > 0 ? isKnown(pixels) : expectedFps > 0)
  const shown = { bitrate: topRate, width, height, fps: top.fps, expectedFps }
  const seen = isSeen ? estimateOfVideo({ ...conditions, ...shown }) : NaN
  const heard = mosOfAudio({ ...conditions, lossPct: unheardPct, jitterMs })
  const variation = variationOf(next.bitrates)
  return {
    mos: kind === 'audio' ? heard : seen,
    score: scoreOf({ kind, bitrate, variation, lossPct, jitterMs, rttMs, pixels }),
    next,
  }
}

/** Of those whose frames go on the largest, of two as large the faster, else the first. */
function largestOf(layers: readonly StreamReading[]): StreamReading {
  const areaOf = ({ fps, width, height }: StreamReading): number =>
    fps > 0 ? firstKnown(width * height, 0) : -1
  const [largest] = layers.toSorted((a, b) => areaOf(b) - areaOf(a) || b.fps - a.fps)
  if (!largest) throw new Error('a sender without streams')
  return largest
}

/** Standard deviation over mean. */
function variationOf([count, total, squares]: Past['bitrates']): number {
  const mean = total / count
  return mean > 0 ? Math.sqrt(Math.max(0, squares / count - mean ** 2)) / mean : 0
}

/** Measured in the interval before what was measured last; of the stream before that of the pair. */
function roundTripOf({ roundTrips, pair }: WalkedPoll, layers: readonly StreamReading[]): number {
  const own = roundTrips.filter(({ id }) => layers.some((layer) => layer.id === id))
  return firstKnown(
    average(own.map(({ sumMs, count }) => sumMs / count)),
    pair ? pair.sumMs / pair.count : NaN,
    average(layers.map(({ roundTripMs }) => roundTripMs)),
    pair?.roundTripMs ?? NaN,
  )
}

function intervalOf({ item }: WalkedPoll): number {
  return 'interval' in item ? item.interval : 0
}

function secondsOf({ from, to }: StreamReading): number {
  return (to - from) / 1000
}

function percent(part: number, whole: number): number {
  return whole > 0 ? Math.min(100, (100 * part) / whole) : NaN
}

function average(values: readonly number[]): number {
  const known = values.filter(isKnown)
  return known.reduce((sum, value) => sum + value, 0) / known.length
}

function isKnown(value: number): boolean {
  return !Number.isNaN(value)
}
