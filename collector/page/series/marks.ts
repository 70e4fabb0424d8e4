// What makes the numbers of a series other than they seem, and what happened meanwhile, as plots mark it.
import type { Moment } from '../../src/live/views.ts'
import { toldOf } from '../event-words.ts'
import type { PlotMark } from '../ui/plot-marks.ts'
import { FLAGS } from './flags.ts'
import { isHole } from './holes.ts'
import type { Series } from './series.ts'

/** By what they are shown with. In the order of their beginnings. */
export interface Marks {
  readonly all: readonly PlotMark[]
  readonly video: readonly PlotMark[]
  readonly audio: readonly PlotMark[]
}

/** Far more are no marks any more, but a grey plot. */
const MAX_MARKS = 2000

/** Of the whole call. */
export function marksOf(series: Series, events: readonly Moment[]): Marks {
  const { flags, length } = series
  const has = (flag: number) => (at: number) => ((flags[at] ?? 0) & flag) !== 0
  const isGap = has(FLAGS.gap)
  const gaps: PlotMark[] = []
  const [resets, partials]: [PlotMark[], PlotMark[]] = [[], []]
  for (let at = 0; at < length; at += 1) {
    // Of hours of polls nearly all are as they seem.
    if (flags[at] === 0 && !isHole(series, at)) continue
    const time = (series.times[at] ?? 0) / 1000
    if (isHole(series, at)) {
      const from = (series.times[at - 1] ?? 0) / 1000
      const label = isGap(at) ? 'nothing was captured' : 'nothing of it has arrived'
      gaps.push({ kind: 'gap', from, to: time, label })
    }
    const point = { from: time, to: time }
    if (has(FLAGS.reset)(at)) resets.push({ kind: 'reset', ...point, label: 'counters began anew' })
    if (has(FLAGS.partial)(at)) partials.push({ kind: 'partial', ...point, label: 'partial item' })
  }
  const told = events.flatMap(({ at, event, tag, data }): PlotMark[] => {
    const { what, isMarked } = toldOf({ event, tag, data })
    return isMarked ? [{ kind: 'event', from: at / 1000, to: at / 1000, label: what }] : []
  })
  const stale = stretchesOf(series, has(FLAGS.stale), 'stale', 'the browser gave its report again')
  const all = [...gaps, ...resets, ...stale, ...partials, ...told]
  const freezes = series.lane('video.inbound.freezeCount')
  const frozen = stretchesOf(series, (at) => (freezes[at] ?? 0) > 0, 'freeze', 'video froze')
  const muted = stretchesOf(series, has(FLAGS.muted), 'muted', 'audio muted')
  return {
    all: inOrder(all),
    video: inOrder([...all, ...frozen]),
    audio: inOrder([...all, ...muted]),
  }
}

/** Neighbours in which it holds are one. */
function stretchesOf(
  series: Series,
  holds: (at: number) => boolean,
  kind: PlotMark['kind'],
  label: string,
): PlotMark[] {
  const marks: PlotMark[] = []
  let first = -1
  for (let at = 0; at <= series.length; at += 1) {
    const isOn = at < series.length && holds(at)
    if (isOn && first < 0) first = at
    if (isOn || first < 0) continue
    const from = (series.times[Math.max(0, first - 1)] ?? 0) / 1000
    marks.push({ kind, from, to: (series.times[at - 1] ?? 0) / 1000, label })
    first = -1
  }
  return marks
}

function inOrder(marks: readonly PlotMark[]): PlotMark[] {
  return marks.toSorted((one, other) => one.from - other.from).slice(-MAX_MARKS)
}
