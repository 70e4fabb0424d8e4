// The parts of a participant's view in a real browser: what leads where, and what is said in text.
import { h, render } from 'preact'
import { afterEach, describe, expect, it } from 'vitest'
import type { Finding } from '../../collector/page/findings/finding.ts'
import { marksOf } from '../../collector/page/series/marks.ts'
import { createSeries } from '../../collector/page/series/series.ts'
import type { Series } from '../../collector/page/series/series.ts'
import { useTimeWindow } from '../../collector/page/time-window.ts'
import type { TimeWindow } from '../../collector/page/time-window.ts'
import { FindingsCard } from '../../collector/page/views/findings-card.tsx'
import { NumbersCard } from '../../collector/page/views/numbers-card.tsx'
import { PlotBoard } from '../../collector/page/views/plot-board.tsx'
import { pollAt } from '../page-moments.ts'
import '../../collector/page/page.css'

const place = document.createElement('div')
document.body.append(place)
afterEach(() => render(null, place))

const T0 = Date.parse('2026-03-01T12:00:00.000Z')
const POLLS = 600
const FINDING: Finding = {
  ...{ from: T0 + 600_000, to: T0 + 620_000, text: 'Received video froze once' },
  ...{ cause: 'network', tone: 'bad' },
}

function seriesOfTwentyMinutes(): Series {
  const series = createSeries()
  const polls = Array.from({ length: POLLS }, (_, at) =>
    pollAt(T0 + at * 2000, { 'video.inbound': { bitrate: 1e6, fps: at % 30 } }, { score: 8 }),
  )
  series.add(polls)
  return series
}

let time: TimeWindow

function View({ series, isLive }: { readonly series: Series; readonly isLive: boolean }) {
  const lastAt = series.times[series.length - 1] ?? 0
  time = useTimeWindow({ firstAt: T0, lastAt })
  const onShow = ({ from, to }: Finding): void => time.show(from, to)
  return h('main', null, [
    h(FindingsCard, { findings: [FINDING], isLive, onShow }),
    h(PlotBoard, { series, marks: marksOf(series, []), time, isLive }),
    h(NumbersCard, { series, time }),
  ])
}

const show = (series: Series, isLive = false): void => render(h(View, { series, isLive }), place)
const button = (text: string): HTMLButtonElement | undefined =>
  [...place.querySelectorAll('button')].find(({ textContent }) => textContent?.includes(text))
const labels = (): string[] =>
  [...place.querySelectorAll('.board-plot .plot-area')].map((area) => area.ariaLabel ?? '')

describe('a participant', () => {
  it('has plots of what is known alone, and each says in text what it shows', async () => {
    show(seriesOfTwentyMinutes())
    await expect.poll(labels).toHaveLength(5)
    await expect.poll(() => labels().every((label) => / to /.test(label))).toBe(true)
    const [score, bitrate] = labels()
    expect(score).toMatch(/^Score, 0 to 10, .* score: 8\.0 on average/)
    expect(bitrate).toMatch(/^Bitrate of video, bit\/s, .* video in: 1\.00 Mbit\/s on average/)
  })

  it('is shown at the time of a finding that is pressed, in all plots', async () => {
    show(seriesOfTwentyMinutes())
    await expect.poll(labels).toHaveLength(5)
    button('Received video froze once')?.click()
    const [from, to] = [590, 630].map((sec) => T0 / 1000 + sec)
    expect(time.group.zoom).toEqual([from, to])
    const clock = new Date(T0 + 590_000).toTimeString().slice(0, 8)
    await expect.poll(() => labels().every((label) => label.includes(clock))).toBe(true)
  })

  it('is followed at its end until somebody chooses a time, and then again', async () => {
    const series = seriesOfTwentyMinutes()
    show(series, true)
    place.querySelector<HTMLInputElement>('input[value=one]')?.click()
    await expect.poll(() => time.view[1]).toBe(T0 / 1000 + 1198)
    series.add([pollAt(T0 + 1_260_000)])
    show(series, true)
    await expect.poll(() => time.view).toEqual([T0 / 1000 + 1200, T0 / 1000 + 1260])
    button('Received video froze once')?.click()
    await expect.poll(() => time.isZoomed).toBe(true)
    button('Follow the call')?.click()
    await expect.poll(() => time.view[1]).toBe(T0 / 1000 + 1260)
  })

  it('has the numbers at the cursor as text', async () => {
    show(seriesOfTwentyMinutes())
    const fps = (): string | undefined =>
      [...place.querySelectorAll('.numbers tr')]
        .find(({ textContent }) => textContent?.startsWith('Frames'))
        ?.querySelectorAll('td')[2]?.textContent ?? undefined
    await expect.poll(fps).toBe('29')
    time.group.setTime(T0 / 1000 + 14)
    await expect.poll(fps).toBe('7.0')
  })
})

it('a plot that is not in the page, as at its end, is drawn without complaint', async () => {
  const errors: string[] = []
  const onError = ({ message }: ErrorEvent): void => void errors.push(message)
  addEventListener('error', onError)
  place.remove()
  show(seriesOfTwentyMinutes())
  await expect.poll(labels).toHaveLength(5)
  await expect.poll(() => labels().every((label) => / to /.test(label))).toBe(true)
  document.body.append(place)
  removeEventListener('error', onError)
  expect(errors).toEqual([])
})
