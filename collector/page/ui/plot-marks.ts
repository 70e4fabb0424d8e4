// What makes the numbers of a plot other than they seem, drawn where it was.
import type uPlot from 'uplot'

/**
 * A gap is hatched, a freeze is tinted, a reset is dotted, an event is a thin line with a head: no two of them differ
 * by colour alone.
 */
export interface PlotMark {
  readonly kind: 'gap' | 'freeze' | 'reset' | 'event'
  /** Seconds since the Unix epoch. */
  readonly from: number
  /** As `from` where it took no time. */
  readonly to: number
  /** Said beside the values when the cursor is on it. */
  readonly label: string
}

const COLORS: Readonly<Record<PlotMark['kind'], string>> = {
  gap: '--quiet',
  freeze: '--bad',
  reset: '--waiting',
  event: '--quiet',
}

const HATCH_PX = 6
const LEAST_BAND_PX = 2
const HEAD_PX = 3

/** Under the lines of the plot. What falls on the same pixel as the one before is left out. */
export function drawMarks(
  plot: uPlot,
  marks: readonly PlotMark[],
  colorOf: (name: string) => string,
): void {
  const { ctx, bbox, scales } = plot
  const { min, max } = scales['x'] ?? {}
  if (typeof min !== 'number' || typeof max !== 'number') return
  ctx.save()
  ctx.beginPath()
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height)
  ctx.clip()
  const ends: Partial<Record<PlotMark['kind'], number>> = {}
  for (const { kind, from, to } of marks) {
    if (to < min || from > max) continue
    const left = Math.round(plot.valToPos(from, 'x', true))
    const right = Math.round(plot.valToPos(to, 'x', true))
    if (right <= (ends[kind] ?? -Infinity)) continue
    ends[kind] = right
    const color = colorOf(COLORS[kind])
    if (kind === 'gap' || kind === 'freeze')
      drawBand(plot, left, Math.max(right - left, LEAST_BAND_PX), kind === 'gap', color)
    else drawLine(plot, left, kind === 'reset', color)
  }
  ctx.restore()
}

function drawBand(
  { ctx, bbox }: uPlot,
  x: number,
  width: number,
  isHatched: boolean,
  color: string,
) {
  const { top, height, left, width: room } = bbox
  const [from, to] = [Math.max(x, left), Math.min(x + width, left + room)]
  ctx.fillStyle = color
  ctx.globalAlpha = isHatched ? 0.08 : 0.22
  ctx.fillRect(from, top, to - from, height)
  if (isHatched) {
    ctx.save()
    ctx.beginPath()
    ctx.rect(from, top, to - from, height)
    ctx.clip()
    ctx.globalAlpha = 0.45
    ctx.strokeStyle = color
    ctx.lineWidth = 1
    ctx.beginPath()
    const step = HATCH_PX * devicePixelRatio
    for (let at = from - height - ((from - height) % step); at < to; at += step) {
      ctx.moveTo(at, top + height)
      ctx.lineTo(at + height, top)
    }
    ctx.stroke()
    ctx.restore()
  }
  ctx.globalAlpha = 1
}

function drawLine({ ctx, bbox }: uPlot, x: number, isDotted: boolean, color: string): void {
  const { top, height } = bbox
  const unit = devicePixelRatio
  ctx.strokeStyle = color
  ctx.fillStyle = color
  ctx.lineWidth = unit
  ctx.setLineDash(isDotted ? [2 * unit, 3 * unit] : [])
  ctx.beginPath()
  ctx.moveTo(x + 0.5, top)
  ctx.lineTo(x + 0.5, top + height)
  ctx.stroke()
  ctx.setLineDash([])
  if (isDotted) return
  ctx.beginPath()
  ctx.moveTo(x - HEAD_PX * unit, top)
  ctx.lineTo(x + HEAD_PX * unit, top)
  ctx.lineTo(x, top + HEAD_PX * 1.6 * unit)
  ctx.fill()
}

/** Those within `reachSec` of it. */
export function marksAt(
  marks: readonly PlotMark[],
  time: number,
  reachSec: number,
): readonly PlotMark[] {
  return marks.filter(({ from, to }) => from - reachSec <= time && time <= to + reachSec)
}
