// What of a series is in view, as a plot takes it: no more points than there are pixels, and none of what was bad left out.
import { joined, laneAt, LANES } from './lanes.ts'
import type { LaneName } from './lanes.ts'
import { isHole } from './holes.ts'
import type { Series } from './series.ts'

/** Times in seconds since the Unix epoch, and for each lane one value a time, null where none is known. */
export interface SeriesWindow {
  readonly times: readonly number[]
  readonly values: Readonly<Record<string, readonly (number | null)[]>>
  /** So many polls stand for one point. */
  readonly step: number
}

/** A plot of the widest screen has no more pixels. */
const MAX_POINTS = 1200

/** `from` and `until` in ms; one poll beyond them on either side, so that lines leave the view and do not end in it. */
export function windowOf(
  series: Series,
  names: readonly LaneName[],
  [from, until]: readonly [from: number, until: number],
  maxPoints: number = MAX_POINTS,
): SeriesWindow {
  const first = Math.max(0, indexFrom(series, from) - 1)
  const end = Math.min(series.length, indexFrom(series, until + 1) + 1)
  let step = 1
  while ((end - first) / step > maxPoints) step *= 2
  const times: number[] = []
  const lanes = names.map((name) => ({
    lane: series.lane(name),
    join: LANES[laneAt(name)]?.join ?? 'mean',
    out: [] as (number | null)[],
  }))
  // Begun at a multiple of the step, the points stay where they are while the call goes on.
  for (let start = first - (first % step); start < end; start += step) {
    const stop = Math.min(start + step, series.length)
    let at = start
    while (at < stop && !isHole(series, at)) at += 1
    if (at < stop) {
      times.push(((series.times[start - 1] ?? 0) + (series.times[start] ?? 0)) / 2000)
      for (const { out } of lanes) out.push(null)
    }
    times.push((series.times[start] ?? 0) / 1000)
    for (const { lane, join, out } of lanes) {
      let value = lane[start] as number
      for (let next = start + 1; next < stop; next += 1)
        value = joined(join, value, lane[next] as number)
      out.push(Number.isNaN(value) ? null : value)
    }
  }
  const values = Object.fromEntries(names.map((name, at) => [name, lanes[at]?.out ?? []]))
  return { times, values, step }
}

/** The first index whose time is not before it. */
export function indexFrom({ times, length }: Series, time: number): number {
  let [low, high] = [0, length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((times[middle] ?? Infinity) < time) low = middle + 1
    else high = middle
  }
  return low
}
