// A line with more points than the plot has pixels: their mean, and around it all that they reach.
import uPlot from 'uplot'
import type { Values } from './plot-scale.ts'

/** Points that fall on the same few pixels. */
export interface Bucket {
  /** Counted from the beginning of the view. */
  readonly at: number
  readonly min: number
  readonly mean: number
  readonly max: number
  /** Between it and the one before, values are not known. */
  readonly isBroken: boolean
}

type Place = Parameters<uPlot.Series.PathBuilder>
type Drawn = ReturnType<uPlot.Series.PathBuilder>

const BUCKET_PX = 2
/** With fewer of them in a bucket, each is drawn for itself. */
const LEAST_POINTS = 2

/** Of the points `first` to `last`, each bucket as wide; those without a known value are left out. */
export function bucketsOf(
  times: readonly number[],
  values: Values,
  [first, last]: readonly [first: number, last: number],
  { from, widthSec }: { readonly from: number; readonly widthSec: number },
): Bucket[] {
  const buckets: Bucket[] = []
  let [at, min, max, sum, count, nulls] = [-1, 0, 0, 0, 0, 0]
  let isBroken = false
  const close = (): void => {
    if (count > 0) buckets.push({ at, min, mean: sum / count, max, isBroken })
    if (count > 0) isBroken = false
    else if (nulls > 0) isBroken = true
  }
  for (let index = first; index <= last; index += 1) {
    const bucket = Math.floor(((times[index] ?? 0) - from) / widthSec)
    if (bucket !== at) {
      close()
      ;[at, min, max, sum, count, nulls] = [bucket, Infinity, -Infinity, 0, 0, 0]
    }
    const value = values[index]
    if (value === null || value === undefined) {
      nulls += 1
      continue
    }
    if (value < min) min = value
    if (value > max) max = value
    sum += value
    count += 1
  }
  close()
  return buckets
}

const drawEach = uPlot.paths.linear?.()

/**
 * Costs as much as there are pixels, and its lines are no wider than one: wider ones are ten times slower where they go
 * up and down at each pixel. `shade` is the colour of what is reached around the mean.
 */
export function drawLine(
  color: string,
  shade: string,
  ...[plot, series, first, last]: Place
): Drawn {
  const { bbox, scales, data } = plot
  const bucketPx = BUCKET_PX * devicePixelRatio
  if (last - first < (LEAST_POINTS * bbox.width) / bucketPx)
    return drawEach?.(plot, series, first, last) ?? null
  const { scale = 'y', spanGaps: isSpanning = false } = plot.series[series] ?? {}
  const [x, y] = [scales['x'], scales[scale]]
  const [from, until, low, high] = [x?.min ?? 0, x?.max ?? 1, y?.min ?? 0, y?.max ?? 1]
  const times = data[0] as readonly number[]
  const buckets = bucketsOf(times, data[series] as Values, [first, last], {
    from,
    widthSec: ((until - from) * bucketPx) / bbox.width,
  })
  const up = (value: number): number => bbox.top + bbox.height * (1 - (value - low) / (high - low))
  const [line, reach] = [new Path2D(), new Path2D()]
  for (const [index, { at, min, mean, max, isBroken }] of buckets.entries()) {
    const across = bbox.left + (at + 0.5) * bucketPx
    if (index === 0 || (isBroken && !isSpanning)) line.moveTo(across, up(mean))
    else line.lineTo(across, up(mean))
    reach.moveTo(across, up(max))
    reach.lineTo(across, up(min))
  }
  const stroke = new Map([
    [shade, reach],
    [color, line],
  ])
  const thin = { _width: 1 / devicePixelRatio } // as uPlot reads it; its types call it otherwise
  return { stroke, ...thin }
}
