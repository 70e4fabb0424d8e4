// The running account of one kind and direction: all its streams, over the whole call.
import type { DirectionSummary, Spread } from '../src/summary.ts'
import type { Kind } from './normalize.ts'
import { createDistribution } from './distribution.ts'
import { percentageOf } from './kit.ts'
import { valueOf } from './tally.ts'
import type { Tally } from './tally.ts'

export interface Way {
  /** `isWhole`: these are all the streams that there are, so that their rates are those of the direction. */
  add(tally: Tally, isWhole: boolean): void
  /** Undefined where there was never a stream. */
  summary(): DirectionSummary | undefined
}

/** A window that is resized has a size a frame: so many are told apart, the rest is `other`. */
const MAX_NAMES = 24
/** Connections are read within seconds of each other: what ends so long before another one has a clock that was set back. */
const MAX_APART_MS = 5000

export function createWay(kind: Kind): Way {
  const sums = {
    durationSec: 0,
    bytes: 0,
    packetsLost: 0,
    packetsExpected: 0,
    freezeCount: 0,
    freezeSec: 0,
  }
  const codecSec = createTimes()
  const sizeSec = createTimes()
  const spreads = {
    bitrate: createDistribution(),
    lossPct: createDistribution(),
    jitterMs: createDistribution(),
    rttMs: createDistribution(),
    fps: createDistribution(),
    mos: createDistribution(),
    score: createDistribution(),
  }
  let coveredUntilMs = -Infinity
  let isKnown = false

  return {
    add(tally, isWhole) {
      const { streams, startMs, endMs, lost, expected, picture, codec } = tally
      isKnown ||= streams > 0
      if (!(endMs > startMs)) return
      if (endMs < coveredUntilMs - MAX_APART_MS) coveredUntilMs = startMs
      // Connections are read one after the other, and an interval may reach back over a poll that was stale.
      const seconds = Math.max(0, endMs - Math.max(startMs, coveredUntilMs)) / 1000
      coveredUntilMs = Math.max(coveredUntilMs, endMs)
      sums.durationSec += seconds
      sums.bytes += tally.bytes
      sums.packetsLost += lost
      sums.packetsExpected += expected
      sums.freezeCount += tally.freezeCount
      sums.freezeSec += tally.freezeSec
      codecSec.add(codec, seconds)
      sizeSec.add(picture && `${picture.width}x${picture.height}`, seconds)
      if (tally.isGap || !isWhole) return
      spreads.bitrate.add(tally.bitrate, seconds)
      spreads.lossPct.add(percentageOf(tally), seconds)
      spreads.jitterMs.add(valueOf(tally.jitterMs), seconds)
      spreads.rttMs.add(valueOf(tally.rttMs), seconds)
      spreads.fps.add(picture?.fps, seconds)
      spreads.mos.add(valueOf(kind === 'audio' ? tally.mos : tally.videoScore), seconds)
      spreads.score.add(valueOf(tally.score), seconds)
    },
    summary() {
      if (!isKnown) return undefined
      const { durationSec, bytes, packetsLost, packetsExpected } = sums
      const { bitrate, lossPct, jitterMs, rttMs, fps, mos, score } = spreads
      return {
        ...sums,
        bitrate: withMean(bitrate.summary(), (8 * bytes) / durationSec),
        lossPct: withMean(lossPct.summary(), Math.min(100, (100 * packetsLost) / packetsExpected)),
        jitterMs: jitterMs.summary(),
        rttMs: rttMs.summary(),
        fps: fps.summary(),
        mos: mos.summary(),
        score: score.summary(),
        codecSec: codecSec.all(),
        sizeSec: sizeSec.all(),
      }
    },
  }
}

/** What was counted is true over gaps, too. */
function withMean(spread: Spread | null, mean: number): Spread | null {
  return spread && { ...spread, mean }
}

function createTimes() {
  const times = new Map<string, number>()
  return {
    add(name: string | null | undefined, seconds: number): void {
      if (!name) return
      const key = times.has(name) || times.size < MAX_NAMES ? name : 'other'
      times.set(key, (times.get(key) ?? 0) + seconds)
    },
    all: (): Record<string, number> => Object.fromEntries(times),
  }
}
