// What was wrong with what was sent: lost on its way, held back, or too much for the machine.
import { isHole } from '../series/holes.ts'
import type { Lane, Series } from '../series/series.ts'
import type { Cause, Finding } from './finding.ts'
import * as limits from '../../src/live/limits.ts'
import { countIn, fallIn, isSilent, leastIn, mostIn, runsOf, spanOf } from './runs.ts'
import type { Run } from './runs.ts'
import { usualOf } from './usual.ts'
import { bitrateInWords, lastingInWords, listed, pctInWords, shrinkingInWords } from './words.ts'

/** Receivers report on audio each few seconds: between two reports nothing is known. */
const REPORT_POLLS = 4

/** Of the video that was sent. */
export function outgoingVideo(series: Series): Finding[] {
  const own = lanesOf(series)
  const { fps, loss, cpu, target, encode, height } = own
  const usualFps = usualOf(fps, series.length, limits.LOW_SHARE)
  const usualTarget = usualOf(target, series.length, limits.LOW_TARGET_SHARE)
  const isLow = (at: number): boolean => (fps[at] ?? 0) < limits.LOW_SHARE * (usualFps[at] ?? 0)
  const isSmall = (at: number): boolean =>
    (target[at] ?? 0) < limits.LOW_TARGET_SHARE * (usualTarget[at] ?? 0)
  // A frame takes longer than there is until the next one.
  const isSlow = (at: number): boolean => (encode[at] ?? 0) > 1000 / (usualFps[at] ?? 0)
  const runs = runsOf(
    series,
    (at) => isLow(at) || isSmall(at) || (loss[at] ?? 0) >= limits.LOSS_PCT,
  )
  return runs.flatMap((run) => {
    const mostLoss = mostIn(loss, run)
    if (run.polls < 2 && !(mostLoss >= limits.HEAVY_LOSS_PCT)) return []
    const before = { fps: usualFps[run.first] ?? 0, target: usualTarget[run.first] ?? 0 }
    const least = { fps: leastIn(fps, run), target: leastIn(target, run) }
    const slowPolls = countIn(run, isSlow)
    const limitedPolls = countIn(run, (at) => (cpu[at] ?? 0) >= limits.LIMITED_PCT)
    const isSlowed = 2 * Math.max(slowPolls, limitedPolls) >= run.polls
    const lossPolls = countIn(run, (at) => (loss[at] ?? 0) >= limits.LOSS_PCT)
    const isLost = lossPolls > 1 || mostLoss >= limits.HEAVY_LOSS_PCT
    const parts = [
      countIn(run, isLow) > 0 &&
        `fell from ${Math.round(before.fps)} to ${Math.round(least.fps)} frames a second`,
      countIn(run, isSmall) > 0 &&
        `was cut from ${bitrateInWords(before.target)} to ${bitrateInWords(least.target)}`,
      shrinkingInWords(fallIn(height, run)),
      mostLoss >= limits.LOSS_PCT && `lost up to ${pctInWords(mostLoss)} of its packets`,
      isSlowed && `was limited by the CPU (${Math.round(mostIn(encode, run))} ms a frame)`,
    ].filter((part) => typeof part === 'string')
    if (parts.length === 0) return []
    const text = `Sent video ${listed(parts)}`
    const cause = causeOf(series, run, { isSlowed, isLost })
    return { ...spanOf(run), text, cause, tone: isLost || isSlowed ? 'bad' : 'wait' } as const
  })
}

/** The encoder could have done more. */
export function heldBack(series: Series): Finding[] {
  const { bandwidth, cpu, height } = lanesOf(series)
  const begin = (series.times[0] ?? 0) + limits.START_MS
  const by = (lane: Lane, cause: Cause): Finding[] =>
    runsOf(series, (at) => (lane[at] ?? 0) >= limits.LIMITED_PCT).flatMap((run) => {
      const lasting = run.to - run.from
      const isBeginning = cause === 'bandwidth' && run.from < begin && lasting < limits.LONG_MS
      if (run.polls < 3 || isBeginning) return []
      const size = shrinkingInWords(fallIn(height, run))
      const what = `Sent video was held back for ${lastingInWords(lasting)}`
      const text = size ? `${what} and ${size}` : what
      return { from: run.from, to: run.to, text, cause, tone: 'wait' } as const
    })
  return [...by(bandwidth, 'bandwidth'), ...by(cpu, 'CPU')]
}

/** Of the audio that was sent. */
export function outgoingAudio(series: Series): Finding[] {
  const loss = series.lane('audio.outbound.lossPct')
  const runs = runsOf(series, (at) => (loss[at] ?? 0) >= limits.LOSS_PCT, REPORT_POLLS)
  return runs.flatMap((run) => {
    const most = mostIn(loss, run)
    if (run.polls < 2 && most < limits.HEAVY_LOSS_PCT) return []
    const text = `Sent audio lost up to ${pctInWords(most)} of its packets`
    const tone = most >= limits.HEAVY_LOSS_PCT ? 'bad' : 'wait'
    return { ...spanOf(run), text, cause: 'network', tone } as const
  })
}

function lanesOf(series: Series) {
  const lane = (
    name: 'fps' | 'lossPct' | 'cpuPct' | 'bandwidthPct' | 'targetBitrate' | 'encodeMs' | 'height',
  ) => series.lane(`video.outbound.${name}`)
  return {
    fps: lane('fps'),
    loss: lane('lossPct'),
    cpu: lane('cpuPct'),
    bandwidth: lane('bandwidthPct'),
    target: lane('targetBitrate'),
    encode: lane('encodeMs'),
    height: lane('height'),
  }
}

interface Seen {
  readonly isSlowed: boolean
  readonly isLost: boolean
}

function causeOf(series: Series, run: Run, { isSlowed, isLost }: Seen): Cause | null {
  if (isHole(series, run.first)) return 'client'
  if (isSlowed) return 'CPU'
  const isLimited = mostIn(lanesOf(series).bandwidth, run) >= limits.LIMITED_PCT
  if (isLost) return isLimited && isQueued(series, run) ? 'bandwidth' : 'network'
  const available = series.lane('availableBitrate')
  const before = available[Math.max(0, run.first - 1)] ?? Number.NaN
  // Nobody answered: what was cut was cut for that, and not for want of room.
  if (isSilent(series, run)) return null
  const isNarrow = leastIn(available, run) < limits.LOW_SHARE * before
  return isLimited || isNarrow ? 'bandwidth' : null
}

/** More was sent than the way takes. */
function isQueued(series: Series, run: Run): boolean {
  return mostIn(series.lane('rttMs'), run) >= limits.QUEUED_MS
}
