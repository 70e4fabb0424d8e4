// Small plots of the last minute, in the colours of the page.
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'

export interface Plot {
  /** `values` are as long as `times` (seconds); null leaves it out. */
  draw(times: readonly number[], values: readonly (number | null)[]): void
}

export interface PlotOptions {
  /** The custom property that has the colour of the line. */
  readonly color: string
  /** The top of the scale is never lower than this, so that a little noise stays little. */
  readonly least: () => number
  readonly label: (value: number) => string
}

export const WINDOW_SEC = 60

const LEAST_WINDOW_SEC = 15
const AXIS_PX = 36
const FILL_ALPHA = 0.12

/** Fills its host, and follows its size and the colour scheme. */
export function createPlot(host: HTMLElement, { color, least, label }: PlotOptions): Plot {
  const css = (name: string): string => getComputedStyle(host).getPropertyValue(name).trim()
  const plot = new uPlot(
    {
      width: Math.max(host.clientWidth, 1),
      height: Math.max(host.clientHeight, 1),
      padding: [7, 2, 6, 0],
      legend: { show: false },
      cursor: { show: false },
      scales: {
        x: { time: false, range: (_, first, last) => [startOf(first, last), last] },
        y: { range: (_, __, most) => [0, niceTop(Math.max(most ?? 0, least()))] },
      },
      axes: [
        { show: false },
        {
          side: 1,
          size: AXIS_PX,
          gap: 4,
          font: '10px system-ui, sans-serif',
          stroke: () => css('--quiet'),
          grid: { stroke: () => css('--line'), width: 1 },
          ticks: { show: false },
          splits: (_, __, bottom, top) => [bottom, top / 2, top],
          values: (_, splits) => splits.map((split, at) => (at === 1 ? '' : label(split))),
        },
      ],
      series: [
        {},
        {
          stroke: () => css(color),
          fill: (self) => fade(self, css(color)),
          width: 1.5,
          spanGaps: true,
          points: { show: false },
        },
      ],
    },
    [[0], [null]],
    host,
  )
  new ResizeObserver(() => {
    const { clientWidth: width, clientHeight: height } = host
    if (width > 0 && height > 0) plot.setSize({ width, height })
  }).observe(host)
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => plot.redraw())
  return { draw: (times, values) => plot.setData([[...times], [...values]]) }
}

/** Grows with the call until it is the whole window. */
function startOf(first: number, last: number): number {
  return Math.max(Math.min(first, last - LEAST_WINDOW_SEC), last - WINDOW_SEC)
}

function fade({ ctx, bbox }: uPlot, color: string): CanvasGradient {
  const gradient = ctx.createLinearGradient(0, bbox.top, 0, bbox.top + bbox.height)
  gradient.addColorStop(0, withAlpha(color, FILL_ALPHA * 2))
  gradient.addColorStop(1, withAlpha(color, 0))
  return gradient
}

/** The page's colours are `#rrggbb`. */
function withAlpha(color: string, alpha: number): string {
  return `${color}${Math.round(alpha * 255)
    .toString(16)
    .padStart(2, '0')}`
}

/** The next of 1, 1.5, 2, 3, 4, 5, 6, 8 with a power of ten. */
function niceTop(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value))
  const step = [1, 1.5, 2, 3, 4, 5, 6, 8].find((factor) => factor * power >= value)
  return Number(((step ?? 10) * power).toPrecision(2))
}
