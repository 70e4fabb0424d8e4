// What uPlot is told: two scales, two axes, lines in the colours of the page.
import type uPlot from 'uplot'
import { showTick } from './format.ts'
import { drawLine } from './plot-dense.ts'
import { niceTop } from './plot-scale.ts'
import type { Span } from './plot-scale.ts'
import type { PlotSeries } from './plot-text.ts'

/** What a plot shows, and how. */
export interface PlotLook {
  readonly series: readonly PlotSeries[]
  /** The top of the scale is never lower than this, so that a little noise stays little. */
  readonly leastTop: number
  /** A value beside the axis, in a few characters. */
  readonly axis: (value: number) => string
  /** No cursor, no zoom, no time axis, no legend: a small plot of what is told beside it. @default false */
  readonly isStill?: boolean
}

/** Where the numbers of a plot are drawn, and what it does then. */
export interface PlotParts {
  readonly width: number
  readonly height: number
  /** Of a custom property. */
  readonly colorOf: (name: string) => string
  /** From and until, of all times that are known. */
  readonly viewOf: (first: number, last: number) => Span
  readonly cursor: uPlot.Cursor
  readonly hooks: uPlot.Hooks.Arrays
}

const VALUE_AXIS_PX = 40
const LEFT_PX = 6
/** Between the host of a plot, and what is drawn by time in it: px. Not of a still one. */
export const PLOT_INSETS = { left: LEFT_PX, right: VALUE_AXIS_PX } as const
const TIME_AXIS_PX = 20
const LEAST_LABEL_PX = 70
const FONT = '11px system-ui, sans-serif'
// The colours of the page are `#rrggbb`: these two come behind.
const FILL_ALPHA = '38'
const SHADE_ALPHA = '66'

/** Lines over a grid; the scale of values starts at zero. */
export function optionsOf(look: PlotLook, parts: PlotParts): uPlot.Options {
  const { series, leastTop, axis, isStill = false } = look
  const { width, height, colorOf, viewOf, cursor, hooks } = parts
  const lines = {
    font: FONT,
    stroke: () => colorOf('--quiet'),
    grid: { stroke: () => colorOf('--line'), width: 1 },
    ticks: { show: false },
  }
  return {
    width,
    height,
    // Above and below there is half a label.
    padding: [7, isStill ? 2 : null, isStill ? 6 : null, isStill ? 0 : LEFT_PX],
    legend: { show: false },
    cursor,
    hooks,
    scales: {
      // uPlot gives null where there are no data.
      x: { time: true, range: (_, first, last) => viewIn(viewOf, first, last) },
      y: { range: (_, __, most) => [0, niceTop(Math.max(most ?? 0, leastTop))] },
    },
    axes: [
      {
        ...lines,
        show: !isStill,
        size: TIME_AXIS_PX,
        gap: 4,
        space: LEAST_LABEL_PX,
        values: (self, splits, _, __, step) =>
          splits.map((at) => (isInside(self, at) ? showTick(at, step) : '')),
      },
      {
        ...lines,
        side: 1,
        size: VALUE_AXIS_PX,
        gap: 4,
        splits: (_, __, bottom, top) => [bottom, top / 2, top],
        values: (_, splits) => splits.map((split, at) => (at === 1 ? '' : axis(split))),
      },
    ],
    series: [
      {},
      ...series.map(({ color, dash, isFilled = false, isSpanning = false }): uPlot.Series => ({
        stroke: () => colorOf(color),
        ...(isFilled && { fill: (self: uPlot) => fade(self, colorOf(color)) }),
        ...(dash && { dash: [...dash] }),
        paths: (...place) => drawLine(colorOf(color), `${colorOf(color)}${SHADE_ALPHA}`, ...place),
        width: 1.5,
        spanGaps: isSpanning,
        points: {
          show: isAlone,
          size: 4,
          stroke: () => colorOf(color),
          fill: () => colorOf(color),
        },
      })),
    ],
  }
}

/** Whether there is room for a label in the middle below it. */
function isInside({ valToPos }: uPlot, time: number): boolean {
  return valToPos(time, 'x') >= LEAST_LABEL_PX / 4
}

function viewIn(
  viewOf: PlotParts['viewOf'],
  first: number | null,
  last: number | null,
): uPlot.Range.MinMax {
  if (first === null || last === null) return [null, null]
  const [from, to] = viewOf(first, last)
  return [from, to]
}

/** One value between two gaps is no line: it is a dot, or nobody sees it. */
function isAlone(_: uPlot, __: number, first: number, last: number): boolean {
  return first === last
}

function fade({ ctx, bbox }: uPlot, color: string): CanvasGradient {
  const gradient = ctx.createLinearGradient(0, bbox.top, 0, bbox.top + bbox.height)
  gradient.addColorStop(0, `${color}${FILL_ALPHA}`)
  gradient.addColorStop(1, `${color}00`)
  return gradient
}
