// One stream of a peer: its number, its plot, and its other numbers beside.
import { copyOf, find, say } from './dom.ts'
import { show, showShort } from './format.ts'
import { createPlot, WINDOW_SEC } from './plots.ts'
import { MEASURES } from './streams.ts'
import type { Measure, StreamName, StreamReading } from './streams.ts'

export interface StreamRow {
  readonly element: HTMLElement
  add(timeSec: number, reading: StreamReading): void
  /** Which of the measures is large, and plotted. */
  choose(measure: Measure): void
  /** A new call begins. */
  clear(): void
}

const TITLES: Record<StreamName, string> = {
  'video-out': 'Video out',
  'video-in': 'Video in',
  'audio-out': 'Audio out',
  'audio-in': 'Audio in',
}

/** The least top of each scale: 64 kbit/s, 2 %, 10 ms, 4 ms. */
const LEAST: Record<Measure, number> = { bitrate: 64_000, loss: 2, jitter: 10, rtt: 4 }

type Samples = Record<Measure, (number | null)[]>

export function createStreamRow(template: HTMLTemplateElement, name: StreamName): StreamRow {
  const element = copyOf(template)
  element.dataset['kind'] = name.startsWith('video') ? 'video' : 'audio'
  say(find(element, 'h3', HTMLElement), TITLES[name])
  const host = find(element, '.plot', HTMLElement)
  const large = find(element, '.large strong', HTMLElement)
  const unit = find(element, '.large span', HTMLElement)

  let measure: Measure = 'bitrate'
  let times: number[] = []
  let samples: Samples = noSamples()
  const plot = createPlot(host, {
    color: element.dataset['kind'] === 'video' ? '--video' : '--audio',
    least: () => LEAST[measure],
    label: (value) => showShort(measure, value),
  })

  const render = (): void => {
    const now = show(measure, latest(samples[measure]))
    say(large, now.value)
    say(unit, now.unit)
    for (const each of MEASURES) {
      const { value, unit: unitOfEach } = show(each, latest(samples[each]))
      say(find(element, `[data-measure="${each}"] dd`, HTMLElement), `${value} ${unitOfEach}`)
    }
    plot.draw(times, samples[measure])
  }

  return {
    element,
    add(timeSec, { numbers, media }) {
      times.push(timeSec)
      for (const each of MEASURES) samples[each].push(numbers[each])
      while ((times[0] ?? timeSec) < timeSec - WINDOW_SEC - 1) {
        times.shift()
        for (const each of MEASURES) samples[each].shift()
      }
      say(find(element, '.media', HTMLElement), media)
      render()
    },
    choose(chosen) {
      measure = chosen
      element.dataset['plotted'] = chosen
      const label = find(element, `[data-measure="${chosen}"] dt`, HTMLElement).textContent
      host.setAttribute('aria-label', `${TITLES[name]}: ${label}, last minute`)
      render()
    },
    clear() {
      times = []
      samples = noSamples()
      say(find(element, '.media', HTMLElement), '')
      render()
    },
  }
}

function noSamples(): Samples {
  return { bitrate: [], loss: [], jitter: [], rtt: [] }
}

/** A browser gives some numbers only every few seconds: the last one stands meanwhile. */
function latest(values: readonly (number | null)[]): number | null {
  return values.findLast((value) => value !== null) ?? null
}
