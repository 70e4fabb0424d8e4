// A plot over time: lines, marks, a cursor and a zoom that it shares with the others of its group.
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { createPlotGroup } from './plot-group.ts'
import type { PlotGroup } from './plot-group.ts'
import { pressKey } from './plot-keys.ts'
import { createPlotLegend } from './plot-legend.ts'
import { drawMarks, marksAt } from './plot-marks.ts'
import type { PlotMark } from './plot-marks.ts'
import { optionsOf } from './plot-options.ts'
import type { PlotLook } from './plot-options.ts'
import { drawNever, drawSoon } from './plot-queue.ts'
import { indexFrom, LEAST_SPAN_SEC, zoomAround } from './plot-scale.ts'
import type { Span, Values } from './plot-scale.ts'
import { summarise } from './plot-text.ts'
import './plot.css'

/** What a plot is made of. */
export interface PlotOptions extends PlotLook {
  /** Of what it is the plot. */
  readonly label: string
  /** @default one of its own */
  readonly group?: PlotGroup | undefined
  /** What is in view where nobody has zoomed, of the first and the last time. @default all of it */
  readonly viewOf?: ((first: number, last: number) => Span) | undefined
}

/** A plot in its place. */
export interface Plot {
  /**
   * `times` are seconds since the Unix epoch and rise; `values` has one array for each line. They are drawn as they
   * are, and not copied: whoever follows a call appends to them, and gives them again. What comes at the end is drawn
   * once it is a pixel wide; where something has changed before that, another array of times says so.
   */
  setData(times: readonly number[], values: readonly Values[]): void
  /** In the order of their beginnings. Nor are they copied. */
  setMarks(marks: readonly PlotMark[]): void
  destroy(): void
}

/** Of the width of the plot, that a key moves the cursor at least. */
const KEY_STEPS = 200
/** How near to a mark the cursor has to be. */
const REACH_PX = 5
const LEAST_DRAG_PX = 5

/** Of what is not in the page (any more): it has no colours, and nobody sees it. */
const UNSEEN = '#000000'

