// What time is looked at: all of the call, its end, or what somebody chose; one for all plots.
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { ConnectionView } from '../src/live/views.ts'
import { createPlotGroup } from './ui/plot-group.ts'
import type { PlotGroup } from './ui/plot-group.ts'
import type { Span } from './ui/plot-scale.ts'

/** Where nobody has zoomed: it ends with the last poll, and moves on with it. */
export type Range = 'all' | 'five' | 'one'

/** One for a connection. */
export interface TimeWindow {
  readonly group: PlotGroup
  readonly range: Range
  /** What is in view, seconds since the Unix epoch. */
  readonly view: Span
  /** The whole call. */
  readonly whole: Span
  /** Somebody has chosen a time: it does not move on. */
  readonly isZoomed: boolean
  setRange(range: Range): void
  /** Shows it with some of what is around it. ms since the Unix epoch. */
  show(from: number, to: number): void
  /** For plots, which ask when they draw. */
  readonly viewOf: () => Span
  readonly wholeOf: () => Span
}

const SECONDS: Readonly<Record<Range, number>> = { all: Infinity, five: 300, one: 60 }
/** What led to it, and what came of it. */
const LEAST_AROUND_SEC = 10
const LEAST_WIDTH_SEC = 4

/** Moves on with the connection, which begins before its first poll. */
export function useTimeWindow(
  connection: Pick<ConnectionView, 'firstAt' | 'lastAt'> | null,
): TimeWindow {
  const group = useMemo(createPlotGroup, [])
  const [range, setRange] = useState<Range>('all')
  const [zoom, setZoom] = useState<Span | null>(null)
  useEffect(() => group.onZoom(setZoom), [group])
  const first = (connection?.firstAt ?? 0) / 1000
  const last = (connection?.lastAt ?? 0) / 1000
  const whole: Span = [first, Math.max(last, first + LEAST_WIDTH_SEC)]
  const following: Span = [Math.max(first, whole[1] - SECONDS[range]), whole[1]]
  const now = useRef({ whole, following })
  now.current = { whole, following }
  return useMemo(
    () => ({
      group,
      range,
      view: zoom ?? following,
      whole,
      isZoomed: zoom !== null,
      setRange(to: Range) {
        setRange(to)
        // The plots ask what is in view at once.
        const { whole: all } = now.current
        now.current = { whole: all, following: [Math.max(all[0], all[1] - SECONDS[to]), all[1]] }
        group.setZoom(null)
      },
      show(fromMs: number, toMs: number) {
        const around = Math.max(LEAST_AROUND_SEC, (toMs - fromMs) / 2000)
        const [begin, end] = now.current.whole
        const from = Math.min(Math.max(fromMs / 1000 - around, begin), end - LEAST_WIDTH_SEC)
        group.setZoom([from, Math.max(Math.min(toMs / 1000 + around, end), from + LEAST_WIDTH_SEC)])
      },
      viewOf: () => now.current.following,
      wholeOf: () => now.current.whole,
    }),
    [group, range, zoom, first, last],
  )
}
