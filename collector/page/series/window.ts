// What of a series is in view, as a plot takes it: no more points than there are pixels, and none of what was bad left out.
import { joined, laneAt, LANES } from './lanes.ts'
import type { Join, LaneKind, LaneName } from './lanes.ts'
import { isHole } from './holes.ts'
import type { Lane, Series } from './series.ts'

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
  // Begun at a multiple of the step, the points stay where they are while the call goes on.
  const starts: number[] = []
  for (let start = first - (first % step); start < end; start += step) starts.push(start)
  const { times, breaks } = timesOf(series, starts, step)
  const nothing: (number | null)[] = Array.from(times, () => null)
  const values = Object.fromEntries(
    names.map((name) => {
      if (!series.isKnown(name)) return [name, nothing]
      const { join } = LANES[laneAt(name)] as LaneKind
      return [name, valuesOf(series, series.lane(name), join, starts, step, breaks)]
    }),
  )
  return { times, values, step }
}

/** Where nothing is known a line is broken by a time of its own. */
function timesOf(
  series: Series,
  starts: readonly number[],
  step: number,
): { readonly times: number[]; readonly breaks: ReadonlySet<number> } {
  const times: number[] = []
  const breaks = new Set<number>()
  for (const start of starts) {
    const stop = Math.min(start + step, series.length)
    let at = start
    while (at < stop && !isHole(series, at)) at += 1
    if (at < stop) {
      breaks.add(start)
      times.push(((series.times[start - 1] ?? 0) + (series.times[start] ?? 0)) / 2000)
    }
    times.push((series.times[start] ?? 0) / 1000)
  }
  return { times, breaks }
}

function valuesOf(
  { length }: Series,
  lane: Lane,
  join: Join,
  starts: readonly number[],
  step: number,
  breaks: ReadonlySet<number>,
): (number | null)[] {
  const values: (number | null)[] = []
  for (const start of starts) {
    if (breaks.has(start)) values.push(null)
    const stop = Math.min(start + step, length)
    let value = lane[start] as number
    for (let next = start + 1; next < stop; next += 1)
      value = joined(join, value, lane[next] as number)
    values.push(Number.isNaN(value) ? null : value)
  }
  return values
}

/** Changes whenever a window of it would: with many polls to a point, only as often as there is another point. */
export function windowKey({ rewrites, version, length }: Series, step: number): string {
  return `${rewrites} ${step > 1 ? Math.floor(length / step) : version}`
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
