// What a plot says in words: to those who do not see it, and beside it at the cursor.
import { showClock } from './format.ts'
import { extremesOf } from './plot-scale.ts'
import type { Span, Values } from './plot-scale.ts'

/** A line of a plot. */
export interface PlotSeries {
  readonly label: string
  /** The custom property that has its colour. */
  readonly color: `--${string}`
  /** Lengths of line and space in px, so that the colour is not the only sign. @default one unbroken line */
  readonly dash?: readonly number[]
  /** A value as text, with its unit. */
  readonly show: (value: number) => string
  /** Faintly, down to zero. @default false */
  readonly isFilled?: boolean
  /** Goes on over values that are not known; else the line breaks there. @default false */
  readonly isSpanning?: boolean
}

/** `Bitrate, 12:03:04 to 12:05:04. Video: 1.20 Mbit/s on average, 0.90 Mbit/s to 1.40 Mbit/s.` */
export function summarise(
  label: string,
  series: readonly PlotSeries[],
  times: readonly number[],
  values: readonly Values[],
  view: Span,
): string {
  const said = series.map(({ label: name, show }, at) => {
    const extremes = extremesOf(times, values[at] ?? [], view)
    if (!extremes) return `${name}: nothing is known.`
    const { min, mean, max } = extremes
    return `${name}: ${show(mean)} on average, ${show(min)} to ${show(max)}.`
  })
  if (times.length === 0) return `${label}: nothing yet.`
  const [from, to] = view.map((sec) => showClock(sec * 1000))
  return `${label}, ${from} to ${to}. ${said.join(' ')}`
}
