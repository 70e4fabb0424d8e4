// What can be added up: over the streams of a direction, over the connections of a peer, and over time.
/** A weighted mean that is still being added up. */
export interface Mean {
  readonly sum: number
  readonly weight: number
}

/** The streams of one kind and direction in one interval. */
export interface Tally {
  readonly streams: number
  /** The interval, by the clock of the statistics; `endMs` is below `startMs` where nothing could be compared. */
  readonly startMs: number
  readonly endMs: number
  readonly isGap: boolean
  readonly bytes: number
  /** bit/s, each stream over its own interval. */
  readonly bitrate: number
  /** Packets; late ones do not lower it. */
  readonly lost: number
  readonly expected: number
  readonly freezeCount: number
  readonly freezeSec: number
  readonly jitterMs: Mean
  readonly rttMs: Mean
  readonly mos: Mean
  readonly videoScore: Mean
  readonly score: Mean
  /** Of what is sent in simulcast layers; undefined where nothing could be compared. */
  readonly layersActive: number | undefined
  readonly targetBitrate: number
  /** Of the largest stream that goes on. */
  readonly picture: Picture | null
  readonly codec: string | undefined
}

export interface Picture {
  readonly width: number
  readonly height: number
  readonly fps: number
  readonly encodeMs: number | undefined
}

export const NO_MEAN: Mean = { sum: 0, weight: 0 }

export const NO_TALLY: Tally = {
  streams: 0,
  startMs: Infinity,
  endMs: -Infinity,
  isGap: false,
  bytes: 0,
  bitrate: 0,
  lost: 0,
  expected: 0,
  freezeCount: 0,
  freezeSec: 0,
  jitterMs: NO_MEAN,
  rttMs: NO_MEAN,
  mos: NO_MEAN,
  videoScore: NO_MEAN,
  score: NO_MEAN,
  layersActive: undefined,
  targetBitrate: 0,
  picture: null,
  codec: undefined,
}

/** Nothing where the value is not known. */
export function meanOf(value: number | undefined, weight = 1): Mean {
  return value === undefined ? NO_MEAN : { sum: value * weight, weight }
}

export function addMeans(one: Mean, other: Mean): Mean {
  return { sum: one.sum + other.sum, weight: one.weight + other.weight }
}

export function valueOf({ sum, weight }: Mean): number | undefined {
  return weight > 0 ? sum / weight : undefined
}

export function addTallies(one: Tally, other: Tally): Tally {
  const sum = <Name extends keyof Tally>(name: Name) => Number(one[name]) + Number(other[name])
  const mean = (name: 'jitterMs' | 'rttMs' | 'mos' | 'videoScore' | 'score'): Mean =>
    addMeans(one[name], other[name])
  return {
    streams: sum('streams'),
    startMs: Math.min(one.startMs, other.startMs),
    endMs: Math.max(one.endMs, other.endMs),
    isGap: one.isGap || other.isGap,
    bytes: sum('bytes'),
    bitrate: sum('bitrate'),
    lost: sum('lost'),
    expected: sum('expected'),
    freezeCount: sum('freezeCount'),
    freezeSec: sum('freezeSec'),
    jitterMs: mean('jitterMs'),
    rttMs: mean('rttMs'),
    mos: mean('mos'),
    videoScore: mean('videoScore'),
    score: mean('score'),
    layersActive:
      one.layersActive === undefined
        ? other.layersActive
        : one.layersActive + (other.layersActive ?? 0),
    targetBitrate: Math.max(one.targetBitrate, other.targetBitrate),
    picture: areaOf(other.picture) > areaOf(one.picture) ? other.picture : one.picture,
    codec: one.codec ?? other.codec,
  }
}

function areaOf(picture: Picture | null): number {
  return picture ? picture.width * picture.height : -1
}
