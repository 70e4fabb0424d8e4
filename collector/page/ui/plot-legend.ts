// The text beside a plot: its lines by name and sign, and what they say at the cursor.
import { showClock, UNKNOWN } from './format.ts'
import type { PlotMark } from './plot-marks.ts'
import type { PlotSeries } from './plot-text.ts'

/** What stands beside a plot. */
export interface PlotLegend {
  readonly element: HTMLElement
  /** `time` is null where the cursor is nowhere: then the values are the newest. */
  show(time: number | null, values: readonly (number | null)[], marks: readonly PlotMark[]): void
  /** What it shows, in one text. */
  readonly text: string
}

const SVG = 'http://www.w3.org/2000/svg'
const SIGN_PX = 18

/** It is not read out when it changes: it follows the mouse. */
export function createPlotLegend(series: readonly PlotSeries[]): PlotLegend {
  const element = document.createElement('ul')
  element.className = 'plot-legend figures'
  const time = document.createElement('li')
  time.className = 'plot-time'
  const values = series.map((line) => {
    const item = document.createElement('li')
    const value = document.createElement('b')
    item.append(signOf(line), `${line.label} `, value)
    element.append(item)
    return value
  })
  const note = document.createElement('li')
  note.className = 'plot-note'
  element.append(note, time)
  let text = ''
  return {
    element,
    show(timeSec, numbers, marks) {
      say(time, timeSec === null ? '' : showClock(timeSec * 1000))
      const shown = series.map(({ show }, at) => {
        const number = numbers[at] ?? null
        return number === null ? UNKNOWN : show(number)
      })
      for (const [at, value] of values.entries()) say(value, shown[at] ?? UNKNOWN)
      const labels = [...new Set(marks.map(({ label }) => label))]
      say(note, labels.join(', '))
      text = [
        ...(timeSec === null ? [] : [showClock(timeSec * 1000)]),
        ...series.map(({ label }, at) => `${label} ${shown[at]}`),
        ...labels,
      ].join(', ')
    },
    get text() {
      return text
    },
  }
}

function say(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text
}

/** A piece of the line, as it is drawn. */
function signOf({ color, dash }: PlotSeries): SVGElement {
  const svg = document.createElementNS(SVG, 'svg')
  svg.setAttribute('width', String(SIGN_PX))
  svg.setAttribute('height', '8')
  svg.setAttribute('aria-hidden', 'true')
  const line = document.createElementNS(SVG, 'line')
  const place = { x1: '0', x2: String(SIGN_PX), y1: '4', y2: '4', 'stroke-width': '2' }
  for (const [name, value] of Object.entries(place)) line.setAttribute(name, value)
  if (dash) line.setAttribute('stroke-dasharray', dash.join(' '))
  line.style.stroke = `var(${color})`
  svg.append(line)
  return svg
}
