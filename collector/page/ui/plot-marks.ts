// What makes the numbers of a plot other than they seem, drawn where it was.
import type uPlot from 'uplot'

/**
 * A gap is hatched, a freeze is tinted, a reset is dotted, an event is a thin line with a head; at the foot of the plot an
 * old report is a dotted bar, silence a whole one, a partial item a ring: no two of them differ by colour alone.
 */
export interface PlotMark {
  readonly kind: 'gap' | 'freeze' | 'reset' | 'event' | 'stale' | 'muted' | 'partial'
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
  stale: '--waiting',
  muted: '--quiet',
  partial: '--text',
}

const HATCH_PX = 6
const LEAST_BAND_PX = 2
const HEAD_PX = 3
const FOOT_PX = 4

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
    const width = Math.max(right - left, LEAST_BAND_PX)
    if (kind === 'gap' || kind === 'freeze') drawBand(plot, left, width, kind === 'gap', color)
    else if (kind === 'stale' || kind === 'muted')
      drawFoot(plot, left, width, kind === 'stale', color)
    else if (kind === 'partial') drawRing(plot, left, color)
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
  // An hour has dozens of events: the lines of the plot matter more.
  ctx.globalAlpha = isDotted ? 1 : 0.35
  ctx.beginPath()
  ctx.moveTo(x + 0.5, top)
  ctx.lineTo(x + 0.5, top + height)
  ctx.stroke()
  ctx.setLineDash([])
  ctx.globalAlpha = 1
  if (isDotted) return
  ctx.beginPath()
  ctx.moveTo(x - HEAD_PX * unit, top)
  ctx.lineTo(x + HEAD_PX * unit, top)
  ctx.lineTo(x, top + HEAD_PX * 1.6 * unit)
  ctx.fill()
}

function drawFoot(
  { ctx, bbox }: uPlot,
  x: number,
  width: number,
  isDotted: boolean,
  color: string,
) {
  const unit = devicePixelRatio
  const y = bbox.top + bbox.height - (FOOT_PX / 2) * unit
  ctx.strokeStyle = color
  ctx.lineWidth = FOOT_PX * unit
  ctx.setLineDash(isDotted ? [2 * unit, 2 * unit] : [])
  ctx.beginPath()
  ctx.moveTo(x, y)
  ctx.lineTo(x + width, y)
  ctx.stroke()
  ctx.setLineDash([])
}

function drawRing({ ctx, bbox }: uPlot, x: number, color: string) {
  const radius = FOOT_PX * devicePixelRatio
  ctx.strokeStyle = color
  ctx.lineWidth = 1.5 * devicePixelRatio
  ctx.beginPath()
  ctx.arc(x, bbox.top + bbox.height - 2 * radius, radius, 0, 2 * Math.PI)
  ctx.stroke()
}

/** Those within `reachSec` of it. */
export function marksAt(
  marks: readonly PlotMark[],
  time: number,
  reachSec: number,
): readonly PlotMark[] {
  return marks.filter(({ from, to }) => from - reachSec <= time && time <= to + reachSec)
}
