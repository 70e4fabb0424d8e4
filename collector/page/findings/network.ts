// What the way between them did: round trips that are felt, packets that come in heaps.
import type { Series } from '../series/series.ts'
import type { Finding } from './finding.ts'
import * as limits from '../../src/live/limits.ts'
import { isAfterHole, isSilent, mostIn, runsOf } from './runs.ts'
import { usualOf } from './usual.ts'

/** After a page stood still, its first round trips are those of its own pause. */
const ECHO_POLLS = 2

/** Two polls of it at least: one answer may be late for any reason. */
export function roundTrips(series: Series): Finding[] {
  const lane = series.lane('rttMs')
  const others = [series.lane('audio.outbound.rttMs'), series.lane('video.outbound.rttMs')]
  const isLong = (at: number): boolean =>
    !isAfterHole(series, at, ECHO_POLLS) &&
    // Whoever answers may have stood still himself.
    !isSilent(series, { first: at - ECHO_POLLS, last: at }) &&
    [lane, ...others].some((trips) => (trips[at] ?? 0) >= limits.RTT_MS)
  const usual = usualOf(lane, series.length, 0)
  return runsOf(series, isLong).flatMap((run) => {
    if (run.polls < 2) return []
    const most = Math.max(...[lane, ...others].map((trips) => mostIn(trips, run) || 0))
    const before = usual[run.first] ?? Number.NaN
    const since = before < limits.RTT_MS ? `rose from ${Math.round(before)} to ` : 'was '
    const text = `Round trip ${since}${Math.round(most)} ms`
    return { from: run.from, to: run.to, text, cause: 'network', tone: 'wait' } as const
  })
}

/** Of what comes. */
export function jitters(series: Series): Finding[] {
  const lanes = [series.lane('audio.inbound.jitterMs'), series.lane('video.inbound.jitterMs')]
  const isUneven = (at: number): boolean =>
    !isAfterHole(series, at, ECHO_POLLS) &&
    lanes.some((lane) => (lane[at] ?? 0) >= limits.JITTER_MS)
  return runsOf(series, isUneven).flatMap((run) => {
    if (run.polls < 2) return []
    const most = Math.max(...lanes.map((lane) => mostIn(lane, run) || 0))
    const text = `Packets came unevenly, with a jitter of up to ${Math.round(most)} ms`
    // A sender that is too slow makes it as well.
    return { from: run.from, to: run.to, text, cause: null, tone: 'wait' } as const
  })
}
