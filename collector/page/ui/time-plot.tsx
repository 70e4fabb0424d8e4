// A plot among other components: it is made once, and given what is new.
import { useEffect, useRef } from 'preact/hooks'
import { createPlot } from './plot.ts'
import type { Plot, PlotOptions } from './plot.ts'
import type { PlotMark } from './plot-marks.ts'
import { drawNever, drawSoon } from './plot-queue.ts'
import type { Values } from './plot-scale.ts'

/** Its numbers, as the plot takes them: the arrays may be the same ones with more in them. */
interface PlotData {
  readonly times: readonly number[]
  readonly values: readonly Values[]
}

/** What a plot among components is made of. */
export interface TimePlotProps {
  /** Of the first rendering: with others it needs another `key`. */
  readonly options: PlotOptions
  readonly data: PlotData
  readonly marks?: readonly PlotMark[]
  /** Another one wherever the data or the marks have changed. */
  readonly version: unknown
}

const NO_MARKS: readonly PlotMark[] = []

/** Draws where `version` has changed, and then at most once a frame. */
export function TimePlot({ options, data, marks = NO_MARKS, version }: TimePlotProps) {
  const host = useRef<HTMLDivElement>(null)
  const plot = useRef<Plot | null>(null)
  const latest = useRef({ data, marks })
  latest.current = { data, marks }
  useEffect(() => {
    // A dozen of them made at once would hold up whoever opens the page.
    const make = (): void => {
      if (!host.current) return
      plot.current = createPlot(host.current, options)
      const now = latest.current
      plot.current.setMarks(now.marks)
      plot.current.setData(now.data.times, now.data.values)
    }
    drawSoon(make)
    return () => {
      drawNever(make)
      plot.current?.destroy()
    }
  }, [])
  useEffect(() => {
    plot.current?.setMarks(marks)
    plot.current?.setData(data.times, data.values)
  }, [version])
  return <div ref={host} class="plot" />
}
