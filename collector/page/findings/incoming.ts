// What was wrong with what came: pictures that stood, speech that broke up, nothing at all.
import { isHole } from '../series/holes.ts'
import type { Series } from '../series/series.ts'
import type { Cause, Finding } from './finding.ts'
import * as limits from '../../src/live/limits.ts'
import { countIn, fallIn, leastIn, mostIn, runsOf, spanOf, startOf, sumIn } from './runs.ts'
import type { Run } from './runs.ts'
import { usualOf } from './usual.ts'
import { lastingInWords, listed, pctInWords, shrinkingInWords, timesInWords } from './words.ts'

/** What is lost while nothing comes is known by the poll in which it comes again, or the one after. */
const ECHO_POLLS = 2

/** Of the video that came. */
export function incomingVideo(series: Series): Finding[] {
  const lane = (name: 'freezeCount' | 'freezePct' | 'lossPct' | 'fps' | 'bitrate' | 'height') =>
    series.lane(`video.inbound.${name}`)
  const [freezes, frozen, loss] = [lane('freezeCount'), lane('freezePct'), lane('lossPct')]
  const [fps, bitrate, height] = [lane('fps'), lane('bitrate'), lane('height')]
  const usualFps = usualOf(fps, series.length, limits.LOW_SHARE)
  const begin = (series.times[0] ?? 0) + limits.BEGIN_MS
  const isNone = (at: number): boolean => bitrate[at] === 0 && (usualFps[at] ?? 0) > 0
  const isLow = (at: number): boolean => (fps[at] ?? 0) < limits.LOW_SHARE * (usualFps[at] ?? 0)
  const runs = runsOf(
    series,
    (at) =>
      (freezes[at] ?? 0) > 0 ||
      (frozen[at] ?? 0) >= limits.FROZEN_PCT ||
      (loss[at] ?? 0) >= limits.LOSS_PCT ||
      isNone(at) ||
      isLow(at),
  )
  return runs.flatMap((run) => {
    const frozeOften = sumIn(freezes, run)
    const mostLoss = mostIn(loss, run)
    const silentMs = lastingOf(series, run, isNone)
    const leastFps = countIn(run, isLow) > 0 ? leastIn(fps, run) : Number.NaN
    const isSevere =
      frozeOften > 0 || silentMs > 0 || mostLoss >= limits.HEAVY_LOSS_PCT || run.polls > 1
    const isBeginning = run.to <= begin && !(mostLoss >= limits.LOSS_PCT)
    if (!isSevere || isBeginning) return []
    const before = usualFps[run.first] ?? Number.NaN
    const parts = [
      frozeOften > 0 && `froze ${timesInWords(frozeOften)}`,
      silentMs > 0 && `did not come for ${lastingInWords(silentMs)}`,
      leastFps < before &&
        `fell from ${Math.round(before)} to ${Math.round(leastFps)} frames a second`,
      shrinkingInWords(fallIn(height, run)),
      mostLoss >= limits.LOSS_PCT && `lost up to ${pctInWords(mostLoss)} of its packets`,
    ].filter((part) => typeof part === 'string')
    if (parts.length === 0) return []
    const isSlow = countIn(run, isLow) > 1 && isOwnFine(series, run)
    const cause = causeOf(series, run, silentMs > 0) ?? (isSlow ? 'far end' : null)
    const tone =
      frozeOften > 0 || silentMs > 0 || mostLoss >= limits.HEAVY_LOSS_PCT ? 'bad' : 'wait'
    return { ...spanOf(run), text: `Received video ${listed(parts)}`, cause, tone } as const
  })
}

/** Of the audio that came. */
export function incomingAudio(series: Series): Finding[] {
  const lane = (name: 'lossPct' | 'concealmentPct' | 'bitrate') =>
    series.lane(`audio.inbound.${name}`)
  const [loss, concealed, bitrate] = [lane('lossPct'), lane('concealmentPct'), lane('bitrate')]
  const begin = (series.times[0] ?? 0) + limits.BEGIN_MS
  const isNone = (at: number): boolean => bitrate[at] === 0 && (concealed[at] ?? 0) > 50
  const runs = runsOf(
    series,
    (at) =>
      (loss[at] ?? 0) >= limits.LOSS_PCT ||
      ((concealed[at] ?? 0) >= limits.CONCEALED_PCT && (series.times[at] ?? 0) > begin),
  )
  return runs.flatMap((run) => {
    const [mostLoss, mostConcealed] = [mostIn(loss, run), mostIn(concealed, run)]
    const silentMs = lastingOf(series, run, isNone)
    const isSevere = mostConcealed >= limits.CONCEALED_PCT || mostLoss >= limits.HEAVY_LOSS_PCT
    if (!isSevere && run.polls < 2) return []
    const parts = [
      silentMs > 0 && `did not come for ${lastingInWords(silentMs)}`,
      mostLoss >= limits.LOSS_PCT && `lost up to ${pctInWords(mostLoss)} of its packets`,
      mostConcealed >= limits.CONCEALED_PCT &&
        `was made up by the browser, up to ${pctInWords(mostConcealed)} of it`,
    ].filter((part) => typeof part === 'string')
    const cause = causeOf(series, run, silentMs > 0)
    const text = `Received audio ${listed(parts)}`
    return { ...spanOf(run), text, cause, tone: isSevere ? 'bad' : 'wait' } as const
  })
}

/** Null where nothing that is ours or of the way tells it. */
function causeOf(series: Series, run: Run, isSilent: boolean): Cause | null {
  if (isHole(series, run.first)) return 'client'
  for (const way of ['video.inbound', 'audio.inbound'] as const) {
    if (mostIn(series.lane(`${way}.lossPct`), run, ECHO_POLLS) >= limits.LOSS_PCT) return 'network'
  }
  // What was never sent leaves no hole in the numbers of its packets.
  if (isSilent) return 'far end'
  const trips = [series.lane('rttMs'), series.lane('audio.inbound.rttMs')]
  if (trips.some((lane) => mostIn(lane, run) >= limits.RTT_MS)) return 'network'
  return null
}

/** What it sends itself goes on as before: it is not this machine that is slow. */
function isOwnFine(series: Series, run: Run): boolean {
  const fps = series.lane('video.outbound.fps')
  const before = mostIn(fps, { ...run, first: run.first - 10, last: run.first - 1 })
  return leastIn(fps, run) >= limits.LOW_SHARE * before
}

function lastingOf(series: Series, run: Run, holds: (at: number) => boolean): number {
  let lasting = 0
  for (let at = run.first; at <= run.last; at += 1)
    if (holds(at)) lasting += (series.times[at] ?? 0) - startOf(series, at)
  return lasting
}