/** It fills its host, follows its size and the colours of the page, and draws at most once a frame. */
export function createPlot(host: HTMLElement, options: PlotOptions): Plot {
  const { label, series, group = createPlotGroup(), isStill = false } = options
  const { viewOf = (first, last) => [first, Math.max(last, first + LEAST_SPAN_SEC)] } = options
  let times: readonly number[] = []
  let values: readonly Values[] = series.map(() => [])
  let marks: readonly PlotMark[] = []
  let markCount = 0
  let isTelling = false
  /** What was drawn last; null where that is not right any more. */
  let drawn: { readonly view: Span; readonly last: number } | null = null

  const area = document.createElement('div')
  area.className = 'plot-area'
  area.setAttribute('role', 'img')
  const slider = document.createElement('div')
  const legend = createPlotLegend(series)
  host.classList.toggle('plot-still', isStill)
  const box = document.createElement('div')
  box.className = 'plot-box'
  box.append(area)
  host.append(box)
  if (!isStill) {
    box.append(slider)
    host.prepend(legend.element)
  }

  const colors = new Map<string, string>()
  const colorOf = (name: string): string => {
    const known = colors.get(name) ?? getComputedStyle(host).getPropertyValue(name).trim()
    if (!known) return UNSEEN
    colors.set(name, known)
    return known
  }

  const whole = (): Span => viewOf(times[0] ?? 0, times.at(-1) ?? 0)
  const view = (): Span => group.zoom ?? whole()
  const plot = new uPlot(
    optionsOf(options, {
      width: Math.max(area.clientWidth, 1),
      height: Math.max(area.clientHeight, 1),
      colorOf,
      viewOf: (first, last) => group.zoom ?? viewOf(first, last),
      cursor: isStill ? { show: false } : cursorOf(group),
      hooks: {
        drawAxes: [(self) => drawMarks(self, marks, colorOf)],
        setCursor: [showCursor],
        setSelect: [zoomToSelection],
      },
    }),
    [[], ...series.map(() => [])],
    area,
  )

  function draw(): void {
    const [from, to] = view()
    const last = Math.min(times.at(-1) ?? 0, to)
    const pixelSec = drawn && (drawn.view[1] - drawn.view[0]) / Math.max(area.clientWidth, 1)
    const moved = drawn && [from - drawn.view[0], to - drawn.view[1], last - drawn.last]
    if (!moved?.every((sec) => Math.abs(sec) < (pixelSec ?? 0))) {
      drawn = { view: [from, to], last }
      plot.setData([times, ...values] as unknown as uPlot.AlignedData) // read only
      area.setAttribute('aria-label', summarise(label, series, times, values, [from, to]))
    }
    showCursor(plot)
  }

  function drawAnew(): void {
    drawn = null
    drawSoon(draw)
  }

  function showCursor({ cursor, posToVal }: uPlot): void {
    if (isStill) return
    const isOn = typeof cursor.left === 'number' && cursor.left >= 0 && times.length > 0
    const at = isOn ? (cursor.idx ?? null) : null
    const time = at === null ? null : (times[at] ?? null)
    // One that never had the cursor does not take it from the others.
    if (time !== null || isTelling) group.setTime(time)
    isTelling = time !== null
    const reach = Math.abs(posToVal(REACH_PX, 'x') - posToVal(0, 'x'))
    const near = isOn ? marksAt(marks, posToVal(cursor.left ?? 0, 'x'), reach) : []
    const end = indexFrom(times, view()[1] + 1e-3)
    const shown = values.map((line) => (at === null ? newest(line, end) : line[at]) ?? null)
    legend.show(time, shown, near)
    slider.setAttribute('aria-valuemax', String(Math.max(times.length - 1, 0)))
    slider.setAttribute('aria-valuenow', String(at ?? Math.max(times.length - 1, 0)))
    slider.setAttribute('aria-valuetext', legend.text)
  }

  function zoomToSelection({ select, posToVal, setSelect }: uPlot): void {
    const { left, width } = select
    if (width < LEAST_DRAG_PX) return
    const [from, to] = [posToVal(left, 'x'), posToVal(left + width, 'x')]
    setSelect({ left: 0, top: 0, width: 0, height: 0 }, false)
    group.setZoom([from, Math.max(to, from + LEAST_SPAN_SEC)])
  }

  function moveTo(at: number): void {
    const time = times[at]
    if (time === undefined) return
    // Its types do not know of the third one: the other plots of the group hear of it.
    const setCursor = plot.setCursor as (
      to: uPlot.Cursor,
      isTold: boolean,
      isShared: boolean,
    ) => void
    setCursor({ left: plot.valToPos(time, 'x'), top: 1 }, true, true)
  }

  const keys = {
    move(steps: number) {
      const [from, to] = view()
      const [first, last] = [indexFrom(times, from), indexFrom(times, to + 1e-3) - 1]
      const step = Math.max(1, Math.round((last - first) / KEY_STEPS))
      const { left = -1, idx } = plot.cursor
      const at = left >= 0 ? (idx ?? last) : last
      moveTo(Math.min(Math.max(at + steps * step, first), last))
    },
    zoom(factor: number) {
      const { left = -1, idx } = plot.cursor
      const center = (left >= 0 ? times[idx ?? -1] : undefined) ?? view()[1]
      group.setZoom(zoomAround(view(), center, factor, whole()))
    },
    reset: () => group.setZoom(null),
  }
  slider.className = 'plot-slider'
  slider.tabIndex = 0
  slider.setAttribute('role', 'slider')
  slider.setAttribute('aria-label', `${label}, by time`)
  slider.setAttribute('aria-valuemin', '0')
  slider.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    if (pressKey(event.key, keys)) event.preventDefault()
  })

  const resized = new ResizeObserver(() => {
    const { clientWidth: width, clientHeight: height } = area
    if (width > 0 && height > 0) plot.setSize({ width, height })
  })
  resized.observe(area)
  const dark = matchMedia('(prefers-color-scheme: dark)')
  const recolor = (): void => {
    colors.clear()
    plot.redraw(false)
  }
  dark.addEventListener('change', recolor)
  const endZoom = group.onZoom(() => {
    // The others follow frame by frame: a dozen of them in one task would hold up who zooms.
    if (document.activeElement !== slider) return drawSoon(draw)
    // The cursor stays at its time.
    const { left = -1, idx } = plot.cursor
    drawNever(draw)
    draw()
    if (left >= 0 && typeof idx === 'number') moveTo(idx)
  })
  drawAnew()

  return {
    setData(newTimes, newValues) {
      if (newTimes !== times) drawn = null
      times = newTimes
      values = newValues
      drawSoon(draw)
    },
    setMarks(newMarks) {
      if (newMarks === marks && newMarks.length === markCount) return
      marks = newMarks
      markCount = newMarks.length
      drawAnew()
    },
    destroy() {
      drawNever(draw)
      endZoom()
      resized.disconnect()
      dark.removeEventListener('change', recolor)
      plot.destroy()
      host.replaceChildren()
    },
  }
}

function cursorOf(group: PlotGroup): uPlot.Cursor {
  return {
    y: false,
    drag: { x: true, y: false, setScale: false, dist: LEAST_DRAG_PX },
    points: { size: 7 },
    sync: {
      key: group.key,
      scales: ['x', null],
      // Zooms go over the group, which has the times and not the pixels.
      filters: { pub: (type) => type === 'mousemove' || type === 'mouseleave' },
    },
    bind: {
      dblclick: () => () => {
        group.setZoom(null)
        return null
      },
    },
  }
}

/** Before `end`. A browser gives some numbers only every few seconds: the last one stands meanwhile. */
function newest(values: Values, end: number): number | null {
  for (let at = Math.min(end, values.length) - 1; at >= 0; at -= 1)
    if (values[at] !== null) return values[at] ?? null
  return null
}
