// The scales of a plot, and what is in view of it: numbers alone.

/** From and until, seconds since the Unix epoch. */
export type Span = readonly [from: number, to: number]

/** One value for each time; null where there is none. It may grow at its end. */
export type Values = readonly (number | null)[]

/** Of those values of a series that are in view and known. */
export interface Extremes {
  readonly min: number
  readonly mean: number
  readonly max: number
  readonly last: number
}

/** A view is no narrower: a second or two of polls. */
export const LEAST_SPAN_SEC = 4

/** The next of 1, 1.5, 2, 3, 4, 5, 6, 8 with a power of ten. */
export function niceTop(value: number): number {
  if (!(value > 0)) return 1
  const power = 10 ** Math.floor(Math.log10(value))
  const step = [1, 1.5, 2, 3, 4, 5, 6, 8].find((factor) => factor * power >= value)
  return Number(((step ?? 10) * power).toPrecision(2))
}

/** The first index whose time is not before it; the length where all are. */
export function indexFrom(times: readonly number[], time: number): number {
  let [low, high] = [0, times.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((times[middle] ?? Infinity) < time) low = middle + 1
    else high = middle
  }
  return low
}

/** Null where no value is known in view. */
export function extremesOf(times: readonly number[], values: Values, view: Span): Extremes | null {
  let [min, max, sum, count, last] = [Infinity, -Infinity, 0, 0, 0]
  for (let at = indexFrom(times, view[0]); at < times.length; at += 1) {
    if ((times[at] ?? 0) > view[1]) break
    const value = values[at]
    if (value === null || value === undefined) continue
    if (value < min) min = value
    if (value > max) max = value
    sum += value
    count += 1
    last = value
  }
  return count === 0 ? null : { min, mean: sum / count, max, last }
}

/** `factor` times as wide, so that `center` stays where it is, and no wider than the whole: null is the whole. */
export function zoomAround(view: Span, center: number, factor: number, whole: Span): Span | null {
  const width = Math.max((view[1] - view[0]) * factor, LEAST_SPAN_SEC)
  if (width >= whole[1] - whole[0]) return null
  const share = (center - view[0]) / (view[1] - view[0] || 1)
  const from = Math.min(Math.max(center - share * width, whole[0]), whole[1] - width)
  return [from, from + width]
}
