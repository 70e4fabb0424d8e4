// Stretches of a series in which something holds: what comes again within seconds is one of them.
import { isHole } from '../series/holes.ts'
import type { Lane, Series } from '../series/series.ts'

/** Polls by their places, both of them in it. */
export interface Run {
  readonly first: number
  readonly last: number
  /** In how many of its polls it held. */
  readonly polls: number
  /** ms; a poll tells of the time since the one before. */
  readonly from: number
  readonly to: number
}

/** A picture that came back for one poll did not come back for who looks at it. */
const JOIN_POLLS = 1

/**
 * `holds` is asked once for each poll, in their order. So many polls in which it does not hold may be between; a hole may
 * not.
 */
export function runsOf(
  series: Series,
  holds: (at: number) => boolean,
  joinPolls: number = JOIN_POLLS,
): Run[] {
  const { times, length } = series
  const runs: Run[] = []
  let [first, last, polls] = [-1, -1, 0]
  const end = (): void => {
    if (first < 0) return
    runs.push({ first, last, polls, from: startOf(series, first), to: times[last] ?? 0 })
    first = -1
  }
  for (let at = 0; at < length; at += 1) {
    if (isHole(series, at)) end()
    if (!holds(at)) continue
    if (first >= 0 && at - last > joinPolls + 1) end()
    if (first < 0) [first, polls] = [at, 0]
    last = at
    polls += 1
  }
  end()
  return runs
}

/** From when on a poll tells, ms. */
export function startOf({ times }: Series, at: number): number {
  return times[Math.max(0, at - 1)] ?? 0
}

/** The largest of those that are known; NaN where none is. */
export function mostIn(lane: Lane, { first, last }: Run, beyond = 0): number {
  let most = Number.NaN
  for (let at = Math.max(0, first); at <= last + beyond && at < lane.length; at += 1) {
    const value = lane[at] as number
    if (!(value <= most) && !Number.isNaN(value)) most = value
  }
  return most
}

/** The smallest of those that are known; NaN where none is. */
export function leastIn(lane: Lane, { first, last }: Run): number {
  let least = Number.NaN
  for (let at = first; at <= last; at += 1) {
    const value = lane[at] as number
    if (!(value >= least) && !Number.isNaN(value)) least = value
  }
  return least
}

/** Of those that are known. */
export function sumIn(lane: Lane, { first, last }: Run): number {
  let sum = 0
  for (let at = first; at <= last; at += 1) sum += (lane[at] as number) || 0
  return sum
}

/** In how many of its polls. */
export function countIn({ first, last }: Run, holds: (at: number) => boolean): number {
  let count = 0
  for (let at = first; at <= last; at += 1) if (holds(at)) count += 1
  return count
}

/** The page itself did nothing shortly before: what it measured then says little of anybody else. */
export function isAfterHole(series: Series, at: number, polls: number): boolean {
  for (let back = 0; back <= polls; back += 1) if (isHole(series, at - back)) return true
  return false
}

/** In some poll of it nothing came of a stream that there is. */
export function isSilent(series: Series, { first, last }: Pick<Run, 'first' | 'last'>): boolean {
  const [audio, video] = [
    series.lane('audio.inbound.bitrate'),
    series.lane('video.inbound.bitrate'),
  ]
  for (let at = Math.max(0, first); at <= last; at += 1)
    if (audio[at] === 0 || video[at] === 0) return true
  return false
}

/** When it began and ended, ms. */
export function spanOf({ from, to }: Run): { readonly from: number; readonly to: number } {
  return { from, to }
}

/** From what it was before to the least within; null where it did not fall. */
export function fallIn(lane: Lane, run: Run): readonly [number, number] | null {
  const before = lane[Math.max(0, run.first - 1)] ?? Number.NaN
  const least = leastIn(lane, run)
  return least < before ? [before, least] : null
}
